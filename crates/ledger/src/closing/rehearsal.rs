//! A close of which nothing is written: what a month would come to by the rules and the data of a project, with the ledger as it
//! stands.

use std::cell::RefCell;

use super::stops::{check_month, rewritten_book};
use super::{CRATES, Closing, Computation};
use super::{CloseRequest, ComputedClose, StoppedClose};
use crate::ledger::{Closes, Ledger};
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
    let closes = ledger.closes().map_err(|error| vec![error])?;
    check_month(project.book(), ledger, &closes, period).map_err(|error| vec![error])?;
    rehearsed(project, ledger, (period, closes), progress)
}

/// What is earned until the end of a month and not posted, as one close of it would post it, whatever months before it are open as well.
///
/// # Errors
/// `month-not-open` where it is closed or before the ledger's first, and what would keep a run from finishing.
pub fn not_posted(
    project: &Project,
    ledger: &Ledger,
    period: Period,
    progress: &dyn Progress,
) -> Result<Rehearsal, Vec<Diagnostic>> {
    let closes = ledger.closes().map_err(|error| vec![error])?;
    let next = closes.next_month(ledger.settings().first, project.book().calendar());
    if period < next {
        check_month(project.book(), ledger, &closes, period).map_err(|error| vec![error])?;
    }
    rehearsed(project, ledger, (period, closes), progress)
}

fn rehearsed(
    project: &Project,
    ledger: &Ledger,
    (period, closes): (Period, Closes),
    progress: &dyn Progress,
) -> Result<Rehearsal, Vec<Diagnostic>> {
    CRATES.check().map_err(|refusal| vec![refusal])?;
    let noted = RefCell::new(Vec::new());
    if let Some(changes) = rewritten_book(project.book(), ledger.settings(), &closes) {
        noted.borrow_mut().push(StoppedClose::RewrittenBook(changes));
    }
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
