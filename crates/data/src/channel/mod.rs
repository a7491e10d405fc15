//! The tables of the channel: what is checked of them beside cells and keys, and the dense tables.
//!
//! `docs/reference/inputs.md` describes them. Without a source of one of them nothing here costs anything.

/// The position of a column of the contract. A column that the table does not have stops the build.
macro_rules! place {
    ($table:ident, $name:literal) => {
        const { crate::contract::position(apportion_book::TableName::$table, $name) }
    };
}

mod cells;
mod conflicts;
mod gates;
mod open_deals;
mod opportunities;
mod people;
mod prices;
mod references;
mod registrations;
mod reports;
mod rows;
mod shares;

pub(super) use cells::check_cells;
pub use open_deals::OpportunitiesOn;
pub(super) use open_deals::Unfinished;
pub(super) use opportunities::DealsOf;
pub(super) use people::accounts as all_accounts;
pub(super) use prices::line_rows;
pub(super) use references::{Known, check_references, incomplete, lines_differ};

use std::collections::{BTreeMap, BTreeSet};

use apportion_book::TableName;

use super::accounts;
use super::intern::Names;
use super::references::KeyIndex;
use super::staging::StagingTable;
use super::tables::catalogue::UsedColumns;
use super::tables::deals::Deals;
use super::tables::indices::DealIx;
use super::tables::{Accounts, ChannelTables};
use apportion_base::index::Optional;
use rows::Rows;

/// The staging tables of the channel that have a source.
pub(super) type Staged = BTreeMap<TableName, StagingTable>;

/// The tables that the rows of the channel name, and what they are made with.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) names: &'a Names,
    /// The columns that rules name, as [`widened`] has them.
    pub(super) used: &'a UsedColumns,
    pub(super) deal_rows: &'a KeyIndex,
    pub(super) payees: &'a KeyIndex,
    pub(super) deals: &'a Deals,
    pub(super) deals_of: &'a DealsOf,
    /// Codes of opportunities that a rejected row names.
    pub(super) incomplete: &'a BTreeSet<u32>,
}

static NO_NAMES: BTreeSet<String> = BTreeSet::new();

impl Ground<'_> {
    fn used(&self, table: TableName) -> &BTreeSet<String> {
        self.used.get(&table).unwrap_or(&NO_NAMES)
    }

    /// The deal with a code, if it is among the deals.
    fn deal(&self, code: u32) -> Optional<DealIx> {
        Optional::from_raw(self.deal_rows.index(code))
    }
}

/// The columns that are read because rules name them: an opportunity is seen as a deal, and accounts are seen from other tables.
pub(super) fn widened(used: &UsedColumns) -> UsedColumns {
    let mut wider = used.clone();
    let accounts = accounts::named(used);
    if !accounts.is_empty() {
        wider.insert(TableName::Accounts, accounts);
    }
    let of_deals: BTreeSet<String> = used.get(&TableName::Deals).into_iter().flatten().cloned().collect();
    let converted = of_deals.iter().filter_map(|name| name.strip_prefix("source_")).map(str::to_owned);
    let mut of_opportunities: BTreeSet<String> = converted.chain(of_deals.iter().cloned()).collect();
    // What it renews decides whose work counts, as it does of a deal.
    of_opportunities.insert("renews_deal_id".to_owned());
    wider.entry(TableName::Opportunities).or_default().extend(of_opportunities);
    wider
}

/// How many engagements policies may add: one for each deal that territories cover, and one for each member of a registration.
pub(super) fn work_expected(staged: &Staged, deals: usize) -> usize {
    let rows = |table: TableName| staged.get(&table).map_or(0, StagingTable::len);
    let covered = if rows(TableName::Territories) > 0 { deals } else { 0 };
    covered + rows(TableName::Registrations) + rows(TableName::RegistrationMembers)
}

/// The dense tables; `accounts` are made before, as deals have their columns. Registrations are most of the rows, and are made beside the others.
pub(super) fn build(staged: &Staged, ground: Ground<'_>, accounts: Accounts) -> ChannelTables {
    let rows = |table: TableName| staged.get(&table).map(|staging| Rows { staging, ground });
    let ((opportunities, registrations), (conflicts, prices)) = rayon::join(
        || {
            let opportunities = opportunities::build(rows(TableName::Opportunities), ground, &accounts);
            let registrations = registrations::build(rows, ground, &opportunities, &accounts);
            (opportunities, registrations)
        },
        || rayon::join(|| conflicts::build(rows), || prices::build(rows)),
    );
    ChannelTables {
        present: staged.keys().copied().collect(),
        opportunity_ids: ground.names.opportunities.texts().map(str::to_owned).collect(),
        deal_opportunity: ground.deals_of.of_deal.clone(),
        territories: people::territories(rows(TableName::Territories)),
        holidays: people::holidays(rows(TableName::Holidays)),
        registrations,
        opportunities,
        conflicts,
        prices,
        certificates: gates::certificates(rows(TableName::Certificates)),
        service_events: gates::service_events(rows(TableName::ServiceEvents)),
        milestones: gates::milestones(rows(TableName::Milestones), ground, &accounts),
        handoffs: reports::handoffs(rows(TableName::Handoffs)),
        inquiries: reports::inquiries(rows(TableName::Inquiries)),
        accounts,
    }
}
