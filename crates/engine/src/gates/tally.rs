//! How many rows of a payee meet the conditions of a gate. Where the conditions ask nothing of a deal but its day, payees are counted once
//! for each day; where they ask nothing at all, once.

use std::collections::BTreeMap;

use apportion_base::money::Overflow;
use apportion_data::{DealIx, PayeeIx, Tables};
use apportion_rules::GateCount;
use arrow::array::{Array, BooleanArray};

use super::{PayeeOnDeal, PlannedGate, is_at_least};
use crate::credit::{Fault, Subject};
use crate::holds::Share;
use crate::plan::reach::asks_for_the_day;
use crate::plan::{Bound, index_array, state_array};

/// Rows that are asked at a time.
const ROWS: usize = 1 << 16;

/// The place of the payees among the tables that conditions see.
const PAYEES: usize = 1;

/// What was counted of a payee.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows that are asked: for which `of` is true.
    pub asked: u64,
    /// Those of them that meet `where`.
    pub meet: u64,
}

impl Tally {
    /// Whether it is enough. A part of no rows is.
    pub fn meets(self, count: &GateCount) -> Result<bool, Overflow> {
        match count {
            GateCount::AtLeast(rows) => Ok(self.meet >= u64::from(*rows)),
            GateCount::Share(share, _) => {
                let share = share.normalize();
                let share = Share { mantissa: share.mantissa(), scale: share.scale() };
                is_at_least((self.meet, self.asked), share)
            }
        }
    }
}

/// Which deals are alike for the conditions of a gate.
#[derive(Debug, Clone, Copy)]
enum Alike {
    All,
    OfOneDay,
    None,
}

impl PlannedGate<'_> {
    /// What is counted for each payee on its deal.
    pub(super) fn tallies(&self, tables: &Tables, work: &[PayeeOnDeal]) -> Result<Vec<Tally>, Fault> {
        let alike = self.alike(tables);
        let key = |(deal, payee): PayeeOnDeal| match alike {
            Alike::All => (payee, 0),
            Alike::OfOneDay => (payee, i64::from(tables.deals.close_date[deal])),
            Alike::None => (payee, i64::from(deal.raw())),
        };
        let mut asked: Vec<PayeeOnDeal> = Vec::new();
        let mut places: BTreeMap<(PayeeIx, i64), usize> = BTreeMap::new();
        let mut place_of = Vec::with_capacity(work.len());
        for one in work {
            place_of.push(*places.entry(key(*one)).or_insert_with(|| {
                asked.push(*one);
                asked.len() - 1
            }));
        }
        let tallies = self.count(tables, &asked)?;
        Ok(place_of.into_iter().map(|place| tallies[place]).collect())
    }

    fn alike(&self, tables: &Tables) -> Alike {
        let mut alike = Alike::All;
        for condition in self.counts.iter().chain(&self.of) {
            // What payees are depends on the day as well.
            let changing = condition.uses(PAYEES) && tables.payees.states.change();
            match asks_for_the_day(condition) {
                None => return Alike::None,
                Some(by_day) if by_day || changing => alike = Alike::OfOneDay,
                Some(_) => {}
            }
        }
        alike
    }

    /// Counts the rows of each payee, some at a time.
    fn count(&self, tables: &Tables, asked: &[PayeeOnDeal]) -> Result<Vec<Tally>, Fault> {
        let mut tallies = vec![Tally::default(); asked.len()];
        let (mut rows, mut of): (Vec<u32>, Vec<usize>) = (Vec::new(), Vec::new());
        for (place, (_, payee)) in asked.iter().enumerate() {
            rows.extend_from_slice(self.rows.of(*payee));
            of.resize(rows.len(), place);
            if rows.len() >= ROWS || place + 1 == asked.len() {
                self.add(tables, asked, (&rows, &of), &mut tallies)?;
                rows.clear();
                of.clear();
            }
        }
        Ok(tallies)
    }

    /// Adds rows of the table to the tallies of those that they are counted for.
    fn add(
        &self,
        tables: &Tables,
        asked: &[PayeeOnDeal],
        (rows, of): (&[u32], &[usize]),
        tallies: &mut [Tally],
    ) -> Result<(), Fault> {
        let mask = |condition: &Option<Bound<'_>>| -> Result<Option<BooleanArray>, Fault> {
            let Some(condition) = condition else { return Ok(None) };
            let of_rows = || of.iter().map(|place| asked[*place]);
            let states = state_array(tables, of_rows().map(|(deal, payee)| (payee, deal)));
            let deals = index_array(of_rows().map(|(deal, _): (DealIx, _)| deal.raw()));
            let (row_index, month) = (index_array(rows.iter().copied()), index_array(rows.iter().map(|_| 0)));
            let indices = [Some(&row_index), Some(&states), Some(&deals), Some(&month)];
            condition.mask(rows.len(), &indices).map(Some).map_err(|error| {
                let subject = |row: usize| Subject::Work(asked[of[row]].0, asked[of[row]].1);
                Fault::of_expression(condition.expr(), error, subject)
            })
        };
        let (meet, is_asked) = (mask(&self.counts)?, mask(&self.of)?);
        let holds = |mask: &Option<BooleanArray>, row: usize| {
            mask.as_ref().is_none_or(|mask| mask.is_valid(row) && mask.value(row))
        };
        for (row, place) in of.iter().enumerate().filter(|(row, _)| holds(&is_asked, *row)) {
            tallies[*place].asked += 1;
            tallies[*place].meet += u64::from(holds(&meet, row));
        }
        Ok(())
    }
}
