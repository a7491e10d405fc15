//! Work that policies make, behind the work of the sources: in the columns of the table and in what expressions see of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, DictionaryArray, StringArray, UInt32Array, new_empty_array,
    new_null_array,
};
use arrow::buffer::ScalarBuffer;
use arrow::compute::concat;
use arrow::datatypes::{ArrowNativeType, DataType, Date32Type, UInt32Type};
use arrow::error::ArrowError;
use rayon::prelude::*;

use super::frames::{days, fixed, indexed_all};
use super::tables::deals::Deals;
use super::tables::engagements::{AddedEngagement, AddedWork, Engagements, WorkKind, unshared};
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
    /// The same with the work that policies make: `work`, each row among those of the deal that it names, and behind it `claims`, the work
    /// that claims would be. No deal has these: only who knows the first of them, which is returned, finds them, in their order. What
    /// expressions see of them names their deals.
    ///
    /// # Errors
    /// There are more rows than can be numbered, columns are larger than an array can be, or work was added to the deals before.
    pub fn with_work(
        mut self,
        mut work: AddedWork,
        claims: AddedWork,
        ids: AddedIds<'_>,
    ) -> Result<(Self, EngagementIx), ArrowError> {
        if !work.rows.is_empty() && !self.added_by_deal.is_empty() {
            return Err(ArrowError::ComputeError("work was added to the deals before".to_owned()));
        }
        // Stable: rows of a deal keep their order.
        work.rows.sort_by_key(|row| row.deal);
        let of_deals = work.rows.len();
        if of_deals > 0 {
            self.added_by_deal = starts(self.len(), &work.rows, ids.deals);
        }
        work.append(claims);
        let numbered = |row: usize| {
            let first = EngagementIx::new(row);
            let all = self.len().saturating_add(work.rows.len());
            first.filter(|_| all < EngagementIx::LIMIT).ok_or_else(|| {
                ArrowError::ComputeError("there are more engagements than can be numbered".to_owned())
            })
        };
        let first_claim = numbered(self.len() + of_deals)?;
        if !work.rows.is_empty() {
            self.append(&work, of_deals, ids)?;
        }
        Ok((self, first_claim))
    }

    /// Appends rows, the first `of_deals` of which name their deals, column by column on all cores.
    fn append(&mut self, work: &AddedWork, of_deals: usize, ids: AddedIds<'_>) -> Result<(), ArrowError> {
        let seen = SeenColumns::taken_out(self);
        self.add_roles(work.kinds.iter().map(|kind| &*kind.role));
        let (rows, before) = (&work.rows, self.payee.len());
        let role_of_kind = self.numbers_of_roles(work);
        let Self { deal, account, opportunity, copies, payee, role, occurred_on, weight_e9, .. } = self;
        let named = |(place, row): (usize, &AddedEngagement)| match place < of_deals {
            true => row.deal.into(),
            false => Optional::NONE,
        };
        let frame = &mut self.frame;
        let columns = rayon::scope(|scope| {
            scope.spawn(|_| extend(deal, rows.iter().enumerate().map(named)));
            scope.spawn(|_| extend(account, rows.iter().map(|_| Optional::NONE)));
            scope.spawn(|_| extend(payee, rows.iter().map(|row| row.payee)));
            scope.spawn(|_| extend(weight_e9, rows.iter().map(|row| row.weight_e9)));
            scope.spawn(|_| extend_buffer(role, rows.iter().map(|row| role_of_kind[row.kind as usize])));
            scope.spawn(|_| extend_buffer(occurred_on, rows.iter().map(|row| row.occurred_on)));
            if !opportunity.is_empty() {
                scope.spawn(|_| extend(opportunity, rows.iter().map(|_| Optional::NONE)));
            }
            if !copies.is_empty() {
                // Each is there once.
                let own = EngagementIx::all(before + rows.len()).skip(before);
                scope.spawn(|_| copies.extend(own));
            }
            let others = frame.columns.par_iter_mut().enumerate().filter(|(place, _)| !seen.has(*place));
            others.try_for_each(|(_, (name, array))| {
                *array = extended(name, array, work, ids)?;
                Ok(())
            })
        });
        seen.put_back(self);
        self.frame.rows = self.payee.len();
        self.added += rows.len();
        columns
    }

    /// By kind of work: the number of its role, which the table has.
    fn numbers_of_roles(&self, work: &AddedWork) -> Vec<u32> {
        let number = |kind: &WorkKind| {
            let place = self.roles.binary_search_by(|known| known.as_str().cmp(&kind.role)).unwrap_or(0);
            // Roles are numbered in 32 bits.
            u32::try_from(place).unwrap_or(0)
        };
        work.kinds.iter().map(number).collect()
    }
}

