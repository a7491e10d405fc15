//! The files of a forecast: `docs/reference/forecast.md`.

use std::io;

use serde::Serialize;

use apportion_base::money::format_scaled;
use apportion_base::spreadsheet::guarded;
use apportion_book::display_day;
use apportion_forecast::{AttainmentRow, BudgetRow, CostRow, RevenueRow};

use super::PlanForecast;
use crate::csv_file::csv_file;

/// What costs how much.
pub const COSTS: &str = "forecast.csv";
/// What payees attain.
pub const ATTAINMENT: &str = "attainment.csv";
/// What is drawn, and what is not and why.
pub const OPPORTUNITIES: &str = "opportunities.csv";
/// How likely budgets are exceeded.
pub const BUDGET: &str = "budget.csv";
/// What plans cost per revenue.
pub const REVENUE: &str = "revenue.csv";
/// All of it, for a script; with what was asked.
pub const ALL: &str = "forecast.json";

/// Decimals of ratios, and of amounts that are means.
const E6: u32 = 6;

/// A row of a CSV file.
type Row = Vec<String>;

impl PlanForecast {
    /// The files of a folder, by name.
    ///
    /// # Errors
    /// What a writer to memory says.
    pub fn files(&self) -> io::Result<Vec<(&'static str, Vec<u8>)>> {
        Ok(vec![
            (COSTS, self.costs_csv()?),
            (ATTAINMENT, self.attainment_csv()?),
            (OPPORTUNITIES, self.opportunities_csv()?),
            (BUDGET, self.budget_csv()?),
            (REVENUE, self.revenue_csv()?),
            (ALL, self.json()?),
        ])
    }

    /// forecast.csv.
    ///
    /// # Errors
    /// What a writer to memory says.
    pub fn costs_csv(&self) -> io::Result<Vec<u8>> {
        let header = ["level", "id", "plan", "period", "mean", "p10", "p50", "p90", "currency"];
        let row = |row: &CostRow| {
            let percentile = |minor| format_scaled(minor, self.digits);
            vec![
                row.level.word().to_owned(),
                guarded(&row.id).into_owned(),
                row.plan.word().to_owned(),
                row.period.to_string(),
                format_scaled(row.cost.mean_e6, E6),
                percentile(row.cost.p10),
                percentile(row.cost.p50),
                percentile(row.cost.p90),
                self.currency.to_owned(),
            ]
        };
        csv_file(&header, self.forecast.costs.iter().map(row))
    }

    fn attainment_csv(&self) -> io::Result<Vec<u8>> {
        let row = |row: &AttainmentRow| {
            vec![
                guarded(&row.payee_id).into_owned(),
                guarded(&row.rule_id).into_owned(),
                row.period.to_string(),
                row.plan.word().to_owned(),
                format_scaled(row.p50_e6, E6),
            ]
        };
        let header = ["payee_id", "rule_id", "period", "plan", "p50"];
        csv_file(&header, self.forecast.attainment.iter().map(row))
    }

    fn opportunities_csv(&self) -> io::Result<Vec<u8>> {
        let pipeline = &self.forecast.pipeline;
        let drawn = pipeline.drawn.iter().map(|drawn| {
            let chance = i128::from(drawn.chance.e6());
            let cells = [
                "drawn".to_owned(),
                display_day(drawn.close_date),
                format_scaled(drawn.amount_e6.into(), E6),
                format_scaled(chance, E6),
                drawn.chance_of.word().to_owned(),
            ];
            (drawn.id.as_str(), cells)
        });
        let told = pipeline.told.iter().map(|told| {
            let none = String::new;
            (told.id.as_str(), [told.reason.word().to_owned(), none(), none(), none(), none()])
        });
        let mut rows: Vec<(&str, [String; 5])> = drawn.chain(told).collect();
        rows.sort_by_key(|(id, _)| *id);
        let row = |(id, cells): (&str, [String; 5])| {
            std::iter::once(guarded(id).into_owned()).chain(cells).collect::<Row>()
        };
        let header = ["opportunity_id", "status", "close_date", "amount", "chance", "chance_of"];
        csv_file(&header, rows.into_iter().map(row))
    }

    fn budget_csv(&self) -> io::Result<Vec<u8>> {
        let row = |row: &BudgetRow| {
            vec![
                row.period.to_string(),
                row.plan.word().to_owned(),
                row.budget.text(self.digits),
                optional(row.exceeded_e6),
                self.currency.to_owned(),
            ]
        };
        csv_file(&["period", "plan", "budget", "exceeded", "currency"], self.forecast.budgets.iter().map(row))
    }

