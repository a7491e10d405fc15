//! What is asked of a close, and what becomes of it.

use std::sync::Arc;

use crate::accruals::Assets;
use crate::balances::Balance;
use crate::earned::HeldKey;
use crate::entry::Entry;
use crate::folder::{FindingRow, ReversalRow};
use crate::key::Names;
use crate::ledger::Draft;
use crate::people::ChangedPayee;
use crate::rewritten::RewrittenRule;
use crate::vanished::Vanished;
use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Book, Period};
use apportion_data::Tables;
use apportion_rules::RuleBook;

/// What is asked of a close.
#[derive(Debug, Clone)]
pub struct CloseRequest {
    /// The month.
    pub period: Period,
    /// Who prepares it.
    pub preparer: String,
}

/// What became of it.
#[derive(Debug)]
pub enum CloseOutcome {
    /// A draft was written.
    Draft(Box<DraftReport>),
    /// Somebody has to decide first; nothing was written.
    Stopped(Box<StoppedClose>),
}

/// A draft and all that a summary says of it.
#[derive(Debug)]
pub struct DraftReport {
    /// What was computed.
    pub computed: ComputedClose,
    /// The draft that was written.
    pub draft: Draft,
    /// The draft that was there before, of the same month.
    pub before: Option<Draft>,
    /// What is left to say although the draft is there.
    pub warning: Option<Diagnostic>,
    /// The book.
    pub book: Arc<Book>,
    /// The rules.
    pub rules: Arc<RuleBook>,
    /// The data.
    pub tables: Arc<Tables>,
}

/// What stops a close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoppedClose {
    /// Settings that never change: what they were, and what they are.
    RewrittenBook(Vec<(String, String, String)>),
    /// Rules of closed months.
    RewrittenRules(Vec<RewrittenRule>),
    /// Things that the ledger rests on.
    Vanished(Vec<Vanished>),
    /// True-ups whose sum has to be accepted.
    LargeTrueUps {
        /// The id that an acceptance has to have.
        id: String,
        /// The sum of their absolute values.
        sum: i128,
        /// By cause and month, in minor units: the sum, and how many entries.
        by_cause: Vec<TrueUpGroup>,
    },
}

/// True-ups of one cause and month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrueUpGroup {
    /// Why.
    pub cause: String,
    /// The month that they are of.
    pub of_period: Period,
    /// How many.
    pub entries: u64,
    /// Σ earned.
    pub earned: i128,
    /// Σ of the absolute values.
    pub absolute: i128,
}

/// What a close comes to.
#[derive(Debug)]
pub struct ComputedClose {
    /// The month.
    pub period: Period,
    /// Its first and last day.
    pub days: (i32, i32),
    /// The day at whose end things are known, days since 1970-01-01.
    pub as_of: i32,
    /// Its entries, in the order of the file.
    pub entries: Vec<Entry>,
    /// The ids that they name.
    pub names: Names,
    /// Its balances, by payee_id.
    pub balances: Vec<Balance>,
    /// What is held, in the order of the file.
    pub held: Vec<HeldKey>,
    /// What somebody should know, in the order of the file.
    pub findings: Vec<FindingRow>,
    /// Reversals that counted, in the order of the file.
    pub reversals: Vec<ReversalRow>,
    /// Payees whose attributes are others than in the close before.
    pub changed_payees: Vec<ChangedPayee>,
    /// Accepted decisions about what has vanished.
    pub decided: Vec<Vanished>,
    /// True-ups by cause and month.
    pub true_ups: Vec<TrueUpGroup>,
    /// What is capitalised; none where nothing ever is.
    pub assets: Option<Assets>,
}
