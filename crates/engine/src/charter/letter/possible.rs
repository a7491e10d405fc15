//! Whether a condition can be true for a payee, whatever the deal and the work.

use arrow::array::{Array, AsArray, UInt32Array};

use crate::credit::{Fault, Subject};
use crate::plan::Bound;
use apportion_book::TableName;
use apportion_data::{PayeeIx, StateIx, Tables};
use apportion_expr::tree::{Kind, TableUse};
use apportion_expr::{EvalError, Expr, Node};

/// What is known of a condition before deal and work are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// True, false or null, whatever comes.
    Value(Option<bool>),
    /// False or null.
    NotTrue,
    /// Anything.
    Open,
}

/// Whether a condition can be true for what a payee is in a state. Parts that name other tables can be anything.
pub(super) fn can_be_true(
    expr: &Expr,
    tables: &Tables,
    (payee, state): (PayeeIx, StateIx),
) -> Result<bool, Fault> {
    let scope = &expr.scope().tables;
    let is_payees =
        |place: usize| scope.get(place).is_some_and(|table| table.name == TableName::Payees.word());
    let frames: Vec<_> =
        (0..scope.len()).map(|place| is_payees(place).then_some(&tables.payees.states.frame)).collect();
    let index = |place: usize| UInt32Array::from(vec![is_payees(place).then(|| state.raw())]);
    let indices: Vec<UInt32Array> = (0..scope.len()).map(index).collect();
    let payees = (0..scope.len()).find(|place| is_payees(*place));
    let asked = Asked { bound: Bound::new(expr, &frames), indices, payees, payee };
    Ok(matches!(asked.known(expr.tree())?, Known::Value(Some(true)) | Known::Open))
}

struct Asked<'e> {
    bound: Bound<'e>,
    indices: Vec<UInt32Array>,
    /// The place of payees in the scope.
    payees: Option<usize>,
    payee: PayeeIx,
}

impl Asked<'_> {
    fn known(&self, node: &Node) -> Result<Known, Fault> {
        let of_payee = match node.uses() {
            TableUse::Nothing => true,
            TableUse::One(table) => self.payees == Some(table),
            TableUse::Several => false,
        };
        if of_payee {
            return self.value(node).map(Known::Value);
        }
        Ok(match &node.kind {
            Kind::And(all) => {
                let all = self.all_known(all)?;
                let settled = |known: &Known| matches!(known, Known::Value(Some(false)));
                if all.iter().any(settled) {
                    Known::Value(Some(false))
                } else if all.iter().any(|known| matches!(known, Known::Value(None) | Known::NotTrue)) {
                    Known::NotTrue
                } else {
                    Known::Open
                }
            }
            Kind::Or(any) => {
                let any = self.all_known(any)?;
                if any.contains(&Known::Value(Some(true))) {
                    Known::Value(Some(true))
                } else if any.contains(&Known::Open) {
                    Known::Open
                } else {
                    Known::NotTrue
                }
            }
            Kind::Not(one) => match self.known(one)? {
                Known::Value(value) => Known::Value(value.map(|value| !value)),
                Known::NotTrue | Known::Open => Known::Open,
            },
            _ => Known::Open,
        })
    }

    fn all_known(&self, nodes: &[Node]) -> Result<Vec<Known>, Fault> {
        nodes.iter().map(|node| self.known(node)).collect()
    }

    fn value(&self, node: &Node) -> Result<Option<bool>, Fault> {
        let indices: Vec<Option<&UInt32Array>> = self.indices.iter().map(Some).collect();
        let value = self.bound.evaluate_node(node, 1, &indices).map_err(|error: EvalError| {
            Fault::of_expression(self.bound.expr(), error, |_| Subject::Payee(self.payee))
        })?;
        Ok(value.as_boolean_opt().and_then(|truth| truth.is_valid(0).then(|| truth.value(0))))
    }
}
