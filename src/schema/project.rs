//! `apportion.toml`.

use apportion_book::ExportFormat;
use apportion_book::config::describe::Choice;
use apportion_book::parameters::{ACCOUNTS, BOOK, FORECAST, LEDGER, REPORT, STATEMENTS};

use serde_json::{Value, json};

use super::made::{Keys, about, object, record, table};
use super::sources::sources;

pub(super) const TITLE: &str = "apportion.toml";

/// The project file.
pub(super) fn file() -> Keys {
    let mut tables = Keys::new();
    tables.insert("book".to_owned(), Value::Object(record(&BOOK)));
    let sources = about("Where the rows of each table come from.", sources());
    tables.insert("sources".to_owned(), Value::Object(sources));
    tables.insert("ledger".to_owned(), Value::Object(record(&LEDGER)));
    tables.insert("accounts".to_owned(), Value::Object(record(&ACCOUNTS)));
    tables.insert("exports".to_owned(), Value::Object(exports()));
    tables.insert("statements".to_owned(), Value::Object(record(&STATEMENTS)));
    tables.insert("report".to_owned(), Value::Object(record(&REPORT)));
    tables.insert("forecast".to_owned(), Value::Object(record(&FORECAST)));
    table(
        "The project file of apportion: the book, where the data come from, where the rules are.",
        tables,
        vec!["book".into(), "sources".into()],
    )
}

/// `[exports.NAME]`: the keys go by the format.
fn exports() -> Keys {
    let of_format = |format: &ExportFormat| {
        let mut keys = object("", &format.parameters());
        if let Some(Value::Object(properties)) = keys.get_mut("properties")
            && let Some(Value::Object(own)) = properties.get_mut("format")
        {
            own.shift_remove("oneOf");
            own.insert("const".to_owned(), format.word().into());
        }
        Value::Object(keys)
    };
    let formats: Vec<Value> = ExportFormat::ALL.iter().map(of_format).collect();
    let mut keys = Keys::new();
    keys.insert(
        "description".to_owned(),
        "What a close is written as for payroll, banks and books, by the name of the export.".into(),
    );
    keys.insert("type".to_owned(), "object".into());
    keys.insert("additionalProperties".to_owned(), json!({ "anyOf": formats }));
    keys
}
