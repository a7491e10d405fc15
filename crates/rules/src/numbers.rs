//! Rates and amounts as rules write them, exactly, and values that depend on a text column.
//!
//! A rate is a string with a percent sign, or a fraction of at most 1 (a TOML number or a string); it has at most
//! 8 decimals as a fraction. An amount is a number or a string with at most 6 decimals, below 10^12. Neither is
//! negative.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::Value;
use super::context::Context;
use super::tables::{RateTable, TableRequest};
use apportion_base::diagnostic::Code;
use apportion_book::TableName;
use apportion_book::config::describe::{Number, Record};
use apportion_book::config::number::{decimal, hundredth, percent};
use apportion_book::config::{Item, Table, WrittenNumber};

const RATE: &str = "a rate such as \"10%\" or 0.10";
const AMOUNT: &str = "an amount such as \"250\" or 1250.50";
/// Decimals of a rate as a fraction.
const RATE_DECIMALS: u32 = 8;
/// Decimals of money.
const AMOUNT_DECIMALS: u32 = 6;
/// Rates are written with 18 digits, of which 8 are decimals.
const RATE_LIMIT: i64 = 10_000_000_000;
/// Money is below this.
const AMOUNT_LIMIT: i64 = 1_000_000_000_000;

/// Code, message and help of a number that is none.
type NumberFault = (Code, String, String);

/// A rate as a fraction of one.
pub(super) fn rate(item: &Item<'_>) -> Option<Decimal> {
    let written = item.written(Code::BadRate, RATE)?;
    reported(item, rate_of(item.name(), written))
}

/// A part of something: a rate of 1 at most.
pub(super) fn share(item: &Item<'_>) -> Option<Decimal> {
    let share = rate(item)?;
    if share > Decimal::ONE {
        let message = format!("`{}` is {}, and it is a part of what is there", item.name(), percent(share));
        item.doc().report(item.error(Code::BadRate, message).help("it is \"100%\" at most"));
        return None;
    }
    Some(share)
}

/// An amount in the major unit of the book's currency.
pub(super) fn amount(item: &Item<'_>) -> Option<Decimal> {
    let written = item.written(Code::BadAmount, AMOUNT)?;
    reported(item, amount_of(item.name(), written))
}

fn reported(item: &Item<'_>, number: Result<Decimal, NumberFault>) -> Option<Decimal> {
    number.map_err(|(code, message, help)| item.doc().report(item.error(code, message).help(help))).ok()
}

/// A rate or an amount in a cell of a table, as a string of a rule file writes it; `name` is that of its column.
///
/// # Errors
/// Why it is none.
pub(super) fn cell_value(number: Number, name: &str, text: &str) -> Result<Decimal, NumberFault> {
    let (code, accepted) = match number {
        Number::Amount => (Code::BadAmount, AMOUNT),
        Number::Rate | Number::Measure | Number::Threshold => (Code::BadRate, RATE),
    };
    if text.is_empty() {
        let help =
            "write 0 for a row that pays nothing, or take the row out, so that it is shown as `no-rate`";
        return Err((code, format!("`{name}` is empty"), help.to_owned()));
    }
    let (digits, percent) = text.strip_suffix('%').map_or((text, false), |digits| (digits, true));
    let value = decimal(digits).map_err(|why| {
        let message = format!("`{name}` takes {accepted}, and `{text}` {}", why.message());
        (code, message, "a table has values as a rule file writes them".to_owned())
    })?;
    let written = WrittenNumber { value, percent };
    match number {
        Number::Amount => amount_of(name, written),
        Number::Rate | Number::Measure | Number::Threshold => rate_of(name, written),
    }
}

fn rate_of(name: &str, written: WrittenNumber) -> Result<Decimal, NumberFault> {
    let fraction = if written.percent { hundredth(written.value).ok() } else { Some(written.value) };
    let fraction = fraction.filter(|fraction| fraction.normalize().scale() <= RATE_DECIMALS);
    let (message, help) = match fraction {
        None => (
            format!("`{name}` has more than {RATE_DECIMALS} decimals as a fraction"),
            "\"0.000001%\" is the smallest step",
        ),
        Some(fraction) if negative(fraction) => (
            format!("`{name}` is negative"),
            "a rate is 0 or more; what goes back is a reversal, a deal with a negative amount",
        ),
        Some(fraction) if !written.percent && fraction > Decimal::ONE => (
            format!("`{name}` is {fraction}, and a rate without a percent sign is a fraction of at most 1"),
            "write \"10%\" for ten percent, and \"250%\" for two and a half times",
        ),
        Some(fraction) if fraction >= Decimal::from(RATE_LIMIT) => {
            (format!("`{name}` is {}: that is too much", percent(fraction)), "rates have at most 18 digits")
        }
        Some(fraction) => return Ok(fraction.normalize()),
    };
    Err((Code::BadRate, message, help.to_owned()))
}

