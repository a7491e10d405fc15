//! The lines of the period.

use apportion::channel::Subject;
use apportion::credit::{FilledColumns, Line};
use apportion::disputes::held_lines;
use apportion::money::{Minor, Overflow, pow10};
use apportion::project::Close;
use polars::frame::DataFrame;

use super::Ground;
use super::builder::{Builder, in_parts};
use super::groups::{about, month_of};
use crate::Fault;

/// Two frames. Lines: `g0`, … (codes of groups), `subject` (missing of milestones), `close_month`, `payee`, `kind` (code, as of the deal's
/// close), `partner` (likewise), `rule` (its number), `credited` and `amount`, missing where they do not apply. And those that an open
/// conflict holds, with `subject`, groups, `close_month` and `amount`.
pub(super) fn frames(ground: &Ground<'_>) -> Result<(DataFrame, DataFrame), Fault> {
    let close = ground.close;
    let is_seen = |line: &&Line| ground.sight.sees_payee(line.payee);
    let held = held_lines(&close.tables, &close.rules, &close.settlement);
    let held: Vec<&Line> = held.into_iter().filter(is_seen).collect();
    let lines: Vec<&Line> = close.settlement.lines.iter().filter(is_seen).collect();
    let lines = in_parts(&lines, |lines| lines_frame(ground, lines))?;
    Ok((lines, held_frame(ground, &held)?))
}

fn lines_frame(ground: &Ground<'_>, lines: &[&Line]) -> Result<DataFrame, Fault> {
    let close = ground.close;
    let mut credited = Vec::with_capacity(lines.len());
    let mut amounts = Vec::with_capacity(lines.len());
    for line in lines {
        let applies = applies(close, line);
        let has = |applies: Option<bool>, amount: Minor| {
            applies.unwrap_or(false).then(|| in_millionths(ground, amount.wide())).transpose()
        };
        credited.push(has(applies.map(|applies| applies.credited), line.credited)?);
        amounts.push(has(applies.map(|applies| applies.amount), line.amount)?);
    }
    let kinds = ground.groups.kind().map(|kind| kind.codes.as_slice()).unwrap_or_default();
    let kind =
        |line: &&&Line| kinds.get(close.tables.state(line.payee, line.deal).at()).copied().unwrap_or(0);
    let day = |line: &Line| close.tables.deals.close_date[line.deal];
    let subjects = lines.iter().map(|line| subject(ground, line)).collect();
    let frame = about(Builder::new(lines.len()), ground, subjects)
        .codes("close_month", lines.iter().map(|line| month_of(day(line))).collect())
        .codes("payee", lines.iter().map(|line| line.payee.raw()).collect())
        .codes("kind", lines.iter().map(|line| kind(&line)).collect())
        .flags("partner", lines.iter().map(|line| ground.partners.is_partner(line.payee, day(line))))
        .codes("rule", lines.iter().map(|line| u32::from(line.rule.raw())).collect())
        .some_wide("credited", credited.into_iter())
        .some_wide("amount", amounts.into_iter())
        .frame()?;
    Ok(frame)
}

fn held_frame(ground: &Ground<'_>, held: &[&Line]) -> Result<DataFrame, Fault> {
    let pays = |line: &&&Line| applies(ground.close, line).is_some_and(|applies| applies.amount);
    let held: Vec<&Line> = held.iter().filter(pays).copied().collect();
    let amounts: Result<Vec<i128>, Overflow> =
        held.iter().map(|line| in_millionths(ground, line.amount.wide())).collect();
    let day = |line: &Line| ground.close.tables.deals.close_date[line.deal];
    let subjects = held.iter().map(|line| subject(ground, line)).collect();
    let frame = about(Builder::new(held.len()), ground, subjects)
        .codes("close_month", held.iter().map(|line| month_of(day(line))).collect())
        .some_wide("amount", amounts?.into_iter().map(Some))
        .frame()?;
    Ok(frame)
}

/// The numbers that a line has.
fn applies(close: &Close, line: &Line) -> Option<FilledColumns> {
    close.settlement.applies.get(line.rule.at())?.get(line.version.at()).copied()
}

/// The deal of a line; none of a milestone's.
fn subject(ground: &Ground<'_>, line: &Line) -> Option<u32> {
    let is_milestone = ground.close.tables.effects.milestone(line.deal).is_some();
    (!is_milestone).then(|| ground.subjects.number(Subject::Deal(line.deal))).flatten()
}

/// Minor units of the book's currency as millionths.
pub(super) fn in_millionths(ground: &Ground<'_>, minor: i128) -> Result<i128, Overflow> {
    let up = pow10(6_u32.saturating_sub(ground.close.book.currency.digits()))?;
    minor.checked_mul(up).ok_or(Overflow)
}
