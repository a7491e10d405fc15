//! What incentives cost: by rule and by payee, how far payees came, and cost over revenue.

use std::collections::BTreeMap;

use apportion::block::{Cell, Chart, Column, Document, Money, Shape, Table};
use apportion::credit::Line;
use apportion::data::PayeeIx;
use apportion::money::percentile;

use super::Ground;
use super::metrics;
use crate::Fault;

/// Payees that are listed.
const LISTED: usize = 25;

/// Widths of the ranges of attainment, in percent of quota, and the last one's start.
const STEP: i128 = 25;
const LAST: i128 = 200;

/// The sum of some lines, and how many they are.
type Sum = (i128, u64);

pub(super) fn add(document: &mut Document, ground: &Ground<'_>) -> Result<(), Fault> {
    let close = ground.sight.settlement.as_close();
    let (mut rules, mut payees) = (BTreeMap::<&str, Sum>::new(), BTreeMap::<PayeeIx, Sum>::new());
    for lines in close.settlement.lines.statements() {
        // The lines of one payee under one rule.
        let Some(first) = lines.first().filter(|line| ground.sight.sees_payee(line.payee)) else { continue };
        let sum = sum(lines)?;
        add_to(rules.entry(close.rules[first.rule].id.as_str()).or_default(), sum)?;
        add_to(payees.entry(first.payee).or_default(), sum)?;
    }
    rules.retain(|_, (amount, _)| *amount != 0);
    payees.retain(|_, (amount, _)| *amount != 0);
    if rules.is_empty() {
        return Ok(());
    }
    document.heading(2, "Incentives");
    let by_rule = largest(rules.iter().map(|(id, sum)| ((*id).to_owned(), *sum)), usize::MAX);
    document.chart(bars(ground, ("by-rule", "What rules pay", "Rule"), by_rule, 0));
    let left_out = payees.len().saturating_sub(LISTED);
    let by_payee = largest(payees.iter().map(|(payee, sum)| (ground.name(*payee), *sum)), LISTED);
    document.chart(bars(ground, ("by-payee", "What payees get", "Payee"), by_payee, left_out));
    let amounts: Vec<i128> = payees.values().map(|(amount, _)| *amount).collect();
    document.table(distribution(ground, amounts));
    if let Some(chart) = attainment(ground) {
        document.chart(chart);
    }
    document.chart(metrics::bars(ground, "cost-rate", "Cost over revenue by channel", "cost_rate"));
    Ok(())
}

fn sum(lines: &[Line]) -> Result<Sum, Fault> {
    let mut sum = Sum::default();
    for line in lines {
        add_to(&mut sum, (line.amount.wide(), 1))?;
    }
    Ok(sum)
}

fn add_to(sum: &mut Sum, (amount, lines): Sum) -> Result<(), Fault> {
    sum.0 = sum.0.checked_add(amount).ok_or(Fault::Overflow)?;
    sum.1 += lines;
    Ok(())
}

/// The largest sums, by name where they are equal.
fn largest(sums: impl Iterator<Item = (String, Sum)>, most: usize) -> Vec<(String, Sum)> {
    let mut sums: Vec<(String, Sum)> = sums.collect();
    sums.sort_by(|(one, own), (other, others)| others.0.cmp(&own.0).then_with(|| one.cmp(other)));
    sums.truncate(most);
    sums
}

fn bars(
    ground: &Ground<'_>,
    (key, name, what): (&'static str, &str, &str),
    sums: Vec<(String, Sum)>,
    left_out: usize,
) -> Chart {
    let columns =
        vec![Column::text("name", what), Column::number("amount", "Amount"), Column::number("n", "Lines")];
    let mut table = Table::new(key, name, columns);
    for (name, (minor, lines)) in sums {
        let amount = Cell::Amount(Money { minor, currency: ground.currency });
        table.row(vec![Cell::text(name), amount, Cell::Count(lines)]);
    }
    let mut chart = Chart::bars(table, "amount");
    chart.note = (left_out > 0).then(|| format!("{left_out} more, with smaller amounts, are not shown."));
    chart
}

/// Percentiles of what payees get.
fn distribution(ground: &Ground<'_>, mut amounts: Vec<i128>) -> Table {
    amounts.sort_unstable();
    let columns = vec![Column::text("of", "Of payees with an amount"), Column::number("amount", "Amount")];
    let mut table = Table::new("distribution", "How amounts are spread", columns);
    for (percent, words) in [
        (10, "a tenth get at most"),
        (50, "half get at most"),
        (90, "nine in ten get at most"),
        (100, "the most is"),
    ] {
        if let Some(minor) = percentile(&amounts, percent) {
            let amount = Cell::Amount(Money { minor, currency: ground.currency });
            table.row(vec![Cell::text(words), amount]);
        }
    }
    table
}

/// How far payees came, of their quotas.
fn attainment(ground: &Ground<'_>) -> Option<Chart> {
    let close = ground.sight.settlement.as_close();
    let all = close.settlement.attainment.iter().flatten();
    let mut counts: BTreeMap<i128, u64> = BTreeMap::new();
    let (mut seen, mut without) = (0_u64, 0_u64);
    for row in all.filter(|row| ground.sight.sees_payee(row.payee)) {
        match row.attainment_e6 {
            Some(reached) => {
                *counts.entry(range(reached)).or_default() += 1;
                seen += 1;
            }
            None => without += 1,
        }
    }
    let (first, last) = (*counts.keys().next()?, *counts.keys().next_back()?);
    let columns = vec![Column::text("range", "Of quota"), Column::number("payees", "Payees and rules")];
    let mut table = Table::new("attainment", "How far payees came", columns);
    let mut from = first;
    while from <= last {
        let words = match from {
            LAST => format!("{LAST}% and more"),
            from if from < 0 => "below 0%".to_owned(),
            from => format!("{from}% to {}%", from + STEP),
        };
        table.row(vec![Cell::text(words), Cell::Count(counts.get(&from).copied().unwrap_or(0))]);
        from += STEP;
    }
    let note = format!(
        "n {seen}; {without} without a quota are left out. A range has its first number and not its last."
    );
    Some(Chart { shape: Shape::Histogram, table, value: "payees", note: Some(note) })
}

/// The start of the range that an attainment is in, in percent.
fn range(attainment_e6: i128) -> i128 {
    let percent = attainment_e6.div_euclid(10_000);
    (percent.div_euclid(STEP) * STEP).clamp(-STEP, LAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_their_first_number_and_not_their_last() {
        assert_eq!([0, 249_999, 250_000, 999_999, 1_000_000].map(range), [0, 0, 25, 75, 100]);
        assert_eq!([-1, -9_000_000, 1_999_999, 2_000_000, 90_000_000].map(range), [-25, -25, 175, 200, 200]);
    }
}
