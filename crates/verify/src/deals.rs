//! Deal by deal: what a rule shared out of a deal, and what it kept, is the whole; and each part is the part that the
//! units earn. This is the proof that a cent moved between two lines does not pass.
//!
//! Lines stand by payee, so that a deal's lines are gathered first. Deals are taken in buckets, one pass over the file
//! for each, so that a result of any size is proved in bounded memory.

use rayon::slice::ParallelSliceMut;

use super::lines::{Known, Line, UNKNOWN_RULE};
use super::manifest::Terms;
use super::names::NONE;
use super::report::{Finding, Findings, Measure, Proof};
use super::uncredited::Row;
use apportion_base::money::{Splitter, format_scaled};
use apportion_engine::credit::Reason;
use apportion_results::{LINES, UNCREDITED};
use apportion_rules::Kind;

/// Lines of a file that one pass may gather: about a gigabyte of them.
pub const LINES_A_PASS: u64 = 10_000_000;

/// Rule and deal as one number, in their order.
pub fn pair(rule: u16, deal: u32) -> u64 {
    u64::from(rule) << 32 | u64::from(deal)
}

/// The rule and the deal of such a number.
pub fn unpair(pair: u64) -> (u16, u32) {
    ((pair >> 32) as u16, pair as u32)
}

/// What a rule's lines come to when each deal counts once. Minor units.
#[derive(Debug, Clone, Default)]
pub struct DealSums {
    pub basis: i128,
    /// Whether `basis` is all of it: where payees below the first rate have no line, their part is not in the file.
    pub basis_known: bool,
    pub credit_total: i128,
    pub pool: i128,
}

/// A line of a rule that splits a deal.
#[derive(Debug, Clone, Copy)]
struct Part {
    deal: u32,
    /// One more than the role's number, so that none is 0.
    role: u32,
    rule: u16,
    shape: Shape,
    row: u64,
    rate: i64,
    basis: i64,
    credit_total: i64,
    pool: i64,
    credited: i64,
    uncapped: i64,
    units: i128,
    units_total: i128,
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
    /// Rows that tell what an unfilled role kept, by pair.
    kept: Vec<(u64, Row)>,
    parts: Vec<Part>,
    buckets: u32,
    bucket: u32,
    splitter: Splitter,
    sums: Vec<DealSums>,
    deals: u64,
    lines: u64,
    credit: i128,
    pool: i128,
    splits: Findings,
    whole: Findings,
}

impl<'a> Deals<'a> {
    /// `lines` is how many lines the file says it has.
    pub fn new(terms: &'a Terms, uncredited: &[Row], lines: u64) -> Self {
        let kept = uncredited.iter().filter(|row| row.reason == Reason::UnfilledRole);
        let mut kept: Vec<(u64, Row)> =
            kept.filter_map(|row| Some((pair(row.rule?, row.deal), *row))).collect();
        kept.sort_by_key(|(pair, _)| *pair);
        let sums = DealSums { basis_known: true, ..DealSums::default() };
        Self {
            terms,
            kept,
            parts: Vec::new(),
            buckets: u32::try_from(lines.div_ceil(LINES_A_PASS).max(1)).unwrap_or(u32::MAX),
            bucket: 0,
            splitter: Splitter::default(),
            sums: vec![sums; terms.rules.len()],
            deals: 0,
            lines: 0,
            credit: 0,
            pool: 0,
            splits: Findings::default(),
            whole: Findings::default(),
        }
    }

    /// Takes a line if it is of the bucket in hand.
    pub fn line(&mut self, line: &Line<'_>) {
        if line.rule == UNKNOWN_RULE || line.deal % self.buckets != self.bucket {
            return;
        }
        let shape = match self.terms.rules[usize::from(line.rule)].1 {
            Kind::SharedCredit if line.credit_total.is_none() => Shape::Overlay,
            Kind::SharedCredit => Shape::Credit { paid: line.uncapped.is_some() },
            Kind::RenewalBonus if line.pool.is_some() => Shape::Pool,
            Kind::RenewalBonus => Shape::Basis,
            Kind::Stipend | Kind::Commission | Kind::Override => return,
        };
        self.parts.push(Part {
            deal: line.deal,
            role: if line.role_number == NONE { 0 } else { line.role_number + 1 },
            rule: line.rule,
            shape,
            row: line.row,
            rate: line.rate.unwrap_or(0),
            basis: line.basis.unwrap_or(0),
            credit_total: line.credit_total.unwrap_or(0),
            pool: line.pool.unwrap_or(0),
            credited: line.credited.unwrap_or(0),
            uncapped: line.uncapped.unwrap_or(0),
            units: line.units.unwrap_or(0),
            units_total: line.units_total.unwrap_or(0),
        });
    }

