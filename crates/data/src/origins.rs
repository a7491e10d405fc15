//! Where the rows of the dense tables stand in the files, and what else only an explanation asks: the rates that were
//! used, and the rejected rows that hold a deal back.
//!
//! Made from the sheets once everything is settled, so that a run pays nothing for it.

use std::collections::BTreeMap;

use apportion_book::{Book, Quoted};

use super::contract::{deals, engagements, fx_rates, payees, quotas, splits};
use super::engagements::group;
use super::fx::{self, Rates};
use super::intern::Names;
use super::references::Known;
use super::sheet::{Sheet, Status};
use super::tables::{NONE, Tables};

/// A row of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Index into [`Origins::files`].
    pub file: u32,
    /// 1 is the first data record.
    pub row: u32,
}

/// The rate that brought a deal's amount into the currency of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    pub currency: String,
    /// Millionths, in that currency.
    pub amount_e6: i64,
    /// Billionths.
    pub rate_e9: i64,
    /// Days since 1970-01-01.
    pub day: i32,
    pub quoted: Quoted,
    pub origin: Option<Origin>,
}

/// A row that names a deal and could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RejectedRow {
    pub of_splits: bool,
    pub origin: Origin,
}

/// Where everything stands. Columns are in the order of the rows of [`Tables`].
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// As in run.json: relative to the project's folder, with `/`.
    pub files: Vec<String>,
    pub deals: Vec<Origin>,
    pub engagements: Vec<Origin>,
    pub payees: Vec<Origin>,
    pub splits: Vec<Origin>,
    pub quotas: Vec<Origin>,
    /// Of deals in another currency.
    pub conversions: BTreeMap<u32, Conversion>,
    /// By deal: rows that make it incomplete.
    pub rejected: BTreeMap<u32, Vec<RejectedRow>>,
}

/// The six tables as parsed.
pub(super) struct Sheets<'a> {
    pub(super) deals: Option<&'a Sheet>,
    pub(super) engagements: Option<&'a Sheet>,
    pub(super) payees: Option<&'a Sheet>,
    pub(super) splits: Option<&'a Sheet>,
    pub(super) quotas: Option<&'a Sheet>,
    pub(super) fx_rates: Option<&'a Sheet>,
}

/// The origins of tables that were made of these sheets.
pub(super) fn of(sheets: &Sheets, book: &Book, names: &Names, tables: &Tables) -> Origins {
    let (deal_rows, _) = Known::by_day(sheets.deals, deals::DEAL_ID, deals::CLOSE_DATE, &names.deals);
    let payee_rows = Known::by_id(sheets.payees, payees::PAYEE_ID, &names.payees);
    let mut maker = Maker::default();
    maker.origins.deals = maker.rows(sheets.deals, &deal_rows.rows);
    maker.origins.payees = maker.rows(sheets.payees, &payee_rows.rows);
    if let Some(sheet) = sheets.engagements {
        let deal_of = |row: u32| deal_rows.index(sheet.column(engagements::DEAL_ID).code(row as usize));
        let (rows, _) = group(&sheet.kept(), deal_rows.len(), deal_of);
        maker.origins.engagements = maker.rows(Some(sheet), &rows);
        maker.rejected(sheet, engagements::DEAL_ID, &deal_rows, false);
    }
    if let Some(sheet) = sheets.splits {
        let rows = super::splits::in_order(sheet, names, &deal_rows, &payee_rows).0;
        maker.origins.splits = maker.rows(Some(sheet), &rows);
        maker.rejected(sheet, splits::DEAL_ID, &deal_rows, true);
    }
    if let Some(sheet) = sheets.quotas {
        let rows = quota_rows(sheet, names, &payee_rows);
        maker.origins.quotas = maker.rows(Some(sheet), &rows);
    }
    if let Some(sheet) = sheets.deals {
        maker.conversions(sheet, sheets.fx_rates, book, names, &deal_rows);
    }
    assert_eq!(maker.origins.deals.len(), tables.deals.won.len(), "every deal stands somewhere");
    assert_eq!(maker.origins.engagements.len(), tables.engagements.payee.len());
    assert_eq!(maker.origins.splits.len(), tables.splits.payee.len());
    assert_eq!(maker.origins.quotas.len(), tables.quotas.payee.len());
    maker.origins
}

