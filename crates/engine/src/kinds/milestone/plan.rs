//! Which milestones a rule pays, by its version on the day of each.

use std::collections::BTreeSet;

use apportion_data::{DealIx, DoneMilestone, Tables};
use apportion_expr::Expr;
use apportion_rules::{Body, Milestone, Rule, VersionIx};

use crate::credit::Fault;
use crate::plan::{Bound, Inputs, index_array, state_array};

/// A milestone that was done, under the version of a rule that is in force on its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoneUnder {
    /// The version.
    pub version: VersionIx,
    /// The milestone, on the day that the version asks for.
    pub milestone: DoneMilestone,
}

/// The milestones that count for a rule, whatever its conditions say, ascending by deal. Each counts on one day: where versions of the rule
/// ask for different days, on the first on which such a version is in force.
pub fn done_under(tables: &Tables, rule: &Rule) -> Vec<DoneUnder> {
    let mut seen = BTreeSet::new();
    let under = |milestone: &DoneMilestone| {
        let day = tables.deals.close_date[milestone.deal];
        let suits = |body: &Milestone| if body.both_sides { milestone.joint } else { milestone.own };
        let versions = VersionIx::all(rule.versions.len()).zip(&rule.versions);
        let mut in_force = versions.filter(|(_, version)| version.in_force(day));
        let (version, _) =
            in_force.find(|(_, version)| matches!(&version.body, Body::Milestone(body) if suits(body)))?;
        seen.insert(milestone.row).then_some(DoneUnder { version, milestone: *milestone })
    };
    tables.effects.milestones.iter().filter_map(under).collect()
}

/// By version: the milestones that it pays, ascending by deal.
///
/// # Errors
/// A condition without a value, with the milestone.
pub(crate) fn matched(inputs: &Inputs, rule: &Rule) -> Result<Vec<Vec<DealIx>>, Fault> {
    let done = done_under(inputs.tables, rule);
    let of_version = |(index, version): (VersionIx, &apportion_rules::Version)| {
        let own = done.iter().filter(|done| done.version == index);
        let own: Vec<DoneMilestone> = own.map(|done| done.milestone).collect();
        match &version.body {
            Body::Milestone(Milestone { when: Some(when), .. }) => holding(inputs.tables, when, own),
            _ => Ok(own.iter().map(|done| done.deal).collect()),
        }
    };
    VersionIx::all(rule.versions.len()).zip(&rule.versions).map(of_version).collect()
}

/// Those on which a condition is true.
fn holding(tables: &Tables, when: &Expr, done: Vec<DoneMilestone>) -> Result<Vec<DealIx>, Fault> {
    if done.is_empty() {
        return Ok(Vec::new());
    }
    let frames = [Some(&tables.channel.milestones.frame), Some(&tables.payees.states.frame)];
    let (rows, states) = indices(tables, &done);
    let mask = Bound::new(when, &frames).mask(done.len(), &[Some(&rows), Some(&states)]);
    let mask = mask.map_err(|error| Fault::of_expression(when, error, |row| done[row].deal))?;
    Ok(mask.values().set_indices().map(|place| done[place].deal).collect())
}

/// The rows of milestones, and what their payees are on their days, as expressions over them are evaluated.
pub(super) fn indices(
    tables: &Tables,
    done: &[DoneMilestone],
) -> (arrow::array::UInt32Array, arrow::array::UInt32Array) {
    let rows = index_array(done.iter().map(|done| done.row as u32));
    let payee = |done: &DoneMilestone| (tables.channel.milestones.rows[done.row].payee, done.deal);
    (rows, state_array(tables, done.iter().map(payee)))
}
