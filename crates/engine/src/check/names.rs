//! Columns that are read only because of their name.

use apportion_base::diagnostic::Code;
use apportion_base::diagnostic::counted;
use apportion_book::{Book, TableName};
use apportion_data::{ColumnTakenByName, UnevenColumn};

use super::finding::Finding;

pub fn findings(found: Vec<ColumnTakenByName>) -> Vec<Finding> {
    found.into_iter().map(finding).collect()
}

fn finding(found: ColumnTakenByName) -> Finding {
    let ColumnTakenByName { file, span, amount } = found;
    let message = format!(
        "`currency` of deals is the column of that name in {file}, while `amount` is `{amount}`: whether the one is the currency of the other is \
         said nowhere"
    );
    Finding::warning(Code::TakenByName, message)
        .at(span, "the amount")
        .help("if it is, say so: columns = { currency = \"currency\" }")
        .help(
            "if it is not, name the column that is; where the file has none, everything is in the book's currency with \
             currency = { expr = \"nullif(currency, currency)\" }",
        )
}

/// A column that only some files of a source have.
pub fn uneven(book: &Book, found: &UnevenColumn) -> Finding {
    let UnevenColumn { table, column, with, without, lacking, span } = found;
    let rows = match (table, column.as_str()) {
        (TableName::Deals, "currency") => format!("its deals are in {}", book.currency.code()),
        _ => "its rows are as if the cell were empty".to_owned(),
    };
    let message = format!("{without} has no column `{column}`, which {with} of the same source has: {rows}");
    let finding = Finding::warning(Code::UnevenFiles, message)
        .at(span.clone(), "both files come from here")
        .counted(*lacking, "file")
        .help(
            "if that is meant, say so with `defaults`; else export the files alike, or make them two sources",
        );
    if *lacking > 1 { finding.help(format!("{} lack it", counted(*lacking, "file"))) } else { finding }
}
