//! uncredited.csv: read, and proved to say nothing that the lines contradict.

use std::path::Path;

use csv::StringRecord;

use super::credits::Credits;
use super::csv_file::records;
use super::lines::Known;
use super::manifest::Terms;
use super::names::NONE;
use super::report::{Finding, Findings, Measure, Proof};
use apportion_base::diagnostic::Diagnostic;
use apportion_engine::credit::Reason;
use apportion_results::UNCREDITED;
use apportion_rules::Kind;

const COLUMNS: [&str; 6] = ["deal_id", "rule_id", "payee_id", "reason", "retained", "retained_credit"];

/// All reasons, in the contract's order.
const REASONS: [Reason; 15] = [
    Reason::TwoRules,
    Reason::NoBasis,
    Reason::NegativeDeal,
    Reason::Incomplete,
    Reason::NoRate,
    Reason::NoSplits,
    Reason::SplitsNot100,
    Reason::NoEngagement,
    Reason::NoEligiblePayee,
    Reason::NoFilledRole,
    Reason::RequirementNotMet,
    Reason::BelowFirstRate,
    Reason::NoRule,
    Reason::NoQuota,
    Reason::UnfilledRole,
];

/// One row, understood.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub row: u64,
    pub deal: u32,
    /// Index into [`Terms::rules`]; `None` for `no-rule`.
    pub rule: Option<u16>,
    pub payee: u32,
    pub reason: Reason,
    /// Minor units.
    pub retained: Option<i128>,
    pub retained_credit: Option<i128>,
}

/// The file, read.
#[derive(Debug, Default)]
pub struct Uncredited {
    pub rows: Vec<Row>,
    /// Rows of the file; `None` where it could not be read.
    pub count: Option<u64>,
    findings: Findings,
}

/// Reads the file and proves what needs nothing beside it: order, reasons, and what goes with which reason.
pub fn read(out: &Path, terms: &Terms, known: &mut Known) -> Result<Uncredited, Diagnostic> {
    let mut rows = Vec::new();
    let mut findings = Findings::default();
    let mut before: Option<[String; 4]> = None;
    let count = records(out, UNCREDITED, &COLUMNS, &mut findings, |row, cells, findings| {
        let key = [&cells[0], &cells[1], &cells[2], &cells[3]];
        if before.as_ref().is_some_and(|before| before.iter().map(String::as_str).ge(key)) {
            findings.add("rows-out-of-order", || {
                let message = "it belongs before the row above it, or is that row again";
                Finding::new("rows-out-of-order", UNCREDITED, message).row(row)
            });
        }
        match &mut before {
            Some(before) => before.iter_mut().zip(key).for_each(|(cell, key)| key.clone_into(cell)),
            None => before = Some(key.map(str::to_owned)),
        }
        match understood(row, cells, terms, known) {
            Ok(row) => rows.push(row),
            Err(finding) => findings.push(finding),
        }
    })?;
    Ok(Uncredited { rows, count, findings })
}

fn understood(row: u64, cells: &StringRecord, terms: &Terms, known: &mut Known) -> Result<Row, Finding> {
    let bad = |message: String| Finding::new("bad-uncredited", UNCREDITED, message).row(row);
    let reason = REASONS.into_iter().find(|reason| reason.word() == &cells[3]);
    let reason = reason.ok_or_else(|| bad(format!("`{}` is no reason", &cells[3])))?;
    let rule = match &cells[1] {
        "" => None,
        id => Some(terms.rule(id).ok_or_else(|| bad(format!("run.json names no rule `{id}`")))?),
    };
    let kind = rule.map(|rule| terms.rules[rule].1);
    if !goes_with(reason, kind) {
        let kind = kind.map_or("no rule", Kind::word);
        return Err(bad(format!("`{}` is no reason of {kind}", reason.word())));
    }
    if cells[0].is_empty() || cells[2].is_empty() == (reason == Reason::NoQuota) {
        return Err(bad("it names a deal, and a payee with `no-quota` only".to_owned()));
    }
    let money = |cell: &str| match cell {
        "" => Ok(None),
        text => terms.minor(text).map(Some).ok_or_else(|| bad(format!("`{text}` is no amount"))),
    };
    Ok(Row {
        row,
        deal: known.deals.number(&cells[0]),
        rule: rule.and_then(|rule| u16::try_from(rule).ok()),
        payee: if cells[2].is_empty() { NONE } else { known.payees.number(&cells[2]) },
        reason,
        retained: money(&cells[4])?,
        retained_credit: money(&cells[5])?,
    })
}

