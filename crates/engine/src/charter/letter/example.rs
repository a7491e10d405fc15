//! What a commission pays at some attainments, by the formula with which it is paid.

use super::{Letter, own, words};
use crate::charter::document::{Block, Document, Table};
use crate::charter::prose::Prose;
use crate::credit::Fault;
use crate::kinds::commission_ladder;
use apportion_base::money::{Minor, Overflow};
use apportion_rules::Version;
use rust_decimal::Decimal;

/// In percent.
const ATTAINMENTS: [i64; 3] = [80, 100, 120];

/// Adds what a commission pays at 80, 100 and 120% of the quota of the period that holds the day.
pub(super) fn add(document: &mut Document, letter: &Letter<'_>, version: &Version) -> Result<(), Fault> {
    worked(document, letter, version).map_err(letter.too_large())
}

fn worked(document: &mut Document, letter: &Letter<'_>, version: &Version) -> Result<(), Overflow> {
    let Some(commission) = own::of_quota(version) else { return Ok(()) };
    let say = letter.words();
    let example = |says: Prose| Prose::ours(format!("**{}** {says}", say.say(&words::EXAMPLE)));
    if let Some(by) = &commission.tiers_by {
        let by = Prose::code(by.text());
        document.paragraph(example(say.with(&words::MEASURED, &[by.as_str()])));
        return Ok(());
    }
    let period = letter.book.calendar().period_of(letter.day, commission.every);
    let quota = own::quotas(letter, commission).of(letter.payee, period)?;
    let shown_period = say.period(period);
    let Some(quota) = quota.filter(|quota| !quota.is_zero()) else {
        document.paragraph(example(say.with(&words::NO_QUOTA, &[&shown_period])));
        return Ok(());
    };
    let digits = letter.book.currency.digits();
    let rounding = letter.book.rounding;
    let Some(ladder) = commission_ladder(commission, Some(&quota), digits)? else { return Ok(()) };
    let header = [&words::ATTAINMENT, &words::CREDIT, &words::RATE, &words::PAYS];
    let mut table = Table::new(&header.map(|phrase| (say.say(phrase), true)));
    for percent in ATTAINMENTS {
        // Whole cents: the credit of deals has no others.
        let part = quota.fraction() * crate::pay::fraction::decimal(percent.into(), 2);
        let credit = crate::pay::fraction::round(&part, rounding, digits)?;
        let pays = ladder.rounded(credit, rounding, digits)?;
        let rate = own::decimal(ladder.rate_e8(credit)?.into(), 8);
        let money =
            |minor: i128| -> Result<Prose, Overflow> { Ok(Prose::ours(say.minor(Minor::from_wide(minor)?))) };
        table.row(vec![
            Prose::ours(say.percent(Decimal::new(percent, 2))),
            money(credit)?,
            Prose::ours(rate.map_or_else(String::new, |rate| say.percent(rate))),
            money(pays)?,
        ]);
    }
    document.paragraph(example(say.with(&words::PAYS_AT, &[&shown_period])));
    document.blocks.push(Block::Table(table));
    Ok(())
}
