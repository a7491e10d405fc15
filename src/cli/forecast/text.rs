//! A forecast for people: what everything costs, how likely that is over budget, and who gets it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use apportion_base::language::Language;
use apportion_base::money::{Rounding, format_scaled};
use apportion_base::terminal::escaped;
use apportion_book::config::describe::Choice;
use apportion_book::display_day;
use apportion_forecast::{BudgetRow, ChanceOf, CostLevel, CostRow, Distribution, NotDrawn, Plan};

use super::super::number::{count, counted, grouped, money};
use super::super::table::Table;
use crate::session::PlanForecast;

/// Decimals of ratios, and of means.
const E6: u32 = 6;

/// All of it, with so many payees.
pub fn text(made: &PlanForecast, top: usize) -> String {
    let question = made.forecast.question;
    let draws = counted(question.draws.into(), "draw");
    let mut text = format!(
        "{}: what {} will cost, in {}\nas of {}, {draws}, seed {}\n",
        escaped(&made.book),
        question.period,
        made.currency,
        display_day(question.as_of),
        question.seed
    );
    text.push_str(&costs(made, "In all", CostLevel::Total, usize::MAX));
    text.push_str(&costs(made, "By rule", CostLevel::Rule, usize::MAX));
    text.push_str(&free_rules(made));
    text.push_str(&payees(made, top));
    text.push_str(&revenue(made));
    text.push_str(&budgets(made));
    text.push_str(&pipeline(made));
    text
}

/// The rows of a level; those of rules and payees of the whole period alone.
fn rows(made: &PlanForecast, level: CostLevel) -> Vec<&CostRow> {
    let period = made.forecast.question.period;
    let is_shown = |row: &&CostRow| row.level == level && (level == CostLevel::Total || row.period == period);
    made.forecast.costs.iter().filter(is_shown).collect()
}

fn has_other(made: &PlanForecast) -> bool {
    made.forecast.costs.iter().any(|row| row.plan == Plan::Other)
}

/// A table of a level.
fn costs(made: &PlanForecast, title: &str, level: CostLevel, top: usize) -> String {
    let rows = rows(made, level);
    if rows.is_empty() {
        return String::new();
    }
    let subjects = by_subject(&rows);
    let shown = subjects.iter().filter(|rows| level != CostLevel::Rule || !is_free(rows));
    let texts: &[usize] = if has_other(made) { &[1] } else { &[] };
    let header: &[&str] = match has_other(made) {
        true => &["", "plan", "mean", "P10", "P50", "P90"],
        false => &["", "mean", "P10", "P50", "P90"],
    };
    let mut table = Table::new(header).with_texts(texts);
    for rows in shown.take(top) {
        for (nth, row) in rows.iter().enumerate() {
            let name = if level == CostLevel::Total { row.period.to_string() } else { row.id.clone() };
            let mut cells = vec![if nth == 0 { name } else { String::new() }];
            cells.extend(has_other(made).then(|| row.plan.word().to_owned()));
            cells.extend(figures(made, row));
            table.row(cells);
        }
    }
    format!("\n{title}\n{}", table.text())
}

/// Whether something costs nothing by any plan, as far as a table shows it.
fn is_free(rows: &[&CostRow]) -> bool {
    let nothing = Distribution { mean_e6: 0, p10: 0, p50: 0, p90: 0 };
    rows.iter().all(|row| row.cost == nothing)
}

/// How many rules the table leaves out.
fn free_rules(made: &PlanForecast) -> String {
    let rows = rows(made, CostLevel::Rule);
    match by_subject(&rows).iter().filter(|rows| is_free(rows)).count() as u64 {
        0 => String::new(),
        1 => "1 rule costs nothing.\n".to_owned(),
        free => format!("{} rules cost nothing.\n", count(free)),
    }
}

/// The rows of each subject and period, those with the most first where they are payees.
fn by_subject<'a>(rows: &[&'a CostRow]) -> Vec<Vec<&'a CostRow>> {
    let mut places: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut subjects: Vec<Vec<&CostRow>> = Vec::new();
    for row in rows {
        let place = *places.entry((row.id.as_str(), row.period.to_string())).or_insert(subjects.len());
        match subjects.get_mut(place) {
            Some(subject) => subject.push(row),
            None => subjects.push(vec![row]),
        }
    }
    let size = |subject: &Vec<&CostRow>| {
        let last = subject.last().filter(|row| row.level == CostLevel::Payee);
        Reverse(last.map_or(0, |row| row.cost.mean_e6.unsigned_abs()))
    };
    // With two plans the last row is their difference.
    subjects.sort_by_key(size);
    subjects
}

