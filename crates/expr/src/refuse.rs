//! What to say about a token that has no place where it stands: plain mistakes, and parts of SQL that the
//! expression language leaves out on purpose.

use sqlparser::tokenizer::Token;

use super::lex::Piece;
use super::problem::{Problem, SYNTAX, UNSUPPORTED};

/// What could have stood there.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted {
    Value,
    Operator,
    Column,
    Word(&'static str),
}

impl Wanted {
    fn sentence(self) -> String {
        match self {
            Self::Value => "a column, a literal or a function is expected".to_owned(),
            Self::Operator => "an operator such as `=`, `+` or AND is expected".to_owned(),
            Self::Column => "the name of a column is expected".to_owned(),
            Self::Word(word) if word.starts_with('`') || word.len() > 4 => format!("{word} is expected"),
            Self::Word(word) => format!("`{word}` is expected"),
        }
    }
}

/// Words that can't be a bare column name.
const RESERVED: [&str; 17] = [
    "AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "IS", "NULL", "CASE", "WHEN", "THEN", "ELSE", "END", "TRUE",
    "FALSE", "SELECT", "FROM",
];

/// Whether the word can't be a column without double quotes.
pub(super) fn is_reserved(piece: &Piece) -> bool {
    RESERVED.iter().any(|word| piece.is_word(word))
}

/// The same of a name.
pub(super) fn is_reserved_word(name: &str) -> bool {
    RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name))
}

/// Whether SQL of a kind that is left out begins at `at`, where a value is expected.
pub(super) fn is_foreign(pieces: &[Piece], at: usize) -> bool {
    let Some(piece) = pieces.get(at) else { return false };
    let next = pieces.get(at + 1).map(|p| &p.token);
    let call = ["CAST", "TRY_CAST", "SAFE_CAST", "CONVERT", "EXISTS", "ANY", "ALL", "SOME", "UNNEST"];
    let typed = ["INTERVAL", "TIMESTAMP", "TIME", "DATETIME"];
    (next == Some(&Token::LParen) && call.iter().any(|word| piece.is_word(word)))
        || (matches!(next, Some(Token::SingleQuotedString(_) | Token::Number(..)))
            && typed.iter().any(|word| piece.is_word(word)))
}

/// Whether a function call is followed by what would make it a window or an aggregate.
pub(super) fn is_window(pieces: &[Piece], at: usize) -> bool {
    let follows = |word: &str| pieces.get(at).is_some_and(|p| p.is_word(word));
    follows("OVER") || follows("FILTER") || follows("WITHIN")
}

/// The problem with the token at `at`, which can't stand there.
pub(super) fn refuse(pieces: &[Piece], at: usize, length: usize, wanted: Wanted) -> Problem {
    let Some(piece) = pieces.get(at) else {
        if pieces.is_empty() {
            return Problem::new(SYNTAX, 0..length, "this expression is empty");
        }
        let message = format!("the expression ends too early: {}", wanted.sentence());
        return Problem::new(SYNTAX, length..length, message);
    };
    let range = piece.range.clone();
    if let Some((what, help)) = left_out(pieces, at) {
        return Problem::new(UNSUPPORTED, range, format!("{what} not part of the expression language"))
            .help(help);
    }
    if piece.token == Token::DoubleEq {
        return Problem::new(SYNTAX, range, "equality is written `=`, not `==`");
    }
    let shown = match &piece.token {
        Token::Word(word) => format!("`{}`", word.value),
        other => format!("`{other}`"),
    };
    let problem = Problem::new(SYNTAX, range, format!("{shown} can't stand here: {}", wanted.sentence()));
    match (&piece.token, wanted) {
        (Token::DoubleQuotedString(_) | Token::Word(_), Wanted::Operator) => {
            problem.help("a name with blanks or odd signs stands in double quotes, a text in single quotes")
        }
        (Token::Word(_), Wanted::Value | Wanted::Column) if is_reserved(piece) => {
            problem.help("a column of that name must stand in double quotes")
        }
        (Token::RParen, Wanted::Operator) => problem.help("there is no open parenthesis to close"),
        _ => problem,
    }
}

