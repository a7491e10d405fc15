//! Lines of shared credit: credit and pool, over roles by share, over payees by units.

use super::kernel::fill;
use crate::credit::Fault;
use crate::explain::amounts::At;
use crate::explain::explainer::Explainer;
use crate::explain::number::Exact;
use crate::explain::split::{Sharer, told};
use crate::explain::tree::{Amount, How, Named, Note, Quantity, Step};
use crate::plan::SharedTrace;
use apportion_data::NONE;
use apportion_rules::{Model, SharedCredit, Sharing, Within};

impl Explainer<'_> {
    pub(crate) fn shared(
        &self,
        at: At,
        rule: &SharedCredit,
        trace: &SharedTrace,
        amount: &mut Amount,
    ) -> Result<(), Fault> {
        let (ground, lines) = (self.ground, &self.ground.settlement.lines);
        let overflow = Fault::overflow(at.deal);
        amount.shared_by = Some(shared_by(&rule.sharing));
        let declared = matches!(rule.sharing, Sharing::Declared { .. });
        amount.work = if declared { self.splits(at, trace) } else { self.engagements(at, trace) };
        // A line has a basis.
        let (mantissa, scale) = trace.basis.unwrap_or((0, 0));
        let basis = Exact::new(mantissa, scale);
        self.converted(rule.basis.is_none(), amount);
        let round = How::Round { of: Quantity::Basis, value: basis };
        amount.steps.push(Step { gives: Quantity::CreditTotal, how: round, result: lines[at.row].basis });
        let rate_e8 = trace.rate_e8.flatten();
        let pool = rate_e8
            .map(|rate| {
                let pool = ground.book.rounding.product(mantissa, scale, rate.into(), 8, ground.digits());
                pool.map_err(&overflow).map(|pool| pool as i64)
            })
            .transpose()?;
        if let (Some(rate_e8), Some(value)) = (rate_e8, &rule.rate) {
            amount.rate = Some(ground.rule_value(rate_e8.into(), 8, value, at.deal, None));
        }
        let totals = [
            (Some(lines[at.row].basis), Quantity::CreditTotal, Quantity::RoleCredit, Quantity::Credited),
            (pool, Quantity::Pool, Quantity::RolePool, Quantity::Uncapped),
        ];
        for (total, of, of_role, gives) in totals {
            let Some(total) = total else { continue };
            if of == Quantity::Pool {
                let rate = Exact::new(rate_e8.unwrap_or(0).into(), 8);
                let how = How::Product { a: (Quantity::Basis, basis), b: (Quantity::Rate, rate) };
                amount.steps.push(Step { gives: of, how, result: total });
            }
            if let Sharing::Declared { overlay: true, .. } = rule.sharing {
                let step = self.percent(at, (of, total), gives).map_err(&overflow)?;
                amount.steps.push(step);
                continue;
            }
            let (mut total, mut of) = (total, of);
            if let Sharing::Roles { roles, .. } = &rule.sharing {
                let shares: Vec<(String, Exact)> = roles
                    .iter()
                    .map(|role| {
                        let share = role.share.normalize();
                        (role.role.clone(), Exact::new(share.mantissa(), share.scale()))
                    })
                    .collect();
                let step = self.roles(at, trace, &shares, (of, total), of_role).map_err(&overflow)?;
                (total, of) = (step.result, of_role);
                amount.steps.push(step);
            }
            let step = self.payees(at, trace, (of, total), gives).map_err(&overflow)?;
            amount.steps.push(step);
        }
        Ok(())
    }

    /// The step from a foreign currency, where the amount itself is the basis.
    pub(crate) fn converted(&self, of_amount: bool, amount: &mut Amount) {
        if let Some(conversion) = amount.deal.conversion.as_ref().filter(|_| of_amount) {
            let step =
                crate::explain::amounts::conversion(conversion, amount.deal.amount, self.ground.digits());
            amount.steps.push(step);
        }
    }

    /// A total over roles, by the shares that the rule declares.
    fn roles(
        &self,
        at: At,
        trace: &SharedTrace,
        shares: &[(String, Exact)],
        (of, total): (Quantity, i64),
        gives: Quantity,
    ) -> Result<Step, apportion_base::money::Overflow> {
        let (mut filled, mut units) = (Vec::new(), Vec::new());
        fill(trace.slots, &trace.shares, 0, &mut filled, &mut units);
        let sharers = shares.iter().enumerate().map(|(slot, (role, share))| Sharer {
            key: Named { id: role.clone(), name: None },
            units: units[slot],
            shown: *share,
            note: match (filled[slot], trace.slots.retain) {
                (true, _) => Note::Nothing,
                (false, true) => Note::Kept,
                (false, false) => Note::Unfilled,
            },
        });
        let mine =
            crate::explain::amounts::slot_of_role(trace.slots, self.ground.settlement.lines[at.row].role);
        let split = told(total, sharers.collect(), mine, self.ground.digits())?;
        let result = split.parts[mine].amount;
        Ok(Step { gives, how: How::Split { of, split }, result })
    }

    /// A part over the payees of the line's role, by their units.
    fn payees(
        &self,
        at: At,
        trace: &SharedTrace,
        (of, total): (Quantity, i64),
        gives: Quantity,
    ) -> Result<Step, apportion_base::money::Overflow> {
        let slot =
            crate::explain::amounts::slot_of_role(trace.slots, self.ground.settlement.lines[at.row].role);
        let shares = &trace.shares;
        let rows: Vec<usize> =
            (0..shares.payee.len()).filter(|row| usize::from(shares.slot[*row]) == slot).collect();
        let mine = rows.iter().position(|row| shares.payee[*row] == at.payee).unwrap_or(0);
        let sharer = |row: &usize| Sharer {
            key: self.ground.payee(shares.payee[*row]),
            units: shares.units_e9[*row],
            shown: Exact::new(shares.units_e9[*row], 9),
            note: Note::Nothing,
        };
        let split = told(total, rows.iter().map(sharer).collect(), mine, self.ground.digits())?;
        let result = split.parts[mine].amount;
        Ok(Step { gives, how: How::Split { of, split }, result })
    }

    /// The payee's percent of a total, on its own.
    fn percent(
        &self,
        at: At,
        (of, total): (Quantity, i64),
        gives: Quantity,
    ) -> Result<Step, apportion_base::money::Overflow> {
        let (digits, lines) = (self.ground.digits(), &self.ground.settlement.lines);
        // Of a hundred: two decimals more.
        let percent = Exact::new(lines[at.row].units.e9(), 11);
        let result = self.ground.book.rounding.product(total.into(), digits, percent.mantissa, 11, digits)?;
        let a = (of, Exact::minor(total.into(), digits));
        let how = How::Product { a, b: (Quantity::Percent, percent) };
        Ok(Step { gives, how, result: result as i64 })
    }

    /// The payee's engagements in the line's role.
    fn engagements(&self, at: At, trace: &SharedTrace) -> Vec<crate::explain::tree::Work> {
        let roles = &self.ground.tables.engagements.role;
        let role = self.ground.settlement.lines[at.row].role;
        self.work(at, &trace.reached, |row, work| {
            let of_touch = trace.touches.iter().find(|(touched, _)| *touched == row);
            work.units = of_touch.map(|(_, units)| Exact::new(*units, 9));
            (role == NONE || roles[row as usize] == role) && (trace.touches.is_empty() || of_touch.is_some())
        })
    }

    /// The payee's declared splits.
    fn splits(&self, at: At, trace: &SharedTrace) -> Vec<crate::explain::tree::Work> {
        let payees = &self.ground.tables.splits.payee;
        let mine = trace.reached.iter().filter(|reached| reached.counts);
        mine.filter(|reached| payees[reached.row as usize] == at.payee)
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
