//! Deal by deal: what a rule shared out of a deal, and what it kept, is the whole; and each part is the part that the
//! units earn. This is the proof that finds a cent moved between two lines.
//!
//! The file has the lines by payee, so a deal's lines are gathered first. Deals are taken in buckets, one pass over the
//! file for each, so that a result of any size is proved in bounded memory. The deals of a bucket are proved side by side.

mod decided;
mod parts;
#[cfg(test)]
pub(crate) mod tests;

use rayon::prelude::*;

use super::channel::{Decision, Decisions};
use super::kinds::{self, Amount};
use super::lines::{Ids, Line};
use super::manifest::Terms;
use super::names::{DealNo, Number, PayeeNo, RoleNo, RuleDeal, RuleNo};
use super::report::{Finding, Findings, Measure, Proof};
use super::split::{is_split, split};
use super::uncredited::Row;
use apportion_base::diagnostic::Code;
use apportion_base::money::format_scaled;
use apportion_contract::{LINES, Reason, UNCREDITED};
use parts::Parts;

/// Lines of a file that one pass may gather: about a gigabyte of them.
pub const LINES_A_PASS: u64 = 10_000_000;
/// Lines, at least, that are proved by one thread at a time.
const LINES_A_STRETCH: usize = 1 << 15;

/// Sums of a rule's lines where each deal counts once. Minor units.
#[derive(Debug, Clone, Default)]
pub struct DealSums {
    /// The sum of bases.
    pub basis: i128,
    /// Whether `basis` is all of it: where payees below the first rate have no line, their part is not in the file.
    pub basis_known: bool,
    /// The sum of credit to be shared.
    pub credit_total: i128,
    /// The sum of money to be shared.
    pub pool: i128,
}

/// A line of a rule that splits a deal.
#[derive(Debug, Clone, Copy)]
struct Part {
    deal: DealNo,
    role: Option<RoleNo>,
    rule: RuleNo,
    payee: PayeeNo,
    shape: Shape,
    row: u64,
    rate: i64,
    basis: i64,
    credit_total: i64,
    pool: i64,
    credited: i64,
    uncapped: i64,
    /// What the line would be without gates; `None` where a gate keeps back of several lines of the payee, and the file does not say how
    /// much of which.
    before_gates: Option<i64>,
    units: i128,
    units_total: i128,
}

/// What else is known of the deal of some lines.
struct OfDeal<'d> {
    /// The rows that say what was kept of it.
    kept: &'d [(RuleDeal, Row)],
    decisions: &'d [Decision],
}

/// How a line came out of its deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A part of a credit and perhaps of a pool.
    Credit { paid: bool },
    /// Each payee on its own.
    Overlay,
    /// A part of a pool.
    Pool,
    /// A rate on a part of the basis.
    Basis,
}

/// Gathers and proves the deals of one bucket after the other.
#[derive(Debug)]
pub struct Deals<'a> {
    terms: &'a Terms,
    /// Rows that say what was kept of a deal that may have paid somebody, sorted by the pair.
    kept: Vec<(RuleDeal, Row)>,
    decisions: Decisions,
    parts: Parts,
    buckets: usize,
    bucket: usize,
    proved: Proved<'a>,
}

/// What was proved of some deals.
#[derive(Debug)]
struct Proved<'a> {
    terms: &'a Terms,
    /// In the order in which they came: a rule is there again with the deals of another stretch.
    sums: Vec<(RuleNo, DealSums)>,
    deals: u64,
    lines: u64,
    credit: i128,
    pool: i128,
    splits: Findings,
    whole: Findings,
}

