//! Registrations of deals, with their members and events.

use arrow::array::StringArray;

use super::{Accounts, Moment, OpportunityIx};
use crate::accounts;
use crate::tables::{AccountIx, DealIx, Frame, PayeeIx, RegistrationIx};
use apportion_base::index::Optional;
use apportion_base::sorted::{equal, group, offsets};

/// 100%, in billionths of a percent.
const ALL_E9: i64 = 100_000_000_000;

/// Registrations in byte order of their ids.
#[derive(Debug, Clone)]
pub struct Registrations {
    /// `registration_id`, by [`RegistrationIx`].
    pub ids: StringArray,
    /// The rows, by [`RegistrationIx`].
    pub rows: Vec<Registration>,
    /// Members; none where its payee has all.
    pub members: Members,
    /// Events, by registration, then moment, then kind.
    pub events: Vec<RegistrationEvent>,
    /// The columns that policies name, and `accounts.COLUMN` of its account, a row for each of `rows`.
    pub frame: Frame,
}

impl Default for Registrations {
    fn default() -> Self {
        let ids = StringArray::from(Vec::<&str>::new());
        let members = Members::default();
        Self { ids, rows: Vec::new(), members, events: Vec::new(), frame: Frame::default() }
    }
}

/// A row of `registrations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Who registered.
    pub payee: PayeeIx,
    /// When.
    pub submitted_at: Moment,
    /// The account: its own, else that of the deal it names, else of the opportunity's row, else of the first of its deals that has one.
    pub account: Optional<AccountIx>,
    /// The same as long as the opportunity's row is not there yet.
    pub account_without_row: Optional<AccountIx>,
    /// The opportunity that it names.
    pub opportunity: Optional<OpportunityIx>,
    /// The deal that it names, if that is among the deals.
    pub deal: Optional<DealIx>,
    /// What was decided, and when.
    pub decision: Option<(RegistrationDecision, Moment)>,
    /// Who decided, as written.
    pub decided_by: Option<String>,
    /// Why, as written.
    pub reason: Option<String>,
}

/// What was decided about a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RegistrationDecision {
    /// It protects.
    Approved,
    /// It does not.
    Denied,
    /// It lacks something.
    Returned,
}

/// A row of `registration_members`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegistrationMember {
    /// Of which registration.
    pub registration: RegistrationIx,
    /// Who.
    pub payee: PayeeIx,
    /// In billionths of a percent: 100% is 100_000_000_000.
    pub percent_e9: i64,
}

/// Members, by registration and then payee.
#[derive(Debug, Clone, Default)]
pub struct Members {
    rows: Vec<RegistrationMember>,
    /// Offsets, one more than registrations, up to the last that has members: those of registration `r` are `from[r]..from[r + 1]`.
    from: Vec<usize>,
}

impl Members {
    /// From rows in any order.
    pub fn new(mut rows: Vec<RegistrationMember>) -> Self {
        rows.sort_unstable_by_key(|member| (member.registration, member.payee));
        let count = rows.last().map_or(0, |last| last.registration.at() + 1);
        let from = offsets(count, rows.iter().map(|member| member.registration.at()));
        Self { rows, from }
    }

    /// Those of a registration.
    pub fn of(&self, registration: RegistrationIx) -> &[RegistrationMember] {
        &self.rows[group(&self.from, registration.at())]
    }

    /// All rows.
    pub fn into_rows(self) -> Vec<RegistrationMember> {
        self.rows
    }
}

/// A row of `registration_events`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationEvent {
    /// Of which registration.
    pub registration: RegistrationIx,
    /// When.
    pub at: Moment,
    /// What.
    pub event: RegistrationEventKind,
    /// By whom, as written.
    pub by: Option<String>,
    /// Why.
    pub why: Option<String>,
}

/// What happens to a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RegistrationEventKind {
    /// The customer chose it.
    CustomerChoice,
    /// Its protection is longer.
    Extended,
    /// It is given up.
    Withdrawn,
}

impl Registrations {
    /// Takes the accounts that rows of opportunities gave them, with the columns of these accounts, from those that name an opportunity
    /// whose row is not there yet.
    pub fn without_rows(&mut self, is_later: impl Fn(OpportunityIx) -> bool, accounts: &Accounts) {
        let later = |row: &&mut Registration| {
            row.account != row.account_without_row && row.opportunity.get().is_some_and(&is_later)
        };
        let mut moved = false;
        for row in self.rows.iter_mut().filter(later) {
            row.account = row.account_without_row;
            moved = true;
        }
        if moved {
            accounts::join_again(&mut self.frame, &accounts.frame, self.rows.iter().map(|row| row.account));
        }
    }

    /// The rows with their indices.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (RegistrationIx, &Registration)> + Clone {
        RegistrationIx::all(self.rows.len()).zip(&self.rows)
    }

    /// The members of a registration and their percents in billionths: those of its rows, else its payee with all.
    pub fn members_of(
        &self,
        registration: RegistrationIx,
    ) -> impl Iterator<Item = (PayeeIx, i64)> + Clone + '_ {
        let members = self.members.of(registration);
        let alone = members.is_empty().then(|| (self.rows[registration].payee, ALL_E9));
        members.iter().map(|member| (member.payee, member.percent_e9)).chain(alone)
    }

    /// The events of a registration, in order.
    pub fn events_of(&self, registration: RegistrationIx) -> &[RegistrationEvent] {
        equal(&self.events, |event| event.registration.cmp(&registration))
    }
}
