//! `apportion journal`: what accounting books of a close.

pub mod args;

use serde_json::json;

use super::close::pretty;
use super::number::counted;
use super::options::{Global, ReportFormat};
use super::report::Reporter;
use super::{Ending, Failure, disk, print_data, project};
use crate::Session;
use crate::session::{JournalReport, JournalRequest};
use apportion_base::diagnostic::Files;
use args::JournalArgs;

/// Writes the journal of a close.
pub fn journal(args: &JournalArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let session = Session::open(project::find(global)?)?;
    let request = JournalRequest {
        period: args.close,
        format: args.format.clone(),
        posting_date: args.date,
        payments: args.payments,
        created: args.created.clone(),
        out: args.out.clone(),
    };
    let report = session.journal(&disk(), &request)?;
    report.warnings.iter().for_each(|warning| reporter.diagnostic(warning, &Files::default()));
    let folder = project::shown(&report.folder);
    print_data(&match args.report {
        ReportFormat::Table => text(&report, &folder).into_bytes(),
        ReportFormat::Json => pretty(&json!({
            "folder": folder,
            "close": report.close,
            "journals": report.references,
            "files": report.files,
            "movements": report.movements,
            "payees": report.payees,
            "debits": report.debits,
            "credits": report.debits,
            "currency": report.currency,
        }))?,
    })?;
    Ok(if report.warnings.is_empty() { Ending::Fine } else { Ending::Findings })
}

fn text(report: &JournalReport, folder: &str) -> String {
    let JournalReport { close, references, files, movements, payees, debits, currency, .. } = report;
    let payees = counted(*payees as u64, "payee");
    if files.is_empty() {
        return format!("Close {close} moves nothing: there is no journal to book.\n");
    }
    let movements = counted(*movements as u64, "movement");
    let mut shown = format!(
        "{payees}, {movements}: debits {currency} {debits}, credits {currency} {debits}, equal to close {close}\n"
    );
    for file in files {
        shown += &format!("  {folder}/{file}\n");
    }
    shown + &format!("Journal {}\n", references.join(", "))
}
