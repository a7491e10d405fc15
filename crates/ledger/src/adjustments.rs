//! Adjustments: what a close posts of them.

use crate::entry::{ACCEPTANCE, Entry, EntryType, Subject, Word};
use crate::key::{AdjustmentKey, Names};
use crate::posted::{Posted, PostedAdjustment};
use crate::scope::Ground;
use crate::vanished::accepted;
use apportion_base::money::{Minor, Overflow, Rounding};
use apportion_contract::AcceptanceAction;
use apportion_data::Adjustment;

/// What was posted for adjustments, in order of adjustment and payee.
pub fn sorted<'p>(posted: &'p Posted, names: &Names) -> Vec<(AdjustmentKey, &'p PostedAdjustment)> {
    let mut all: Vec<_> = posted.adjustments.iter().map(|(key, state)| (*key, state)).collect();
    all.sort_by_key(|(key, _)| (names.text(key.adjustment).to_owned(), names.text(key.payee).to_owned()));
    all
}

/// The entries of all adjustments: of those that the data have, what they come to now less what was posted; another payee's part is
/// taken back, and so is one that is gone, where that was decided.
///
/// # Errors
/// A sum of more than 18 digits.
pub fn entries(ground: &Ground<'_>, posted: &Posted, names: &mut Names) -> Result<Vec<Entry>, Overflow> {
    let mut entries = Vec::new();
    for row in &ground.tables.adjustments {
        let payee = names.code(ground.tables.payees.id(row.payee));
        let key = AdjustmentKey { adjustment: names.code(&row.id), payee };
        let before = posted.adjustments.get(&key).map_or(Minor::ZERO, |state| state.amount);
        // Later months are still to come.
        let is_due = row.period <= ground.days.period;
        let now = if is_due { amount(row, ground)? } else { Minor::ZERO };
        entries.extend(entry(of_row(row, key, names), now, before)?);
    }
    for (key, state) in sorted(posted, names) {
        let id = names.text(key.adjustment).to_owned();
        if let Some(row) = row_of(ground, &id) {
            if names.find(ground.tables.payees.id(row.payee)) != Some(key.payee) {
                entries.extend(entry(of_row(row, key, names), Minor::ZERO, state.amount)?);
            }
        } else if accepted(ground, &id) == Some(AcceptanceAction::TakeBack) && is_of_horizon(ground, state) {
            let parts = Parts {
                subject: Subject::Adjustment {
                    key,
                    deal: state.deal,
                    rule: state.rule,
                    reason: state.reason.clone(),
                },
                kind: state.kind.clone(),
                of_period: state.of_period,
                cause: ACCEPTANCE,
            };
            entries.extend(entry(parts, Minor::ZERO, state.amount)?);
        }
    }
    Ok(entries)
}

/// The row of an adjustment in the data, which are in byte order of ids.
pub fn row_of<'g>(ground: &Ground<'g>, id: &str) -> Option<&'g Adjustment> {
    let rows = &ground.tables.adjustments;
    rows.binary_search_by(|row| row.id.as_str().cmp(id)).ok().map(|place| &rows[place])
}

/// Whether an adjustment was posted last by a close of the horizon.
fn is_of_horizon(ground: &Ground<'_>, state: &PostedAdjustment) -> bool {
    state.closed_in >= ground.days.month_of(ground.days.horizon)
}

struct Parts {
    subject: Subject,
    kind: Option<Word>,
    of_period: apportion_book::Period,
    cause: &'static str,
}

fn of_row(row: &Adjustment, key: AdjustmentKey, names: &mut Names) -> Parts {
    Parts {
        subject: Subject::Adjustment {
            key,
            deal: names.maybe(row.deal_id.as_deref()),
            rule: names.maybe(row.rule_id.as_deref()),
            reason: row.reason.clone(),
        },
        kind: row.kind.clone().map(Word::Owned),
        of_period: row.period,
        cause: "adjustment",
    }
}

/// An adjustment's amount in minor units.
fn amount(row: &Adjustment, ground: &Ground<'_>) -> Result<Minor, Overflow> {
    let rounding: Rounding = ground.book.rounding;
    Minor::from_wide(rounding.rescale(row.amount_e6.into(), 6, ground.book.currency.digits())?)
}

fn entry(parts: Parts, now: Minor, before: Minor) -> Result<Option<Entry>, Overflow> {
    let change = now.checked_sub(before)?;
    let Parts { subject, kind, of_period, cause } = parts;
    Ok((!change.is_zero()).then(|| Entry {
        subject,
        kind,
        of_period,
        entry: EntryType::Adjustment,
        cause: cause.into(),
        // Nothing of an adjustment is held.
        earned: change,
        released: change,
        earned_to_date: now,
        released_to_date: now,
    }))
}