/// Where expressions see the memory of the table's own columns: these can only be made longer in their place while nobody else has them.
#[derive(Default)]
struct SeenColumns {
    role: Option<usize>,
    occurred_on: Option<usize>,
}

impl SeenColumns {
    fn taken_out(engagements: &mut Engagements) -> Self {
        let Engagements { frame, role, occurred_on, .. } = engagements;
        let mut seen = Self::default();
        for (place, (name, array)) in frame.columns.iter_mut().enumerate() {
            let own = match name.as_str() {
                "role" => array
                    .as_dictionary_opt::<UInt32Type>()
                    .filter(|seen| seen.keys().values().inner().ptr_eq(role.inner()))
                    .map(|_| &mut seen.role),
                "occurred_on" => array
                    .as_primitive_opt::<Date32Type>()
                    .filter(|seen| seen.values().inner().ptr_eq(occurred_on.inner()))
                    .map(|_| &mut seen.occurred_on),
                _ => None,
            };
            if let Some(own) = own {
                *own = Some(place);
                *array = new_empty_array(array.data_type());
            }
        }
        seen
    }

    fn has(&self, place: usize) -> bool {
        [self.role, self.occurred_on].contains(&Some(place))
    }

    fn put_back(&self, engagements: &mut Engagements) {
        let Engagements { frame, role, roles, occurred_on, .. } = engagements;
        if let Some(place) = self.role {
            frame.columns[place].1 = indexed_all(role.clone(), roles.iter().map(Some).collect());
        }
        if let Some(place) = self.occurred_on {
            frame.columns[place].1 = days(occurred_on.clone());
        }
    }
}

/// Where the rows of each deal begin behind `before` others, one more than deals; they are in order of deals.
fn starts(before: usize, rows: &[AddedEngagement], deals: &Deals) -> Vec<u32> {
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

/// Appends without more room than there is or is needed: such a column is large, and nothing comes behind it.
fn extend<T>(column: &mut Vec<T>, rows: impl ExactSizeIterator<Item = T>) {
    column.reserve_exact(rows.len());
    column.extend(rows);
}

fn extend_buffer<T: ArrowNativeType>(column: &mut ScalarBuffer<T>, rows: impl ExactSizeIterator<Item = T>) {
    let mut all = unshared(std::mem::take(column));
    extend(&mut all, rows);
    *column = all.into();
}

/// A column with the cells of added rows behind its own.
fn extended(
    name: &str,
    array: &ArrayRef,
    work: &AddedWork,
    ids: AddedIds<'_>,
) -> Result<ArrayRef, ArrowError> {
    let (kinds, rows) = (&work.kinds, &work.rows);
    match name {
        "deal_id" => with_ids(array, &ids.deals.ids, rows.iter().map(|row| row.deal.at())),
        "payee_id" => with_ids(array, &ids.payees.ids, rows.iter().map(|row| row.payee.at())),
        "role" => with_texts(array, rows.iter().map(|row| &*kinds[row.kind as usize].role)),
        "activity" => with_texts(array, rows.iter().map(|row| kinds[row.kind as usize].activity)),
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
    with_texts(array, rows.map(|row| ids.value(row)))
}

/// Texts behind a column of texts in either layout.
fn with_texts<'t>(array: &ArrayRef, rows: impl Iterator<Item = &'t str>) -> Result<ArrayRef, ArrowError> {
    let Some(dictionary) = array.as_dictionary_opt::<UInt32Type>() else {
        return with_array(array, &StringArray::from_iter_values(rows));
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
    // Rows that stand side by side often have the same text.
    let (mut last, mut of_last): (&str, Option<u32>) = ("", None);
    let keys: Vec<Option<u32>> = rows
        .map(|text| {
            if of_last.is_none() || !std::ptr::eq(last, text) {
                (last, of_last) = (text, number(text));
            }
            of_last
        })
        .collect();
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
