//! The settlement of a fiscal year, and a period as a view of it.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::totals::{MonthTotals, of_lines, of_months};
use super::{RuleDate, RuleResult};
use crate::credit::{FilledColumns, Line, Lines, PriorMonth, Reason, RuleTotals, Sums, Uncredited};
use crate::kinds::{Attainment, AttainmentTerms, Clawbacks, Nature};
use crate::plan::{MonthIx, Months, Window};
use apportion_book::Period;
use apportion_data::{DealIx, PayeeIx, Tables};
use apportion_rules::RuleIx;

/// A fiscal year, settled as far as the end of some period: every line of it, by payee and rule in order of time. A
/// period is a view of it ([`Settlement::period`]), and any number of periods share its lines.
#[derive(Debug, Clone)]
pub struct Settlement {
    window: Window,
    months: Months,
    lines: Lines,
    roles: Vec<String>,
    /// By rule and version.
    applies: Vec<Vec<FilledColumns>>,
    /// One per rule of the `RuleBook`.
    rules: Vec<RuleYear>,
    /// Won deals, ascending, that no rule matched which pays by deal.
    without_rule: Vec<DealIx>,
    /// Won deals, ascending, of which recomputed reversals left nothing.
    reversed: Vec<DealIx>,
    /// Ids of the rules whose lines were taken back, by [`crate::credit::OfRuleIx`].
    of_rules: Arc<Vec<String>>,
    clawbacks: Arc<Clawbacks>,
    beyond: Vec<RuleDate>,
}

/// The result of a rule, without its lines.
#[derive(Debug, Clone)]
struct RuleYear {
    nature: &'static Nature,
    pays: bool,
    months: Vec<MonthTotals>,
    /// In no particular order.
    uncredited: Vec<Uncredited>,
    attainment: Option<AttainmentTerms>,
}

/// A period of a settlement: some of its lines, and their totals. Nothing is computed again for it.
#[derive(Debug, Clone)]
pub struct PeriodView {
    /// In the order of lines.parquet.
    pub lines: Lines,
    /// Roles that [`crate::credit::Line::role`] names, in byte order.
    pub roles: Vec<String>,
    /// Ids of the rules that [`crate::credit::Line::of_rule`] names, in byte order.
    pub of_rules: Arc<Vec<String>>,
    /// The reversals that clawback rules match, in all the data, and what they do.
    pub clawbacks: Arc<Clawbacks>,
    /// By rule and version of the `RuleBook`.
    pub applies: Vec<Vec<FilledColumns>>,
    /// In the order of uncredited.csv: deal_id, rule_id, payee_id, reason, all by bytes.
    pub uncredited: Vec<Uncredited>,
    /// One per rule of the `RuleBook`.
    pub totals: Vec<RuleTotals>,
    /// The months of the settlement before the period.
    pub prior: Vec<PriorMonth>,
    /// Dates that the rules moved outside of the calendar, on any row of the data.
    pub beyond: Vec<RuleDate>,
    /// What payees have reached at the end of the period, in the order of attainment.csv; `None` without a rule that is paid
    /// on a running total.
    pub attainment: Option<Vec<Attainment>>,
}

impl PeriodView {
    /// The id of the rule whose line a line takes back; `None` where it takes back none.
    pub fn of_rule(&self, line: &Line) -> Option<&str> {
        self.of_rules.get(line.of_rule.get()?.at()).map(String::as_str)
    }

    /// Whether a payee has a line of a rule on a deal.
    pub(crate) fn has_line(&self, payee: PayeeIx, rule: RuleIx, deal: DealIx) -> bool {
        let Range { start: mut from, end } = self.lines.of_payee(payee);
        let mut until = end;
        let place = |row: usize| (self.lines[row].rule, self.lines[row].deal);
        while from < until {
            let middle = from.midpoint(until);
            if place(middle) < (rule, deal) { from = middle + 1 } else { until = middle }
        }
        from < end && place(from) == (rule, deal)
    }

    /// Whether a rule pays a payee nothing on a deal because it has no quota.
    pub(crate) fn lacks_quota(
        &self,
        tables: &Tables,
        (payee, rule, deal): (PayeeIx, RuleIx, DealIx),
    ) -> bool {
        let id_rank = &tables.deals.id_rank;
        let key = |row: &Uncredited| (id_rank[row.deal], row.rule, row.payee);
        let wanted = (id_rank[deal], Some(rule), Some(payee));
        let from = self.uncredited.partition_point(|row| key(row) < wanted);
        let mut own =
            self.uncredited.get(from..).unwrap_or_default().iter().take_while(|row| key(row) == wanted);
        own.any(|row| row.reason == Reason::NoQuota)
    }