fn amount_of(name: &str, written: WrittenNumber) -> Result<Decimal, NumberFault> {
    let value = written.value.normalize();
    let (message, help) = if written.percent {
        (format!("`{name}` is an amount, and this has a percent sign"), "write \"250\" or 250")
    } else if negative(value) {
        (format!("`{name}` is negative"), "an amount in a rule is 0 or more")
    } else if value.scale() > AMOUNT_DECIMALS {
        (format!("`{name}` has more than {AMOUNT_DECIMALS} decimals"), "amounts have at most 6 decimals")
    } else if value >= Decimal::from(AMOUNT_LIMIT) {
        (format!("`{name}` is {value}: that is too much"), "amounts are below 1000000000000 (10^12)")
    } else {
        return Ok(value);
    };
    Err((Code::BadAmount, message, help.to_owned()))
}

/// A number of engagements or of weight, with at most 9 decimals.
pub(super) fn measure(item: &Item<'_>) -> Option<Decimal> {
    let written = item.written(Code::InvalidNumber, "a number such as 3 or 0.5")?;
    let (name, value) = (item.name(), written.value.normalize());
    let message = if written.percent {
        format!("`{name}` is a number, and this has a percent sign")
    } else if negative(value) {
        format!("`{name}` is negative")
    } else if value.scale() > 9 {
        format!("`{name}` has more than 9 decimals")
    } else if value >= Decimal::from(AMOUNT_LIMIT) {
        format!("`{name}` is {value}: that is too much")
    } else {
        return Some(value);
    };
    let help = "it is compared with the sum of weights, or the number of engagements";
    item.doc().report(item.error(Code::InvalidNumber, message).help(help));
    None
}

/// A plain value; `{ by = "payees.tier", is = { … }, else = … }` by a text column of one of `tables`; or
/// `{ table = "rates.csv", value = "rate" }` by rows of a file whose columns are those of `tables`.
pub(super) fn value(
    context: &Context<'_>,
    item: &Item<'_>,
    tables: &'static [TableName],
    kind: Number,
) -> Option<Value> {
    let number = if kind == Number::Amount { amount } else { rate };
    if !item.is_table() {
        return number(item).map(Value::Plain);
    }
    let table = item.table(&format!("`{}`", item.name()))?;
    if table.get("table").is_some() {
        return rate_table(context, item, &table, tables, kind);
    }
    table.keys(kind.by_column().parameters);
    let example = format!("by = \"{}\"", if tables.len() > 1 { "payees.tier" } else { "deals.deal_type" });
    by_column(context, &table, tables, (number, &example))
}

/// A plain amount, or `{ by = "payees.region", is = { … }, else = … }` by a text column of one of `tables`; `keys` are those of
/// the latter.
pub(super) fn amount_by_column(
    context: &Context<'_>,
    item: &Item<'_>,
    tables: &'static [TableName],
    keys: &Record,
) -> Option<Value> {
    plain_or_by_column(context, item, (tables, keys), (amount, "by = \"payees.tier\""))
}

/// As [`amount_by_column`], with rates.
pub(super) fn rate_by_column(
    context: &Context<'_>,
    item: &Item<'_>,
    tables: &'static [TableName],
    keys: &Record,
) -> Option<Value> {
    plain_or_by_column(context, item, (tables, keys), (rate, "by = \"deals.channel\""))
}

