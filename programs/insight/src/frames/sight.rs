//! A settled period as somebody sees it.

use apportion::access::{SeenSubjects, View};
use apportion::channel::{FoundConflict, Subject};
use apportion::data::{PayeeIx, RegistrationIx};
use apportion::rules::AccessWord;
use apportion::{Error, Session, Settlement};

/// What somebody may see of a settled period.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Who looks.
    pub viewer: PayeeIx,
    view: View,
    subjects: SeenSubjects,
}

impl Seen {
    /// What a payee sees, by the rules of access.
    ///
    /// # Errors
    /// `no-such-payee`, and an expression of a rule without a value.
    pub fn new(session: &Session, settlement: &Settlement, payee_id: &str) -> Result<Self, Error> {
        let view = session.view(settlement, payee_id)?;
        let close = settlement.as_close();
        let lines = close.settlement.lines.iter().map(|line| (line.deal, line.payee));
        let subjects = SeenSubjects::new(&view, &close.tables, close.governance.as_deref(), lines);
        Ok(Self { viewer: view.viewer, view, subjects })
    }
}

/// A settled period, as somebody sees it or whole.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    /// The period.
    pub settlement: &'a Settlement,
    /// What is seen of it; `None` is all of it.
    pub seen: Option<&'a Seen>,
}

impl<'a> From<&'a Settlement> for Sight<'a> {
    fn from(settlement: &'a Settlement) -> Self {
        Self { settlement, seen: None }
    }
}

impl Sight<'_> {
    /// Whether a deal, or what is open, is seen.
    pub fn sees(&self, subject: Subject) -> bool {
        self.seen.is_none_or(|seen| seen.subjects.sees(subject))
    }

    /// Whether lines, events and questions of a payee are seen.
    pub fn sees_payee(&self, payee: PayeeIx) -> bool {
        self.seen.is_none_or(|seen| seen.view.sees(AccessWord::Lines, payee))
    }

    /// Whether a record about something is seen; one about nothing is its payees'.
    pub fn sees_about(&self, subject: Option<Subject>, payees: &[PayeeIx]) -> bool {
        match subject {
            Some(subject) => self.sees(subject),
            None => payees.iter().any(|payee| self.sees_payee(*payee)),
        }
    }

    /// Whether a registration is seen.
    pub fn sees_registration(&self, registration: RegistrationIx) -> bool {
        let tables = &self.settlement.as_close().tables;
        self.seen.is_none_or(|seen| seen.view.sees_registration(tables, registration))
    }

    /// Whether whose registrations a payee has is seen.
    pub fn names_registrant(&self, payee: PayeeIx) -> bool {
        self.seen.is_none_or(|seen| seen.view.sees(AccessWord::Registrations, payee))
    }

    /// Whether a conflict is seen.
    pub fn sees_conflict(&self, conflict: &FoundConflict) -> bool {
        self.seen.is_none_or(|seen| seen.view.sees_conflict(conflict))
    }

    /// Whether a claimant of a conflict is named.
    pub fn names_claimant(&self, payee: PayeeIx) -> bool {
        self.seen.is_none_or(|seen| seen.view.sees(AccessWord::Conflicts, payee))
    }
}
