//! `apportion.toml`.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::sources::Sources;
use apportion_base::money::Currency;

/// The project file of apportion: the book, where the data come from, where the rules are.
#[derive(JsonSchema)]
#[schemars(title = "apportion.toml", deny_unknown_fields)]
pub struct Project {
    /// What is paid, and by which calendar.
    book: Book,
    /// Where the rows of each table come from.
    sources: Sources,
}

/// What is paid, and by which calendar.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Book {
    /// Name of the programme, as people see it.
    #[schemars(length(min = 1))]
    name: String,
    /// Currency of all amounts in rules and of everything that is paid: an ISO 4217 code.
    #[schemars(schema_with = "currency")]
    currency: String,
    /// Month in which a fiscal year starts. A fiscal year is named after the calendar year in which it ends.
    #[schemars(range(min = 1, max = 12), extend("default" = 1))]
    fiscal_year_starts: Option<u8>,
    /// How the last digit is rounded.
    #[schemars(extend("default" = "half-away-from-zero"))]
    rounding: Option<Rounding>,
    /// Rule files: paths or patterns, relative to this file.
    #[schemars(length(min = 1), extend("examples" = [["rules/*.toml"]]))]
    rules: Vec<String>,
    /// An exchange rate older than this is no rate.
    #[schemars(range(min = 0, max = 100_000), extend("default" = 31))]
    fx_max_age_days: Option<u32>,
    /// What happens to a deal some of whose engagements or splits were rejected.
    #[schemars(extend("default" = "hold"))]
    incomplete: Option<Incomplete>,
}

fn currency(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": Currency::codes().collect::<Vec<_>>() })
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Rounding {
    /// 0.5 becomes 1 and -0.5 becomes -1, as in spreadsheets
    HalfAwayFromZero,
    /// 0.5 becomes 0 and 1.5 becomes 2
    HalfEven,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
enum Incomplete {
    /// It is not paid until the row is mended
    Hold,
    /// It is paid to those who are left
    Pay,
}
