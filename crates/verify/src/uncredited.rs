//! uncredited.csv: read, and proved to say nothing that the lines contradict.

use std::path::Path;

use csv::StringRecord;

use super::credits::Credits;
use super::csv_file::records;
use super::lines::Ids;
use super::manifest::Terms;
use super::names::{DealNo, Number, PayeeNo, RuleDeal, RuleNo};
use super::report::{Finding, Findings, Measure, Proof};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_contract::output::UNCREDITED_FILE;
use apportion_contract::{Reason, RuleKind, UNCREDITED};

/// One row.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The record, from 1.
    pub row: u64,
    /// The deal.
    pub deal: DealNo,
    /// The rule; `None` for `no-rule`.
    pub rule: Option<RuleNo>,
    /// The payee, for `no-quota`.
    pub payee: Option<PayeeNo>,
    /// Why the deal is listed.
    pub reason: Reason,
    /// Money that was kept back, in minor units.
    pub retained: Option<i128>,
    /// Credit that was kept back, in minor units.
    pub retained_credit: Option<i128>,
}

/// What the file says.
#[derive(Debug, Default)]
pub struct Uncredited {
    /// Its rows; those that can't be read are findings.
    pub rows: Vec<Row>,
    /// Rows of the file; `None` where it could not be read.
    pub count: Option<u64>,
    findings: Findings,
}

/// Bytes of a row, at least: a deal, a reason, separators.
const ROW_BYTES: u64 = 12;

/// Reads the file and proves what needs no other file: order, reasons, and which columns a reason fills. `said` is how many rows run.json
/// says that there are.
pub fn read(out: &Path, said: u64, terms: &Terms, ids: &mut Ids) -> Result<Uncredited, Diagnostic> {
    let bytes = std::fs::metadata(out.join(UNCREDITED)).map_or(0, |file| file.len());
    let many = usize::try_from(said.min(bytes / ROW_BYTES)).unwrap_or(0);
    let mut rows = Vec::with_capacity(many);
    let mut findings = Findings::default();
    let mut before: Option<Before> = None;
    let count = records((out, terms.raw), &UNCREDITED_FILE, &mut findings, |row, cells, findings| {
        let key = [&cells[0], &cells[1], &cells[2], &cells[3]];
        if before.as_ref().is_some_and(|before| before.key.iter().map(String::as_str).ge(key)) {
            findings.add(Code::RowsOutOfOrder, || {
                let message = "it belongs before the row above it, or is that row again";
                Finding::new(Code::RowsOutOfOrder, UNCREDITED, message).row(row)
            });
        }
        let same_deal =
            before.as_ref().filter(|before| before.key[0] == cells[0]).and_then(|before| before.deal);
        let parsed = parse((row, same_deal), cells, terms, ids);
        let deal = parsed.as_ref().ok().map(|row| row.deal);
        match &mut before {
            Some(before) => before.set(key, deal),
            None => before = Some(Before { key: key.map(str::to_owned), deal }),
        }
        match parsed {
            Ok(row) => rows.push(row),
            Err(finding) => findings.push(finding),
        }
    })?;
    Ok(Uncredited { rows, count, findings })
}

/// The row above a row.
struct Before {
    /// What rows are ordered by.
    key: [String; 4],
    /// The number of its deal, where it could be read: rows of one deal follow each other.
    deal: Option<DealNo>,
}

impl Before {
    fn set(&mut self, key: [&str; 4], deal: Option<DealNo>) {
        self.deal = deal;
        self.key.iter_mut().zip(key).for_each(|(cell, key)| key.clone_into(cell));
    }
}

/// A row; `deal` is the number of its deal, where the row above is of the same.
fn parse(
    (row, deal): (u64, Option<DealNo>),
    cells: &StringRecord,
    terms: &Terms,
    ids: &mut Ids,
) -> Result<Row, Finding> {
    let bad = |message: String| Finding::new(Code::BadUncredited, UNCREDITED, message).row(row);
    let reason = Reason::from_word(&cells[3]).ok_or_else(|| bad(format!("`{}` is no reason", &cells[3])))?;
    let rule = match &cells[1] {
        "" => None,
        // The rule of a tie is a coverage, which run.json does not list.
        id if reason == Reason::TerritoryTie && terms.rule(id).is_none() => None,
        id => Some(terms.rule(id).ok_or_else(|| bad(format!("run.json names no rule `{id}`")))?),
    };
    let kind = rule.map(|rule| terms.kind(rule));
    if !goes_with(reason, kind) {
        let kind = kind.map_or("no rule", RuleKind::word);
        return Err(bad(format!("`{}` is no reason of {kind}", reason.word())));
    }
    if cells[0].is_empty() || cells[2].is_empty() == reason.names_a_payee() {
        let message = "it names a deal, and a payee with `no-quota`, `not-counted` and `gated` only";
        return Err(bad(message.to_owned()));
    }
    if reason == Reason::TerritoryTie && cells[1].is_empty() {
        return Err(bad("it names no coverage".to_owned()));
    }
    let money = |cell: &str| match cell {
        "" => Ok(None),
        text => terms.minor(text).map(Some).ok_or_else(|| bad(format!("`{text}` is no amount"))),
    };
    Ok(Row {
        row,
        deal: deal.unwrap_or_else(|| ids.deals.number(&cells[0])),
        rule,
        payee: (!cells[2].is_empty()).then(|| ids.payees.number(&cells[2])),
        reason,
        retained: money(&cells[4])?,
        retained_credit: money(&cells[5])?,
    })
}

