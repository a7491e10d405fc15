//! Tokens → syntax tree, in which every node knows its bytes.
//!
//! The grammar is the contract's and nothing more, so it is written out here on top of sqlparser's tokenizer:
//! sqlparser's own tree has no places for operators and literals, and would have to be refused piece by piece.
//! A test holds the two parsers against each other. Knows no tables and no types.

use std::ops::Range;

use sqlparser::tokenizer::Token;

use super::lex::Piece;
use super::problem::{BAD_LITERAL, Problem, SYNTAX, UNSUPPORTED};
use super::syntax::{Ast, Name, Syntax};
use super::tree::{Arithmetic, Comparison};
use super::{decimal, refuse};

/// Parentheses, CASE, NOT and signs inside one another.
pub(super) const MAX_NESTING: usize = 48;
/// Steps from the root to a leaf: bounds the recursion of everything that walks a tree.
pub(super) const MAX_DEPTH: usize = 100;

pub(super) type Parsed = Result<Ast, Box<Problem>>;

/// The tree of a whole expression. `length` is that of its text in bytes.
pub(super) fn parse(pieces: &[Piece], length: usize) -> Parsed {
    let mut parser = Parser { pieces, at: 0, length, nesting: 0 };
    let tree = parser.expression()?;
    if parser.piece().is_some() {
        return Err(parser.refuse(refuse::Wanted::Operator));
    }
    Ok(tree)
}

struct Parser<'p> {
    pieces: &'p [Piece],
    at: usize,
    length: usize,
    nesting: usize,
}

