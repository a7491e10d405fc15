//! The lines are in their order, and no line is there twice.

use std::cmp::Ordering;

use super::super::calendar::Day;
use super::super::report::{Finding, Findings, Measure, Proof};
use super::{Batch, Line};
use apportion_base::diagnostic::Code;
use apportion_contract::LINES;

/// Compares each line with the one before it.
#[derive(Debug, Default)]
pub struct Order {
    /// Of the last line of the batch before.
    before: Option<Key>,
    lines: u64,
    findings: Findings,
}

/// What lines are ordered by.
#[derive(Debug)]
struct Key {
    payee: String,
    rule: String,
    close_date: Day,
    deal: String,
    role: Option<String>,
    from: Option<String>,
    of_rule: Option<String>,
    of_deal: Option<String>,
}

impl Key {
    fn new(line: &Line<'_>) -> Self {
        let words = line.words;
        Self {
            payee: words.payee_id().to_owned(),
            rule: words.rule_id().to_owned(),
            close_date: line.close_date,
            deal: words.deal_id().to_owned(),
            role: words.role_id().map(str::to_owned),
            from: words.origin_id().map(str::to_owned),
            of_rule: words.of_rule_id().map(str::to_owned),
            of_deal: words.of_deal_id().map(str::to_owned),
        }
    }

    fn compare(&self, line: &Line<'_>) -> Ordering {
        let words = line.words;
        (self.payee.as_str(), self.rule.as_str(), self.close_date, self.deal.as_str())
            .cmp(&(words.payee_id(), words.rule_id(), line.close_date, words.deal_id()))
            .then_with(|| self.role.as_deref().cmp(&words.role_id()))
            .then_with(|| self.from.as_deref().cmp(&words.origin_id()))
            .then_with(|| self.of_rule.as_deref().cmp(&words.of_rule_id()))
            .then_with(|| self.of_deal.as_deref().cmp(&words.of_deal_id()))
    }
}

/// The order of two lines of a batch: most have one payee and one rule, and other days, so that few texts are looked at.
fn compare(batch: &Batch<'_>, one: usize, other: usize) -> Ordering {
    let days = &batch.close_date;
    (batch.payee.compare(one, other))
        .then_with(|| batch.rule.compare(one, other))
        .then_with(|| days.at(one).cmp(&days.at(other)))
        .then_with(|| batch.deal.compare(one, other))
        .then_with(|| batch.role.compare(one, other))
        .then_with(|| batch.from_payee.compare(one, other))
        .then_with(|| batch.of_rule.compare(one, other))
        .then_with(|| batch.of_deal.compare(one, other))
}

impl Order {
    /// Compares each line of a batch with the one before it.
    pub fn batch(&mut self, batch: &Batch<'_>) {
        self.lines += batch.rows() as u64;
        let Some((first, last)) = batch.line(0).zip(batch.line(batch.rows().saturating_sub(1))) else {
            return;
        };
        if let Some(before) = self.before.replace(Key::new(&last)) {
            self.note(before.compare(&first), &first);
        }
        for index in 1..batch.rows() {
            let order = compare(batch, index - 1, index);
            if let (Ordering::Equal | Ordering::Greater, Some(line)) = (order, batch.line(index)) {
                self.note(order, &line);
            }
        }
    }

    /// Notes how the line before a line is to it.
    fn note(&mut self, order: Ordering, line: &Line<'_>) {
        match order {
            Ordering::Less => {}
            Ordering::Equal => self.findings.add(Code::DuplicateLine, || {
                let message = format!("the same line as the one before it ({})", line.shown());
                Finding::new(Code::DuplicateLine, LINES, message).row(line.row)
            }),
            Ordering::Greater => self.findings.add(Code::LinesOutOfOrder, || {
                let message = format!("it belongs before the line above it ({})", line.shown());
                Finding::new(Code::LinesOutOfOrder, LINES, message).row(line.row)
            }),
        }
    }

    /// What was found.
    pub fn proof(self) -> Proof {
        let claim = "lines are in order of payee, rule, close date, deal, role and origin, none twice";
        Proof::new("order", claim, vec![Measure::Count("lines", self.lines)], self.findings)
    }
}
