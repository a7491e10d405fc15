//! claims.csv: which registrations claim the deals of the period.

use std::io;

use rayon::prelude::*;

use super::{day_cell, flag_cell};
use crate::Outcome;
use crate::records::{write_header, write_records};
use crate::sink::Sink;
use apportion_channel::{Claim, Subject};
use apportion_contract::output::CLAIM_FILE;
use apportion_data::DealIx;

/// One row a deal, won or lost, and claim: by bytes of deal_id, and by rank.
pub(super) fn write(sink: &mut Sink, outcome: &Outcome<'_>, claims: &[Claim]) -> io::Result<()> {
    let tables = outcome.tables;
    let of_period = claims.iter().filter_map(|claim| match claim.subject {
        Subject::Deal(deal) if outcome.has_deal(deal) => Some((deal, claim)),
        _ => None,
    });
    let mut rows: Vec<(DealIx, &Claim)> = of_period.collect();
    rows.par_sort_by_key(|(deal, claim)| (tables.deals.id_rank[*deal], claim.rank));
    write_header(sink, CLAIM_FILE.header())?;
    write_records(sink, &rows, |(deal, claim), csv| {
        csv.write_record([
            outcome.cell(tables.deals.id(*deal)).as_ref(),
            &outcome.cell(tables.channel.registrations.ids.value(claim.registration.at())),
            &outcome.cell(tables.payees.id(claim.payee)),
            claim.state.word(),
            &claim.rank.to_string(),
            flag_cell(claim.holder),
            &day_cell(claim.until),
            &outcome.cell(claim.reason.as_deref().unwrap_or_default()),
        ])
    })
}
