//! Lines of shared credit: credit and pool, over roles by share, over payees by units.

use super::kernel::fill;
use super::nothing;
use super::plan::Plan;
use super::trace::SharedTrace;
use crate::credit::{Fault, Slots};
use crate::explain::amounts::{ExplainedLine, Running, text_of};
use crate::explain::explainer::Explainer;
use crate::explain::nothing::DealVersion;
use crate::explain::split::{Sharer, told};
use crate::explain::tree::{Amount, Note, Operation, PayeeName, Quantity, Shortfall, Step, Work};
use crate::explain::{Exact, YearIndex};
use crate::kinds::Explains;
use apportion_base::money::{Minor, Overflow, Scaled};
use apportion_data::{DealIx, Optional, PayeeIx, RoleIx};
use apportion_rules::{Model, RuleIx, SharedCredit, Sharing, SlotIx, Within};
use std::collections::BTreeMap;

/// A version, planned.
pub(super) struct VersionExplainer<'a> {
    pub rule: &'a SharedCredit,
    pub plan: Plan<'a>,
}

impl Explains for VersionExplainer<'_> {
    fn explain(
        &self,
        explainer: &Explainer,
        explained: ExplainedLine,
        _: &Running,
        amount: &mut Amount,
    ) -> Result<(), Fault> {
        let (ground, lines) = (explainer.ground, &explainer.ground.settlement.lines);
        let rule = self.rule;
        let trace = &self.plan.trace(&ground.inputs, explained.deal)?;
        amount.counting = self.plan.counting().map(text_of);
        let of_line = Steps { ground, explained, trace };
        let overflow = Fault::overflow(explained.deal);
        let role = lines[explained.row].role;
        let is_registered = of_line.trace.is_registered(ground.tables, role);
        amount.shared_by = Some(if is_registered { "percent" } else { shared_by(&rule.sharing) });
        amount.registration = of_line.registration();
        let declared = matches!(rule.sharing, Sharing::Declared { .. });
        amount.work = if declared { of_line.splits() } else { of_line.engagements(explainer) };
        // A line has a basis.
        let (mantissa, scale) = trace.basis.unwrap_or((0, 0));
        let basis = Exact::new(mantissa, scale);
        explainer.converted(rule.basis.is_none(), amount);
        let round = Operation::Round { operand: Quantity::Basis, value: basis };
        amount.steps.push(Step {
            gives: Quantity::CreditTotal,
            how: round,
            result: lines[explained.row].basis,
        });
        let rate_e8 = trace.rate_e8.flatten();
        let pool = rate_e8
            .map(|rate| {
                let pool = ground.book.rounding.product(
                    Scaled::new(mantissa, scale),
                    Scaled::new(rate.into(), 8),
                    ground.digits(),
                );
                pool.and_then(Minor::from_wide).map_err(&overflow)
            })
            .transpose()?;
        if let (Some(rate_e8), Some(value), Some(column)) = (rate_e8, &rule.rate, &self.plan.rate) {
            let applied = Exact::new(rate_e8.into(), 8);
            amount.rate = Some(ground.rule_value(applied, (value, column), explained.deal, None));
        }
        let totals = [
            (
                Some(lines[explained.row].basis),
                Quantity::CreditTotal,
                Quantity::RoleCredit,
                Quantity::Credited,
            ),
            (pool, Quantity::Pool, Quantity::RolePool, Quantity::Uncapped),
        ];
        for (total, operand, of_role, gives) in totals {
            let Some(total) = total else { continue };
            if operand == Quantity::Pool {
                let rate = Exact::new(rate_e8.unwrap_or(0).into(), 8);
                let how = Operation::Product { a: (Quantity::Basis, basis), b: (Quantity::Rate, rate) };
                amount.steps.push(Step { gives: operand, how, result: total });
            }
            if let Sharing::Declared { overlay: true, .. } = rule.sharing {
                let step = of_line.percent((operand, total), gives).map_err(&overflow)?;
                amount.steps.push(step);
                continue;
            }
            let (mut total, mut operand) = (total, operand);
            if let Sharing::Roles { roles, .. } = &rule.sharing {
                let shares: Vec<(String, Exact)> = roles
                    .iter()
                    .map(|role| {
                        let share = role.share.normalize();
                        (role.role.clone(), Exact::new(share.mantissa(), share.scale()))
                    })
                    .collect();
                let step = of_line.roles(&shares, (operand, total), of_role).map_err(&overflow)?;
                (total, operand) = (step.result, of_role);
                amount.steps.push(step);
            }
            let (parts, step) = of_line.payees((operand, total), gives).map_err(&overflow)?;
            amount.steps.extend(step);
            amount.steps.extend(of_line.decided(parts, gives).map_err(&overflow)?);
        }
        Ok(())
    }

    fn nothing(
        &self,
        explainer: &Explainer,
        on: DealVersion,
        payee: Option<PayeeIx>,
    ) -> Result<Shortfall, Fault> {
        nothing::why(self, explainer, on, payee)
    }

    fn expected(&self, _: &Explainer, _: RuleIx, _: PayeeIx, worked_on: &[DealIx]) -> Vec<DealIx> {
        worked_on.to_vec()
    }

    fn never(&self, explainer: &Explainer, _: PayeeIx) -> Shortfall {
        explainer.no_work()
    }
}

/// What each payee of a role has, before anything is decided about it and after.
pub(super) type Parts = BTreeMap<PayeeIx, Minor>;

/// What the steps of a line are made of.
pub(super) struct Steps<'e> {
    pub ground: &'e YearIndex<'e>,
    pub explained: ExplainedLine,
    pub trace: &'e SharedTrace<'e>,
}

