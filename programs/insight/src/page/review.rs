//! `report review`: the agenda of a quarterly business review, for one payee.

mod conflicts;
mod milestones;
mod questions;
mod registrations;
mod results;

use apportion::block::Document;
use apportion::book::{Every, Period, display_day};
use apportion::cli::reports::MadeReport;
use apportion::cli::reports::args::PageFormat;
use apportion::{Error, Session, Settlement};

use super::metrics::Metrics;
use super::{Ground, actions, changes, joint_wins, made, open};
use crate::frames::{Seen, Sight, Wanted};

/// What a review is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// For whom: a `payee_id`.
    pub payee: &'a str,
    /// Changes of policy from the end of this day on are on the agenda.
    pub since: i32,
    /// What is written.
    pub format: PageFormat,
}

/// The agenda of what a payee sees of a period, against the period before.
///
/// # Errors
/// `no-such-payee`, a sum that can't be held, and as [`Session::settle`] and [`Session::actions`].
pub fn review(
    session: &Session,
    settlement: &Settlement,
    seen: &Seen,
    question: Question<'_>,
) -> Result<MadeReport, Error> {
    let sight = Sight { settlement, seen: Some(seen) };
    let before = session.settle(period_before(session, settlement))?;
    let seen_before = Seen::new(session, &before, question.payee)?;
    let before = Sight { settlement: &before, seen: Some(&seen_before) };
    let by = ["channel".to_owned()];
    let wanted = Wanted { by: &by, excluded: &[], touches: false, work: false };
    let before =
        super::with_ground(session, before, wanted, |ground| Ok(Metrics(ground.channels.0.clone())))?;
    super::with_ground(session, sight, wanted, |ground| {
        let document = document(ground, seen, &before, question.since)?;
        made(&document, "review", question.format)
    })
}

/// The period of the same length that ends before this one begins.
fn period_before(session: &Session, settlement: &Settlement) -> Period {
    let calendar = session.book().calendar();
    let day_before = calendar.first_day(settlement.period()) - 1;
    let every = match settlement.period() {
        Period::Month { .. } => Every::Month,
        Period::Quarter { .. } => Every::Quarter,
        Period::Year { .. } => Every::Year,
    };
    calendar.period_of(day_before, every)
}

fn document(ground: &Ground<'_>, seen: &Seen, before: &Metrics, since: i32) -> Result<Document, Error> {
    let mut document = ground.document("Business review");
    document.lead.push(format!(
        "With {}, as of {}, changes since {}. Amounts are in {}.",
        ground.name(seen.viewer),
        display_day(ground.facts.insight.as_of),
        display_day(since),
        ground.currency.code()
    ));
    results::add(&mut document, ground, seen, before);
    open::add(&mut document, ground);
    registrations::add(&mut document, ground);
    conflicts::add(&mut document, ground);
    milestones::add(&mut document, ground, seen);
    joint_wins::add(&mut document, ground);
    questions::add(&mut document, ground);
    changes::add_since(&mut document, ground, since)?;
    actions::add(&mut document, ground)?;
    document
        .footer
        .push("Made by apportion report review. A number n says how many rows a value rests on.".to_owned());
    Ok(document)
}
