//! conflicts.csv: the conflicts of the period's deals and of the open opportunities.

use std::io;

use rayon::prelude::*;

use super::{day_cell, number_cell};
use crate::Outcome;
use crate::reconciliation::sum_cell;
use crate::records::{write_header, write_records};
use crate::sink::{Sink, money_cell};
use apportion_channel::{FoundConflict, Subject};
use apportion_contract::output::CONFLICT_FILE;
use apportion_data::DecisionOutcome;
use apportion_engine::disputes::HeldSums;

/// One row a conflict and subject: by bytes of conflict_id and deal_id.
pub(super) fn write(
    sink: &mut Sink,
    outcome: &Outcome<'_>,
    (conflicts, held): (&[FoundConflict], &HeldSums<'_>),
) -> io::Result<()> {
    let (tables, digits) = (outcome.tables, outcome.book.currency.digits());
    let is_shown = |conflict: &&FoundConflict| match conflict.subject {
        Some(Subject::Deal(deal)) => outcome.has_deal(deal),
        Some(Subject::Open(_)) => true,
        None => false,
    };
    let mut rows: Vec<&FoundConflict> = conflicts.iter().filter(is_shown).collect();
    rows.par_sort_by_key(|row| (row.id.as_str(), row.deal_id.as_deref().unwrap_or_default(), row.subject));
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    write_header(sink, CONFLICT_FILE.header())?;
    write_records(sink, &rows, |row, csv| {
        let [a, b] = row.claimants.map(|payee| tables.payees.id(payee));
        csv.write_record([
            outcome.cell(&row.id).as_ref(),
            row.kind.word(),
            &outcome.cell(&text(&row.deal_id)),
            &outcome.cell(&text(&row.opportunity_id)),
            &outcome.cell(&row.role),
            &outcome.cell(a),
            &outcome.cell(b),
            &day_cell(Some(row.day)),
            &outcome.cell(&text(&row.level)),
            &day_cell(row.due),
            row.state.word(),
            &outcome.cell(&text(&row.decision_id)),
            row.outcome.map_or("", DecisionOutcome::word),
            &money_cell(Some(held.of(row)), digits),
            &row.value_e6.map(|value| sum_cell(value.into(), digits)).unwrap_or_default(),
            &number_cell(row.scores_e6[0], 6),
            &number_cell(row.scores_e6[1], 6),
            &outcome.cell(&text(&row.why)),
        ])
    })
}
