//! What a commission pays at some attainments, by the formula with which it is paid.

use super::{Letter, own};
use crate::charter::document::{Block, Document, Table};
use crate::charter::prose::Prose;
use crate::charter::words;
use crate::credit::Fault;
use crate::kinds::commission_ladder;
use apportion_base::money::{Minor, Overflow};
use apportion_rules::Version;

/// In percent.
const ATTAINMENTS: [i128; 3] = [80, 100, 120];

/// Adds what a commission pays at 80, 100 and 120% of the quota of the period that holds the day.
pub(super) fn add(document: &mut Document, letter: &Letter<'_>, version: &Version) -> Result<(), Fault> {
    worked(document, letter, version).map_err(letter.too_large())
}

fn worked(document: &mut Document, letter: &Letter<'_>, version: &Version) -> Result<(), Overflow> {
    let Some(commission) = own::of_quota(version) else { return Ok(()) };
    if let Some(by) = &commission.tiers_by {
        document.paragraph(Prose::ours(format!(
            "**Example.** Attainment is measured by {}, so what it pays depends on the credit of these deals as well.",
            Prose::code(by.text())
        )));
        return Ok(());
    }
    let period = letter.book.calendar().period_of(letter.day, commission.every);
    let quota = own::quotas(letter, commission).of(letter.payee, period)?;
    let Some(quota) = quota.filter(|quota| !quota.is_zero()) else {
        document.paragraph(Prose::ours(format!(
            "**Example.** You have no quota for {period}; without one nothing is paid."
        )));
        return Ok(());
    };
    let digits = letter.book.currency.digits();
    let rounding = letter.book.rounding;
    let Some(ladder) = commission_ladder(commission, Some(&quota), digits)? else { return Ok(()) };
    let mut table =
        Table::new(&[("attainment", true), ("credit", true), ("rate reached", true), ("pays", true)]);
    for percent in ATTAINMENTS {
        // Whole cents: the credit of deals has no others.
        let part = quota.fraction() * crate::pay::fraction::decimal(percent, 2);
        let credit = crate::pay::fraction::round(&part, rounding, digits)?;
        let pays = ladder.rounded(credit, rounding, digits)?;
        let rate = own::decimal(ladder.rate_e8(credit)?.into(), 8);
        let money = |minor: i128| -> Result<Prose, Overflow> {
            Ok(Prose::ours(words::minor(Minor::from_wide(minor)?, letter.book)))
        };
        table.row(vec![
            Prose::ours(format!("{percent}%")),
            money(credit)?,
            Prose::ours(rate.map_or_else(String::new, words::percent)),
            money(pays)?,
        ]);
    }
    let says = format!(
        "**Example.** What it pays for {period} in all, where the credit of the period comes to this part of your quota, before caps:"
    );
    document.paragraph(Prose::ours(says));
    document.blocks.push(Block::Table(table));
    Ok(())
}
