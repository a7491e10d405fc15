//! Texts of data as a terminal may show them.
//!
//! An id or a name may hold what a terminal obeys: an escape sequence that moves the cursor, a line feed that begins a line of its own, a
//! mark that turns the direction of writing. Such characters are shown escaped, as `\u{1b}` or `\n`.

use std::borrow::Cow;

/// A text on one line: line feeds are escaped as well.
pub fn escaped(text: &str) -> Cow<'_, str> {
    escaped_if(text, is_obeyed)
}

/// How many cells of a terminal a text takes: a Chinese character takes two, a mark on a letter none.
pub fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// Where a text stands in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Texts.
    Left,
    /// Numbers.
    Right,
}

/// The text with blanks, so that it is as wide as its column.
pub fn padded(text: &str, wide: usize, side: Side) -> String {
    let blanks = " ".repeat(wide.saturating_sub(width(text)));
    match side {
        Side::Left => format!("{text}{blanks}"),
        Side::Right => format!("{blanks}{text}"),
    }
}

/// A text of several lines, whose line feeds and tabs are ours.
pub fn escaped_lines(text: &str) -> Cow<'_, str> {
    escaped_if(text, |c| !matches!(c, '\n' | '\t') && is_obeyed(c))
}

fn escaped_if(text: &str, escapes: impl Fn(char) -> bool) -> Cow<'_, str> {
    // Nearly all texts have none, and are long.
    if !text.contains(&escapes) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if escapes(c) { out.extend(c.escape_debug()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// Control characters, separators of lines, and marks of the direction of writing.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_as_wide_as_they_are_shown() {
        for (text, cells) in
            [("", 0), ("Zo\u{eb}", 3), ("Zoe\u{308}", 3), ("王小明", 6), ("שלום", 4), ("…", 1)]
        {
            assert_eq!(width(text), cells, "{text}");
        }
    }

    #[test]
    fn what_a_terminal_obeys_is_shown_escaped() {
        for (text, shown) in [
            ("D-1", "D-1"),
            ("Zoë \u{4e2d}\u{6587} 'x' \"y\" \\", "Zoë \u{4e2d}\u{6587} 'x' \"y\" \\"),
            ("a\x1b[2Jb", "a\\u{1b}[2Jb"),
            ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("\u{202e}abc\u{2066}", "\\u{202e}abc\\u{2066}"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("a\u{2028}b\u{200f}", "a\\u{2028}b\\u{200f}"),
        ] {
            assert_eq!(escaped(text), shown);
        }
        assert_eq!(escaped_lines("a\nb\x07"), "a\nb\\u{7}");
    }
}
