//! The rows and cells of two sets of data that differ for a deal or a payee, with the file and row where they are.

use std::collections::BTreeMap;

use super::facts::{REJECTED, cell, deal_values, payee_values};
use crate::explain::tree::Place;
use apportion_base::notation::shortest;
use apportion_base::sorted::equal;
use apportion_book::{TableName, display_day};
use apportion_data::{DealIx, EngagementIx, Frame, NO_DAY, Origin, Origins, PayeeIx, SplitIx, Tables};

/// One set of data, with where each of its rows is in the files.
#[derive(Debug, Clone)]
pub struct TracedTables<'a> {
    tables: &'a Tables,
    origins: &'a Origins,
    until: i32,
    /// Deals in byte order of their ids.
    by_id: Vec<DealIx>,
}

/// A cell that is another one, or a row that only one side has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellChange {
    /// The word of the table.
    pub table: &'static str,
    /// What identifies the row: `D1`, `ann|2026-Q3`.
    pub key: String,
    /// The column; empty for a row as a whole.
    pub column: String,
    /// What was there; `None` where the row is new. Empty for an empty cell.
    pub before: Option<String>,
    /// What is there now; `None` where the row is gone.
    pub after: Option<String>,
    /// The file and row of before.
    pub before_at: Option<Place>,
    /// The file and row of after.
    pub after_at: Option<Place>,
}

/// A row: what identifies it, its columns, and where it is.
#[derive(Debug, Clone)]
struct Row {
    key: String,
    cells: Vec<(String, String)>,
    place: Option<Place>,
}

type Deals = (Option<DealIx>, Option<DealIx>);

/// What differs of a deal: its own row, its engagements and splits, what was received for it, and the deals that reverse it.
pub fn of_deal(before: &TracedTables<'_>, after: &TracedTables<'_>, id: &str) -> Vec<CellChange> {
    let deals: Deals = (before.deal(id), after.deal(id));
    let mut found = compare(TableName::Deals, before.rows(deals.0, own), after.rows(deals.1, own));
    if deals.0.is_none() || deals.1.is_none() {
        // What names a deal that is not there is rejected with it, wherever it stands.
        return found;
    }
    for (table, rows) in [
        (TableName::Engagements, engagements as fn(&TracedTables<'_>, DealIx) -> Vec<Row>),
        (TableName::Splits, splits),
        (TableName::Receipts, receipts),
        (TableName::Deals, reversals),
    ] {
        found.extend(compare(table, before.rows(deals.0, rows), after.rows(deals.1, rows)));
    }
    found
}

/// What differs of a payee: its own row with its assignments, and its quotas.
pub fn of_payee(before: &TracedTables<'_>, after: &TracedTables<'_>, id: &str) -> Vec<CellChange> {
    let payees = (before.payee(id), after.payee(id));
    let own = |side: &TracedTables<'_>, payee: Option<PayeeIx>| -> Vec<Row> {
        payee.map(|payee| side.payee_row(payee)).into_iter().collect()
    };
    let quotas = |side: &TracedTables<'_>, payee: Option<PayeeIx>| -> Vec<Row> {
        payee.map_or_else(Vec::new, |payee| side.quotas(payee))
    };
    let mut found = compare(TableName::Payees, own(before, payees.0), own(after, payees.1));
    found.extend(compare(TableName::Quotas, quotas(before, payees.0), quotas(after, payees.1)));
    found
}

/// Rows side by side, by what identifies them; several of one identity in their order.
fn compare(table: TableName, before: Vec<Row>, after: Vec<Row>) -> Vec<CellChange> {
    let mut by_key: BTreeMap<String, (Vec<Row>, Vec<Row>)> = BTreeMap::new();
    before.into_iter().for_each(|row| by_key.entry(row.key.clone()).or_default().0.push(row));
    after.into_iter().for_each(|row| by_key.entry(row.key.clone()).or_default().1.push(row));
    let mut found = Vec::new();
    for (key, (was, is)) in by_key {
        for place in 0..was.len().max(is.len()) {
            found.extend(row_changes(table, &key, was.get(place), is.get(place)));
        }
    }
    found
}