fn payees(made: &PlanForecast, top: usize) -> String {
    let all = by_subject(&rows(made, CostLevel::Payee)).len();
    let what = if has_other(made) { "moved most" } else { "with the most" };
    let title = match all > top {
        true => format!("Payees, the {top} {what} of {}", count(all as u64)),
        false => "Payees".to_owned(),
    };
    let table = costs(made, &title, CostLevel::Payee, top);
    let moved = if has_other(made) { winners(made) } else { String::new() };
    format!("{table}{moved}")
}

/// Who wins and who loses on average.
fn winners(made: &PlanForecast) -> String {
    let differences: Vec<i128> = rows(made, CostLevel::Payee)
        .iter()
        .filter(|row| row.plan == Plan::Difference)
        .map(|row| row.cost.mean_e6)
        .collect();
    let more = differences.iter().filter(|mean| **mean > 0).count() as u64;
    let less = differences.iter().filter(|mean| **mean < 0).count() as u64;
    format!("On average {} more by the other rules, {} less.\n", getting(more), getting(less))
}

fn getting(payees: u64) -> String {
    match payees {
        1 => "1 payee gets".to_owned(),
        payees => format!("{} payees get", count(payees)),
    }
}

/// Mean and percentiles, in the currency's digits; files have more of the mean.
fn figures(made: &PlanForecast, row: &CostRow) -> Vec<String> {
    let percentile = |minor| money(minor, made.digits);
    let mean = Rounding::HalfAwayFromZero.rescale(row.cost.mean_e6, E6, made.digits).ok();
    let mean = mean.map_or_else(|| grouped(&format_scaled(row.cost.mean_e6, E6)), percentile);
    vec![mean, percentile(row.cost.p10), percentile(row.cost.p50), percentile(row.cost.p90)]
}

fn revenue(made: &PlanForecast) -> String {
    let mut text = String::from("\n");
    for row in &made.forecast.revenue {
        let ratio = row.cost_per_revenue_e6.map(|ratio| format_scaled(ratio, E6));
        let ratio = ratio.unwrap_or_else(|| "none, as nothing is sold".to_owned());
        text.push_str(&format!("Cost per revenue{}: {ratio}\n", of_plan(made, row.plan)));
    }
    text
}

fn of_plan(made: &PlanForecast, plan: Plan) -> &'static str {
    match plan {
        Plan::Project if has_other(made) => " by the project's rules",
        Plan::Project => "",
        Plan::Other | Plan::Difference => " by the other rules",
    }
}

fn budgets(made: &PlanForecast) -> String {
    let text = |row: &BudgetRow| {
        let budget = money(row.budget.wide(), made.digits);
        match row.exceeded_e6 {
            Some(chance) => format!(
                "Budget of {}, {budget}: exceeded in {} of the draws{}\n",
                row.period,
                Language::English.percent(chance, E6),
                of_plan(made, row.plan)
            ),
            None => format!("Budget of {}, {budget}: not judged, it is no part of the period\n", row.period),
        }
    };
    let rows = made.forecast.budgets.iter();
    // What is not judged is so for both plans.
    rows.filter(|row| row.exceeded_e6.is_some() || row.plan == Plan::Project).map(text).collect()
}

fn pipeline(made: &PlanForecast) -> String {
    let pipeline = &made.forecast.pipeline;
    let drawn = match pipeline.drawn.len() as u64 {
        1 => "1 open opportunity".to_owned(),
        all => format!("{} open opportunities", count(all)),
    };
    let mut text = format!("\nDrawn: {drawn}\n");
    let by = |of: ChanceOf| pipeline.drawn.iter().filter(|drawn| drawn.chance_of == of).count();
    for (of, word) in ChanceOf::ALL.iter().zip(ChanceOf::WORDS) {
        text.push_str(&line(by(*of), word.word, word.meaning));
    }
    if !pipeline.told.is_empty() {
        text.push_str(&format!("Not drawn: {}\n", count(pipeline.told.len() as u64)));
    }
    let with = |reason: NotDrawn| pipeline.told.iter().filter(|told| told.reason == reason).count();
    for (reason, word) in NotDrawn::ALL.iter().zip(NotDrawn::WORDS) {
        text.push_str(&line(with(*reason), word.word, word.meaning));
    }
    if pipeline.outside > 0 {
        let outside = count(pipeline.outside as u64);
        text.push_str(&format!("Expected outside of the period: {outside}\n"));
    }
    text
}

fn line(number: usize, word: &str, meaning: &str) -> String {
    match number {
        0 => String::new(),
        number => format!("  {:>6}  {word}: {meaning}\n", count(number as u64)),
    }
}
