//! `apportion run`: the close of a period.

use std::sync::Arc;
use std::time::Instant;

use super::args::{Global, RunArgs};
use super::progress::Bars;
use super::report::Reporter;
use super::summary::Summary;
use super::{Ending, Failure, findings, print_data, project, show};
use crate::{Session, Settlement};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_data::Progress;
use apportion_results as results;

/// Settles the period, writes the result, prints the summary.
pub fn run(args: &RunArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let began = Instant::now();
    set_threads(global);
    let project = project::find(global)?;
    let out = args.out.clone().unwrap_or_else(|| project.join("out").join(args.period.to_string()));
    // Checked before the work: a run takes a while, and should not fail at its end.
    results::check_target(&out)?;

    let bars = Arc::new(Bars::new(reporter));
    let settled = settle_and_write(&project, &out, args, &bars);
    bars.finish(reporter);
    let (settlement, payees) = settled?;
    let close = settlement.as_close();

    let folder = project::shown(&out);
    reporter.findings(
        &findings::grouped(&close.tables),
        &format!("all of them are in {folder}/{}", results::REJECTS),
    );
    if let Some(warning) = repeated(&close.tables.repeated_engagements) {
        reporter.diagnostic(&warning, &apportion_base::diagnostic::Files::default());
    }
    let summary = Summary::new(close, payees, folder);
    let shown = show::summary(&summary, args.format).map_err(|error| {
        Diagnostic::error(Code::CannotWrite, format!("could not make the summary: {error}"))
    })?;
    print_data(&shown)?;
    let ending = ending(&summary, args, reporter);
    reporter.note(&format!("Finished in {:.1?}", began.elapsed()));
    // The process ends, and freeing the memory of a large result piece by piece would take time.
    std::mem::forget(settlement);
    Ok(ending)
}

/// Exports that overlap: one piece of work counts as often as it was exported.
fn repeated(repeats: &apportion_data::RepeatedEngagements) -> Option<Diagnostic> {
    if repeats.across_files == 0 {
        return None;
    }
    let rows = super::number::counted(repeats.across_files, "engagement");
    let message = format!("{rows} without an id equal one of another file of their source; each of them counts");
    let warning = Diagnostic::warning(Code::RepeatedEngagements, message);
    let warning = match repeats.examples.first() {
        Some([(file, row), (other, again)]) => {
            warning.help(format!("row {row} of {file} and row {again} of {other}, for example"))
        }
        None => warning,
    };
    Some(warning.help("exports that overlap hold one piece of work twice: take the files apart, map an engagement_id, or set `distinct = true`"))
}

/// The period settled and written, and the number of payees with an amount.
fn settle_and_write(
    project: &std::path::Path,
    out: &std::path::Path,
    args: &RunArgs,
    bars: &Arc<Bars>,
) -> Result<(Settlement, u64), Failure> {
    let session = Session::open(project)?.with_progress(Arc::<Bars>::clone(bars));
    let settlement = session.close(args.period)?;
    bars.phase("writing", None);
    let written = settlement.write(out)?;
    Ok((settlement, written.payees))
}

/// Whether somebody has to look, and why.
fn ending(summary: &Summary<'_>, args: &RunArgs, reporter: &Reporter) -> Ending {
    if too_many_rejects(summary.rejected_rows - summary.accepted_rows, args.max_rejects, reporter) || summary.held > 0 {
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

/// The number of threads of everything of ours. Once set it stays: a second call in one process changes nothing.
pub fn set_threads(global: &Global) {
    if let Some(threads) = global.threads {
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
}
