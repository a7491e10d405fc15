//! The lines of pay for milestones: an amount for each that the rule matched.

use apportion_base::money::{Minor, Overflow};
use apportion_book::TableName;
use apportion_data::{DoneMilestone, Tables};
use apportion_rules::{Body, Milestone, Value};

use crate::credit::{Fault, Line, Subject};
use crate::pay::LinesByPayee;
use crate::plan::{LookupKey, Ties, ValueColumn, by_rows};
use crate::settle::{RuleResult, StageTwoRule};

/// Decimals of an amount of the rule before it is rounded.
pub(super) const SCALE: u32 = 6;

/// Pays a rule.
///
/// # Errors
/// An amount that can't be held.
pub(super) fn pay(stage: &StageTwoRule) -> Result<RuleResult, Fault> {
    let mut lines = Vec::new();
    for ((index, version), deals) in stage.rule.iter().zip(stage.deals) {
        let Body::Milestone(body) = &version.body else { continue };
        let done: Vec<DoneMilestone> =
            deals.iter().filter_map(|deal| stage.inputs.tables.effects.milestone(*deal)).collect();
        let amounts = amounts(stage, body, &done)?;
        for (done, amount) in done.iter().zip(amounts) {
            let Some(amount) = amount else { continue };
            let payee = stage.inputs.tables.channel.milestones.rows[done.row].payee;
            let line = Line::new(stage.index, index, done.deal, payee);
            lines.push(Line { uncapped: amount, amount, ..line });
        }
    }
    let lines = LinesByPayee::of_unordered(lines, stage.inputs.tables.payees.len());
    Ok(RuleResult { lines, ..RuleResult::default() })
}

/// What each milestone earns; `None` where no case of the amount applies.
fn amounts(
    stage: &StageTwoRule,
    body: &Milestone,
    done: &[DoneMilestone],
) -> Result<Vec<Option<Minor>>, Fault> {
    let inputs = stage.inputs;
    let values = values(inputs.tables, &body.amount, done).map_err(Fault::overflow(Subject::Rule))?;
    let round = |(done, value): (&DoneMilestone, Option<i128>)| {
        let amount = value.map(|value| inputs.book.rounding.rescale(value, SCALE, inputs.digits()));
        amount
            .transpose()
            .and_then(|amount| amount.map(Minor::from_wide).transpose())
            .map_err(Fault::overflow(done.deal))
    };
    done.iter().zip(values).map(round).collect()
}

/// The amounts of the rule, by a column of the milestones or of what the payees are on their days.
pub(super) fn values(
    tables: &Tables,
    amount: &Value,
    done: &[DoneMilestone],
) -> Result<Vec<Option<i128>>, Overflow> {
    match amount {
        Value::By { column, .. } if column.table != TableName::Payees => {
            let of_rows = by_rows(amount, SCALE, &tables.channel.milestones.frame)?;
            Ok(done.iter().map(|done| of_rows[done.row]).collect())
        }
        _ => {
            let payee = |done: &DoneMilestone| tables.channel.milestones.rows[done.row].payee;
            let key = |done: &DoneMilestone| LookupKey::of(payee(done), done.deal, tables);
            let keys: Vec<LookupKey> = done.iter().map(key).collect();
            Ok(ValueColumn::new(amount, SCALE, tables)?.look_up(&keys, 0, &mut Ties::default()))
        }
    }
}
