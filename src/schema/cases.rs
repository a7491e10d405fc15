//! Case files.

use apportion_book::config::describe::{Need, Parameter, Record, Shape};

use super::made::{Keys, record};
use super::project::{BOOK, SOURCES};

pub(super) const TITLE: &str = "Rule cases of apportion";

/// A case file.
pub(super) fn file() -> Keys {
    let mut file = record(&FILE);
    nothing_of_the_project_is_required(&mut file);
    file
}

const FILE: Record = Record {
    about: "Worked examples of rules, which `apportion test` runs.",
    parameters: &[Parameter::required("case", Shape::some(&Shape::Record(&CASE)), "[[case]]", "The cases.")],
};

const fn required(key: &'static str, shape: Shape, meaning: &'static str) -> Parameter {
    Parameter::required(key, shape, "", meaning)
}

const fn optional(key: &'static str, meaning: &'static str) -> Parameter {
    Parameter::optional(key, Shape::Text, meaning)
}

const CASE: Record = Record {
    about: "A worked example: small tables of data, the rules under test, and what must come out. A table is a header and \
            rows, its\ncells between `|`; its columns have the names of the contract.",
    parameters: &[
        required("name", Shape::SomeText, "What is special about it; unique in its file."),
        optional("why", "What it is there to show, with the clause."),
        required(
            "period",
            Shape::Pattern(r"^\d{4}(-(0[1-9]|1[0-2])|-Q[1-4])?$"),
            "What is paid: a month (2026-07), a fiscal quarter (2026-Q3) or a fiscal year (2026).",
        ),
        Parameter {
            key: "rules",
            shape: Shape::Either(&[
                Shape::About("Ids of the project's rules.", &Shape::some(&Shape::Text)),
                Shape::About("Rules, as in a rule file.", &Shape::Text),
            ]),
            need: Need::Optional,
            meaning: "The rules under test: ids of the project's rules, or a string with rules of its own. Without it, all of \
                      the project's.",
        },
        Parameter::optional("book", Shape::Record(&BOOK), "Keys of the book that differ from the project's."),
        Parameter::optional("sources", Shape::Record(&SOURCES), "Keys of sources, beside their path."),
        required(
            "deals",
            Shape::Text,
            "A table: deal_id, outcome, close_date, amount, and what the rules name.",
        ),
        required("payees", Shape::Text, "A table: payee_id, and what the rules name."),
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
            "Expected: deals that paid nobody, and what was kept back; any columns of uncredited.csv.",
        ),
        optional("rejects", "Expected: rows that could not be used; any columns of rejects.csv."),
        optional("totals", "Expected: control totals of the rules under test."),
        Parameter::optional(
            "error",
            Shape::SomeText,
            "Expected: the code of the error that the case is there to provoke.",
        ),
    ],
};

/// A case writes only the keys that differ from its project's.
fn nothing_of_the_project_is_required(file: &mut Keys) {
    for table in ["book", "sources"] {
        let place = format!("/properties/case/items/properties/{table}");
        let mut whole = serde_json::Value::Object(std::mem::take(file));
        if let Some(keys) = whole.pointer_mut(&place) {
            nothing_required(keys);
        }
        if let serde_json::Value::Object(keys) = whole {
            *file = keys;
        }
    }
}

fn nothing_required(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Array(items) => items.iter_mut().for_each(nothing_required),
        serde_json::Value::Object(keys) => {
            if matches!(keys.get("required"), Some(serde_json::Value::Array(_))) {
                keys.shift_remove("required");
            }
            keys.values_mut().for_each(nothing_required);
        }
        _ => {}
    }
}
