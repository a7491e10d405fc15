//! What a letter says of the payee's own columns, quotas, rates and amounts.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Date32Type, Decimal128Type, UInt32Type};
use rust_decimal::Decimal;

use super::Letter;
use crate::charter::document::{Block, Document, Table};
use crate::charter::names;
use crate::charter::prose::Prose;
use crate::charter::words;
use crate::credit::Fault;
use crate::kinds;
use crate::plan::{Presence, QuotaTerms};
use apportion_book::{Every, Period, TableName};
use apportion_rules::{Body, Commission, Prorate, Rule, Tiers, Value, Version};

/// What rules see of the payee: the columns that they name.
pub(super) fn add_payee(document: &mut Document, letter: &Letter<'_>) {
    let mut table = Table::new(&[("what", false), ("yours", false)]);
    let frame = &letter.tables.payees.states.frame;
    let row = letter.state().at();
    for (name, column) in &frame.columns {
        if matches!(name.as_str(), "payee_id" | "name" | "email" | "language") {
            continue;
        }
        let shown = text_at(column, row).map_or_else(|| Prose::ours("–"), |value| Prose::text(&value));
        table.row(vec![names::of_table(TableName::Payees, name), shown]);
    }
    if !table.rows.is_empty() {
        document.heading(2, Prose::ours("What the rules know of you"));
        document.blocks.push(Block::Table(table));
    }
}

/// How a commission finds the quotas of a payee.
pub(super) fn quotas<'l>(letter: &Letter<'l>, commission: &'l Commission) -> QuotaTerms<'l> {
    QuotaTerms {
        quotas: &letter.tables.quotas,
        calendar: letter.book.calendar(),
        measure: commission.quota_measure.as_deref(),
        presence: commission.prorate.map(|Prorate::Days| Presence::new(&letter.tables.payees)),
    }
}

/// The periods of a length in the fiscal year of a day.
fn periods(letter: &Letter<'_>, every: Every) -> Vec<Period> {
    let calendar = letter.book.calendar();
    let year = calendar.period_of(letter.day, Every::Year);
    let (first, last) = (calendar.first_day(year), calendar.last_day(year));
    let mut found = vec![calendar.period_of(first, every)];
    while let Some(end) = found.last().map(|period| calendar.last_day(*period)).filter(|end| *end < last) {
        found.push(calendar.period_of(end + 1, every));
    }
    found
}

/// The quotas of the fiscal year, for each commission that is measured against them.
pub(super) fn add_quotas(
    document: &mut Document,
    letter: &Letter<'_>,
    rules: &[(&Rule, &Version)],
) -> Result<(), Fault> {
    let mut table = Table::new(&[("commission", false), ("period", false), ("quota", true)]);
    for (rule, version) in rules {
        let Body::Commission(commission) = &version.body else { continue };
        if !matches!(commission.tiers, Tiers::OfQuota(_)) {
            continue;
        }
        let terms = quotas(letter, commission);
        for period in periods(letter, commission.every) {
            let Some(quota) = terms.of(letter.payee, period).map_err(letter.too_large())? else { continue };
            let shown = match quota.parts {
                1 => shown_quota(letter, commission, decimal(quota.e6, 6)),
                // Prorated by days: to the cent, as a person reads it.
                _ => {
                    let digits = letter.book.currency.digits();
                    let rounded =
                        crate::pay::fraction::round(&quota.fraction(), letter.book.rounding, digits)
                            .map_err(letter.too_large())?;
                    shown_quota(letter, commission, decimal(rounded, digits))
                }
            };
            let name = crate::charter::versioned::Versioned::Rule(rule, version).title();
            table.row(vec![name, Prose::ours(period.to_string()), Prose::ours(shown)]);
        }
    }
    if !table.rows.is_empty() {
        document.heading(2, Prose::ours("Your quotas"));
        document.blocks.push(Block::Table(table));
    }
    Ok(())
}

/// A quota in the book's currency, or in its own unit.
fn shown_quota(letter: &Letter<'_>, commission: &Commission, quota: Option<Decimal>) -> String {
    match (quota, &commission.tiers_by) {
        (None, _) => "–".to_owned(),
        (Some(quota), None) => words::money(quota, letter.book),
        (Some(quota), Some(_)) => words::number(quota),
    }
}

pub(super) fn decimal(mantissa: i128, scale: u32) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}

/// What rates and amounts that depend on a column of payees are for this one.
pub(super) fn add_values(document: &mut Document, letter: &Letter<'_>, values: &[(String, &Value)]) {
    let mut items = Vec::new();
    for (path, value) in values {
        let Value::By { column, is, otherwise } = value else { continue };
        if column.table != TableName::Payees {
            continue;
        }
        let frame = &letter.tables.payees.states.frame;
        let own = frame.column(&column.column).and_then(|cells| text_at(cells, letter.state().at()));
        let found = own.as_ref().and_then(|own| is.get(own)).or(otherwise.as_ref());
        let by = names::of_table(TableName::Payees, &column.column);
        let because = own.as_ref().map_or_else(|| Prose::ours("not given"), |own| Prose::quoted(own));
        let is_amount = path.split('.').next_back() == Some("amount");
        let shown = match found {
            None => "nothing".to_owned(),
            Some(amount) if is_amount => words::money(*amount, letter.book),
            Some(rate) => words::percent(*rate),
        };
        items.push(Prose::ours(format!("**{shown}** ({by} is {because})")));
    }
    match items.as_slice() {
        [] => {}
        [one] => document.paragraph(Prose::ours(format!("**For you.** {one}"))),
        _ => {
            document.paragraph(Prose::ours("**For you.**"));
            document.blocks.push(Block::List(items));
        }
    }
}

/// A cell as a person reads it; none where it is null.
fn text_at(column: &ArrayRef, row: usize) -> Option<String> {
    if let Some(codes) = column.as_dictionary_opt::<UInt32Type>() {
        let texts = codes.values().as_string_opt::<i32>()?;
        return codes.key(row).map(|code| texts.value(code).to_owned());
    }
    if column.is_null(row) {
        return None;
    }
    if let Some(texts) = column.as_string_opt::<i32>() {
        return Some(texts.value(row).to_owned());
    }
    if let Some(numbers) = column.as_primitive_opt::<Decimal128Type>() {
        let number = decimal(numbers.value(row), u32::from(numbers.scale().unsigned_abs()));
        return number.map(words::number);
    }
    if let Some(days) = column.as_primitive_opt::<Date32Type>() {
        return Some(words::day(days.value(row)));
    }
    column.as_boolean_opt().map(|flags| if flags.value(row) { "yes" } else { "no" }.to_owned())
}

/// Whether a rule pays on quota and credit alone.
pub(super) fn of_quota(version: &Version) -> Option<&Commission> {
    let Body::Commission(commission) = &version.body else { return None };
    let has_quota = kinds::of(&version.body).of_quota().is_some();
    (has_quota && matches!(commission.tiers, Tiers::OfQuota(_))).then_some(commission)
}
