//! The project as it was when a month was closed.

use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::Store;
use apportion_book::Period;
use apportion_ledger::kept::KeptWorld;
use apportion_ledger::ledger::{Close, Ledger};
use apportion_ledger::rewritten::parse_day;

use super::Session;
use crate::Error;

impl Session {
    /// The project as it was when a month was closed: its project file, rules and data are the copies that the ledger keeps. The
    /// folder has the same name, so places and paths are shown as they were.
    ///
    /// # Errors
    ///
    /// `month-not-open` where it is not closed, `inputs-not-kept`, `unreadable-ledger` where a copy is missing, and everything that this engine finds wrong with what it was.
    pub fn as_closed(&self, store: &Arc<dyn Store>, period: Period) -> Result<Self, Error> {
        let ledger = self.ledger(store)?;
        let one = |found: Diagnostic| self.error(vec![found]);
        let closes = ledger.closes().map_err(one)?;
        let close = closes.of_month(period).ok_or_else(|| {
            one(Diagnostic::error(Code::MonthNotOpen, format!("{period} is not closed"))
                .help("`apportion ledger` lists the months that are"))
        })?;
        self.as_of_close(&ledger, close)
    }

    /// The same of a close of the ledger that is known.
    pub(super) fn as_of_close(&self, ledger: &Ledger, close: &Close) -> Result<Self, Error> {
        let world = KeptWorld::of_close(ledger, &self.book().root, &close.record)
            .map_err(|found| self.error(vec![found]))?;
        let session = Self::open_in(Arc::new(world), &self.folder)?.with_progress(Arc::clone(&self.progress));
        Ok(session.known_at(parse_day(&close.record.as_of)))
    }
}