impl<'a> Deals<'a> {
    /// `lines` is how many lines the file says it has.
    pub fn new(terms: &'a Terms, uncredited: &[Row], decisions: Decisions, lines: u64) -> Self {
        let kept = uncredited.iter().filter(|row| row.reason.keeps_a_part());
        let mut kept: Vec<(RuleDeal, Row)> =
            kept.filter_map(|row| Some((RuleDeal::new(row.rule?, row.deal), *row))).collect();
        kept.sort_by_key(|(pair, _)| *pair);
        Self {
            terms,
            kept,
            decisions,
            parts: Parts::default(),
            buckets: usize::try_from(lines.div_ceil(LINES_A_PASS).max(1)).unwrap_or(usize::MAX),
            bucket: 0,
            proved: Proved::new(terms),
        }
    }

    /// Takes a line if its deal is in the current bucket.
    pub fn line(&mut self, line: &Line<'_>) {
        let in_bucket = self.buckets == 1 || line.deal.index() % self.buckets == self.bucket;
        let Some(rule) = line.rule.filter(|_| in_bucket) else { return };
        let shape = match kinds::amount(self.terms.kind(rule)) {
            Amount::Credit if line.credit_total.is_none() => Shape::Overlay,
            Amount::Credit => Shape::Credit { paid: line.uncapped.is_some() },
            Amount::PoolOrPart if line.pool.is_some() => Shape::Pool,
            Amount::PoolOrPart => Shape::Basis,
            Amount::Product | Amount::RunningTotal | Amount::Parameters | Amount::TakenBack => return,
        };
        self.parts.push(Part {
            deal: line.deal,
            role: line.role,
            rule,
            payee: line.payee,
            shape,
            row: line.row,
            rate: line.rate.unwrap_or(0),
            basis: line.basis.unwrap_or(0),
            credit_total: line.credit_total.unwrap_or(0),
            pool: line.pool.unwrap_or(0),
            credited: line.credited.unwrap_or(0),
            uncapped: line.uncapped.unwrap_or(0),
            before_gates: line.uncapped,
            units: line.units.unwrap_or(0),
            units_total: line.units_total.unwrap_or(0),
        });
    }

    /// Proves the deals of the current bucket and goes on to the next; false where it was the last.
    pub fn next_bucket(&mut self, ids: &Ids) -> bool {
        let places = self.parts.by_deal();
        let of_stretch = |places: &[(RuleDeal, usize)]| {
            let mut proved = Proved::new(self.terms);
            let mut parts = Vec::new();
            for of_deal in places.chunk_by(|a, b| a.0 == b.0) {
                parts.clear();
                parts.extend(of_deal.iter().filter_map(|(_, place)| self.parts.get(*place)));
                // Within a role in the order of the file, which is that of the payees.
                parts.sort_by_key(|part| (part.role, part.row));
                let Some(first) = parts.first() else { continue };
                let of_deal = OfDeal {
                    kept: kept_of(&self.kept, first),
                    decisions: self.decisions.of_deal(|| ids.deals.text(first.deal)),
                };
                ungate(&mut parts, of_deal.kept);
                proved.deal(&parts, &of_deal, ids);
            }
            proved
        };
        // In their order, so that the findings are those of one thread.
        let proved: Vec<Proved<'_>> = stretches(&places).into_par_iter().map(of_stretch).collect();
        proved.into_iter().for_each(|proved| self.proved.add(proved));
        self.parts.clear();
        self.bucket += 1;
        self.bucket < self.buckets
    }

    /// Both proofs, and the sums of each rule.
    pub fn proofs(self) -> (Proof, Proof, Vec<DealSums>) {
        let Proved { sums, deals, lines, credit, pool, splits, whole, .. } = self.proved;
        let none = DealSums { basis_known: true, ..DealSums::default() };
        let mut of_rules = vec![none; self.terms.rules.len()];
        sums.into_iter().for_each(|(rule, sums)| of_rules[rule.index()].add(&sums));
        let measures = |what, sum| {
            vec![
                Measure::Count("lines", lines),
                Measure::Count("rule and deal pairs", deals),
                Measure::Amount(what, sum),
            ]
        };
        let splits = Proof::new(
            "splits",
            "each part is what its units earn, to the cent, and units add up to their total",
            measures("pool", pool),
            splits,
        );
        let whole = Proof::new(
            "conservation",
            "of every deal, what is credited and paid and what is kept back is the whole",
            measures("credit", credit),
            whole,
        );
        (splits, whole, of_rules)
    }
}

