//! What the closes of a case reach of holds, draws, payment terms and what is capitalised.

use std::collections::{BTreeMap, BTreeSet};

use crate::balances::Balance;
use crate::closing::DraftReport;
use crate::terms::{self, MonthDays, PayeeTerms};
use apportion_base::diagnostic::Diagnostic;
use apportion_data::PayeeIx;
use apportion_engine::cases::coverage::CaseReach;
use apportion_engine::cases::coverage::policies::{PolicyPoint, points};
use apportion_rules::{Draw, Policy, PolicyTerms, PolicyVersion, Value};

/// Points by policy and first day of its version.
type Reached<'r> = BTreeSet<(&'r str, i32, PolicyPoint)>;

/// What a draft reaches of every version of its policies.
///
/// # Errors
/// Those of [`terms::of_payees`], which a draft does not have.
pub fn reached(report: &DraftReport) -> Result<Vec<CaseReach>, Diagnostic> {
    let policies = &report.rules.policies;
    let mut reached = Reached::new();
    for held in &report.computed.held {
        let version = held.by.and_then(|by| {
            let by = by.policy()?;
            Some((&policies[by], policies[by].in_force(held.close_date)?))
        });
        reached.extend(version.map(|(policy, version)| point(policy, version, PolicyPoint::Held)));
    }
    of_assets(report, &mut reached);
    let (first, last) = report.computed.days;
    let month = MonthDays { first, last };
    let all = terms::of_payees(&report.book, &report.tables, policies, month)?;
    let payees: BTreeMap<&str, PayeeIx> =
        report.tables.payees.all().map(|payee| (report.tables.payees.id(payee), payee)).collect();
    for row in &report.computed.balances {
        let payee = payees.get(row.payee_id.as_str()).copied();
        of_draws(report, (row, payee), &mut reached);
        if let Some(payee) = payee {
            of_terms(report, (row, &all[payee]), &mut reached);
        }
    }
    let digits = report.book.currency.digits();
    let reach = |policy: &Policy, version: &PolicyVersion| {
        let is_reached = |(point, what): (PolicyPoint, String)| {
            (what, reached.contains(&(policy.id.as_str(), version.from, point)))
        };
        let points = points(version, digits).into_iter().map(is_reached).collect();
        CaseReach { rule: policy.id.clone(), from: version.from, points }
    };
    let versions =
        policies.iter().flat_map(|(_, policy)| policy.versions.iter().map(move |version| (policy, version)));
    Ok(versions.map(|(policy, version)| reach(policy, version)).collect())
}

fn point<'r>(policy: &'r Policy, version: &PolicyVersion, point: PolicyPoint) -> (&'r str, i32, PolicyPoint) {
    (&policy.id, version.from, point)
}

/// The policies by which costs are an asset.
fn of_assets<'r>(report: &'r DraftReport, reached: &mut Reached<'r>) {
    for row in report.computed.assets.iter().flat_map(|assets| &assets.schedules) {
        let Some((id, schedule)) = &row.terms else { continue };
        let Some(policy) = report.rules.policies.find(id) else { continue };
        let Some(version) = policy.in_force(schedule.close_date) else { continue };
        reached.insert(point(policy, version, PolicyPoint::Asset));
    }
}

/// The points of the draws behind a row.
fn of_draws<'r>(
    report: &'r DraftReport,
    (row, payee): (&Balance, Option<PayeeIx>),
    reached: &mut Reached<'r>,
) {
    let (last, paid) = (report.computed.days.1, &row.payment);
    let guarantee = row.guarantee_id.as_ref().map(|id| (id, last));
    let draws = guarantee.into_iter().chain(row.draw.as_ref().map(|(id, on)| (id, *on)));
    for (id, on) in draws {
        let Some(policy) = report.rules.policies.find(id) else { continue };
        let Some(version) = policy.in_force(on) else { continue };
        let PolicyTerms::Draw(draw) = &version.terms else { continue };
        let limit = draw.recoverable.as_ref().and_then(|terms| terms.limit);
        let found = [
            (PolicyPoint::Guarantee, !paid.guarantee.is_zero()),
            (PolicyPoint::Advance, !paid.advance.is_zero()),
            (PolicyPoint::Recovery, !paid.recovery.is_zero()),
            (PolicyPoint::Limit, !paid.advance.is_zero() && limit == Some(paid.owed_out)),
            (PolicyPoint::Forgiven, !paid.forgiven.is_zero()),
        ];
        let found: Vec<PolicyPoint> =
            found.into_iter().filter(|(_, is)| *is).map(|(point, _)| point).collect();
        let is_paid =
            found.iter().any(|point| matches!(point, PolicyPoint::Guarantee | PolicyPoint::Advance));
        let entry = payee.filter(|_| is_paid).and_then(|payee| entry(report, draw, payee));
        let found = found.into_iter().chain(entry.map(PolicyPoint::Amount));
        reached.extend(found.map(|found| point(policy, version, found)));
    }
}

/// The entry of a draw's amount that a payee falls under.
fn entry(report: &DraftReport, draw: &Draw, payee: PayeeIx) -> Option<Option<String>> {
    let Value::By { column, is, .. } = &draw.amount else { return None };
    let states = &report.tables.payees.states;
    let state = states.on(payee, report.computed.days.1);
    let text = states.frame.text(&column.column, state.at());
    Some(text.filter(|text| is.contains_key(*text)).map(str::to_owned))
}

/// The points of a payee's payment terms.
fn of_terms<'r>(report: &'r DraftReport, (row, terms): (&Balance, &PayeeTerms), reached: &mut Reached<'r>) {
    let policy = terms.payment.as_ref().and_then(|id| report.rules.policies.find(id));
    let version = policy.and_then(|policy| Some((policy, policy.in_force(report.computed.days.1)?)));
    let Some((policy, version)) = version else { return };
    let (paid, carried) = (row.payment.paid, row.payment.carried_out.wide());
    let is_paid = !paid.is_zero();
    let found = [
        (PolicyPoint::Payment, is_paid),
        (PolicyPoint::Minimum, !is_paid && (1..terms.terms.minimum.wide()).contains(&carried)),
        (PolicyPoint::Maximum, is_paid && terms.terms.maximum == Some(paid) && carried > 0),
        (PolicyPoint::DebtShare, !row.payment.taken.is_zero() && carried < 0),
        (PolicyPoint::OwnCurrency, is_paid && row.paid_currency != row.currency),
    ];
    let found = found.into_iter().filter(|(_, is)| *is);
    reached.extend(found.map(|(found, _)| point(policy, version, found)));
}
