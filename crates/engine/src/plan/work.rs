//! Work that a policy lets count otherwise than it was recorded, and whether `engaged` is true of it: of the few deals that somebody
//! registered, or about which a conflict was decided.

use std::sync::Arc;

use apportion_data::{DealIx, EngagementIx};
use apportion_expr::Expr;
use arrow::array::{Array, ArrayRef, StringArray, UInt32Array};
use arrow::compute::take;
use arrow::convert::texts;

use super::{Bound, Inputs, TemporaryTable, deal_array, index_array, state_array};
use crate::credit::{Fault, Subject};

/// The place of the engagements among the tables that `engaged` sees.
const ENGAGEMENTS: usize = 0;

/// The column whose value a policy may replace.
const ROLE: &str = "role";

/// An engagement within reach of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkOnDeal<'r> {
    /// The deal that is paid.
    pub deal: DealIx,
    /// The engagement.
    pub row: EngagementIx,
    /// The role that it counts in; `None` for its own.
    pub role: Option<&'r str>,
}

/// Those of a list, which ascends by deal, that are about some deals, which ascend. Where the list is empty it costs one question.
pub fn among<'a, 'd, T>(
    all: &'a [T],
    deal_of: fn(&T) -> DealIx,
    deals: &'d [DealIx],
) -> impl Iterator<Item = &'a T> + use<'a, 'd, T> {
    let within = match (deals.first(), deals.last()) {
        (Some(first), Some(last)) if !all.is_empty() => {
            let from = all.partition_point(|one| deal_of(one) < *first);
            &all[from..all.partition_point(|one| deal_of(one) <= *last)]
        }
        _ => &[],
    };
    within.iter().filter(move |one| deals.binary_search(&deal_of(one)).is_ok())
}

/// Whether `engaged` is true of each, seeing the role that it counts in.
///
/// # Errors
/// An `engaged` that has no value for an engagement, with the deal.
pub fn counts(inputs: &Inputs, engaged: Option<&Bound>, work: &[WorkOnDeal]) -> Result<Vec<bool>, Fault> {
    let Some(engaged) = engaged else { return Ok(vec![true; work.len()]) };
    let payees = &inputs.engagements.payee;
    let states = state_array(inputs.tables, work.iter().map(|work| (payees[work.row], work.deal)));
    let of_deals: Vec<DealIx> = work.iter().map(|work| work.deal).collect();
    let deals = deal_array(&of_deals);
    let columns = columns(inputs, engaged.expr(), work)?;
    let made = TemporaryTable { table: ENGAGEMENTS, columns: &columns };
    let mask =
        engaged.mask_with(work.len(), &[None, Some(&states), Some(&deals)], made).map_err(|error| {
            let subject = |place: usize| Subject::Work(work[place].deal, payees[work[place].row]);
            Fault::of_expression(engaged.expr(), error, subject)
        })?;
    Ok((0..work.len()).map(|place| mask.is_valid(place) && mask.value(place)).collect())
}

/// The columns of the engagements that an expression names, with a row for each.
fn columns(inputs: &Inputs, expr: &Expr, work: &[WorkOnDeal]) -> Result<Vec<Option<ArrayRef>>, Fault> {
    let rows = index_array(work.iter().map(|work| work.row.raw()));
    let Some(table) = expr.scope().tables.get(ENGAGEMENTS) else { return Ok(Vec::new()) };
    let mut columns = vec![None; table.columns.len()];
    for named in expr.columns().iter().filter(|named| named.table == ENGAGEMENTS) {
        let (name, _) = &table.columns[named.column];
        let Some(column) = inputs.engagements.frame.column(name) else { continue };
        let of_work = column_of_work(column, &rows, (name == ROLE).then_some(work));
        columns[named.column] = Some(of_work.map_err(|error| Fault::new(Subject::Rule, error.to_string()))?);
    }
    Ok(columns)
}

/// The values of a column for some rows; `replaced` has the roles that stand in their place.
fn column_of_work(
    column: &ArrayRef,
    rows: &UInt32Array,
    replaced: Option<&[WorkOnDeal]>,
) -> Result<ArrayRef, arrow::error::ArrowError> {
    let own = take(column.as_ref(), rows, None)?;
    let Some(work) = replaced.filter(|work| work.iter().any(|work| work.role.is_some())) else {
        return Ok(own);
    };
    let own = texts(own.as_ref())?;
    let of_one = |(place, work): (usize, &WorkOnDeal)| {
        let own = own.is_valid(place).then(|| own.value(place).to_owned());
        work.role.map(str::to_owned).or(own)
    };
    Ok(Arc::new(work.iter().enumerate().map(of_one).collect::<StringArray>()))
}
