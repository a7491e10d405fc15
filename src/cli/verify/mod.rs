//! `apportion verify`: a result proved again from its files.

mod args;
mod replay;
mod show;

use std::path::{Path, PathBuf};

pub use args::{EXAMPLES, VerifyArgs};

use super::number::counted;
use super::options::Global;
use super::project;
use super::report::Reporter;
use super::{Ending, Failure, print_data};
use apportion_base::diagnostic::{Code, Diagnostic, Files, Severity};
use apportion_base::world::Disk;
use apportion_contract::RUN;
use apportion_contract::output::ledger::CLOSES_FOLDER;
use apportion_verify::{self as verify, ProjectFiles, Report};

/// Proves the result, prints the proofs, reports the findings.
pub fn verify(args: &VerifyArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    if let Some(place) = ledger_of(args, global)? {
        return verify_ledger(args, &place, reporter);
    }
    if args.replay {
        return Err(Diagnostic::error(
            Code::Usage,
            "`--replay` settles the closes of a ledger again, and a result has none",
        )
        .help("`apportion verify ledger --replay`")
        .into());
    }
    let project = project_of(&args.out, global)?;
    let files = ProjectFiles { folder: project.as_deref(), required: args.inputs };
    let report = verify::verify(&args.out, files, args.digest.as_deref())?;
    let shown = show::report(&report, &args.out, args.format).map_err(|error| {
        Diagnostic::error(Code::CannotWrite, format!("could not make the table of proofs: {error}"))
    })?;
    report_findings(&report, reporter);
    print_data(&shown)?;
    Ok(if report.proven() { Ending::Fine } else { Ending::Findings })
}

/// Where a ledger is.
struct LedgerPlace {
    folder: PathBuf,
    /// The folder of its project, as far as it can be known.
    project: PathBuf,
}

/// The ledger, where that is what was named: a folder that has closes, or by the word `ledger` that of the project.
fn ledger_of(args: &VerifyArgs, global: &Global) -> Result<Option<LedgerPlace>, Failure> {
    let has_closes = |folder: &Path| folder.join(CLOSES_FOLDER).is_dir();
    if has_closes(&args.out) {
        // A ledger is proven without its project, which may be no more.
        let beside = || args.out.parent().unwrap_or(Path::new("")).to_owned();
        let project = project_of(&args.out, global).ok().flatten().unwrap_or_else(beside);
        return Ok(Some(LedgerPlace { folder: args.out.clone(), project }));
    }
    if args.out != Path::new("ledger") || args.out.join(RUN).is_file() {
        return Ok(None);
    }
    let project = project::find(global)?;
    let book = apportion_book::read(&Disk, &project, &mut Files::default())
        .map_err(|found| Failure::new(found, Files::default()))?;
    let place = |folder: PathBuf| LedgerPlace { folder, project: project.clone() };
    Ok(book.ledger.map(|ledger| place(project.join(ledger.path))))
}

/// Proves a ledger, prints the proofs, reports the findings.
fn verify_ledger(args: &VerifyArgs, place: &LedgerPlace, reporter: &Reporter) -> Result<Ending, Failure> {
    let LedgerPlace { folder, project } = place;
    if args.inputs {
        return Err(Diagnostic::error(
            Code::Usage,
            "`--inputs` is about what a run read, and a ledger has copies of what its closes rest on",
        )
        .help("`apportion verify ledger` proves the copies, and with `--replay` settles each close from them")
        .into());
    }
    let mut report = verify::ledger::verify(folder, args.digest.as_deref())?;
    if args.replay {
        let proof = replay::proof(&report, folder, project, reporter)?;
        report.proofs.push(proof);
    }
    let shown = show::ledger(&report, folder, args.format).map_err(|error| {
        Diagnostic::error(Code::CannotWrite, format!("could not make the table of proofs: {error}"))
    })?;
    report_findings(&report, reporter);
    print_data(&shown)?;
    Ok(if report.proven() { Ending::Fine } else { Ending::Findings })
}

/// The project that the result was made in: as named, or the nearest one above the result; `None` where there is none.
fn project_of(out: &Path, global: &Global) -> Result<Option<PathBuf>, Failure> {
    if global.project.is_some() {
        return Ok(Some(project::find(global)?));
    }
    let Ok(whole) = out.canonicalize() else { return Ok(None) };
    Ok(project::above(&whole).map(Path::to_path_buf))
}

/// Findings on stderr: the first of each kind, and how many more there are.
fn report_findings(report: &Report, reporter: &Reporter) {
    let groups =
        report.proofs.iter().flat_map(|proof| proof.findings.groups.iter().map(move |group| (proof, group)));
    for (proof, group) in groups {
        for finding in &group.first {
            let diagnostic = finding.diagnostic(proof.verdict);
            let is_error = diagnostic.severity == Severity::Error;
            if is_error || !reporter.is_quiet() {
                reporter.diagnostic(&diagnostic, &Files::default());
            }
        }
        let rest = group.count - group.first.len() as u64;
        if rest > 0 {
            reporter.note(&format!("… and {} of `{}`\n", counted(rest, "more finding"), group.code));
        }
    }
}
