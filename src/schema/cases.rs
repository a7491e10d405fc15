//! Case files.

use apportion_book::parameters::BOOK;
use apportion_engine::cases::parameters::{TABLES, UNDER_TEST};
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
    keys.append(&mut properties(TABLES));
    table(
        "A worked example: small tables of data, the rules under test, and what must come out. A table is a header and \
         rows, its\ncells between `|`; its columns have the names of the reference, not those of the files.",
        keys,
        required(UNDER_TEST.iter().chain(TABLES)),
    )
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
