//! What of a registration ends unless somebody acts.

use apportion_channel::AssumedState;
use apportion_data::{OpenIx, RegistrationIx};

use super::ground::Ground;
use super::stake::{Change, Question};
use super::{ActionKind, Found, Stake};

/// Something of a registration that ends soon.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending {
    /// What is to be done about it.
    pub kind: ActionKind,
    pub registration: RegistrationIx,
    /// Until when.
    pub due: i32,
    /// The state of the registration if nobody does it; else it is protected.
    pub otherwise: AssumedState,
}

impl Ending {
    /// One for each opportunity that the registration claims; where nothing is open, one for the registration itself. None where what it
    /// claimed has closed. `why` gets the registration with what it claims, and the opportunity.
    pub fn found(self, ground: &Ground<'_>, why: impl Fn(&str, Option<OpenIx>) -> String) -> Vec<Found> {
        match ground.claimed_by(self.registration) {
            None => Vec::new(),
            Some([]) => vec![self.of(ground, None, &why)],
            Some(claimed) => claimed.iter().map(|open| self.of(ground, Some(*open), &why)).collect(),
        }
    }

    fn of(
        self,
        ground: &Ground<'_>,
        open: Option<OpenIx>,
        why: impl Fn(&str, Option<OpenIx>) -> String,
    ) -> Found {
        let registrations = &ground.tables.channel.registrations;
        let id = registrations.ids.value(self.registration.at());
        let payee = registrations.rows[self.registration].payee;
        let subject = open.map_or(id, |open| ground.open_id(open)).to_owned();
        let claims = open.map_or_else(String::new, |_| format!(", which claims {subject},"));
        let question = |_| Question {
            open: subject.clone(),
            payee,
            with: Change::State(id.to_owned(), AssumedState::Protected),
            without: Change::State(id.to_owned(), self.otherwise),
        };
        Found {
            kind: self.kind,
            payee: Some(payee),
            due: Some(self.due),
            stake: open.map_or(Stake::Unknown, |open| Stake::Asked(question(open))),
            why: why(&format!("{id}{claims}"), open),
            subject,
        }
    }
}
