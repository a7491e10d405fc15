//! Texts as formats take them: which characters they have, what stands for others, and how long a name may be.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The characters that a format takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// ADP: bytes 32 to 122 without the backslash.
    Adp,
    /// Bytes 32 to 126.
    Ascii,
    /// SEPA: Latin letters, digits, `/ - ? : ( ) . , ' +` and the blank.
    Sepa,
    /// Windows code page 1252.
    Windows1252,
    /// Everything but control characters.
    Utf8,
}

impl Charset {
    /// Whether it has a character.
    pub fn has(self, c: char) -> bool {
        match self {
            Self::Adp => (' '..='z').contains(&c) && c != '\\',
            Self::Ascii => (' '..='~').contains(&c),
            Self::Sepa => c.is_ascii_alphanumeric() || "/-?:().,'+ ".contains(c),
            Self::Windows1252 => {
                // encoding_rs writes what the page does not have as a numeric reference, and maps its five gaps to controls.
                let mut buffer = [0; 4];
                let (_, _, lost) = encoding_rs::WINDOWS_1252.encode(c.encode_utf8(&mut buffer));
                !lost && !c.is_control()
            }
            Self::Utf8 => !c.is_control(),
        }
    }

    /// Whether it has all characters of a text.
    pub fn has_all(self, text: &str) -> bool {
        text.chars().all(|c| self.has(c))
    }

    /// The text in these characters: composed, and with other letters where the format lacks one.
    ///
    /// # Errors
    /// A character that nothing stands for.
    pub fn fit(self, text: &str) -> Result<String, char> {
        let mut fitted = String::new();
        for c in text.nfc() {
            match c {
                _ if self.has(c) => fitted.push(c),
                _ => match self.instead(c) {
                    Some(other) => fitted.push_str(&other),
                    None => return Err(c),
                },
            }
        }
        Ok(fitted)
    }

    fn instead(self, c: char) -> Option<String> {
        let known = stands_for(c).or_else(|| blank_or_mark(c)).map(str::to_owned);
        let known = known.or_else(|| {
            let base: String = std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)).collect();
            (base.chars().ne(std::iter::once(c)) && !base.is_empty()).then_some(base)
        });
        known.filter(|known| self.has_all(known))
    }
}

/// Letters that have other letters beside them.
fn stands_for(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' | 'æ' => "ae",
        'ö' | 'œ' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'Ä' | 'Æ' => "Ae",
        'Ö' | 'Œ' => "Oe",
        'Ü' => "Ue",
        'ẞ' => "SS",
        'ø' => "o",
        'Ø' => "O",
        'å' => "a",
        'Å' => "A",
        'ł' => "l",
        'Ł' => "L",
        'đ' | 'ð' => "d",
        'Đ' | 'Ð' => "D",
        'þ' => "th",
        'Þ' => "Th",
        'ı' => "i",
        _ => return None,
    })
}

/// Quotes, dashes, blanks and a few marks.
fn blank_or_mark(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' | '\u{201c}' | '\u{201d}' | '\u{201e}'
        | '\u{2032}' | '"' | '`' | '\u{b4}' | '«' | '»' | '\u{2039}' | '\u{203a}' => "'",
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '_' => "-",
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\t' => " ",
        '&' => "+",
        '€' => "E",
        _ => return None,
    })
}

/// A text that a spreadsheet would run where it is opened in one.
pub fn would_run(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_format_lacks_is_written_in_other_letters() {
        let sepa = |text: &str| Charset::Sepa.fit(text);
        assert_eq!(sepa("Jürgen Weiß & Söhne").as_deref(), Ok("Juergen Weiss + Soehne"));
        assert_eq!(sepa("Łukasz Žižek, Ærø").as_deref(), Ok("Lukasz Zizek, Aero"));
        assert_eq!(sepa("O’Neil – “A_B” 5€").as_deref(), Ok("O'Neil - 'A-B' 5E"));
        // The composed letter and the letter with its mark are one.
        assert_eq!(sepa("u\u{308}").as_deref(), Ok("ue"));
        assert_eq!(sepa("Ωmega"), Err('Ω'));
        assert_eq!(sepa("张伟"), Err('张'));
        assert_eq!(sepa("a\u{7}b"), Err('\u{7}'));
    }

    #[test]
    fn a_code_page_keeps_what_it_has() {
        assert_eq!(Charset::Windows1252.fit("Jürgen – 5€").as_deref(), Ok("Jürgen – 5€"));
        assert_eq!(Charset::Windows1252.fit("Łódź").as_deref(), Ok("Lódz"));
        assert_eq!(Charset::Adp.fit("a{b"), Err('{'));
        assert_eq!(Charset::Ascii.fit("Ann\\Bob").as_deref(), Ok("Ann\\Bob"));
        assert_eq!(Charset::Adp.fit("Ann\\Bob"), Err('\\'));
    }
}
