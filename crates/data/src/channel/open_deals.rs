//! Open opportunities as expressions over deals see them on a day.

use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::filter;
use arrow::error::ArrowError;

use apportion_base::index::Optional;
use apportion_base::sorted::place_of;
use apportion_book::Book;

use crate::added_deals::AddedDeal;
use crate::column::NO_NUMBER;
use crate::deals::discount_e6;
use crate::frames::{ATTRIBUTE_SCALE, days, decimals, fixed};
use crate::fx::Rates;
use crate::tables::frame::Frame;
use crate::tables::{OpenIx, OpenOpportunities};

/// The columns of deals that depend on the as-of day.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unfinished {
    /// By name.
    pub(super) columns: Vec<(String, Finished)>,
}

/// What becomes of such a column.
#[derive(Debug, Clone)]
pub(super) enum Finished {
    CloseDate,
    Amount,
    ListAmount,
    SourceAmount,
    SourceListAmount,
    Discount,
    /// An attribute that is money, in its own currency; in billionths.
    Attribute(Vec<Option<i128>>),
    /// The same before it is converted.
    Before(Vec<Option<i128>>),
}

impl Finished {
    /// The same of the opportunities that stay.
    fn only(self, stays: &[bool]) -> Self {
        match self {
            Self::Attribute(own) => Self::Attribute(kept(own, stays)),
            Self::Before(own) => Self::Before(kept(own, stays)),
            other => other,
        }
    }

    /// What every opportunity has.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "close_date" => Self::CloseDate,
            "amount" => Self::Amount,
            "list_amount" => Self::ListAmount,
            "source_amount" => Self::SourceAmount,
            "source_list_amount" => Self::SourceListAmount,
            "discount" => Self::Discount,
            _ => return None,
        })
    }
}

/// Open opportunities on a day: their amounts in book currency, and the columns of deals that rules name.
#[derive(Debug, Clone)]
pub struct OpportunitiesOn {
    /// `expected_close`, without one the as-of day; days since 1970-01-01.
    pub close_date: Vec<i32>,
    /// The amount in book currency, in millionths; none without an amount or a rate.
    pub amount_e6: Vec<Option<i64>>,
    /// The list amount, likewise.
    pub list_amount_e6: Vec<Option<i64>>,
    /// The columns of deals that rules name, a row for each opportunity.
    pub frame: Frame,
}

impl OpenOpportunities {
    /// As they are seen at the end of a day (days since 1970-01-01): amounts at the latest rate of that day.
    pub fn seen_on(&self, as_of: i32, rates: &Rates, book: &Book) -> OpportunitiesOn {
        let seen = Seen { open: self, as_of, rates, book };
        let convert = |amounts: &[Option<i64>]| -> Vec<Option<i64>> {
            amounts.iter().enumerate().map(|(row, amount)| seen.converted(row, (*amount)?)).collect()
        };
        let close_date: Vec<i32> = self.expected_close.iter().map(|day| day.unwrap_or(as_of)).collect();
        let (amount_e6, list_amount_e6) = (convert(&self.amount_e6), convert(&self.list_amount_e6));
        let mut frame = self.frame.clone();
        for (name, finished) in &self.unfinished.columns {
            let array = match finished {
                Finished::CloseDate => days(close_date.clone().into()),
                Finished::Amount => money(&amount_e6),
                Finished::ListAmount => money(&list_amount_e6),
                Finished::SourceAmount => money(&self.amount_e6),
                Finished::SourceListAmount => money(&self.list_amount_e6),
                Finished::Discount => decimals(
                    amount_e6
                        .iter()
                        .zip(&list_amount_e6)
                        .map(|(amount, list)| discount_e6((*amount)?, (*list)?)),
                    6,
                ),
                Finished::Attribute(own) => seen.attribute(own),
                Finished::Before(own) => decimals(own.iter().copied(), ATTRIBUTE_SCALE),
            };
            frame.columns.push((name.clone(), array));
        }
        OpportunitiesOn { close_date, amount_e6, list_amount_e6, frame }
    }
}

