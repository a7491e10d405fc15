//! Prices: discounts over the period with what is allowed, and those that are unlike others.

use apportion::Error;
use apportion::block::{Cell, Chart, Column, Document, Shape, Table};
use apportion::channel::{PriceAudit, Subject};
use apportion::data::DealIx;
use apportion::money::format_scaled;

use super::Ground;
use super::metrics;
use crate::scorecard::outliers;

const METRICS: [&str; 5] = ["discount", "realisation", "breach_rate", "leakage", "discount_outlier"];

/// Dots that are drawn at most: more can't be told apart.
const DRAWN: usize = 1_000;

pub(super) fn add(document: &mut Document, ground: &Ground<'_>) -> Result<(), Error> {
    let table = metrics::table(ground, "prices", "Prices by channel", &METRICS);
    let chart = discounts(ground);
    let outliers = unlike(ground)?;
    if table.rows.is_empty() && chart.is_none() && outliers.rows.is_empty() {
        return Ok(());
    }
    document.heading(2, "Prices");
    if let Some(chart) = chart {
        document.chart(chart);
    }
    document.table(table);
    if !outliers.rows.is_empty() {
        document.paragraph("Deals with a discount unlike those of at least ten deals that are like them.");
        document.table(outliers);
    }
    Ok(())
}

/// What was given on each won deal of the period that has a price policy.
fn discounts(ground: &Ground<'_>) -> Option<Chart> {
    let close = ground.sight.settlement.as_close();
    let deals = &close.tables.deals;
    let (first, last) = ground.facts.insight.period;
    let mut found: Vec<(DealIx, &PriceAudit, i128)> = Vec::new();
    for audit in close.governance.iter().flat_map(|governance| &governance.prices) {
        if let (Subject::Deal(deal), Some(given)) = (audit.subject, audit.given_e6)
            && deals.won[deal]
            && (first..=last).contains(&deals.close_date[deal])
            && ground.sight.sees(audit.subject)
        {
            found.push((deal, audit, given));
        }
    }
    let all = found.len();
    // What nobody approved first; of the others those with the largest discounts.
    found.sort_by_key(|(deal, audit, given)| (!audit.breach, -given, *deal));
    found.truncate(DRAWN);
    found.sort_by_key(|(deal, ..)| *deal);
    let columns = vec![
        Column::text("deal_id", "Deal"),
        Column::text("close_date", "Closed"),
        Column::number("discount", "Discount given"),
        Column::number("allowed", "Allowed"),
        Column::text("breach", "Breach"),
    ];
    let mut table = Table::new("discounts", "Discounts over the period", columns);
    for (deal, audit, given) in &found {
        table.row(vec![
            Cell::text(ground.deal(*deal)),
            Cell::Date(deals.close_date[*deal]),
            Cell::Rate(*given, 6),
            audit.allowed_e8.map_or(Cell::Empty, |allowed| Cell::Rate(allowed.into(), 8)),
            Cell::text(if audit.breach { "breach" } else { "" }),
        ]);
    }
    let left_out = all - found.len();
    let note = format!(
        "A dot is a won deal, from the first day of the period on the left to the last on the right, and from no discount at the bottom to {} at the top (n {}{}). \
         A dashed line is what a policy allows; orange dots are beyond what is allowed for their deal.",
        found.iter().map(|(.., given)| *given).max().map_or_else(String::new, percent),
        found.len(),
        if left_out == 0 {
            String::new()
        } else {
            format!("; {left_out} with the smallest discounts are not drawn")
        },
    );
    let shape = Shape::Dots { across: "close_date", allowed: "allowed" };
    (all > 0).then_some(Chart { shape, table, value: "discount", note: Some(note) })
}

fn percent(rate_e6: i128) -> String {
    format!("{}%", format_scaled(rate_e6 / 1_000, 1))
}

/// Discounts unlike those of deals that are alike.
fn unlike(ground: &Ground<'_>) -> Result<Table, Error> {
    let columns = vec![
        Column::text("deal_id", "Deal"),
        Column::text("like", "Like it"),
        Column::number("discount", "Discount"),
        Column::number("median", "Median"),
        Column::number("mad", "Median deviation"),
        Column::number("n", "n"),
    ];
    let mut table = Table::new("outliers", "Discounts unlike others", columns);
    for outlier in outliers::rows(ground.facts, ground.sight.settlement)? {
        table.row(vec![
            Cell::text(outlier.deal_id),
            Cell::text(outlier.like.join(", ")),
            Cell::Rate(outlier.discount_e6, 6),
            Cell::Rate(outlier.median_e6, 6),
            Cell::Rate(outlier.mad_e6, 6),
            Cell::Number(outlier.n, 0),
        ]);
    }
    Ok(table)
}
