//! The draft of the next close: written, approved, and posted as a close.

use std::io::Write;
use std::path::Path;

use super::{Closes, FolderWriter, Ledger, cannot_read, cannot_write};
use crate::folder::{Approval, CloseRecord, Sealed, read_sealed, seal, unreadable};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::digest::sha256_hex;
use apportion_base::store::replace_file;
use apportion_book::Period;
use apportion_contract::output::ledger::{
    APPROVALS, CLOSE, CLOSES_FOLDER, DRAFT, DRAFT_FOLDER, is_of_a_close,
};

/// A draft that was written.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What its draft.json says.
    pub record: CloseRecord,
    /// SHA-256 of its draft.json, which approvals sign.
    pub digest: String,
    /// The month.
    pub period: Period,
    /// Approvals of this digest, each name once.
    pub approvals: Vec<Approval>,
}

impl Ledger {
    /// The draft, where there is one of the month that is next; one of a month that was posted is left over from a process that was
    /// killed, and is none.
    ///
    /// # Errors
    /// `unreadable-ledger`.
    pub fn draft(&self, closes: &Closes) -> Result<Option<Draft>, Diagnostic> {
        let folder = self.path.join(DRAFT_FOLDER);
        let path = folder.join(DRAFT);
        if self.past.is_some() {
            return Ok(None);
        }
        if self.store.look(&path).map_err(|error| cannot_read(&path, &error))?.is_none() {
            return Ok(None);
        }
        let shown = format!("{}/{DRAFT_FOLDER}/{DRAFT}", self.shown);
        let bytes = self.store.read(&path).map_err(|error| cannot_read(&path, &error))?;
        let (record, digest): (CloseRecord, String) =
            read_sealed(&bytes).map_err(|why| unreadable(&shown, &why))?;
        let period = Period::parse(&record.period).ok_or_else(|| unreadable(&shown, "its month is none"))?;
        if closes.of_month(period).is_some() {
            return Ok(None);
        }
        let mut approvals: Vec<Approval> = self.written_approvals()?;
        approvals.retain(|approval| approval.digest == digest);
        Ok(Some(Draft { record, digest, period, approvals }))
    }

    /// All approvals beside the draft, also those of an earlier one.
    fn written_approvals(&self) -> Result<Vec<Approval>, Diagnostic> {
        let path = self.path.join(DRAFT_FOLDER).join(APPROVALS);
        if self.store.look(&path).map_err(|error| cannot_read(&path, &error))?.is_none() {
            return Ok(Vec::new());
        }
        let bytes = self.store.read(&path).map_err(|error| cannot_read(&path, &error))?;
        let shown = format!("{}/{DRAFT_FOLDER}/{APPROVALS}", self.shown);
        serde_json::from_slice(&bytes).map_err(|error| unreadable(&shown, &error.to_string()))
    }

    /// The bytes of a file of the draft, with the digest that draft.json says.
    ///
    /// # Errors
    /// `unreadable-ledger`.
    pub fn draft_file(&self, draft: &Draft, name: &str) -> Result<Vec<u8>, Diagnostic> {
        let path = self.path.join(DRAFT_FOLDER).join(name);
        let shown = format!("{}/{DRAFT_FOLDER}/{name}", self.shown);
        let bytes = self.store.read(&path).map_err(|error| unreadable(&shown, &error.to_string()))?;
        match draft.record.files.iter().find(|file| file.file == name) {
            Some(file) if file.sha256 == sha256_hex(&bytes) => Ok(bytes),
            _ => Err(unreadable(
                &shown,
                "it is not the file whose digest draft.json has; make the draft again",
            )),
        }
    }

    /// Begins a draft.
    ///
    /// # Errors
    /// What the system says.
    pub fn begin_draft(&self) -> Result<FolderWriter, Diagnostic> {
        match &self.past {
            Some(past) => FolderWriter::create(&past.drafts, Path::new(DRAFT_FOLDER)),
            None => FolderWriter::create(&self.store, &self.path.join(DRAFT_FOLDER)),
        }
    }

    /// Adds an approval to the draft.
    ///
    /// # Errors
    /// What the system says.
    pub fn approve(&self, draft: &Draft, approval: Approval) -> Result<Vec<Approval>, Diagnostic> {
        let mut approvals = draft.approvals.clone();
        approvals.push(approval);
        let Sealed { text, .. } = sealed(&approvals)?;
        let path = self.path.join(DRAFT_FOLDER).join(APPROVALS);
        replace_file(self.store.as_ref(), &path, |out| out.write_all(text.as_bytes()))
            .map_err(|error| cannot_write(&path, &error))?;
        Ok(approvals)
    }

    /// Makes the draft a close, for good. What it rests on must have been read again.
    ///
    /// # Errors
    /// What the system says; `unreadable-ledger` where the draft is not what was written.
    pub fn post(&self, draft: &Draft) -> Result<(CloseRecord, Option<Diagnostic>), Diagnostic> {
        let target = self.path.join(CLOSES_FOLDER).join(&draft.record.close);
        if self.store.look(&target).map_err(|error| cannot_read(&target, &error))?.is_some() {
            let message = format!("`{}` is there already", self.shown(&draft.record.close, ""));
            return Err(Diagnostic::error(Code::ClosesDiffer, message));
        }
        let folder = FolderWriter::create(&self.store, &target)?;
        for file in &draft.record.files {
            let bytes = self.draft_file(draft, &file.file)?;
            folder.write(&file.file, |out| out.write_all(&bytes))?;
        }
        let Sealed { text, .. } = sealed(&draft.approvals)?;
        let approvals = folder.write_text(APPROVALS, &text)?;
        let mut record = draft.record.clone();
        record.files.push(approvals);
        let Sealed { text, .. } = sealed(&record)?;
        folder.write_text(CLOSE, &text)?;
        let warning = folder.publish()?;
        self.remove_draft();
        Ok((record, warning))
    }

    /// Removes a draft that was posted. One that stays is known by its month.
    fn remove_draft(&self) {
        let folder = self.path.join(DRAFT_FOLDER);
        let names = self.store.names(&folder).unwrap_or_default();
        // draft.json goes first: without it there is no draft.
        let ours = |name: &&std::ffi::OsString| name.to_str().is_some_and(is_of_a_close);
        let _ = self.store.remove_file(&folder.join(DRAFT));
        for name in names.iter().filter(ours) {
            let _ = self.store.remove_file(&folder.join(name));
        }
        let _ = self.store.remove_folder(&folder);
    }
}

/// A record as it is written.
pub(crate) fn sealed<T: serde::Serialize>(record: &T) -> Result<Sealed, Diagnostic> {
    seal(record).map_err(|error| Diagnostic::error(Code::CannotWrite, format!("internal error: {error}")))
}
