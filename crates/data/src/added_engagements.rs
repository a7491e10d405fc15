//! Work that policies make, behind the work of the sources: in the columns of the table and in what expressions see of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, DictionaryArray, StringArray, UInt32Array, new_null_array,
};
use arrow::compute::concat;
use arrow::datatypes::{DataType, UInt32Type};
use arrow::error::ArrowError;

use super::frames::fixed;
use super::tables::deals::Deals;
use super::tables::engagements::{AddedEngagement, Engagements};
use super::tables::indices::{DealIx, EngagementIx};
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
    /// The same with the work that policies make, each row among those of the deal that it names.
    ///
    /// # Errors
    /// There are more rows than can be numbered, columns are larger than an array can be, or work was added before.
    pub fn with_added(mut self, rows: &[AddedEngagement], ids: AddedIds<'_>) -> Result<Self, ArrowError> {
        if rows.is_empty() {
            return Ok(self);
        }
        if !self.added_by_deal.is_empty() {
            return Err(ArrowError::ComputeError("work was added to the deals before".to_owned()));
        }
        let mut rows: Vec<&AddedEngagement> = rows.iter().collect();
        // Stable: rows of a deal keep their order.
        rows.sort_by_key(|row| row.deal);
        let first = self.append(&rows, ids, |deal| deal.into())?;
        let mut starts = Vec::with_capacity(ids.deals.len() + 1);
        let mut next = 0;
        for deal in ids.deals.all() {
            starts.push(first.raw() + next);
            let of_deal = rows.iter().skip(next as usize).take_while(|row| row.deal == deal).count();
            // There are no more rows than can be numbered.
            next += u32::try_from(of_deal).unwrap_or(0);
        }
        starts.push(first.raw() + next);
        self.added_by_deal = starts;
        Ok(self)
    }

    /// The same with the work that claims would be. No deal has these rows: only who knows the first of them finds them, in the order of
    /// `rows`. What expressions see of them names their deals.
    ///
    /// # Errors
    /// There are more rows than can be numbered, or columns are larger than an array can be.
    pub fn with_claims(
        mut self,
        rows: &[AddedEngagement],
        ids: AddedIds<'_>,
    ) -> Result<(Self, EngagementIx), ArrowError> {
        let rows: Vec<&AddedEngagement> = rows.iter().collect();
        let first = self.append(&rows, ids, |_| Optional::NONE)?;
        Ok((self, first))
    }

    /// Appends rows and says which is the first of them.
    fn append(
        &mut self,
        rows: &[&AddedEngagement],
        ids: AddedIds<'_>,
        named: impl Fn(DealIx) -> Optional<DealIx>,
    ) -> Result<EngagementIx, ArrowError> {
        let first = EngagementIx::new(self.len());
        let fits = self.len().saturating_add(rows.len()) < EngagementIx::LIMIT;
        let Some(first) = first.filter(|_| fits) else {
            return Err(ArrowError::ComputeError(
                "there are more engagements than can be numbered".to_owned(),
            ));
        };
        self.add_roles(rows.iter().map(|row| &*row.role));
        let roles = &self.roles;
        let role = |row: &&AddedEngagement| {
            let place = roles.binary_search_by(|known| known.as_str().cmp(&row.role)).unwrap_or(0);
            // Roles are numbered in 32 bits.
            u32::try_from(place).unwrap_or(0)
        };
        self.role = self.role.iter().copied().chain(rows.iter().map(role)).collect();
        let days = rows.iter().map(|row| row.occurred_on);
        self.occurred_on = self.occurred_on.iter().copied().chain(days).collect();
        self.deal.extend(rows.iter().map(|row| named(row.deal)));
        self.account.extend(rows.iter().map(|_| Optional::NONE));
        if !self.opportunity.is_empty() {
            self.opportunity.extend(rows.iter().map(|_| Optional::NONE));
        }
        if !self.copies.is_empty() {
            // Each is there once.
            self.copies
                .extend((self.copies.len()..self.payee.len() + rows.len()).filter_map(EngagementIx::new));
        }
        self.payee.extend(rows.iter().map(|row| row.payee));
        self.weight_e9.extend(rows.iter().map(|row| row.weight_e9));
        if self.frame.column("engagement_id").is_some() || !self.id_rank.is_empty() {
            self.id_rank.resize(self.payee.len(), 0);
        }
        for (name, array) in &mut self.frame.columns {
            *array = extended(name, array, rows, ids)?;
        }
        self.frame.rows = self.payee.len();
        self.added += rows.len();
        Ok(first)
    }
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
        "role" => with_texts(array, rows.iter().map(|row| &*row.role)),
        "activity" => with_texts(array, rows.iter().map(|row| row.activity)),
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
fn with_texts<'t>(
    array: &ArrayRef,
    rows: impl ExactSizeIterator<Item = &'t str>,
) -> Result<ArrayRef, ArrowError> {
    let Some(dictionary) = array.as_dictionary_opt::<UInt32Type>() else {
        return with_array(array, &StringArray::from_iter_values(rows));
    };
    let known = dictionary.values().as_string_opt::<i32>();
    let mut distinct: Vec<&str> = known.into_iter().flatten().map(Option::unwrap_or_default).collect();
    let mut numbers: BTreeMap<&str, u32> =
        (0..).zip(&distinct).map(|(number, text)| (*text, number)).collect();
    let keys: Vec<Option<u32>> = rows
        .map(|text| {
            let next = u32::try_from(distinct.len()).ok();
            match numbers.get(text) {
                Some(number) => Some(*number),
                None => next.inspect(|next| {
                    distinct.push(text);
                    numbers.insert(text, *next);
                }),
            }
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
