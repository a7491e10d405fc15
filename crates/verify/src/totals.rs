//! The totals of run.json compared with sums over the files, by rule and in all.

use super::deals::DealSums;
use super::kinds::{self, Amount};
use super::lines::Line;
use super::manifest::{Manifest, RuleRow, Terms};
use super::names::{Number, RuleDeal};
use super::report::{Finding, Findings, Measure, Proof};
use super::uncredited::Uncredited;
use apportion_base::diagnostic::Code;
use apportion_base::money::format_scaled;
use apportion_contract::{RUN, RuleKind};

/// The lines of one rule, added up. Minor units; 2^64 amounts of 64 bits fit 128 bits.
#[derive(Debug, Clone, Default)]
pub struct RuleSums {
    lines: u64,
    basis: i128,
    credited: i128,
    uncapped: i128,
    amount: i128,
    /// Whether some line pays.
    pays: bool,
}

/// Adds up the lines by rule.
#[derive(Debug)]
pub struct ByRule {
    rules: Vec<RuleSums>,
}

impl ByRule {
    /// No line yet.
    pub fn new(terms: &Terms) -> Self {
        Self { rules: vec![RuleSums::default(); terms.rules.len()] }
    }

    /// Adds a line.
    pub fn line(&mut self, line: &Line<'_>) {
        let Some(rule) = line.rule else { return };
        let rule = &mut self.rules[rule.index()];
        rule.lines += 1;
        rule.basis += i128::from(line.basis.unwrap_or(0));
        rule.credited += i128::from(line.credited.unwrap_or(0));
        rule.uncapped += i128::from(line.uncapped.unwrap_or(0));
        rule.amount += i128::from(line.amount.unwrap_or(0));
        rule.pays |= line.amount.is_some();
    }
}

/// What uncredited.csv and the lines say about the deals of a rule.
#[derive(Debug, Clone, Default)]
struct RetainedSums {
    retained: i128,
    credit_retained: i128,
    /// The same of deals without a line: they are no part of any line's credit total or pool.
    whole: i128,
    whole_credit: i128,
    /// Deals with a reason and no line.
    deals: u64,
}

/// What the files say, for the totals of each rule.
#[derive(Clone, Copy)]
pub struct RuleEvidence<'f> {
    /// Sums of the lines, by rule.
    pub sums: &'f ByRule,
    /// Sums over deals, by rule.
    pub deals: &'f [DealSums],
    /// The rows of uncredited.csv.
    pub uncredited: &'f Uncredited,
    /// The pairs of rule and deal that have lines, in order.
    pub made: &'f [RuleDeal],
}

/// How many reversals clawback rules matched: those that are recomputed have neither a line nor a reason.
pub fn reversals(manifest: &Manifest, terms: &Terms) -> u64 {
    let of_clawbacks =
        manifest.rules.iter().zip(&terms.rules).filter(|(_, (_, kind))| *kind == RuleKind::Clawback);
    of_clawbacks.fold(0, |sum, (row, _)| sum.saturating_add(row.deals_matched))
}

/// Compares the control totals of every rule with the lines and with what was kept back.
pub fn rules(manifest: &Manifest, terms: &Terms, found: RuleEvidence<'_>) -> Proof {
    let RuleEvidence { sums, deals, uncredited, made } = found;
    let mut findings = Findings::default();
    let kept = kept(terms, uncredited);
    let mut with_lines = vec![0_u64; terms.rules.len()];
    for pair in made {
        with_lines[pair.rule().index()] += 1;
    }
    for (index, row) in manifest.rules.iter().enumerate() {
        let rule = Rule {
            row,
            kind: terms.rules[index].1,
            sums: &sums.rules[index],
            deals: &deals[index],
            kept: &kept[index],
        };
        rule.prove(terms, with_lines[index], &mut findings);
    }
    let total = |field: fn(&RuleSums) -> i128| sums.rules.iter().map(field).sum();
    let measures = vec![
        Measure::Count("rules", manifest.rules.len() as u64),
        Measure::Amount("credited", total(|rule| rule.credited)),
        Measure::Amount("uncapped", total(|rule| rule.uncapped)),
        Measure::Amount("amount", total(|rule| rule.amount)),
    ];
    let claim = "for every rule, run.json has the sums of lines and retained, and its equations hold";
    Proof::new("rule totals", claim, measures, findings)
}

