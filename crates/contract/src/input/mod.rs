//! The tables that are read. One file for each table.

mod acceptances;
mod adjustments;
mod assignments;
mod channel;
mod column;
mod deals;
mod engagements;
mod fx_rates;
mod payees;
mod payment_details;
mod quotas;
mod receipts;
mod splits;

pub use acceptances::ACCEPTANCES;
pub use adjustments::ADJUSTMENTS;
pub use assignments::{ASSIGNMENTS, is_assignable};
pub use channel::{
    ACCOUNTS, CERTIFICATES, CONFLICT_EVENTS, CONFLICTS, DEAL_LINES, DECISION_SHARES, DECISIONS, HANDOFFS,
    HOLIDAYS, INQUIRIES, MILESTONES, OPPORTUNITIES, PRICE_APPROVALS, PRICE_ENTRIES, REGISTRATION_EVENTS,
    REGISTRATION_MEMBERS, REGISTRATIONS, SERVICE_EVENTS, TERRITORIES,
};
pub use column::{CellType, DefaultValue, Domain, InputColumn};
pub use deals::{DEALS, DEALS_WITH_CHANNEL, TYPED_ATTRIBUTES};
pub use engagements::{ENGAGEMENTS, ENGAGEMENTS_WITH_CHANNEL};
pub use fx_rates::FX_RATES;
pub use payees::PAYEES;
pub use payment_details::{ACCOUNT_TYPES, PAYMENT_DETAILS};
pub use quotas::QUOTAS;
pub use receipts::RECEIPTS;
pub use splits::SPLITS;

/// The name of an input table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TableName {
    /// Closed opportunities.
    Deals,
    /// Recorded pieces of work.
    Engagements,
    /// Employees and partner companies.
    Payees,
    /// What payees are for a time.
    Assignments,
    /// Shares declared in the CRM.
    Splits,
    /// Targets by payee and period.
    Quotas,
    /// Exchange rates by day.
    FxRates,
    /// What customers paid.
    Receipts,
    /// What is paid or taken by hand.
    Adjustments,
    /// Decisions about what stops a close.
    Acceptances,
    /// Customers, one row each.
    Accounts,
    /// Who covers which deals. Its columns that a coverage names must match; an empty cell matches everything.
    Territories,
    /// Days on which nobody works.
    Holidays,
    /// Deals that payees registered, one row each.
    Registrations,
    /// Who shares a registration. Without rows its payee has all of it.
    RegistrationMembers,
    /// What happened to a registration.
    RegistrationEvents,
    /// What is open. It is never paid, and carries early warnings.
    Opportunities,
    /// Conflicts that somebody raised, one row each.
    Conflicts,
    /// What was decided about conflicts, one row each.
    Decisions,
    /// Who gets which part by a decision.
    DecisionShares,
    /// What happened to a conflict before it was decided.
    ConflictEvents,
    /// What products cost, by price book and day.
    PriceEntries,
    /// What a deal consists of. The lines of a deal add up to its amount.
    DealLines,
    /// Discounts that somebody approved.
    PriceApprovals,
    /// What people learned, one row each.
    Certificates,
    /// What payees were asked for, and when they answered.
    ServiceEvents,
    /// What joint account plans agree on, one row each.
    Milestones,
    /// Work that one payee hands over to another.
    Handoffs,
    /// What people ask about their lines. It moves nothing.
    Inquiries,
    /// Where a payee's money goes. Exports and journals read it, and no run.
    PaymentDetails,
}

impl TableName {
    /// The tables that a run or a close reads, in their order.
    pub const ALL: [Self; 29] = [
        Self::Deals,
        Self::Engagements,
        Self::Payees,
        Self::Assignments,
        Self::Splits,
        Self::Quotas,
        Self::FxRates,
        Self::Receipts,
        Self::Adjustments,
        Self::Acceptances,
        Self::Accounts,
        Self::Territories,
        Self::Holidays,
        Self::Registrations,
        Self::RegistrationMembers,
        Self::RegistrationEvents,
        Self::Opportunities,
        Self::Conflicts,
        Self::Decisions,
        Self::DecisionShares,
        Self::ConflictEvents,
        Self::PriceEntries,
        Self::DealLines,
        Self::PriceApprovals,
        Self::Certificates,
        Self::ServiceEvents,
        Self::Milestones,
        Self::Handoffs,
        Self::Inquiries,
    ];

    /// All tables that a project file may have: those of runs, and the one of exports.
    pub const IN_PROJECT: [Self; Self::ALL.len() + 1] = {
        let mut all = [Self::PaymentDetails; Self::ALL.len() + 1];
        let mut index = 0;
        while index < Self::ALL.len() {
            all[index] = Self::ALL[index];
            index += 1;
        }
        all
    };

