//! `apportion run`: the close of a period.

use std::sync::Arc;
use std::time::Instant;

use super::args::RunArgs;
use super::options::Global;
use super::progress::Bars;
use super::report::Reporter;
use super::summary::Summary;
use super::{Ending, Failure, disk, findings, project, show, write_stdout};
use crate::{Session, Writing, WrittenResult};
use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_base::world::Disk;
use apportion_engine::check::lines_in_cells;
use apportion_results::{self as results, ReplacePolicy};

/// Settles the period, writes the result, prints the summary.
pub fn run(args: &RunArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let began = Instant::now();
    let project = project::find(global)?;
    let out = args.out.clone().unwrap_or_else(|| project.join("out").join(args.period.to_string()));
    // Checked before the work: a run takes a while, and should not fail at its end.
    results::check_target(&Disk, &out)?;

    let bars = Arc::new(Bars::new(reporter));
    let settled = settle_and_write(&project, &out, args, &bars);
    bars.finish(reporter);
    let result = settled?;
    let (close, written) = (result.as_close(), result.receipt());

    let folder = project::shown(&out);
    reporter.findings(
        &findings::grouped(&close.tables),
        &format!("all of them are in {folder}/{}", results::REJECTS),
    );
    if let Some(warning) = lines_in_cells(&close.tables) {
        reporter.diagnostic(&warning, &Files::default());
    }
    if let Some(warning) = repeated(&close.tables.repeated_engagements) {
        reporter.diagnostic(&warning, &Files::default());
    }
    written.warnings.iter().for_each(|warning| reporter.diagnostic(warning, &Files::default()));
    let summary = Summary::new(close, written, folder);
    let shown = print_summary(&summary, args, reporter);
    let ending = match ending(&summary, args, reporter) {
        Ending::Fine if shown && written.warnings.is_empty() => Ending::Fine,
        _ => Ending::Findings,
    };
    reporter.note(&format!("Finished in {:.1?}", began.elapsed()));
    // The process ends, and freeing the memory of a large result piece by piece would take time.
    std::mem::forget(result);
    Ok(ending)
}

/// Exports that overlap: one piece of work counts as often as it was exported.
fn repeated(repeats: &apportion_data::RepeatedEngagements) -> Option<Diagnostic> {
    if repeats.across_files == 0 {
        return None;
    }
    let rows = super::number::counted(repeats.across_files, "engagement");
    let equal = if repeats.across_files == 1 { "equals" } else { "equal" };
    let message = format!("{rows} without an id {equal} one of another file of the source; each counts");
    let warning = Diagnostic::warning(Code::RepeatedEngagements, message);
    let warning = match repeats.examples.first() {
        Some([(file, row), (other, again)]) => {
            warning.help(format!("row {row} of {file} and row {again} of {other}, for example"))
        }
        None => warning,
    };
    Some(warning.help("exports that overlap hold one piece of work twice: take the files apart, map an engagement_id, or set `distinct = true`"))
}

/// Prints the summary, or says why it could not: the result is written by now, so nothing has failed that was asked for.
fn print_summary(summary: &Summary<'_>, args: &RunArgs, reporter: &Reporter) -> bool {
    let shown = show::summary(summary, args.format, args.raw);
    let Err(error) = shown.and_then(|shown| write_stdout(&shown)) else { return true };
    let message = format!("the result is in `{}`, and its summary can't be shown: {error}", summary.folder);
    let warning = Diagnostic::warning(Code::NotShown, message)
        .help("the result is whole: `apportion verify` shows its totals");
    reporter.diagnostic(&warning, &Files::default());
    false
}

/// The period settled and written.
fn settle_and_write(
    project: &std::path::Path,
    out: &std::path::Path,
    args: &RunArgs,
    bars: &Arc<Bars>,
) -> Result<WrittenResult, Failure> {
    let session = Session::open(project)?.with_progress(Arc::<Bars>::clone(bars));
    let session = session.known_at(args.known.as_of);
    let replace = if args.replace { ReplacePolicy::Any } else { ReplacePolicy::Same };
    let own = results::own_result(session.book(), args.period);
    results::check_target_for(&Disk, out, &own, replace)?;
    results::check_inputs(&Disk, out, session.inputs())?;
    let lines = args.lines.iter().map(|file| (*file).into()).collect();
    let writing = Writing { replace, raw: args.raw, lines, memory: args.memory };
    session.write_result(args.period, &disk(), out, &writing)
}

/// Rejected rows beyond `--max-rejects` and held deals are findings.
fn ending(summary: &Summary<'_>, args: &RunArgs, reporter: &Reporter) -> Ending {
    if too_many_rejects(summary.rejected_rows - summary.accepted_rows, args.max_rejects, reporter)
        || summary.held > 0
    {
        Ending::Findings
    } else {
        Ending::Fine
    }
}

/// Whether more rows were rejected than are fine, and says so.
pub fn too_many_rejects(rejected: u64, allowed: u64, reporter: &Reporter) -> bool {
    let too_many = rejected > allowed;
    if too_many {
        let rows = super::number::counted(rejected, "row");
        reporter.note(&format!("{rows} rejected, {allowed} allowed by --max-rejects"));
    }
    too_many
}
