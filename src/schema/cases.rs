//! Case files.

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::project::Book;
use super::sources::Sources;

/// Worked examples of rules, which `apportion test` runs.
#[derive(JsonSchema)]
#[schemars(title = "Rule cases of apportion", deny_unknown_fields)]
pub struct CaseFile {
    /// The cases.
    #[schemars(length(min = 1))]
    case: Vec<Case>,
}

/// A worked example: small tables of data, the rules under test, and what must come out. A table is a header and rows, its
/// cells between `|`; its columns have the names of the contract.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Case {
    /// What is special about it; unique in its file.
    #[schemars(length(min = 1))]
    name: String,
    /// What it is there to show, with the clause.
    why: Option<String>,
    /// What is paid: a month (2026-07), a fiscal quarter (2026-Q3) or a fiscal year (2026).
    #[schemars(regex(pattern = r"^\d{4}(-(0[1-9]|1[0-2])|-Q[1-4])?$"))]
    period: String,
    /// The rules under test: ids of the project's rules, or a string with rules of its own. Without it, all of the project's.
    rules: Option<UnderTest>,
    /// Keys of the book that differ from the project's.
    book: Option<Partial<Book>>,
    /// Keys of sources, beside their path.
    sources: Option<Partial<Sources>>,
    /// A table: deal_id, outcome, close_date, amount, and what the rules name.
    deals: String,
    /// A table: payee_id, and what the rules name.
    payees: String,
    /// A table: deal_id or account_id, payee_id, role, and what the rules name.
    engagements: Option<String>,
    /// A table: deal_id, payee_id, percent.
    splits: Option<String>,
    /// A table: payee_id, period, amount.
    quotas: Option<String>,
    /// A table: date, currency, rate.
    fx_rates: Option<String>,
    /// Expected: all lines of the rules under test in the period, by payee_id, rule_id, close_date, deal_id, role; any
    /// columns of lines.parquet. An empty string is filled in by `apportion test --update`.
    lines: Option<String>,
    /// Expected: deals that paid nobody, and what was kept back; any columns of uncredited.csv.
    uncredited: Option<String>,
    /// Expected: rows that could not be used; any columns of rejects.csv.
    rejects: Option<String>,
    /// Expected: control totals of the rules under test.
    totals: Option<String>,
    /// Expected: the code of the error that the case is there to provoke.
    #[schemars(length(min = 1))]
    error: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(untagged)]
enum UnderTest {
    /// Ids of the project's rules.
    Named(#[schemars(length(min = 1))] Vec<String>),
    /// Rules, as in a rule file.
    Own(String),
}

/// The keys of a table of the project file, none of which is needed here.
struct Partial<T>(PhantomData<T>);

impl<T: JsonSchema> JsonSchema for Partial<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Partial{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut value = T::json_schema(generator).to_value();
        nothing_required(&mut value);
        Schema::try_from(value).unwrap_or_default()
    }
}

fn nothing_required(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Array(items) => items.iter_mut().for_each(nothing_required),
        serde_json::Value::Object(keys) => {
            if matches!(keys.get("required"), Some(serde_json::Value::Array(_))) {
                keys.remove("required");
            }
            keys.values_mut().for_each(nothing_required);
        }
        _ => {}
    }
}