/// The kept rows of quotas in the order of the dense table.
fn quota_rows(sheet: &Sheet, names: &Names, payees: &Known) -> Vec<u32> {
    let period = |row: u32| match sheet.column(quotas::PERIOD).code(row as usize) {
        NONE => None,
        code => apportion_book::Period::parse(sheet.texts(names, quotas::PERIOD).get(code)),
    };
    let mut rows: Vec<_> = sheet
        .kept()
        .into_iter()
        .filter_map(|row| {
            let payee = payees.index(sheet.column(quotas::PAYEE_ID).code(row as usize));
            Some((payee, period(row)?, row))
        })
        .collect();
    rows.sort_unstable();
    rows.into_iter().map(|(_, _, row)| row).collect()
}

#[derive(Default)]
struct Maker {
    origins: Origins,
    known: BTreeMap<String, u32>,
}

impl Maker {
    fn rows(&mut self, sheet: Option<&Sheet>, rows: &[u32]) -> Vec<Origin> {
        let Some(sheet) = sheet else { return Vec::new() };
        let files = self.files(sheet);
        rows.iter().map(|row| origin(sheet, &files, *row)).collect()
    }

    /// The numbers of a sheet's files.
    fn files(&mut self, sheet: &Sheet) -> Vec<u32> {
        let number = |file: &super::sheet::SheetFile| {
            *self.known.entry(file.shown.clone()).or_insert_with(|| {
                self.origins.files.push(file.shown.clone());
                (self.origins.files.len() - 1) as u32
            })
        };
        sheet.files.iter().map(number).collect()
    }

    /// The rows that were rejected and name a deal, duplicates aside: the same as `references::Incomplete`.
    fn rejected(&mut self, sheet: &Sheet, at: usize, deals: &Known, of_splits: bool) {
        let files = self.files(sheet);
        for (row, status) in (0_u32..).zip(&sheet.status) {
            if matches!(status, Status::BadCell | Status::Conflict | Status::Reference) {
                let deal = deals.index(sheet.column(at).code(row as usize));
                if deal != NONE {
                    let row = RejectedRow { of_splits, origin: origin(sheet, &files, row) };
                    self.origins.rejected.entry(deal).or_default().push(row);
                }
            }
        }
    }

    /// The rates of deals in another currency than the book's.
    fn conversions(
        &mut self,
        sheet: &Sheet,
        fx_rates: Option<&Sheet>,
        book: &Book,
        names: &Names,
        deal_rows: &Known,
    ) {
        let rates = fx_rates.map(|fx| Rates::of(fx, names)).unwrap_or_default();
        let of_rates = fx_rates.map(|fx| (fx, self.files(fx), rate_rows(fx, names)));
        let currencies = sheet.texts(names, deals::CURRENCY);
        for (deal, row) in (0_u32..).zip(&deal_rows.rows) {
            let at = *row as usize;
            let currency = currencies.get(sheet.column(deals::CURRENCY).code(at));
            if currency == book.currency.code() {
                continue;
            }
            let day = sheet.column(deals::CLOSE_DATE).day(at);
            // A kept deal in another currency has a rate.
            let Some(rate) = fx::latest(rates.of_currency(currency), day, book.fx_max_age_days) else {
                continue;
            };
            let origin = of_rates.as_ref().and_then(|(fx, files, rows)| {
                rows.get(&(currency, rate.day)).map(|row| origin(fx, files, *row))
            });
            let conversion = Conversion {
                currency: currency.to_owned(),
                amount_e6: sheet.column(deals::AMOUNT).fixed(at),
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
fn rate_rows<'a>(sheet: &'a Sheet, names: &'a Names) -> BTreeMap<(&'a str, i32), u32> {
    let texts = sheet.texts(names, fx_rates::CURRENCY);
    let key = |row: u32| {
        let code = sheet.column(fx_rates::CURRENCY).code(row as usize);
        (texts.get(code), sheet.column(fx_rates::DATE).day(row as usize))
    };
    sheet.kept().into_iter().map(|row| (key(row), row)).collect()
}

fn origin(sheet: &Sheet, files: &[u32], row: u32) -> Origin {
    // Numbers of rows are held in 32 bits.
    Origin { file: files[sheet.file_at(row)], row: u32::try_from(sheet.number(row)).unwrap_or(u32::MAX) }
}
