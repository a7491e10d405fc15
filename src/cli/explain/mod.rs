//! `apportion explain`: how amounts came about, and why there are none.

pub mod args;
mod blocks;
mod case;
mod close;
mod comparison;
mod governed;
mod json;
mod layout;
mod nothing;
mod page;
mod quotas;
mod seen;
mod steps;
mod tables;
mod text;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::args::{ExplainArgs, ExplainFormat};
use self::page::Page;
use super::options::Global;
use super::progress::Bars;
use super::report::Reporter;
use super::{Ending, Failure, print_data, print_with, project};
use crate::{Inquiry, Session};
use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_book::{Book, Period};
use apportion_engine::explain::case::DealCase;
use apportion_engine::explain::tree::Explanation;
use apportion_results::RUN;
use apportion_rules::{RuleBook, RuleIx};
use apportion_verify::{LineFilter, StoredResult, stored};
use comparison::ResultComparison;

/// How many amounts of a payee are shown with their steps, unless all are asked for.
const WITH_STEPS: usize = 10;

/// What is shown, and what it is shown with.
pub struct ExplanationView<'a> {
    pub explanation: &'a Explanation,
    pub book: &'a Book,
    pub rules: &'a RuleBook,
    /// The texts of the rules, for their lines.
    pub files: &'a Files,
    /// Whose the deal of the question is, and why.
    pub case: Option<&'a DealCase>,
    /// The result's folder as people see it, and what came of holding the amounts against it.
    pub held: Option<(String, ResultComparison)>,
}

impl<'a> ExplanationView<'a> {
    /// An answer without a result to compare it with.
    fn new(answer: &'a crate::Explanation) -> Self {
        let traced = answer.traced();
        let (book, rules) = (&*traced.book, &*traced.rules);
        Self {
            explanation: answer.tree(),
            book,
            rules,
            files: answer.files(),
            case: answer.case(),
            held: None,
        }
    }

    /// The id of a rule.
    pub fn rule_id(&self, rule: RuleIx) -> &str {
        self.rules.rules.get(rule.at()).map_or("", |rule| &rule.id)
    }
}

/// Reads, settles, explains and prints.
pub fn explain(args: &ExplainArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    if let Some(viewer) = &args.viewer {
        return seen::explain_for(viewer, args, global);
    }
    if let Some(id) = &args.conflict {
        return case::explain_conflict(id, args, global, reporter);
    }
    if let Some(period) = args.close {
        return close::explain_close(args, period, global, reporter);
    }
    let project = project::find(global)?;
    let named = args.out.as_deref().map(|out| read_result(out, args)).transpose()?;
    if let (Some(period), Some(result)) = (args.period, &named) {
        refuse_another_period(period, result)?;
    }

    let bars = Arc::new(Bars::new(reporter));
    let answered = answer(args, &project, named, &bars);
    bars.finish(reporter);
    let Answered { answer, held, rejected } = answered?;
    let held = held.map(|(out, result)| (project::shown(&out), compared(&answer, &result)));
    let shown = ExplanationView { held, ..ExplanationView::new(&answer) };
    print_as(args.format, || text::page(&shown), || print_with(|out| json::write(&shown, out)))?;
    if rejected > 0 {
        let rows = super::number::counted(rejected, "row");
        reporter.note(&format!("{rows} of the data could not be used (a run lists them in rejects.csv)"));
    }
    let differs = shown.held.as_ref().is_some_and(|(_, held)| !held.differences.is_empty());
    Ok(if differs { Ending::Findings } else { Ending::Fine })
}

/// Prints what is said to people in their form, or what is said to programs.
fn print_as(
    format: ExplainFormat,
    page: impl FnOnce() -> Page,
    print_json: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let text = match format {
        ExplainFormat::Text => layout::text(&page()),
        ExplainFormat::Markdown => blocks::markdown(&page()),
        ExplainFormat::Html => blocks::html(&page()),
        ExplainFormat::Json => return print_json(),
    };
    print_data(text.as_bytes())
}

/// The explanation of a close as the command line prints it.
pub(crate) fn close_explanation_text(answer: &crate::CloseExplanation) -> String {
    layout::text(&close::page(answer))
}

