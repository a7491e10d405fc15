//! What the close of a month would come to by two sessions.

use std::sync::Arc;

use apportion_base::diagnostic::Diagnostic;
use apportion_base::money::Currency;
use apportion_base::store::Store;
use apportion_book::Period;
use apportion_ledger::closing::{self, Rehearsal};
use apportion_ledger::compare::{BalanceChanges, compare};
use apportion_ledger::ledger::Ledger;
use apportion_rules::RuleBook;

use super::Session;
use crate::Error;

/// The close of a month by this session's rules and data and by another's, with the ledger of this session as it stands.
#[derive(Debug)]
pub enum CloseComparison {
    /// Neither side has holds, draws, payment terms or clawbacks.
    NothingToCompare,
    /// The month is not the one that is closed next, or there is no ledger: why, as a sentence.
    NoClose(String),
    /// The month was closed on both sides, and nothing written.
    Sides(Box<ComparedCloses>),
}

/// Both sides of a comparison of closes.
#[derive(Debug)]
pub struct ComparedCloses {
    /// The book's currency.
    pub currency: Currency,
    /// The last close of the ledger, if there is one.
    pub last: Option<String>,
    /// By this session; or why it can't be closed.
    pub before: Result<Rehearsal, Vec<Diagnostic>>,
    /// By the other one.
    pub after: Result<Rehearsal, Vec<Diagnostic>>,
    /// What differs, where both can be closed.
    pub changes: Option<BalanceChanges>,
}

impl CloseComparison {
    /// Whether payees would have other figures, or one side can't be closed.
    pub fn differs(&self) -> bool {
        match self {
            Self::NothingToCompare | Self::NoClose(_) => false,
            Self::Sides(sides) => match &sides.changes {
                Some(changes) => !changes.payees.is_empty(),
                None => sides.before.is_ok() != sides.after.is_ok(),
            },
        }
    }
}

impl Session {
    /// Closes a month by this session and by another one, as far as that is possible, and writes nothing: what each payee would be
    /// paid, where the rules of one of them have holds, draws, payment terms or clawbacks. Both go on from this session's ledger.
    ///
    /// # Errors
    ///
    /// A ledger that can't be read.
    pub fn compare_closes(
        &self,
        other: &Session,
        store: &Arc<dyn Store>,
        period: Period,
    ) -> Result<CloseComparison, Error> {
        if !decides_payment(self.rules()) && !decides_payment(other.rules()) {
            return Ok(CloseComparison::NothingToCompare);
        }
        if self.book().ledger.is_none() {
            let why = "the project has no [ledger], so holds, draws and payment terms pay nobody";
            return Ok(CloseComparison::NoClose(why.to_owned()));
        }
        let ledger = self.ledger(store)?;
        let closes = ledger.closes().map_err(|found| self.error(vec![found]))?;
        let next = closes.next_month(ledger.settings().first, self.book().calendar());
        if next != period {
            let why = match (closes.of_month(period), period) {
                (Some(close), _) => format!(
                    "{period} is closed, as {}, and stays as it was posted; the month that is closed next is {next}",
                    close.record.close
                ),
                (None, Period::Month { .. }) => {
                    format!("the month that is closed next is {next}, and what {period} pays rests on it")
                }
                (None, Period::Quarter { .. } | Period::Year { .. }) => {
                    format!("closes are of months; the one that is closed next is {next}")
                }
            };
            return Ok(CloseComparison::NoClose(why));
        }
        self.progress.phase("closing as it is", None);
        let before = self.rehearse(&ledger, period);
        self.progress.phase("closing the other", None);
        let after = other.rehearse(&ledger, period);
        let changes = match (&before, &after) {
            (Ok(before), Ok(after)) => Some(compare(&before.computed.balances, &after.computed.balances)),
            _ => None,
        };
        let last = closes.last().map(|close| close.record.close.clone());
        Ok(CloseComparison::Sides(Box::new(ComparedCloses {
            currency: self.book().currency,
            last,
            before,
            after,
            changes,
        })))
    }

    fn rehearse(&self, ledger: &Ledger, period: Period) -> Result<Rehearsal, Vec<Diagnostic>> {
        closing::rehearse(&self.project, ledger, period, self.progress.as_ref())
    }
}

/// Whether rules say more about payment than what is earned.
fn decides_payment(rules: &RuleBook) -> bool {
    !rules.policies.is_empty() || rules.iter().any(|(_, rule)| rule.kind == apportion_rules::Kind::Clawback)
}
