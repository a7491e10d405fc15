//! The origins of the rows of the dense tables: file and row, the exchange rates used, and the rejected rows that make a
//! deal incomplete. Only explanations need them.
//!
//! They are built from the staging tables after the dense tables, so that a run does not pay for them.

use std::collections::BTreeMap;
use std::sync::Arc;

use apportion_book::{Book, RateQuotation, TableName};

use super::channel::{DealsOf, Staged, line_rows};
use super::contract::{deals, engagements, fx_rates, payees, splits};
use super::engagements::{DealOfRow, DealsNamed};
use super::fx::{self, Rates};
use super::intern::Names;
use super::references::KeyIndex;
use super::staging::{StagingTable, Status};
use super::tables::Tables;
use super::tables::effects::DoneMilestone;
use super::tables::indices::DealIx;
use apportion_base::index::Optional;

/// The place of a row: a file and a row number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Index into [`Origins::files`].
    pub file: u32,
    /// As a spreadsheet shows it; in a text file the line on which the record begins.
    pub row: u32,
}

/// The conversion of a deal's amount into the currency of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// The deal's currency, an ISO 4217 code.
    pub currency: String,
    /// The deal's amount before the conversion, in millionths of the major unit of that currency.
    pub amount_e6: i64,
    /// The exchange rate, in billionths.
    pub rate_e9: i64,
    /// The day of the rate, in days since 1970-01-01.
    pub day: i32,
    /// Whether the amount is multiplied or divided by the rate.
    pub quoted: RateQuotation,
    /// The row of the rate.
    pub origin: Option<Origin>,
}

/// A row that names a deal and could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RejectedRow {
    /// Whether it is a row of splits; otherwise it is one of engagements.
    pub of_splits: bool,
    /// Its place.
    pub origin: Origin,
}

/// Where the rows of the dense tables come from. All lists are in the order of the rows of [`Tables`].
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// File names as in run.json: relative to the project's folder, with `/`.
    pub files: Vec<String>,
    /// By deal.
    pub deals: Vec<Origin>,
    /// By row of [`Engagements`](super::tables::Engagements).
    pub engagements: Vec<Origin>,
    /// By payee.
    pub payees: Vec<Origin>,
    /// By assignment.
    pub assignments: Vec<Origin>,
    /// By row of [`Splits`](super::tables::Splits).
    pub splits: Vec<Origin>,
    /// By row of [`Quotas`](super::tables::Quotas).
    pub quotas: Vec<Origin>,
    /// Of registrations, raised conflicts, decisions and milestones: by row, in byte order of ids; of lines of deals: by deal, then
    /// number. Tables without a source are left out.
    pub channel: BTreeMap<TableName, Vec<Origin>>,
    /// By deal: conversions of deals in another currency.
    pub conversions: BTreeMap<DealIx, Conversion>,
    /// By deal: the rejected rows that make it incomplete.
    pub rejected: BTreeMap<DealIx, Vec<RejectedRow>>,
    /// By deal_id: the deals that a `where` left out.
    pub filtered: BTreeMap<String, FilteredDeal>,
}

impl Origins {
    /// The origins of tables in which milestones are among the deals: each is where the milestone's row is.
    #[must_use]
    pub fn with_milestones(self: Arc<Self>, milestones: &[DoneMilestone]) -> Arc<Self> {
        if milestones.is_empty() {
            return self;
        }
        let mut origins = Arc::unwrap_or_clone(self);
        let rows = origins.channel.get(&TableName::Milestones).map_or(&[][..], Vec::as_slice);
        let mut known = std::mem::take(&mut origins.deals).into_iter();
        let mut moved: Vec<DealIx> = Vec::with_capacity(known.len());
        let mut place = DealIx::FIRST;
        let mut next = milestones.iter().peekable();
        loop {
            let origin = match next.next_if(|milestone| milestone.deal == place) {
                Some(milestone) => rows.get(milestone.row).copied().unwrap_or(NOWHERE),
                None => {
                    let Some(origin) = known.next() else { break };
                    moved.push(place);
                    origin
                }
            };
            origins.deals.push(origin);
            place = place.next();
        }
        origins.conversions = with_keys(std::mem::take(&mut origins.conversions), &moved);
        origins.rejected = with_keys(std::mem::take(&mut origins.rejected), &moved);
        Arc::new(origins)
    }
}

/// Where nothing is: a row that no list of origins has.
const NOWHERE: Origin = Origin { file: u32::MAX, row: 0 };