impl Steps<'_> {
    /// A total over roles, by the shares that the rule declares.
    fn roles(
        &self,
        shares: &[(String, Exact)],
        (operand, total): (Quantity, Minor),
        gives: Quantity,
    ) -> Result<Step, Overflow> {
        let (mut filled, mut units) = (Vec::new(), Vec::new());
        fill(self.trace.slots, &self.trace.shares, 0, &mut filled, &mut units);
        let sharers = shares.iter().enumerate().map(|(slot, (role, share))| Sharer {
            key: PayeeName { id: role.clone(), name: None },
            units: units[slot],
            shown: *share,
            note: match (filled[slot], self.trace.slots.retain) {
                (true, _) => Note::Nothing,
                (false, true) => Note::Kept,
                (false, false) => Note::Unfilled,
            },
        });
        let mine = slot_of_role(self.trace.slots, self.ground.settlement.lines[self.explained.row].role);
        let split = told(total, sharers.collect(), mine.at(), self.ground.digits())?;
        let result = split.parts[mine].amount;
        Ok(Step { gives, how: Operation::Split { operand, split }, result })
    }

    /// A part over the payees of the line's role, by their units: the part of each, and the step of the payee, where there is one.
    fn payees(
        &self,
        (operand, total): (Quantity, Minor),
        gives: Quantity,
    ) -> Result<(Parts, Option<Step>), Overflow> {
        let role = self.ground.settlement.lines[self.explained.row].role;
        let slot = slot_of_role(self.trace.slots, role);
        let shares = &self.trace.shares;
        let rows: Vec<usize> = (0..shares.payee.len()).filter(|row| shares.slot[*row] == slot).collect();
        if rows.is_empty() {
            return Ok((Parts::new(), None));
        }
        let mine = rows.iter().position(|row| shares.payee[*row] == self.explained.payee);
        let sharer = |row: &usize| Sharer {
            key: self.ground.payee(shares.payee[*row]),
            units: shares.units_e9[*row],
            shown: Exact::new(shares.units_e9[*row], 9),
            note: Note::Nothing,
        };
        let sharers = rows.iter().map(sharer).collect();
        let split = told(total, sharers, mine.unwrap_or(0), self.ground.digits())?;
        let with_units = rows.iter().zip(&split.parts).filter(|(row, _)| shares.units_e9[**row] > 0);
        let parts: Parts = with_units.map(|(row, part)| (shares.payee[*row], part.amount)).collect();
        let step = mine.map(|mine| {
            let result = split.parts[mine].amount;
            Step { gives, how: Operation::Split { operand, split }, result }
        });
        Ok((parts, step))
    }

    /// The payee's percent of a total, on its own.
    fn percent(&self, (operand, total): (Quantity, Minor), gives: Quantity) -> Result<Step, Overflow> {
        let (digits, lines) = (self.ground.digits(), &self.ground.settlement.lines);
        // Of a hundred: two decimals more.
        let percent = Exact::new(lines[self.explained.row].units.e9(), 11);
        let result = self.ground.book.rounding.product(
            Scaled::new(total.wide(), digits),
            Scaled::new(percent.mantissa, 11),
            digits,
        )?;
        let a = (operand, Exact::minor(total, digits));
        let how = Operation::Product { a, b: (Quantity::Percent, percent) };
        Ok(Step { gives, how, result: Minor::from_wide(result)? })
    }

    /// The payee's engagements in the line's role.
    fn engagements(&self, explainer: &Explainer) -> Vec<Work> {
        let tables = self.ground.tables;
        let role = self.ground.settlement.lines[self.explained.row].role;
        explainer.work(self.explained, &self.trace.engagements, |row, work| {
            let of_touch = self.trace.touches.iter().find(|(touched, _)| *touched == row);
            work.units = of_touch.map(|(_, units)| Exact::new(*units, 9));
            role.get().is_none_or(|role| self.trace.role(tables, row) == Some(role))
                && (self.trace.touches.is_empty() || of_touch.is_some())
        })
    }

    /// The payee's declared splits.
    fn splits(&self) -> Vec<Work> {
        let payees = &self.ground.tables.splits.payee;
        let mine = self.trace.splits.iter().filter(|reached| reached.counts);
        mine.filter(|reached| payees[reached.row] == self.explained.payee)
            .map(|reached| self.ground.split(reached.row))
            .collect()
    }
}

/// What payees share by, as a rule writes it.
fn shared_by(sharing: &Sharing) -> &'static str {
    match sharing {
        Sharing::Roles { within: Within::Weight, .. } | Sharing::Model { model: Model::Weight, .. } => {
            "weight"
        }
        Sharing::Roles { within: Within::Touches, .. } | Sharing::Model { model: Model::Touches, .. } => {
            "touches"
        }
        Sharing::Roles { within: Within::Equal, .. } | Sharing::Model { model: Model::Equal, .. } => {
            "equal parts"
        }
        Sharing::Model { model: Model::FirstTouch, .. } => "first-touch",
        Sharing::Model { model: Model::LastTouch, .. } => "last-touch",
        Sharing::Model { model: Model::Position, .. } => "position",
        Sharing::Model { model: Model::TimeDecay { .. }, .. } => "time-decay",
        Sharing::Declared { .. } => "percent",
    }
}

/// The place of a role among the slots of a rule.
fn slot_of_role(slots: &Slots, role: Optional<RoleIx>) -> SlotIx {
    let slot = SlotIx::all(slots.role.len()).find(|slot| role.is_some() && slots.role[*slot] == role);
    slot.unwrap_or(SlotIx::FIRST)
}