/// A part of SQL that is left out: what it is (with its verb) and what to do instead.
fn left_out(pieces: &[Piece], at: usize) -> Option<(&'static str, &'static str)> {
    let piece = pieces.get(at)?;
    let no_place = "see docs/expressions.md for all that can be written";
    let by_token = match &piece.token {
        Token::StringConcat => ("`||` (joining texts) is", no_place),
        Token::Mod => ("`%` (remainder) is", "in LIKE, `%` stands inside the quotes of the pattern"),
        Token::DoubleColon => ("`::` (a cast) is", "say what a column is in `types` of its source"),
        Token::Caret => ("`^` is", "multiply instead"),
        Token::DuckIntDiv => ("`//` is", "use `/`, which is exact to 12 decimals, and `round`"),
        Token::Spaceship => ("`<=>` is", "use `=` and IS NULL"),
        Token::Placeholder(_) | Token::Colon | Token::AtSign => {
            ("a placeholder is", "write the value itself")
        }
        Token::SemiColon => ("`;` is", "one expression stands alone"),
        Token::LBracket | Token::LBrace => ("a list or map is", "write IN ('a', 'b')"),
        Token::NationalStringLiteral(_)
        | Token::HexStringLiteral(_)
        | Token::SingleQuotedByteStringLiteral(_)
        | Token::EscapedStringLiteral(_)
        | Token::UnicodeStringLiteral(_)
        | Token::DollarQuotedString(_) => ("a literal with a prefix is", "write a plain 'text' or number"),
        Token::Word(word) if word.quote_style.is_none() => return left_out_word(pieces, at),
        _ => return None,
    };
    Some(by_token)
}

fn left_out_word(pieces: &[Piece], at: usize) -> Option<(&'static str, &'static str)> {
    let piece = pieces.get(at)?;
    let negated = piece.is_word("NOT");
    let word = if negated { pieces.get(at + 1)? } else { piece };
    let found: &[(&str, &str, &str)] = &[
        ("ILIKE", "ILIKE is", "write `lower(x) LIKE 'abc%'`"),
        ("RLIKE", "a regular expression is", "use LIKE with `%` and `_`"),
        ("REGEXP", "a regular expression is", "use LIKE with `%` and `_`"),
        ("SIMILAR", "SIMILAR TO is", "use LIKE with `%` and `_`"),
    ];
    let always: &[(&str, &str, &str)] = &[
        ("ESCAPE", "ESCAPE is", "a LIKE pattern knows `%` and `_` and nothing escapes them"),
        ("COLLATE", "COLLATE is", "texts are compared byte by byte; `lower` makes case not count"),
        ("OVER", "a window function is", "an expression sees one row of each table"),
        ("FILTER", "an aggregate is", "an expression sees one row of each table"),
        ("WITHIN", "an aggregate is", "an expression sees one row of each table"),
        ("SELECT", "a subquery is", "an expression sees one row of each table"),
        ("EXISTS", "a subquery is", "an expression sees one row of each table"),
        ("ANY", "ANY is", "use IN"),
        ("SOME", "SOME is", "use IN"),
        ("ALL", "ALL is", "use NOT IN, `least` or `greatest`"),
        ("UNNEST", "UNNEST is", "use IN"),
        ("DISTINCT", "IS DISTINCT FROM is", "use `=` and IS NULL"),
        ("UNKNOWN", "IS UNKNOWN is", "use IS NULL"),
        ("DIV", "DIV is", "use `/` and `round`"),
        ("MOD", "MOD is", "there is no remainder"),
        ("XOR", "XOR is", "use `<>` between conditions in parentheses"),
        ("AS", "a name or type after AS is", "say what a column is in `types` of its source"),
        ("AT", "AT TIME ZONE is", "dates have no time"),
    ];
    let value_only: &[(&str, &str, &str)] = &[
        ("CAST", "a cast is", "say what a column is in `types` of its source"),
        ("TRY_CAST", "a cast is", "say what a column is in `types` of its source"),
        ("SAFE_CAST", "a cast is", "say what a column is in `types` of its source"),
        ("CONVERT", "a cast is", "say what a column is in `types` of its source"),
        ("INTERVAL", "INTERVAL is", "a date plus or minus a number moves it by so many days"),
        ("TIMESTAMP", "a time is", "dates have no time: DATE '2026-07-01'"),
        ("TIME", "a time is", "dates have no time: DATE '2026-07-01'"),
        ("DATETIME", "a time is", "dates have no time: DATE '2026-07-01'"),
    ];
    let foreign = if is_foreign(pieces, at) { value_only } else { &[] };
    let plain = if negated { &[] } else { always };
    let hit = found.iter().chain(plain).chain(foreign).find(|(name, ..)| word.is_word(name));
    hit.map(|(_, what, help)| (*what, *help))
}
