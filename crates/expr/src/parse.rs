//! Tokens → syntax tree, in which every node knows its bytes. Knows no tables and no types.
//!
//! A parser by recursive descent, one method for each level of precedence; its recursion is bounded by [`MAX_NESTING`].
//! Of expressions that both can read, its trees are those of sqlparser: tests/sqlparser has them, and fuzzing compares the two.

use std::ops::Range;

use super::problem::{BAD_LITERAL, Problem, SYNTAX, UNSUPPORTED};
use super::syntax::{Ast, Name, Syntax};
use super::token::{Token, TokenKind};
use super::tree::{Arithmetic, Comparison};
use super::{decimal, refuse};

/// The most parentheses, CASE, NOT and signs inside one another: the bound of this parser's recursion.
pub(super) const MAX_NESTING: usize = 48;
/// The most nodes from the root of a tree to a leaf: the bound of the recursion of everything that walks a tree.
pub(super) const MAX_DEPTH: usize = 100;

/// What joins texts.
const JOIN: TokenKind = TokenKind::OtherSymbol("||");

/// A tree, or the first mistake.
pub(super) type ParseResult = Result<Ast, Box<Problem>>;

/// The tree of a whole expression from its text and the text's tokens.
pub(super) fn parse(text: &str, tokens: &[Token]) -> ParseResult {
    let mut parser = Parser { text, tokens, position: 0, nesting: 0 };
    let tree = parser.expression()?;
    if parser.peek().is_some() {
        return Err(parser.refuse(refuse::Expectation::Operator));
    }
    Ok(tree)
}

struct Parser<'p> {
    text: &'p str,
    tokens: &'p [Token],
    /// Index of the next token.
    position: usize,
    /// Calls of [`Parser::nested`] that have not returned.
    nesting: usize,
}

