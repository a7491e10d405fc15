//! Letters that a person does not see, or takes for others.

/// Whether a character has no width: joiners, marks of direction, variation selectors, soft hyphens, byte-order marks,
/// controls.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
        )
        || matches!(c, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character looks like a blank or like nothing, and is no blank of the keyboard.
pub fn is_deceptive(c: char) -> bool {
    c != ' ' && (c.is_whitespace() || is_invisible(c))
}

/// A text as it is compared with what a person may have meant: in lower case, without what can't be seen, and with one
/// blank of the keyboard for blanks of any kind.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else if !is_invisible(c) {
            folded.extend(c.to_lowercase());
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// A text as a message names it: between backticks, or, where it has characters that deceive, in double quotes with the escapes of
/// TOML for them.
pub fn named(text: &str) -> String {
    if !text.contains(is_deceptive) {
        return format!("`{text}`");
    }
    let escape = |c: char| {
        let code = u32::from(c);
        match c {
            c if !is_deceptive(c) => c.to_string(),
            _ if code > 0xFFFF => format!("\\U{code:08X}"),
            _ => format!("\\u{code:04X}"),
        }
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_deceives_is_shown_and_passed_over() {
        for (text, as_named, as_folded) in [
            ("Ann", "`Ann`", "ann"),
            ("ann\u{200b}", "\"ann\\u200B\"", "ann"),
            ("Ann\u{a0} Lee ", "\"Ann\\u00A0 Lee \"", "ann lee"),
            ("\u{feff}a\u{e0100}", "\"\\uFEFFa\\U000E0100\"", "a"),
            ("", "``", ""),
        ] {
            assert_eq!(named(text), as_named);
            assert_eq!(folded(text), as_folded);
        }
    }
}