    fn revenue_csv(&self) -> io::Result<Vec<u8>> {
        let row = |row: &RevenueRow| {
            vec![
                row.plan.word().to_owned(),
                format_scaled(row.cost, self.digits),
                format_scaled(row.revenue_e6, E6),
                optional(row.cost_per_revenue_e6),
                self.currency.to_owned(),
            ]
        };
        let header = ["plan", "cost", "revenue", "cost_per_revenue", "currency"];
        csv_file(&header, self.forecast.revenue.iter().map(row))
    }

    /// forecast.json.
    ///
    /// # Errors
    /// What a writer to memory says.
    pub fn json(&self) -> io::Result<Vec<u8>> {
        let (question, pipeline) = (self.forecast.question, &self.forecast.pipeline);
        let json = JsonForecast {
            book: &self.book,
            currency: self.currency,
            period: question.period.to_string(),
            as_of: display_day(question.as_of),
            draws: question.draws,
            seed: question.seed,
            drawn: pipeline.drawn.len(),
            told: pipeline
                .told
                .iter()
                .map(|told| JsonTold { opportunity_id: &told.id, reason: told.reason.word() })
                .collect(),
            outside_period: pipeline.outside,
            costs: self.forecast.costs.iter().map(|row| self.json_cost(row)).collect(),
            attainment: self.forecast.attainment.iter().map(json_attainment).collect(),
            budgets: self.forecast.budgets.iter().map(|row| self.json_budget(row)).collect(),
            revenue: self.forecast.revenue.iter().map(|row| self.json_revenue(row)).collect(),
        };
        let mut bytes = serde_json::to_vec_pretty(&json)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    fn json_cost<'a>(&self, row: &'a CostRow) -> JsonCost<'a> {
        JsonCost {
            level: row.level.word(),
            id: Some(row.id.as_str()).filter(|id| !id.is_empty()),
            plan: row.plan.word(),
            period: row.period.to_string(),
            mean: format_scaled(row.cost.mean_e6, E6),
            p10: format_scaled(row.cost.p10, self.digits),
            p50: format_scaled(row.cost.p50, self.digits),
            p90: format_scaled(row.cost.p90, self.digits),
        }
    }

    fn json_budget(&self, row: &BudgetRow) -> JsonBudget {
        JsonBudget {
            period: row.period.to_string(),
            plan: row.plan.word(),
            budget: row.budget.text(self.digits),
            exceeded: row.exceeded_e6.map(|ratio| format_scaled(ratio, E6)),
        }
    }

    fn json_revenue(&self, row: &RevenueRow) -> JsonRevenue {
        JsonRevenue {
            plan: row.plan.word(),
            cost: format_scaled(row.cost, self.digits),
            revenue: format_scaled(row.revenue_e6, E6),
            cost_per_revenue: row.cost_per_revenue_e6.map(|ratio| format_scaled(ratio, E6)),
        }
    }
}

fn json_attainment(row: &AttainmentRow) -> JsonAttainment<'_> {
    JsonAttainment {
        payee_id: &row.payee_id,
        rule_id: &row.rule_id,
        period: row.period.to_string(),
        plan: row.plan.word(),
        p50: format_scaled(row.p50_e6, E6),
    }
}

#[derive(Serialize)]
struct JsonForecast<'a> {
    book: &'a str,
    currency: &'a str,
    period: String,
    as_of: String,
    draws: u32,
    seed: u64,
    drawn: usize,
    told: Vec<JsonTold<'a>>,
    outside_period: usize,
    costs: Vec<JsonCost<'a>>,
    attainment: Vec<JsonAttainment<'a>>,
    budgets: Vec<JsonBudget>,
    revenue: Vec<JsonRevenue>,
}

#[derive(Serialize)]
struct JsonTold<'a> {
    opportunity_id: &'a str,
    reason: &'static str,
}

#[derive(Serialize)]
struct JsonCost<'a> {
    level: &'static str,
    id: Option<&'a str>,
    plan: &'static str,
    period: String,
    mean: String,
    p10: String,
    p50: String,
    p90: String,
}

#[derive(Serialize)]
struct JsonAttainment<'a> {
    payee_id: &'a str,
    rule_id: &'a str,
    period: String,
    plan: &'static str,
    p50: String,
}

#[derive(Serialize)]
struct JsonBudget {
    period: String,
    plan: &'static str,
    budget: String,
    exceeded: Option<String>,
}

#[derive(Serialize)]
struct JsonRevenue {
    plan: &'static str,
    cost: String,
    revenue: String,
    cost_per_revenue: Option<String>,
}

fn optional(e6: Option<i128>) -> String {
    e6.map(|e6| format_scaled(e6, E6)).unwrap_or_default()
}
