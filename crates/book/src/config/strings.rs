//! Maps each byte of a TOML string's value to its byte in the file, so that a caret inside an expression points at the
//! right character, whatever kind of string it was written as.

use std::ops::Range;

/// The place of a string literal's content and of each byte of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Between the quotes, as bytes of the file (without the line end that may follow three quotes).
    pub content: Range<usize>,
    /// By byte of the value: its byte in the file; and one more entry for the end.
    pub offsets: Vec<usize>,
}

/// The places of a string literal: `raw` is the literal with its quotes, which begins at byte `start` of the file.
/// The literal has been parsed before, so anything that is not a string gives no places.
pub fn places(raw: &str, start: usize) -> Places {
    let (quotes, escapes) = match raw.as_bytes() {
        [b'"', b'"', b'"', _, _, _, ..] => (3, true),
        [b'\'', b'\'', b'\'', _, _, _, ..] => (3, false),
        [b'"', _, ..] => (1, true),
        [b'\'', _, ..] => (1, false),
        _ => (0, false),
    };
    let first_newline = match raw.get(quotes..) {
        Some(rest) if quotes == 3 && rest.starts_with("\r\n") => 2,
        Some(rest) if quotes == 3 && rest.starts_with('\n') => 1,
        _ => 0,
    };
    let content = quotes + first_newline..raw.len() - quotes;
    let mut offsets = Vec::with_capacity(content.len() + 1);
    let mut byte = content.start;
    while let Some(next) = raw.get(byte..content.end).and_then(|rest| rest.chars().next()) {
        if escapes && next == '\\' {
            let (length, value) = escape(&raw[byte..content.end]);
            offsets.extend(std::iter::repeat_n(start + byte, value));
            byte += length;
        } else {
            offsets.extend((0..next.len_utf8()).map(|offset| start + byte + offset));
            byte += next.len_utf8();
        }
    }
    offsets.push(start + content.end);
    Places { content: start + content.start..start + content.end, offsets }
}

/// The length in bytes of the escape that `rest` begins with, and of its value.
fn escape(rest: &str) -> (usize, usize) {
    let digits = match rest.as_bytes().get(1) {
        Some(b'x') => 2,
        Some(b'u') => 4,
        Some(b'U') => 8,
        // A backslash at the end of a line removes all blanks and line ends that follow.
        Some(b' ' | b'\t' | b'\r' | b'\n') => {
            let blank = rest[1..].find(|c: char| !matches!(c, ' ' | '\t' | '\r' | '\n'));
            return (blank.map_or(rest.len(), |blank| blank + 1), 0);
        }
        _ => return (2.min(rest.len()), 1),
    };
    let value =
        rest.get(2..2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
    (2 + digits, value.map_or(1, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use toml::de::{DeTable, DeValue};

    use super::*;

    /// The value of the TOML string and, for each of its bytes, the character of the file that it comes from.
    fn read(raw: &str) -> (String, Vec<char>, Range<usize>) {
        let text = format!("key = {raw} # end");
        let table = DeTable::parse(&text).unwrap().into_inner();
        let item = table.get("key").unwrap();
        let DeValue::String(value) = item.get_ref() else { panic!() };
        let places = places(&text[item.span()], item.span().start);
        assert_eq!(places.offsets.len(), value.len() + 1);
        assert_eq!(places.offsets.last(), Some(&places.content.end));
        let chars = value
            .char_indices()
            .map(|(index, _)| text[places.offsets[index]..].chars().next().unwrap())
            .collect();
        (value.to_string(), chars, places.content)
    }

    #[test]
    fn basic_strings_with_escapes() {
        let (value, chars, content) = read(r#""a \"b\" \u00e9\U0001F600é\x41\tz""#);
        assert_eq!(value, "a \"b\" é😀éA\tz");
        let from: String = chars.into_iter().collect();
        assert_eq!(from, r"a \b\ \\é\\z");
        assert_eq!(content, 7..40);
    }

    #[test]
    fn literal_strings_are_as_they_stand() {
        let (value, chars, content) = read(r"'a\n é'");
        assert_eq!(value, r"a\n é");
        assert_eq!(chars.into_iter().collect::<String>(), value);
        assert_eq!(content, 7..13);
    }

    #[test]
    fn multi_line_strings() {
        let (value, chars, _) = read("\"\"\"\nfirst \\\n   \t\n  second\n\\\"third\"\"\"");
        assert_eq!(value, "first second\n\"third");
        assert_eq!(chars.into_iter().collect::<String>(), "first second\n\\third");
        let (value, chars, _) = read("'''\r\nfirst\\\nsecond'''");
        assert_eq!(value, "first\\\nsecond");
        assert_eq!(chars.into_iter().collect::<String>(), value);
        let (value, _, _) = read("\"\"\"a\r\nb\"\"\"\"");
        assert_eq!(value, "a\r\nb\"");
        let (value, _, _) = read("\"\"\"\\\r\n  x\"\"\"");
        assert_eq!(value, "x");
    }

    #[test]
    fn empty_strings() {
        for raw in ["\"\"", "''", "\"\"\"\"\"\"", "''''''", "\"\"\"\n\"\"\""] {
            assert_eq!(read(raw).0, "");
        }
    }
}
