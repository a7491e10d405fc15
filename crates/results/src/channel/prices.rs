//! price_audit.csv: what the won deals of the period were sold at.

use std::io;

use rayon::prelude::*;

use super::{flag_cell, number_cell};
use crate::Outcome;
use crate::reconciliation::sum_cell;
use crate::records::{write_header, write_records};
use crate::sink::{Sink, money_cell};
use apportion_channel::{PriceAudit, Subject};
use apportion_contract::output::PRICE_AUDIT_FILE;
use apportion_data::DealIx;

/// One row a won deal with a policy: by bytes of deal_id.
pub(super) fn write(sink: &mut Sink, outcome: &Outcome<'_>, prices: &[PriceAudit]) -> io::Result<()> {
    let (deals, digits) = (&outcome.tables.deals, outcome.book.currency.digits());
    let of_period = prices.iter().filter_map(|price| match price.subject {
        Subject::Deal(deal) if deals.won[deal] && outcome.has_deal(deal) => Some((deal, price)),
        _ => None,
    });
    let mut rows: Vec<(DealIx, &PriceAudit)> = of_period.collect();
    rows.par_sort_by_key(|(deal, _)| deals.id_rank[*deal]);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    write_header(sink, PRICE_AUDIT_FILE.header())?;
    write_records(sink, &rows, |(deal, price), csv| {
        csv.write_record([
            outcome.cell(deals.id(*deal)).as_ref(),
            &outcome.cell(deals.frame.text("channel", deal.at()).unwrap_or_default()),
            &outcome.cell(&text(&price.book)),
            &price.list_e6.map(|list| sum_cell(list.into(), digits)).unwrap_or_default(),
            &sum_cell(deals.amount_e6[*deal].into(), digits),
            &number_cell(price.given_e6, 6),
            &number_cell(price.allowed_e8.map(i128::from), 8),
            &number_cell(price.over_e8, 8),
            &outcome.cell(&text(&price.approval_id)),
            flag_cell(price.breach),
            &money_cell(Some(price.below_floor), digits),
        ])
    })
}
