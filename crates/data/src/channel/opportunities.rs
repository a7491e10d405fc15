//! Opportunities: which deals they became, and those that are open.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{ArrayRef, new_null_array};

use apportion_book::TableName;

use super::Ground;
use super::open_deals::{Finished, Unfinished};
use super::rows::Rows;
use crate::accounts;
use crate::buckets::Buckets;
use crate::column::Values;
use crate::contract::deals::OPPORTUNITY_ID;
use crate::frames::{column, ids};
use crate::references::{KeyIndex, gathered};
use crate::staging::StagingTable;
use crate::tables::frame::Frame;
use crate::tables::indices::{DealIx, NONE};
use crate::tables::{Accounts, OpenOpportunities, OpportunityIx};
use apportion_base::index::Optional;

/// The deals that opportunities became.
#[derive(Default)]
pub(crate) struct DealsOf {
    /// By deal: its opportunity; empty where deals have none.
    pub(crate) of_deal: Vec<Optional<OpportunityIx>>,
    by_opportunity: Option<Buckets<u32>>,
}

impl DealsOf {
    /// Of the deals of a project with `opportunities` of them.
    pub(crate) fn new(deals: Option<&StagingTable>, index: &KeyIndex, opportunities: usize) -> Self {
        let Some(staging) = deals.filter(|_| opportunities > 0) else { return Self::default() };
        let codes: Vec<u32> = gathered(&index.rows, |row| staging.column(OPPORTUNITY_ID).code(row));
        // A staging table has fewer rows than 32 bits count.
        let deals: Vec<u32> = (0..codes.len() as u32).collect();
        let of = |deal: &u32| (codes[*deal as usize] as usize).min(opportunities);
        let by_opportunity = Buckets::new(deals.iter(), opportunities + 1, of);
        let of_deal = codes.iter().map(|code| Optional::from_raw(*code)).collect();
        Self { of_deal, by_opportunity: Some(by_opportunity) }
    }

    /// The deals of an opportunity by its code, ascending.
    pub(crate) fn opportunity(&self, code: u32) -> impl Iterator<Item = DealIx> + '_ {
        let deals = self.by_opportunity.as_ref().filter(|_| code != NONE);
        let deals = deals.map_or(&[][..], |buckets| buckets.bucket(code as usize));
        deals.iter().map(|deal| DealIx::from_raw(*deal))
    }
}

/// The open opportunities.
pub(super) fn build(rows: Option<Rows<'_>>, ground: Ground<'_>, accounts: &Accounts) -> OpenOpportunities {
    let Some(source) = rows else { return OpenOpportunities::default() };
    let index = source.by_id(place!(Opportunities, "opportunity_id"));
    let of = |position: usize| index.rows.iter().map(move |row| (position, *row));
    let text = |position| of(position).map(|(position, row)| source.text(position, row)).collect();
    let amount = |position| of(position).map(|(position, row)| source.fixed(position, row)).collect();
    let day = |position| of(position).map(|(position, row)| source.day(position, row)).collect();
    let account: Vec<_> = of(place!(Opportunities, "account_id"))
        .map(|(position, row)| source.account(position, row))
        .collect();
    let currency = of(place!(Opportunities, "currency"));
    let currency = currency.map(|(position, row)| source.text(position, row).unwrap_or_default()).collect();
    let (mut frame, unfinished) = seen_as_deals(source, ground, &index);
    accounts::join(&mut frame, ground.used(TableName::Deals), &accounts.frame, account.iter().copied());
    OpenOpportunities {
        ids: ids(&index.codes, &ground.names.opportunities),
        opportunity: index.codes.iter().map(|code| OpportunityIx::from_raw(*code)).collect(),
        account,
        channel: text(place!(Opportunities, "channel")),
        owner_id: text(place!(Opportunities, "owner_id")),
        partner_id: text(place!(Opportunities, "partner_id")),
        amount_e6: amount(place!(Opportunities, "amount")),
        list_amount_e6: amount(place!(Opportunities, "list_amount")),
        currency,
        probability_e9: amount(place!(Opportunities, "probability")),
        created_on: day(place!(Opportunities, "created_on")),
        expected_close: day(place!(Opportunities, "expected_close")),
        renews: renewed(source, &index.rows),
        incomplete: index.codes.iter().map(|code| ground.incomplete.contains(code)).collect(),
        frame,
        unfinished,
    }
}

/// The deals that opportunities renew, as far as they are there. No rule has to name the column.
fn renewed(source: Rows<'_>, rows: &[u32]) -> Vec<Optional<DealIx>> {
    let position = source.staging.place("renews_deal_id");
    let named = |row: &u32| source.str(position?, *row);
    let wanted: BTreeSet<&str> = rows.iter().filter_map(named).collect();
    let deals = source.ground.deals;
    let is_wanted = |deal: &DealIx| !wanted.is_empty() && wanted.contains(deals.id(*deal));
    let here: BTreeMap<&str, DealIx> =
        deals.all().filter(is_wanted).map(|deal| (deals.id(deal), deal)).collect();
    rows.iter().map(|row| named(row).and_then(|id| here.get(id).copied()).into()).collect()
}

/// The columns of deals that rules name, as opportunities have them, and those that are made once the as-of day is known.
fn seen_as_deals(source: Rows<'_>, ground: Ground<'_>, index: &KeyIndex) -> (Frame, Unfinished) {
    let staging = source.staging;
    let mut frame = Frame { rows: index.len(), columns: Vec::new() };
    let mut unfinished = Unfinished::default();
    for (name, of_deals) in &ground.deals.frame.columns {
        if let Some(finished) = Finished::from_name(name) {
            unfinished.columns.push((name.clone(), finished));
            continue;
        }
        let base = name.strip_prefix("source_").filter(|_| staging.place(name).is_none()).unwrap_or(name);
        if let Some(money) = money(source, base, &index.rows) {
            let finished = if base == name { Finished::Attribute(money) } else { Finished::Before(money) };
            unfinished.columns.push((name.clone(), finished));
            continue;
        }
        // What is computed of closed deals alone, and what only they are.
        let own = !matches!(name.as_str(), "deal_id" | "outcome") && !name.starts_with("accounts.");
        let array: Option<ArrayRef> = staging
            .place(name)
            .filter(|_| own)
            .map(|position| column(staging, ground.names, position, &index.rows));
        if !name.starts_with("accounts.") {
            let array = array.unwrap_or_else(|| new_null_array(of_deals.data_type(), index.len()));
            frame.columns.push((name.clone(), array));
        }
    }
    (frame, unfinished)
}

/// An attribute that is money in some file, in its own currency; in billionths.
fn money(source: Rows<'_>, name: &str, rows: &[u32]) -> Option<Vec<Option<i128>>> {
    let staging = source.staging;
    let position = staging.place(name)?;
    let is_money = staging.files.iter().any(|file| file.money.contains(&position));
    if !is_money || !matches!(staging.column(position).values, Values::Wide(_)) {
        return None;
    }
    Some(rows.iter().map(|row| source.wide(position, *row)).collect())
}