    /// The roles and columns of its lines, and none of them.
    pub fn without_lines(&self) -> Self {
        Self {
            of_rules: Arc::clone(&self.of_rules),
            clawbacks: Arc::clone(&self.clawbacks),
            ..Self::of_no_lines(self.roles.clone(), self.applies.clone())
        }
    }

    /// A period in which nobody has a line, with the roles and columns that lines would have.
    pub(crate) fn of_no_lines(roles: Vec<String>, applies: Vec<Vec<FilledColumns>>) -> Self {
        Self {
            lines: Lines::default(),
            roles,
            of_rules: Arc::default(),
            clawbacks: Arc::default(),
            applies,
            uncredited: Vec::new(),
            totals: Vec::new(),
            prior: Vec::new(),
            beyond: Vec::new(),
            attainment: None,
        }
    }
}

/// What a settlement is made of.
pub(super) struct Parts<'a> {
    pub window: Window,
    pub months: Months,
    pub roles: &'a [String],
    pub applies: Vec<Vec<FilledColumns>>,
    /// By rule.
    pub natures: Vec<&'static Nature>,
    pub results: Vec<RuleResult>,
}

/// What is known of deals whoever is paid.
pub(super) struct OfDeals {
    /// By rule: by month, the won deals that it matched.
    pub matched: Vec<Vec<u64>>,
    /// By rule: by month, as far as there is any, the sums over its deals.
    pub sums: Vec<Vec<Sums>>,
    pub without_rule: Vec<DealIx>,
    pub reversed: Vec<DealIx>,
    pub beyond: Vec<RuleDate>,
}