/// The same by other numbers.
fn with_keys<T>(of_deals: BTreeMap<DealIx, T>, moved: &[DealIx]) -> BTreeMap<DealIx, T> {
    let entry = |(deal, value): (DealIx, T)| Some((*moved.get(deal.at())?, value));
    of_deals.into_iter().filter_map(entry).collect()
}

/// A deal that a `where` left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilteredDeal {
    /// Its first row.
    pub origin: Origin,
    /// Its source, as an index into `Book::sources`.
    pub source: usize,
}

/// The tables as parsed.
pub(super) struct StagingTables<'a> {
    pub(super) deals: Option<&'a StagingTable>,
    pub(super) engagements: Option<&'a StagingTable>,
    pub(super) payees: Option<&'a StagingTable>,
    pub(super) assignments: Option<&'a StagingTable>,
    pub(super) splits: Option<&'a StagingTable>,
    pub(super) quotas: Option<&'a StagingTable>,
    pub(super) fx_rates: Option<&'a StagingTable>,
    pub(super) channel: &'a Staged,
}

/// The origins of tables that were made of these staging tables.
pub(super) fn origins(
    staging_tables: &StagingTables,
    book: &Book,
    names: &Names,
    tables: &Tables,
) -> Origins {
    let (deal_rows, _) =
        KeyIndex::by_day(staging_tables.deals, deals::DEAL_ID, deals::CLOSE_DATE, &names.deals);
    let payee_rows = KeyIndex::by_id(staging_tables.payees, payees::PAYEE_ID, &names.payees);
    let mut builder = Builder::default();
    if let Some(staging) = staging_tables.deals {
        let files = builder.files(staging);
        for (id, file, row) in staging.filtered_deals.places() {
            let source = staging.files[file as usize].source;
            let origin = Origin { file: files[file as usize], row };
            builder.origins.filtered.insert(id.to_owned(), FilteredDeal { origin, source });
        }
    }
    builder.origins.deals = builder.rows(staging_tables.deals, &deal_rows.rows);
    builder.origins.payees = builder.rows(staging_tables.payees, &payee_rows.rows);
    let assignments = super::assignments::in_order(staging_tables.assignments, &payee_rows);
    let rows: Vec<u32> = assignments.iter().map(|assignment| assignment.row).collect();
    builder.origins.assignments = builder.rows(staging_tables.assignments, &rows);
    if let Some(staging) = staging_tables.engagements {
        let deal_of = |row: usize| deal_rows.index(staging.column(engagements::DEAL_ID).code(row));
        let first = DealOfRow::new(staging.len(), deal_of);
        let with_channel = book.sources.iter().any(|source| source.with_channel);
        let opportunities = if with_channel { names.opportunities.len() } else { 0 };
        let deals_of = DealsOf::new(staging_tables.deals, &deal_rows, opportunities);
        // It was made before, and no larger.
        let deals_named = DealsNamed::new(Some(staging), first, &deals_of).unwrap_or_default();
        let rows = deals_named.dense_rows(staging, deal_rows.len());
        builder.origins.engagements = builder.rows(Some(staging), &rows);
        builder.rejected(staging, engagements::DEAL_ID, &deal_rows, false);
    }
    if let Some(staging) = staging_tables.splits {
        let rows = super::splits::in_order(staging, names, &deal_rows, &payee_rows).0;
        builder.origins.splits = builder.rows(Some(staging), &rows);
        builder.rejected(staging, splits::DEAL_ID, &deal_rows, true);
    }
    if let Some(staging) = staging_tables.quotas {
        let rows: Vec<u32> =
            super::quotas::rows(staging, names, &payee_rows).into_iter().map(|(.., row)| row).collect();
        builder.origins.quotas = builder.rows(Some(staging), &rows);
    }
    for table in [TableName::Registrations, TableName::Conflicts, TableName::Decisions, TableName::Milestones]
    {
        let [id] = *table.describe().key else { continue };
        if let Some(staging) = staging_tables.channel.get(&table) {
            let index = KeyIndex::by_id(Some(staging), id, staging.texts(names, id));
            let origins = builder.rows(Some(staging), &index.rows);
            builder.origins.channel.insert(table, origins);
        }
    }
    if let Some(staging) = staging_tables.channel.get(&TableName::DealLines) {
        let lines = builder.rows(Some(staging), &line_rows(staging, names, &deal_rows));
        builder.origins.channel.insert(TableName::DealLines, lines);
    }
    builder.conversions(staging_tables, book, names, &deal_rows);
    assert_eq!(builder.origins.deals.len(), tables.deals.won.len(), "every deal has an origin");
    assert_eq!(builder.origins.engagements.len(), tables.engagements.payee.len());
    assert_eq!(builder.origins.splits.len(), tables.splits.payee.len());
    assert_eq!(builder.origins.quotas.len(), tables.quotas.payee.len());
    builder.origins
}

