//! The data as a run counts them: with the deals that are left where reversals take a part of them.

use std::borrow::Cow;
use std::sync::Arc;

use super::Window;
use crate::credit::Fault;
use crate::kinds::{Clawbacks, KeptReversal};
use apportion_book::Book;
use apportion_data::{Deals, Tables};
use apportion_rules::{RuleBook, RuleIx};

/// Tables as they count up to a day. Where no clawback rule recomputes anything, they are those that were read.
#[derive(Debug, Clone)]
pub struct Counted<'a> {
    sold: &'a Tables,
    tables: Cow<'a, Tables>,
    clawbacks: Arc<Clawbacks>,
}

/// What makes tables count, without them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counting {
    /// `None` where the deals count as they were sold.
    deals: Option<Deals>,
    clawbacks: Arc<Clawbacks>,
}

impl<'a> Counted<'a> {
    /// Matches the clawback rules, and moves the amounts of the deals that are recomputed. `kept` are recomputed reversals that are
    /// not in the data any more and go on counting.
    ///
    /// # Errors
    /// An expression without a value, with its rule.
    pub fn new(
        book: &Book,
        sold: &'a Tables,
        rules: &RuleBook,
        window: Window,
        kept: &[KeptReversal],
    ) -> Result<Self, (RuleIx, Fault)> {
        let clawbacks = Arc::new(Clawbacks::new(sold, rules, window.counted_until, kept)?);
        let moved = &clawbacks.moved;
        let deals = (!moved.is_empty())
            .then(|| sold.deals_with_amounts(moved, book.rounding, book.currency.digits()));
        Ok(Self::resume(sold, Counting { deals, clawbacks }))
    }

    /// Tables that count as others did which had the same deals.
    pub(crate) fn resume(sold: &'a Tables, counting: Counting) -> Self {
        let Counting { deals, clawbacks } = counting;
        let tables = match deals {
            None => Cow::Borrowed(sold),
            Some(deals) => Cow::Owned(sold.with_deals(deals)),
        };
        Self { sold, tables, clawbacks }
    }

    pub(crate) fn into_counting(self) -> Counting {
        let deals = match self.tables {
            Cow::Borrowed(_) => None,
            Cow::Owned(tables) => Some(tables.deals),
        };
        Counting { deals, clawbacks: self.clawbacks }
    }

    /// The tables with the amounts that count.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The tables as they were read.
    pub fn sold(&self) -> &'a Tables {
        self.sold
    }

    /// The reversals that clawback rules match.
    pub fn clawbacks(&self) -> &Arc<Clawbacks> {
        &self.clawbacks
    }
}
