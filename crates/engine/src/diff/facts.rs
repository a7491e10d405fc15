//! Compares the two sets of data for one deal or payee. It is done only for those whose lines differ, once each.

use std::sync::atomic::{AtomicU8, Ordering};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::convert;
use arrow::datatypes::{DataType, Date32Type, Decimal128Type};

use super::behind::is_made;
use super::keys::{CommonDeal, CommonPayee, Keys};
use super::{Side, SideName};
use apportion_base::money::format_scaled;
use apportion_book::{Period, display_day};
use apportion_data::{DealIx, Frame, PayeeIx, PayeeStates, StateIx, Tables};

/// The field that says whether a deal is incomplete.
pub const REJECTED: &str = "rejected rows name it";

/// A field of a deal or payee whose value differs, both values as texts; empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The name of the field.
    pub field: String,
    /// Its value before.
    pub before: String,
    /// Its value after.
    pub after: String,
}

/// Whether deals and payees are the same on both sides, remembered by common index. Who asks for one that is not known yet finds it out, also
/// while somebody else does: both find the same.
#[derive(Debug)]
pub struct Facts {
    /// Both sides have one set of data: nothing differs.
    shared: bool,
    deals: Vec<Sameness>,
    payees: Vec<Sameness>,
}

/// One of the following.
#[derive(Debug, Default)]
struct Sameness(AtomicU8);

const NOT_YET: u8 = 0;
const SAME: u8 = 1;
const DIFFERS: u8 = 2;

impl Sameness {
    fn differs(&self, find_out: impl FnOnce() -> bool) -> bool {
        match self.0.load(Ordering::Relaxed) {
            NOT_YET => {
                let differs = find_out();
                self.0.store(if differs { DIFFERS } else { SAME }, Ordering::Relaxed);
                differs
            }
            known => known == DIFFERS,
        }
    }
}

impl Facts {
    /// Nothing is known yet.
    pub fn new(before: &Side, after: &Side, keys: &Keys) -> Self {
        let shared = std::ptr::eq(before.tables, after.tables);
        let seen = |len: usize| (0..if shared { 0 } else { len }).map(|_| Sameness::default()).collect();
        Self { shared, deals: seen(keys.deals.len()), payees: seen(keys.payees.len()) }
    }

    /// Whether both sides have one set of data.
    pub fn shared(&self) -> bool {
        self.shared
    }

    /// Whether the data of a deal that both sides have differ, by common index.
    pub fn deal_differs(&self, before: &Side, after: &Side, keys: &Keys, deal: CommonDeal) -> bool {
        let find_out = || !deal_changes(before, after, keys, deal).is_empty();
        !self.shared && self.deals[deal].differs(find_out)
    }

    /// Whether the data of a payee that both sides have differ, by common index.
    pub fn payee_differs(&self, before: &Side, after: &Side, keys: &Keys, payee: CommonPayee) -> bool {
        let find_out = || !payee_changes(before, after, keys, payee).is_empty();
        !self.shared && self.payees[payee].differs(find_out)
    }
}

/// The fields of a deal that differ; none where only one side has the deal.
pub fn deal_changes(before: &Side, after: &Side, keys: &Keys, deal: CommonDeal) -> Vec<FieldChange> {
    let fields = |which, side: &Side| Some(deal_values(side.tables, keys.deals.own(which, deal)?));
    let mut changes = changes(fields(SideName::Before, before), fields(SideName::After, after));
    // What policies make of a deal is no data.
    changes.retain(|change| !is_made(before.rules, &change.field) && !is_made(after.rules, &change.field));
    changes
}

/// The fields of a payee that differ; none where only one side has the payee.
pub fn payee_changes(before: &Side, after: &Side, keys: &Keys, payee: CommonPayee) -> Vec<FieldChange> {
    let fields = |which, side: &Side| Some(payee_values(side.tables, keys.payees.own(which, payee)?));
    changes(fields(SideName::Before, before), fields(SideName::After, after))
}

/// The fields of a deal that are compared, as texts.
pub fn deal_values(tables: &Tables, row: DealIx) -> Fields {
    let deals = &tables.deals;
    let mut fields = vec![
        ("outcome".to_owned(), if deals.won[row] { "won" } else { "lost" }.to_owned()),
        ("close_date".to_owned(), display_day(deals.close_date[row])),
        ("amount".to_owned(), amount(i128::from(deals.amount_e6[row]))),
        ("renews_deal_id".to_owned(), id_or_empty(deals.renews[row].get().map(|deal| deals.id(deal)))),
    ];
    fields.extend(attributes(&deals.frame, row.at()));
    let incomplete = deals.incomplete_engagements[row] || deals.incomplete_splits[row];
    fields.push((REJECTED.to_owned(), if incomplete { "yes" } else { "no" }.to_owned()));
    fields
}

