//! Work that policies make, behind the work of the sources: in the columns of the table and in what expressions see of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, DictionaryArray, StringArray, UInt32Array, new_null_array,
};
use arrow::buffer::ScalarBuffer;
use arrow::compute::concat;
use arrow::datatypes::{ArrowNativeType, DataType, UInt32Type};
use arrow::error::ArrowError;
use rayon::prelude::*;

use super::frames::fixed;
use super::tables::deals::Deals;
use super::tables::engagements::{AddedEngagement, Engagements};
use super::tables::indices::EngagementIx;
use super::tables::payees::Payees;
use apportion_base::index::Optional;

/// The ids that added rows name.
#[derive(Debug, Clone, Copy)]
pub struct AddedIds<'a> {
    /// The deals that all rows are about.
    pub deals: &'a Deals,
    /// The payees.
    pub payees: &'a Payees,
}

impl Engagements {
    /// The same with the work that policies make: `rows`, each among those of the deal that it names, and behind them `claims`, the work
    /// that claims would be. No deal has these: only who knows the first of them, which is returned, finds them, in their order. What
    /// expressions see of them names their deals.
    ///
    /// # Errors
    /// There are more rows than can be numbered, columns are larger than an array can be, or work was added to the deals before.
    pub fn with_work(
        mut self,
        rows: &[AddedEngagement],
        claims: &[AddedEngagement],
        ids: AddedIds<'_>,
    ) -> Result<(Self, EngagementIx), ArrowError> {
        if !rows.is_empty() && !self.added_by_deal.is_empty() {
            return Err(ArrowError::ComputeError("work was added to the deals before".to_owned()));
        }
        let mut rows: Vec<&AddedEngagement> = rows.iter().collect();
        // Stable: rows of a deal keep their order.
        rows.sort_by_key(|row| row.deal);
        let of_deals = rows.len();
        if of_deals > 0 {
            self.added_by_deal = starts(self.len(), &rows, ids.deals);
        }
        rows.extend(claims);
        let numbered = |row: usize| {
            let first = EngagementIx::new(row);
            first.filter(|_| self.len().saturating_add(rows.len()) < EngagementIx::LIMIT).ok_or_else(|| {
                ArrowError::ComputeError("there are more engagements than can be numbered".to_owned())
            })
        };
        let first_claim = numbered(self.len() + of_deals)?;
        if !rows.is_empty() {
            self.append(&rows, of_deals, ids)?;
        }
        Ok((self, first_claim))
    }

    /// Appends rows, the first `of_deals` of which name their deals, column by column on all cores.
    fn append(
        &mut self,
        rows: &[&AddedEngagement],
        of_deals: usize,
        ids: AddedIds<'_>,
    ) -> Result<(), ArrowError> {
        self.add_roles(runs(rows).map(|(role, _)| role));
        let before = self.payee.len();
        let Self { deal, account, opportunity, copies, payee, role, roles, occurred_on, weight_e9, .. } =
            self;
        let named = |(place, row): (usize, &&AddedEngagement)| match place < of_deals {
            true => row.deal.into(),
            false => Optional::NONE,
        };
        let frame = &mut self.frame;
        let columns = rayon::scope(|scope| {
            scope.spawn(|_| extend(deal, rows.iter().enumerate().map(named)));
            scope.spawn(|_| extend(account, rows.iter().map(|_| Optional::NONE)));
            scope.spawn(|_| extend(payee, rows.iter().map(|row| row.payee)));
            scope.spawn(|_| extend(weight_e9, rows.iter().map(|row| row.weight_e9)));
            scope.spawn(|_| *role = extended_buffer(role, numbers_of_roles(rows, roles)));
            scope.spawn(|_| {
                *occurred_on = extended_buffer(occurred_on, rows.iter().map(|row| row.occurred_on));
            });
            if !opportunity.is_empty() {
                scope.spawn(|_| extend(opportunity, rows.iter().map(|_| Optional::NONE)));
            }
            if !copies.is_empty() {
                // Each is there once.
                let own = EngagementIx::all(before + rows.len()).skip(before);
                scope.spawn(|_| copies.extend(own));
            }
            frame.columns.par_iter_mut().try_for_each(|(name, array)| {
                *array = extended(name, array, rows, ids)?;
                Ok(())
            })
        });
        self.ids.add_nulls(rows.len());
        self.frame.rows = self.payee.len();
        self.added += rows.len();
        columns
    }
}

/// Where the rows of each deal begin behind `before` others, one more than deals; they are in order of deals.
fn starts(before: usize, rows: &[&AddedEngagement], deals: &Deals) -> Vec<u32> {
    // There are no more rows than can be numbered; if there are, nothing is appended.
    let number = |row: usize| u32::try_from(before + row).unwrap_or(u32::MAX);
    let mut starts = Vec::with_capacity(deals.len() + 1);
    let mut next = 0;
    for deal in deals.all() {
        starts.push(number(next));
        next += rows.iter().skip(next).take_while(|row| row.deal == deal).count();
    }
    starts.push(number(next));
    starts
}

/// Appends without room for more: such a column is large, and nothing comes behind it.
fn extend<T>(column: &mut Vec<T>, rows: impl ExactSizeIterator<Item = T>) {
    column.reserve_exact(rows.len());
    column.extend(rows);
}

