//! Case files.

use apportion_book::TableName;
use apportion_book::config::describe::Parameter;
use apportion_book::parameters::{BOOK, LEDGER};
use apportion_engine::cases::parameters::{EXPECTED, INPUTS, MONTHS, OF_MONTH, UNDER_TEST};
use serde_json::Value;

use super::made::{Keys, about, list, properties, record, required, table};
use super::sources::sources;

pub(super) const TITLE: &str = "Rule cases of apportion";

/// A case file.
pub(super) fn file() -> Keys {
    let cases = about("The cases.", list(case(), 1, None));
    let mut keys = Keys::new();
    keys.insert("case".to_owned(), Value::Object(cases));
    table("Worked examples of rules, which `apportion test` runs.", keys, vec!["case".into()])
}

/// One case.
fn case() -> Keys {
    let mut keys = properties(UNDER_TEST);
    let mut project = |key: &str, meaning: &str, of_project: Keys| {
        let mut part = Value::Object(about(meaning, of_project));
        nothing_required(&mut part);
        keys.insert(key.to_owned(), part);
    };
    project("book", "Keys of the book that differ from the project's.", record(&BOOK));
    project("sources", "Keys of sources, except their path.", sources());
    project(
        "ledger",
        "Keys of the ledger that differ from those of one that begins with the first of the months.",
        record(&LEDGER),
    );
    keys.append(&mut properties(INPUTS));
    keys.append(&mut properties(EXPECTED));
    let months =
        about("Months that are closed one after the other, instead of a period.", list(month(), 1, None));
    keys.insert(MONTHS.to_owned(), Value::Object(months));
    table(
        "A worked example: small tables of data, the rules under test, and what must come out. A table is a header and \
         rows, its\ncells between `|`; its columns have the names of the reference, not those of the files.",
        keys,
        required(UNDER_TEST.iter().chain(INPUTS).chain(EXPECTED)),
    )
}

/// A month that a case closes.
fn month() -> Keys {
    let mut keys = properties(OF_MONTH);
    let is_table = |parameter: &&Parameter| TableName::from_word(parameter.key).is_some();
    for (key, mut value) in properties(INPUTS.iter().filter(is_table)) {
        nothing_required(&mut value);
        keys.insert(key, value);
    }
    table("A month that is closed, with the tables that are others from it on.", keys, required(OF_MONTH))
}

/// A case writes only the keys that differ from its project's.
fn nothing_required(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(nothing_required),
        Value::Object(keys) => {
            if matches!(keys.get("required"), Some(Value::Array(_))) {
                keys.shift_remove("required");
            }
            keys.values_mut().for_each(nothing_required);
        }
        _ => {}
    }
}
