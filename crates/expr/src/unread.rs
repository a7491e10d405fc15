//! Counts the texts that functions could not read, and the dates that were moved outside of the calendar: `to_number('n/a')` is null, and
//! somebody should know.

use std::cell::Cell;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::buffer::BooleanBuffer;

use super::error::EvalError;
use super::evaluate;
use super::input::Input;
use super::tree::{Function, Kind, Node};
use super::types::Type;

/// Whether a function reads a text that may be unreadable.
fn reads(function: &Function) -> bool {
    matches!(function, Function::ToNumber(_) | Function::ToDate(_) | Function::SalesforceId)
}

pub(super) fn reads_texts(node: &Node) -> bool {
    let here = matches!(&node.kind, Kind::Call { function, .. } if reads(function));
    here || node.children().into_iter().any(reads_texts)
}

fn reads_text(node: &Node) -> bool {
    matches!(&node.kind, Kind::Call { function, .. } if reads(function))
}

pub(super) fn unread(tree: &Node, input: &Input) -> Result<u64, EvalError> {
    let count = Count { tree, input, counts: reads_text, first: Cell::new(None) };
    count.of_all()
}

/// How many dates were moved outside of the calendar, and the first row on which one was.
pub(super) fn beyond(tree: &Node, input: &Input) -> Result<(u64, Option<usize>), EvalError> {
    let counts = |node: &Node| matches!(&node.kind, Kind::MoveDate { beyond, .. } if beyond.happened());
    let count = Count { tree, input, counts, first: Cell::new(None) };
    Ok((count.of_all()?, count.first.get()))
}

struct Count<'e, 'i> {
    tree: &'e Node,
    input: &'i Input<'i>,
    /// Whether a node is counted where it is null and none of its operands is.
    counts: fn(&Node) -> bool,
    /// The first row on which one was.
    first: Cell<Option<usize>>,
}

impl Count<'_, '_> {
    fn of_all(&self) -> Result<u64, EvalError> {
        if self.input.rows == 0 {
            return Ok(0);
        }
        self.of(self.tree, &BooleanBuffer::new_set(self.input.rows))
    }

    /// Whether a node or one below it is counted.
    fn has_counted(&self, node: &Node) -> bool {
        (self.counts)(node) || node.children().into_iter().any(|child| self.has_counted(child))
    }

    /// What is counted at and below a node, on the rows on which it is computed.
    fn of(&self, node: &Node, live: &BooleanBuffer) -> Result<u64, EvalError> {
        if live.count_set_bits() == 0 || !self.has_counted(node) {
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
            _ if (self.counts)(node) => {
                let mut count = 0;
                let mut failed = live & &!&valid(&self.value(node)?);
                for operand in node.children() {
                    count += self.of(operand, live)?;
                    failed = &failed & &valid(&self.value(operand)?);
                }
                let first = failed.set_indices().next();
                let earlier = [self.first.get(), first].into_iter().flatten().min();
                self.first.set(earlier);
                Ok(count + failed.count_set_bits() as u64)
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
        evaluate::array(node, self.input)
    }
}

fn valid(array: &ArrayRef) -> BooleanBuffer {
    array.nulls().map_or_else(|| BooleanBuffer::new_set(array.len()), |nulls| nulls.inner().clone())
}
