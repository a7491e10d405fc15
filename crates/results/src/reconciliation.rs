//! What became of the won deals of a period that were read: used deals by what the rules made of them, and what was rejected or
//! filtered before. `docs/reference/outputs.md#reconciliationcsv` describes the file.

use std::io;
use std::sync::atomic::{AtomicU8, Ordering};

use rayon::prelude::*;

use super::records::csv_writer;
use super::sink::Sink;
use apportion_book::{Book, FiscalCalendar, Period};
use apportion_contract::Part;
use apportion_contract::output::RECONCILIATION_FILE;
use apportion_data::{DealIx, LeftOutDay, Tables};
use apportion_engine::credit::Reason;
use apportion_engine::explain::Exact;
use apportion_engine::settle::PeriodView;

/// Deals and what they are worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Worth {
    /// How many.
    pub deals: u64,
    /// The sum of their amounts in book currency, in millionths.
    pub amount_e6: i128,
}

impl Worth {
    fn add(&mut self, deals: u64, amount_e6: i128) {
        self.deals += deals;
        self.amount_e6 += amount_e6;
    }

    /// The sum with the decimals of the minor unit, and more where it has more.
    pub fn amount(&self, digits: u32) -> String {
        sum_cell(self.amount_e6, digits)
    }
}

/// Millionths with the decimals of the minor unit, and more where they have more.
pub(super) fn sum_cell(amount_e6: i128, digits: u32) -> String {
    Exact::new(amount_e6, 6).with_decimals(digits)
}

/// The won deals of a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// By part but the first, in the order of [`Part`].
    parts: [Worth; 5],
    /// Rejected and filtered rows whose amounts could not be read or converted: they are not in the sums.
    pub without_amount: u64,
    /// Rejected rows of deals whose outcome or day could not be read: they may be won deals of this period.
    pub unplaced: u64,
    /// Used deals from which nobody has a line with an amount, ascending.
    pub unpaid: Vec<DealIx>,
}

/// What is known of each deal from its lines, as bits.
pub(super) struct DealMarks(Vec<AtomicU8>);

/// Bits of a deal: it has a line, it has one with an amount, and no rule matched it.
const LINE: u8 = 1;
const AMOUNT: u8 = 2;
const NO_RULE: u8 = 4;

impl DealMarks {
    /// Of so many deals without lines.
    pub fn new(deals: usize) -> Self {
        Self((0..deals).map(|_| AtomicU8::new(0)).collect())
    }

    /// Marks the deals of some lines.
    pub fn add(&self, settlement: &PeriodView) {
        settlement.lines.par_statements().for_each(|lines| {
            for line in lines {
                let pays = settlement.applies[line.rule][line.version].amount;
                let mark = if pays { LINE | AMOUNT } else { LINE };
                // Most deals have several lines, and a look costs less than a change.
                if self.of(line.deal) & mark != mark {
                    self.mark(line.deal, mark);
                }
            }
        });
    }

    fn of(&self, deal: DealIx) -> u8 {
        self.0[deal].load(Ordering::Relaxed)
    }

    fn mark(&self, deal: DealIx, mark: u8) {
        self.0[deal].fetch_or(mark, Ordering::Relaxed);
    }
}

impl Reconciliation {
    /// Reconciles a period.
    pub fn new(settlement: &PeriodView, tables: &Tables, book: &Book, period: Period) -> Self {
        let marks = DealMarks::new(tables.deals.len());
        marks.add(settlement);
        Self::of_marks(&marks, settlement, tables, (book, period))
    }

    /// Reconciles a period whose lines were marked.
    pub(super) fn of_marks(
        marks: &DealMarks,
        settlement: &PeriodView,
        tables: &Tables,
        (book, period): (&Book, Period),
    ) -> Self {
        let calendar = FiscalCalendar { starts: book.fiscal_year_starts };
        let (first, last) = (calendar.first_day(period), calendar.last_day(period));
        let deals = &tables.deals;
        let no_rule = settlement.uncredited.iter().filter(|row| row.reason == Reason::NoRule);
        no_rule.for_each(|row| marks.mark(row.deal, NO_RULE));
        let mut reconciliation = Self { unplaced: tables.left_out.unplaced, ..Self::default() };
        let end = last.checked_add(1).map_or(DealIx::from_raw(u32::MAX), |after| deals.first_from(after));
        let from = deals.first_from(first);
        let of_period = deals.all().skip_while(|deal| *deal < from).take_while(|deal| *deal < end);
        for deal in of_period.filter(|deal| deals.won[*deal]) {
            let mark = marks.of(deal);
            let part = if mark & LINE != 0 {
                Part::Credited
            } else if mark & NO_RULE != 0 {
                Part::NoRule
            } else {
                Part::Matched
            };
            reconciliation.add(part, 1, deals.amount_e6[deal].into());
            if mark & AMOUNT == 0 {
                reconciliation.unpaid.push(deal);
            }
        }
        for (part, days) in
            [(Part::Rejected, &tables.left_out.rejected), (Part::Filtered, &tables.left_out.filtered)]
        {
            for LeftOutDay { deals, amount_e6, without_amount, .. } in
                days.iter().filter(|day| (first..=last).contains(&day.day))
            {
                reconciliation.add(part, *deals, *amount_e6);
                reconciliation.without_amount += without_amount;
            }
        }
        reconciliation
    }

    fn add(&mut self, part: Part, deals: u64, amount_e6: i128) {
        if let Some(worth) = (part as usize).checked_sub(1).and_then(|place| self.parts.get_mut(place)) {
            worth.add(deals, amount_e6);
        }
    }

    /// A part; that of [`Part::Read`] is the sum of the others.
    pub fn part(&self, part: Part) -> Worth {
        match (part as usize).checked_sub(1) {
            Some(place) => self.parts[place],
            None => self.parts.iter().fold(Worth::default(), |mut sum, worth| {
                sum.add(worth.deals, worth.amount_e6);
                sum
            }),
        }
    }

    /// All parts, in the order of the file.
    pub fn parts(&self) -> impl Iterator<Item = (Part, Worth)> + '_ {
        Part::ALL.into_iter().map(|part| (part, self.part(part)))
    }
}

/// One row a part.
pub(super) fn write(sink: &mut Sink, reconciliation: &Reconciliation, digits: u32) -> io::Result<()> {
    let mut csv = csv_writer(sink);
    csv.write_record(RECONCILIATION_FILE.header())?;
    for (part, worth) in reconciliation.parts() {
        csv.write_record([part.word(), &worth.deals.to_string(), &worth.amount(digits)])?;
    }
    csv.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_have_the_decimals_that_they_need() {
        let amount = |amount_e6, digits| Worth { deals: 1, amount_e6 }.amount(digits);
        assert_eq!(amount(1_234_500_000, 2), "1234.50");
        assert_eq!(amount(80_487_704_183_200, 2), "80487704.1832");
        assert_eq!(amount(-5_000_000, 0), "-5");
        assert_eq!(amount(-1, 2), "-0.000001");
        assert_eq!(amount(0, 2), "0.00");
    }

    #[test]
    fn parts_are_in_the_order_of_the_file() {
        for (place, part) in Part::ALL.into_iter().enumerate() {
            assert_eq!(part as usize, place);
        }
    }
}
