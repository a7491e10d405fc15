//! Text → tokens with their bytes.
//!
//! Names are letters, digits and `_` of any script. `"…"` quotes a name and `'…'` a text; the only escape is the
//! doubled quote. White space of every kind, the no-break space too, separates tokens.
//!
//! The tokens of what the language leaves out (operators, prefixed literals, placeholders) are those of sqlparser, a
//! general SQL parser. tests/sqlparser has its answers for many texts, and fuzzing compares the two.

use std::ops::Range;

use super::problem::{Problem, SYNTAX, UNSUPPORTED};
use super::token::{Token, TokenKind};
use super::tree::Comparison;

/// Operators and punctuation. Of those that begin alike, the longer ones come first.
const SYMBOLS: &[&str] = &[
    "!~~*", "!~~", "!~*", "!~", "!=", "!!", "!", "<=>", "<=", "<>", "<<", "<@", "<", ">=", ">>", ">", "->>",
    "->", "-", "#>>", "#>", "#-", "#", "@>", "@?", "@@", "@", "||/", "||", "|/", "|", "&&", "&", "^@", "^",
    "~~*", "~~", "~*", "~", "::", ":=", ":", "=>", "==", "=", ";", "\\", "[", "]", "{", "}", "(", ")", ",",
    "+", "*", "/", "%",
];

/// The tokens of an expression, without white space.
///
/// # Errors
/// A quote or comment without an end, and any comment: it would silently cut an expression short, as in `5--3`.
pub(super) fn tokenize(text: &str) -> Result<Vec<Token>, Box<Problem>> {
    let mut lexer = Lexer { text, position: 0, tokens: Vec::new(), comment: None };
    while let Some(first) = lexer.peek() {
        let start = lexer.position;
        if let Some(kind) = lexer.token(first)? {
            let range = start..lexer.position;
            lexer.tokens.push(Token { kind, range });
        }
    }
    match lexer.comment {
        Some(range) => Err(Box::new(
            Problem::new(UNSUPPORTED, range, "comments are not part of an expression").help(COMMENT_HELP),
        )),
        None => Ok(lexer.tokens),
    }
}

const COMMENT_HELP: &str =
    "to subtract a negative number, leave a blank: `a - -b`; say why in the rule's `why`";

/// A position in the text, and the tokens before it.
struct Lexer<'t> {
    text: &'t str,
    position: usize,
    tokens: Vec<Token>,
    /// The first comment. It is reported only where everything else can be read.
    comment: Option<Range<usize>>,
}

impl<'t> Lexer<'t> {
    /// Reads past the next token or white space, which begins with `first`. White space and comments are no tokens.
    fn token(&mut self, first: char) -> Result<Option<TokenKind>, Box<Problem>> {
        Ok(Some(match first {
            _ if first.is_whitespace() => {
                self.bump();
                return Ok(None);
            }
            '\'' => TokenKind::Text(self.text_literal(None)?),
            '"' => TokenKind::Word { text: self.quoted_name()?, quoted: true },
            '0'..='9' | '.' => self.number()?,
            '$' => self.dollar()?,
            '?' => {
                self.bump();
                self.take_while(char::is_numeric);
                TokenKind::Placeholder
            }
            _ if is_name_start(first) => self.word()?,
            _ if self.rest().starts_with("--") => {
                self.line_comment();
                return Ok(None);
            }
            _ if self.rest().starts_with("/*") => {
                self.block_comment()?;
                return Ok(None);
            }
            _ => self.symbol(),
        }))
    }

    fn word(&mut self) -> Result<TokenKind, Box<Problem>> {
        let word = self.take_while(is_name_part);
        if self.peek() == Some('\'') {
            // In X'…' a backslash escapes the character after it, in N'…' it does not.
            let escape = match word {
                "N" | "n" => Some(None),
                "X" | "x" => Some(Some('\\')),
                _ => None,
            };
            if let Some(escape) = escape {
                self.text_literal(escape)?;
                return Ok(TokenKind::PrefixedLiteral);
            }
        }
        Ok(TokenKind::Word { text: word.to_owned(), quoted: false })
    }

    /// Digits with at most one point, an exponent and the suffix `L`; or a point alone, or `0x…`.
    fn number(&mut self) -> Result<TokenKind, Box<Problem>> {
        if self.rest().starts_with("._") {
            return self.period_before_name();
        }
        let start = self.position;
        self.take_while(|c| c.is_ascii_digit());
        if self.since(start) == "0" && self.eat('x') {
            self.take_while(|c| c.is_ascii_hexdigit());
            return Ok(TokenKind::PrefixedLiteral);
        }
        self.eat('.');
        self.take_while(|c| c.is_ascii_digit());
        if self.since(start) == "." {
            return Ok(TokenKind::Period);
        }
        self.exponent();
        self.eat('L');
        Ok(TokenKind::Number(self.since(start).to_owned()))
    }

    /// `._` can only be the beginning of a column's name, so the table's name must be before it.
    fn period_before_name(&mut self) -> Result<TokenKind, Box<Problem>> {
        let before = self.tokens.last();
        let range = self.position..self.position + 1;
        if !before.is_some_and(|t| t.range.end == range.start && matches!(t.kind, TokenKind::Word { .. })) {
            return Err(Box::new(
                Problem::new(SYNTAX, range, "there is no name of a table before this point")
                    .help("table, point and column are written without blanks: deals.amount"),
            ));
        }
        self.bump();
        Ok(TokenKind::Period)
    }

    /// Reads past an exponent, if there is a whole one: the `e` of `1e` is a word.
    fn exponent(&mut self) {
        let Some(signed) = self.rest().strip_prefix(['e', 'E']) else { return };
        let digits = signed.strip_prefix(['+', '-']).unwrap_or(signed);
        if digits.starts_with(|c: char| c.is_ascii_digit()) {
            self.position = self.text.len() - digits.len();
            self.take_while(|c| c.is_ascii_digit());
        }
    }

