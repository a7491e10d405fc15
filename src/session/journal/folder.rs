//! The folder of a journal: its files and manifest.json, there as a whole or not at all.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use super::keys::Chosen;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::digest::sha256_hex;
use apportion_base::money::format_scaled;
use apportion_base::store::{Fault, Staging, Store};
use apportion_contract::output::ledger::{MANIFEST, is_of_a_journal};
use apportion_journals::formats::JournalFile;
use apportion_journals::journal::Heading;
use apportion_journals::made::JournalExport;
use apportion_journals::posted::PostedClose;
use apportion_journals::text;

/// What was cut, for people.
pub(super) fn told(made: &JournalExport) -> Vec<Diagnostic> {
    let Some([field, before, after]) = made.written.changed.first() else { return Vec::new() };
    let count = made.written.changed.len();
    let message =
        format!("{count} texts were cut to fit: `{field}` is \"{after}\" and not \"{before}\", for example");
    let help = format!("{MANIFEST} lists all of them; ids and accounts are never cut");
    vec![Diagnostic::warning(Code::JournalDoesNotFit, message).help(help)]
}

/// manifest.json: what the folder holds, and of what.
pub(super) fn manifest(
    posted: &PostedClose,
    chosen: &Chosen,
    (heading, payments): (&Heading, bool),
    made: &JournalExport,
) -> Result<Vec<u8>, Diagnostic> {
    let file = |file: &JournalFile| json!({ "file": file.name, "sha256": sha256_hex(&file.bytes), "bytes": file.bytes.len() });
    let date = |day| text::by_pattern(day, "YYYY-MM-DD");
    let changed =
        |[field, before, after]: &[String; 3]| json!({ "field": field, "before": before, "after": after });
    let manifest = json!({
        "journal": chosen.name,
        "format": chosen.format.word(),
        "payments": payments,
        "close": posted.close.record.close,
        "close_sha256": posted.close.digest,
        "period": heading.period,
        "document_date": date(heading.document_date),
        "posting_date": (!payments).then(|| date(heading.posting_date)),
        "created": heading.created,
        "journals": made.references,
        "files": made.written.files.iter().map(file).collect::<Vec<_>>(),
        "payees": made.payees,
        "movements": made.movements,
        "debits": format_scaled(made.debits, heading.digits),
        "credits": format_scaled(made.debits, heading.digits),
        "currency": heading.currency,
        "changed": made.written.changed.iter().map(changed).collect::<Vec<_>>(),
    });
    let text = serde_json::to_string_pretty(&manifest).map_err(|error| {
        Diagnostic::error(Code::CannotWrite, format!("could not make {MANIFEST}: {error}"))
    })?;
    Ok((text + "\n").into_bytes())
}

/// Writes the folder, whole. Where it has the same files already, nothing is written.
pub(super) fn publish(
    store: &Arc<dyn Store>,
    folder: &Path,
    made: &JournalExport,
    manifest: &[u8],
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let earlier = store.read(&folder.join(MANIFEST)).ok();
    let is_there =
        |file: &JournalFile| store.read(&folder.join(&file.name)).is_ok_and(|bytes| bytes == file.bytes);
    if earlier.as_deref() == Some(manifest) && made.written.files.iter().all(is_there) {
        return Ok(Vec::new());
    }
    let staging = Staging::create(store, folder, is_of_a_journal).map_err(|fault| refused(folder, fault))?;
    let names = match store.names(folder) {
        Ok(names) => names,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(cannot_write(folder, &error)),
    };
    if let Some(name) = names.iter().find(|name| !name.to_str().is_some_and(is_of_a_journal)) {
        let message =
            format!("`{}` holds `{}`, which is no file of a journal", folder.display(), name.display());
        return Err(Diagnostic::error(Code::InTheWay, message)
            .help("name another folder with --out, or an empty one"));
    }
    let files = made.written.files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice()));
    for (name, bytes) in files.chain([(MANIFEST, manifest)]) {
        let written = || {
            let mut file = staging.file(name)?;
            file.write_all(bytes)?;
            file.sync()
        };
        written().map_err(|error| cannot_write(&folder.join(name), &error))?;
    }
    let published = staging.publish().map_err(|fault| refused(folder, fault))?;
    let mut warnings = Vec::new();
    if let Some((path, why)) = published.leftover {
        let message = format!("an earlier journal is left at `{}`: {why}", path.display());
        warnings.push(Diagnostic::warning(Code::Leftover, message));
    }
    if let Some(error) = published.unconfirmed {
        let message = format!("the disk did not confirm `{}`: {error}", folder.display());
        warnings.push(Diagnostic::warning(Code::Unconfirmed, message));
    }
    if earlier.is_some() {
        let message = format!("this close had another journal in `{}`, which is replaced", folder.display());
        let help = "where accounting has booked it, take that back first: not every system tells that it has a journal already";
        warnings.push(Diagnostic::warning(Code::EarlierFile, message).help(help));
    }
    Ok(warnings)
}

fn refused(folder: &Path, fault: Fault) -> Diagnostic {
    match fault {
        Fault::NoName => {
            Diagnostic::error(Code::CannotWrite, format!("`{}` is no name of a folder", folder.display()))
        }
        Fault::Busy => {
            Diagnostic::error(Code::ResultInUse, format!("another process writes `{}`", folder.display()))
                .help("wait until it is done")
        }
        Fault::ForeignLock(path) => {
            Diagnostic::error(Code::InTheWay, format!("`{}` is in the way", path.display()))
        }
        Fault::Failed { path, error } => cannot_write(&path, &error),
        Fault::SetAside { path, error } => {
            let message = format!(
                "the journal before is at `{}` now, and the new one could not take its place: {error}",
                path.display()
            );
            Diagnostic::error(Code::CannotWrite, message)
        }
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(Code::CannotWrite, format!("could not write `{}`: {error}", path.display()))
        .help("an earlier journal is as it was")
}
