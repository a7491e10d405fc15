//! Settles a case by the same steps as any project, and leads what is wrong back to the file of the case.

use std::path::Path;
use std::sync::Arc;

use super::{Case, RulesUnderTest, Setting, project};
use crate::project::{Prepared, Project, Sources};
use crate::settle::{self, PeriodView, Settlement};
use apportion_base::diagnostic::{Diagnostic, FileId, Files};
use apportion_base::world::World;
use apportion_book::{Book, Period};
use apportion_channel::Governance;
use apportion_data::{NoProgress, Tables};
use apportion_rules::RuleBook;

/// A case, settled.
pub struct CaseSettlement {
    pub book: Arc<Book>,
    pub rules: Arc<RuleBook>,
    pub tables: Arc<Tables>,
    /// The fiscal year of the period, up to its last day.
    pub year: Settlement,
    /// The case's period, as a view of the year.
    pub settlement: PeriodView,
    pub period: Period,
    /// What the policies of the channel found.
    pub governance: Option<Arc<Governance>>,
    /// By rule: whether it is under test. The others are those on whose credit a rule under test pays.
    pub shown: Vec<bool>,
}

/// Settles a case. Places point into the case file and the project's rule files; `files` gathers their texts.
///
/// # Errors
/// All reasons why it can't be settled.
pub fn settle(case: &Case, setting: &Setting, files: &mut Files) -> Result<CaseSettlement, Vec<Diagnostic>> {
    // Marks the ids of the next files: the project file and rules made from the case. Their places are led back to it.
    let written = files.add("", "");
    let settled = steps(case, setting, files);
    settled.map_err(|found| found.into_iter().map(|one| led_back(case, written, files, one)).collect())
}

/// Opens the project of a case in a world that has its files.
pub(super) fn open(
    case: &Case,
    setting: &Setting,
    world: &Arc<dyn World>,
    files: &mut Files,
) -> Result<Project, Vec<Diagnostic>> {
    let sources = Arc::new(Sources::open(world, Path::new(""), files)?);
    match &setting.rules {
        Some(rules) if !matches!(case.rules, RulesUnderTest::Own(_)) => {
            let only = rules.outline.with_credits(&setting.under_test(case));
            let chosen = rules.files.clone().with_only(only);
            Project::new(&sources, &chosen, files).map_err(|found| unbound(case, found))
        }
        _ => Project::new(&sources, &sources.own_rules(), files),
    }
}

fn steps(case: &Case, setting: &Setting, files: &mut Files) -> Result<CaseSettlement, Vec<Diagnostic>> {
    let under_test = setting.under_test(case);
    let project = open(case, setting, &project::world(case, setting), files)?;
    let (book, rules, period) = (Arc::clone(project.book()), Arc::clone(project.rules()), case.period);
    let tables = project.tables(&NoProgress)?;
    let project = project.with_as_of(case.as_of);
    let Prepared { tables, governance } = project.prepared(tables, book.calendar().last_day(period))?;
    let year = settle::settle(&book, &tables, &rules, period)?;
    let settlement = year.period(&tables, period);
    let own = matches!(case.rules, RulesUnderTest::Own(_));
    let shown = rules.rules.iter().map(|rule| own || under_test.contains(&rule.id)).collect();
    Ok(CaseSettlement { book, rules, tables, year, settlement, period, governance, shown })
}

/// Adds a help for rules of the project that name a column which the tables of the case do not have.
fn unbound(case: &Case, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let help = match case.rules {
        RulesUnderTest::Named(_) => "give the case the tables and columns that its rules name",
        _ => {
            "give the case the tables and columns that the rules name, or name only the rules under test: \
             rules = [\"…\"]"
        }
    };
    for one in &mut found {
        one.labels.push(apportion_base::diagnostic::Label {
            span: case.span.clone(),
            message: "in this case".to_owned(),
        });
        one.help.push(help.to_owned());
    }
    found
}

/// A finding whose places in the case's own project file and rule text are places in the case file instead.
pub(super) fn led_back(case: &Case, written: FileId, files: &Files, mut found: Diagnostic) -> Diagnostic {
    let (project_file, rule_file) = (FileId(written.0 + 1), FileId(written.0 + 2));
    let text = files.get(project_file).map_or("", |file| &file.text);
    let begins = |header: &str| text.find(header).unwrap_or(usize::MAX);
    let (sources, ledger) = (begins("[sources"), begins("[ledger]"));
    for label in &mut found.labels {
        if label.span.file == project_file {
            let start = label.span.range.start;
            label.span = match start {
                _ if start < sources => case.book_span.clone(),
                _ if start < ledger => case.sources_span.clone(),
                _ => case.ledger_span.clone(),
            };
        } else if label.span.file == rule_file
            && let RulesUnderTest::Own(rules) = &case.rules
        {
            label.span = rules.place(label.span.range.clone());
        }
    }
    if found.labels.is_empty() {
        return found.at(case.span.clone(), "in this case");
    }
    found
}
