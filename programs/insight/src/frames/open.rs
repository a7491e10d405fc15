//! What is open.

use polars::frame::DataFrame;

use super::builder::Builder;
use super::deals::with_groups;
use super::groups::month_of;
use super::{Ground, Values};
use crate::Fault;

/// Open opportunities: `subject`, groups, `created` and `created_month`, which may be missing, and `closes` and `close_month`: expected, else
/// the as-of day.
pub(super) fn frame(ground: &Ground<'_>) -> Result<DataFrame, Fault> {
    let tables = &*ground.close.tables;
    let open = &tables.channel.opportunities;
    let subject = |place: usize| u32::try_from(tables.deals.len() + place).unwrap_or(u32::MAX);
    let subjects: Vec<u32> = (0..open.len()).map(subject).collect();
    let closes = |day: &Option<i32>| day.unwrap_or(ground.as_of);
    let created = || open.created_on.iter().copied();
    let builder = with_groups(Builder::new(open.len()), ground, &subjects)
        .codes("subject", subjects)
        .some_days("created", created())
        .some_codes("created_month", created().map(|day| day.map(month_of)))
        .days("closes", open.expected_close.iter().map(closes).collect())
        .codes("close_month", open.expected_close.iter().map(|day| month_of(closes(day))).collect())
        .texts("opportunity_id", (0..open.len()).map(|place| Some(open.ids.value(place))));
    let stages = Values::of(&open.frame, "stage");
    let stages: Vec<_> = (0..open.len()).map(|place| stages.text(place)).collect();
    Ok(builder.texts("stage", stages.iter().map(|stage| stage.as_deref())).frame()?)
}