/// Whether a kind of rule can leave a deal for a reason.
fn goes_with(reason: Reason, kind: Option<Kind>) -> bool {
    use Kind::{Commission, RenewalBonus, SharedCredit, Stipend};
    let Some(kind) = kind else { return reason == Reason::NoRule };
    let kinds: &[Kind] = match reason {
        Reason::NoRule => &[],
        Reason::NoQuota => &[Commission],
        Reason::TwoRules
        | Reason::NoSplits
        | Reason::SplitsNot100
        | Reason::NoFilledRole
        | Reason::UnfilledRole => &[SharedCredit],
        Reason::NegativeDeal | Reason::RequirementNotMet => &[Stipend],
        Reason::BelowFirstRate => &[RenewalBonus],
        Reason::NoBasis | Reason::Incomplete => &[SharedCredit, RenewalBonus],
        Reason::NoRate | Reason::NoEngagement | Reason::NoEligiblePayee => {
            &[SharedCredit, Stipend, RenewalBonus]
        }
    };
    kinds.contains(&kind)
}

impl Uncredited {
    /// Holds the rows against the lines. `made` are rule and deal of every line, sorted, each pair once, as
    /// [`super::deals::pair`] puts them.
    pub fn prove(self, terms: &Terms, known: &Known, made: &[u64], credits: &Credits) -> Proof {
        let mut findings = self.findings;
        let mut paid_by_rule: Vec<bool> = vec![false; known.deals.len()];
        for pair in made {
            let (rule, deal) = super::deals::unpair(*pair);
            let kind = terms.rules[usize::from(rule)].1;
            paid_by_rule[deal as usize] |= splits(kind);
        }
        for row in self.rows.iter().filter(|row| row.reason != Reason::NoRule) {
            if row.rule.is_some_and(|rule| splits(terms.rules[usize::from(rule)].1)) {
                paid_by_rule[row.deal as usize] = true;
            }
        }
        let mut last: Option<(u32, u16)> = None;
        for row in &self.rows {
            let contradiction = match (row.rule, row.reason) {
                (None, _) => paid_by_rule[row.deal as usize]
                    .then_some("a rule matched the deal: it has lines or another reason"),
                (Some(rule), Reason::UnfilledRole) => {
                    (made.binary_search(&super::deals::pair(rule, row.deal)).is_err())
                        .then_some("the rule has no line on the deal, so that it kept more than a role")
                }
                (Some(rule), Reason::NoQuota) => {
                    let has = credits.has(row.payee, row.deal);
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
                    if made.binary_search(&super::deals::pair(rule, row.deal)).is_ok() {
                        Some("the rule has lines on the deal all the same")
                    } else {
                        twice.then_some("the rule has another reason for the deal already")
                    }
                }
            };
            if let Some(contradiction) = contradiction {
                findings.add("contradicted-reason", || {
                    let deal = known.deals.text(row.deal);
                    let message = format!("deal `{deal}` as `{}`: {contradiction}", row.reason.word());
                    Finding::new("contradicted-reason", UNCREDITED, message).row(row.row)
                });
            }
        }
        let sum = |of: fn(&Row) -> Option<i128>| self.rows.iter().filter_map(of).sum();
        let measures = vec![
            Measure::Count("rows", self.count.unwrap_or(0)),
            Measure::Amount("retained", sum(|row| row.retained)),
            Measure::Amount("credit retained", sum(|row| row.retained_credit)),
        ];
        let claim = "uncredited.csv is in order, with known reasons, and no line contradicts one";
        Proof::of("uncredited", claim, measures, findings)
    }
}

/// Whether a kind makes its lines deal by deal, so that a deal without one is told.
pub fn splits(kind: Kind) -> bool {
    matches!(kind, Kind::SharedCredit | Kind::Stipend | Kind::RenewalBonus)
}