    /// `$1` or `$$…$$` or `$tag$…$tag$`.
    fn dollar(&mut self) -> Result<TokenKind, Box<Problem>> {
        let start = self.position;
        self.bump();
        self.take_while(is_name_part);
        if !self.eat('$') {
            return Ok(TokenKind::Placeholder);
        }
        let delimiter = self.since(start);
        if self.skip_past(delimiter) {
            return Ok(TokenKind::PrefixedLiteral);
        }
        let message = format!("this text has no closing `{delimiter}`");
        Err(Box::new(
            Problem::new(SYNTAX, start..self.text.len(), message)
                .help("a text is written in single quotes: 'text'"),
        ))
    }

    fn text_literal(&mut self, escape: Option<char>) -> Result<String, Box<Problem>> {
        let start = self.position;
        self.quoted(escape).ok_or_else(|| {
            Box::new(
                Problem::new(SYNTAX, start..self.text.len(), "this text has no closing quote")
                    .help("a quote inside a text is doubled: 'it''s'"),
            )
        })
    }

    fn quoted_name(&mut self) -> Result<String, Box<Problem>> {
        let start = self.position;
        self.quoted(None).ok_or_else(|| {
            Box::new(
                Problem::new(SYNTAX, start..self.text.len(), "this name has no closing quote")
                    .help("names may be in double quotes: \"odd name\"; texts are in single quotes"),
            )
        })
    }

    /// The text between the quote here and the next one of its kind that is not doubled; `None` if there is none.
    fn quoted(&mut self, escape: Option<char>) -> Option<String> {
        let quote = self.bump()?;
        let mut inner = String::new();
        loop {
            let c = self.bump()?;
            if c == quote && !self.eat(quote) {
                return Some(inner);
            }
            inner.push(if Some(c) == escape { self.bump()? } else { c });
        }
    }

    fn line_comment(&mut self) {
        let start = self.position;
        self.take_while(|c| c != '\n');
        self.comment.get_or_insert(start..self.position);
    }

    /// `/*` up to the first `*/`: comments don't nest.
    fn block_comment(&mut self) -> Result<(), Box<Problem>> {
        let start = self.position;
        self.position += "/*".len();
        if !self.skip_past("*/") {
            return Err(Box::new(
                Problem::new(SYNTAX, start..self.text.len(), "this comment has no end")
                    .help("comments are not part of an expression; say why in the rule's `why`"),
            ));
        }
        self.comment.get_or_insert(start..self.position);
        Ok(())
    }

    fn symbol(&mut self) -> TokenKind {
        let Some(symbol) = SYMBOLS.iter().find(|symbol| self.rest().starts_with(**symbol)) else {
            self.bump();
            return TokenKind::Unknown;
        };
        self.position += symbol.len();
        match *symbol {
            "=" => TokenKind::Comparison(Comparison::Equal),
            "<>" | "!=" => TokenKind::Comparison(Comparison::NotEqual),
            "<" => TokenKind::Comparison(Comparison::Less),
            "<=" => TokenKind::Comparison(Comparison::LessOrEqual),
            ">" => TokenKind::Comparison(Comparison::Greater),
            ">=" => TokenKind::Comparison(Comparison::GreaterOrEqual),
            "+" => TokenKind::Plus,
            "-" => TokenKind::Minus,
            "*" => TokenKind::Asterisk,
            "/" => TokenKind::Slash,
            "(" => TokenKind::OpenParenthesis,
            ")" => TokenKind::CloseParenthesis,
            "," => TokenKind::Comma,
            other => TokenKind::OtherSymbol(other),
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.position..).unwrap_or_default()
    }

    /// The text from `start` to here.
    fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.position).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.position += next.len_utf8();
        Some(next)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.position += wanted.len_utf8();
        }
        found
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.position += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Moves behind the next place where `end` is found; without one, the position stays.
    fn skip_past(&mut self, end: &str) -> bool {
        let found = self.rest().find(end);
        if let Some(offset) = found {
            self.position += offset + end.len();
        }
        found.is_some()
    }
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_name_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_multi_byte_text_and_lines() {
        let text = "\"Größe\" = 'ä€'\r\n AND naïve > 1.50";
        let shown: Vec<&str> = tokenize(text).unwrap().iter().map(|t| &text[t.range.clone()]).collect();
        assert_eq!(shown, ["\"Größe\"", "=", "'ä€'", "AND", "naïve", ">", "1.50"]);
    }

    #[test]
    fn a_comment_is_not_swallowed() {
        assert_eq!(tokenize("5--3").unwrap_err().labels[0].0, 1..4);
        assert_eq!(tokenize("5 /* x */ + 1").unwrap_err().code, UNSUPPORTED);
    }

    #[test]
    fn an_open_quote_is_shown_to_the_end() {
        assert_eq!(tokenize("a = 'won").unwrap_err().labels[0].0, 4..8);
        assert_eq!(tokenize("\"a = 1").unwrap_err().labels[0].0, 0..6);
        assert_eq!(tokenize("a = $q$won$").unwrap_err().labels[0].0, 4..11);
        assert_eq!(tokenize("a /* won").unwrap_err().labels[0].0, 2..8);
    }

    #[test]
    fn a_longer_symbol_is_found_before_its_beginning() {
        for (index, longer) in SYMBOLS.iter().enumerate() {
            let hidden = SYMBOLS[..index].iter().find(|shorter| longer.starts_with(*shorter));
            assert_eq!(hidden, None, "{longer}");
        }
    }
}
