//! `apportion check`: what is wrong or suspicious in rules and data.

mod args;
mod show;

pub use args::{CHECK_EXAMPLES, CheckArgs};

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::options::Global;
use super::progress::Bars;
use super::report::Reporter;
use super::{Ending, Failure, findings, number::counted, print_data, project, run};
use crate::Session;
use apportion_base::diagnostic::{Code, Diagnostic, Severity};
use apportion_engine::check::CheckReport;
use show::CheckView;

/// Reads the project, reports on stderr what is suspicious, and prints an overview.
pub fn check(args: &CheckArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let began = Instant::now();
    let project = project::find(global)?;
    let bars = Arc::new(Bars::new(reporter));
    let checked = look(&project, args, &bars);
    bars.finish(reporter);
    let (session, mut checked) = checked?;
    let files = session.files();
    let before = checked.findings.len();
    checked.findings.retain(|finding| !args.allow.iter().any(|code| code == finding.diagnostic.code.word()));
    let allowed = before - checked.findings.len();

    let rejects = findings::grouped(&checked.tables);
    reporter.findings(&rejects, "`apportion run` writes all of them to rejects.csv");
    let shown = CheckView { checked: &checked, rejects: &rejects, period: args.period, files, raw: args.raw };
    let diagnostics = checked.findings.iter().map(|finding| &finding.diagnostic);
    reporter.all_findings(diagnostics, files, |place| shown.finding(&checked.findings[place]));
    let data = shown.data(args.format).map_err(|error| {
        Diagnostic::error(Code::CannotWrite, format!("could not make the overview: {error}"))
    })?;
    print_data(&data)?;

    let rejected = shown.rejected_rows();
    let too_many = run::too_many_rejects(rejected, args.max_rejects, reporter);
    if allowed > 0 {
        reporter.note(&format!("{} left out by --allow", counted(allowed as u64, "finding")));
    }
    reporter.note(&format!("Finished in {:.1?}", began.elapsed()));
    let warned = checked.findings.iter().any(|finding| finding.diagnostic.severity == Severity::Warning);
    let look = too_many || checked.held > 0 || (args.exit_code && warned);
    Ok(if look { Ending::Findings } else { Ending::Fine })
}

/// The session, for its texts, and what was found.
fn look(project: &Path, args: &CheckArgs, bars: &Arc<Bars>) -> Result<(Session, CheckReport), Failure> {
    let session = Session::open(project)?.with_progress(Arc::<Bars>::clone(bars));
    let session = session.known_at(args.known.as_of);
    let checked = session.check(args.period)?;
    Ok((session, checked))
}
