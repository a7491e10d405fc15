//! Which caps lowered an amount. A line has only the amount after all caps, so they are applied again one by one,
//! from the first day of the fiscal year.

use apportion_data::DealIx;
use std::collections::{BTreeMap, BTreeSet};

use crate::cases::settle::CaseSettlement;
use crate::credit::Line;
use crate::pay::{DayPeriods, LinesByPayee, caps};
use crate::plan::Window;
use apportion_base::money::{Minor, Splitter};
use apportion_book::Every;
use apportion_rules::{Caps, Rule, RuleIx, VersionIx};

/// Version and length of period (`None`: per deal) of the caps of a rule that lowered a line of the period.
pub(super) fn lowered(settled: &CaseSettlement, rule: RuleIx) -> BTreeSet<(VersionIx, Option<Every>)> {
    if !has_caps(&settled.rules.rules[rule]) {
        return BTreeSet::new();
    }
    // Caps that were applied without a fault once are applied again without one.
    in_turn(settled, rule).unwrap_or_default()
}

fn in_turn(settled: &CaseSettlement, rule: RuleIx) -> Option<BTreeSet<(VersionIx, Option<Every>)>> {
    let (book, tables) = (&settled.book, &settled.tables);
    let window = Window::new(book.calendar(), settled.period);
    let year = settled.year.whole(tables);
    let close_date = &tables.deals.close_date;
    let day = |line: &Line| close_date[line.deal];
    // Of one rule they are in order of payee and time.
    let of_rule = |line: &&Line| line.rule == rule;
    let of_rule: Vec<Line> = year.lines.iter().filter(of_rule).copied().collect();
    let paid_in_the_end = amounts(&of_rule);
    let mut lines = LinesByPayee { stretches: vec![of_rule] };
    lines.stretches[0].iter_mut().for_each(|line| line.amount = line.uncapped);

    let versions = &settled.rules.rules[rule].versions;
    let mut lowered = BTreeSet::new();
    let mut note = |lines: &[Line], before: &[Minor], every: Option<Every>| {
        for (line, _) in lines.iter().zip(before).filter(|(line, before)| line.amount != **before) {
            if window.pays(day(line)) {
                lowered.insert((line.version, every));
            }
        }
    };
    let before = amounts(&lines.stretches[0]);
    per_deal(
        &mut lines.stretches[0],
        &versions.iter().map(|version| version.caps.per_deal).collect::<Vec<_>>(),
    )?;
    note(&lines.stretches[0], &before, None);
    let days =
        DayPeriods::new(window.computed_from, window.paid_until, |day, every| window.period_of(day, every));
    for every in [Every::Month, Every::Quarter, Every::Year] {
        let of_length: Vec<Caps> = versions.iter().map(|version| only(&version.caps, every)).collect();
        let before = amounts(&lines.stretches[0]);
        caps::apply(&mut lines, &of_length, close_date, &days).ok()?;
        note(&lines.stretches[0], &before, Some(every));
    }
    debug_assert_eq!(amounts(&lines.stretches[0]), paid_in_the_end, "the caps one by one give what was paid");
    Some(lowered)
}

fn amounts(lines: &[Line]) -> Vec<Minor> {
    lines.iter().map(|line| line.amount).collect()
}

/// Of the caps of a version, the one per payee and period of one length.
fn only(caps: &Caps, every: Every) -> Caps {
    let mut one = Caps::default();
    match every {
        Every::Month => one.per_payee_month = caps.per_payee_month,
        Every::Quarter => one.per_payee_quarter = caps.per_payee_quarter,
        Every::Year => one.per_payee_year = caps.per_payee_year,
    }
    one
}

/// The caps per deal, by version.
fn per_deal(lines: &mut [Line], caps: &[Option<Minor>]) -> Option<()> {
    let mut deals: BTreeMap<DealIx, Vec<usize>> = BTreeMap::new();
    for (row, line) in lines.iter().enumerate() {
        deals.entry(line.deal).or_default().push(row);
    }
    for mut rows in deals.into_values() {
        rows.sort_by_key(|&row| (lines[row].payee, lines[row].role));
        let Some(cap) = rows.first().and_then(|&row| caps[lines[row].version]) else { continue };
        let total: i128 = rows.iter().map(|&row| i128::from(lines[row].amount)).sum();
        if total.unsigned_abs() > u128::from(cap.unsigned_abs()) {
            let units: Vec<i128> = rows.iter().map(|&row| i128::from(lines[row].amount).abs()).collect();
            let mut parts = Vec::new();
            let signed = if total < 0 { cap.checked_neg().ok()? } else { cap };
            Splitter::default().split(signed, &units, &mut parts).ok()?;
            rows.iter().zip(parts).for_each(|(&row, part)| lines[row].amount = part);
        }
    }
    Some(())
}

/// All versions of a rule have the same caps or none: whether there is anything to find out.
fn has_caps(rule: &Rule) -> bool {
    rule.versions.iter().any(|version| version.caps != Caps::default())
}
