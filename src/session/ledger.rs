//! Closing months: drafts, approvals and closes, by the ledger of the project.

use std::path::PathBuf;
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::Store;
use apportion_book::Period;
use apportion_contract::output::ledger::CLOSES_FOLDER;
use apportion_ledger::closing::{self, CloseOutcome, CloseRequest};
use apportion_ledger::folder::{Approval, CloseRecord};
use apportion_ledger::ledger::{Closes, Draft, Ledger};

use super::Session;
use crate::Error;

/// A draft with its approvals.
#[derive(Debug, Clone)]
pub struct ApprovedDraft {
    /// The draft.
    pub draft: Draft,
    /// All approvals of it.
    pub approvals: Vec<Approval>,
}

/// A close that was posted.
#[derive(Debug, Clone)]
pub struct PostedClose {
    /// What its close.json says.
    pub record: CloseRecord,
    /// Its folder.
    pub folder: PathBuf,
    /// What is left to say although it is posted.
    pub warning: Option<Diagnostic>,
}

impl Session {
    /// The ledger of the project, in a store.
    ///
    /// # Errors
    ///
    /// `no-ledger` where the project has none.
    pub fn ledger(&self, store: &Arc<dyn Store>) -> Result<Ledger, Error> {
        Ledger::open(store, self.book()).map_err(|found| self.error(vec![found]))
    }

    /// Prepares the close of a month: a draft, which may be made again at will; or says what stops it.
    ///
    /// # Errors
    ///
    /// As [`Session::settle`]; a month that is not the first open one, and a ledger that can't be used.
    pub fn prepare_close(
        &self,
        store: &Arc<dyn Store>,
        period: Period,
        preparer: &str,
    ) -> Result<CloseOutcome, Error> {
        let ledger = self.ledger(store)?;
        let one = |found: Diagnostic| self.error(vec![found]);
        let _lock = ledger.lock().map_err(one)?;
        let request = CloseRequest { period, preparer: preparer.to_owned() };
        closing::close(&self.project, &ledger, &request, self.progress.as_ref())
            .map_err(|found| self.error(found))
    }

    /// Signs the draft.
    ///
    /// # Errors
    ///
    /// `no-draft`, `self-approval`, `already-approved`, and a ledger that can't be used.
    pub fn approve_close(
        &self,
        store: &Arc<dyn Store>,
        by: &str,
        note: Option<&str>,
    ) -> Result<ApprovedDraft, Error> {
        let ledger = self.ledger(store)?;
        self.approve(&ledger, by, note).map_err(|found| self.error(vec![found]))
    }

    fn approve(&self, ledger: &Ledger, by: &str, note: Option<&str>) -> Result<ApprovedDraft, Diagnostic> {
        let _lock = ledger.lock()?;
        let (draft, _) = open_draft(ledger)?;
        if draft.record.preparer == by {
            let message = format!("`{by}` prepared the draft of {} and can't approve it", draft.period);
            return Err(Diagnostic::error(Code::SelfApproval, message)
                .help("somebody else has to look at it: `apportion approve --by NAME`"));
        }
        if draft.approvals.iter().any(|approval| approval.by == by) {
            let message = format!("`{by}` has approved the draft of {} already", draft.period);
            return Err(
                Diagnostic::error(Code::AlreadyApproved, message).help("each approval is of another person")
            );
        }
        let approval =
            Approval { by: by.to_owned(), note: note.map(str::to_owned), digest: draft.digest.clone() };
        let approvals = ledger.approve(&draft, approval)?;
        Ok(ApprovedDraft { draft, approvals })
    }

    /// Makes the draft a close, for good. Everything that it rests on is read again.
    ///
    /// # Errors
    ///
    /// `no-draft`, `approval-missing`, `draft-outdated`, `closes-differ`, and a ledger that can't be used.
    pub fn post_close(&self, store: &Arc<dyn Store>) -> Result<PostedClose, Error> {
        let ledger = self.ledger(store)?;
        self.post(&ledger).map_err(|found| self.error(vec![found]))
    }

    fn post(&self, ledger: &Ledger) -> Result<PostedClose, Diagnostic> {
        let _lock = ledger.lock()?;
        let (draft, closes) = open_draft(ledger)?;
        let counted = draft.approvals.iter().filter(|approval| approval.by != draft.record.preparer).count();
        let needed = draft.record.approvals_needed;
        if counted < needed as usize {
            let message = format!("the draft of {} has {counted} of {needed} approvals", draft.period);
            return Err(Diagnostic::error(Code::ApprovalMissing, message).help(
                "people other than the preparer sign it with `apportion approve --by NAME`; a draft that is made again with other \
                 content has to be signed again",
            ));
        }
        let files = self.inputs();
        closing::check_rests(ledger, self.book(), &draft, closes.last(), &files)?;
        closing::keep_objects(ledger, self.book(), &draft)?;
        let (record, warning) = ledger.post(&draft)?;
        let folder = ledger.folder().join(CLOSES_FOLDER).join(&record.close);
        Ok(PostedClose { record, folder, warning })
    }
}

/// The draft, and the closes before it.
fn open_draft(ledger: &Ledger) -> Result<(Draft, Closes), Diagnostic> {
    let closes = ledger.closes()?;
    let draft = ledger.draft(&closes)?.ok_or_else(|| {
        Diagnostic::error(Code::NoDraft, "there is no draft")
            .help("make one with `apportion close --period MONTH --by NAME`")
    })?;
    Ok((draft, closes))
}
