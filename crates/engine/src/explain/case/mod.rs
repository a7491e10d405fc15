//! Whose a deal is, and why: the claims on it, the conflicts about it, its price and its gates. It is what is told to somebody who asks
//! "why not me?".
//!
//! | file | idea |
//! |---|---|
//! | `tree` | what such an answer consists of |
//! | `claims` | registrations on the deal with the days that made their states, and who holds it |
//! | `conflicts` | clocks, criteria, decisions and precedents |
//! | `prices` | what it was sold at |
//! | `outcomes` | what the two would earn by another decision |
//! | `words` | sentences |

mod claims;
mod conflicts;
mod gates;
mod outcomes;
mod prices;
pub mod tree;
pub mod words;

use apportion_book::Book;
use apportion_channel::{Governance, Subject};
use apportion_data::{Origins, PayeeIx, Tables};
use apportion_rules::RuleBook;

use super::facts::payee_name;
use super::tree::PayeeName;
pub use conflicts::Dispute;
pub use outcomes::{Amounts, Assumption};
pub use tree::{ConflictCase, DealCase};

/// What answers are made of: tables as the policies leave them, and what the policies found.
#[derive(Debug, Clone, Copy)]
pub struct CaseGround<'a> {
    /// What the project file says.
    pub book: &'a Book,
    /// The rules, policies among them.
    pub rules: &'a RuleBook,
    /// The tables.
    pub tables: &'a Tables,
    /// The file and row of each row of the data.
    pub origins: &'a Origins,
    /// What was found.
    pub governance: &'a Governance,
}

impl CaseGround<'_> {
    fn payee(&self, payee: PayeeIx) -> PayeeName {
        payee_name(self.tables, payee)
    }

    /// The day by which claims on a deal or on what is open are judged.
    fn day_of(&self, subject: Subject) -> i32 {
        match subject {
            Subject::Deal(deal) => self.tables.deals.close_date[deal],
            Subject::Open(_) => self.governance.as_of,
        }
    }
}
