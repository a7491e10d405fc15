//! The syntax tree: an expression as written, before names are found and types are known.

use std::ops::Range;

use super::tree::{Arithmetic, Comparison};

/// A node as written.
#[derive(Debug, Clone)]
pub(super) struct Ast {
    /// With the parentheses around it.
    pub range: Range<usize>,
    pub kind: Syntax,
    /// Nodes from here to the deepest leaf.
    pub depth: usize,
}

/// A name as spelled.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub text: String,
    pub quoted: bool,
    pub range: Range<usize>,
}

#[derive(Debug, Clone)]
pub(super) enum Syntax {
    Null,
    Boolean(bool),
    Number {
        unscaled: i128,
        scale: u8,
    },
    Text(String),
    /// `DATE '…'`; the text and its place.
    Date {
        text: String,
        at: Range<usize>,
    },
    Column {
        table: Option<Name>,
        name: Name,
    },
    And(Vec<Ast>),
    Or(Vec<Ast>),
    Not(Box<Ast>),
    Plus(Box<Ast>),
    Minus(Box<Ast>),
    Compare {
        op: Comparison,
        left: Box<Ast>,
        right: Box<Ast>,
    },
    Arithmetic {
        op: Arithmetic,
        left: Box<Ast>,
        right: Box<Ast>,
    },
    Between {
        negated: bool,
        value: Box<Ast>,
        low: Box<Ast>,
        high: Box<Ast>,
    },
    In {
        negated: bool,
        value: Box<Ast>,
        list: Vec<Ast>,
    },
    Like {
        negated: bool,
        value: Box<Ast>,
        pattern: Box<Ast>,
    },
    IsNull {
        negated: bool,
        value: Box<Ast>,
    },
    IsTruth {
        negated: bool,
        truth: bool,
        value: Box<Ast>,
    },
    Case {
        operand: Option<Box<Ast>>,
        branches: Vec<(Ast, Ast)>,
        otherwise: Option<Box<Ast>>,
    },
    Call {
        name: Name,
        arguments: Vec<Ast>,
    },
    Extract {
        part: Name,
        from: Box<Ast>,
    },
}

impl Syntax {
    pub fn children(&self) -> Vec<&Ast> {
        match self {
            Self::Null
            | Self::Boolean(_)
            | Self::Number { .. }
            | Self::Text(_)
            | Self::Date { .. }
            | Self::Column { .. } => Vec::new(),
            Self::And(all) | Self::Or(all) | Self::Call { arguments: all, .. } => all.iter().collect(),
            Self::Not(one)
            | Self::Plus(one)
            | Self::Minus(one)
            | Self::IsNull { value: one, .. }
            | Self::IsTruth { value: one, .. }
            | Self::Extract { from: one, .. } => vec![one],
            Self::Compare { left, right, .. } | Self::Arithmetic { left, right, .. } => vec![left, right],
            Self::Like { value, pattern, .. } => vec![value, pattern],
            Self::Between { value, low, high, .. } => vec![value, low, high],
            Self::In { value, list, .. } => std::iter::once(&**value).chain(list).collect(),
            Self::Case { operand, branches, otherwise } => operand
                .iter()
                .map(|node| &**node)
                .chain(branches.iter().flat_map(|(when, then)| [when, then]))
                .chain(otherwise.iter().map(|node| &**node))
                .collect(),
        }
    }
}
