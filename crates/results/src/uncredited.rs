//! uncredited.csv: won deals that a rule matched without a line, and amounts retained from others.

use std::io;

use rayon::prelude::*;

use super::Outcome;
use super::records::{write_header, write_records};
use super::sink::{Sink, money_cell};
use apportion_contract::output::UNCREDITED_FILE;
use apportion_data::{DealIx, PayeeIx};
use apportion_engine::credit::{Reason, Uncredited};

/// One row a deal and reason, by bytes of deal_id, rule_id, payee_id and reason.
pub(super) fn write(sink: &mut Sink, outcome: &Outcome<'_>) -> io::Result<()> {
    let digits = outcome.book.currency.digits();
    let mut rows: Vec<Row<'_>> = of_rules(outcome).chain(ties(outcome)).collect();
    // Payees are numbered in byte order of their ids; an empty id (`None`) comes before all others.
    let id_rank = &outcome.tables.deals.id_rank;
    rows.par_sort_by_key(|row| (id_rank[row.deal], row.rule_id, row.payee, row.reason.word()));
    write_header(sink, UNCREDITED_FILE.header())?;
    write_records(sink, &rows, |row, csv| {
        csv.write_record([
            outcome.cell(outcome.tables.deals.id(row.deal)).as_ref(),
            &outcome.cell(row.rule_id),
            &outcome.cell(row.payee.map_or("", |payee| outcome.tables.payees.id(payee))),
            row.reason.word(),
            &money_cell(row.retained, digits),
            &money_cell(row.retained_credit, digits),
        ])
    })
}

/// How many rows there are.
pub(super) fn count(outcome: &Outcome<'_>) -> usize {
    outcome.settlement.uncredited.len() + ties(outcome).count()
}

/// A row, of a rule or of a coverage.
struct Row<'a> {
    deal: DealIx,
    rule_id: &'a str,
    payee: Option<PayeeIx>,
    reason: Reason,
    retained: Option<i128>,
    retained_credit: Option<i128>,
}

/// What rules left or kept back.
fn of_rules<'a>(outcome: &Outcome<'a>) -> impl Iterator<Item = Row<'a>> {
    let rules = outcome.rules;
    outcome.settlement.uncredited.iter().map(|row: &Uncredited| Row {
        deal: row.deal,
        rule_id: row.rule.map_or("", |rule| &rules[rule].id),
        payee: row.payee,
        reason: row.reason,
        retained: row.retained.map(i128::from),
        retained_credit: row.retained_credit.map(i128::from),
    })
}

/// Won deals of the period for which several territories fit equally well.
fn ties<'a>(outcome: &Outcome<'a>) -> impl Iterator<Item = Row<'a>> {
    let (calendar, period) = (outcome.book.calendar(), outcome.period);
    let ties = outcome.tables.territory_ties((calendar.first_day(period), calendar.last_day(period)));
    ties.map(|(deal, coverage)| Row {
        deal,
        rule_id: coverage,
        payee: None,
        reason: Reason::TerritoryTie,
        retained: None,
        retained_credit: None,
    })
}
