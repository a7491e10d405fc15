//! What the channel should do now.

use apportion_engine::actions::{Action, ActionKind};

use super::{Amount, Session};
use crate::Error;

/// What is to be done as of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actions {
    /// The name of the book.
    pub book: String,
    /// The currency of stakes.
    pub currency: &'static str,
    /// The digits of its minor unit.
    pub digits: u32,
    /// The day at whose end things are known, days since 1970-01-01.
    pub as_of: i32,
    /// By due day, those without one last, and then the larger stake.
    pub actions: Vec<Action>,
}

impl Actions {
    /// Those of one payee.
    #[must_use]
    pub fn of_payee(mut self, payee_id: &str) -> Self {
        self.actions.retain(|action| action.payee_id.as_deref() == Some(payee_id));
        self
    }

    /// How many there are of a kind.
    pub fn count(&self, kind: ActionKind) -> usize {
        self.actions.iter().filter(|action| action.kind == kind).count()
    }

    /// What depends on an action; `None` where that is not known.
    pub fn stake(&self, action: &Action) -> Option<Amount> {
        action.stake.map(|minor| Amount { minor, digits: self.digits })
    }
}

impl Session {
    /// What is to be done as of a day (since 1970-01-01), over the data as they are known at its end.
    ///
    /// # Errors
    ///
    /// As [`Session::settle`].
    pub fn actions(&self, as_of: i32) -> Result<Actions, Error> {
        let actions =
            self.project.actions(as_of, self.progress.as_ref()).map_err(|found| self.error(found))?;
        let currency = self.book().currency;
        Ok(Actions {
            book: self.book().name.clone(),
            currency: currency.code(),
            digits: currency.digits(),
            as_of,
            actions,
        })
    }

    /// The same for one payee.
    ///
    /// # Errors
    ///
    /// As [`Session::settle`], and `no-such-payee`.
    pub fn actions_of(&self, payee_id: &str, as_of: i32) -> Result<Actions, Error> {
        let actions = self.actions(as_of)?;
        let tables = self.project.tables(self.progress.as_ref()).map_err(|found| self.error(found))?;
        self.payee(&tables, payee_id)?;
        Ok(actions.of_payee(payee_id))
    }
}
