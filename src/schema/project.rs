//! `apportion.toml`.

use apportion_book::parameters::{BOOK, LEDGER, STATEMENTS};

use serde_json::Value;

use super::made::{Keys, about, record, table};
use super::sources::sources;

pub(super) const TITLE: &str = "apportion.toml";

/// The project file.
pub(super) fn file() -> Keys {
    let mut tables = Keys::new();
    tables.insert("book".to_owned(), Value::Object(record(&BOOK)));
    let sources = about("Where the rows of each table come from.", sources());
    tables.insert("sources".to_owned(), Value::Object(sources));
    tables.insert("ledger".to_owned(), Value::Object(record(&LEDGER)));
    tables.insert("statements".to_owned(), Value::Object(record(&STATEMENTS)));
    table(
        "The project file of apportion: the book, where the data come from, where the rules are.",
        tables,
        vec!["book".into(), "sources".into()],
    )
}
