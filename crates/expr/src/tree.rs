//! The typed tree of an expression. Every node knows its type, its bytes in the text and the tables it reads.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use apportion_base::notation::{DateFormat, NumberNotation};

use super::pattern::Pattern;
use super::scope::ColumnRef;
use super::types::Type;

/// A typed expression.
#[derive(Debug, Clone)]
pub struct Node {
    /// The type of its value.
    pub ty: Type,
    /// Bytes of the expression's text, with the parentheses around it.
    pub range: Range<usize>,
    /// What it computes, and from what.
    pub kind: Kind,
    uses: TableUse,
}

/// Which tables the columns under a node belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableUse {
    /// A constant.
    Nothing,
    /// One table, as an index into [`Scope::tables`](super::Scope::tables).
    One(usize),
    /// More than one table.
    Several,
}

impl TableUse {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, uses) | (uses, Self::Nothing) => uses,
            (Self::One(a), Self::One(b)) if a == b => self,
            _ => Self::Several,
        }
    }
}

/// What a node computes. Null in, null out, except where noted.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A constant.
    Literal(Literal),
    /// The value of a column.
    Column(ColumnRef),
    /// Conditions that must all be true, as written: two or more. Null as in SQL.
    And(Vec<Node>),
    /// Conditions of which one must be true, as written: two or more. Null as in SQL.
    Or(Vec<Node>),
    /// The opposite of a condition.
    Not(Box<Node>),
    /// `left op right`; both have one type.
    Compare {
        /// Which comparison.
        op: Comparison,
        /// Left operand.
        left: Box<Node>,
        /// Right operand.
        right: Box<Node>,
    },
    /// `value BETWEEN low AND high`, both ends included; all have one type.
    Between {
        /// NOT BETWEEN.
        negated: bool,
        /// The value in question.
        value: Box<Node>,
        /// The lower end.
        low: Box<Node>,
        /// The upper end.
        high: Box<Node>,
    },
    /// `value IN (list)`; all have one type.
    In {
        /// NOT IN.
        negated: bool,
        /// The value in question.
        value: Box<Node>,
        /// The values that it is compared with, at least one.
        list: Vec<Node>,
    },
    /// `value LIKE pattern`, of texts.
    Like {
        /// NOT LIKE.
        negated: bool,
        /// The text in question.
        value: Box<Node>,
        /// The pattern, in which `%` is any run of characters and `_` one character.
        pattern: Box<Node>,
    },
    /// `value IS NULL`; never null.
    IsNull {
        /// IS NOT NULL.
        negated: bool,
        /// A value of any type.
        value: Box<Node>,
    },
    /// `value IS TRUE` or `IS FALSE`; never null.
    IsTruth {
        /// IS NOT.
        negated: bool,
        /// TRUE or FALSE.
        truth: bool,
        /// A condition.
        value: Box<Node>,
    },
    /// CASE: the value of the first branch that is taken.
    Case {
        /// The value after CASE that WHEN values are compared with; without one, WHEN takes conditions.
        operand: Option<Box<Node>>,
        /// WHEN and THEN of each branch.
        branches: Vec<(Node, Node)>,
        /// ELSE; null without one.
        otherwise: Option<Box<Node>>,
    },
    /// A number with the other sign.
    Negate(Box<Node>),
    /// `left op right` of numbers.
    Arithmetic {
        /// Which operation.
        op: Arithmetic,
        /// Left operand.
        left: Box<Node>,
        /// Right operand.
        right: Box<Node>,
    },
    /// A date minus a date: a number of days.
    DaysBetween {
        /// The date from which `right` is subtracted.
        left: Box<Node>,
        /// The date that is subtracted.
        right: Box<Node>,
    },
    /// A date so many days later.
    MoveDate {
        /// Earlier instead of later: the days are subtracted.
        back: bool,
        /// The date.
        date: Box<Node>,
        /// A whole number of days.
        days: Box<Node>,
        /// Whether a date came to lie outside of the calendar, where it is null.
        beyond: Beyond,
    },
    /// A function of its arguments, whose number and types fit it.
    Call {
        /// Which function.
        function: Function,
        /// Its arguments, without what is part of the function: the digits of `round`, the part of `extract`, patterns, notations
        /// and formats.
        arguments: Vec<Node>,
    },
}

/// Notes that a date was moved outside of the years 1 to 9999. An open end is written as 9999-12-31 in many exports, so that this is
/// no fault of the data; somebody should know of it all the same. All copies of an expression share the note.
#[derive(Debug, Clone, Default)]
pub struct Beyond(Arc<AtomicBool>);

impl Beyond {
    pub(super) fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it has happened since the expression was compiled.
    pub fn happened(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A constant as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// NULL, of the node's type.
    Null,
    /// A text.
    Text(String),
    /// `unscaled / 10^scale`.
    Number {
        /// The digits with their sign, without the point.
        unscaled: i128,
        /// Digits after the point, 0 to 38.
        scale: u8,
    },
    /// Days since 1970-01-01.
    Date(i32),
    /// TRUE or FALSE.
    Boolean(bool),
}

/// An operator that compares two values of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// The same comparison with its sides exchanged.
    pub(super) fn mirrored(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }

    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// An operator that computes a number from two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`: to 12 decimals, half away from zero; null where the divisor is 0.
    Divide,
}

impl Arithmetic {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }
}