impl DealSums {
    fn add(&mut self, other: &Self) {
        self.basis += other.basis;
        self.basis_known &= other.basis_known;
        self.credit_total += other.credit_total;
        self.pool += other.pool;
    }
}

impl<'a> Proved<'a> {
    fn new(terms: &'a Terms) -> Self {
        Self {
            terms,
            sums: Vec::new(),
            deals: 0,
            lines: 0,
            credit: 0,
            pool: 0,
            splits: Findings::default(),
            whole: Findings::default(),
        }
    }

    /// Adds what was proved of the deals that follow.
    fn add(&mut self, next: Self) {
        self.sums.extend(next.sums);
        self.deals += next.deals;
        self.lines += next.lines;
        self.credit += next.credit;
        self.pool += next.pool;
        self.splits.extend(next.splits);
        self.whole.extend(next.whole);
    }

    /// The sums of a rule whose deals come now.
    fn sums_of(&mut self, rule: RuleNo) -> &mut DealSums {
        if self.sums.last().is_none_or(|(last, _)| *last != rule) {
            self.sums.push((rule, DealSums { basis_known: true, ..DealSums::default() }));
        }
        let last = self.sums.len() - 1;
        &mut self.sums[last].1
    }

    /// The lines of one rule on one deal.
    fn deal(&mut self, parts: &[Part], of_deal: &OfDeal<'_>, ids: &Ids) {
        let first = &parts[0];
        self.deals += 1;
        self.lines += parts.len() as u64;
        self.alike(parts, ids);
        let mut complete = true;
        for role in parts.chunk_by(|a, b| a.role == b.role) {
            complete &= self.decided_role(of_deal, role, ids) || self.role(role, ids);
        }
        self.kept_by_decisions(of_deal, parts, ids);
        let sum = |part_amount: fn(&Part) -> i64| {
            parts.iter().map(|part| i128::from(part_amount(part))).sum::<i128>()
        };
        let (credited, uncapped) = (sum(|part| part.credited), sum(|part| part.uncapped));
        self.credit += credited;
        self.pool += uncapped;
        let gated: i128 = of_deal.kept.iter().filter_map(|(_, row)| row.retained).sum();
        let sums = self.sums_of(first.rule);
        match first.shape {
            Shape::Basis => {
                sums.basis += sum(|part| part.basis);
                sums.basis_known &= complete;
            }
            _ => sums.basis += i128::from(first.basis),
        }
        match first.shape {
            Shape::Overlay => sums.credit_total += credited,
            Shape::Credit { .. } => sums.credit_total += i128::from(first.credit_total),
            Shape::Pool | Shape::Basis => {}
        }
        match first.shape {
            Shape::Credit { paid: true } | Shape::Pool => sums.pool += i128::from(first.pool),
            // Such lines have no pool of their own but what is paid and kept back of them.
            _ => sums.pool += uncapped + gated,
        }
        self.conserved((first, of_deal.kept), credited, uncapped, ids);
    }

    /// What belongs to the deal is the same on all of its lines.
    fn alike(&mut self, parts: &[Part], ids: &Ids) {
        let first = &parts[0];
        type PartAmount = fn(&Part) -> i64;
        let columns: [(&str, PartAmount); 4] = [
            ("basis", |part| part.basis),
            ("rate", |part| part.rate),
            ("credit_total", |part| part.credit_total),
            ("pool", |part| part.pool),
        ];
        for (name, part_amount) in columns {
            if first.shape == Shape::Basis && matches!(name, "basis" | "rate") {
                continue;
            }
            let Some(other) = parts.iter().find(|part| part_amount(part) != part_amount(first)) else {
                continue;
            };
            let decimals = if name == "rate" { 8 } else { self.terms.digits };
            let message = format!("{name} differs among the lines of {}", self.shown(first, ids));
            self.whole.push(Finding::new(Code::DealDiffers, LINES, message).row(other.row).amounts(
                Some(part_amount(other).into()),
                Some(part_amount(first).into()),
                decimals,
            ));
        }
    }

