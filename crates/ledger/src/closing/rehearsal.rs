//! A close of which nothing is written: what a month would come to by the rules and the data of a project, with the ledger as it
//! stands.

use std::cell::RefCell;

use super::stops::{check_month, rewritten_book};
use super::{CRATES, Closing, Computation};
use super::{CloseRequest, ComputedClose, StoppedClose};
use crate::ledger::Ledger;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::Period;
use apportion_data::Progress;
use apportion_engine::project::Project;

/// What a month would come to.
#[derive(Debug)]
pub struct Rehearsal {
    /// The entries, and what each payee would be paid.
    pub computed: ComputedClose,
    /// What would stop the close; each was passed over here. What has vanished and nobody decided keeps what was posted.
    pub stops: Vec<StoppedClose>,
}

/// Closes a month without writing anything. The ledger needs no lock: closes are there as a whole or not at all.
///
/// # Errors
/// As [`close`](super::close).
pub fn rehearse(
    project: &Project,
    ledger: &Ledger,
    period: Period,
    progress: &dyn Progress,
) -> Result<Rehearsal, Vec<Diagnostic>> {
    CRATES.check().map_err(|refusal| vec![refusal])?;
    let closes = ledger.closes().map_err(|error| vec![error])?;
    let noted = RefCell::new(Vec::new());
    if let Some(changes) = rewritten_book(project.book(), ledger.settings(), &closes) {
        noted.borrow_mut().push(StoppedClose::RewrittenBook(changes));
    }
    check_month(project.book(), ledger, &closes, period).map_err(|error| vec![error])?;
    let request = CloseRequest { period, preparer: String::new() };
    let closing = Closing { project, ledger, request: &request, progress, rehearsed: Some(&noted) };
    match closing.compute(closes)? {
        Computation::Whole(whole) => Ok(Rehearsal { computed: whole.computed, stops: noted.take() }),
        Computation::Stopped(stopped) => {
            let message = format!("internal error: a rehearsal was stopped by {stopped:?}");
            Err(vec![Diagnostic::error(Code::Internal, message)])
        }
    }
}
