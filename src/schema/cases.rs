//! Case files.

use apportion_book::config::describe::{Parameter, Shape};
use serde_json::Value;

use super::made::{Keys, about, list, properties, record, required, table};
use super::project::BOOK;
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

const fn needed(key: &'static str, shape: Shape, meaning: &'static str) -> Parameter {
    Parameter::required(key, shape, "", meaning)
}

const fn optional(key: &'static str, meaning: &'static str) -> Parameter {
    Parameter::optional(key, Shape::Text, meaning)
}

/// What is tested, and when.
const UNDER_TEST: &[Parameter] = &[
    needed("name", Shape::SomeText, "What is special about it; unique in its file."),
    optional("why", "What it is there to show, with the clause."),
    needed(
        "period",
        Shape::Pattern(r"^\d{4}(-(0[1-9]|1[0-2])|-Q[1-4])?$"),
        "What is paid: a month (2026-07), a fiscal quarter (2026-Q3) or a fiscal year (2026).",
    ),
    Parameter::optional(
        "rules",
        Shape::Either(&[
            Shape::About("Ids of the project's rules.", &Shape::some(&Shape::Text)),
            Shape::About("Rules, as in a rule file.", &Shape::Text),
        ]),
        "The rules under test: ids of the project's rules, or a string with rules of its own. Without it, all of \
             the project's.",
    ),
];

/// Tables of data, and what is expected.
const TABLES: &[Parameter] = &[
    needed("deals", Shape::Text, "A table: deal_id, outcome, close_date, amount, and what the rules name."),
    needed("payees", Shape::Text, "A table: payee_id, and what the rules name."),
    optional("engagements", "A table: deal_id or account_id, payee_id, role, and what the rules name."),
    optional("splits", "A table: deal_id, payee_id, percent."),
    optional("quotas", "A table: payee_id, period, amount."),
    optional("fx_rates", "A table: date, currency, rate."),
    optional(
        "lines",
        "Expected: all lines of the rules under test in the period, by payee_id, rule_id, close_date, deal_id, role; \
             any\ncolumns of lines.parquet. An empty string is filled in by `apportion test --update`.",
    ),
    optional(
        "uncredited",
        "Expected: won deals without a line, and retained amounts; any columns of uncredited.csv.",
    ),
    optional("rejects", "Expected: rows that could not be used; any columns of rejects.csv."),
    optional("totals", "Expected: control totals of the rules under test."),
    Parameter::optional(
        "error",
        Shape::SomeText,
        "Expected: the code of the error that the case is there to provoke.",
    ),
];

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
