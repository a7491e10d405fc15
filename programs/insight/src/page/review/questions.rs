//! Inquiries about lines.

use apportion::block::{Cell, Column, Document, Table};
use apportion::data::Inquiry;

use super::super::Ground;

pub(super) fn add(document: &mut Document, ground: &Ground<'_>) {
    let all = &ground.sight.settlement.as_close().tables.channel.inquiries;
    let is_known = |inquiry: &&Inquiry| inquiry.raised_on <= ground.facts.insight.as_of;
    let columns = vec![
        Column::text("inquiry_id", "Inquiry"),
        Column::text("raised_on", "Raised"),
        Column::text("state", "State"),
        Column::text("answered_on", "Answered"),
        Column::text("question", "Question"),
    ];
    let mut table = Table::new("inquiries", "Inquiries", columns);
    for inquiry in all.iter().filter(is_known).filter(|inquiry| ground.sight.sees_payee(inquiry.payee)) {
        table.row(vec![
            Cell::text(&inquiry.id),
            Cell::Date(inquiry.raised_on),
            Cell::text(&inquiry.state),
            inquiry.answered_on.map_or(Cell::Empty, Cell::Date),
            Cell::text(inquiry.question.clone().unwrap_or_default()),
        ]);
    }
    if !table.rows.is_empty() {
        document.heading(2, "Inquiries");
        document.table(table);
    }
}
