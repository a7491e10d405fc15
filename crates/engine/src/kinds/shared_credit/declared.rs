//! Declared splits: a deal's percents by payee, as far as the rule's `splits` lets them count.

use apportion_rules::SlotIx;
use arrow::array::Array;

use crate::credit::{Fault, Reason, Shares, Subject};
use crate::plan::groups::add_up;
use crate::plan::{Bound, Inputs, deal_array, index_array, state_array};
use apportion_data::{DealIx, SplitIx, Splits};
use apportion_expr::Expr;

/// 100% in billionths of a percent.
const WHOLE_E9: i128 = 100_000_000_000;

/// The split rows that count.
pub struct DeclaredSplits<'a> {
    condition: Option<Bound<'a>>,
    /// Whether a deal's percents must add up to 100 (an overlay's need not).
    whole: bool,
}

impl<'a> DeclaredSplits<'a> {
    pub fn new(inputs: &Inputs, condition: Option<&'a Expr>, whole: bool) -> Self {
        let tables = inputs.tables;
        let frames =
            [Some(&tables.splits.frame), Some(&tables.payees.states.frame), Some(&tables.deals.frame)];
        Self { condition: condition.map(|expr| Bound::new(expr, &frames)), whole }
    }

    /// The percents of each deal by payee; none where they do not add up to 100 although they must.
    pub fn shares(&self, inputs: &Inputs, deals: &[DealIx]) -> Result<Shares, Fault> {
        let splits = &inputs.tables.splits;
        let mut shares = Shares { offsets: vec![0], ..Shares::default() };
        let (rows, of_deal) = rows(splits, deals);
        let counts = self.counts(inputs, &rows, &of_deal)?;
        let mut units = Vec::new();
        let mut index = 0;
        for &deal in deals {
            units.clear();
            while index < rows.len() && of_deal[index] == deal {
                let row = rows[index];
                if counts[index] {
                    units.push((SlotIx::FIRST, splits.payee[row], i128::from(splits.percent_e9[row])));
                }
                index += 1;
            }
            let sum: i128 = units.iter().map(|(_, _, percent)| percent).sum();
            let why = if units.is_empty() {
                Reason::NoSplits
            } else if self.whole && sum != WHOLE_E9 {
                Reason::SplitsNot100
            } else {
                Reason::NoEligiblePayee
            };
            if why == Reason::SplitsNot100 {
                units.clear();
            }
            add_up(&mut units, false, &mut shares);
            shares.why_empty.push(why);
        }
        Ok(shares)
    }

    /// The condition that narrows which rows count.
    pub fn condition(&self) -> Option<&Bound<'a>> {
        self.condition.as_ref()
    }

    /// The split rows of one deal, and whether each counts.
    pub fn of_deal(&self, inputs: &Inputs, deal: DealIx) -> Result<Vec<(SplitIx, bool)>, Fault> {
        let (rows, of_deal) = rows(&inputs.tables.splits, &[deal]);
        let counts = self.counts(inputs, &rows, &of_deal)?;
        Ok(rows.into_iter().zip(counts).collect())
    }

    fn counts(&self, inputs: &Inputs, rows: &[SplitIx], of_deal: &[DealIx]) -> Result<Vec<bool>, Fault> {
        let Some(condition) = &self.condition else { return Ok(vec![true; rows.len()]) };
        let payees = &inputs.tables.splits.payee;
        let split_index = index_array(rows.iter().map(|row| row.raw()));
        let of_rows = rows.iter().map(|&row| payees[row]).zip(of_deal.iter().copied());
        let state_index = state_array(inputs.tables, of_rows);
        let deal_index = deal_array(of_deal);
        let mask = condition
            .mask(rows.len(), &[Some(&split_index), Some(&state_index), Some(&deal_index)])
            .map_err(|error| {
            let subject = |row: usize| Subject::Work(of_deal[row], payees[rows[row]]);
            Fault::of_expression(condition.expr(), error, subject)
        })?;
        Ok((0..rows.len()).map(|index| mask.is_valid(index) && mask.value(index)).collect())
    }
}

/// The split rows of the deals, and the deal of each.
fn rows(splits: &Splits, deals: &[DealIx]) -> (Vec<SplitIx>, Vec<DealIx>) {
    let mut rows = Vec::new();
    let mut of_deal = Vec::new();
    for &deal in deals {
        rows.extend(splits.of_deal(deal));
        of_deal.resize(rows.len(), deal);
    }
    (rows, of_deal)
}