/// The explanation of a conflict as the command line prints it.
pub(crate) fn conflict_text(answer: &crate::ConflictExplanation) -> String {
    layout::text(&case::conflict_page(answer))
}

/// The explanation as the command line prints it.
pub(crate) fn explanation_text(answer: &crate::Explanation) -> String {
    layout::text(&text::page(&ExplanationView::new(answer)))
}

/// A result, and its folder.
type FolderAndResult = (PathBuf, StoredResult);

/// An answer, and what belongs to it.
struct Answered {
    answer: crate::Explanation,
    /// The result that it is compared with.
    held: Option<FolderAndResult>,
    /// Rows of the data that could not be used.
    rejected: u64,
}

/// The answer for the period that was said, or for that of the result.
///
/// Where the result says of these inputs that no row contradicts another, the rows that the question is about are read and no others.
fn answer(
    args: &ExplainArgs,
    project: &Path,
    named: Option<StoredResult>,
    bars: &Arc<Bars>,
) -> Result<Answered, Failure> {
    let session = Session::open(project)?.with_progress(Arc::<Bars>::clone(bars));
    let session = session.known_at(args.known.as_of);
    let of_result = named.as_ref().and_then(|result| Period::parse(&result.period));
    let is_long = args.format != ExplainFormat::Json && args.deal.is_none() && !args.all;
    let most = is_long.then_some(WITH_STEPS);
    let inquiry =
        Inquiry { payee: args.payee.clone(), deal: args.deal.clone(), rule: args.rule.clone(), most };
    let period = args.period.or(of_result);
    let mut held = args.out.clone().zip(named);
    // Without a result nobody would know whether the rows of a part are all used.
    let is_run = held.is_some() || period.is_none_or(|period| usual_folder(project, period).is_some());
    if let Some(answer) = is_run.then(|| session.explain_in_part(period, &inquiry)).flatten() {
        if held.is_none() {
            held = usual_result(project, answer.tree().period, args)?;
        }
        let of_these = held.as_ref().filter(|(_, result)| is_of(result, &answer) && !result.has_conflicts);
        if let Some(rejected) = of_these.map(|(_, result)| result.rejected) {
            return Ok(Answered { answer, held, rejected });
        }
    }
    let answer = session.explain(period, &inquiry)?;
    if held.is_none() {
        held = usual_result(project, answer.tree().period, args)?;
    }
    let rejected = answer.traced().tables.counts.iter().map(|counts| counts.rejected).sum();
    Ok(Answered { answer, held, rejected })
}

/// Whether a result is of the inputs and rules of an answer.
fn is_of(result: &StoredResult, answer: &crate::Explanation) -> bool {
    let compared = compared(answer, result);
    compared.inputs.is_empty() && compared.rule_files.is_empty()
}

fn compared(answer: &crate::Explanation, result: &StoredResult) -> ResultComparison {
    let traced = answer.traced();
    ResultComparison::new(answer.tree(), result, &traced.tables.inputs, &traced.rule_files)
}

fn read_result(out: &Path, args: &ExplainArgs) -> Result<StoredResult, Diagnostic> {
    let wanted =
        LineFilter { payee: args.payee.as_deref(), deal: args.deal.as_deref(), rule: args.rule.as_deref() };
    stored(out, wanted)
}

/// The result where a run of the project writes it, if there is one.
fn usual_result(
    project: &Path,
    period: Period,
    args: &ExplainArgs,
) -> Result<Option<FolderAndResult>, Diagnostic> {
    let Some(out) = usual_folder(project, period) else { return Ok(None) };
    let result = read_result(&out, args)?;
    Ok(Some((out, result)))
}

fn usual_folder(project: &Path, period: Period) -> Option<PathBuf> {
    let out = project.join("out").join(period.to_string());
    out.join(RUN).is_file().then_some(out)
}

fn refuse_another_period(period: Period, result: &StoredResult) -> Result<(), Diagnostic> {
    if result.period == period.to_string() {
        return Ok(());
    }
    let message = format!("the result of `--out` is of {}, and `--period` says {period}", result.period);
    Err(Diagnostic::error(Code::AnotherPeriod, message)
        .help("name one of them: without `--period`, the result's period is explained"))
}
