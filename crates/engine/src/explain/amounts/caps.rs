//! Caps: per deal first, then per payee by month, quarter and year, each on what the last left.

use apportion_data::{DealIx, PayeeIx};
use apportion_rules::RuleIx;
use std::collections::BTreeMap;

use crate::credit::{Fault, Line, LineIx};
use crate::explain::explainer::Explainer;
use crate::explain::number::Exact;
use crate::explain::split::{Sharer, told};
use crate::explain::tree::{Note, Operation, PayeeName, Quantity, Step};
use crate::pay::caps::{Limit, apply_watched};
use apportion_book::Every;

/// The caps on a payee's lines of one rule, by row of the lines.
#[derive(Debug, Default)]
pub struct CapsOf(BTreeMap<LineIx, Vec<Step>>);

impl CapsOf {
    /// What caps did to a line, in the order in which they apply.
    pub fn steps_of(&self, row: LineIx) -> impl Iterator<Item = Step> + '_ {
        self.0.get(&row).into_iter().flatten().cloned()
    }
}

impl Explainer<'_> {
    /// Applies the caps to the payee's lines of a rule again, and keeps the steps.
    pub(crate) fn caps_of(&self, payee: PayeeIx, rule: RuleIx) -> Result<CapsOf, Fault> {
        let ground = self.ground;
        let lines = &ground.settlement.lines;
        let versions = &ground.rules.rules[rule].versions;
        let caps: Vec<_> = versions.iter().map(|version| version.caps).collect();
        if caps.iter().all(|caps| *caps == apportion_rules::Caps::default()) {
            return Ok(CapsOf::default());
        }
        let rows: Vec<LineIx> = ground.lines_of_payee(payee).filter(|row| lines[*row].rule == rule).collect();
        let mut again: Vec<Line> = Vec::new();
        let mut steps: Vec<Vec<Step>> = Vec::new();
        for &row in &rows {
            let capped = self.deal_cap(row)?;
            let amount = capped.as_ref().map_or(lines[row].uncapped, |step| step.result);
            again.push(Line {
                role: lines[row].role,
                from_payee: lines[row].from_payee,
                uncapped: lines[row].uncapped,
                amount,
                ..Line::new(rule, lines[row].version, lines[row].deal, payee)
            });
            steps.push(capped.into_iter().collect());
        }
        let close_date = &ground.tables.deals.close_date;
        let deals: Vec<DealIx> = again.iter().map(|line| line.deal).collect();
        apply_watched(&mut again, &Limit::all(&caps), close_date, &ground.days, |step| {
            let day = close_date[deals[step.row]];
            let how = Operation::PayeeCap {
                every: step.every,
                period: ground.days.period(ground.days.key(day, step.every)),
                cap: step.cap,
                came_with: step.came_with,
                before: step.before,
                after: step.after,
            };
            let gives = match step.every {
                Every::Month => Quantity::WithinMonthCap,
                Every::Quarter => Quantity::WithinQuarterCap,
                Every::Year => Quantity::WithinYearCap,
            };
            steps[step.row].push(Step { gives, how, result: step.amount });
        })?;
        for (index, row) in rows.iter().enumerate() {
            assert_eq!(again[index].amount, lines[*row].amount, "caps lead to the line's amount");
        }
        Ok(CapsOf(rows.into_iter().zip(steps).collect()))
    }

    /// The cap per deal, if the line's version has one.
    fn deal_cap(&self, row: LineIx) -> Result<Option<Step>, Fault> {
        let (ground, lines) = (self.ground, &self.ground.settlement.lines);
        let (rule, version, deal) = (lines[row].rule, lines[row].version, lines[row].deal);
        let Some(cap) = self.rule_version(rule, version).caps.per_deal else { return Ok(None) };
        // Lines are in order of payee and role, which is the order of this split.
        let of_deal: Vec<LineIx> = ground
            .lines_of_deal
            .of(deal)
            .iter()
            .copied()
            .filter(|row| (lines[*row].rule, lines[*row].version) == (rule, version))
            .collect();
        let total: i128 = of_deal.iter().map(|row| i128::from(lines[*row].uncapped)).sum();
        let step = |split, result| {
            let how = Operation::DealCap { cap, total, split };
            Ok(Some(Step { gives: Quantity::WithinDealCap, how, result }))
        };
        if total.unsigned_abs() <= u128::from(cap.unsigned_abs()) {
            return step(None, lines[row].uncapped);
        }
        let mine = of_deal.iter().position(|other| *other == row).unwrap_or(0);
        let sharer = |row: &LineIx| {
            let payee = ground.payee(lines[*row].payee);
            let key = match ground.role(lines[*row].role) {
                Some(role) => PayeeName { id: format!("{}, {role}", payee.id), ..payee },
                None => payee,
            };
            let units = lines[*row].uncapped.wide().abs();
            Sharer { key, units, shown: Exact::new(units, ground.digits()), note: Note::Nothing }
        };
        let overflow = Fault::overflow(deal);
        let signed = if total < 0 { cap.checked_neg().map_err(&overflow)? } else { cap };
        let split =
            told(signed, of_deal.iter().map(sharer).collect(), mine, ground.digits()).map_err(overflow)?;
        let result = split.parts[mine].amount;
        step(Some(split), result)
    }
}
