//! Registrations, with what became of each.

use apportion::block::{Cell, Column, Document, Table};
use apportion::channel::Subject;
use apportion::data::{Registration, RegistrationIx};

use super::super::Ground;
use crate::frames::Subjects;

pub(super) fn add(document: &mut Document, ground: &Ground<'_>) {
    let close = ground.sight.settlement.as_close();
    let registrations = &close.tables.channel.registrations;
    let columns = vec![
        Column::text("registration_id", "Registration"),
        Column::text("payee", "Who"),
        Column::text("submitted_on", "Submitted"),
        Column::text("about", "About"),
        Column::text("state", "State"),
    ];
    let subjects = Subjects::new(&close.tables, ground.facts.insight.as_of);
    let mut table = Table::new("registrations", "Registrations, the latest first", columns);
    let mut seen: Vec<(RegistrationIx, &Registration)> = registrations
        .iter()
        .filter(|(place, row)| {
            ground.sight.sees_registration(*place) && row.submitted_at.day <= ground.facts.insight.as_of
        })
        .collect();
    seen.sort_by_key(|(place, row)| (-row.submitted_at.day, *place));
    for (place, row) in seen {
        let who = if ground.sight.names_registrant(row.payee) {
            ground.name(row.payee)
        } else {
            "another".to_owned()
        };
        let course = close.governance.as_ref().and_then(|governance| governance.courses.get(place.at()));
        let state = course.map_or("", |course| course.timeline.state(ground.facts.insight.as_of).word());
        table.row(vec![
            Cell::text(registrations.ids.value(place.at())),
            Cell::text(who),
            Cell::Date(row.submitted_at.day),
            Cell::text(about(ground, &subjects, row)),
            Cell::text(state),
        ]);
    }
    if !table.rows.is_empty() {
        document.heading(2, "Registrations");
        document.table(table);
    }
}

/// The deal or what is open, as far as it is seen; else an account.
fn about(ground: &Ground<'_>, subjects: &Subjects<'_>, row: &Registration) -> String {
    match subjects.of(row.deal.get(), row.opportunity.get()).filter(|subject| ground.sight.sees(*subject)) {
        Some(Subject::Deal(deal)) => ground.deal(deal),
        Some(Subject::Open(open)) => ground.open(open),
        None if row.deal.get().is_none() && row.opportunity.get().is_none() => "an account".to_owned(),
        None => "not seen".to_owned(),
    }
}