fn row_changes(table: TableName, key: &str, was: Option<&Row>, is: Option<&Row>) -> Vec<CellChange> {
    let change = CellChange {
        table: table.word(),
        key: key.to_owned(),
        column: String::new(),
        before: was.map(summary),
        after: is.map(summary),
        before_at: was.and_then(|row| row.place.clone()),
        after_at: is.and_then(|row| row.place.clone()),
    };
    let (Some(was), Some(is)) = (was, is) else { return vec![change] };
    let of_cell = |(column, before): &(String, String)| {
        // One that a side has not read is not known to differ.
        let (_, after) = is.cells.iter().find(|(name, _)| name == column)?;
        (before != after).then(|| CellChange {
            column: column.clone(),
            before: Some(before.clone()),
            after: Some(after.clone()),
            ..change.clone()
        })
    };
    was.cells.iter().filter_map(of_cell).collect()
}

/// What a row says in a line: the cells that are not empty.
fn summary(row: &Row) -> String {
    let is_said = |(column, value): &&(String, String)| {
        !value.is_empty() && (column.as_str(), value.as_str()) != (REJECTED, "no")
    };
    let cells = row.cells.iter().filter(is_said);
    cells.map(|(column, value)| format!("{column} {value}")).collect::<Vec<_>>().join(", ")
}

impl<'a> TracedTables<'a> {
    /// Tables with their origins. `until` is the last day of what is compared: what was received or reversed later does not count.
    pub fn new(tables: &'a Tables, origins: &'a Origins, until: i32) -> Self {
        let deals = &tables.deals;
        let mut by_id: Vec<DealIx> = deals.all().collect();
        by_id.sort_unstable_by_key(|deal| deals.id_rank[*deal]);
        Self { tables, origins, until, by_id }
    }

    /// The deal with an id; a milestone only where there is no such deal.
    pub fn deal(&self, id: &str) -> Option<DealIx> {
        let deals = &self.tables.deals;
        let named = equal(&self.by_id, |deal| deals.id(*deal).cmp(id));
        let deal = named.iter().find(|deal| self.tables.effects.milestone(**deal).is_none());
        deal.or(named.first()).copied()
    }

    /// The payee with an id. Payees are in byte order of their ids.
    pub fn payee(&self, id: &str) -> Option<PayeeIx> {
        let payees = &self.tables.payees;
        let (mut from, mut until) = (0, payees.len());
        while from < until {
            let middle = from.midpoint(until);
            let payee = PayeeIx::new(middle)?;
            match payees.id(payee).cmp(id) {
                std::cmp::Ordering::Equal => return Some(payee),
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => until = middle,
            }
        }
        None
    }

