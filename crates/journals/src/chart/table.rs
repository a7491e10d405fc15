//! A table of accounts: the row with the most cells that match, as in a table of rates.

use std::path::Path;

use super::{Asked, NoAccount, shown};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::world::World;
use apportion_book::{AccountColumn, AccountRole, AccountTable};

/// A file may have so many bytes, and so many rows: a chart of accounts is written by people.
const MOST_BYTES: usize = 16 << 20;
const MOST_ROWS: usize = 100_000;

/// A row.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Where it is in the file.
    line: u64,
    /// By the table's columns; an empty cell matches everything.
    cells: Vec<Option<String>>,
    from: Option<i32>,
    until: Option<i32>,
    account: String,
}

/// The rows of a file.
#[derive(Debug, Clone)]
pub(super) struct Table {
    columns: Vec<AccountColumn>,
    rows: Vec<Row>,
}

/// What a column of the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Compared(AccountColumn),
    From,
    Until,
    Account,
    ForPeople,
}

impl Table {
    pub(super) fn load(
        world: &dyn World,
        root: &Path,
        described: &AccountTable,
        role: AccountRole,
    ) -> Result<Self, Diagnostic> {
        let name = &described.path;
        let wrong = |why: String| {
            Diagnostic::error(Code::BadAccounts, format!("{} is no table of accounts: {why}", name.value))
                .at(name.span.clone(), "")
        };
        let bytes = world.read(&root.join(&name.value)).map_err(|error| {
            Diagnostic::error(Code::CannotRead, format!("{} can't be read: {error}", name.value))
                .at(name.span.clone(), "")
                .help("a table of accounts is a CSV file in UTF-8, by its path from the folder of apportion.toml")
        })?;
        if bytes.len() > MOST_BYTES {
            return Err(wrong(format!("it has more than {} MiB", MOST_BYTES >> 20)));
        }
        Self::read(&bytes, described, role).map_err(wrong)
    }

    fn read(bytes: &[u8], described: &AccountTable, role: AccountRole) -> Result<Self, String> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let header = reader.headers().map_err(|error| error.to_string())?.clone();
        let mut kinds = Vec::with_capacity(header.len());
        for name in &header {
            kinds.push(column(name, described, role)?);
        }
        if !kinds.contains(&Column::Account) {
            return Err(format!("it has no column `{}`", described.value.value));
        }
        let only = described.only.iter().flatten();
        if let Some(missing) =
            only.map(|name| &name.value).find(|name| !header.iter().any(|own| own == *name))
        {
            return Err(format!("it has no column `{missing}`, which `match` names"));
        }
        let columns: Vec<AccountColumn> = kinds
            .iter()
            .filter_map(|kind| match kind {
                Column::Compared(column) => Some(*column),
                _ => None,
            })
            .collect();
        let mut table = Self { columns, rows: Vec::new() };
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            let line = record.position().map_or(0, csv::Position::line);
            let row = row(&record, &kinds, line).map_err(|why| format!("line {line}: {why}"))?;
            table.rows.push(row);
            if table.rows.len() > MOST_ROWS {
                return Err(format!("it has more than {MOST_ROWS} rows"));
            }
        }
        Ok(table)
    }

    pub(super) fn has(&self, column: AccountColumn) -> bool {
        self.columns.contains(&column)
    }

    pub(super) fn account(&self, role: AccountRole, asked: &Asked<'_>) -> Result<&str, NoAccount> {
        let mut best: Option<(usize, &Row)> = None;
        let mut tie: Option<u64> = None;
        for row in self.rows.iter().filter(|row| row.matches(&self.columns, asked)) {
            let weight = row.weight();
            match best {
                Some((heaviest, _)) if weight < heaviest => {}
                Some((heaviest, _)) if weight == heaviest => tie = tie.or(Some(row.line)),
                _ => (best, tie) = (Some((weight, row)), None),
            }
        }
        match (best, tie) {
            (None, _) => Err(NoAccount::NoRow(role, shown(asked, &self.columns))),
            (Some((_, row)), Some(other)) => {
                Err(NoAccount::Tie(role, shown(asked, &self.columns), [row.line, other]))
            }
            (Some((_, row)), None) => Ok(&row.account),
        }
    }
}

impl Row {
    fn matches(&self, columns: &[AccountColumn], asked: &Asked<'_>) -> bool {
        let is_equal = |(cell, column): (&Option<String>, &AccountColumn)| {
            cell.is_none() || cell.as_deref() == asked.value(*column)
        };
        self.cells.iter().zip(columns).all(is_equal)
            && self.from.is_none_or(|from| from <= asked.day)
            && self.until.is_none_or(|until| asked.day <= until)
    }

    /// How many cells are not empty; the dates are one.
    fn weight(&self) -> usize {
        let cells = self.cells.iter().filter(|cell| cell.is_some()).count();
        cells + usize::from(self.from.is_some() || self.until.is_some())
    }
}

/// What a column of the header is.
fn column(name: &str, described: &AccountTable, role: AccountRole) -> Result<Column, String> {
    if name == described.value.value {
        return Ok(Column::Account);
    }
    match name {
        "from" => return Ok(Column::From),
        "until" => return Ok(Column::Until),
        _ => {}
    }
    if described.only.as_ref().is_some_and(|only| !only.iter().any(|own| own.value == name)) {
        return Ok(Column::ForPeople);
    }
    let known = AccountColumn::from_word(name).filter(|column| role.columns().contains(column));
    known.map(Column::Compared).ok_or_else(|| {
        let words: Vec<&str> = role.columns().iter().map(|column| column.word()).collect();
        format!(
            "its column `{name}` is none that `{}` goes by ({}); name those that count in `match`",
            role.word(),
            words.join(", ")
        )
    })
}

fn row(record: &csv::StringRecord, kinds: &[Column], line: u64) -> Result<Row, String> {
    let mut row = Row { line, cells: Vec::new(), from: None, until: None, account: String::new() };
    for (cell, kind) in record.iter().zip(kinds) {
        match kind {
            Column::Compared(_) => row.cells.push((!cell.is_empty()).then(|| cell.to_owned())),
            Column::From => row.from = day(cell)?,
            Column::Until => row.until = day(cell)?,
            Column::Account if cell.is_empty() => return Err("it has no account".to_owned()),
            Column::Account => cell.clone_into(&mut row.account),
            Column::ForPeople => {}
        }
    }
    Ok(row)
}

/// A date as 2026-07-31; none where the cell is empty.
fn day(cell: &str) -> Result<Option<i32>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    crate::text::iso_day(cell).map(Some).ok_or_else(|| format!("\"{cell}\" is no date such as 2026-07-31"))
}