/// Whether the credit of a payee's team can be behind a reason: the result does not say who is in a team, but the rule is
/// one of teams, or it pays someone with credit on the deal, or lists them.
fn of_team(rows: &[Row], rule: RuleNo, deal: DealNo, credits: &Credits) -> bool {
    let listed = |payee: PayeeNo| {
        let mut same = rows.iter().filter(|row| (row.rule, row.deal) == (Some(rule), deal));
        same.any(|row| row.reason == Reason::NoQuota && row.payee == Some(payee))
    };
    let mut credited = credits.of_deal(deal).peekable();
    credited.peek().is_some()
        && (credits.may_be_of_teams(rule)
            || credited.any(|payee| credits.is_paid(rule, Some(payee), deal) || listed(payee)))
}

/// Whether a kind of rule can leave a deal for a reason.
fn goes_with(reason: Reason, kind: Option<RuleKind>) -> bool {
    match kind {
        None => matches!(reason, Reason::NoRule | Reason::Reversed | Reason::TerritoryTie),
        Some(kind) => reason.kinds().contains(&kind),
    }
}

impl Uncredited {
    /// Whether a reason names a payee, so that their credit has to be looked at.
    pub fn names_payees(&self) -> bool {
        self.rows.iter().any(|row| row.payee.is_some())
    }

    /// Compares the rows with the lines. `made` are rule and deal of every line, sorted, each pair once.
    pub fn prove(&self, terms: &Terms, ids: &Ids, made: &[RuleDeal], credits: &Credits) -> Proof {
        let mut findings = self.findings.clone();
        let mut paid_by_rule: Vec<bool> = vec![false; ids.deals.len()];
        for pair in made {
            paid_by_rule[pair.deal().index()] |= terms.kind(pair.rule()).pays_by_deal();
        }
        for row in self.rows.iter().filter(|row| row.rule.is_some()) {
            if row.rule.is_some_and(|rule| terms.kind(rule).pays_by_deal()) {
                paid_by_rule[row.deal.index()] = true;
            }
        }
        let mut last: Option<(DealNo, RuleNo)> = None;
        for row in &self.rows {
            let contradiction = match (row.rule, row.reason) {
                // Whether others are paid says nothing about who would have been by work of territories.
                (None, Reason::TerritoryTie) => None,
                (None, _) => paid_by_rule[row.deal.index()]
                    .then_some("a rule matched the deal: it has lines or another reason"),
                (Some(rule), reason) if reason.keeps_a_part() => {
                    (made.binary_search(&RuleDeal::new(rule, row.deal)).is_err())
                        .then_some("the rule has no line on the deal, so that it kept more than a part")
                }
                (Some(rule), Reason::NoQuota) => {
                    let has = row.payee.is_some_and(|payee| credits.has(payee, row.deal))
                        || of_team(&self.rows, rule, row.deal, credits);
                    let paid = credits.is_paid(rule, row.payee, row.deal);
                    if paid {
                        Some("the rule has a line for the payee on the deal all the same")
                    } else {
                        (!has)
                            .then_some("the payee has no credit on the deal that a quota could be asked for")
                    }
                }
                (Some(rule), _) => {
                    let twice = last == Some((row.deal, rule));
                    last = Some((row.deal, rule));
                    if made.binary_search(&RuleDeal::new(rule, row.deal)).is_ok() {
                        Some("the rule has lines on the deal all the same")
                    } else {
                        twice.then_some("the rule has another reason for the deal already")
                    }
                }
            };
            if let Some(contradiction) = contradiction {
                findings.add(Code::ContradictedReason, || {
                    let deal = ids.deals.text(row.deal);
                    let message = format!("deal `{deal}` as `{}`: {contradiction}", row.reason.word());
                    Finding::new(Code::ContradictedReason, UNCREDITED, message).row(row.row)
                });
            }
        }
        let sum = |amount: fn(&Row) -> Option<i128>| self.rows.iter().filter_map(amount).sum();
        let measures = vec![
            Measure::Count("rows", self.count.unwrap_or(0)),
            Measure::Amount("retained", sum(|row| row.retained)),
            Measure::Amount("credit retained", sum(|row| row.retained_credit)),
        ];
        let claim = "uncredited.csv is in order, with known reasons, and no line contradicts one";
        Proof::new("uncredited", claim, measures, findings)
    }
}
