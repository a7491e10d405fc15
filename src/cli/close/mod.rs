//! `apportion close`, `approve` and `post`: a month from a draft to a close.

pub mod args;
mod assets;
mod causes;
mod json;
mod payment;
mod remarks;
mod report;
mod stopped;

use std::sync::Arc;
use std::time::Instant;

use super::options::{Global, ReportFormat};
use super::progress::Bars;
use super::report::Reporter;
use super::{Ending, Failure, disk, findings, print_data, project};
use crate::Session;
use crate::session::PostedClose;
use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_contract::RECONCILIATION;
use apportion_ledger::closing::{CloseOutcome, DraftReport};
pub use json::pretty;

use args::{ApproveArgs, CloseArgs, PostArgs};

/// Findings, payees and changes that are listed; the files have all of them.
const LISTED: usize = 10;

/// Prepares a draft, and posts it where that was asked for.
pub fn close(args: &CloseArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let began = Instant::now();
    let by = person(&args.by)?;
    let folder = project::find(global)?;
    let bars = Arc::new(Bars::new(reporter));
    let session = Session::open(&folder)?.with_progress(Arc::<Bars>::clone(&bars));
    let session = session.known_at(args.known.as_of);
    let outcome = session.prepare_close(&disk(), args.period, by);
    bars.finish(reporter);
    let report = match outcome? {
        CloseOutcome::Stopped(stopped) => {
            let digits = session.book().currency.digits();
            let found =
                apportion_ledger::stopped::diagnostics(&stopped, args.period, session.book().currency);
            found.iter().for_each(|diagnostic| reporter.diagnostic(diagnostic, session.files()));
            print_data(&stopped::shown(&stopped, args.period, args.format, digits)?)?;
            return Ok(Ending::Findings);
        }
        CloseOutcome::Draft(report) => report,
    };
    reporter.findings(
        &findings::grouped(&report.tables),
        &format!("all of them are in {}/draft/rejects.csv", ledger_path(&session)),
    );
    if let Some(warning) = &report.warning {
        reporter.diagnostic(warning, &Files::default());
    }
    // Posting moves the draft away.
    let won = won_deals(&session, &report)?;
    let posted = args.post.then(|| session.post_close(&disk())).transpose()?;
    let name = posted.as_ref().map(|posted| posted.record.close.as_str());
    print_data(&match args.format {
        ReportFormat::Table => report::text(&report, &won, name).into_bytes(),
        ReportFormat::Json => json::text(&report, &won, name)?,
    })?;
    let ending = posted.as_ref().map_or(Ending::Fine, |posted| confirmed(posted, reporter));
    reporter.note(&format!("Finished in {:.1?}", began.elapsed()));
    Ok(ending)
}

/// What became of the month's won deals, as the draft has it.
fn won_deals(session: &Session, report: &DraftReport) -> Result<Vec<WonDeals>, Failure> {
    let bytes = session.ledger(&disk())?.draft_file(&report.draft, RECONCILIATION)?;
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let row = |record: Result<csv::StringRecord, csv::Error>| {
        let record = record.ok()?;
        let cell = |place: usize| record.get(place).map(str::to_owned);
        Some(WonDeals { part: cell(0)?, deals: cell(1)?.parse().ok()?, amount: cell(2)? })
    };
    Ok(reader.records().filter_map(row).collect())
}

/// Won deals of the month that one thing became of.
#[derive(Debug)]
struct WonDeals {
    /// What: `credited`, `matched` without pay, and others.
    part: String,
    deals: u64,
    /// What they are worth, in book currency.
    amount: String,
}

/// Says what is left to say of a close that was posted.
fn confirmed(posted: &PostedClose, reporter: &Reporter) -> Ending {
    let Some(warning) = &posted.warning else { return Ending::Fine };
    reporter.diagnostic(warning, &Files::default());
    Ending::Findings
}

fn ledger_path(session: &Session) -> String {
    session.book().ledger.as_ref().map_or_else(String::new, |ledger| ledger.path.clone())
}

/// A name that somebody gave.
fn person(by: &str) -> Result<&str, Failure> {
    let name = by.trim();
    if name.is_empty() {
        return Err(Diagnostic::error(Code::Usage, "`--by` needs a name").into());
    }
    Ok(name)
}

/// Signs the draft.
pub fn approve(args: &ApproveArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let by = person(&args.by)?;
    let session = Session::open(project::find(global)?)?;
    let approved = session.approve_close(&disk(), by, args.note.as_deref())?;
    let record = &approved.draft.record;
    let (have, need) = (approved.approvals.len(), record.approvals_needed);
    match args.format {
        ReportFormat::Json => print_data(&json::approved(&approved)?)?,
        ReportFormat::Table => {
            let paid = super::number::grouped(&record.totals.paid);
            print_data(
                format!(
                    "{by} approved the draft of {}: {} {paid} to pay, to {}\n{have} of {need} approvals\nSigned  {}\n",
                    record.period,
                    record.book.currency,
                    super::number::counted(record.totals.paid_payees, "payee"),
                    approved.draft.digest
                )
                .as_bytes(),
            )?;
        }
    }
    if have >= need as usize {
        reporter.note("It can be posted now: `apportion post`");
    }
    Ok(Ending::Fine)
}

/// Makes the draft a close.
pub fn post(args: &PostArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let session = Session::open(project::find(global)?)?;
    let posted = session.post_close(&disk())?;
    let ending = confirmed(&posted, reporter);
    match args.format {
        ReportFormat::Json => print_data(&json::posted(&posted)?)?,
        ReportFormat::Table => {
            print_data(report::posted(&session.book().name, &posted).as_bytes())?;
        }
    }
    Ok(ending)
}
