//! Which caps lowered an amount. The lines only tell what was left after all of them, so they are applied again, one after
//! the other, from the first day of the fiscal year.

use std::collections::{BTreeMap, BTreeSet};

use super::reach::has_caps;
use crate::book::Every;
use crate::cases::settle::Settled;
use crate::credit::Lines;
use crate::money::Splitter;
use crate::pay::{DayPeriods, caps};
use crate::plan::Window;
use crate::rules::Caps;

/// Version and length of period (`None`: per deal) of the caps of a rule that lowered a line of the period.
pub(super) fn lowered(settled: &Settled, rule: usize) -> BTreeSet<(usize, Option<Every>)> {
    if !has_caps(&settled.rules.rules[rule]) {
        return BTreeSet::new();
    }
    // What was settled without a fault once is settled again without one.
    in_turn(settled, rule).unwrap_or_default()
}

fn in_turn(settled: &Settled, rule: usize) -> Option<BTreeSet<(usize, Option<Every>)>> {
    let (book, tables) = (&settled.book, &settled.tables);
    let window = Window::new(book.calendar(), settled.period);
    let year =
        crate::settle::settle(book, tables, &settled.rules, book.calendar().year_of(settled.period)).ok()?;
    let close_date = &tables.deals.close_date;
    let day = |lines: &Lines, row: usize| close_date[lines.deal[row] as usize];
    let of_rule: Vec<u32> = (0..year.lines.len())
        .filter(|&row| {
            usize::from(year.lines.rule[row]) == rule && day(&year.lines, row) <= window.paid_until
        })
        .map(|row| row as u32)
        .collect();
    let mut lines = year.lines.take(&of_rule);
    let paid_in_the_end = lines.amount.clone();
    lines.amount.clone_from(&lines.uncapped);

    let versions = &settled.rules.rules[rule].versions;
    let mut lowered = BTreeSet::new();
    let mut note = |lines: &Lines, before: &[i64], every: Option<Every>| {
        for row in (0..lines.len()).filter(|&row| lines.amount[row] != before[row]) {
            if window.pays(day(lines, row)) {
                lowered.insert((usize::from(lines.version[row]), every));
            }
        }
    };
    let before = lines.amount.clone();
    per_deal(&mut lines, &versions.iter().map(|version| version.caps.per_deal).collect::<Vec<_>>())?;
    note(&lines, &before, None);
    let days =
        DayPeriods::new(window.computed_from, window.paid_until, |day, every| window.period_of(day, every));
    for every in [Every::Month, Every::Quarter, Every::Year] {
        let of_length: Vec<Caps> = versions.iter().map(|version| only(&version.caps, every)).collect();
        let before = lines.amount.clone();
        caps::apply(&mut lines, &of_length, close_date, &days).ok()?;
        note(&lines, &before, Some(every));
    }
    debug_assert_eq!(lines.amount, paid_in_the_end, "the caps in turn come to what was paid");
    Some(lowered)
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
fn per_deal(lines: &mut Lines, caps: &[Option<i64>]) -> Option<()> {
    let mut deals: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for row in 0..lines.len() {
        deals.entry(lines.deal[row]).or_default().push(row);
    }
    for mut rows in deals.into_values() {
        rows.sort_by_key(|&row| (lines.payee[row], lines.role[row].wrapping_add(1)));
        let Some(cap) = rows.first().and_then(|&row| caps[usize::from(lines.version[row])]) else { continue };
        let total: i128 = rows.iter().map(|&row| i128::from(lines.amount[row])).sum();
        if total.unsigned_abs() > u128::from(cap.unsigned_abs()) {
            let units: Vec<i128> = rows.iter().map(|&row| i128::from(lines.amount[row]).abs()).collect();
            let mut parts = Vec::new();
            Splitter::default().split(if total < 0 { -cap } else { cap }, &units, &mut parts).ok()?;
            rows.iter().zip(parts).for_each(|(&row, part)| lines.amount[row] = part);
        }
    }
    Some(())
}
