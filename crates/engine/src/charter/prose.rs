//! Text with a little markup, as Markdown: text from the project is escaped, our own is not.

use std::fmt;

/// Markdown within a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prose(String);

impl Prose {
    /// Words of ours, which may hold markup.
    pub fn ours(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Text from outside, escaped so that none of it is read as markup.
    pub fn text(text: &str) -> Self {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut escaped = String::with_capacity(text.len());
        let marker = list_marker(&text);
        for (index, c) in text.char_indices() {
            if marker == Some(index) {
                escaped.push('\\');
            }
            if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!') {
                escaped.push('\\');
            }
            escaped.push(c);
        }
        Self(escaped)
    }

    /// Something to be taken letter by letter.
    pub fn code(text: &str) -> Self {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        // A fence longer than any run of backticks inside; a bar would end a cell of a table.
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest + 1);
        let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
        Self(format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|")))
    }

    /// A value of the data: “renewal”.
    pub fn quoted(text: &str) -> Self {
        Self(format!("“{}”", Self::text(text)))
    }

    /// The Markdown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// With a capital letter at its beginning.
    #[must_use]
    pub fn capital(&self) -> Self {
        let mut chars = self.0.chars();
        let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        Self(first + chars.as_str())
    }
}

impl fmt::Display for Prose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a text would begin a list, its mark: the hyphen of `- a`, the point of `1. a`.
fn list_marker(text: &str) -> Option<usize> {
    let (first, _) = text.split_once(' ')?;
    let number = first.trim_end_matches(['.', ')']);
    let is_item = first.len() == number.len() + 1 && number.bytes().all(|byte| byte.is_ascii_digit());
    (matches!(first, "-" | "+") || is_item && !number.is_empty()).then(|| first.len() - 1)
}

/// `a, b and c`, or with another word before the last.
pub fn listed<T: fmt::Display>(items: &[T], word: &str) -> Prose {
    let texts: Vec<String> = items.iter().map(ToString::to_string).collect();
    Prose(match texts.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_is_not_markup() {
        assert_eq!(Prose::text("*a*  [b](c)\n<i>").as_str(), "\\*a\\* \\[b\\](c) \\<i\\>");
        assert_eq!(Prose::text("- a 1. b - c").as_str(), "\\- a 1. b - c");
        assert_eq!(Prose::text("12) a").as_str(), "12\\) a");
        assert_eq!(Prose::text("-5").as_str(), "-5");
        assert_eq!(Prose::code("a `b` | c").as_str(), "``a `b` \\| c``");
        assert_eq!(Prose::code("`x").as_str(), "`` `x ``");
        assert_eq!(Prose::quoted("a_b").as_str(), "“a\\_b”");
    }

    #[test]
    fn lists_in_words() {
        assert_eq!(listed(&["a"], "or").as_str(), "a");
        assert_eq!(listed(&["a", "b", "c"], "and").as_str(), "a, b and c");
        assert_eq!(Prose::ours("won deals").capital().as_str(), "Won deals");
    }
}
