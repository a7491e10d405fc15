//! The tables of a project as its policies leave them at the end of a day: one stage after the other.

use std::sync::Arc;

use apportion_base::diagnostic::Diagnostic;
use apportion_book::Book;
use apportion_data::{DealIx, Effects, PayeeIx, Tables};
use apportion_rules::{PolicyKind, RuleBook};

use crate::Governance;

/// What policies are prepared with.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// What the project file says.
    pub book: &'a Book,
    /// The rules, policies among them.
    pub rules: &'a RuleBook,
    /// The day at whose end things are known, days since 1970-01-01.
    pub as_of: i32,
}

/// Who would have a line on which of some deals, of whatever amount, clawbacks apart: asked of whoever credits and pays, with tables in
/// which nothing is decided. In no particular order.
pub type Interested<'a> = dyn Fn(&Tables, &[DealIx]) -> Result<Vec<(DealIx, PayeeIx)>, Vec<Diagnostic>> + 'a;

/// The tables with what policies add to them, and what the policies found.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// With more columns and engagements, and with [`Effects`].
    pub tables: Arc<Tables>,
    /// `None` where the project has neither policies nor tables of the channel.
    pub governance: Option<Arc<Governance>>,
}

/// Whether a project has anything that this crate looks at: policies of the channel, or tables that they judge.
pub fn is_governed(rules: &RuleBook, tables: &Tables) -> bool {
    !tables.channel.present.is_empty() || has_policies(rules)
}

/// Whether rules have a policy of the channel.
pub fn has_policies(rules: &RuleBook) -> bool {
    let of_ledger =
        |kind: PolicyKind| matches!(kind, PolicyKind::Hold | PolicyKind::Draw | PolicyKind::Payment);
    rules.policies.iter().any(|(_, policy)| !of_ledger(policy.kind))
}

/// Prepares tables. Where a project has nothing to be prepared for, it gets the same tables back.
///
/// # Errors
/// An expression of a policy without a value, numbers that can't be held, and what `interested` says.
pub fn prepare(
    ground: Ground<'_>,
    tables: Arc<Tables>,
    interested: &Interested<'_>,
) -> Result<Prepared, Vec<Diagnostic>> {
    if !is_governed(ground.rules, &tables) {
        return Ok(Prepared { tables, governance: None });
    }
    let (tables, governance) = stages(ground, Arc::unwrap_or_clone(tables), interested)?;
    Ok(Prepared { tables: Arc::new(tables), governance: Some(Arc::new(governance)) })
}

/// All stages, in their order.
fn stages(
    ground: Ground<'_>,
    mut tables: Tables,
    _interested: &Interested<'_>,
) -> Result<(Tables, Governance), Vec<Diagnostic>> {
    let governance = Governance { as_of: ground.as_of, ..Governance::default() };
    tables.effects = Arc::new(Effects { as_of: Some(ground.as_of), ..Effects::default() });
    Ok((tables, governance))
}
