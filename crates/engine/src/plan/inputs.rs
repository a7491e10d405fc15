//! What every rule of a run is planned against.

use super::{AccountIndex, Months, Window};
use crate::kinds::{self, Counts};
use apportion_book::Book;
use apportion_data::Tables;
use apportion_rules::RuleBook;

/// Deals of one partition: few enough that a partition's columns stay near the processor, enough that they pay for
/// starting it.
const PARTITION: usize = 32_768;

/// The book, the tables and the days of one run.
pub struct Inputs<'a> {
    /// The project file.
    pub book: &'a Book,
    /// The data.
    pub tables: &'a Tables,
    /// Which days are computed, and which are paid.
    pub window: Window,
    /// The months of these days.
    pub months: Months,
    /// Empty unless a rule reaches for engagements of the account.
    pub accounts: AccountIndex,
    /// Deals of one partition.
    pub partition: usize,
    /// Whether the first of two rows of a rate table counts, instead of an error: `check` settles so.
    pub ties_allowed: bool,
}

impl<'a> Inputs<'a> {
    /// All that the rules of a run can ask for.
    pub fn new(book: &'a Book, tables: &'a Tables, rules: &RuleBook, window: Window) -> Self {
        let accounts =
            if reaches_accounts(rules) { AccountIndex::new(tables) } else { AccountIndex::default() };
        Self { accounts, ..Self::without_reach(book, tables, window) }
    }

    /// The same for work that reaches for no engagements.
    pub fn without_reach(book: &'a Book, tables: &'a Tables, window: Window) -> Self {
        let months = Months::new(window, &tables.deals.close_date);
        Self {
            book,
            tables,
            window,
            months,
            accounts: AccountIndex::default(),
            partition: PARTITION,
            ties_allowed: false,
        }
    }

    /// Digits of the book currency's minor unit.
    pub fn digits(&self) -> u32 {
        self.book.currency.digits()
    }
}

fn reaches_accounts(rules: &RuleBook) -> bool {
    rules.rules.iter().flat_map(|rule| &rule.versions).any(|version| {
        match kinds::of(&version.body).counts() {
            Counts::Engagements(engaged) => engaged.reach.account,
            Counts::Splits(_) | Counts::Credits => false,
        }
    })
}
