//! The syntax tree: an expression as written, before columns are found and types are checked.

use std::ops::Range;

use super::tree::{Arithmetic, Comparison};

/// A node of the syntax tree.
#[derive(Debug, Clone)]
pub(super) struct Ast {
    /// Its bytes in the text, with the parentheses around it.
    pub range: Range<usize>,
    /// What is written there.
    pub kind: Syntax,
    /// Nodes from here to the deepest leaf.
    pub depth: usize,
}

/// The name of a column, a table, a function or a part of a date.
#[derive(Debug, Clone)]
pub(super) struct Name {
    /// Without quotes.
    pub text: String,
    /// Whether it is in double quotes.
    pub quoted: bool,
    /// Its bytes in the text.
    pub range: Range<usize>,
}

/// What a node of the syntax tree is. [`tree::Kind`](super::tree::Kind) has the same kinds with types.
#[derive(Debug, Clone)]
pub(super) enum Syntax {
    Null,
    Boolean(bool),
    Number {
        unscaled: i128,
        scale: u8,
    },
    Text(String),
    /// `DATE 'text'`, and the bytes of the text with its quotes.
    Date {
        text: String,
        text_range: Range<usize>,
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
    /// `a || b || c`.
    Join(Vec<Ast>),
    /// `position(part IN text)`.
    Position {
        part: Box<Ast>,
        text: Box<Ast>,
    },
}

impl Syntax {
    /// The nodes directly below, in the order of the text.
    pub fn children(&self) -> Vec<&Ast> {
        match self {
            Self::Null
            | Self::Boolean(_)
            | Self::Number { .. }
            | Self::Text(_)
            | Self::Date { .. }
            | Self::Column { .. } => Vec::new(),
            Self::And(all) | Self::Or(all) | Self::Join(all) | Self::Call { arguments: all, .. } => {
                all.iter().collect()
            }
            Self::Not(one)
            | Self::Plus(one)
            | Self::Minus(one)
            | Self::IsNull { value: one, .. }
            | Self::IsTruth { value: one, .. }
            | Self::Extract { from: one, .. } => vec![one],
            Self::Compare { left, right, .. } | Self::Arithmetic { left, right, .. } => vec![left, right],
            Self::Like { value, pattern, .. } => vec![value, pattern],
            Self::Position { part, text } => vec![part, text],
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
