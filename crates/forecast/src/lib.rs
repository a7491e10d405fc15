//! What a plan will cost: every open opportunity is drawn as won or lost many times, and each draw is settled by the rules as any run is.
//! See `docs/reference/forecast.md`.
//!
//! ```text
//! tables as known at the end of the day ─► pipeline   what is drawn, by which chance; what is not, and why
//! seed ─► words ─┘                                     a number for each opportunity and draw: won or not
//!                └► sides ─► draws     each draw settled: what no draw changes once, if deals do not depend on each other
//!                            cells     what each draw comes to, by rule, payee, quarter and month
//!                            └► report distributions: means and percentiles, side by side
//! ```
//!
//! All of it is integers: a chance is a ratio of whole numbers, and a mean is divided once.

#![deny(missing_docs)]

mod cells;
mod chance;
mod distribution;
mod limits;
mod pipeline;
mod report;
mod side;
mod win_rate;
mod words;

#[cfg(test)]
mod tests;

use apportion_base::diagnostic::Diagnostic;
use apportion_book::Period;
use apportion_data::Progress;
use apportion_engine::project::Project;

pub use chance::Chance;
pub use distribution::Distribution;
pub use limits::MOST_DRAWS;
pub use pipeline::{ChanceOf, DrawnOpportunity, NotDrawn, Pipeline, ToldOpportunity};
pub use report::{AttainmentRow, BudgetRow, CostLevel, CostRow, Forecast, Plan, RevenueRow};

use side::{Side, Sides};
use words::Words;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// What is forecast: a month, a fiscal quarter or a fiscal year.
    pub period: Period,
    /// The day at whose end things are known, days since 1970-01-01.
    pub as_of: i32,
    /// How often.
    pub draws: u32,
    /// The key of the generator.
    pub seed: u64,
    /// Whether every draw is settled as a whole, also where a part of it is the same in each: what a test compares with.
    pub whole: bool,
}

/// Forecasts what a project's plan costs, and what that of `other` does in the same draws: a rule set over the same sources.
///
/// # Errors
/// As [`Project::settle`]; `bad-draws` where there are too few or too many, and `number-too-large` where what a draw comes to can't be held.
pub fn forecast(
    project: &Project,
    other: Option<&Project>,
    question: Question,
    progress: &dyn Progress,
) -> Result<Forecast, Vec<Diagnostic>> {
    limits::draws(question.draws)?;
    let pipeline = Pipeline::of(project, question, progress)?;
    let words = Words::new(question.seed, pipeline.drawn.len());
    limits::words(question.draws, pipeline.drawn.len())?;
    let settle = |project: &Project, progress: &dyn Progress| {
        let side = Side::new(project, &pipeline, question, progress)?;
        side.drawn(&words, progress)
    };
    let sides = Sides {
        project: settle(project, progress)?,
        other: other.map(|other| settle(other, progress)).transpose()?,
    };
    progress.phase("adding up", None);
    report::report(project.book(), question, pipeline, &sides)
}

apportion_base::overflow_probe!();
