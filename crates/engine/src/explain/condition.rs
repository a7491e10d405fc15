//! Conditions on one row: each part that must be true, whether it is, and the values that it saw. A run's own evaluator
//! evaluates them.

use apportion_book::TableName;
use apportion_data::{DealIx, StateIx};
use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};

use super::facts::literal;
use super::tree::{ColumnValue, Condition};
use super::year_index::YearIndex;
use crate::credit::Fault;
use crate::plan::{Bound, TemporaryTable};
use apportion_expr::tree::Kind;
use apportion_expr::{ColumnRef, EvalError, Expr, Node};

/// A bound expression on one row of each of its tables.
pub struct OneRow<'b, 'a> {
    bound: &'b Bound<'a>,
    index: Vec<UInt32Array>,
    deal: DealIx,
    /// A table that is made for the occasion, and its columns of one row.
    made: Option<(usize, Vec<Option<ArrayRef>>)>,
    /// Knows what payees are on which day; needed where one of the tables is that of payees.
    ground: Option<&'b YearIndex<'b>>,
}

impl<'b, 'a> OneRow<'b, 'a> {
    /// `rows` by table of the expression's scope; that of payees is what a payee is on some day.
    pub fn new(bound: &'b Bound<'a>, rows: &[u32], deal: DealIx) -> Self {
        let index = rows.iter().map(|row| UInt32Array::from(vec![*row])).collect();
        Self { bound, index, deal, made: None, ground: None }
    }

    /// The same, which says since when payees are what they are.
    #[must_use]
    pub fn dated(self, ground: &'b YearIndex<'b>) -> Self {
        Self { ground: Some(ground), ..self }
    }

    #[must_use]
    pub fn with(mut self, table: usize, columns: Vec<Option<ArrayRef>>) -> Self {
        self.made = Some((table, columns));
        self
    }

    /// Every part that must be true, in the order of the text.
    pub fn conditions(&self) -> Result<Vec<Condition>, Fault> {
        let expr = self.bound.expr();
        expr.tree().conjuncts().into_iter().map(|node| self.condition(expr, node)).collect()
    }

    /// The first part that is not true.
    pub fn failed(&self) -> Result<Option<Condition>, Fault> {
        Ok(self.conditions()?.into_iter().find(|condition| condition.truth != Some(true)))
    }

    /// The columns that the expression names, with their values.
    pub fn seen(&self) -> Result<Vec<ColumnValue>, Fault> {
        self.columns_of(self.bound.expr(), self.bound.expr().tree())
    }

    fn condition(&self, expr: &Expr, node: &Node) -> Result<Condition, Fault> {
        let value = self.value(node)?;
        let truth = value.as_boolean_opt().and_then(|truth| truth.is_valid(0).then(|| truth.value(0)));
        Ok(Condition { text: unwrapped(expr.source(node)), truth, seen: self.columns_of(expr, node)? })
    }

    fn columns_of(&self, expr: &Expr, node: &Node) -> Result<Vec<ColumnValue>, Fault> {
        let mut columns: Vec<(ColumnRef, &Node)> = Vec::new();
        collect(node, &mut columns);
        let seen = |(position, node): (ColumnRef, &Node)| {
            let table = expr.scope().tables.get(position.table).map_or("", |table| table.name.as_str());
            let column = expr.scope().column(position).map_or("", |(name, _)| name);
            let value = literal(&self.value(node)?);
            let state = self.index.get(position.table).filter(|_| table == TableName::Payees.word());
            let state = state.map(|index| StateIx::from_raw(index.value(0)));
            let since = self.ground.zip(state).and_then(|(ground, state)| ground.since(column, state));
            Ok(ColumnValue { table: table.to_owned(), column: column.to_owned(), value, since })
        };
        columns.into_iter().map(seen).collect()
    }

    fn value(&self, node: &Node) -> Result<ArrayRef, Fault> {
        let indices: Vec<Option<&UInt32Array>> = self.index.iter().map(Some).collect();
        let value = match &self.made {
            None => self.bound.evaluate_node(node, 1, &indices),
            Some((table, columns)) => {
                let made = TemporaryTable { table: *table, columns };
                self.bound.evaluate_node_with(node, 1, &indices, made)
            }
        };
        value.map_err(|error: EvalError| Fault::of_expression(self.bound.expr(), error, |_| self.deal))
    }
}

/// The columns under a node in the order of the text, each once.
fn collect<'n>(node: &'n Node, into: &mut Vec<(ColumnRef, &'n Node)>) {
    if let Kind::Column(column) = node.kind
        && into.iter().all(|(known, _)| *known != column)
    {
        into.push((column, node));
    }
    for child in node.children() {
        collect(child, into);
    }
}

/// Without parentheses around the whole, and on one line.
fn unwrapped(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    match inner {
        // `(a) OR (b)` begins and ends with parentheses that are no pair.
        Some(inner) if balanced(inner) => inner.trim().to_owned(),
        _ => text,
    }
}

fn balanced(text: &str) -> bool {
    let mut depth = 0_i32;
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parentheses_around_the_whole_go() {
        assert_eq!(unwrapped("(a = 1\n OR b = 2)"), "a = 1 OR b = 2");
        assert_eq!(unwrapped("(a) OR (b)"), "(a) OR (b)");
        assert_eq!(unwrapped("lower(a) = ')'"), "lower(a) = ')'");
    }
}