impl OpenOpportunities {
    /// The one of an id.
    pub fn with_id(&self, id: &str) -> Option<OpenIx> {
        place_of(self.len(), |place| self.ids.value(place).cmp(id)).and_then(OpenIx::new)
    }

    /// The deal that one of them would be: won under an id, closed on a day (since 1970-01-01), with the amounts and the row that it has in
    /// `seen`. `None` where its amount is not known.
    pub fn won(
        &self,
        seen: &OpportunitiesOn,
        open: OpenIx,
        (id, close_date): (&str, i32),
    ) -> Option<AddedDeal> {
        Some(AddedDeal {
            id: id.to_owned(),
            won: true,
            close_date,
            amount_e6: seen.amount_e6[open]?,
            list_amount_e6: seen.list_amount_e6[open],
            account: self.account[open],
            opportunity: Optional::some(self.opportunity[open]),
            renews: self.renews[open],
            incomplete: self.incomplete[open],
            row: Some(open.raw()),
        })
    }

    /// Some of them, in the same order: those for which `stays` is true.
    ///
    /// # Errors
    /// There is not a flag for each.
    pub fn only(self, stays: &[bool]) -> Result<Self, ArrowError> {
        let mask = BooleanArray::from(stays.to_vec());
        let columns =
            self.frame.columns.iter().map(|(name, array)| Ok((name.clone(), filter(array, &mask)?)));
        let columns = columns.collect::<Result<_, ArrowError>>()?;
        let rows = stays.iter().filter(|stays| **stays).count();
        let finished = |(name, finished)| (name, Finished::only(finished, stays));
        Ok(Self {
            ids: kept(self.ids.iter().collect(), stays).into_iter().collect(),
            opportunity: kept(self.opportunity, stays),
            account: kept(self.account, stays),
            channel: kept(self.channel, stays),
            owner_id: kept(self.owner_id, stays),
            partner_id: kept(self.partner_id, stays),
            amount_e6: kept(self.amount_e6, stays),
            list_amount_e6: kept(self.list_amount_e6, stays),
            currency: kept(self.currency, stays),
            probability_e9: kept(self.probability_e9, stays),
            created_on: kept(self.created_on, stays),
            expected_close: kept(self.expected_close, stays),
            renews: kept(self.renews, stays),
            incomplete: kept(self.incomplete, stays),
            frame: Frame { rows, columns },
            unfinished: Unfinished { columns: self.unfinished.columns.into_iter().map(finished).collect() },
        })
    }
}

/// The rows that stay.
fn kept<T>(rows: Vec<T>, stays: &[bool]) -> Vec<T> {
    rows.into_iter().zip(stays).filter(|(_, stays)| **stays).map(|(row, _)| row).collect()
}

fn money(amounts: &[Option<i64>]) -> ArrayRef {
    fixed(amounts.iter().map(|amount| amount.unwrap_or(NO_NUMBER)), 6)
}

struct Seen<'a> {
    open: &'a OpenOpportunities,
    as_of: i32,
    rates: &'a Rates,
    book: &'a Book,
}

impl Seen<'_> {
    /// An amount of an opportunity in book currency; `None` without a rate, and where it becomes too large.
    fn converted(&self, row: usize, amount_e6: i64) -> Option<i64> {
        self.rates.in_book(amount_e6, self.open.currency.get(row)?, self.as_of, self.book)
    }

    fn attribute(&self, own: &[Option<i128>]) -> ArrayRef {
        let converted = own.iter().enumerate().map(|(row, amount)| {
            // Billionths of money are whole millionths.
            let amount = i64::try_from((*amount)? / 1000).ok()?;
            Some(i128::from(self.converted(row, amount)?) * 1000)
        });
        decimals(converted, ATTRIBUTE_SCALE)
    }
}
