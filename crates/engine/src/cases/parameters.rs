//! Descriptions of the keys of a case, from which cases are read, and the schema of case files is made.

use apportion_book::config::describe::{Parameter, Shape};

/// Parts of `apportion.toml` that a case may replace, key by key.
const OF_THE_PROJECT: [&str; 2] = ["book", "sources"];

/// Every key of a case.
pub(crate) fn keys() -> Vec<&'static str> {
    let described = UNDER_TEST.iter().chain(TABLES).map(|parameter| parameter.key);
    described.chain(OF_THE_PROJECT).collect()
}

const fn needed(key: &'static str, shape: Shape, meaning: &'static str) -> Parameter {
    Parameter::required(key, shape, "", meaning)
}

const fn optional(key: &'static str, meaning: &'static str) -> Parameter {
    Parameter::optional(key, Shape::Text, meaning)
}

/// What is tested, and when.
pub const UNDER_TEST: &[Parameter] = &[
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
    Parameter::optional(
        "files",
        Shape::Map(&Shape::Text),
        "Rate tables that rules of the case's own name: CSV by path.",
    ),
];

/// Tables of data, and what is expected.
pub const TABLES: &[Parameter] = &[
    needed("deals", Shape::Text, "A table: deal_id, outcome, close_date, amount, and what the rules name."),
    needed("payees", Shape::Text, "A table: payee_id, and what the rules name."),
    optional("assignments", "A table: payee_id, from, until, and what changes meanwhile."),
    optional("engagements", "A table: deal_id or account_id, payee_id, role, and what the rules name."),
    optional("splits", "A table: deal_id, payee_id, percent."),
    optional("quotas", "A table: payee_id, period, amount, and measure where a rule names one."),
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
    optional("attainment", "Expected: how far payees have come; any columns of attainment.csv."),
    Parameter::optional(
        "error",
        Shape::SomeText,
        "Expected: the code of the error that the case is there to provoke.",
    ),
];
