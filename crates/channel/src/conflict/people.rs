//! Who owns a deal or an opportunity, and who is its partner.

use apportion_data::{Frame, PayeeIx, Payees, StateIx};

use super::subjects::{Subjects, Work};
use crate::Subject;
use crate::texts::Texts;

/// Finds owners and partners.
pub struct People<'a> {
    subjects: &'a dyn Subjects,
    payees: &'a Payees,
    /// By state of a payee.
    kinds: Vec<Kind>,
}

/// What a payee is, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Employee,
    Partner,
    Other,
}

impl<'a> People<'a> {
    /// Reads the column `kind` of payees' states; without it nobody is an employee or a partner.
    pub fn new(subjects: &'a dyn Subjects, payees: &'a Payees) -> Self {
        Self { subjects, payees, kinds: kinds(&payees.states.frame) }
    }

    /// `owner_id` if that is a payee, else the employee who worked on it first.
    pub fn owner(&self, subject: Subject) -> Option<PayeeIx> {
        self.named(self.subjects.owner_id(subject)).or_else(|| self.first_at_work(subject, Kind::Employee))
    }

    /// `partner_id` if that is a payee, else the partner who worked on it first.
    pub fn partner(&self, subject: Subject) -> Option<PayeeIx> {
        self.named(self.subjects.partner_id(subject)).or_else(|| self.first_at_work(subject, Kind::Partner))
    }

    /// The payee with an id.
    fn named(&self, id: Option<&str>) -> Option<PayeeIx> {
        self.payees.with_id(id?)
    }

    /// Who has the first dated work of those who were of a kind on the day of it.
    fn first_at_work(&self, subject: Subject, kind: Kind) -> Option<PayeeIx> {
        let is_dated = |work: &Work| {
            let state = work.occurred_on.map(|day| self.payees.state(work.payee, day));
            state.is_some_and(|state| self.kind(state) == kind)
        };
        let dated = self.subjects.work(subject).into_iter().filter(is_dated);
        dated.min_by(|one, other| self.subjects.order_of_work(one, other)).map(|work| work.payee)
    }

    fn kind(&self, state: StateIx) -> Kind {
        self.kinds.get(state.at()).copied().unwrap_or(Kind::Other)
    }
}

fn kinds(states: &Frame) -> Vec<Kind> {
    let words = Texts::of(states, "kind");
    (0..states.rows).map(|row| kind(words.get(row))).collect()
}

fn kind(word: Option<&str>) -> Kind {
    match word {
        Some("employee") => Kind::Employee,
        Some("partner") => Kind::Partner,
        _ => Kind::Other,
    }
}
