//! Hand-overs.

use apportion::data::Handoff;
use polars::frame::DataFrame;

use super::Ground;
use super::builder::Builder;
use super::groups::{about, month_of};
use crate::Fault;

/// Hand-overs that are known: `subject`, which may be missing; `offered`, `offered_month`; `days` to accept, missing where it is not accepted.
pub(super) fn frame(ground: &Ground<'_>) -> Result<DataFrame, Fault> {
    let named = |row: &Handoff| ground.subjects.of(row.deal.get(), row.opportunity.get());
    let is_seen = |row: &&Handoff| ground.sight.sees_about(named(row), &[row.from, row.to]);
    let rows: Vec<&Handoff> = ground.close.tables.channel.handoffs.iter().filter(is_seen).collect();
    let subject = |row: &&Handoff| ground.subjects.number(named(row)?);
    let days = |row: &&Handoff| Some(i64::from(row.accepted_at?.day) - i64::from(row.offered_at.day));
    let frame = about(Builder::new(rows.len()), ground, rows.iter().map(subject).collect())
        .days("offered", rows.iter().map(|row| row.offered_at.day).collect())
        .codes("offered_month", rows.iter().map(|row| month_of(row.offered_at.day)).collect())
        .some_numbers("days", rows.iter().map(days))
        .frame()?;
    Ok(frame)
}
