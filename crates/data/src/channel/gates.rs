//! What gates count, and milestones.

use arrow::array::ArrayRef;

use apportion_book::TableName;

use super::Ground;
use super::rows::Rows;
use crate::accounts;
use crate::frames::decimals;
use crate::tables::{Accounts, Certificates, MilestoneRow, Milestones, Moment, ServiceEvents};

/// Certificates, in byte order of their ids.
pub(super) fn certificates(rows: Option<Rows<'_>>) -> Certificates {
    let Some(source) = rows else { return Certificates::default() };
    let id = place!(Certificates, "certificate_id");
    let kept = source.by_id(id).rows;
    let all = || kept.iter().copied();
    Certificates {
        ids: all().map(|row| source.text(id, row).unwrap_or_default()).collect(),
        payee: all().map(|row| source.payee(place!(Certificates, "payee_id"), row)).collect(),
        earned_on: all().map(|row| source.day(place!(Certificates, "earned_on"), row)).collect(),
        frame: source.frame(&kept, |_| None),
    }
}

/// Service events, in byte order of their ids.
pub(super) fn service_events(rows: Option<Rows<'_>>) -> ServiceEvents {
    let Some(source) = rows else { return ServiceEvents::default() };
    let id = place!(ServiceEvents, "event_id");
    let kept = source.by_id(id).rows;
    let all = || kept.iter().copied();
    let moment = |position| all().map(|row| source.moment(position, row)).collect::<Vec<Option<Moment>>>();
    let opened_at = moment(place!(ServiceEvents, "opened_at"));
    let (answered_at, resolved_at) =
        (moment(place!(ServiceEvents, "answered_at")), moment(place!(ServiceEvents, "resolved_at")));
    let frame = source.frame(&kept, |name| match name {
        "minutes_to_answer" => Some(minutes(&opened_at, &answered_at)),
        "minutes_to_resolve" => Some(minutes(&opened_at, &resolved_at)),
        _ => None,
    });
    ServiceEvents {
        ids: all().map(|row| source.text(id, row).unwrap_or_default()).collect(),
        payee: all().map(|row| source.payee(place!(ServiceEvents, "payee_id"), row)).collect(),
        account: all().map(|row| source.account(place!(ServiceEvents, "account_id"), row)).collect(),
        // A kept row has one.
        opened_at: opened_at.into_iter().flatten().collect(),
        answered_at,
        resolved_at,
        frame,
    }
}

/// Whole minutes by the clock.
fn minutes(from: &[Option<Moment>], until: &[Option<Moment>]) -> ArrayRef {
    let minutes = |(from, until): (&Option<Moment>, &Option<Moment>)| {
        Some(i128::from((until.as_ref()?.seconds - from.as_ref()?.seconds) / 60))
    };
    decimals(from.iter().zip(until).map(minutes), 0)
}

/// Milestones, in byte order of their ids.
pub(super) fn milestones(rows: Option<Rows<'_>>, ground: Ground<'_>, accounts: &Accounts) -> Milestones {
    let Some(source) = rows else { return Milestones::default() };
    let id = place!(Milestones, "milestone_id");
    let kept = source.by_id(id).rows;
    let milestone = |row: &u32| {
        Some(MilestoneRow {
            id: source.text(id, *row)?,
            plan_id: source.text(place!(Milestones, "plan_id"), *row),
            account: source.account(place!(Milestones, "account_id"), *row),
            payee: source.payee(place!(Milestones, "payee_id"), *row),
            side: source.text(place!(Milestones, "side"), *row),
            due_on: source.day(place!(Milestones, "due_on"), *row)?,
            done_on: source.day(place!(Milestones, "done_on"), *row),
        })
    };
    // A kept row has all that is needed, so each is a milestone.
    let rows: Vec<MilestoneRow> = kept.iter().filter_map(milestone).collect();
    let mut frame = source.frame(&kept, |_| None);
    let of_rows = rows.iter().map(|row| row.account);
    accounts::join(&mut frame, ground.used(TableName::Milestones), &accounts.frame, of_rows);
    Milestones { rows, frame }
}
