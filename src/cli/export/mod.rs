//! `apportion export` and `apportion sent`: files that payroll and banks take.

pub mod args;

use serde_json::{Value, json};

use super::number::{counted, grouped};
use super::options::{Global, ReportFormat};
use super::report::Reporter;
use super::{Ending, Failure, disk, print_data, project};
use crate::Session;
use crate::session::{ExportOutcome, ExportRequest};
use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_payments::manifest::{Manifest, Total};
use apportion_payments::sent::Mark;
use args::{ExportArgs, SentArgs};

/// How many changes of a text are listed.
const LISTED: usize = 10;

/// Writes the exports that the arguments ask for.
pub fn export(args: &ExportArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let session = Session::open(project::find(global)?)?;
    let request = ExportRequest {
        period: args.close,
        names: args.names.clone(),
        execution: args.execution_date,
        created: args.created,
        leave_out: args.leave_out.iter().cloned().collect(),
        only: args.only.iter().cloned().collect(),
        allow_unexported: args.allow_unexported,
        set: args.set.clone(),
        out: args.out.clone(),
    };
    let outcomes = session.export(&disk(), &request)?;
    let mut ending = Ending::Fine;
    for outcome in &outcomes {
        let warnings = &outcome.prepared.warnings;
        reporter.all_findings(warnings.iter(), session.files(), |place| {
            json!({ "level": "warning", "code": warnings[place].code.word(), "message": warnings[place].message })
        });
        remarks(&outcome.prepared.manifest, reporter);
        if let Some(warning) = &outcome.written.warning {
            reporter.diagnostic(warning, &Files::default());
            ending = Ending::Findings;
        }
    }
    match args.format {
        ReportFormat::Table => print_data(table(&outcomes).as_bytes())?,
        ReportFormat::Json => print_data(json_text(&outcomes)?.as_bytes())?,
    }
    Ok(ending)
}

/// What was changed and who was left out.
fn remarks(manifest: &Manifest, reporter: &Reporter) {
    for change in manifest.changes.iter().take(LISTED) {
        let payee = change.payee_id.as_ref().map_or(String::new(), |payee| format!(" of `{payee}`"));
        reporter.note(&format!(
            "{}: {}{payee}: {} → {}",
            manifest.export, change.field, change.before, change.after
        ));
    }
    if manifest.changes.len() > LISTED {
        reporter.note(&format!(
            "{}: {} more changes are in manifest.json",
            manifest.export,
            manifest.changes.len() - LISTED
        ));
    }
    for left in &manifest.left_out {
        reporter.note(&format!(
            "{}: without `{}`, {} {}: {}",
            manifest.export,
            left.payee_id,
            left.currency,
            grouped(&left.amount),
            left.why
        ));
    }
    for netted in &manifest.netted {
        reporter.note(&format!(
            "{}: {} of `{}` for `{}` came off {}",
            manifest.export,
            netted.amount,
            netted.payee_id,
            netted.code,
            netted.off.join(", ")
        ));
    }
}

fn sums(totals: &[Total]) -> String {
    let sums: Vec<String> =
        totals.iter().map(|total| format!("{} {}", total.currency, grouped(&total.amount))).collect();
    if sums.is_empty() { "nothing".to_owned() } else { sums.join(" and ") }
}

fn table(outcomes: &[ExportOutcome]) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        let manifest = &outcome.prepared.manifest;
        let part = if manifest.left_out.is_empty() {
            "equal to the close"
        } else {
            "equal to the close for these payees"
        };
        let sent = if outcome.written.was_sent { "; it was sent, and is the same" } else { "" };
        let payees = counted(manifest.payees as u64, "payee");
        text.push_str(&format!("{}: {payees}, {}, {part}{sent}\n", manifest.export, sums(&manifest.totals)));
        for file in &manifest.files {
            let path = project::shown(&outcome.written.path.join(&file.file));
            text.push_str(&format!("  {path}\n"));
        }
    }
    text
}

fn json_text(outcomes: &[ExportOutcome]) -> Result<String, Failure> {
    let one = |outcome: &ExportOutcome| -> Result<Value, Failure> {
        let manifest = serde_json::to_value(&outcome.prepared.manifest).map_err(|error| {
            Diagnostic::error(Code::CannotWrite, format!("could not write the manifest: {error}"))
        })?;
        Ok(json!({
            "folder": project::shown(&outcome.written.path),
            "was_sent": outcome.written.was_sent,
            "manifest": manifest,
        }))
    };
    let exports: Vec<Value> = outcomes.iter().map(one).collect::<Result<_, _>>()?;
    serde_json::to_string_pretty(&json!({ "exports": exports })).map(|text| text + "\n").map_err(|error| {
        Diagnostic::error(Code::CannotWrite, format!("could not write JSON: {error}")).into()
    })
}

/// Notes that an export was sent, or that nothing of it was taken.
pub fn sent(args: &SentArgs, global: &Global) -> Result<Ending, Failure> {
    let by = args.by.trim();
    if by.is_empty() {
        return Err(Diagnostic::error(Code::Usage, "`--by` needs a name").into());
    }
    let session = Session::open(project::find(global)?)?;
    let mark = if args.undo { Mark::Undone } else { Mark::Sent };
    let place = (args.close, args.name.as_str(), args.out.as_deref());
    let stored = session.mark_export(&disk(), place, (mark, by, args.note.as_deref()))?;
    let manifest = &stored.manifest;
    let what = if args.undo { "is not sent any more" } else { "is marked as sent" };
    let payees = counted(manifest.payees as u64, "payee");
    print_data(
        format!(
            "{} of {} {what}, by {by}: {payees}, {}\n",
            stored.name,
            manifest.period,
            sums(&manifest.totals)
        )
        .as_bytes(),
    )?;
    Ok(Ending::Fine)
}
