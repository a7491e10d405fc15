//! Columns that are read only because a file calls one of its columns as we do: those that decide amounts, and those that
//! other files of the source lack.

use std::collections::BTreeSet;

use apportion_base::diagnostic::Span;
use apportion_book::{Book, ColumnFrom, TableName};

use super::contract;
use super::mapping::{From, origin};
use super::open::OpenSources;
use super::open_file::OpenFile;
use super::tables::catalogue::UsedColumns;

/// The name of the column of currencies.
const CURRENCY: &str = "currency";
/// The name of the column of amounts.
const AMOUNT: &str = "amount";

/// A column of currencies that is taken by its name beside an amount that is mapped from another column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnTakenByName {
    /// The first file in which it is so.
    pub file: String,
    /// Where `columns` says what the amount is.
    pub span: Span,
    /// What the amount is: the name of a column or an expression.
    pub amount: String,
}

/// A column that some files of a source have and others do not: their rows are as if its cells were empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnevenColumn {
    /// The table that the source feeds.
    pub table: TableName,
    /// The column.
    pub column: String,
    /// The first file that has it.
    pub with: String,
    /// The first file that does not.
    pub without: String,
    /// How many files do not.
    pub lacking: u64,
    /// Where the files are named.
    pub span: Span,
}

impl OpenSources {
    /// Columns of the contract, and those that rules name, which only some files of a source have. Files of JSON objects have the columns
    /// that their objects happen to have, and say nothing.
    pub fn uneven_columns(&self, book: &Book, used: &UsedColumns) -> Vec<UnevenColumn> {
        let mut found = Vec::new();
        for open in &self.sources {
            let source = &book.sources[open.index];
            let of_contract = contract::spec_of(source).columns.iter().map(|column| column.name);
            let of_rules = used.get(&source.table).into_iter().flatten().map(String::as_str);
            let names: BTreeSet<&str> = of_contract.chain(of_rules).collect();
            let by_name =
                |name: &&str| !source.columns.contains_key(*name) && !source.defaults.contains_key(*name);
            for name in names.into_iter().filter(by_name) {
                let files = open.files.iter().filter(|file| file.file.lists_columns());
                let (with, without): (Vec<_>, Vec<_>) =
                    files.partition(|file| matches!(origin(source, file, name), From::File(_)));
                if let (Some(first), Some(lacking)) = (with.first(), without.first()) {
                    found.push(UnevenColumn {
                        table: source.table,
                        column: name.to_owned(),
                        with: first.file.shown.clone(),
                        without: lacking.file.shown.clone(),
                        lacking: without.len() as u64,
                        span: lacking.file.span.clone(),
                    });
                }
            }
        }
        found
    }

    /// Sources of deals whose `currency` is taken by its name although `amount` is another column: the file may have it for
    /// another amount.
    pub fn currencies_taken_by_name(&self, book: &Book) -> Vec<ColumnTakenByName> {
        let of_deals = self.sources.iter().filter(|open| book.sources[open.index].table == TableName::Deals);
        let found = of_deals.filter_map(|open| {
            let source = &book.sources[open.index];
            let (amount, span) = match source.columns.get(AMOUNT)? {
                ColumnFrom::Name(name) if name.value == AMOUNT => return None,
                ColumnFrom::Name(name) | ColumnFrom::Mark(name) => (name.value.clone(), &name.span),
                ColumnFrom::Expr(text) => (text.text.to_string(), &text.span),
            };
            let by_name = !source.columns.contains_key(CURRENCY);
            let has_it = |file: &&OpenFile| matches!(origin(source, file, CURRENCY), From::File(_));
            let file = open.files.iter().filter(|_| by_name).find(has_it)?;
            Some(ColumnTakenByName { file: file.file.shown.clone(), span: span.clone(), amount })
        });
        found.collect()
    }
}