    /// The word in the project file and in outputs.
    pub const fn word(self) -> &'static str {
        self.describe().name
    }

    /// The table with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::IN_PROJECT.into_iter().find(|table| table.word() == word)
    }

    /// The tables that every project needs.
    pub fn always_needed() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|table| table.describe().always_needed)
    }

    /// Whether it is a table of the channel. Where a project has one, deals and engagements have more columns.
    pub const fn is_of_channel(self) -> bool {
        !matches!(
            self,
            Self::Deals
                | Self::Engagements
                | Self::Payees
                | Self::Assignments
                | Self::Splits
                | Self::Quotas
                | Self::FxRates
                | Self::Receipts
                | Self::Adjustments
                | Self::Acceptances
                | Self::PaymentDetails
        )
    }

    /// Its description where the project has a table of the channel: the columns of [`describe`](Self::describe), then others.
    pub const fn describe_with_channel(self) -> &'static InputTable {
        match self {
            Self::Deals => &DEALS_WITH_CHANNEL,
            Self::Engagements => &ENGAGEMENTS_WITH_CHANNEL,
            other => other.describe(),
        }
    }

    /// Its description.
    pub const fn describe(self) -> &'static InputTable {
        match self {
            Self::Deals => &DEALS,
            Self::Engagements => &ENGAGEMENTS,
            Self::Payees => &PAYEES,
            Self::Assignments => &ASSIGNMENTS,
            Self::Splits => &SPLITS,
            Self::Quotas => &QUOTAS,
            Self::FxRates => &FX_RATES,
            Self::Receipts => &RECEIPTS,
            Self::Adjustments => &ADJUSTMENTS,
            Self::Acceptances => &ACCEPTANCES,
            Self::Accounts => &ACCOUNTS,
            Self::Territories => &TERRITORIES,
            Self::Holidays => &HOLIDAYS,
            Self::Registrations => &REGISTRATIONS,
            Self::RegistrationMembers => &REGISTRATION_MEMBERS,
            Self::RegistrationEvents => &REGISTRATION_EVENTS,
            Self::Opportunities => &OPPORTUNITIES,
            Self::Conflicts => &CONFLICTS,
            Self::Decisions => &DECISIONS,
            Self::DecisionShares => &DECISION_SHARES,
            Self::ConflictEvents => &CONFLICT_EVENTS,
            Self::PriceEntries => &PRICE_ENTRIES,
            Self::DealLines => &DEAL_LINES,
            Self::PriceApprovals => &PRICE_APPROVALS,
            Self::Certificates => &CERTIFICATES,
            Self::ServiceEvents => &SERVICE_EVENTS,
            Self::Milestones => &MILESTONES,
            Self::Handoffs => &HANDOFFS,
            Self::Inquiries => &INQUIRIES,
            Self::PaymentDetails => &PAYMENT_DETAILS,
        }
    }
}

/// A table that is read.
#[derive(Debug)]
pub struct InputTable {
    /// Which table it is.
    pub table: TableName,
    /// Its name in the project file and in outputs.
    pub name: &'static str,
    /// What a row is, in a sentence.
    pub meaning: &'static str,
    /// Whether every project needs it. The others are needed by the rules that use them.
    pub always_needed: bool,
    /// The columns that `apportion` knows; any other column of a file is an attribute that rules may name.
    pub columns: &'static [InputColumn],
    /// Positions of the columns whose values make the key.
    pub key: &'static [usize],
    /// Positions of columns of which a row needs at least one; empty where none is asked for. A row without is reported at the first.
    pub one_of: &'static [usize],
    /// Positions of two dates of which the second is not before the first. A row in which it is is reported at the second.
    pub ordered: Option<[usize; 2]>,
    /// Columns that rules may name although files do not have them.
    pub derived: &'static [DerivedColumn],
}

impl InputTable {
    /// The position of a column, by its name.
    pub const fn position(&self, name: &str) -> Option<usize> {
        let mut index = 0;
        while index < self.columns.len() {
            if same(self.columns[index].name, name) {
                return Some(index);
            }
            index += 1;
        }
        None
    }

    /// The column with this name.
    pub fn column(&self, name: &str) -> Option<&'static InputColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The columns whose values make the key.
    pub fn key_columns(&self) -> impl Iterator<Item = &'static InputColumn> {
        self.key.iter().map(|index| &self.columns[*index])
    }
}

/// A column that is computed from others, for rules to name.
#[derive(Debug, Clone, Copy)]
pub struct DerivedColumn {
    /// Its name in rules.
    pub name: &'static str,
    /// The type that expressions see.
    pub cell: CellType,
    /// What it holds, in a sentence.
    pub meaning: &'static str,
    /// Whether a file that has a column of this name is an error: it would be unclear which one a rule means.
    pub reserved: bool,
}

/// Equality of two texts, in constants too.
const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut index = 0;
    while index < a.len() {
        if a[index] != b[index] {
            return false;
        }
        index += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_describes_itself() {
        for table in TableName::IN_PROJECT {
            let spec = table.describe();
            assert_eq!(spec.table, table);
            assert_eq!(TableName::from_word(spec.name), Some(table));
            assert!(!spec.key.is_empty() || table == TableName::Territories);
            assert!(spec.key.iter().all(|index| *index < spec.columns.len()));
            for (index, column) in spec.columns.iter().enumerate() {
                assert_eq!(
                    spec.position(column.name),
                    Some(index),
                    "{} has {} twice",
                    spec.name,
                    column.name
                );
                assert!(column.meaning.ends_with('.'), "{}", column.name);
                assert!(
                    !column.required || column.default == DefaultValue::Null,
                    "{} is never empty",
                    column.name
                );
            }
        }
        assert_eq!(DEALS.position("deal"), None);
    }

    #[test]
    fn the_columns_of_the_channel_come_after_the_others() {
        for table in TableName::IN_PROJECT {
            let (with, without) = (table.describe_with_channel(), table.describe());
            for (index, column) in without.columns.iter().enumerate() {
                assert_eq!(with.position(column.name), Some(index));
            }
        }
        assert_eq!(DEALS_WITH_CHANNEL.position("stage"), Some(17));
        assert_eq!(ENGAGEMENTS_WITH_CHANNEL.position("opportunity_id"), Some(8));
    }
}
