//! `certify`: a gate that is not met holds pay, or costs it.

use std::collections::{BTreeMap, BTreeSet};

use apportion_base::diagnostic::Diagnostic;
use apportion_data::{DealIx, OpenIx, PayeeIx, Tables};
use apportion_rules::{GateCount, PolicyIx, PolicyKind, RuleIx};

use super::ground::Ground;
use super::stake::{Change, Question, Stakes};
use super::{ActionKind, Found, Stake};
use crate::credit::Line;
use crate::gates::{Gates, PlannedGate, Tally};
use crate::settle::describe;

/// For each gate and payee on the deals of the fiscal year that closed by the day, and on each open opportunity, if it were won then.
pub(super) fn find(ground: &Ground<'_>, stakes: &Stakes<'_>) -> Result<Vec<Found>, Vec<Diagnostic>> {
    if ground.rules.policies.of_kind(PolicyKind::Gate).next().is_none() {
        return Ok(Vec::new());
    }
    let mut found = on_closed(ground)?;
    found.extend(on_open(ground, stakes)?);
    Ok(found)
}

/// A gate that is not met by a payee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Unmet<'a> {
    gate: PolicyIx,
    id: &'a str,
    payee: PayeeIx,
    holds: bool,
}

/// Each gate that is not met on some lines, with the deal and what was counted.
fn unmet<'a>(
    (tables, ground): (&Tables, &Ground<'a>),
    lines: &[Line],
) -> Result<Vec<(Unmet<'a>, DealIx, String)>, Vec<Diagnostic>> {
    let last_day = ground.book.calendar().last_day(ground.year());
    let gates = Gates::new(tables, ground.rules, last_day);
    let mut by_rule: BTreeMap<RuleIx, BTreeSet<(DealIx, PayeeIx)>> = BTreeMap::new();
    for line in lines {
        by_rule.entry(line.rule).or_default().insert((line.deal, line.payee));
    }
    let mut all = Vec::new();
    for (rule, work) in by_rule {
        let work: Vec<(DealIx, PayeeIx)> = work.into_iter().collect();
        for gate in gates.of_rule(rule) {
            let places = gate.unmet(tables, &work);
            let places = places.map_err(|fault| vec![describe(tables, ground.rules, rule, &fault)])?;
            all.extend(places.into_iter().map(|(place, tally)| {
                let (deal, payee) = work[place];
                let version = gate.version;
                let holds = gate.share().is_none();
                (Unmet { gate: version.policy, id: version.id, payee, holds }, deal, missing(gate, tally))
            }));
        }
    }
    Ok(all)
}

/// What was counted, against what the gate asks for: `1 of 2 certificates`.
fn missing(gate: &PlannedGate<'_>, tally: Tally) -> String {
    let rows = gate.version.gate.table.table().word().replace('_', " ");
    match &gate.version.gate.count {
        GateCount::AtLeast(needed) => format!("{} of {needed} {rows}", tally.meet),
        GateCount::Share(share, _) => {
            let share = (*share * rust_decimal::Decimal::ONE_HUNDRED).normalize();
            format!("{} of {} {rows}, where {share}% are asked for", tally.meet, tally.asked)
        }
    }
}

/// One row for each gate and payee: what the fiscal year has so far.
fn on_closed(ground: &Ground<'_>) -> Result<Vec<Found>, Vec<Diagnostic>> {
    let year = ground.year();
    let closed = |line: &&Line| ground.tables.deals.close_date[line.deal] <= ground.as_of;
    let lines: Vec<Line> = ground.settled(year)?.lines.iter().filter(closed).copied().collect();
    let mut deals: BTreeMap<Unmet<'_>, (BTreeSet<DealIx>, String)> = BTreeMap::new();
    for (unmet, deal, missing) in unmet((ground.tables, ground), &lines)? {
        let known = deals.entry(unmet).or_default();
        known.0.insert(deal);
        // Of the latest deal.
        known.1 = missing;
    }
    let found = |(unmet, (deals, missing)): (Unmet<'_>, (BTreeSet<DealIx>, String))| {
        let does = if unmet.holds { "holds" } else { "keeps back a part of" };
        let payee = ground.payee_id(unmet.payee);
        let number = apportion_base::diagnostic::counted(deals.len() as u64, "deal");
        let why = format!(
            "{payee} has {missing}: gate `{}` {does} what it earned on {number} of the fiscal year {year}.",
            unmet.id
        );
        Found {
            kind: ActionKind::Certify,
            payee: Some(unmet.payee),
            subject: unmet.id.to_owned(),
            due: None,
            stake: Stake::Unknown,
            why,
        }
    };
    Ok(deals.into_iter().map(found).collect())
}

/// One row for each opportunity, gate and payee: what would happen if it were won on the day.
fn on_open(ground: &Ground<'_>, stakes: &Stakes<'_>) -> Result<Vec<Found>, Vec<Diagnostic>> {
    let open: Vec<OpenIx> = ground.tables.channel.opportunities.all().collect();
    let ids: Vec<&str> = open.iter().map(|open| ground.open_id(*open)).collect();
    let (won, places) = stakes.all_won(&ids)?;
    let of_deal: BTreeMap<DealIx, OpenIx> =
        won.deals.iter().zip(places).map(|(deal, place)| (*deal, open[place])).collect();
    let mut all: BTreeMap<(Unmet<'_>, OpenIx), String> = BTreeMap::new();
    for (unmet, deal, missing) in unmet((&won.tables, ground), &won.lines)? {
        if let Some(open) = of_deal.get(&deal) {
            all.insert((unmet, *open), missing);
        }
    }
    Ok(all
        .into_iter()
        .map(|((unmet, open), missing)| on_opportunity(ground, open, unmet, &missing))
        .collect())
}

fn on_opportunity(ground: &Ground<'_>, open: OpenIx, unmet: Unmet<'_>, missing: &str) -> Found {
    let (with, without) = match unmet.holds {
        true => (Change::Nothing, Change::Held(unmet.gate)),
        false => (Change::Without(unmet.gate), Change::Nothing),
    };
    let does = if unmet.holds { "hold" } else { "keep back a part of" };
    let (payee, subject) = (ground.payee_id(unmet.payee), ground.open_id(open).to_owned());
    let expectation = ground.expectation(open);
    let why = format!(
        "{payee} has {missing}: gate `{}` would {does} what it earns on {subject}.{expectation}",
        unmet.id
    );
    Found {
        kind: ActionKind::Certify,
        payee: Some(unmet.payee),
        due: ground.expected_close(open),
        stake: Stake::Asked(Question { open: subject.clone(), payee: unmet.payee, with, without }),
        subject,
        why,
    }
}
