//! Inquiries.

use apportion::channel::Subject;
use apportion::data::Inquiry;
use polars::frame::DataFrame;

use super::Ground;
use super::builder::Builder;
use super::groups::{about, month_of};
use crate::Fault;

/// Inquiries that are known: `subject`, which may be missing; `raised`, `raised_month`; `days` to answer, missing where there is no answer;
/// `adjusted`.
pub(super) fn frame(ground: &Ground<'_>) -> Result<DataFrame, Fault> {
    let named = |row: &Inquiry| ground.subjects.deal(row.deal_id.as_deref()?).map(Subject::Deal);
    let is_seen = |row: &&Inquiry| ground.sight.sees_about(named(row), &[row.payee]);
    let rows: Vec<&Inquiry> = ground.close.tables.channel.inquiries.iter().filter(is_seen).collect();
    let subject = |row: &&Inquiry| ground.subjects.number(named(row)?);
    let days = |row: &&Inquiry| Some(i64::from(row.answered_on?) - i64::from(row.raised_on));
    let frame = about(Builder::new(rows.len()), ground, rows.iter().map(subject).collect())
        .days("raised", rows.iter().map(|row| row.raised_on).collect())
        .codes("raised_month", rows.iter().map(|row| month_of(row.raised_on)).collect())
        .some_numbers("days", rows.iter().map(days))
        .flags("adjusted", rows.iter().map(|row| row.adjustment_id.is_some()))
        .frame()?;
    Ok(frame)
}