fn kept(terms: &Terms, uncredited: &Uncredited) -> Vec<RetainedSums> {
    let mut kept = vec![RetainedSums::default(); terms.rules.len()];
    for row in &uncredited.rows {
        let Some(rule) = row.rule else { continue };
        let kept = &mut kept[rule.index()];
        let (retained, credit) = (row.retained.unwrap_or(0), row.retained_credit.unwrap_or(0));
        kept.retained += retained;
        kept.credit_retained += credit;
        if row.reason.leaves_the_whole_deal() {
            kept.whole += retained;
            kept.whole_credit += credit;
            kept.deals += 1;
        }
    }
    kept
}

/// One rule and everything that its totals are compared with.
struct Rule<'a> {
    row: &'a RuleRow,
    kind: RuleKind,
    sums: &'a RuleSums,
    deals: &'a DealSums,
    kept: &'a RetainedSums,
}

impl Rule<'_> {
    fn prove(&self, terms: &Terms, with_lines: u64, findings: &mut Findings) {
        let (row, sums, deals, kept) = (self.row, self.sums, self.deals, self.kept);
        let by_deal = self.kind.pays_by_deal();
        if row.lines != sums.lines {
            self.differs("lines", &row.lines.to_string(), sums.lines.to_string(), findings);
        }
        let matched = with_lines + if by_deal { kept.deals } else { 0 };
        let holds = if by_deal { row.deals_matched == matched } else { row.deals_matched >= matched };
        if !holds {
            self.differs("deals_matched", &row.deals_matched.to_string(), matched.to_string(), findings);
        }

        let credits = self.kind == RuleKind::SharedCredit;
        // A rule that never pays has no totals of pay. One that pays only in another version has zeros.
        let pays = sums.pays || row.amount.is_some();
        let (basis, pool) = match kinds::amount(self.kind) {
            Amount::Credit | Amount::PoolOrPart => (deals.basis + kept.whole_credit, deals.pool + kept.whole),
            // What gates keep back of it is a part of what would be paid.
            Amount::Product | Amount::RunningTotal | Amount::Parameters | Amount::TakenBack => {
                (sums.basis, sums.uncapped + kept.retained)
            }
        };
        let basis_known = self.kind != RuleKind::RenewalBonus || deals.basis_known;
        let proved = [
            ("basis", &row.basis, kinds::has_basis(self.kind), basis, basis_known),
            ("credit_total", &row.credit_total, credits, deals.credit_total + kept.whole_credit, true),
            ("credited", &row.credited, credits, sums.credited, true),
            ("credit_retained", &row.credit_retained, credits, kept.credit_retained, true),
            ("pool", &row.pool, pays, pool, true),
            ("retained", &row.retained, pays, kept.retained, true),
            ("uncapped", &row.uncapped, pays, sums.uncapped, true),
            ("withheld", &row.withheld, pays, sums.uncapped - sums.amount, true),
            ("amount", &row.amount, pays, sums.amount, true),
        ];
        for (name, written, applies, sum, known) in proved {
            let written_minor = written.as_ref().map(|text| terms.minor(text));
            let holds = match written_minor {
                None => !applies,
                Some(None) => false,
                Some(Some(written)) => applies && (written == sum || !known),
            };
            if !holds {
                let proved = if applies { format_scaled(sum, terms.digits) } else { "null".to_owned() };
                self.differs(name, written.as_deref().unwrap_or("null"), proved, findings);
            }
        }
        self.equations(terms, findings);
    }

    /// The three equations of every rule, on the numbers as they are written.
    fn equations(&self, terms: &Terms, findings: &mut Findings) {
        let row = self.row;
        let minor = |text: &Option<String>| text.as_ref().and_then(|text| terms.minor(text)).unwrap_or(0);
        let equations = [
            (
                "credit_total = credited + credit_retained",
                &row.credit_total,
                &row.credited,
                &row.credit_retained,
            ),
            ("pool = uncapped + retained", &row.pool, &row.uncapped, &row.retained),
            ("uncapped = amount + withheld", &row.uncapped, &row.amount, &row.withheld),
        ];
        for (equation, whole, part, rest) in equations {
            let sum = minor(part).checked_add(minor(rest));
            if sum != Some(minor(whole)) {
                let message = format!("{equation} does not hold for rule `{}`", row.rule_id);
                findings.push(Finding::new(Code::NotConserved, RUN, message).amounts(
                    Some(minor(whole)),
                    sum,
                    terms.digits,
                ));
            }
        }
    }

    fn differs(&self, name: &str, written: &str, proved: String, findings: &mut Findings) {
        let message = format!("`{name}` of rule `{}` is not the sum over the files", self.row.rule_id);
        findings.push(Finding::new(Code::WrongTotal, RUN, message).numbers(written, proved));
    }
}

