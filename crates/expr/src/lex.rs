//! Text → tokens with their bytes. The tokenizer is sqlparser's, with a dialect of our own; it counts lines and
//! characters, which are turned into bytes here so that every caret is right in multi-byte text too.

use std::ops::Range;

use sqlparser::dialect::Dialect;
use sqlparser::tokenizer::{Location, Token, Tokenizer, Whitespace};

use super::problem::{Problem, SYNTAX, UNSUPPORTED};

/// A token that means something, and the bytes of the expression where it stands.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub token: Token,
    pub range: Range<usize>,
}

impl Piece {
    /// Whether this is the given word, in any case and without quotes.
    pub fn is_word(&self, word: &str) -> bool {
        matches!(&self.token, Token::Word(w) if w.quote_style.is_none() && w.value.eq_ignore_ascii_case(word))
    }
}

/// Names are letters, digits and `_` of any script; `"…"` quotes a name, `'…'` a text, and nothing escapes but doubling.
#[derive(Debug)]
struct Ours;

impl Dialect for Ours {
    fn is_identifier_start(&self, ch: char) -> bool {
        ch.is_alphabetic() || ch == '_'
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        ch.is_alphanumeric() || ch == '_'
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        ch == '"'
    }
}

/// The tokens of an expression without its blanks.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, Box<Problem>> {
    let places = Places::new(text);
    let mut found = Vec::new();
    let outcome = Tokenizer::new(&Ours, text).tokenize_with_location_into_buf(&mut found);
    if let Err(error) = outcome {
        return Err(Box::new(broken(text, places.byte(error.location), &error.message)));
    }
    let mut pieces: Vec<Piece> = Vec::with_capacity(found.len());
    for spanned in found {
        let range = places.byte(spanned.span.start)..places.byte(spanned.span.end);
        match spanned.token {
            Token::Whitespace(Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_)) => {
                return Err(Box::new(comment(range)));
            }
            Token::Whitespace(_) => {}
            Token::EOF => break,
            token => pieces.push(Piece { token, range }),
        }
    }
    Ok(pieces)
}

/// A comment would silently cut an expression short: `5--3` is not 8.
fn comment(range: Range<usize>) -> Problem {
    Problem::new(UNSUPPORTED, range, "comments are not part of an expression")
        .help("to subtract a negative number, leave a blank: `a - -b`; say why in the rule's `why`")
}

fn broken(text: &str, at: usize, message: &str) -> Problem {
    let rest = text.get(at..).unwrap_or_default();
    let first = rest.chars().next();
    match first {
        Some('\'') => Problem::new(SYNTAX, at..text.len(), "this text has no closing quote")
            .help("a quote inside a text is doubled: 'it''s'"),
        Some('"') => Problem::new(SYNTAX, at..text.len(), "this name has no closing quote")
            .help("names may stand in double quotes: \"odd name\"; texts stand in single quotes"),
        _ => {
            let width = first.map_or(0, char::len_utf8);
            Problem::new(SYNTAX, at..at + width, format!("this can't be read: {message}"))
        }
    }
}

/// Where each character and each line begins, so that (line, character) becomes a byte in one step.
struct Places {
    /// The byte of each character, and the end of the text.
    bytes: Vec<usize>,
    /// The first character of each line, as an index into `bytes`.
    lines: Vec<usize>,
}

impl Places {
    fn new(text: &str) -> Self {
        let bytes = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let breaks = text.chars().enumerate().filter(|(_, c)| *c == '\n').map(|(at, _)| at + 1);
        Self { bytes, lines: std::iter::once(0).chain(breaks).collect() }
    }

    /// The byte of a location; both of its parts count from 1.
    fn byte(&self, location: Location) -> usize {
        let whole = |n: u64| usize::try_from(n.saturating_sub(1)).unwrap_or(usize::MAX);
        let line = self.lines.get(whole(location.line)).copied();
        let at = line.map_or(usize::MAX, |line| line.saturating_add(whole(location.column)));
        self.bytes.get(at).or(self.bytes.last()).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_multi_byte_text_and_lines() {
        let text = "\"Größe\" = 'ä€'\r\n AND naïve > 1.50";
        let shown: Vec<&str> = pieces(text).unwrap().iter().map(|p| &text[p.range.clone()]).collect();
        assert_eq!(shown, ["\"Größe\"", "=", "'ä€'", "AND", "naïve", ">", "1.50"]);
    }

    #[test]
    fn a_comment_is_not_swallowed() {
        assert_eq!(pieces("5--3").unwrap_err().labels[0].0, 1..4);
        assert_eq!(pieces("5 /* x */ + 1").unwrap_err().code, UNSUPPORTED);
    }

    #[test]
    fn an_open_quote_is_shown_to_the_end() {
        assert_eq!(pieces("a = 'won").unwrap_err().labels[0].0, 4..8);
        assert_eq!(pieces("\"a = 1").unwrap_err().labels[0].0, 0..6);
    }
}
