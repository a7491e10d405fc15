//! What every rule of a run is planned against.

use super::{AccountIndex, Counted, Months, Window};
use crate::gates::Gates;
use crate::kinds::{self, Clawbacks, Counts};
use apportion_book::Book;
use apportion_data::{Engagements, Tables};
use apportion_rules::{Reach, RuleBook};

/// Deals of one partition: few enough that a partition's columns stay near the processor, enough that they pay for
/// starting it.
const PARTITION: usize = 32_768;

/// The book, the tables and the days of one run.
pub struct Inputs<'a> {
    /// The project file.
    pub book: &'a Book,
    /// The data as they count.
    pub tables: &'a Tables,
    /// The engagements, of all deals or of those that are credited at a time.
    pub engagements: &'a Engagements,
    /// The data as they were read.
    pub sold: &'a Tables,
    /// The reversals that clawback rules match.
    pub clawbacks: &'a Clawbacks,
    /// Which days are computed, and which are paid.
    pub window: Window,
    /// The months of these days.
    pub months: Months,
    /// Empty unless a rule reaches for engagements of the account.
    pub accounts: AccountIndex,
    /// What must be there for lines to be paid in full.
    pub gates: Gates<'a>,
    /// Whether decided conflicts change nothing: a question about what there would be without them.
    pub undecided: bool,
    /// Deals of one partition.
    pub partition: usize,
    /// Whether the first of two rows of a rate table counts, instead of an error: `check` settles so.
    pub ties_allowed: bool,
}

impl<'a> Inputs<'a> {
    /// All that the rules of a run can ask for.
    pub fn new(book: &'a Book, counted: &'a Counted<'a>, rules: &'a RuleBook, window: Window) -> Self {
        Self::over(book, (counted, &counted.tables().engagements), rules, window)
    }

    /// The same over other engagements than those of the tables.
    pub fn over(
        book: &'a Book,
        (counted, engagements): (&'a Counted<'a>, &'a Engagements),
        rules: &'a RuleBook,
        window: Window,
    ) -> Self {
        let accounts = if reaches_accounts(rules) {
            AccountIndex::new(counted.tables(), engagements)
        } else {
            AccountIndex::default()
        };
        let gates = Gates::new(counted.tables(), rules, window.counted_until);
        Self { accounts, gates, engagements, ..Self::without_reach(book, counted, window) }
    }

    /// The same for work that reaches for no engagements.
    pub fn without_reach(book: &'a Book, counted: &'a Counted<'a>, window: Window) -> Self {
        let tables = counted.tables();
        let months = Months::new(window, &tables.deals.close_date);
        Self {
            book,
            tables,
            engagements: &tables.engagements,
            sold: counted.sold(),
            clawbacks: counted.clawbacks(),
            window,
            months,
            accounts: AccountIndex::default(),
            gates: Gates::default(),
            undecided: false,
            partition: PARTITION,
            ties_allowed: false,
        }
    }

    /// Digits of the book currency's minor unit.
    pub fn digits(&self) -> u32 {
        self.book.currency.digits()
    }
}

/// Whether a rule reaches for engagements of the account.
pub fn reaches_accounts(rules: &RuleBook) -> bool {
    any_reach(rules, |reach| reach.account)
}

/// Whether a rule reaches for engagements of the deal that a deal renews.
pub fn reaches_prior(rules: &RuleBook) -> bool {
    any_reach(rules, |reach| reach.prior)
}

fn any_reach(rules: &RuleBook, asked: impl Fn(Reach) -> bool) -> bool {
    rules.rules.iter().flat_map(|rule| &rule.versions).any(|version| {
        match kinds::of(&version.body).counts() {
            Counts::Engagements(engaged) => asked(engaged.reach),
            Counts::Splits(_) | Counts::Credits | Counts::Lines | Counts::Milestones => false,
        }
    })
}
