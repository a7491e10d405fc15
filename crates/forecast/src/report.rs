//! What all draws come to: rows in the order in which they are written.

use std::collections::BTreeMap;
use std::ops::Range;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::{Minor, Overflow, percentile, ratio_e6};
use apportion_book::{Book, Every, Period, choices};
use rayon::prelude::*;

use crate::Question;
use crate::cells::{Block, Cells};
use crate::distribution::Distribution;
use crate::pipeline::Pipeline;
use crate::side::{DrawnSide, Sides};

choices! {
    /// Whose plan a row is about.
    pub enum Plan {
        Project = "project", "The rules of the project";
        Other = "other", "The rules of `--rules`";
        Difference = "difference", "What the other rules cost more, draw by draw";
    }
}

choices! {
    /// What a cost is about. The order is that of the rows.
    pub enum CostLevel {
        Total = "total", "All rules and payees";
        Rule = "rule", "A rule";
        Payee = "payee", "A payee";
    }
}

/// What something costs in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostRow {
    /// What.
    pub level: CostLevel,
    /// The id of the rule or the payee; empty for the total.
    pub id: String,
    /// Whose plan.
    pub plan: Plan,
    /// The period of the forecast, or a quarter of it.
    pub period: Period,
    /// Over all draws.
    pub cost: Distribution,
}

/// What a payee attains of a quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttainmentRow {
    /// Who.
    pub payee_id: String,
    /// The commission.
    pub rule_id: String,
    /// The period over which it adds up.
    pub period: Period,
    /// Whose plan.
    pub plan: Plan,
    /// The fiftieth percentile, in millionths of the quota.
    pub p50_e6: i128,
}

/// Whether a budget is exceeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetRow {
    /// The period of the budget.
    pub period: Period,
    /// Whose plan.
    pub plan: Plan,
    /// In minor units.
    pub budget: Minor,
    /// The part of the draws in which the plan costs more, in millionths; none where the period is not a part of what is forecast.
    pub exceeded_e6: Option<i128>,
}

/// What a plan costs per revenue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevenueRow {
    /// Whose plan.
    pub plan: Plan,
    /// What it costs in all draws together, in minor units.
    pub cost: i128,
    /// What is sold in all draws together, in millionths.
    pub revenue_e6: i128,
    /// The one over the other, in millionths; none where nothing is sold.
    pub cost_per_revenue_e6: Option<i128>,
}

/// A forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// What was asked.
    pub question: Question,
    /// What is drawn, and what is not.
    pub pipeline: Pipeline,
    /// By level, id, plan and period: the period as a whole first.
    pub costs: Vec<CostRow>,
    /// By payee, rule, period and plan.
    pub attainment: Vec<AttainmentRow>,
    /// By period, in the order of the project file's keys, and plan.
    pub budgets: Vec<BudgetRow>,
    /// By plan.
    pub revenue: Vec<RevenueRow>,
}

/// Adds up what the draws of one or two rule sets come to.
///
/// # Errors
/// A sum that can't be held.
pub fn report(
    book: &Book,
    question: Question,
    pipeline: Pipeline,
    sides: &Sides,
) -> Result<Forecast, Vec<Diagnostic>> {
    let reporting = Reporting { book, question, sides, digits: book.currency.digits() };
    reporting.forecast(pipeline).map_err(|Overflow| {
        let message = "what all draws together come to has more digits than can be held";
        vec![Diagnostic::error(Code::NumberTooLarge, message)]
    })
}

struct Reporting<'a> {
    book: &'a Book,
    question: Question,
    sides: &'a Sides,
    digits: u32,
}

/// The subject of a row on either side; `None` where that side lacks it.
type Subject = [Option<usize>; 2];

