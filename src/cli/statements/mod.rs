//! `apportion statements`: a document for each payee.

pub mod args;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::number::{counted, money};
use super::options::Global;
use super::progress::Bars;
use super::report::Reporter;
use super::{Ending, Failure, disk, project};
use crate::session::{StatementRequest, StatementSource, Statements, WrittenStatements};
use crate::{Session, StatementFormat};
use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_data::Progress;
use apportion_documents::statement::MonthKind;
use args::StatementsArgs;

/// Makes the statements and writes them.
pub fn statements(args: &StatementsArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let bars = Arc::new(Bars::new(reporter));
    let session = Session::open(project::find(global)?)?.with_progress(Arc::<Bars>::clone(&bars));
    let source = match (args.close, &args.result) {
        (Some(period), _) => StatementSource::Close(period),
        (None, Some(folder)) => StatementSource::Result(folder.clone()),
        (None, None) => StatementSource::Draft,
    };
    let request =
        StatementRequest { source, payees: args.payee.clone(), viewer: args.viewer.clone(), team: args.team };
    let statements = session.statements(&disk(), &request)?;
    let formats: BTreeSet<StatementFormat> = args.format.iter().map(|word| (*word).into()).collect();
    bars.phase("writing", None);
    let written = statements.write(&disk(), args.out.as_deref(), &formats, args.workbook);
    bars.finish(reporter);
    let written = written?;
    for warning in &written.warnings {
        reporter.diagnostic(warning, &Files::default());
    }
    if let Some(why) = statements.not_kept() {
        let warning = Diagnostic::warning(Code::InputsNotKept, why)
            .help("statements of it have ids in place of titles, no customers, and the language of the book");
        reporter.diagnostic(&warning, &Files::default());
    }
    reporter.note(&summary(&statements, &written));
    Ok(if written.warnings.is_empty() { Ending::Fine } else { Ending::Findings })
}

/// `31 statements of 0007-2026-07 in ledger/statements/0007-2026-07: USD 12,345.67 paid, equal to the close`.
fn summary(statements: &Statements, written: &WrittenStatements) -> String {
    let number = counted(written.payees as u64, "statement");
    let files = counted(written.files as u64, "file");
    let folder = project::shown(&written.folder);
    let is_draft = if statements.kind() == MonthKind::Close { "" } else { ", marked DRAFT" };
    let mut text = format!("Wrote {number} of {} to {folder}: {files}{is_draft}", statements.name());
    if let Some(paid) = written.paid {
        let amount = format!("{} {}", statements.currency(), money(paid, written.digits));
        if paid == written.paid_in_all {
            text.push_str(&format!("; {amount} paid, equal to the close"));
        } else {
            let all = money(written.paid_in_all, written.digits);
            text.push_str(&format!("; {amount} paid, of {all} in the close"));
        }
    }
    text
}
