//! What a letter says of the payee's own columns, quotas, rates and amounts.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Date32Type, Decimal128Type, UInt32Type};
use rust_decimal::Decimal;

use super::{Letter, words};
use crate::charter::document::{Block, Document, Table};
use crate::charter::names;
use crate::charter::prose::Prose;
use crate::credit::Fault;
use crate::kinds;
use crate::plan::{Presence, QuotaTerms};
use apportion_base::language::Language;
use apportion_book::{Every, Period, TableName};
use apportion_rules::{Body, Commission, Prorate, Rule, Tiers, Value, Version};

/// What rules see of the payee: the columns that they name.
pub(super) fn add_payee(document: &mut Document, letter: &Letter<'_>) {
    let say = letter.words();
    let mut table = Table::new(&[(say.say(&words::WHAT), false), (say.say(&words::YOURS), false)]);
    let frame = &letter.tables.payees.states.frame;
    let row = letter.state().at();
    for (name, column) in &frame.columns {
        if matches!(name.as_str(), "payee_id" | "name" | "email" | "language") {
            continue;
        }
        let shown =
            text_at(letter, column, row).map_or_else(|| Prose::ours("–"), |value| Prose::text(&value));
        table.row(vec![named(letter, name), shown]);
    }
    if !table.rows.is_empty() {
        document.heading(2, say.with(&words::KNOWN, &[]));
        document.blocks.push(Block::Table(table));
    }
}

/// A column of payees: as the charter calls it, or in other languages by its name.
fn named(letter: &Letter<'_>, column: &str) -> Prose {
    match letter.language {
        Language::English => names::of_table(TableName::Payees, column),
        _ => Prose::code(column),
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
    let say = letter.words();
    let header = [(&words::COMMISSION, false), (&words::PERIOD, false), (&words::QUOTA, true)];
    let mut table = Table::new(&header.map(|(phrase, is_number)| (say.say(phrase), is_number)));
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
            table.row(vec![name, Prose::ours(say.period(period)), Prose::ours(shown)]);
        }
    }
    if !table.rows.is_empty() {
        document.heading(2, say.with(&words::QUOTAS, &[]));
        document.blocks.push(Block::Table(table));
    }
    Ok(())
}

/// A quota in the book's currency, or in its own unit.
fn shown_quota(letter: &Letter<'_>, commission: &Commission, quota: Option<Decimal>) -> String {
    match (quota, &commission.tiers_by) {
        (None, _) => "–".to_owned(),
        (Some(quota), None) => letter.words().money(quota),
        (Some(quota), Some(_)) => letter.words().number(quota),
    }
}

pub(super) fn decimal(mantissa: i128, scale: u32) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}

/// What rates and amounts that depend on a column of payees are for this one.
pub(super) fn add_values(document: &mut Document, letter: &Letter<'_>, values: &[(String, &Value)]) {
    let say = letter.words();
    let mut items = Vec::new();
    for (path, value) in values {
        let Value::By { column, is, otherwise } = value else { continue };
        if column.table != TableName::Payees {
            continue;
        }
        let frame = &letter.tables.payees.states.frame;
        let own = frame.column(&column.column).and_then(|cells| text_at(letter, cells, letter.state().at()));
        let found = own.as_ref().and_then(|own| is.get(own)).or(otherwise.as_ref());
        let by = named(letter, &column.column);
        let because = own.as_ref().map_or_else(|| say.with(&words::NOT_GIVEN, &[]), |own| Prose::quoted(own));
        let because = say.with(&words::IS, &[by.as_str(), because.as_str()]);
        let is_amount = path.split('.').next_back() == Some("amount");
        let shown = match found {
            None => say.say(&words::NOTHING).to_owned(),
            Some(amount) if is_amount => say.money(*amount),
            Some(rate) => say.percent(*rate),
        };
        items.push(Prose::ours(format!("**{shown}** ({because})")));
    }
    let for_you = say.say(&words::FOR_YOU);
    match items.as_slice() {
        [] => {}
        [one] => document.paragraph(Prose::ours(format!("**{for_you}** {one}"))),
        _ => {
            document.paragraph(Prose::ours(format!("**{for_you}**")));
            document.blocks.push(Block::List(items));
        }
    }
}

/// A cell as a person reads it; none where it is null.
fn text_at(letter: &Letter<'_>, column: &ArrayRef, row: usize) -> Option<String> {
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
        return number.map(|number| letter.words().number(number));
    }
    if let Some(days) = column.as_primitive_opt::<Date32Type>() {
        return Some(letter.words().day(days.value(row)));
    }
    column.as_boolean_opt().map(|flags| {
        let phrase = if flags.value(row) { &words::YES } else { &words::NO };
        letter.words().say(phrase).to_owned()
    })
}

/// Whether a rule pays on quota and credit alone.
pub(super) fn of_quota(version: &Version) -> Option<&Commission> {
    let Body::Commission(commission) = &version.body else { return None };
    let has_quota = kinds::of(&version.body).of_quota().is_some();
    (has_quota && matches!(commission.tiers, Tiers::OfQuota(_))).then_some(commission)
}
