//! Service events, as gates ask about them.

use apportion::gates::service_levels;
use polars::frame::DataFrame;

use super::Ground;
use super::builder::Builder;
use super::groups::month_of;
use crate::Fault;

/// A row for each event of the period that a gate asks about: `gate` (its place among the ids, which are returned beside the frame),
/// `opened_month`, `met`.
pub(super) fn frame(ground: &Ground<'_>) -> Result<(DataFrame, Vec<String>), Fault> {
    let close = ground.close;
    let levels = service_levels(&close.tables, &close.rules, ground.period)?;
    let events = &close.tables.channel.service_events;
    let rows = || {
        let all = levels
            .iter()
            .zip(0_u32..)
            .flat_map(|(level, gate)| level.events.iter().map(move |row| (gate, row)));
        all.filter(|(_, (event, _))| {
            events.payee.get(*event).is_some_and(|payee| ground.sight.sees_payee(*payee))
        })
    };
    let opened = |event: usize| {
        let moment = events.opened_at.get(event);
        moment.map_or(0, |moment| month_of(moment.day))
    };
    let frame = Builder::new(rows().count())
        .codes("gate", rows().map(|(gate, _)| gate).collect())
        .codes("opened_month", rows().map(|(_, (event, _))| opened(*event)).collect())
        .flags("met", rows().map(|(_, (_, met))| *met))
        .frame()?;
    Ok((frame, levels.into_iter().map(|level| level.gate).collect()))
}
