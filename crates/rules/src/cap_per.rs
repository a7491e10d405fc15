//! What a cap belongs to, as a word of a rule file.

use apportion_book::choices;
use apportion_book::config::describe::{Choice, Word};

choices! {
    /// What a cap belongs to.
    pub(crate) enum CapPer {
        Deal = "deal", "All that the rule pays on a deal";
        Payee = "payee", "All that it pays a payee in a period";
    }
}

impl CapPer {
    /// The words of a kind that has no caps per deal.
    pub(crate) const ONLY_PAYEE: &'static [Word] = Self::WORDS.split_at(1).1;
}