#[derive(Default)]
struct Builder {
    origins: Origins,
    known: BTreeMap<String, u32>,
}

impl Builder {
    fn rows(&mut self, staging: Option<&StagingTable>, rows: &[u32]) -> Vec<Origin> {
        let Some(staging) = staging else { return Vec::new() };
        let files = self.files(staging);
        rows.iter().map(|row| origin(staging, &files, *row)).collect()
    }

    /// The numbers of a staging table's files.
    fn files(&mut self, staging: &StagingTable) -> Vec<u32> {
        let number = |file: &super::staging::StagingFile| {
            *self.known.entry(file.place()).or_insert_with(|| {
                self.origins.files.push(file.place());
                (self.origins.files.len() - 1) as u32
            })
        };
        staging.files.iter().map(number).collect()
    }

    /// The rows that were rejected and name a deal, duplicates aside: the same as `references::Incomplete`.
    fn rejected(&mut self, staging: &StagingTable, position: usize, deals: &KeyIndex, of_splits: bool) {
        let files = self.files(staging);
        for (row, status) in (0_u32..).zip(&staging.status) {
            if matches!(status, Status::BadCell | Status::Conflict | Status::Reference) {
                let deal = Optional::from_raw(deals.index(staging.column(position).code(row as usize)));
                if let Some(deal) = deal.get() {
                    let row = RejectedRow { of_splits, origin: origin(staging, &files, row) };
                    self.origins.rejected.entry(deal).or_default().push(row);
                }
            }
        }
    }

    /// The rates of deals in another currency than the book's.
    fn conversions(
        &mut self,
        staging_tables: &StagingTables,
        book: &Book,
        names: &Names,
        deal_rows: &KeyIndex,
    ) {
        let Some(staging) = staging_tables.deals else { return };
        let fx_rates = staging_tables.fx_rates;
        let rates = fx_rates.map(|fx| Rates::new(fx, names)).unwrap_or_default();
        let of_rates = fx_rates.map(|fx| (fx, self.files(fx), rate_rows(fx, names)));
        let currencies = staging.texts(names, deals::CURRENCY);
        for (deal, row) in DealIx::all(deal_rows.len()).zip(&deal_rows.rows) {
            let row_index = *row as usize;
            let currency = currencies.get(staging.column(deals::CURRENCY).code(row_index));
            if currency == book.currency.code() {
                continue;
            }
            let day = staging.column(deals::CLOSE_DATE).day(row_index);
            // A kept deal in another currency has a rate.
            let Some(rate) = fx::latest(rates.of_currency(currency), day, book.fx_max_age_days) else {
                continue;
            };
            let origin = of_rates.as_ref().and_then(|(fx, files, rows)| {
                rows.get(&(currency, rate.day)).map(|row| origin(fx, files, *row))
            });
            let conversion = Conversion {
                currency: currency.to_owned(),
                amount_e6: staging.column(deals::AMOUNT).fixed(row_index),
                rate_e9: rate.rate_e9,
                day: rate.day,
                quoted: rate.quoted,
                origin,
            };
            self.origins.conversions.insert(deal, conversion);
        }
    }
}

/// The row of each rate.
fn rate_rows<'a>(staging: &'a StagingTable, names: &'a Names) -> BTreeMap<(&'a str, i32), u32> {
    let texts = staging.texts(names, fx_rates::CURRENCY);
    let key = |row: u32| {
        let code = staging.column(fx_rates::CURRENCY).code(row as usize);
        (texts.get(code), staging.column(fx_rates::DATE).day(row as usize))
    };
    staging.kept().into_iter().map(|row| (key(row), row)).collect()
}

fn origin(staging: &StagingTable, files: &[u32], row: u32) -> Origin {
    // Numbers of rows are held in 32 bits.
    Origin { file: files[staging.file_at(row)], row: u32::try_from(staging.number(row)).unwrap_or(u32::MAX) }
}
