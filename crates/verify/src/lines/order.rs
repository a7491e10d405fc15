//! The lines are in their order, and no line is there twice.

use std::cmp::Ordering;

use super::super::calendar::Day;
use super::super::report::{Finding, Findings, Measure, Proof};
use super::Line;
use apportion_base::diagnostic::Code;
use apportion_contract::LINES;

/// Compares each line with the one before it.
#[derive(Debug, Default)]
pub struct Order {
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
        Self {
            payee: line.payee_id.to_owned(),
            rule: line.rule_id.to_owned(),
            close_date: line.close_date,
            deal: line.deal_id.to_owned(),
            role: line.role_id.map(str::to_owned),
            from: line.from_payee_id.map(str::to_owned),
            of_rule: line.of_rule_id.map(str::to_owned),
            of_deal: line.of_deal_id.map(str::to_owned),
        }
    }

    /// Copies a line's key. Only texts that differ are copied, because adjacent lines share most of theirs.
    fn set(&mut self, line: &Line<'_>) {
        copy(&mut self.payee, line.payee_id);
        copy(&mut self.rule, line.rule_id);
        copy(&mut self.deal, line.deal_id);
        self.close_date = line.close_date;
        copy_some(&mut self.role, line.role_id);
        copy_some(&mut self.from, line.from_payee_id);
        copy_some(&mut self.of_rule, line.of_rule_id);
        copy_some(&mut self.of_deal, line.of_deal_id);
    }

    fn compare(&self, line: &Line<'_>) -> Ordering {
        (self.payee.as_str(), self.rule.as_str(), self.close_date, self.deal.as_str())
            .cmp(&(line.payee_id, line.rule_id, line.close_date, line.deal_id))
            .then_with(|| self.role.as_deref().cmp(&line.role_id))
            .then_with(|| self.from.as_deref().cmp(&line.from_payee_id))
            .then_with(|| self.of_rule.as_deref().cmp(&line.of_rule_id))
            .then_with(|| self.of_deal.as_deref().cmp(&line.of_deal_id))
    }
}

impl Order {
    /// Compares a line with the one before it.
    pub fn line(&mut self, line: &Line<'_>) {
        self.lines += 1;
        let Some(before) = &mut self.before else {
            self.before = Some(Key::new(line));
            return;
        };
        match before.compare(line) {
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
        before.set(line);
    }

    /// What was found.
    pub fn proof(self) -> Proof {
        let claim = "lines are in order of payee, rule, close date, deal, role and origin, none twice";
        Proof::new("order", claim, vec![Measure::Count("lines", self.lines)], self.findings)
    }
}

fn copy(to: &mut String, from: &str) {
    if to != from {
        to.clear();
        to.push_str(from);
    }
}

fn copy_some(to: &mut Option<String>, from: Option<&str>) {
    if to.as_deref() != from {
        *to = from.map(str::to_owned);
    }
}
