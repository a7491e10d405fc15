//! What a draft rests on: read again before it is posted, and kept in the ledger.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::ledger::{Close, Draft, Ledger, outdated};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::Book;

/// Reads again what a draft rests on: every file must have the digest that the draft says, and no other file may have come beside
/// them. `files` are the paths of all that the project reads now.
///
/// # Errors
/// `draft-outdated`, `closes-differ`.
pub fn check_rests(
    ledger: &Ledger,
    book: &Book,
    draft: &Draft,
    history_head: Option<&Close>,
    files: &[PathBuf],
) -> Result<(), Diagnostic> {
    if draft.record.previous.as_deref() != history_head.map(|close| close.digest.as_str()) {
        let message = "the ledger is not what it was when the draft was made".to_owned();
        return Err(Diagnostic::error(Code::ClosesDiffer, message)
            .help("make the draft again with `apportion close`"));
    }
    let record = &draft.record;
    let all = record.inputs.iter().chain(&record.rule_files).chain(&record.opening);
    let mut known = BTreeSet::new();
    for input in all {
        let path = book.root.join(&input.path);
        if ledger.digest_now(&path)?.as_deref() != Some(&input.sha256) {
            return Err(outdated(&input.path));
        }
        known.insert(ledger.identity(&path));
    }
    match files.iter().find(|path| !known.contains(&ledger.identity(path))) {
        Some(path) => Err(outdated(&format!("{}, which is new,", path.display()))),
        None => Ok(()),
    }
}

/// Copies what a draft rests on into the ledger: rule files always, data where the project keeps them.
///
/// # Errors
/// A file that changed, or what the system says.
pub fn keep_objects(ledger: &Ledger, book: &Book, draft: &Draft) -> Result<(), Diagnostic> {
    let record = &draft.record;
    let inputs = record.inputs.iter().filter(|_| record.ledger.keep_inputs);
    for input in record.rule_files.iter().chain(&record.opening).chain(inputs) {
        ledger.keep(&book.root.join(&input.path), &input.sha256)?;
    }
    Ok(())
}