    /// Proves the deals of the bucket in hand and turns to the next; false where that was the last.
    pub fn next_bucket(&mut self, known: &Known) -> bool {
        let mut parts = std::mem::take(&mut self.parts);
        // Within a role in the order of the file, which is that of the payees.
        parts.par_sort_unstable_by_key(|part| (part.rule, part.deal, part.role, part.row));
        for deal in parts.chunk_by(|a, b| (a.rule, a.deal) == (b.rule, b.deal)) {
            self.deal(deal, known);
        }
        parts.clear();
        self.parts = parts;
        self.bucket += 1;
        self.bucket < self.buckets
    }

    /// The lines of one rule on one deal.
    fn deal(&mut self, parts: &[Part], known: &Known) {
        let first = &parts[0];
        self.deals += 1;
        self.lines += parts.len() as u64;
        self.alike(parts, known);
        let mut complete = true;
        for role in parts.chunk_by(|a, b| a.role == b.role) {
            complete &= self.role(role, known);
        }
        let sum = |of: fn(&Part) -> i64| parts.iter().map(|part| i128::from(of(part))).sum::<i128>();
        let (credited, uncapped) = (sum(|part| part.credited), sum(|part| part.uncapped));
        self.credit += credited;
        self.pool += uncapped;
        let sums = &mut self.sums[usize::from(first.rule)];
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
            _ => sums.pool += uncapped,
        }
        self.conserved(first, credited, uncapped, known);
    }

    /// What belongs to the deal is the same on all of its lines.
    fn alike(&mut self, parts: &[Part], known: &Known) {
        let first = &parts[0];
        type Of = fn(&Part) -> i64;
        let columns: [(&str, Of); 4] = [
            ("basis", |part| part.basis),
            ("rate", |part| part.rate),
            ("credit_total", |part| part.credit_total),
            ("pool", |part| part.pool),
        ];
        for (name, of) in columns {
            if first.shape == Shape::Basis && matches!(name, "basis" | "rate") {
                continue;
            }
            let Some(other) = parts.iter().find(|part| of(part) != of(first)) else { continue };
            let decimals = if name == "rate" { 8 } else { self.terms.digits };
            let message = format!("{name} differs among the lines of {}", self.shown(first, known));
            self.whole.push(Finding::new("deal-differs", LINES, message).row(other.row).amounts(
                Some(of(other).into()),
                Some(of(first).into()),
                decimals,
            ));
        }
    }

    /// The lines of one role (or of a deal without roles): units add up to their total, and the parts are those that
    /// the units earn. Returns whether all units are there.
    fn role(&mut self, parts: &[Part], known: &Known) -> bool {
        let first = &parts[0];
        if first.shape == Shape::Overlay {
            return true;
        }
        // At most 38 digits each in the file: more lines than memory holds would be needed to leave 128 bits.
        let units = parts.iter().try_fold(0_i128, |sum, part| sum.checked_add(part.units));
        let total_differs = parts.iter().find(|part| part.units_total != first.units_total);
        let complete = units == Some(first.units_total);
        let below = first.shape == Shape::Basis && units.is_some_and(|units| units <= first.units_total);
        if total_differs.is_some() || !(complete || below) {
            let row = total_differs.unwrap_or(first);
            let message = format!("units do not add up to their total in {}", self.shown(row, known));
            let proved = units.map_or("more than 38 digits".to_owned(), |units| format_scaled(units, 9));
            self.splits.push(
                Finding::new("wrong-units", LINES, message)
                    .row(row.row)
                    .numbers(format_scaled(row.units_total, 9), proved),
            );
            return false;
        }
        if complete {
            match first.shape {
                Shape::Credit { paid } => {
                    self.split(parts, "credit", |part| part.credited, known);
                    if paid {
                        self.split(parts, "pool", |part| part.uncapped, known);
                    }
                }
                Shape::Pool => self.split(parts, "pool", |part| part.uncapped, known),
                Shape::Basis => self.split(parts, "basis", |part| part.basis, known),
                Shape::Overlay => {}
            }
        }
        complete
    }

    /// The parts are what the largest-remainder method makes of their sum.
    fn split(&mut self, parts: &[Part], what: &str, of: fn(&Part) -> i64, known: &Known) {
        // The most frequent role by far: whatever one payee has is all of it.
        if parts.len() == 1 {
            return;
        }
        let units: Vec<i128> = parts.iter().map(|part| part.units).collect();
        let sum: i128 = parts.iter().map(|part| i128::from(of(part))).sum();
        let mut proved = Vec::new();
        let split = i64::try_from(sum)
            .ok()
            .filter(|_| units.iter().all(|units| *units >= 0))
            .and_then(|sum| self.splitter.split(sum, &units, &mut proved).ok());
        if split.is_none() {
            let message =
                format!("the {what} of {} can't be split by these units", self.shown(&parts[0], known));
            self.splits.push(Finding::new("wrong-split", LINES, message).row(parts[0].row));
            return;
        }
        if let Some((part, proved)) = parts.iter().zip(&proved).find(|(part, proved)| of(part) != **proved) {
            let message =
                format!("not the part of the {what} that its units earn in {}", self.shown(part, known));
            let digits = self.terms.digits;
            self.splits.add("wrong-split", || {
                Finding::new("wrong-split", LINES, message).row(part.row).amounts(
                    Some(of(part).into()),
                    Some((*proved).into()),
                    digits,
                )
            });
        }
    }

    /// Credit total = credited + credit retained, and pool = uncapped + retained.
    fn conserved(&mut self, first: &Part, credited: i128, uncapped: i128, known: &Known) {
        let key = pair(first.rule, first.deal);
        let kept = self.kept.binary_search_by_key(&key, |(pair, _)| *pair).ok().map(|at| self.kept[at].1);
        let digits = self.terms.digits;
        let equations = [
            (
                matches!(first.shape, Shape::Credit { .. }),
                "credited + credit retained is not the credit total",
                first.credit_total,
                credited,
                kept.and_then(|row| row.retained_credit),
            ),
            (
                matches!(first.shape, Shape::Credit { paid: true } | Shape::Pool),
                "what is paid before caps + retained is not the pool",
                first.pool,
                uncapped,
                kept.and_then(|row| row.retained),
            ),
        ];
        for (applies, what, whole, parts, retained) in equations {
            if !applies {
                if let (Some(row), Some(retained)) = (kept, retained) {
                    let message = format!("nothing could be kept back of {}", self.shown(first, known));
                    self.whole.push(Finding::new("not-conserved", UNCREDITED, message).row(row.row).amounts(
                        Some(retained),
                        None,
                        digits,
                    ));
                }
                continue;
            }
            let proved = parts.checked_add(retained.unwrap_or(0));
            if proved != Some(i128::from(whole)) {
                let message = format!("{what} in {}", self.shown(first, known));
                self.whole.push(Finding::new("not-conserved", LINES, message).row(first.row).amounts(
                    Some(whole.into()),
                    proved,
                    digits,
                ));
            }
        }
    }

    fn shown(&self, part: &Part, known: &Known) -> String {
        let rule = &self.terms.rules[usize::from(part.rule)].0;
        let mut text = format!("rule `{rule}` on deal `{}`", known.deals.text(part.deal));
        if part.role > 0 {
            text.push_str(&format!(", role `{}`", known.roles.text(part.role - 1)));
        }
        text
    }

    /// Both proofs, and the sums of each rule.
    pub fn proofs(self) -> (Proof, Proof, Vec<DealSums>) {
        let measures = |what, sum| {
            vec![
                Measure::Count("lines", self.lines),
                Measure::Count("rule and deal pairs", self.deals),
                Measure::Amount(what, sum),
            ]
        };
        let splits = Proof::of(
            "splits",
            "each part is what its units earn, to the cent, and units add up to their total",
            measures("pool", self.pool),
            self.splits,
        );
        let whole = Proof::of(
            "conservation",
            "of every deal, what is credited and paid and what is kept back is the whole",
            measures("credit", self.credit),
            self.whole,
        );
        (splits, whole, self.sums)
    }
}
