//! Won deals that were read and are not among the deals: rows that a `where` left out, and rows that were rejected. Only their
//! days and amounts are kept, so that a period can say what it does not contain.

use std::collections::{BTreeMap, HashSet};

use apportion_book::Book;

use super::column::NO_NUMBER;
use super::contract::deals::{AMOUNT, CLOSE_DATE, CURRENCY, DEAL_ID, OUTCOME};
use super::fx::{self, Rates};
use super::intern::Names;
use super::staging::{StagedWon, StagingTable, Status};
use super::tables::indices::{NO_DAY, NONE};
use super::tables::left_out::{LeftOut, LeftOutDay};

/// Adds up what was left out, by day. Rows that `sum` would have added up are one deal; their amounts are all counted.
///
/// It is called once all rows of deals have been judged, and before rows follow the one that they were added to: that one has their
/// amounts.
pub(super) fn left_out(
    staging: Option<&StagingTable>,
    names: &Names,
    book: &Book,
    rates: Option<&Rates>,
) -> LeftOut {
    let Some(staging) = staging else { return LeftOut::default() };
    let conversion = Conversion { book, rates };
    let mut counted = HashSet::new();
    let (rejected, unplaced) = rejected(staging, names, conversion, &mut counted);
    LeftOut { rejected, filtered: filtered(staging, conversion, &mut counted), unplaced }
}

#[derive(Clone, Copy)]
struct Conversion<'c> {
    book: &'c Book,
    rates: Option<&'c Rates>,
}

impl Conversion<'_> {
    /// Millionths in the book's currency; `None` where there is no amount or no rate.
    fn amount(self, amount_e6: i64, currency: Option<&str>, day: i32) -> Option<i64> {
        if amount_e6 == NO_NUMBER {
            return None;
        }
        match currency {
            None => Some(amount_e6),
            Some(own) if own == self.book.currency.code() => Some(amount_e6),
            Some(other) => {
                let rates = self.rates?.of_currency(other);
                fx::latest(rates, day, self.book.fx_max_age_days)?.convert(amount_e6, self.book)
            }
        }
    }
}

#[derive(Default)]
struct Days(BTreeMap<i32, LeftOutDay>);

impl Days {
    /// `deals` is 0 for a further row of a deal that was counted.
    fn add(&mut self, day: i32, deals: u64, amount_e6: Option<i64>) {
        let sums = self.0.entry(day).or_insert(LeftOutDay { day, deals: 0, amount_e6: 0, without_amount: 0 });
        sums.deals += deals;
        sums.amount_e6 += i128::from(amount_e6.unwrap_or(0));
        sums.without_amount += u64::from(amount_e6.is_none());
    }

    fn into_days(self) -> Vec<LeftOutDay> {
        self.0.into_values().collect()
    }
}

/// The rejected rows, and how many of them can't be told to be won in some period or not. `counted` gets the codes of deals whose rows
/// are to be added up.
fn rejected(
    staging: &StagingTable,
    names: &Names,
    conversion: Conversion<'_>,
    counted: &mut HashSet<u32>,
) -> (Vec<LeftOutDay>, u64) {
    let mut without_amount: Vec<u32> = staging
        .findings
        .iter()
        .filter(|finding| finding.rejected && matches!(finding.column, Some(AMOUNT | CURRENCY)))
        .map(|finding| finding.row)
        .collect();
    without_amount.sort_unstable();
    let bad_cell = |column: usize| {
        let found =
            staging.findings.iter().filter(|finding| finding.rejected && finding.column == Some(column));
        found.map(|finding| finding.row).collect::<HashSet<u32>>()
    };
    let (bad_outcomes, bad_days) = (bad_cell(OUTCOME), bad_cell(CLOSE_DATE));
    let (outcomes, days) = (staging.column(OUTCOME), staging.column(CLOSE_DATE));
    let currencies = staging.texts(names, CURRENCY);
    let (mut sums, mut unplaced) = (Days::default(), staging.broken.len() as u64);
    for (row, status) in (0_u32..).zip(&staging.status) {
        if matches!(status, Status::Kept | Status::Summed | Status::Repeated | Status::OfFilteredDeal) {
            continue;
        }
        let place = row as usize;
        let is_won = !bad_outcomes.contains(&row) && outcomes.flag(place) == 1;
        let day = days.day(place);
        if bad_outcomes.contains(&row) || is_won && (bad_days.contains(&row) || day == NO_DAY) {
            unplaced += 1;
            continue;
        }
        if !is_won {
            continue;
        }
        let code = staging.column(CURRENCY).code(place);
        let is_read = code != NONE && without_amount.binary_search(&row).is_err();
        let amount_e6 = staging.column(AMOUNT).fixed(place);
        let amount_e6 =
            is_read.then(|| conversion.amount(amount_e6, Some(currencies.get(code)), day)).flatten();
        let deal = staging.column(DEAL_ID).code(place);
        let is_part = deal != NONE && !staging.file(row).sum.is_empty();
        let deals = u64::from(!is_part || counted.insert(deal));
        sums.add(day, deals, amount_e6);
    }
    (sums.into_days(), unplaced)
}

/// The rows that a `where` left out.
fn filtered(
    staging: &StagingTable,
    conversion: Conversion<'_>,
    counted: &mut HashSet<u32>,
) -> Vec<LeftOutDay> {
    let filtered = &staging.filtered_deals;
    let is_part = |won: &StagedWon| won.deal != NONE && !staging.files[won.file as usize].sum.is_empty();
    if filtered.won.iter().any(is_part) {
        // What is left of such a deal is used, or was rejected.
        let deals = staging.column(DEAL_ID);
        counted.extend((0..staging.len()).map(|row| deals.code(row)));
    }
    let mut further = HashSet::new();
    let mut sums = Days::default();
    for won in &filtered.won {
        let currency = (won.currency != NONE).then(|| filtered.currencies.get(won.currency));
        let amount_e6 = conversion.amount(won.amount_e6, currency, won.day);
        let is_known =
            is_part(won) && (counted.contains(&filtered.deal_code(won.deal)) || !further.insert(won.deal));
        sums.add(won.day, u64::from(!is_known), amount_e6);
    }
    sums.into_days()
}
