//! The tokens of an expression.

use std::ops::Range;

use super::tree::Comparison;

/// A token and its bytes in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes, with quotes and prefix.
    pub range: Range<usize>,
}

/// What a token is.
///
/// SQL that the language leaves out has tokens too, so that a message can say what it is instead of showing a caret
/// under half an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A keyword, a function or the name of a column or table.
    Word {
        /// Without quotes; a doubled quote is single.
        text: String,
        /// Whether it is in double quotes, and so never a keyword.
        quoted: bool,
    },
    /// A number as written. It may have an exponent or the suffix `L`, which the parser refuses.
    Number(String),
    /// `'…'` without its quotes; a doubled quote is single.
    Text(String),
    /// `=`, `<>` (also written `!=`), `<`, `<=`, `>` or `>=`.
    Comparison(Comparison),
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Asterisk,
    /// `/`
    Slash,
    /// `(`
    OpenParenthesis,
    /// `)`
    CloseParenthesis,
    /// `,`
    Comma,
    /// The point between table and column.
    Period,
    /// `N'…'`, `X'…'`, `0xFF` or `$tag$…$tag$`.
    PrefixedLiteral,
    /// `?`, `?1` or `$1`.
    Placeholder,
    /// An operator or punctuation mark of SQL dialects that the language does not have.
    OtherSymbol(&'static str),
    /// A character that begins no token.
    Unknown,
}

impl Token {
    /// Whether this is the given keyword, in any case and without quotes.
    pub fn is_word(&self, word: &str) -> bool {
        matches!(&self.kind, TokenKind::Word { text, quoted: false } if text.eq_ignore_ascii_case(word))
    }
}
