//! Counts the texts that functions could not read: `to_number('n/a')` is null, and somebody should know.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::buffer::BooleanBuffer;

use super::tree::{Function, Kind, Node};
use super::{EvalError, Expr, Input, Type};

/// Whether a function reads a text that may be unreadable.
fn reads(function: &Function) -> bool {
    matches!(function, Function::ToNumber(_) | Function::ToDate(_) | Function::SalesforceId)
}

pub(super) fn reads_texts(node: &Node) -> bool {
    let here = matches!(&node.kind, Kind::Call { function, .. } if reads(function));
    here || node.children().into_iter().any(reads_texts)
}

pub(super) fn unread(expr: &Expr, input: &Input) -> Result<u64, EvalError> {
    if input.rows == 0 {
        return Ok(0);
    }
    Count { expr, input }.of(&expr.tree, &BooleanBuffer::new_set(input.rows))
}

struct Count<'e, 'i> {
    expr: &'e Expr,
    input: &'i Input<'i>,
}

impl Count<'_, '_> {
    /// The unread texts at and below a node, on the rows on which it is computed.
    fn of(&self, node: &Node, live: &BooleanBuffer) -> Result<u64, EvalError> {
        if !reads_texts(node) || live.count_set_bits() == 0 {
            return Ok(0);
        }
        match &node.kind {
            Kind::Case { operand, branches, otherwise } => {
                let mut count = operand.as_deref().map_or(Ok(0), |operand| self.of(operand, live))?;
                let mut open = live.clone();
                for (when, then) in branches {
                    count += self.of(when, &open)?;
                    let hit = &open & &self.taken(operand.as_deref(), when)?;
                    count += self.of(then, &hit)?;
                    open = &open & &!&hit;
                }
                Ok(count + otherwise.as_deref().map_or(Ok(0), |otherwise| self.of(otherwise, &open))?)
            }
            Kind::Call { function: Function::Coalesce, arguments } => {
                let mut open = live.clone();
                let mut count = 0;
                for argument in arguments {
                    count += self.of(argument, &open)?;
                    open = &open & &!&valid(&self.value(argument)?);
                }
                Ok(count)
            }
            Kind::Call { function, arguments } if reads(function) => {
                let mut count = 0;
                for argument in arguments {
                    count += self.of(argument, live)?;
                    let failed = &valid(&self.value(argument)?) & &!&valid(&self.value(node)?);
                    count += (live & &failed).count_set_bits() as u64;
                }
                Ok(count)
            }
            _ => node.children().into_iter().map(|child| self.of(child, live)).sum(),
        }
    }

    /// The rows on which a branch's condition is true, or its value equals the operand's.
    fn taken(&self, operand: Option<&Node>, when: &Node) -> Result<BooleanBuffer, EvalError> {
        let when_value = self.value(when)?;
        if let Some(operand) = operand {
            let operand = self.value(operand)?;
            let equal = super::operators::equal(&operand, &when_value, when.ty, self.input.rows);
            return equal.map_err(|fault| EvalError { row: 0, message: fault.0 });
        }
        debug_assert_eq!(when.ty, Type::Boolean);
        let flags = when_value.as_boolean();
        Ok(flags.values() & &valid(&when_value))
    }

    fn value(&self, node: &Node) -> Result<ArrayRef, EvalError> {
        self.expr.evaluate_node(node, self.input)
    }
}

fn valid(array: &ArrayRef) -> BooleanBuffer {
    array.nulls().map_or_else(|| BooleanBuffer::new_set(array.len()), |nulls| nulls.inner().clone())
}