    /// The lines of one role (or of a deal without roles): units add up to their total, and the parts are those that
    /// the units earn. Returns whether all units are there.
    fn role(&mut self, parts: &[Part], ids: &Ids) -> bool {
        let first = &parts[0];
        if first.shape == Shape::Overlay {
            return true;
        }
        // At most 38 digits each in the file: more lines than memory holds would be needed to leave 128 bits.
        let units = parts.iter().try_fold(0_i128, |sum, part| sum.checked_add(part.units));
        let differs = |part: &&Part| part.units_total != first.units_total || part.units <= 0;
        let total_differs = parts.iter().find(differs);
        let complete = units == Some(first.units_total);
        let below = first.shape == Shape::Basis && units.is_some_and(|units| units <= first.units_total);
        if total_differs.is_some() || !(complete || below) {
            let row = total_differs.unwrap_or(first);
            let message = format!("units do not add up to their total in {}", self.shown(row, ids));
            let proved = units.map_or("more than 38 digits".to_owned(), |units| format_scaled(units, 9));
            self.splits.push(
                Finding::new(Code::WrongUnits, LINES, message)
                    .row(row.row)
                    .numbers(format_scaled(row.units_total, 9), proved),
            );
            return false;
        }
        if complete {
            match first.shape {
                Shape::Credit { paid } => {
                    self.split(parts, "credit", |part| Some(part.credited), ids);
                    if paid {
                        self.split(parts, "pool", |part| part.before_gates, ids);
                    }
                }
                Shape::Pool => self.split(parts, "pool", |part| part.before_gates, ids),
                Shape::Basis => self.split(parts, "basis", |part| Some(part.basis), ids),
                Shape::Overlay => {}
            }
        }
        complete
    }

    /// The parts are what the largest-remainder method makes of their sum, where all of them are known.
    fn split(&mut self, parts: &[Part], what: &str, amount: fn(&Part) -> Option<i64>, ids: &Ids) {
        if parts.iter().any(|part| amount(part).is_none()) {
            return;
        }
        let amount = |part: &Part| amount(part).unwrap_or(0);
        // The most frequent case by far: a role with one payee, who gets all of it.
        if parts.len() == 1 || is_split(parts.iter().map(|part| (part.units, amount(part)))) == Some(true) {
            return;
        }
        let units: Vec<i128> = parts.iter().map(|part| part.units).collect();
        let sum: i128 = parts.iter().map(|part| i128::from(amount(part))).sum();
        let Some(proved) = i64::try_from(sum).ok().and_then(|sum| split(sum, &units)) else {
            let message =
                format!("the {what} of {} can't be split by these units", self.shown(&parts[0], ids));
            self.splits.push(Finding::new(Code::WrongSplit, LINES, message).row(parts[0].row));
            return;
        };
        if let Some((part, proved)) =
            parts.iter().zip(&proved).find(|(part, proved)| amount(part) != **proved)
        {
            let message =
                format!("not the part of the {what} that its units earn in {}", self.shown(part, ids));
            let digits = self.terms.digits;
            self.splits.add(Code::WrongSplit, || {
                Finding::new(Code::WrongSplit, LINES, message).row(part.row).amounts(
                    Some(amount(part).into()),
                    Some((*proved).into()),
                    digits,
                )
            });
        }
    }