/// What the files have, for the totals over all rules; `None` where a file could not be read.
#[derive(Debug, Clone, Copy)]
pub struct Counts {
    /// Lines of lines.parquet.
    pub lines: u64,
    /// Rows of payouts.csv.
    pub payees: Option<u64>,
    /// Rows of uncredited.csv.
    pub uncredited: Option<u64>,
    /// Rows of rejects.csv.
    pub rejects: Option<u64>,
}

/// Compares the totals over all rules with the files.
pub fn all(manifest: &Manifest, terms: &Terms, sums: &ByRule, counts: Counts) -> Proof {
    let mut findings = Findings::default();
    let totals = &manifest.totals;
    for (name, written, proved) in [
        ("lines", totals.lines, Some(counts.lines)),
        ("payees", totals.payees, counts.payees),
        ("uncredited", totals.uncredited, counts.uncredited),
        ("rejects", totals.rejects, counts.rejects),
    ] {
        if proved.is_some_and(|proved| proved != written) {
            let message = format!("`totals.{name}` is not the number of them");
            findings.push(Finding::new(Code::WrongTotal, RUN, message).numbers(written, proved.unwrap_or(0)));
        }
    }
    let total = |field: fn(&RuleSums) -> i128| sums.rules.iter().map(field).sum::<i128>();
    let (credited, amount) = (total(|rule| rule.credited), total(|rule| rule.amount));
    for (name, written, proved) in
        [("credited", &totals.credited, credited), ("amount", &totals.amount, amount)]
    {
        if terms.minor(written) != Some(proved) {
            let message = format!("`totals.{name}` is not the sum over all lines");
            let proved = format_scaled(proved, terms.digits);
            findings.push(Finding::new(Code::WrongTotal, RUN, message).numbers(written, proved));
        }
    }
    let measures = vec![
        Measure::Count("lines", counts.lines),
        Measure::Amount("credited", credited),
        Measure::Amount("to pay", amount),
    ];
    let claim = "the totals of run.json are those of all lines, payouts, uncredited deals and rejects";
    Proof::new("totals", claim, measures, findings)
}

/// The months of the fiscal year before the period are all there, in order. Their lines are not in these files, so
/// their amounts can't be proved.
pub fn prior(manifest: &Manifest, terms: &Terms) -> Proof {
    let mut findings = Findings::default();
    let expected: Vec<String> = terms.period.prior_months().map(|month| month.to_string()).collect();
    let months: Vec<&str> = manifest.prior.iter().map(|prior| prior.month.as_str()).collect();
    if months != expected {
        let message = "`prior` does not have the months of the fiscal year before the period";
        let shown = |months: String| if months.is_empty() { "none".to_owned() } else { months };
        findings.push(
            Finding::new(Code::WrongPrior, RUN, message)
                .numbers(shown(months.join(" ")), shown(expected.join(" "))),
        );
    }
    for prior in &manifest.prior {
        let amounts = [terms.minor(&prior.credited), terms.minor(&prior.amount)];
        let empty = prior.lines == 0 && amounts.iter().any(|amount| amount.unwrap_or(0) != 0);
        if amounts.contains(&None) || empty {
            let message = format!("the sums of {} are not amounts of its lines", prior.month);
            findings.push(Finding::new(Code::WrongPrior, RUN, message).numbers(
                format!("{} and {}", prior.credited, prior.amount),
                format!("{} lines", prior.lines),
            ));
        }
    }
    let measures = vec![Measure::Count("months", manifest.prior.len() as u64)];
    let claim =
        "prior has the months of the fiscal year before the period (their sums are not in these files)";
    Proof::new("prior", claim, measures, findings)
}
