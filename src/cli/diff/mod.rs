//! `apportion diff`: compares the project's close of a period with another one.

pub mod args;
mod closes;
mod csv;
mod json;
mod page;
mod table;
mod view;

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use self::args::{DiffArgs, DiffFormat};
use self::view::DifferenceView;
use super::options::Global;
use super::output::{ProtectedPaths, to_file};
use super::progress::Bars;
use super::report::Reporter;
use super::{Ending, Failure, disk, print_data, print_with, project};
use crate::{CloseComparison, Comparison, Session};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::terminal::escaped_lines;
use apportion_engine::project::Close;

/// Settles the period on both sides, compares, and writes what differs.
pub fn run(args: &DiffArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let project = project::find(global)?;
    refuse_a_project_as_rules(args)?;

    let bars = Arc::new(Bars::new(reporter));
    let compared = compare(&project, args, &bars);
    bars.finish(reporter);
    let (compared, closes) = compared?;
    let difference = compared.difference();
    report_rejected(reporter, "before", compared.before());
    if !compared.shares_data() {
        report_rejected(reporter, "after", compared.after());
    }

    let shown = DifferenceView::new((&difference, &closes), compared.files(), args, &project);
    match &args.out {
        // A script gets rows as they are made: there may be millions of them. A terminal gets nothing that it would obey.
        None if matches!(args.format, DiffFormat::Csv | DiffFormat::Json) && !io::stdout().is_terminal() => {
            print_with(|sink| write(&shown, args.format, sink))?;
        }
        None => {
            let mut bytes = Vec::new();
            write(&shown, args.format, &mut bytes).map_err(|error| cannot_write("stdout", &error))?;
            print_data(&bytes)?;
        }
        Some(out) => {
            to_file(out, &protected(args, &project), |sink| write(&shown, args.format, sink))?;
            reporter.note(&format!("Wrote {}: {}", project::shown(out), shown.in_short()));
        }
    }
    let differs = args.exit_code && (!difference.is_empty() || closes.differs());
    Ok(if differs { Ending::Findings } else { Ending::Fine })
}

fn compare(
    project: &Path,
    args: &DiffArgs,
    bars: &Arc<Bars>,
) -> Result<(Comparison, CloseComparison), Failure> {
    let session = Session::open(project)?.with_progress(Arc::<Bars>::clone(bars));
    let session = session.known_at(args.known.as_of);
    let other = session.with(&args.other())?;
    let compared = session.diff(&other, args.period)?;
    Ok((compared, session.compare_closes(&other, &disk(), args.period)?))
}

fn write(shown: &DifferenceView, format: DiffFormat, sink: &mut dyn Write) -> io::Result<()> {
    match format {
        DiffFormat::Table => sink.write_all(escaped_lines(&table::text(shown)).as_bytes()),
        DiffFormat::Csv => csv::write(shown, sink),
        DiffFormat::Json => json::write(shown, sink),
        DiffFormat::Html => sink.write_all(page::page(shown).as_bytes()),
        DiffFormat::Markdown => sink.write_all(escaped_lines(&page::in_markdown(shown)).as_bytes()),
    }
}

/// Rows that could not be used change amounts on their side, so they are reported.
fn report_rejected(reporter: &Reporter, side: &str, close: &Close) {
    let rejected: u64 = close.tables.counts.iter().map(|counts| counts.rejected).sum();
    if rejected > 0 {
        let rows = super::number::counted(rejected, "row");
        reporter.note(&format!(
            "{side}: {rows} rejected, not in the comparison (a run lists them in rejects.csv)"
        ));
    }
}

/// A project's folder holds a file that is no rule file.
fn refuse_a_project_as_rules(args: &DiffArgs) -> Result<(), Diagnostic> {
    let Some(rules) = &args.rules else { return Ok(()) };
    if !rules.join(apportion_book::PROJECT_FILE).is_file() {
        return Ok(());
    }
    let shown = rules.display();
    Err(Diagnostic::error(Code::NotRules, format!("`{shown}` is a project, not a folder of rule files"))
        .help(format!(
            "compare with its rules by `--rules {shown}/rules`, with all of it by `--against {shown}`"
        )))
}

fn cannot_write(what: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::CannotWrite, format!("{what} can't be written: {error}"))
}

/// What both sides are made of.
fn protected(args: &DiffArgs, project: &Path) -> ProtectedPaths {
    let others = [&args.data, &args.against].into_iter().flatten().map(std::path::PathBuf::as_path);
    ProtectedPaths::projects(std::iter::once(project).chain(others)).and_rules(args.rules.as_deref())
}