impl Parser<'_> {
    fn expression(&mut self) -> ParseResult {
        self.nested(Self::or)
    }

    fn or(&mut self) -> ParseResult {
        self.joined("OR", Self::and, Syntax::Or)
    }

    fn and(&mut self) -> ParseResult {
        self.joined("AND", Self::not, Syntax::And)
    }

    /// Parts with the same word between them, which are one node.
    fn joined(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> ParseResult,
        kind: fn(Vec<Ast>) -> Syntax,
    ) -> ParseResult {
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

    fn not(&mut self) -> ParseResult {
        let start = self.start();
        if !self.word("NOT") {
            return self.predicate();
        }
        let inner = self.nested(Self::not)?;
        self.node(start, Syntax::Not(Box::new(inner)))
    }

    /// Joined texts; or one comparison, BETWEEN, IN or LIKE of them; then any number of IS.
    fn predicate(&mut self) -> ParseResult {
        let start = self.start();
        let mut left = self.joined_texts()?;
        if let Some(op) = self.comparison() {
            let right = Box::new(self.joined_texts()?);
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
        let token = self.tokens.get(self.position + skip);
        token.is_some_and(|token| ["BETWEEN", "IN", "LIKE"].iter().any(|word| token.is_word(word)))
    }

    fn test(&mut self, start: usize, value: Ast) -> ParseResult {
        let negated = self.word("NOT");
        let value = Box::new(value);
        if self.word("BETWEEN") {
            let low = Box::new(self.joined_texts()?);
            if !self.word("AND") {
                return Err(self.refuse(refuse::Expectation::Word("AND")));
            }
            let high = Box::new(self.joined_texts()?);
            return self.node(start, Syntax::Between { negated, value, low, high });
        }
        if self.word("LIKE") {
            let pattern = Box::new(self.joined_texts()?);
            return self.node(start, Syntax::Like { negated, value, pattern });
        }
        self.word("IN");
        self.token(&TokenKind::OpenParenthesis, refuse::Expectation::Word("("))?;
        let list = self.list(start)?;
        self.node(start, Syntax::In { negated, value, list })
    }

    fn is(&mut self, start: usize, value: Ast) -> ParseResult {
        let negated = self.word("NOT");
        let value = Box::new(value);
        let kind = if self.word("NULL") {
            Syntax::IsNull { negated, value }
        } else if self.word("TRUE") {
            Syntax::IsTruth { negated, truth: true, value }
        } else if self.word("FALSE") {
            Syntax::IsTruth { negated, truth: false, value }
        } else {
            return Err(self.refuse(refuse::Expectation::Word("NULL, TRUE or FALSE")));
        };
        self.node(start, kind)
    }

    fn peek_comparison(&self) -> Option<Comparison> {
        match self.peek_kind()? {
            TokenKind::Comparison(op) => Some(*op),
            _ => None,
        }
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let found = self.peek_comparison();
        self.position += usize::from(found.is_some());
        found
    }

    /// Sums with `||` between them, which are one node.
    fn joined_texts(&mut self) -> ParseResult {
        let start = self.start();
        let first = self.sum()?;
        if self.peek_kind() != Some(&JOIN) {
            return Ok(first);
        }
        let mut all = vec![first];
        while self.peek_kind() == Some(&JOIN) {
            self.position += 1;
            all.push(self.sum()?);
        }
        self.node(start, Syntax::Join(all))
    }

    fn sum(&mut self) -> ParseResult {
        self.chain(Self::product, |token| match token {
            TokenKind::Plus => Some(Arithmetic::Add),
            TokenKind::Minus => Some(Arithmetic::Subtract),
            _ => None,
        })
    }

    fn product(&mut self) -> ParseResult {
        self.chain(Self::signed, |token| match token {
            TokenKind::Asterisk => Some(Arithmetic::Multiply),
            TokenKind::Slash => Some(Arithmetic::Divide),
            _ => None,
        })
    }

    /// Parts with operators between them, which associate to the left.
    fn chain(
        &mut self,
        part: fn(&mut Self) -> ParseResult,
        op: fn(&TokenKind) -> Option<Arithmetic>,
    ) -> ParseResult {
        let start = self.start();
        let mut left = part(self)?;
        while let Some(op) = self.peek_kind().and_then(op) {
            self.position += 1;
            let right = Box::new(part(self)?);
            left = self.node(start, Syntax::Arithmetic { op, left: Box::new(left), right })?;
        }
        Ok(left)
    }

    fn signed(&mut self) -> ParseResult {
        let start = self.start();
        let minus = match self.peek_kind() {
            Some(TokenKind::Minus) => true,
            Some(TokenKind::Plus) => false,
            _ => return self.operand(),
        };
        self.position += 1;
        let inner = self.nested(Self::signed)?;
        let kind = match inner.kind {
            // A sign belongs to its literal: `-5` is one value.
            Syntax::Number { unscaled, scale } if minus => Syntax::Number { unscaled: -unscaled, scale },
            _ if minus => Syntax::Minus(Box::new(inner)),
            _ => Syntax::Plus(Box::new(inner)),
        };
        self.node(start, kind)
    }

    fn operand(&mut self) -> ParseResult {
        let Some(token) = self.peek() else { return Err(self.refuse(refuse::Expectation::Value)) };
        let range = token.range.clone();
        match &token.kind {
            TokenKind::Number(digits) => {
                let literal = number(digits, &range)?;
                self.position += 1;
                self.node(range.start, literal)
            }
            TokenKind::Text(text) => {
                let text = Syntax::Text(text.clone());
                self.position += 1;
                self.node(range.start, text)
            }
            TokenKind::OpenParenthesis => self.parenthesis(range.start),
            TokenKind::Word { quoted: true, .. } => self.column(),
            TokenKind::Word { quoted: false, .. } => self.word_operand(range.start),
            _ => Err(self.refuse(refuse::Expectation::Value)),
        }
    }

    fn parenthesis(&mut self, start: usize) -> ParseResult {
        let open = self.here();
        self.position += 1;
        let inner = self.expression()?;
        if self.peek().is_none() {
            return Err(Box::new(Problem::new(SYNTAX, open, "this parenthesis is not closed")));
        }
        self.token(&TokenKind::CloseParenthesis, refuse::Expectation::Word(")"))?;
        Ok(Ast { range: start..self.end(), ..inner })
    }

    fn word_operand(&mut self, start: usize) -> ParseResult {
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
        let next = self.tokens.get(self.position + 1).map(|token| &token.kind);
        if self.is_word("DATE")
            && let Some(TokenKind::Text(text)) = next
        {
            let text = text.clone();
            self.position += 1;
            let text_range = self.here();
            self.position += 1;
            return self.node(start, Syntax::Date { text, text_range });
        }
        if self.peek().is_some_and(refuse::is_reserved) || refuse::is_foreign(self.tokens, self.position) {
            return Err(self.refuse(refuse::Expectation::Value));
        }
        if next == Some(&TokenKind::OpenParenthesis) {
            return self.call(start);
        }
        self.column()
    }

    fn column(&mut self) -> ParseResult {
        let start = self.start();
        let first = self.name()?;
        let mut column = Syntax::Column { table: None, name: first.clone() };
        if self.peek_kind() == Some(&TokenKind::Period) {
            self.position += 1;
            column = Syntax::Column { table: Some(first), name: self.name()? };
        }
        self.node(start, column)
    }

    fn name(&mut self) -> Result<Name, Box<Problem>> {
        match self.peek() {
            Some(Token { kind: TokenKind::Word { text, quoted }, range }) => {
                let name = Name { text: text.clone(), quoted: *quoted, range: range.clone() };
                self.position += 1;
                Ok(name)
            }
            _ => Err(self.refuse(refuse::Expectation::Column)),
        }
    }

    fn case(&mut self, start: usize) -> ParseResult {
        let operand = if self.is_word("WHEN") { None } else { Some(Box::new(self.expression()?)) };
        let mut branches = Vec::new();
        while self.word("WHEN") {
            let when = self.expression()?;
            if !self.word("THEN") {
                return Err(self.refuse(refuse::Expectation::Word("THEN")));
            }
            branches.push((when, self.expression()?));
        }
        if branches.is_empty() {
            return Err(self.refuse(refuse::Expectation::Word("WHEN")));
        }
        let otherwise = if self.word("ELSE") { Some(Box::new(self.expression()?)) } else { None };
        if !self.word("END") {
            return Err(self.refuse(refuse::Expectation::Word("END, which closes this CASE,")));
        }
        self.node(start, Syntax::Case { operand, branches, otherwise })
    }

    fn call(&mut self, start: usize) -> ParseResult {
        let name = self.name()?;
        self.position += 1;
        let kind = if name.text.eq_ignore_ascii_case("extract") {
            let part = self.name()?;
            if !self.word("FROM") {
                return Err(
                    self.refuse(refuse::Expectation::Word("FROM, as in `extract(year from close_date)`,"))
                );
            }
            let from = Box::new(self.expression()?);
            self.token(&TokenKind::CloseParenthesis, refuse::Expectation::Word(")"))?;
            Syntax::Extract { part, from }
        } else if name.text.eq_ignore_ascii_case("position") {
            let part = Box::new(self.nested(Self::joined_texts)?);
            if !self.word("IN") {
                return Err(self.refuse(refuse::Expectation::Word("IN, as in `position('-' IN deal_id)`,")));
            }
            let text = Box::new(self.nested(Self::joined_texts)?);
            self.token(&TokenKind::CloseParenthesis, refuse::Expectation::Word(")"))?;
            Syntax::Position { part, text }
        } else if self.peek_kind() == Some(&TokenKind::CloseParenthesis) {
            self.position += 1;
            Syntax::Call { name, arguments: Vec::new() }
        } else {
            Syntax::Call { name, arguments: self.list(start)? }
        };
        if refuse::is_window(self.tokens, self.position) {
            return Err(self.refuse(refuse::Expectation::Operator));
        }
        self.node(start, kind)
    }

    /// The values up to the closing parenthesis, which is read too. `start` is where the construct begins.
    fn list(&mut self, start: usize) -> Result<Vec<Ast>, Box<Problem>> {
        let mut all = Vec::new();
        loop {
            all.push(self.expression()?);
            match self.peek_kind() {
                Some(TokenKind::Comma) => self.position += 1,
                Some(TokenKind::CloseParenthesis) => break,
                Some(_) => return Err(self.refuse(refuse::Expectation::Word("`,` or `)`"))),
                None => {
                    let range = start..self.end();
                    return Err(Box::new(
                        Problem::new(SYNTAX, range, "this list is not closed").help("add `)`"),
                    ));
                }
            }
        }
        self.position += 1;
        Ok(all)
    }

    // Reading tokens, which the grammar above is made of.

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.position)
    }

    fn peek_kind(&self) -> Option<&TokenKind> {
        self.peek().map(|token| &token.kind)
    }

    /// The place of the next token, or the end of the text.
    fn here(&self) -> Range<usize> {
        self.peek().map_or(self.text.len()..self.text.len(), |token| token.range.clone())
    }

    fn start(&self) -> usize {
        self.here().start
    }

    /// The end of the last token that was read.
    fn end(&self) -> usize {
        let last = self.position.checked_sub(1).and_then(|last| self.tokens.get(last));
        last.map_or(0, |token| token.range.end)
    }

    fn is_word(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| token.is_word(word))
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.position += usize::from(found);
        found
    }

    fn token(&mut self, kind: &TokenKind, wanted: refuse::Expectation) -> Result<(), Box<Problem>> {
        if self.peek_kind() == Some(kind) {
            self.position += 1;
            return Ok(());
        }
        Err(self.refuse(wanted))
    }

    fn refuse(&self, wanted: refuse::Expectation) -> Box<Problem> {
        Box::new(refuse::refuse(self.text, self.tokens, self.position, wanted))
    }

    fn nested(&mut self, part: impl FnOnce(&mut Self) -> ParseResult) -> ParseResult {
        if self.nesting >= MAX_NESTING {
            return Err(too_deep(self.here()));
        }
        self.nesting += 1;
        let outcome = part(self);
        self.nesting -= 1;
        outcome
    }

    /// A node from `start` to the last token read.
    fn node(&self, start: usize, kind: Syntax) -> ParseResult {
        let range = start..self.end();
        let depth = 1 + kind.children().iter().map(|child| child.depth).max().unwrap_or(0);
        if depth > MAX_DEPTH {
            return Err(too_deep(range));
        }
        Ok(Ast { range, kind, depth })
    }
}

fn too_deep(range: Range<usize>) -> Box<Problem> {
    Box::new(
        Problem::new(UNSUPPORTED, range, "this expression is nested too deeply")
            .help(format!("at most {MAX_NESTING} parentheses and {MAX_DEPTH} operators may be nested")),
    )
}

fn number(digits: &str, range: &Range<usize>) -> Result<Syntax, Box<Problem>> {
    let bad = |code, message: &str| Problem::new(code, range.clone(), message.to_owned());
    if digits.contains(['e', 'E', 'L']) {
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
