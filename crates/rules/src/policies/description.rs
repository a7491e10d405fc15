//! What every kind of policy has: a description of its parameters, and their values as texts.

use crate::description::describe::{Parameter, Record};
use crate::values::Values;

pub use apportion_contract::PolicyKind;

/// A kind of policy: its parameters and what they mean.
#[derive(Debug, Clone, Copy)]
pub struct PolicyDescription {
    /// The kind that is described.
    pub kind: PolicyKind,
    /// One table of a rule file: what it is, and all its keys.
    pub table: Record,
    /// Rule files that are fine and together use every key. The rule that they name has the id `credit`.
    pub examples: &'static [&'static str],
}

impl PolicyDescription {
    /// All keys of a table of this kind.
    pub fn parameters(&self) -> impl Iterator<Item = &'static Parameter> + use<> {
        self.table.parameters.iter()
    }
}

/// What the typed terms of a kind answer.
pub(super) trait PolicyPart {
    /// Lists the kind's own parameters as texts. Amounts of the currency are written with `digits`.
    fn values(&self, values: &mut Values, digits: u32);
}