impl Parser<'_> {
    fn expression(&mut self) -> Parsed {
        self.nested(Self::or)
    }

    fn or(&mut self) -> Parsed {
        self.joined("OR", Self::and, Syntax::Or)
    }

    fn and(&mut self) -> Parsed {
        self.joined("AND", Self::not, Syntax::And)
    }

    fn joined(&mut self, word: &str, part: fn(&mut Self) -> Parsed, kind: fn(Vec<Ast>) -> Syntax) -> Parsed {
        let first = part(self)?;
        if !self.is_word(word) {
            return Ok(first);
        }
        let start = first.range.start;
        let mut all = vec![first];
        while self.word(word) {
            all.push(part(self)?);
        }
        self.node(start, kind(all))
    }

    fn not(&mut self) -> Parsed {
        let start = self.start();
        if !self.word("NOT") {
            return self.predicate();
        }
        let inner = self.nested(Self::not)?;
        self.node(start, Syntax::Not(Box::new(inner)))
    }

    /// One comparison, BETWEEN, IN or LIKE, then any IS.
    fn predicate(&mut self) -> Parsed {
        let start = self.start();
        let mut left = self.sum()?;
        if let Some(op) = self.comparison() {
            let right = Box::new(self.sum()?);
            left = self.node(start, Syntax::Compare { op, left: Box::new(left), right })?;
        } else if self.is_test() {
            left = self.test(start, left)?;
        }
        while self.word("IS") {
            left = self.is(start, left)?;
        }
        if self.peek_comparison().is_some() || self.is_test() {
            return Err(Box::new(Problem::new(SYNTAX, self.here(), "comparisons can't be chained").help(
                "join them with AND, as in `a < b AND b < c`, or put parentheses around the first one",
            )));
        }
        Ok(left)
    }

    fn is_test(&self) -> bool {
        let skip = usize::from(self.is_word("NOT"));
        self.pieces
            .get(self.at + skip)
            .is_some_and(|p| ["BETWEEN", "IN", "LIKE"].iter().any(|w| p.is_word(w)))
    }

    fn test(&mut self, start: usize, value: Ast) -> Parsed {
        let negated = self.word("NOT");
        let value = Box::new(value);
        if self.word("BETWEEN") {
            let low = Box::new(self.sum()?);
            if !self.word("AND") {
                return Err(self.refuse(refuse::Wanted::Word("AND")));
            }
            let high = Box::new(self.sum()?);
            return self.node(start, Syntax::Between { negated, value, low, high });
        }
        if self.word("LIKE") {
            let pattern = Box::new(self.sum()?);
            return self.node(start, Syntax::Like { negated, value, pattern });
        }
        self.word("IN");
        self.token(&Token::LParen, refuse::Wanted::Word("("))?;
        let list = self.list(start)?;
        self.node(start, Syntax::In { negated, value, list })
    }

    fn is(&mut self, start: usize, value: Ast) -> Parsed {
        let negated = self.word("NOT");
        let value = Box::new(value);
        let kind = if self.word("NULL") {
            Syntax::IsNull { negated, value }
        } else if self.word("TRUE") {
            Syntax::IsTruth { negated, truth: true, value }
        } else if self.word("FALSE") {
            Syntax::IsTruth { negated, truth: false, value }
        } else {
            return Err(self.refuse(refuse::Wanted::Word("NULL, TRUE or FALSE")));
        };
        self.node(start, kind)
    }

    fn peek_comparison(&self) -> Option<Comparison> {
        Some(match self.piece()?.token {
            Token::Eq => Comparison::Equal,
            Token::Neq => Comparison::NotEqual,
            Token::Lt => Comparison::Less,
            Token::LtEq => Comparison::LessOrEqual,
            Token::Gt => Comparison::Greater,
            Token::GtEq => Comparison::GreaterOrEqual,
            _ => return None,
        })
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let found = self.peek_comparison();
        self.at += usize::from(found.is_some());
        found
    }

    fn sum(&mut self) -> Parsed {
        self.chain(Self::product, |token| match token {
            Token::Plus => Some(Arithmetic::Add),
            Token::Minus => Some(Arithmetic::Subtract),
            _ => None,
        })
    }

    fn product(&mut self) -> Parsed {
        self.chain(Self::signed, |token| match token {
            Token::Mul => Some(Arithmetic::Multiply),
            Token::Div => Some(Arithmetic::Divide),
            _ => None,
        })
    }

    fn chain(&mut self, part: fn(&mut Self) -> Parsed, op: fn(&Token) -> Option<Arithmetic>) -> Parsed {
        let start = self.start();
        let mut left = part(self)?;
        while let Some(op) = self.piece().and_then(|p| op(&p.token)) {
            self.at += 1;
            let right = Box::new(part(self)?);
            left = self.node(start, Syntax::Arithmetic { op, left: Box::new(left), right })?;
        }
        Ok(left)
    }

    fn signed(&mut self) -> Parsed {
        let start = self.start();
        let minus = match self.piece().map(|p| &p.token) {
            Some(Token::Minus) => true,
            Some(Token::Plus) => false,
            _ => return self.operand(),
        };
        self.at += 1;
        let inner = self.nested(Self::signed)?;
        let kind = match inner.kind {
            // A sign belongs to its literal: `-5` is one value.
            Syntax::Number { unscaled, scale } if minus => Syntax::Number { unscaled: -unscaled, scale },
            _ if minus => Syntax::Minus(Box::new(inner)),
            _ => Syntax::Plus(Box::new(inner)),
        };
        self.node(start, kind)
    }

    fn operand(&mut self) -> Parsed {
        let Some(piece) = self.piece() else { return Err(self.refuse(refuse::Wanted::Value)) };
        let range = piece.range.clone();
        match &piece.token {
            Token::Number(digits, long) => {
                let literal = number(digits, *long, &range)?;
                self.at += 1;
                self.node(range.start, literal)
            }
            Token::SingleQuotedString(text) => {
                let text = Syntax::Text(text.clone());
                self.at += 1;
                self.node(range.start, text)
            }
            Token::LParen => self.parenthesis(range.start),
            Token::Word(word) if word.quote_style.is_some() => self.column(),
            Token::Word(_) => self.word_operand(range.start),
            _ => Err(self.refuse(refuse::Wanted::Value)),
        }
    }

    fn parenthesis(&mut self, start: usize) -> Parsed {
        let open = self.here();
        self.at += 1;
        let inner = self.expression()?;
        if self.piece().is_none() {
            return Err(Box::new(Problem::new(SYNTAX, open, "this parenthesis is not closed")));
        }
        self.token(&Token::RParen, refuse::Wanted::Word(")"))?;
        Ok(Ast { range: start..self.end(), ..inner })
    }

    fn word_operand(&mut self, start: usize) -> Parsed {
        for (word, kind) in
            [("NULL", Syntax::Null), ("TRUE", Syntax::Boolean(true)), ("FALSE", Syntax::Boolean(false))]
        {
            if self.word(word) {
                return self.node(start, kind);
            }
        }
        if self.word("CASE") {
            return self.case(start);
        }
        let next = self.pieces.get(self.at + 1).map(|p| &p.token);
        if self.is_word("DATE")
            && let Some(Token::SingleQuotedString(text)) = next
        {
            let text = text.clone();
            self.at += 1;
            let at = self.here();
            self.at += 1;
            return self.node(start, Syntax::Date { text, at });
        }
        if self.piece().is_some_and(refuse::is_reserved) || refuse::is_foreign(self.pieces, self.at) {
            return Err(self.refuse(refuse::Wanted::Value));
        }
        if next == Some(&Token::LParen) {
            return self.call(start);
        }
        self.column()
    }

    fn column(&mut self) -> Parsed {
        let start = self.start();
        let first = self.name()?;
        let mut column = Syntax::Column { table: None, name: first.clone() };
        if self.piece().is_some_and(|p| p.token == Token::Period) {
            self.at += 1;
            column = Syntax::Column { table: Some(first), name: self.name()? };
        }
        self.node(start, column)
    }

    fn name(&mut self) -> Result<Name, Box<Problem>> {
        match self.piece() {
            Some(Piece { token: Token::Word(word), range }) => {
                let name = Name {
                    text: word.value.clone(),
                    quoted: word.quote_style.is_some(),
                    range: range.clone(),
                };
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.refuse(refuse::Wanted::Column)),
        }
    }

    fn case(&mut self, start: usize) -> Parsed {
        let operand = if self.is_word("WHEN") { None } else { Some(Box::new(self.expression()?)) };
        let mut branches = Vec::new();
        while self.word("WHEN") {
            let when = self.expression()?;
            if !self.word("THEN") {
                return Err(self.refuse(refuse::Wanted::Word("THEN")));
            }
            branches.push((when, self.expression()?));
        }
        if branches.is_empty() {
            return Err(self.refuse(refuse::Wanted::Word("WHEN")));
        }
        let otherwise = if self.word("ELSE") { Some(Box::new(self.expression()?)) } else { None };
        if !self.word("END") {
            return Err(self.refuse(refuse::Wanted::Word("END, which closes this CASE,")));
        }
        self.node(start, Syntax::Case { operand, branches, otherwise })
    }

    fn call(&mut self, start: usize) -> Parsed {
        let name = self.name()?;
        self.at += 1;
        let kind = if name.text.eq_ignore_ascii_case("extract") {
            let part = self.name()?;
            if !self.word("FROM") {
                return Err(self.refuse(refuse::Wanted::Word("FROM, as in `extract(year from close_date)`,")));
            }
            let from = Box::new(self.expression()?);
            self.token(&Token::RParen, refuse::Wanted::Word(")"))?;
            Syntax::Extract { part, from }
        } else if self.piece().is_some_and(|p| p.token == Token::RParen) {
            self.at += 1;
            Syntax::Call { name, arguments: Vec::new() }
        } else {
            Syntax::Call { name, arguments: self.list(start)? }
        };
        if refuse::is_window(self.pieces, self.at) {
            return Err(self.refuse(refuse::Wanted::Operator));
        }
        self.node(start, kind)
    }

    /// The values up to and with the closing parenthesis.
    fn list(&mut self, start: usize) -> Result<Vec<Ast>, Box<Problem>> {
        let mut all = Vec::new();
        loop {
            all.push(self.expression()?);
            match self.piece().map(|p| &p.token) {
                Some(Token::Comma) => self.at += 1,
                Some(Token::RParen) => break,
                Some(_) => return Err(self.refuse(refuse::Wanted::Word("`,` or `)`"))),
                None => {
                    let range = start..self.end();
                    return Err(Box::new(
                        Problem::new(SYNTAX, range, "this list is not closed").help("add `)`"),
                    ));
                }
            }
        }
        self.at += 1;
        Ok(all)
    }

    // The ground under the grammar.

    fn piece(&self) -> Option<&Piece> {
        self.pieces.get(self.at)
    }

    /// Where the next token stands, or the end of the text.
    fn here(&self) -> Range<usize> {
        self.piece().map_or(self.length..self.length, |p| p.range.clone())
    }

    fn start(&self) -> usize {
        self.here().start
    }

    /// Where the last token that was read ends.
    fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.pieces.get(at)).map_or(0, |p| p.range.end)
    }

    fn is_word(&self, word: &str) -> bool {
        self.piece().is_some_and(|p| p.is_word(word))
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    fn token(&mut self, token: &Token, wanted: refuse::Wanted) -> Result<(), Box<Problem>> {
        if self.piece().is_some_and(|p| p.token == *token) {
            self.at += 1;
            return Ok(());
        }
        Err(self.refuse(wanted))
    }

    fn refuse(&self, wanted: refuse::Wanted) -> Box<Problem> {
        Box::new(refuse::refuse(self.pieces, self.at, self.length, wanted))
    }

    fn nested(&mut self, part: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.nesting >= MAX_NESTING {
            return Err(too_deep(self.here()));
        }
        self.nesting += 1;
        let outcome = part(self);
        self.nesting -= 1;
        outcome
    }

    /// A node from `start` to the last token read.
    fn node(&self, start: usize, kind: Syntax) -> Parsed {
        let range = start..self.end();
        let depth = 1 + kind.children().iter().map(|child| child.depth).max().unwrap_or(0);
        if depth > MAX_DEPTH {
            return Err(too_deep(range));
        }
        Ok(Ast { range, kind, depth })
    }
}

fn too_deep(range: Range<usize>) -> Box<Problem> {
    Box::new(Problem::new(UNSUPPORTED, range, "this expression is nested too deeply").help(format!(
        "at most {MAX_NESTING} parentheses and {MAX_DEPTH} operators may stand inside one another"
    )))
}

fn number(digits: &str, long: bool, range: &Range<usize>) -> Result<Syntax, Box<Problem>> {
    let bad = |code, message: &str| Problem::new(code, range.clone(), message.to_owned());
    if long || digits.contains(['e', 'E']) {
        return Err(Box::new(
            bad(UNSUPPORTED, "a number is written in digits with at most one point")
                .help("write 1000, not 1e3"),
        ));
    }
    if digits.ends_with('.') {
        return Err(Box::new(
            bad(SYNTAX, "there are no digits after the point of this number").help("write 5 or 5.0"),
        ));
    }
    match decimal::parse(digits) {
        Some((unscaled, scale)) => Ok(Syntax::Number { unscaled, scale }),
        None => Err(Box::new(bad(BAD_LITERAL, "this number has more than 38 digits"))),
    }
}