/// A function of the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Function {
    /// A number without its sign.
    Abs,
    /// A number rounded half away from zero.
    Round {
        /// Decimals that are kept, -37 to 37; negative ones are before the point.
        digits: i8,
    },
    /// The smallest argument that is not null.
    Least,
    /// The largest argument that is not null.
    Greatest,
    /// The first argument that is not null.
    Coalesce,
    /// The first argument, or null where both are equal.
    Nullif,
    /// A text in lower case.
    Lower,
    /// A text in upper case.
    Upper,
    /// A text without white space at its ends.
    Trim,
    /// A part of a date, as a number.
    Extract(Part),
    /// `||`: texts, one behind the other.
    Join,
    /// The same, passing over nulls.
    Concat,
    /// The number of characters of a text.
    Length,
    /// The characters of a text from one on, all or so many.
    Substr,
    /// The first characters of a text; all but so many of the last ones where the number is negative.
    Left,
    /// The last characters of a text; all but so many of the first ones where the number is negative.
    Right,
    /// A text with another one repeated in front of it, up to so many characters.
    Lpad,
    /// A text with every occurrence of another one replaced by a third.
    Replace,
    /// A part of a text between separators, counted from 1, or from -1 at the end.
    SplitPart,
    /// The number of the character at which a text (the first argument) begins in another one; 0 where it is not there.
    Position,
    /// Whether a text begins with another one.
    StartsWith,
    /// Whether a text ends with another one.
    EndsWith,
    /// Whether a regular expression matches some part of a text.
    RegexpLike(Pattern),
    /// The part of a text that a group of a regular expression matched; 0 is all that it matched.
    RegexpExtract(Pattern),
    /// A text as a number; null where it is none.
    ToNumber(NumberNotation),
    /// A text as a date; null where it is none.
    ToDate(DateFormat),
    /// The id of a Salesforce record in 18 characters; null where the text is none.
    SalesforceId,
}

/// A part of a date, of the calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// 1 to 9999.
    Year,
    /// 1 to 4.
    Quarter,
    /// 1 to 12.
    Month,
}

impl Node {
    pub(super) fn new(ty: Type, range: Range<usize>, kind: Kind) -> Self {
        let uses = match &kind {
            Kind::Column(column) => TableUse::One(column.table),
            other => children(other).iter().fold(TableUse::Nothing, |all, child| all.and(child.uses)),
        };
        Self { ty, range, kind, uses }
    }

    /// Which tables it reads.
    pub fn uses(&self) -> TableUse {
        self.uses
    }

    /// The nodes directly below, in the order of the text.
    pub fn children(&self) -> Vec<&Node> {
        children(&self.kind)
    }

    /// Whether it moves dates, which is counted where it leaves the calendar.
    pub fn moves_dates(&self) -> bool {
        matches!(self.kind, Kind::MoveDate { .. }) || self.children().into_iter().any(Self::moves_dates)
    }

    /// The parts that must all be true for a condition to be true: those of an AND, or the node itself.
    pub fn conjuncts(&self) -> Vec<&Node> {
        match &self.kind {
            Kind::And(all) => all.iter().flat_map(Node::conjuncts).collect(),
            _ => vec![self],
        }
    }

    /// The nodes at and below this one that moved a date outside of the calendar.
    pub fn moved_beyond(&self) -> Vec<&Node> {
        let is_beyond =
            |node: &&Node| matches!(&node.kind, Kind::MoveDate { beyond, .. } if beyond.happened());
        self.moved_dates().into_iter().filter(is_beyond).collect()
    }

    /// The nodes at and below this one that move a date.
    pub fn moved_dates(&self) -> Vec<&Node> {
        let mut found = Vec::new();
        self.collect_moved(&mut found);
        found
    }

    fn collect_moved<'n>(&'n self, into: &mut Vec<&'n Node>) {
        if matches!(self.kind, Kind::MoveDate { .. }) {
            into.push(self);
        }
        for child in self.children() {
            child.collect_moved(into);
        }
    }

    /// The columns at and below this node, sorted, each once.
    pub fn columns(&self) -> Vec<ColumnRef> {
        let mut columns = Vec::new();
        self.collect_columns(&mut columns);
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Adds the columns at and below this node.
    fn collect_columns(&self, into: &mut Vec<ColumnRef>) {
        if let Kind::Column(column) = self.kind {
            into.push(column);
        }
        for child in self.children() {
            child.collect_columns(into);
        }
    }
}

fn children(kind: &Kind) -> Vec<&Node> {
    match kind {
        Kind::Literal(_) | Kind::Column(_) => Vec::new(),
        Kind::And(all) | Kind::Or(all) | Kind::Call { arguments: all, .. } => all.iter().collect(),
        Kind::Not(one)
        | Kind::Negate(one)
        | Kind::IsNull { value: one, .. }
        | Kind::IsTruth { value: one, .. } => vec![one],
        Kind::Compare { left, right, .. }
        | Kind::Arithmetic { left, right, .. }
        | Kind::DaysBetween { left, right } => vec![left, right],
        Kind::MoveDate { date, days, .. } => vec![date, days],
        Kind::Like { value, pattern, .. } => vec![value, pattern],
        Kind::Between { value, low, high, .. } => vec![value, low, high],
        Kind::In { value, list, .. } => std::iter::once(&**value).chain(list).collect(),
        Kind::Case { operand, branches, otherwise } => operand
            .iter()
            .map(|node| &**node)
            .chain(branches.iter().flat_map(|(when, then)| [when, then]))
            .chain(otherwise.iter().map(|node| &**node))
            .collect(),
    }
}
