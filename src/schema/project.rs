//! `apportion.toml`.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::sources::{RateSource, Source};
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

/// Where the rows of each table come from. A table may be fed by several sources, as `[[sources.engagements]]`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Sources {
    /// Deals: deal_id, outcome (won or lost), close_date and amount are needed.
    deals: OneOrMore<Source>,
    /// Engagements: payee_id, role, and deal_id or account_id are needed.
    engagements: Option<OneOrMore<Source>>,
    /// Payees: payee_id is needed.
    payees: OneOrMore<Source>,
    /// Shares declared in the CRM: deal_id, payee_id and percent are needed.
    splits: Option<OneOrMore<Source>>,
    /// Quotas in book currency: payee_id, period and amount are needed.
    quotas: Option<OneOrMore<Source>>,
    /// Exchange rates: date, currency and rate are needed.
    fx_rates: Option<OneOrMore<RateSource>>,
}

/// A table, or a list of tables.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum OneOrMore<T> {
    One(T),
    More(#[schemars(length(min = 1))] Vec<T>),
}