fn extended_buffer<T: ArrowNativeType>(
    column: &ScalarBuffer<T>,
    rows: impl ExactSizeIterator<Item = T>,
) -> ScalarBuffer<T> {
    let mut all = Vec::with_capacity(column.len() + rows.len());
    all.extend_from_slice(column);
    all.extend(rows);
    all.into()
}

/// Stretches of rows that share the text of their role, and how long each is: a policy gives all of its work one.
fn runs<'r>(rows: &'r [&AddedEngagement]) -> impl Iterator<Item = (&'r str, usize)> {
    let runs = rows.chunk_by(|one, other| Arc::ptr_eq(&one.role, &other.role));
    runs.filter_map(|run| Some((&*run.first()?.role, run.len())))
}

/// The numbers of the roles of rows among all roles, which are in order.
fn numbers_of_roles(rows: &[&AddedEngagement], roles: &[String]) -> impl ExactSizeIterator<Item = u32> {
    let number = |role: &str| {
        let place = roles.binary_search_by(|known| known.as_str().cmp(role)).unwrap_or(0);
        // Roles are numbered in 32 bits.
        u32::try_from(place).unwrap_or(0)
    };
    let mut numbers: Vec<u32> = Vec::with_capacity(rows.len());
    for (role, count) in runs(rows) {
        numbers.resize(numbers.len() + count, number(role));
    }
    numbers.into_iter()
}

/// A column with the cells of added rows behind its own.
fn extended(
    name: &str,
    array: &ArrayRef,
    rows: &[&AddedEngagement],
    ids: AddedIds<'_>,
) -> Result<ArrayRef, ArrowError> {
    match name {
        "deal_id" => with_ids(array, &ids.deals.ids, rows.iter().map(|row| row.deal.at())),
        "payee_id" => with_ids(array, &ids.payees.ids, rows.iter().map(|row| row.payee.at())),
        "role" => with_texts(array, runs(rows)),
        "activity" => with_texts(array, rows.iter().map(|row| (row.activity, 1))),
        "occurred_on" => {
            let days: Date32Array = rows.iter().map(|row| Some(row.occurred_on)).collect();
            with_array(array, &days)
        }
        "weight" => with_array(array, &fixed(rows.iter().map(|row| row.weight_e9), 9)),
        _ => with_nulls(array, rows.len()),
    }
}

/// Ids of rows behind a column of ids: where it has the numbers of the very same ids, these are the numbers.
fn with_ids(
    array: &ArrayRef,
    ids: &StringArray,
    rows: impl ExactSizeIterator<Item = usize>,
) -> Result<ArrayRef, ArrowError> {
    if let Some(dictionary) = array.as_dictionary_opt::<UInt32Type>()
        && dictionary.values().len() == ids.len()
    {
        let keys = rows.map(|row| u32::try_from(row).ok());
        return with_keys(dictionary, keys, Arc::clone(dictionary.values()));
    }
    with_texts(array, rows.map(|row| (ids.value(row), 1)))
}

/// Texts behind a column of texts in either layout, each so many times.
fn with_texts<'t>(
    array: &ArrayRef,
    rows: impl Iterator<Item = (&'t str, usize)>,
) -> Result<ArrayRef, ArrowError> {
    let repeated = |(text, count)| std::iter::repeat_n(text, count);
    let Some(dictionary) = array.as_dictionary_opt::<UInt32Type>() else {
        return with_array(array, &StringArray::from_iter_values(rows.flat_map(repeated)));
    };
    let known = dictionary.values().as_string_opt::<i32>();
    let mut distinct: Vec<&str> = known.into_iter().flatten().map(Option::unwrap_or_default).collect();
    let mut numbers: BTreeMap<&str, u32> =
        (0..).zip(&distinct).map(|(number, text)| (*text, number)).collect();
    let mut number = |text: &'t str| {
        let next = u32::try_from(distinct.len()).ok();
        match numbers.get(text) {
            Some(number) => Some(*number),
            None => next.inspect(|next| {
                distinct.push(text);
                numbers.insert(text, *next);
            }),
        }
    };
    let keys: Vec<Option<u32>> =
        rows.flat_map(|(text, count)| std::iter::repeat_n(number(text), count)).collect();
    with_keys(dictionary, keys.into_iter(), Arc::new(StringArray::from(distinct)))
}

fn with_keys(
    dictionary: &DictionaryArray<UInt32Type>,
    added: impl Iterator<Item = Option<u32>>,
    values: ArrayRef,
) -> Result<ArrayRef, ArrowError> {
    let added: UInt32Array = added.collect();
    let keys = concat(&[dictionary.keys(), &added])?;
    Ok(Arc::new(DictionaryArray::new(keys.as_primitive::<UInt32Type>().clone(), values)))
}

/// An array behind a column of its type; nulls behind one of another type.
fn with_array(array: &ArrayRef, added: &dyn Array) -> Result<ArrayRef, ArrowError> {
    if array.data_type() == added.data_type() {
        return concat(&[array.as_ref(), added]);
    }
    with_nulls(array, added.len())
}

fn with_nulls(array: &ArrayRef, count: usize) -> Result<ArrayRef, ArrowError> {
    match (array.as_dictionary_opt::<UInt32Type>(), array.data_type()) {
        (Some(dictionary), DataType::Dictionary(..)) => {
            let nulls = std::iter::repeat_n(None, count);
            with_keys(dictionary, nulls, Arc::clone(dictionary.values()))
        }
        (_, ty) => concat(&[array.as_ref(), new_null_array(ty, count).as_ref()]),
    }
}
