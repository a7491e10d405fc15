//! Forecasts of small projects in memory.

mod alone;
mod chances;
mod channel;
mod expectation;
mod plans;
mod random;
mod same;
mod told;

use std::path::Path;
use std::sync::Arc;

use apportion_base::diagnostic::{Diagnostic, Files, render};
use apportion_base::world::{Memory, World};
use apportion_book::{Period, day_of_date};
use apportion_data::NoProgress;
use apportion_engine::project::{Project, Sources};
use apportion_rules::RuleFiles;

use crate::{CostLevel, CostRow, Forecast, Plan, Question, forecast};

/// The project file, with further tables below it.
pub fn project_file(more: &str) -> String {
    format!(
        "[book]\nname = \"Test\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n\n[sources]\n\
         deals = {{ path = \"deals.csv\" }}\npayees = {{ path = \"payees.csv\" }}\n\
         engagements = {{ path = \"engagements.csv\" }}\nopportunities = {{ path = \"opportunities.csv\" }}\n{more}"
    )
}

/// The files of a project, each a name and a text.
pub type Texts = Vec<(&'static str, String)>;

/// A world with these files.
pub fn world(texts: &Texts) -> Arc<dyn World> {
    let with = |memory: Memory, (name, text): &(&str, String)| memory.with(*name, text.as_str());
    texts.iter().fold(Memory::new(), with).shared()
}

/// Opens a project.
pub fn open(texts: &Texts) -> Project {
    let mut files = Files::default();
    Project::open(&world(texts), Path::new(""), &mut files)
        .unwrap_or_else(|found| panic!("{}", shown(&found, &files)))
}

/// Opens a project, and the rules of another file over the same sources.
pub fn open_two(texts: &Texts, other: &str) -> (Project, Project) {
    let (world, mut files) = (world(texts), Files::default());
    let sources = Arc::new(Sources::open(&world, Path::new(""), &mut files).expect("sources"));
    let own = Project::new(&sources, &sources.own_rules(), &mut files).expect("its rules");
    let rules = RuleFiles::named(&world, Path::new(other));
    (own, Project::new(&sources, &rules, &mut files).expect("other rules"))
}

fn shown(found: &[Diagnostic], files: &Files) -> String {
    found.iter().map(|diagnostic| render(diagnostic, files)).collect()
}

/// A day as `2026-06-30`.
pub fn day(text: &str) -> i32 {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { panic!("{text}") };
    let part = |text: &str| text.parse::<u8>().expect("a number");
    day_of_date(year.parse().expect("a year"), part(month), part(day)).expect("a day")
}

pub fn question(period: &str, as_of: &str, draws: u32) -> Question {
    let period = Period::parse(period).expect("a period");
    Question { period, as_of: day(as_of), draws, seed: 1, whole: false }
}

pub fn made(project: &Project, question: Question) -> Forecast {
    forecast(project, None, question, &NoProgress)
        .unwrap_or_else(|found| panic!("{}", shown(&found, &Files::default())))
}

/// A row of the costs.
pub fn cost<'f>(forecast: &'f Forecast, level: CostLevel, id: &str, plan: Plan, period: &str) -> &'f CostRow {
    let is_it = |row: &&CostRow| {
        row.level == level && row.id == id && row.plan == plan && row.period.to_string() == period
    };
    forecast.costs.iter().find(is_it).unwrap_or_else(|| panic!("no row of {id} in {period}"))
}

/// Without what was asked: what must be the same however it was computed.
pub fn content(forecast: Forecast) -> Forecast {
    let question = Question { whole: false, ..forecast.question };
    Forecast { question, ..forecast }
}