impl Reporting<'_> {
    fn forecast(&self, pipeline: Pipeline) -> Result<Forecast, Overflow> {
        let mut costs = self.costs(CostLevel::Total, |_| vec![String::new()], |cells| &cells.layout.total)?;
        let rules = |side: &DrawnSide| side.rules.clone();
        costs.extend(self.costs(CostLevel::Rule, rules, |cells| &cells.layout.rules)?);
        let payees = |side: &DrawnSide| side.payees.clone();
        costs.extend(self.costs(CostLevel::Payee, payees, |cells| &cells.layout.payees)?);
        Ok(Forecast {
            question: self.question,
            pipeline,
            costs,
            attainment: self.attainment(),
            budgets: self.budgets()?,
            revenue: self.revenue()?,
        })
    }

    fn sides(&self) -> impl Iterator<Item = (Plan, &DrawnSide)> {
        let other = self.sides.other.iter().map(|side| (Plan::Other, side));
        std::iter::once((Plan::Project, &self.sides.project)).chain(other)
    }

    /// The rows of a level: of all subjects of either side, in byte order of ids. Payees without a cost in any draw are left out.
    fn costs(
        &self,
        level: CostLevel,
        ids: impl Fn(&DrawnSide) -> Vec<String>,
        block: impl Fn(&Cells) -> &Block + Sync,
    ) -> Result<Vec<CostRow>, Overflow> {
        let mut subjects: BTreeMap<String, Subject> = BTreeMap::new();
        for (nth, (_, side)) in self.sides().enumerate() {
            for (place, id) in ids(side).into_iter().enumerate() {
                if let Some(subject) = subjects.entry(id).or_default().get_mut(nth) {
                    *subject = Some(place);
                }
            }
        }
        let subjects: Vec<(String, Subject)> = subjects.into_iter().collect();
        let of_subject = |(id, subject): &(String, Subject)| self.cost_of((level, id), *subject, &block);
        let rows: Vec<Result<Vec<CostRow>, Overflow>> = subjects.par_iter().map(of_subject).collect();
        Ok(rows.into_iter().collect::<Result<Vec<_>, Overflow>>()?.concat())
    }

    fn cost_of(
        &self,
        (level, id): (CostLevel, &str),
        subject: Subject,
        block: &impl Fn(&Cells) -> &Block,
    ) -> Result<Vec<CostRow>, Overflow> {
        // By side, then by period: what each draw comes to.
        let of_side = |(nth, (_, side)): (usize, (Plan, &DrawnSide))| {
            let block = block(&side.cells);
            let values = |periods: Range<usize>| match subject.get(nth).copied().flatten() {
                Some(subject) => side.cells.values(block, subject, periods),
                None => vec![0; side.cells.rows.len()],
            };
            self.parts(block).into_iter().map(|(_, periods)| values(periods)).collect::<Vec<_>>()
        };
        let sides: Vec<Vec<Vec<i128>>> = self.sides().enumerate().map(of_side).collect();
        let nothing = sides.iter().flatten().flatten().all(|value| *value == 0);
        if level == CostLevel::Payee && nothing {
            return Ok(Vec::new());
        }
        let difference = match sides.as_slice() {
            [project, other] => Some((Plan::Difference, project.iter().zip(other).map(less).collect())),
            _ => None,
        };
        let plans = self.sides().map(|(plan, _)| plan).zip(sides).chain(difference);
        let parts = self.parts(block(&self.sides.project.cells));
        let mut rows = Vec::new();
        for (plan, values) in plans {
            for ((period, _), values) in parts.iter().zip(values) {
                let cost = Distribution::of(values, self.digits)?;
                rows.push(CostRow { level, id: id.to_owned(), plan, period: *period, cost });
            }
        }
        Ok(rows)
    }

    /// The period of the forecast, and its quarters where it is a year; with the places of each among those of a block.
    fn parts(&self, block: &Block) -> Vec<(Period, Range<usize>)> {
        let (calendar, all) = (self.book.calendar(), &block.periods.all);
        let mut parts = vec![(self.question.period, 0..all.len())];
        if self.question.period.every() != Every::Year {
            return parts;
        }
        for (place, period) in all.iter().enumerate() {
            let quarter = calendar.period_of(calendar.first_day(*period), Every::Quarter);
            match parts.last_mut().filter(|(last, _)| *last == quarter) {
                Some((_, places)) => places.end = place + 1,
                None => parts.push((quarter, place..place + 1)),
            }
        }
        parts
    }

    fn attainment(&self) -> Vec<AttainmentRow> {
        let mut rows = Vec::new();
        for (plan, side) in self.sides() {
            for (commission, (rule, block)) in side.cells.layout.attained.iter().enumerate() {
                let of_payee = |(payee, payee_id): (usize, &String)| {
                    let present = |nth: &usize| side.cells.layout.is_present(commission, payee, *nth);
                    let row = |nth: usize| {
                        let mut values = side.cells.values(block, payee, nth..nth + 1);
                        values.sort_unstable();
                        AttainmentRow {
                            payee_id: payee_id.clone(),
                            rule_id: side.rules.get(rule.at()).cloned().unwrap_or_default(),
                            period: block.periods.all[nth],
                            plan,
                            p50_e6: percentile(&values, 50).unwrap_or(0),
                        }
                    };
                    (0..block.periods.all.len()).filter(present).map(row).collect::<Vec<_>>()
                };
                let of_payees: Vec<Vec<AttainmentRow>> =
                    side.payees.par_iter().enumerate().map(of_payee).collect();
                rows.extend(of_payees.into_iter().flatten());
            }
        }
        let calendar = self.book.calendar();
        let key = |row: &AttainmentRow| {
            (row.payee_id.clone(), row.rule_id.clone(), calendar.first_day(row.period), row.plan as u8)
        };
        rows.sort_by_cached_key(key);
        rows
    }

    fn budgets(&self) -> Result<Vec<BudgetRow>, Overflow> {
        let mut rows = Vec::new();
        for (period, budget) in &self.book.forecast.budget {
            for (plan, side) in self.sides() {
                let exceeded_e6 = self.exceeded_e6(&side.cells, *period, *budget)?;
                rows.push(BudgetRow { period: *period, plan, budget: *budget, exceeded_e6 });
            }
        }
        Ok(rows)
    }

    /// The part of the draws that cost more in a period than its budget.
    fn exceeded_e6(&self, cells: &Cells, period: Period, budget: Minor) -> Result<Option<i128>, Overflow> {
        let (calendar, total) = (self.book.calendar(), &cells.layout.total);
        let (first, last) = (calendar.first_day(period), calendar.last_day(period));
        let forecast = self.question.period;
        if first < calendar.first_day(forecast) || last > calendar.last_day(forecast) {
            return Ok(None);
        }
        let day = |month: &Period| calendar.first_day(*month);
        let from = total.periods.all.partition_point(|month| day(month) < first);
        let until = total.periods.all.partition_point(|month| day(month) <= last);
        let costs = cells.values(total, 0, from..until);
        let exceeded = costs.iter().filter(|cost| **cost > budget.wide()).count();
        ratio_e6((exceeded as i128, 0), (costs.len() as i128, 0))
    }

    fn revenue(&self) -> Result<Vec<RevenueRow>, Overflow> {
        let row = |(plan, side): (Plan, &DrawnSide)| {
            let total = &side.cells.layout.total;
            let costs = side.cells.values(total, 0, 0..total.periods.all.len());
            let cost = costs.iter().try_fold(0_i128, |sum, cost| sum.checked_add(*cost)).ok_or(Overflow)?;
            let cost_per_revenue_e6 = ratio_e6((cost, self.digits), (side.revenue_e6, 6))?;
            Ok(RevenueRow { plan, cost, revenue_e6: side.revenue_e6, cost_per_revenue_e6 })
        };
        self.sides().map(row).collect()
    }
}

/// Draw by draw: what the other plan costs more.
fn less((project, other): (&Vec<i128>, &Vec<i128>)) -> Vec<i128> {
    project.iter().zip(other).map(|(project, other)| other - project).collect()
}
