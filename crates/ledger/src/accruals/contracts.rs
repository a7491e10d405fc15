//! Reversals of contracts, and the day on which a contract ended.

use std::collections::BTreeMap;

use crate::key::Names;
use crate::scope::Ground;
use crate::vanished::accepted_in;
use apportion_contract::AcceptanceAction;
use apportion_data::{DealIx, Tables};
use arrow::array::{Array, AsArray};
use arrow::datatypes::Date32Type;

/// A won deal that reverses another one, by clawback rules or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContractReversal {
    /// The reversal.
    pub deal_id: String,
    /// The deal that it reverses.
    pub of_deal_id: String,
    /// The day on which it closed.
    pub close_date: i32,
    /// How much it reverses, in millionths of the book's currency.
    pub size_e6: i128,
}

/// The reversals of contracts, as a close knows them.
#[derive(Debug, Default)]
pub struct Contracts {
    /// By id of the reversal.
    reversals: BTreeMap<String, ContractReversal>,
    /// By original: day, id and size of each, in this order.
    of_deals: BTreeMap<String, Vec<(i32, String, i128)>>,
}

impl Contracts {
    /// Those of the data, and those of the close before that the data no longer give, unless they were taken back.
    pub fn known(
        (ground, names): (&Ground<'_>, &Names),
        tables: &Tables,
        before: Vec<ContractReversal>,
    ) -> Self {
        let mut before: BTreeMap<String, ContractReversal> =
            before.into_iter().map(|row| (row.deal_id.clone(), row)).collect();
        let mut found = Self::default();
        for reversal in &tables.deals.reversals {
            let deal_id = tables.deals.id(reversal.deal);
            let original = reversal.original.get().map(|deal| tables.deals.id(deal));
            let named = original.or_else(|| tables.deals.frame.text("reverses_deal_id", reversal.deal.at()));
            let known = named.map(str::to_owned).or_else(|| Some(before.get(deal_id)?.of_deal_id.clone()));
            let Some(of_deal_id) = known else { continue };
            let close_date = tables.deals.close_date[reversal.deal];
            let (deal_id, size_e6) = (deal_id.to_owned(), reversal.size_e6);
            found.add(ContractReversal { deal_id, of_deal_id, close_date, size_e6 });
        }
        before.retain(|deal_id, _| {
            let is_gone = names.find(deal_id).and_then(|name| ground.deal(name)).is_none();
            is_gone && accepted_in(tables, deal_id) != Some(AcceptanceAction::TakeBack)
        });
        before.into_values().for_each(|row| found.add(row));
        found.of_deals.values_mut().for_each(|all| all.sort_unstable());
        found
    }

    fn add(&mut self, row: ContractReversal) {
        let of_deal = self.of_deals.entry(row.of_deal_id.clone()).or_default();
        of_deal.push((row.close_date, row.deal_id.clone(), row.size_e6));
        self.reversals.insert(row.deal_id.clone(), row);
    }

    /// The deal that another one reverses.
    pub fn original(&self, deal_id: &str) -> Option<&str> {
        self.reversals.get(deal_id).map(|row| row.of_deal_id.as_str())
    }

    /// Those that closed until a day, by id.
    pub fn until(&self, last: i32) -> Vec<ContractReversal> {
        self.reversals.values().filter(|row| row.close_date <= last).cloned().collect()
    }

    /// The day on which a contract ended, as far as it did until a day: its customer left, or reversals took the whole of it.
    pub fn ended_on(&self, tables: &Tables, deal: DealIx, last: i32) -> Option<i32> {
        let churned = churned_on(tables, deal).filter(|day| *day <= last);
        churned.into_iter().chain(self.reversed_on(tables, deal, last)).min()
    }

    /// The day on which reversals took the whole of a contract.
    fn reversed_on(&self, tables: &Tables, deal: DealIx, last: i32) -> Option<i32> {
        let whole = i128::from(tables.deals.amount_e6[deal]).abs();
        let mut taken = 0_i128;
        let all = self.of_deals.get(tables.deals.id(deal))?;
        all.iter().take_while(|(day, ..)| *day <= last).find_map(|(day, _, size)| {
            taken = taken.saturating_add(*size);
            (taken >= whole).then_some(*day)
        })
    }
}

/// The day on which the customer left.
fn churned_on(tables: &Tables, deal: DealIx) -> Option<i32> {
    let column = tables.deals.frame.column("churned_on")?.as_primitive_opt::<Date32Type>()?;
    column.is_valid(deal.at()).then(|| column.value(deal.at()))
}