fn plain_or_by_column(
    context: &Context<'_>,
    item: &Item<'_>,
    (tables, keys): (&'static [TableName], &Record),
    (number, example): (ReadNumber, &str),
) -> Option<Value> {
    if !item.is_table() {
        return number(item).map(Value::Plain);
    }
    let table = item.table(&format!("`{}`", item.name()))?;
    table.keys(keys.parameters);
    by_column(context, &table, tables, (number, example))
}

/// What takes a number from an item.
type ReadNumber = fn(&Item<'_>) -> Option<Decimal>;

fn by_column(
    context: &Context<'_>,
    table: &Table<'_>,
    tables: &'static [TableName],
    (number, example): (ReadNumber, &str),
) -> Option<Value> {
    let column = table.need("by", example).and_then(|item| context.by_column(&item, tables));
    let is = table.need("is", "is = { gold = \"500\" }").and_then(|item| item.table("`is`"));
    let otherwise = match table.get("else") {
        Some(item) => Some(number(&item)?),
        None => None,
    };
    let is = is.map(|is| values(&is, number))?;
    Some(Value::By { column: column?, is: is.into_iter().collect::<Option<_>>()?, otherwise })
}

/// A rate table; its file is read once all rule files are.
fn rate_table(
    context: &Context<'_>,
    item: &Item<'_>,
    table: &Table<'_>,
    scope: &'static [TableName],
    number: Number,
) -> Option<Value> {
    table.keys(Number::by_table().parameters);
    let path = table.need("table", "table = \"rates/partners.csv\"").and_then(|item| item.some_text());
    let value = table.need("value", "value = \"rate\"").and_then(|item| item.some_text());
    let only = match table.get("match") {
        Some(item) => Some(item.texts()?),
        None => None,
    };
    let (path, value) = (path?, value?);
    let (file, name) = (path.value.clone(), value.value.clone());
    let request = TableRequest { span: item.span(), path, value, only, scope, number };
    Some(Value::Table(Arc::new(RateTable::pending(file, name, context.want_table(request)))))
}

/// Each value of `is`; all of them are read, so that all problems are found.
fn values(is: &Table<'_>, number: fn(&Item<'_>) -> Option<Decimal>) -> Vec<Option<(String, Decimal)>> {
    is.entries().iter().map(|(key, item)| number(item).map(|number| (key.value.clone(), number))).collect()
}

/// Below zero; `-0` is zero.
fn negative(value: Decimal) -> bool {
    value < Decimal::ZERO
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{body, wrong_in};
    use crate::{Body, ByColumn, Stipend};
    use apportion_book::config::testing::read;

    fn one(raw: &str, take: fn(&Item<'_>) -> Option<Decimal>) -> Result<String, String> {
        let (value, shown) = read(&format!("rate = {raw}\n"), |table| take(&table.get("rate").unwrap()));
        value.flatten().map(|value| value.to_string()).ok_or_else(|| shown.lines().next().unwrap().to_owned())
    }

    #[test]
    fn rates_are_exact_fractions() {
        for (raw, fraction) in [
            ("\"10%\"", "0.1"),
            ("\"7.5%\"", "0.075"),
            ("\"0.000001%\"", "0.00000001"),
            ("\"250%\"", "2.5"),
            ("\"0%\"", "0"),
            ("0.10", "0.1"),
            ("1", "1"),
            ("1.000000000000", "1"),
            ("0.12345678", "0.12345678"),
            ("\"0.25\"", "0.25"),
            ("\".5\"", "0.5"),
        ] {
            assert_eq!(one(raw, rate).as_deref(), Ok(fraction), "{raw}");
        }
    }

    #[test]
    fn what_is_no_rate() {
        let fraction = "and a rate without a percent sign is a fraction of at most 1";
        for (raw, message) in [
            ("10", format!("`rate` is 10, {fraction}")),
            ("1.01", format!("`rate` is 1.01, {fraction}")),
            ("\"10\"", format!("`rate` is 10, {fraction}")),
            ("-0.1", "`rate` is negative".to_owned()),
            ("\"-5%\"", "`rate` is negative".to_owned()),
            ("0.123456789", "`rate` has more than 8 decimals as a fraction".to_owned()),
            ("\"0.0000001%\"", "`rate` has more than 8 decimals as a fraction".to_owned()),
            ("\"1000000000000%\"", "`rate` is 1000000000000%: that is too much".to_owned()),
            (
                "1e-1",
                format!(
                    "`rate` takes {RATE}, and this {}",
                    "is not a plain number: exponents, inf and nan are not taken"
                ),
            ),
            (
                "inf",
                format!(
                    "`rate` takes {RATE}, and this {}",
                    "is not a plain number: exponents, inf and nan are not taken"
                ),
            ),
            ("\"ten\"", format!("`rate` takes {RATE}, and this is not a number")),
            ("\"10 %\"", format!("`rate` takes {RATE}, and this is not a number")),
        ] {
            assert_eq!(one(raw, rate), Err(format!("error[bad-rate]: {message}")), "{raw}");
        }
        assert_eq!(
            one("true", rate),
            Err(format!("error[wrong-type]: `rate` takes {RATE}, and this is a boolean"))
        );
    }

    #[test]
    fn amounts() {
        for (raw, value) in [
            ("250", "250"),
            ("\"250.50\"", "250.5"),
            ("999_999_999_999.999999", "999999999999.999999"),
            ("0", "0"),
        ] {
            assert_eq!(one(raw, amount).as_deref(), Ok(value), "{raw}");
        }
        for (raw, message) in [
            ("\"10%\"", "`rate` is an amount, and this has a percent sign"),
            ("-1", "`rate` is negative"),
            ("0.1234567", "`rate` has more than 6 decimals"),
            ("1_000_000_000_000", "`rate` is 1000000000000: that is too much"),
            ("\"1,000\"", "`rate` takes an amount such as \"250\" or 1250.50, and this is not a number"),
        ] {
            assert_eq!(one(raw, amount), Err(format!("error[bad-amount]: {message}")), "{raw}");
        }
    }

    #[test]
    fn a_value_by_a_column() {
        let keys =
            "amount = { by = \"payees.tier\", is = { gold = \"500\", silver = 350.25 }, else = \"250\" }\n";
        let Body::Stipend(Stipend { amount: Value::By { column, is, otherwise }, .. }) =
            body("stipend", keys)
        else {
            panic!()
        };
        assert_eq!(column, ByColumn { table: TableName::Payees, column: "tier".to_owned() });
        let is: Vec<String> = is.into_iter().map(|(key, value)| format!("{key} {value}")).collect();
        assert_eq!(is, ["gold 500", "silver 350.25"]);
        assert_eq!(otherwise.map(|value| value.to_string()).as_deref(), Some("250"));
    }

    #[test]
    fn bare_and_odd_names_are_found() {
        for (by, table, column) in [
            ("tier", TableName::Payees, "tier"),
            ("channel", TableName::Deals, "channel"),
            ("deals.Odd Name", TableName::Deals, "Odd Name"),
            ("deals.\\\"Odd Name\\\"", TableName::Deals, "Odd Name"),
            ("\\\"Odd Name\\\"", TableName::Deals, "Odd Name"),
        ] {
            let keys = format!("amount = {{ by = \"{by}\", is = {{ a = 1 }} }}\n");
            let Body::Stipend(Stipend { amount: Value::By { column: found, .. }, .. }) =
                body("stipend", &keys)
            else {
                panic!()
            };
            assert_eq!(found, ByColumn { table, column: column.to_owned() });
        }
    }

    #[test]
    fn what_is_wrong_with_a_value_by_a_column() {
        let stipend = |value: &str| wrong_in("stipend", &format!("amount = {value}\n"));
        let is = "is = { a = 1 }";
        for (value, expected) in [
            (
                format!("{{ by = \"payees.teir\", {is} }}"),
                "unknown-column: there is no column `teir` in payees @ \"payees.teir\"",
            ),
            (
                format!("{{ by = \"teir\", {is} }}"),
                "unknown-column: there is no column `teir` in payees or deals @ \"teir\"",
            ),
            (
                format!("{{ by = \"engagements.role\", {is} }}"),
                "unknown-column: `by` can depend on a column of payees or deals here, not of engagements @ \"engagements.role\"",
            ),
            (
                format!("{{ by = \"currency\", {is} }}"),
                "ambiguous-column: `currency` may be `payees.currency` or `deals.currency` @ \"currency\"",
            ),
            (
                format!("{{ by = \"deals.seats\", {is} }}"),
                "wrong-type: `by` takes a text column, and `deals.seats` is none @ \"deals.seats\"",
            ),
            ("{ by = \"tier\" }".to_owned(), "missing-key: `amount` needs the key `is` @ { by = \"tier\" }"),
            (format!("{{ {is} }}"), "missing-key: `amount` needs the key `by` @ { is = { a = 1 } }"),
            (
                "{ by = \"tier\", is = { a = \"1%\" } }".to_owned(),
                "bad-amount: `a` is an amount, and this has a percent sign @ \"1%\"",
            ),
            (format!("{{ by = \"tier\", {is}, els = 1 }}"), "unknown-key: `amount` has no key `els` @ els"),
        ] {
            assert_eq!(stipend(&value), [expected], "{value}");
        }
    }
}