    fn rows(&self, deal: Option<DealIx>, rows: fn(&TracedTables<'_>, DealIx) -> Vec<Row>) -> Vec<Row> {
        deal.map_or_else(Vec::new, |deal| rows(self, deal))
    }

    fn place(&self, origin: Option<&Origin>) -> Option<Place> {
        let origin = origin?;
        Some(Place { file: self.origins.files.get(origin.file as usize)?.clone(), row: origin.row })
    }

    fn payee_row(&self, payee: PayeeIx) -> Row {
        Row {
            key: self.tables.payees.id(payee).to_owned(),
            cells: payee_values(self.tables, payee),
            place: self.place(self.origins.payees.get(payee.at())),
        }
    }

    fn quotas(&self, payee: PayeeIx) -> Vec<Row> {
        let quotas = &self.tables.quotas;
        let own = (0..quotas.payee.len()).filter(|row| quotas.payee[*row] == payee);
        let row = |row: usize| Row {
            key: {
                let measure = quotas.measure[row].as_ref().map_or(String::new(), |text| format!("|{text}"));
                format!("{}|{}{measure}", self.tables.payees.id(payee), quotas.period[row])
            },
            cells: vec![("amount".to_owned(), shortest(quotas.amount_e6[row].into(), 6))],
            place: self.place(self.origins.quotas.get(row)),
        };
        own.map(row).collect()
    }
}

fn own(side: &TracedTables<'_>, deal: DealIx) -> Vec<Row> {
    vec![Row {
        key: side.tables.deals.id(deal).to_owned(),
        cells: deal_values(side.tables, deal),
        place: side.place(side.origins.deals.get(deal.at())),
    }]
}

/// The engagements that name a deal.
fn engagements(side: &TracedTables<'_>, deal: DealIx) -> Vec<Row> {
    let engagements = &side.tables.engagements;
    let row = |row: EngagementIx| {
        let at = row.at();
        let payee = side.tables.payees.id(engagements.payee[row]).to_owned();
        let role = engagements.roles[engagements.role(row)].clone();
        let id = engagements.frame.column("engagement_id").map(|ids| cell(ids, at));
        let key = match id.filter(|id| !id.is_empty()) {
            Some(id) => id,
            None => format!("{}|{payee}|{role}", side.tables.deals.id(deal)),
        };
        let day = Some(engagements.occurred_on[at]).filter(|day| *day != NO_DAY);
        let mut cells = vec![
            ("payee_id".to_owned(), payee),
            ("role".to_owned(), role),
            ("occurred_on".to_owned(), day.map_or_else(String::new, display_day)),
            ("weight".to_owned(), shortest(engagements.weight_e9[row].into(), 9)),
        ];
        cells.extend(others(&engagements.frame, at, &cells));
        Row { key, cells, place: side.place(side.origins.engagements.get(at)) }
    };
    engagements.of_deal(deal).map(row).collect()
}

fn splits(side: &TracedTables<'_>, deal: DealIx) -> Vec<Row> {
    let splits = &side.tables.splits;
    let row = |row: SplitIx| {
        let payee = side.tables.payees.id(splits.payee[row]).to_owned();
        let mut cells = vec![
            ("payee_id".to_owned(), payee.clone()),
            ("percent".to_owned(), shortest(splits.percent_e9[row].into(), 9)),
        ];
        cells.extend(others(&splits.frame, row.at(), &cells));
        let key = format!("{}|{payee}", side.tables.deals.id(deal));
        Row { key, cells, place: side.place(side.origins.splits.get(row.at())) }
    };
    splits.of_deal(deal).map(row).collect()
}

/// What was received for a deal up to the end of the month.
fn receipts(side: &TracedTables<'_>, deal: DealIx) -> Vec<Row> {
    let receipts = &side.tables.receipts;
    let row = |row: usize| {
        let day = receipts.received_on[row];
        (day <= side.until).then(|| Row {
            key: format!("{}|{}", side.tables.deals.id(deal), display_day(day)),
            cells: vec![("amount".to_owned(), shortest(receipts.amount_e6[row].into(), 6))],
            place: None,
        })
    };
    receipts.of_deal(deal).filter_map(row).collect()
}

/// The deals that reverse a deal and closed up to the end of the month.
fn reversals(side: &TracedTables<'_>, deal: DealIx) -> Vec<Row> {
    let deals = &side.tables.deals;
    let of_deal = deals.reversals.iter().filter(|reversal| reversal.original.get() == Some(deal));
    let counted = of_deal.filter(|reversal| deals.close_date[reversal.deal] <= side.until);
    counted.flat_map(|reversal| own(side, reversal.deal)).collect()
}

/// Columns that rules name beside those that are there already, and those that name the row.
fn others(frame: &Frame, row: usize, known: &[(String, String)]) -> Vec<(String, String)> {
    let is_known = |name: &str| {
        ["deal_id", "engagement_id"].contains(&name) || known.iter().any(|(known, _)| known == name)
    };
    let columns = frame.columns.iter().filter(|(name, _)| !is_known(name));
    columns.map(|(name, array)| (name.clone(), cell(array, row))).collect()
}