/// The fields of a payee that are compared, as texts: what it is over time.
pub fn payee_values(tables: &Tables, row: PayeeIx) -> Fields {
    let payees = &tables.payees;
    let states = &payees.states;
    let manager = |state| id_or_empty(states.manager(state).get().map(|manager| payees.id(manager)));
    let mut fields = vec![("manager_id".to_owned(), over_time(states, row, manager))];
    let columns = states.frame.columns.iter().filter(|(name, _)| name != "name" && !is_dense(name));
    fields.extend(
        columns.map(|(name, array)| (name.clone(), over_time(states, row, |state| cell(array, state.at())))),
    );
    fields
}

/// Whether a payee is there on other days, or works another part of full time.
pub fn days_differ(before: &Side, after: &Side, keys: &Keys, payee: CommonPayee) -> bool {
    let changes = payee_changes(before, after, keys, payee);
    changes.iter().any(|change| matches!(change.field.as_str(), "start_date" | "end_date" | "fte"))
}

/// Whether the quotas of a payee differ, by common index.
pub fn quotas_differ(before: &Side, after: &Side, keys: &Keys, payee: CommonPayee) -> bool {
    let of_side = |which, side: &Side| -> Vec<(Period, Option<String>, i64)> {
        let Some(own) = keys.payees.own(which, payee) else { return Vec::new() };
        let quotas = &side.tables.quotas;
        let from = quotas.payee.partition_point(|other| *other < own);
        let rows = (from..quotas.payee.len()).take_while(|row| quotas.payee[*row] == own);
        rows.map(|row| (quotas.period[row], quotas.measure[row].clone(), quotas.amount_e6[row])).collect()
    };
    of_side(SideName::Before, before) != of_side(SideName::After, after)
}

/// Fields of a row by name.
pub type Fields = Vec<(String, String)>;

/// Fields by name; one that a side has not read is not known to differ.
fn changes(before: Option<Fields>, after: Option<Fields>) -> Vec<FieldChange> {
    let (Some(before), Some(after)) = (before, after) else { return Vec::new() };
    before
        .into_iter()
        .filter_map(|(field, before)| {
            let (_, after) = after.iter().find(|(name, _)| *name == field)?;
            (before != *after).then(|| FieldChange { field, before, after: after.clone() })
        })
        .collect()
}

/// What a payee is over time: `silver`, or `silver, gold from 2026-03-01`.
fn over_time(states: &PayeeStates, payee: PayeeIx, value: impl Fn(StateIx) -> String) -> String {
    let mut all = String::new();
    let mut last: Option<String> = None;
    for state in states.of(payee) {
        let value = value(state);
        if last.as_ref() != Some(&value) {
            match states.begins(state) {
                None => all.push_str(&value),
                Some(day) => all.push_str(&format!(", {value} from {}", display_day(day))),
            }
            last = Some(value);
        }
    }
    all
}

/// Whether a column is compared by itself already.
fn is_dense(name: &str) -> bool {
    let dense = ["deal_id", "payee_id", "outcome", "close_date", "amount", "renews_deal_id", "manager_id"];
    dense.contains(&name)
}

/// The columns that rules name, as texts. `amount` is already among the dense columns.
fn attributes(frame: &Frame, row: usize) -> impl Iterator<Item = (String, String)> {
    frame
        .columns
        .iter()
        .filter(move |(name, _)| !is_dense(name))
        .map(move |(name, array)| (name.clone(), cell(array, row)))
}

/// The value in a row as a text; empty where there is none.
pub fn cell(array: &ArrayRef, row: usize) -> String {
    if array.is_null(row) {
        return String::new();
    }
    let text = match array.data_type() {
        DataType::Decimal128(..) => array.as_primitive::<Decimal128Type>().value_as_string(row),
        DataType::Date32 => display_day(array.as_primitive::<Date32Type>().value(row)),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        _ => convert::texts(&array.slice(row, 1))
            .map_or_else(|_| String::new(), |text| text.value(0).to_owned()),
    };
    // Two chunks of one column may be read with other scales: 5.00 and 5.000 are one number.
    let number =
        text.contains('.') && text.bytes().all(|byte| byte.is_ascii_digit() || b".-".contains(&byte));
    if number { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// The text in a row of a text column, if there is one.
pub fn text_at(array: &ArrayRef, row: usize) -> Option<String> {
    array.is_valid(row).then(|| cell(array, row)).filter(|text| !text.is_empty())
}

/// Millionths as plain text, with two decimals at least.
fn amount(e6: i128) -> String {
    let text = format_scaled(e6, 6);
    let short = text.trim_end_matches('0');
    let decimals = short.len() - short.find('.').map_or(0, |point| point + 1);
    if decimals >= 2 { short.to_owned() } else { text[..text.len() - 4].to_owned() }
}

fn id_or_empty(id: Option<&str>) -> String {
    id.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_two_decimals_or_as_many_as_they_need() {
        assert_eq!(amount(1_000_000_000), "1000.00");
        assert_eq!(amount(1_250_000), "1.25");
        assert_eq!(amount(-1_250_400), "-1.2504");
        assert_eq!(amount(500_000), "0.50");
    }
}
