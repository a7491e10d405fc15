//! Columns that decide amounts and are read only because a file calls one of its columns as we do.

use apportion_base::diagnostic::Span;
use apportion_book::{Book, ColumnFrom, TableName};

use super::mapping::{From, origin};
use super::open::OpenSources;

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

impl OpenSources {
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
            let has_it =
                |file: &&super::open::OpenFile| matches!(origin(source, file, CURRENCY), From::File(_));
            let file = open.files.iter().filter(|_| by_name).find(has_it)?;
            Some(ColumnTakenByName { file: file.file.shown.clone(), span: span.clone(), amount })
        });
        found.collect()
    }
}
