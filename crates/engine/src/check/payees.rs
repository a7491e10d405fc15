//! Payees whom nothing names, and payees who had left when their deal closed.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray, Date32Array};
use arrow::datatypes::Date32Type;

use crate::credit::Line;
use apportion_base::diagnostic::{Code, count, counted};
use apportion_book::{TableName, display_day};
use apportion_data::{DealIx, PayeeIx};

use super::facts::Facts;
use super::finding::Finding;

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let found = without_work(facts).into_iter().chain(ended(facts));
    found.map(|finding| placed(facts, finding)).collect()
}

/// At the source of the payees, if there is one only.
fn placed(facts: &Facts<'_>, finding: Finding) -> Finding {
    let mut sources = facts.book.sources.iter().filter(|source| source.table == TableName::Payees);
    match (sources.next(), sources.next()) {
        (Some(source), None) => finding.at(source.span.clone(), "read by this source"),
        _ => finding,
    }
}

/// A date column of the payees.
pub fn dates<'a>(facts: &Facts<'a>, column: &str) -> Option<&'a Date32Array> {
    facts.tables.payees.frame.column(column)?.as_primitive_opt::<Date32Type>()
}

/// The date of a payee, if they have one.
pub fn date(dates: Option<&Date32Array>, payee: PayeeIx) -> Option<i32> {
    let dates = dates?;
    let subject = payee.at();
    (subject < dates.len() && dates.is_valid(subject)).then(|| dates.value(subject))
}

/// Payees who had left before these days.
fn left_before(facts: &Facts<'_>, payee: PayeeIx) -> bool {
    date(dates(facts, "end_date"), payee).is_some_and(|end| end < facts.window().paid_from)
}

/// Payees without an engagement, a split, or payees who report to them, and who neither registered nor decided anything.
fn without_work(facts: &Facts<'_>) -> Option<Finding> {
    let tables = facts.tables;
    let mut named = vec![false; tables.payees.len()];
    let managers = tables.payees.states.all_managers();
    let work = tables.engagements.payee.iter().chain(&tables.splits.payee).copied();
    let decisions = tables.channel.conflicts.decisions.iter().map(|decision| decision.decided_by);
    let approvals = tables.channel.prices.approvals.iter().map(|approval| approval.approved_by);
    let registrations = tables.channel.registrations.rows.iter().map(|registration| registration.payee);
    let of_channel = decisions.chain(approvals).chain(registrations);
    work.chain(managers).chain(of_channel).for_each(|payee| named[payee] = true);
    let idle: Vec<PayeeIx> =
        tables.payees.all().filter(|payee| !named[*payee] && !left_before(facts, *payee)).collect();
    if idle.is_empty() {
        return None;
    }
    let message = format!(
        "{} of {} no engagement and no split, and nobody reports to them",
        count(idle.len() as u64),
        match named.len() {
            1 => "1 payee have".to_owned(),
            all => format!("{} have", counted(all as u64, "payee")),
        }
    );
    Some(
        Finding::note(Code::PayeeWithoutWork, message)
            .counted(idle.len() as u64, "payee")
            .examples(idle.iter().map(|payee| facts.payee_id(*payee)))
            .help(
                "nothing to do if they just started; else see whether their ids are spelled alike everywhere",
            ),
    )
}

/// Payees who earn on deals that closed after they had left.
fn ended(facts: &Facts<'_>) -> Option<Finding> {
    let ends = dates(facts, "end_date")?;
    let close_date = &facts.tables.deals.close_date;
    let mut late: BTreeMap<PayeeIx, BTreeSet<DealIx>> = BTreeMap::new();
    for &Line { payee, deal, .. } in facts.settlement.lines.iter() {
        if date(Some(ends), payee).is_some_and(|end| end < close_date[deal]) {
            late.entry(payee).or_default().insert(deal);
        }
    }
    if late.is_empty() {
        return None;
    }
    let deals: u64 = late.values().map(|deals| deals.len() as u64).sum();
    let message = format!(
        "{} earn on deals {} that closed after they had left, {} in all",
        counted(late.len() as u64, "payee"),
        facts.in_days(),
        counted(deals, "deal")
    );
    let message = if late.len() == 1 { message.replacen(" earn ", " earns ", 1) } else { message };
    let shown = |payee: PayeeIx| match date(Some(ends), payee) {
        Some(end) => format!("{} (until {})", facts.payee_id(payee), display_day(end)),
        None => facts.payee_id(payee),
    };
    Some(
        Finding::warning(Code::EndedPayee, message)
            .counted(late.len() as u64, "payee")
            .examples(late.keys().map(|payee| shown(*payee)))
            .help("if they are not to earn, say so in `engaged`: payees.end_date IS NULL OR payees.end_date >= close_date"),
    )
}