impl Settlement {
    /// Adds up the lines of each rule, month by month. What is known of deals has to be added, and all of it proved
    /// ([`Settlement::proved`]).
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { window, months, roles, applies, natures, results } = parts;
        let of_rule = |result: &RuleResult| of_lines(&result.lines.stretches, &months);
        let totals: Vec<Vec<MonthTotals>> = results.par_iter().with_max_len(1).map(of_rule).collect();
        let (mut stretches, mut rules) = (Vec::new(), Vec::new());
        for (((result, months), nature), applies) in
            results.into_iter().zip(totals).zip(natures).zip(&applies)
        {
            stretches.extend(result.lines.stretches);
            let pays = applies.iter().any(|applies| applies.amount);
            let (uncredited, attainment) = (result.uncredited, result.attainment);
            rules.push(RuleYear { nature, pays, months, uncredited, attainment });
        }
        Self {
            window,
            months,
            lines: Lines::of_stretches(stretches),
            roles: roles.to_vec(),
            applies,
            rules,
            without_rule: Vec::new(),
            reversed: Vec::new(),
            of_rules: Arc::default(),
            clawbacks: Arc::default(),
            beyond: Vec::new(),
        }
    }

    /// With the totals and the unpaid deals of other payees, and without their lines.
    pub(super) fn add(&mut self, other: Self) {
        for (rule, other) in self.rules.iter_mut().zip(other.rules) {
            rule.months.iter_mut().zip(&other.months).for_each(|(all, added)| all.add(added));
            rule.uncredited.extend(other.uncredited);
        }
    }

    /// With what is known of deals. Proves that nothing was lost.
    pub(super) fn proved(mut self, of_deals: OfDeals) -> Self {
        let OfDeals { matched, sums, without_rule, reversed, beyond } = of_deals;
        for ((rule, matched), sums) in self.rules.iter_mut().zip(matched).zip(sums) {
            for (month, totals) in rule.months.iter_mut().enumerate() {
                totals.matched = matched[month];
                totals.sums = sums.get(month).copied().unwrap_or_default();
                totals.prove(rule.nature);
            }
        }
        Self { without_rule, reversed, beyond, ..self }
    }

    /// With the ids of the rules whose lines were taken back, in byte order.
    pub(super) fn with_of_rules(self, of_rules: Vec<String>) -> Self {
        Self { of_rules: Arc::new(of_rules), ..self }
    }

    /// With the reversals that were taken into account.
    pub(super) fn with_clawbacks(self, clawbacks: Arc<Clawbacks>) -> Self {
        Self { clawbacks, ..self }
    }

    /// A period, as far as its days are settled.
    pub fn period(&self, tables: &Tables, period: Period) -> PeriodView {
        self.days(tables, self.window.first_day(period), self.window.last_day(period))
    }

    /// All that is settled.
    pub fn whole(&self, tables: &Tables) -> PeriodView {
        self.days(tables, self.window.computed_from, self.window.paid_until)
    }

    /// The days that a window pays.
    pub(crate) fn paid(&self, tables: &Tables, window: Window) -> PeriodView {
        self.days(tables, window.paid_from, window.paid_until)
    }

    fn days(&self, tables: &Tables, first: i32, last: i32) -> PeriodView {
        let months = self.months.within(first, last);
        let deals = self.months.deals(months.clone());
        let (uncredited, lines) =
            rayon::join(|| self.uncredited(&deals, &tables.deals.id_rank), || self.lines.of_deals(&deals));
        let totals = |rule: &RuleYear| {
            of_months(rule.nature, rule.pays, &rule.months[months.start.at()..months.end.at()])
        };
        let attainment = self.attainment(tables, last, (&deals, &lines));
        PeriodView {
            attainment,
            lines,
            roles: self.roles.clone(),
            of_rules: Arc::clone(&self.of_rules),
            clawbacks: Arc::clone(&self.clawbacks),
            applies: self.applies.clone(),
            uncredited,
            totals: self.rules.iter().map(totals).collect(),
            prior: MonthIx::range(MonthIx::FIRST..months.start).map(|month| self.month(month)).collect(),
            beyond: self.beyond.clone(),
        }
    }

    /// What payees have reached on a day, over the periods of the rules that the day is in. `known` are the lines of some
    /// deals, which are often those of such a period.
    fn attainment(
        &self,
        tables: &Tables,
        day: i32,
        known: (&Range<DealIx>, &Lines),
    ) -> Option<Vec<Attainment>> {
        let mut rows: Option<Vec<Attainment>> = None;
        let mut others: Vec<(Range<DealIx>, Lines)> = Vec::new();
        let all = self.rules.iter().enumerate();
        for (index, terms) in all.filter_map(|(index, rule)| Some((index, rule.attainment.as_ref()?))) {
            let (Some(rule), period) = (RuleIx::new(index), terms.period(day)) else { continue };
            let months = self.months.within(self.window.first_day(period), day);
            let deals = self.months.deals(months);
            let of_period = if deals == *known.0 {
                known.1
            } else {
                let place = others.iter().position(|(other, _)| *other == deals).unwrap_or_else(|| {
                    others.push((deals.clone(), self.lines.of_deals(&deals)));
                    others.len() - 1
                });
                &others[place].1
            };
            rows.get_or_insert_default().extend(terms.rows(tables, rule, period, of_period));
        }
        // A rule has rows of one period, and rules are numbered by their ids.
        if let Some(rows) = &mut rows {
            rows.sort_by_key(|row| (row.payee, row.rule));
        }
        rows
    }

    /// What payees have reached over all periods of the rules that meet a period, as far as they are settled: by rule, then in order of
    /// time, then of payee.
    pub fn attained(&self, tables: &Tables, period: Period) -> Vec<Attainment> {
        let (first, last) = (self.window.first_day(period), self.window.last_day(period));
        let mut rows = Vec::new();
        let all = self.rules.iter().enumerate();
        for (index, terms) in all.filter_map(|(index, rule)| Some((index, rule.attainment.as_ref()?))) {
            let Some(rule) = RuleIx::new(index) else { continue };
            let mut day = first;
            while day <= last {
                let own = terms.period(day);
                let (from, until) = (self.window.first_day(own), self.window.last_day(own));
                let deals = self.months.deals(self.months.within(from, until));
                rows.extend(terms.rows(tables, rule, own, &self.lines.of_deals(&deals)));
                day = until + 1;
            }
        }
        rows
    }

    /// What is not paid of some deals, by each rule and by all rules together, in the order of uncredited.csv.
    fn uncredited(&self, deals: &Range<DealIx>, id_rank: &[u32]) -> Vec<Uncredited> {
        let of_no_rule = [(&self.without_rule, Reason::NoRule), (&self.reversed, Reason::Reversed)];
        let mut uncredited: Vec<Uncredited> = Vec::new();
        for (all, reason) in of_no_rule {
            let within = all.iter().filter(|deal| deals.contains(deal));
            uncredited.extend(within.map(|deal| of_no_rule_at_all(*deal, reason)));
        }
        let of_rules = || self.rules.iter().flat_map(|rule| &rule.uncredited);
        let within = |row: &&Uncredited| deals.contains(&row.deal);
        uncredited.reserve_exact(of_rules().filter(within).count());
        uncredited.extend(of_rules().filter(within).cloned());
        uncredited
            .par_sort_unstable_by_key(|row| (id_rank[row.deal], row.rule, row.payee, row.reason.word()));
        uncredited
    }

    /// Lines, credit and amount of a month, over all rules.
    fn month(&self, month: MonthIx) -> PriorMonth {
        let mut all = PriorMonth { month: self.months.period(month), lines: 0, credited: 0, amount: 0 };
        for totals in self.rules.iter().map(|rule| &rule.months[month]) {
            all.lines += totals.lines;
            all.credited += totals.credited;
            all.amount += totals.amount;
        }
        all
    }
}

fn of_no_rule_at_all(deal: DealIx, reason: Reason) -> Uncredited {
    Uncredited { deal, rule: None, payee: None, reason, retained: None, retained_credit: None }
}
