//! Exports that are there already, beside those that are prepared: what was sent, and what a bank can't tell apart.

use std::collections::{BTreeMap, BTreeSet};

use apportion_base::diagnostic::{Code, Diagnostic};

use crate::export::PreparedExport;
use crate::folder::StoredExport;
use crate::sent::Mark;

/// Holds prepared exports, each with the name of its folder, against those of their close and against all of the ledger.
///
/// # Errors
/// Payees whom a file that was sent pays already, and NACHA files that a bank takes for one.
pub fn against_stored(
    prepared: &mut [(String, PreparedExport)],
    of_close: &[StoredExport],
    of_ledger: &[StoredExport],
) -> Result<(), Vec<Diagnostic>> {
    let mut failures = Vec::new();
    let mut identities: BTreeMap<String, String> = BTreeMap::new();
    for (folder, own) in prepared.iter_mut() {
        failures.extend(
            of_close
                .iter()
                .filter(|stored| stored.name != *folder)
                .filter_map(|stored| paid_again(own, stored)),
        );
        let earlier: Vec<Diagnostic> =
            of_close.iter().filter_map(|stored| sent_before(own, stored)).collect();
        own.warnings.extend(earlier);
        for identity in &own.manifest.identities {
            let is_other = |stored: &&StoredExport| {
                (stored.name != *folder || stored.manifest.close != own.manifest.close)
                    && stored.manifest.identities.contains(identity)
            };
            let other = of_ledger.iter().find(is_other).map(|stored| stored.name.clone());
            if let Some(other) = other.or_else(|| identities.insert(identity.clone(), folder.clone())) {
                failures.push(one_identity(folder, &other, &own.manifest.export));
            }
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

/// Payees whom another export paid that was sent.
fn paid_again(own: &PreparedExport, stored: &StoredExport) -> Option<Diagnostic> {
    stored.sent.sent().filter(|_| stored.manifest.pays && own.manifest.pays)?;
    let mine: BTreeSet<&str> =
        own.manifest.payments.iter().map(|payment| payment.payee_id.as_str()).collect();
    let paid = stored.manifest.payments.iter().map(|payment| payment.payee_id.as_str());
    let again: Vec<&str> = paid.filter(|payee| mine.contains(payee)).collect();
    let payees = match again.len() {
        0 => return None,
        1 => "1 payee".to_owned(),
        several => format!("{several} payees"),
    };
    let export = &own.manifest.export;
    let message = format!("{payees} of export `{export}` were paid by `{}`, which was sent", stored.name);
    Some(
        Diagnostic::error(Code::TwoExports, message)
            .help(again.join(", "))
            .help("leave them out: --leave-out PAYEE"),
    )
}

/// Another file of the same export and close went out before.
fn sent_before(own: &PreparedExport, stored: &StoredExport) -> Option<Diagnostic> {
    let digests = |of: &crate::manifest::Manifest| -> Vec<String> {
        of.files.iter().map(|file| file.sha256.clone()).collect()
    };
    let was_out = stored.sent.marks.iter().any(|mark| mark.mark == Mark::Sent);
    let is_other = digests(&stored.manifest) != digests(&own.manifest);
    if stored.manifest.export != own.manifest.export || !was_out || !is_other {
        return None;
    }
    let file = stored.manifest.files.first().map_or("", |file| file.file.as_str());
    let message = format!("`{}` of this close was sent before: {file}", stored.name);
    Some(
        Diagnostic::warning(Code::EarlierFile, message).help(
            "systems add a second file to the first, or let it take its place: ask before it is uploaded",
        ),
    )
}

fn one_identity(folder: &str, other: &str, export: &str) -> Diagnostic {
    let message =
        format!("export `{folder}` and `{other}` have one destination, origin, day of creation and file id");
    Diagnostic::error(Code::BadExport, message)
        .help(format!("a bank takes the second for a repeat of the first: --set {export}.file_id=B"))
}