    /// Credit total = credited + credit retained, and pool = uncapped + retained.
    fn conserved(
        &mut self,
        (first, rows): (&Part, &[(RuleDeal, Row)]),
        credited: i128,
        uncapped: i128,
        ids: &Ids,
    ) {
        let kept = rows.first().map(|(_, row)| *row);
        let sum = |amount: fn(&Row) -> Option<i128>| {
            rows.iter().try_fold(0_i128, |sum, (_, row)| sum.checked_add(amount(row).unwrap_or(0)))
        };
        let (retained_credit, retained) = (sum(|row| row.retained_credit), sum(|row| row.retained));
        // A gate keeps back of what is paid, whatever it is a part of.
        let only_gated = rows.iter().all(|(_, row)| row.reason == Reason::Gated);
        let digits = self.terms.digits;
        let equations = [
            (
                matches!(first.shape, Shape::Credit { .. }),
                "credited + credit retained is not the credit total",
                first.credit_total,
                credited,
                retained_credit,
            ),
            (
                matches!(first.shape, Shape::Credit { paid: true } | Shape::Pool),
                "what is paid before caps + retained is not the pool",
                first.pool,
                uncapped,
                retained,
            ),
        ];
        for (applies, what, whole, parts, retained) in equations {
            if !applies {
                let kept_back = retained.filter(|retained| *retained != 0 && !only_gated);
                if let (Some(row), Some(retained)) = (kept, kept_back) {
                    let message = format!("nothing could be kept back of {}", self.shown(first, ids));
                    self.whole.push(
                        Finding::new(Code::NotConserved, UNCREDITED, message).row(row.row).amounts(
                            Some(retained),
                            None,
                            digits,
                        ),
                    );
                }
                continue;
            }
            let proved = retained.and_then(|retained| parts.checked_add(retained));
            if proved != Some(i128::from(whole)) {
                let message = format!("{what} in {}", self.shown(first, ids));
                self.whole.push(Finding::new(Code::NotConserved, LINES, message).row(first.row).amounts(
                    Some(whole.into()),
                    proved,
                    digits,
                ));
            }
        }
    }

    fn shown(&self, part: &Part, ids: &Ids) -> String {
        let rule = self.terms.id(part.rule);
        let mut text = format!("rule `{rule}` on deal `{}`", ids.deals.text(part.deal));
        if let Some(role) = part.role {
            text.push_str(&format!(", role `{}`", ids.roles.text(role)));
        }
        text
    }
}

/// Stretches of whole deals, each of some tens of thousands of lines.
fn stretches(places: &[(RuleDeal, usize)]) -> Vec<&[(RuleDeal, usize)]> {
    let mut stretches = Vec::new();
    let mut rest = places;
    while let Some((last, _)) = rest.get(LINES_A_STRETCH - 1) {
        let whole = LINES_A_STRETCH + rest[LINES_A_STRETCH..].partition_point(|(pair, _)| pair == last);
        let (stretch, after) = rest.split_at(whole);
        stretches.push(stretch);
        rest = after;
    }
    stretches.push(rest);
    stretches
}

/// The rows that say what was kept of the deal of a line; `kept` ascends by the pair.
fn kept_of<'k>(kept: &'k [(RuleDeal, Row)], part: &Part) -> &'k [(RuleDeal, Row)] {
    if kept.is_empty() {
        return &[];
    }
    let key = RuleDeal::new(part.rule, part.deal);
    let from = kept.partition_point(|(pair, _)| *pair < key);
    let len = kept[from..].partition_point(|(pair, _)| *pair == key);
    &kept[from..from + len]
}

/// Adds what gates keep back to the lines of one rule on one deal that they keep it from.
fn ungate(parts: &mut [Part], kept: &[(RuleDeal, Row)]) {
    for (_, row) in kept.iter().filter(|(_, row)| row.reason == Reason::Gated) {
        let retained = row.retained.and_then(|retained| i64::try_from(retained).ok());
        let is_theirs = |part: &&mut Part| Some(part.payee) == row.payee;
        let lines = parts.iter_mut().filter(is_theirs).count();
        for part in parts.iter_mut().filter(is_theirs) {
            let whole = retained.and_then(|retained| part.uncapped.checked_add(retained));
            part.before_gates = whole.filter(|_| lines == 1);
        }
    }
}
