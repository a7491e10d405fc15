//! Why shared credit gave nothing on a deal.

use super::explain::VersionExplainer;
use super::trace::SharedTrace;
use crate::credit::Fault;
use crate::explain::condition::OneRow;
use crate::explain::explainer::Explainer;
use crate::explain::nothing::{DealVersion, EngagementsOnDeal, SHOWN};
use crate::explain::tree::{Condition, Shortfall, Work};
use crate::explain::{Exact, YearIndex};
use crate::plan::{Bound, RowInReach};
use apportion_data::{EngagementIx, NO_DAY, PayeeIx, SplitIx};
use apportion_rules::{Model, SharedCredit, Sharing};

/// 100% in billionths of a percent.
const WHOLE_E9: i128 = 100_000_000_000;

/// The first thing that kept a deal from being credited.
pub(super) fn why(
    explained: &VersionExplainer,
    explainer: &Explainer,
    on: DealVersion,
    payee: Option<PayeeIx>,
) -> Result<Shortfall, Fault> {
    let (ground, rule, plan) = (explainer.ground, explained.rule, &explained.plan);
    if let Some(why) = explainer.two_rules(on) {
        return Ok(why);
    }
    let trace = plan.trace(&ground.inputs, on.deal)?;
    if trace.basis.is_none() {
        return explainer.no_basis(on);
    }
    let of_splits = matches!(rule.sharing, Sharing::Declared { .. });
    if let Some(why) = explainer.held(on, of_splits) {
        return Ok(why);
    }
    if let (Some(None), Some(rate)) = (trace.rate_e8, &rule.rate) {
        return Ok(explainer.no_rate(rate, on.deal, None));
    }
    match &rule.sharing {
        Sharing::Declared { overlay, .. } => {
            let declared =
                DeclaredSplits { ground, on, trace: &trace, counting: plan.counting(), whole: !overlay };
            declared.why(payee)
        }
        Sharing::Roles { engaged, .. } | Sharing::Model { engaged, .. } => {
            if let Some(why) = payee.and_then(|payee| registered_by_others(ground, on, &trace, payee)) {
                return Ok(why);
            }
            let of_payee = |payee| Ok(no_units(rule, ground, on, &trace, payee));
            let work = EngagementsOnDeal { engaged, reached: &trace.engagements, counting: plan.counting() };
            explainer.engaged(on, &work, payee, &of_payee)
        }
    }
}

/// Work of a payee in the role that somebody else registered, where it is all that the payee has and does not count.
fn registered_by_others(
    ground: &YearIndex,
    on: DealVersion,
    trace: &SharedTrace,
    payee: PayeeIx,
) -> Option<Shortfall> {
    let (tables, registered) = (ground.tables, trace.registered?);
    let engagements = &tables.engagements;
    let reaches = trace.engagements.iter().any(|reached| engagements.payee[reached.row] == payee);
    if reaches || registered.others.is_some() {
        return None;
    }
    let is_theirs = |row: &EngagementIx| {
        engagements.payee[*row] == payee && *engagements.roles[engagements.role(*row)] == *registered.role
    };
    let work: Vec<Work> =
        engagements.of_deal(on.deal).filter(is_theirs).map(|row| ground.engagement(row, on.deal)).collect();
    if work.is_empty() {
        return None;
    }
    Some(Shortfall::Registered {
        registration_id: tables.channel.registrations.ids.value(registered.registration.at()).to_owned(),
        role: registered.role.to_string(),
        members: registered.members.iter().map(|member| ground.payee(member.payee)).collect(),
        work,
    })
}

