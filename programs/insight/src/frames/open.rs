//! What is open.

use apportion::channel::Subject;
use apportion::data::OpenIx;
use polars::frame::DataFrame;

use super::builder::Builder;
use super::groups::month_of;
use super::groups::with_groups;
use super::{Ground, Values};
use crate::Fault;

/// Open opportunities: `subject`, groups, `created` and `created_month`, which may be missing, and `closes` and `close_month`: expected, else
/// the as-of day.
pub(super) fn frame(ground: &Ground<'_>) -> Result<DataFrame, Fault> {
    let tables = &*ground.close.tables;
    let open = &tables.channel.opportunities;
    let subject = |place: usize| u32::try_from(tables.deals.len() + place).unwrap_or(u32::MAX);
    let rows: Vec<OpenIx> = open.all().filter(|place| ground.sight.sees(Subject::Open(*place))).collect();
    let subjects: Vec<u32> = rows.iter().map(|place| subject(place.at())).collect();
    let closes = |place: &OpenIx| open.expected_close[*place].unwrap_or(ground.as_of);
    let created = || rows.iter().map(|place| open.created_on[*place]);
    let builder = with_groups(Builder::new(rows.len()), ground, &subjects)
        .codes("subject", subjects)
        .some_days("created", created())
        .some_codes("created_month", created().map(|day| day.map(month_of)))
        .days("closes", rows.iter().map(closes).collect())
        .codes("close_month", rows.iter().map(|place| month_of(closes(place))).collect())
        .texts("opportunity_id", rows.iter().map(|place| Some(open.ids.value(place.at()))));
    let stages = Values::of(&open.frame, "stage");
    let stages: Vec<_> = rows.iter().map(|place| stages.text(place.at())).collect();
    Ok(builder.texts("stage", stages.iter().map(|stage| stage.as_deref())).frame()?)
}
