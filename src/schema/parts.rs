//! What several files share: numbers as they are written, dates, expressions.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// Digits with at most one point.
const NUMBER: &str = r"(\d+(\.\d+)?|\.\d+)";

/// Implements a schema that is written out.
macro_rules! written {
    ($name:ident, $schema:expr) => {
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

/// `"10%"` or `0.10`.
pub struct Rate;
written!(
    Rate,
    json_schema!({
        "anyOf": [
            { "type": "string", "pattern": format!("^{NUMBER}%?$") },
            { "type": "number", "minimum": 0, "maximum": 1 },
        ],
    })
);

/// `"250"` or `1250.50`.
pub struct Amount;
written!(
    Amount,
    json_schema!({
        "anyOf": [
            { "type": "string", "pattern": format!("^{NUMBER}$") },
            { "type": "number", "minimum": 0 },
        ],
    })
);

/// `"100%"` of the quota, or an amount.
pub struct Threshold;
written!(
    Threshold,
    json_schema!({
        "anyOf": [
            { "type": "string", "pattern": format!("^{NUMBER}%?$") },
            { "type": "number", "minimum": 0 },
        ],
    })
);

/// A day, as a date of TOML or as a string.
pub struct Day;
written!(Day, json_schema!({ "type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$" }));

/// What stands for a cell of a data file.
pub struct Cell;
written!(Cell, json_schema!({ "type": ["string", "number", "boolean"] }));

/// A rate, or rates by a text column.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum RateOrBy {
    Plain(Rate),
    By(ByColumn<Rate>),
}

/// An amount, or amounts by a text column.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum AmountOrBy {
    Plain(Amount),
    By(ByColumn<Amount>),
}

/// A value that depends on a text column. No match and no `else`: no line, and the deal is shown as `no-rate`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ByColumn<T> {
    /// The column, such as "payees.tier" or "deals.deal_type".
    by: String,
    /// The value for each text of the column.
    is: BTreeMap<String, T>,
    /// The value for any other text, and where there is none.
    r#else: Option<T>,
}
