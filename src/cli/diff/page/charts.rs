//! The three charts: what each rule costs, how the change is spread over payees, who moves most.

use maud::html;

use crate::cli::diff::view::DifferenceView;
use crate::cli::number::{count, counted};
use crate::cli::table::shortened;
use apportion_documents::block::{Block, Document};
use apportion_documents::page::chart::{Bar, Bin, Pair, Side, diverging, histogram, paired};
use apportion_engine::diff::Status;

/// Characters of a name that fit beside a number at 400 pixels.
const NAME: usize = 26;
/// Ranges on one side of zero from which on they are by powers of ten alone.
const FINE: usize = 9;

/// Two bars for every rule whose amount or lines differ, the most costly change first.
pub fn cost_by_rule(document: &mut Document, shown: &DifferenceView) {
    let mut rules: Vec<_> = shown
        .difference
        .rules
        .iter()
        .filter(|rule| rule.status() != Status::Same)
        .filter(|rule| rule.change.before.amount != 0 || rule.change.after.amount != 0)
        .collect();
    if rules.is_empty() {
        return;
    }
    rules.sort_by_key(|rule| (std::cmp::Reverse(rule.change.amount().unsigned_abs()), rule.id.clone()));
    let rows: Vec<Pair> = rules
        .iter()
        .map(|rule| Pair {
            label: shortened(&rule.id, NAME),
            before: rule.change.before.amount,
            after: rule.change.after.amount,
            shown: format!(
                "{} ({})",
                shown.money(rule.change.after.amount),
                shown.signed(rule.change.amount())
            ),
        })
        .collect();
    document.heading(2, "Cost by rule");
    document.blocks.push(Block::Drawing(html! {
        ul.key { li { i.before {} "before" } li { i.after {} "after" } li { (shown.currency) ", after and change" } }
        (paired("What each rule pays, before and after", &rows))
    }));
}

/// How many payees gain or lose how much.
pub fn distribution(document: &mut Document, shown: &DifferenceView) {
    let changes: Vec<i128> = shown
        .difference
        .payees
        .iter()
        .map(|payee| payee.change.amount())
        .filter(|change| *change != 0)
        .collect();
    if changes.is_empty() {
        return;
    }
    let bins = bins(&changes, shown.digits);
    let rows: Vec<Bin> = bins
        .into_iter()
        .map(|(low, high, number)| {
            let (side, near, far) = if low < 0 { (Side::Below, high, low) } else { (Side::Above, low, high) };
            Bin {
                label: format!("{} to {}", whole(shown, near), whole(shown, far)),
                count: number,
                shown: count(number),
                side,
            }
        })
        .collect();
    let same = shown.difference.payees_level;
    document.heading(2, "How the change is spread over payees");
    document.blocks.push(Block::Drawing(html! {
        ul.key { li { i.loss {} "get less" } li { i.gain {} "get more" } li { (shown.currency) ", payees in each range" } }
        (histogram("Payees by change of what they are paid", &rows))
        p.muted { @if same == 0 { "Every payee with lines gets more or less." } @else {
            (counted(same, "payee")) " with lines " @if same == 1 { "gets" } @else { "get" } " what they got before."
        } }
    }));
}

/// Ranges of change away from zero with the number of payees in them, from the lowest to the highest: bounds at 0 and
/// at 1, 2 and 5 times the powers of ten of the major unit, or at the powers alone where that would be many. A range
/// holds its bound that is farther from zero. Empty ranges between others are shown.
fn bins(changes: &[i128], digits: u32) -> Vec<(i128, i128, u64)> {
    let most = changes.iter().map(|change| change.unsigned_abs()).max().unwrap_or(0);
    let unit = 10_u128.pow(digits);
    let smallest = changes.iter().map(|change| change.unsigned_abs()).min().unwrap_or(0);
    let bounds = |steps: &[u128]| -> Vec<u128> {
        let mut bounds = vec![0];
        let mut power = unit;
        while bounds.last().is_none_or(|last| *last < most) {
            bounds.extend(steps.iter().map(|step| step * power));
            power *= 10;
        }
        let needed = bounds.iter().position(|bound| *bound >= most).map_or(bounds.len(), |index| index + 1);
        bounds.truncate(needed);
        // Empty ranges near zero are merged into one.
        let from = bounds.iter().rposition(|bound| *bound < smallest).unwrap_or(0);
        if from > 1 {
            bounds.drain(1..from);
        }
        bounds
    };
    let mut bounds_all = bounds(&[1, 2, 5]);
    if bounds_all.len() > FINE + 1 {
        bounds_all = bounds(&[1]);
    }
    let size = |bound: u128| i128::try_from(bound).unwrap_or(i128::MAX);
    let ranges = || bounds_all.windows(2).map(|pair| (size(pair[0]), size(pair[1])));
    let number =
        |within: &dyn Fn(i128) -> bool| changes.iter().filter(|change| within(**change)).count() as u64;
    let below = ranges().rev().map(|(near, far)| (-far, -near, number(&|c| c < -near && c >= -far)));
    let above = ranges().map(|(near, far)| (near, far, number(&|c| c > near && c <= far)));
    let all: Vec<(i128, i128, u64)> = below.chain(above).collect();
    let first = all.iter().position(|(_, _, number)| *number > 0).unwrap_or(0);
    let last = all.iter().rposition(|(_, _, number)| *number > 0).unwrap_or(0);
    all[first..=last].to_vec()
}

/// A bound without decimals: it has none.
fn whole(shown: &DifferenceView, minor: i128) -> String {
    let text = shown.signed(minor);
    text.split_once('.').map_or(text.clone(), |(whole, _)| whole.to_owned())
}

/// The payees whose amount changes most.
pub fn top_movers(document: &mut Document, shown: &DifferenceView) {
    let rows: Vec<Bar> = shown
        .difference
        .payees
        .iter()
        .filter(|payee| payee.change.amount() != 0)
        .take(shown.top)
        .map(|payee| Bar {
            label: shortened(&shown.payee(payee.payee), NAME),
            value: payee.change.amount(),
            shown: shown.signed(payee.change.amount()),
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    document.heading(2, "Top movers");
    document.blocks.push(Block::Drawing(html! {
        ul.key { li { i.loss {} "gets less" } li { i.gain {} "gets more" }
            li { (shown.currency) ", the " (rows.len()) " biggest of " (counted(shown.difference.payees.len() as u64, "payee")) } }
        (diverging("The payees whose amount changes most", &rows))
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_payee_is_in_one_range() {
        let changes = [-15_000, -10_000, -1, 1, 99, 100, 101, 500_000];
        for digits in [0, 2, 3] {
            let bins = bins(&changes, digits);
            assert_eq!(bins.iter().map(|bin| bin.2).sum::<u64>(), 8);
            assert!(bins.windows(2).all(|pair| pair[0].1 == pair[1].0), "{bins:?}");
        }
    }

    #[test]
    fn ranges_are_fine_where_they_are_few_and_begin_where_somebody_is() {
        assert_eq!(
            bins(&[450, -120, 90], 0),
            [
                (-200, -100, 1),
                (-100, -50, 0),
                (-50, 0, 0),
                (0, 50, 0),
                (50, 100, 1),
                (100, 200, 0),
                (200, 500, 1)
            ]
        );
        assert_eq!(
            bins(&[3, 1_000_000], 0),
            [
                (0, 1, 0),
                (1, 10, 1),
                (10, 100, 0),
                (100, 1_000, 0),
                (1_000, 10_000, 0),
                (10_000, 100_000, 0),
                (100_000, 1_000_000, 1)
            ][1..]
        );
    }
}
