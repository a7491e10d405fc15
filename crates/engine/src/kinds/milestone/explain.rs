//! Lines of milestones: an amount of the rule for a row of the milestones, and what the sides of its plan have done.

use std::collections::BTreeMap;

use apportion_base::money::pow10;
use apportion_book::TableName;
use apportion_data::{DealIx, DoneMilestone, MilestoneRow, PayeeIx, Tables};
use apportion_rules::{Milestone, RuleIx, Value};

use super::plan::indices;
use super::stage_two::{SCALE, values};
use crate::credit::{Fault, Subject};
use crate::explain::amounts::{ExplainedLine, Running};
use crate::explain::condition::OneRow;
use crate::explain::explainer::Explainer;
use crate::explain::nothing::DealVersion;
use crate::explain::tree::{
    Amount, ColumnValue, Condition, DoneFacts, Operation, Quantity, RuleValue, Shortfall, Step,
};
use crate::explain::{Exact, YearIndex};
use crate::kinds::Explains;
use crate::plan::Bound;

/// A version.
pub(super) struct VersionExplainer<'a> {
    rule: &'a Milestone,
    when: Option<Bound<'a>>,
}

impl<'a> VersionExplainer<'a> {
    pub(super) fn new(rule: &'a Milestone, tables: &Tables) -> Self {
        let frames = [Some(&tables.channel.milestones.frame), Some(&tables.payees.states.frame)];
        Self { rule, when: rule.when.as_ref().map(|when| Bound::new(when, &frames)) }
    }

    /// The parts of `when` for a milestone.
    fn conditions(&self, ground: &YearIndex, done: DoneMilestone) -> Result<Vec<Condition>, Fault> {
        let Some(when) = &self.when else { return Ok(Vec::new()) };
        let (rows, states) = indices(ground.tables, &[done]);
        OneRow::new(when, &[rows.value(0), states.value(0)], done.deal).dated(ground).conditions()
    }

    /// The amount of the rule, and what it depends on.
    fn value(&self, ground: &YearIndex, done: DoneMilestone) -> Result<RuleValue, Fault> {
        let tables = ground.tables;
        let value = values(tables, &self.rule.amount, &[done]).map_err(Fault::overflow(Subject::Rule))?;
        let value = Exact::new(value.first().copied().flatten().unwrap_or_default(), SCALE);
        let by = match &self.rule.amount {
            Value::By { column, .. } if column.table != TableName::Payees => Some(ColumnValue {
                table: column.table.word().to_owned(),
                column: column.column.clone(),
                value: ground.milestone_cell(&column.column, done.row),
                since: None,
            }),
            amount => {
                let payee = tables.channel.milestones.rows[done.row].payee;
                ground.by(amount, done.deal, Some(payee)).into_iter().next()
            }
        };
        Ok(RuleValue { value, by, row: None })
    }
}

impl Explains for VersionExplainer<'_> {
    fn explain(
        &self,
        explainer: &Explainer,
        explained: ExplainedLine,
        _: &Running,
        amount: &mut Amount,
    ) -> Result<(), Fault> {
        let ground = explainer.ground;
        let Some(done) = ground.tables.effects.milestone(explained.deal) else { return Ok(()) };
        amount.when = self.conditions(ground, done)?;
        amount.done = done_of(ground, self.rule, done.row);
        let value = self.value(ground, done)?;
        let one = pow10(SCALE).map_err(Fault::overflow(Subject::Rule))?;
        let how = Operation::Product {
            a: (Quantity::StipendAmount, value.value),
            b: (Quantity::Times, Exact::new(one, SCALE)),
        };
        amount.rate = Some(value);
        let result = ground.settlement.lines[explained.row].uncapped;
        amount.steps.push(Step { gives: Quantity::Uncapped, how, result });
        Ok(())
    }

    fn nothing(
        &self,
        explainer: &Explainer,
        on: DealVersion,
        _: Option<PayeeIx>,
    ) -> Result<Shortfall, Fault> {
        let ground = explainer.ground;
        let Some(done) = ground.tables.effects.milestone(on.deal) else { return Ok(Shortfall::NoMilestone) };
        let failed = self.conditions(ground, done)?.into_iter().find(|part| part.truth != Some(true));
        Ok(failed.map_or(Shortfall::NoMilestone, Shortfall::When))
    }

    /// No deal lets anybody expect something of it.
    fn expected(&self, _: &Explainer, _: RuleIx, _: PayeeIx, _: &[DealIx]) -> Vec<DealIx> {
        Vec::new()
    }

    fn never(&self, _: &Explainer, _: PayeeIx) -> Shortfall {
        Shortfall::NoMilestone
    }
}

/// The milestone, and where both sides are asked for the first that each other side of its plan had done.
fn done_of(ground: &YearIndex, rule: &Milestone, own: usize) -> Vec<DoneFacts> {
    let rows = &ground.tables.channel.milestones.rows;
    let milestone = &rows[own];
    let mut done = vec![facts(ground, own, milestone)];
    if !rule.both_sides {
        return done;
    }
    let mut firsts: BTreeMap<&str, (i32, usize)> = BTreeMap::new();
    for (row, other) in rows.iter().enumerate().filter(|(_, other)| other.plan_id == milestone.plan_id) {
        if let (Some(side), Some(day)) = (&other.side, other.done_on) {
            let first = firsts.entry(side).or_insert((day, row));
            *first = (*first).min((day, row));
        }
    }
    let others = firsts.into_values().filter(|(_, row)| *row != own);
    done.extend(others.map(|(_, row)| facts(ground, row, &rows[row])));
    done
}

fn facts(ground: &YearIndex, row: usize, milestone: &MilestoneRow) -> DoneFacts {
    let origins = ground.origins.channel.get(&TableName::Milestones);
    DoneFacts {
        id: milestone.id.clone(),
        plan: milestone.plan_id.clone(),
        side: milestone.side.clone(),
        payee: ground.payee(milestone.payee),
        due_on: milestone.due_on,
        done_on: milestone.done_on,
        place: origins.and_then(|origins| origins.get(row)).map(|origin| ground.place(*origin)),
    }
}
