//! The typed tree: what an expression means. Every node knows its type, its bytes in the text and the tables it reads.

use std::ops::Range;

use super::{ColumnRef, Type};

/// A typed expression.
#[derive(Debug, Clone)]
pub struct Node {
    pub ty: Type,
    /// Bytes of the expression's text, with the parentheses around it.
    pub range: Range<usize>,
    pub kind: Kind,
    uses: Uses,
}

/// Which tables the columns under a node belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uses {
    /// A constant.
    Nothing,
    /// Index into `Scope::tables`.
    One(usize),
    Several,
}

impl Uses {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, uses) | (uses, Self::Nothing) => uses,
            (Self::One(a), Self::One(b)) if a == b => self,
            _ => Self::Several,
        }
    }
}

/// What a node does.
#[derive(Debug, Clone)]
pub enum Kind {
    Literal(Literal),
    Column(ColumnRef),
    /// The conjuncts as written, two or more.
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    /// Both sides have one type.
    Compare {
        op: Comparison,
        left: Box<Node>,
        right: Box<Node>,
    },
    Between {
        negated: bool,
        value: Box<Node>,
        low: Box<Node>,
        high: Box<Node>,
    },
    In {
        negated: bool,
        value: Box<Node>,
        list: Vec<Node>,
    },
    Like {
        negated: bool,
        value: Box<Node>,
        pattern: Box<Node>,
    },
    IsNull {
        negated: bool,
        value: Box<Node>,
    },
    /// `IS TRUE` and its like; never null.
    IsTruth {
        negated: bool,
        truth: bool,
        value: Box<Node>,
    },
    /// With an operand, each first part is a value that it is compared with; else a condition.
    Case {
        operand: Option<Box<Node>>,
        branches: Vec<(Node, Node)>,
        otherwise: Option<Box<Node>>,
    },
    Negate(Box<Node>),
    /// Of numbers.
    Arithmetic {
        op: Arithmetic,
        left: Box<Node>,
        right: Box<Node>,
    },
    /// Date minus date.
    DaysBetween {
        left: Box<Node>,
        right: Box<Node>,
    },
    /// Date plus or, if `back`, minus days.
    MoveDate {
        back: bool,
        date: Box<Node>,
        days: Box<Node>,
    },
    Call {
        function: Function,
        arguments: Vec<Node>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    Null,
    Text(String),
    /// `unscaled / 10^scale`.
    Number {
        unscaled: i128,
        scale: u8,
    },
    /// Days since 1970-01-01.
    Date(i32),
    Boolean(bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    Abs,
    /// To so many decimals; negative digits are before the point.
    Round {
        digits: i8,
    },
    Least,
    Greatest,
    Coalesce,
    Nullif,
    Lower,
    Upper,
    Trim,
    Extract(Part),
}

/// A part of a date, of the calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Year,
    Quarter,
    Month,
}

impl Node {
    pub(super) fn new(ty: Type, range: Range<usize>, kind: Kind) -> Self {
        let uses = match &kind {
            Kind::Column(column) => Uses::One(column.table),
            other => children(other).iter().fold(Uses::Nothing, |all, child| all.and(child.uses)),
        };
        Self { ty, range, kind, uses }
    }

    /// Which tables it reads.
    pub fn uses(&self) -> Uses {
        self.uses
    }

    /// The nodes directly below, in the order of the text.
    pub fn children(&self) -> Vec<&Node> {
        children(&self.kind)
    }

    /// The parts that must all be true for a condition to be true: those of an AND, or the node itself.
    pub fn conjuncts(&self) -> Vec<&Node> {
        match &self.kind {
            Kind::And(all) => all.iter().flat_map(Node::conjuncts).collect(),
            _ => vec![self],
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
