//! `reply`: an inquiry waits.

use apportion_data::Inquiry;

use super::ground::{Ground, on};
use super::{ActionKind, Found, Stake};

/// For each inquiry that was raised by the day and is open, or was answered later. The tables as they were read say which: as they are known,
/// a later answer has no day.
pub(super) fn find(ground: &Ground<'_>) -> Vec<Found> {
    let inquiries = ground.read.channel.inquiries.iter();
    let waits = |inquiry: &&Inquiry| {
        let is_later = inquiry.answered_on.is_some_and(|day| day > ground.as_of);
        inquiry.raised_on <= ground.as_of && (inquiry.state == "open" || is_later)
    };
    inquiries.filter(waits).map(|inquiry| found(ground, inquiry)).collect()
}

fn found(ground: &Ground<'_>, inquiry: &Inquiry) -> Found {
    let who = ground.payee_id(inquiry.payee);
    let about = match (&inquiry.deal_id, &inquiry.rule_id) {
        (Some(deal), Some(rule)) => format!(" about `{rule}` on {deal}"),
        (Some(deal), None) => format!(" about {deal}"),
        (None, Some(rule)) => format!(" about `{rule}`"),
        (None, None) => String::new(),
    };
    Found {
        kind: ActionKind::Reply,
        payee: Some(inquiry.payee),
        subject: inquiry.id.clone(),
        due: None,
        stake: Stake::Unknown,
        why: format!("{who} asked{about} on {} and has no answer.", on(inquiry.raised_on)),
    }
}
