//! What the channel should do now.

use apportion_book::Every;
use apportion_engine::access::SeenSubjects;
use apportion_engine::actions::{Action, ActionKind};

use super::seen_actions::SeenActions;
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

    /// What of it a payee may see, by the `[[access]]` rules: without any, what the payee itself is to do.
    ///
    /// # Errors
    ///
    /// As [`Session::settle`], and `no-such-payee`.
    pub fn actions_of(&self, payee_id: &str, as_of: i32) -> Result<Actions, Error> {
        let year = self.book().calendar().period_of(as_of, Every::Year);
        let settlement = self.clone().known_at(Some(as_of)).settle(year)?;
        let close = settlement.as_close();
        let view = self.view_on(close, payee_id, as_of)?;
        let lines = close.settlement.lines.iter().map(|line| (line.deal, line.payee));
        let subjects = SeenSubjects::new(&view, &close.tables, close.governance.as_deref(), lines);
        let seen = SeenActions::new(&close.tables, &view, &subjects);
        let mut actions = self.actions(as_of)?;
        actions.actions = actions.actions.into_iter().filter_map(|action| seen.seen(action)).collect();
        Ok(actions)
    }
}
