//! The rows that a gate counts, by payee: those that are known at the end of the as-of day, with nothing in them that is not.

use std::collections::BTreeMap;

use apportion_data::{Frame, Moment, PayeeIx, Tables};
use apportion_rules::GateTable;
use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::nullif;

/// Rows of a table by payee.
#[derive(Debug, Clone, Default)]
pub struct KnownRows {
    /// The columns of the table; what happened after the as-of day is null.
    pub frame: Frame,
    of_payees: BTreeMap<PayeeIx, Vec<u32>>,
}

impl KnownRows {
    /// The rows of a table.
    pub fn new(tables: &Tables, table: GateTable) -> Self {
        let as_of = tables.effects.as_of.unwrap_or(i32::MAX);
        let channel = &tables.channel;
        match table {
            GateTable::Certificates => {
                let known = |row: usize| channel.certificates.earned_on[row].is_none_or(|day| day <= as_of);
                Self {
                    of_payees: by_payee(channel.certificates.payee.iter().copied(), known),
                    frame: channel.certificates.frame.clone(),
                }
            }
            GateTable::ServiceEvents => {
                let events = &channel.service_events;
                let known = |row: usize| events.opened_at[row].day <= as_of;
                let later = |moments: &[Option<Moment>]| -> Vec<bool> {
                    moments.iter().map(|moment| moment.is_some_and(|moment| moment.day > as_of)).collect()
                };
                let (answered, resolved) = (later(&events.answered_at), later(&events.resolved_at));
                let hidden = [
                    (["answered_at", "minutes_to_answer"], answered),
                    (["resolved_at", "minutes_to_resolve"], resolved),
                ];
                Self {
                    of_payees: by_payee(events.payee.iter().copied(), known),
                    frame: without(&events.frame, &hidden),
                }
            }
            GateTable::Milestones => {
                let rows = &channel.milestones.rows;
                let later = rows.iter().map(|row| row.done_on.is_some_and(|day| day > as_of)).collect();
                Self {
                    of_payees: by_payee(rows.iter().map(|row| row.payee), |_| true),
                    frame: without(&channel.milestones.frame, &[(["done_on", "done_on"], later)]),
                }
            }
        }
    }

    /// The rows of a payee.
    pub fn of(&self, payee: PayeeIx) -> &[u32] {
        self.of_payees.get(&payee).map_or(&[], Vec::as_slice)
    }
}

fn by_payee(
    payees: impl Iterator<Item = PayeeIx>,
    is_known: impl Fn(usize) -> bool,
) -> BTreeMap<PayeeIx, Vec<u32>> {
    let mut of_payees: BTreeMap<PayeeIx, Vec<u32>> = BTreeMap::new();
    for ((row, payee), place) in (0_u32..).zip(payees).zip(0..) {
        if is_known(place) {
            of_payees.entry(payee).or_default().push(row);
        }
    }
    of_payees
}

/// A frame in which some columns are null on some rows.
fn without(frame: &Frame, hidden: &[([&str; 2], Vec<bool>)]) -> Frame {
    let column = |(name, column): &(String, ArrayRef)| {
        let rows = hidden.iter().find(|(names, rows)| names.contains(&name.as_str()) && rows.contains(&true));
        let nulled = rows.and_then(|(_, rows)| nullif(column, &BooleanArray::from(rows.clone())).ok());
        (name.clone(), nulled.unwrap_or_else(|| column.clone()))
    };
    Frame { rows: frame.rows, columns: frame.columns.iter().map(column).collect() }
}