/// Work that counts and gives no units.
fn no_units(
    rule: &SharedCredit,
    ground: &YearIndex,
    on: DealVersion,
    trace: &SharedTrace,
    payee: PayeeIx,
) -> Shortfall {
    let engagements = &ground.tables.engagements;
    let counted = || {
        let all = trace.engagements.iter().filter(|reached| reached.counts);
        all.filter(|reached| engagements.payee[reached.row] == payee)
    };
    let work = || -> Vec<Work> { counted().map(|reached| ground.engagement(reached.row, on.deal)).collect() };
    match &rule.sharing {
        Sharing::Roles { roles, .. } => {
            let slot = |reached: &RowInReach<EngagementIx>| trace.slot(ground.tables, reached.row);
            if counted().all(|reached| slot(reached).is_none()) {
                let roles = roles.iter().map(|role| role.role.clone()).collect();
                return Shortfall::RoleNotNamed { work: work(), roles };
            }
            Shortfall::ZeroUnits { work: work() }
        }
        Sharing::Model { model, .. } if model.is_ordered() => {
            if counted().all(|reached| engagements.occurred_on[reached.row] == NO_DAY) {
                return Shortfall::Undated { work: work() };
            }
            let word = match model {
                Model::FirstTouch => "first",
                Model::LastTouch => "last",
                _ => return Shortfall::ZeroUnits { work: work() },
            };
            match trace.shares.payee.first() {
                Some(who) => Shortfall::NotTheOne { word, who: ground.payee(*who), work: work() },
                None => Shortfall::ZeroUnits { work: work() },
            }
        }
        _ => Shortfall::ZeroUnits { work: work() },
    }
}

/// Splits that the CRM declares for a deal.
struct DeclaredSplits<'w> {
    ground: &'w YearIndex<'w>,
    on: DealVersion,
    trace: &'w SharedTrace<'w>,
    /// The condition that narrows which splits count.
    counting: Option<&'w Bound<'w>>,
    /// Whether they must add up to 100%.
    whole: bool,
}

impl DeclaredSplits<'_> {
    /// Why they gave a payee, or anybody, nothing.
    fn why(&self, payee: Option<PayeeIx>) -> Result<Shortfall, Fault> {
        let Self { ground, on, trace, counting, whole } = *self;
        let splits = &ground.tables.splits;
        let failed = |row: SplitIx| -> Result<_, Fault> {
            let state = ground.tables.state(splits.payee[row], on.deal);
            let rows = [row.raw(), state.raw(), on.deal.raw()];
            match counting {
                Some(counting) => OneRow::new(counting, &rows, on.deal).dated(ground).failed(),
                None => Ok(None),
            }
        };
        let counted: Vec<SplitIx> =
            trace.splits.iter().filter(|reached| reached.counts).map(|reached| reached.row).collect();
        if counted.is_empty() {
            let declared = trace.splits.iter();
            let declared = declared.map(|reached| Ok((ground.split(reached.row), failed(reached.row)?)));
            return Ok(Shortfall::NoSplits { declared: declared.collect::<Result<_, Fault>>()? });
        }
        let sum: i128 = counted.iter().map(|row| i128::from(splits.percent_e9[*row])).sum();
        let listed = |rows: &[SplitIx]| rows.iter().map(|row| ground.split(*row)).collect();
        if whole && sum != WHOLE_E9 {
            let repeated = ground.repeated_splits(on.deal);
            return Ok(Shortfall::SplitsNot100 {
                sum: Exact::new(sum, 9),
                splits: listed(&counted),
                repeated,
            });
        }
        let Some(payee) = payee else { return Ok(Shortfall::ZeroPercent { splits: listed(&counted) }) };
        let mine: Vec<&RowInReach<SplitIx>> =
            trace.splits.iter().filter(|reached| splits.payee[reached.row] == payee).collect();
        if mine.is_empty() {
            return Ok(Shortfall::NotInSplits);
        }
        let mut work = Vec::new();
        for reached in mine.iter().filter(|reached| !reached.counts) {
            if let Some(failed) = failed(reached.row)? {
                work.push((ground.split(reached.row), failed));
            }
        }
        if work.len() == mine.len() {
            return Ok(shown(work));
        }
        let rows: Vec<SplitIx> =
            mine.iter().filter(|reached| reached.counts).map(|reached| reached.row).collect();
        Ok(Shortfall::ZeroPercent { splits: listed(&rows) })
    }
}

fn shown(mut work: Vec<(Work, Condition)>) -> Shortfall {
    let unlisted = work.len().saturating_sub(SHOWN);
    work.truncate(SHOWN);
    Shortfall::NotCounted { work, unlisted }
}
