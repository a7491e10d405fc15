//! Inquiries.

use apportion::channel::Subject;
use apportion::data::Inquiry;
use polars::frame::DataFrame;

use super::Ground;
use super::builder::Builder;
use super::groups::month_of;
use crate::Fault;

/// Inquiries that are known: `subject`, which may be missing; `raised`, `raised_month`; `days` to answer, missing where there is no answer;
/// `adjusted`.
pub(super) fn frame(ground: &Ground<'_>) -> Result<DataFrame, Fault> {
    let rows = &ground.close.tables.channel.inquiries;
    let subject = |row: &Inquiry| {
        let deal = ground.subjects.deal(row.deal_id.as_deref()?)?;
        ground.subjects.number(Subject::Deal(deal))
    };
    let days = |row: &Inquiry| Some(i64::from(row.answered_on?) - i64::from(row.raised_on));
    let frame = Builder::new(rows.len())
        .some_codes("subject", rows.iter().map(subject))
        .days("raised", rows.iter().map(|row| row.raised_on).collect())
        .codes("raised_month", rows.iter().map(|row| month_of(row.raised_on)).collect())
        .some_numbers("days", rows.iter().map(days))
        .flags("adjusted", rows.iter().map(|row| row.adjustment_id.is_some()))
        .frame()?;
    Ok(frame)
}
