//! Credits that other rules pay on: whose they are, what they are the sum of, and why there are none.

use apportion_data::{DealIx, PayeeIx, StateIx};
use apportion_rules::{RuleIx, VersionIx};
use std::collections::BTreeSet;

use super::amounts::ExplainedLine;
use super::condition::OneRow;
use super::explainer::Explainer;
use super::tree::{Condition, CreditPart, Nothing, Operation, Quantity, Shortfall, Step};
use crate::credit::{Fault, LineIx};

impl Explainer<'_> {
    /// The shared_credit rules whose credit a rule pays on; `None` for a rule of another kind.
    pub(crate) fn credited_rules(&self, rule: RuleIx) -> Option<&[String]> {
        self.ground.rules.rules[rule].versions.first()?.body.credits()
    }

    /// Whether a line is a credit that counts for one of these rules.
    pub(crate) fn credits(&self, names: &[String], row: LineIx) -> bool {
        let rule = self.ground.settlement.lines[row].rule;
        names.contains(&self.ground.rules.rules[rule].id)
    }

    /// A payee's credit on a deal, over the rules named and over roles.
    pub(crate) fn credit(&self, names: &[String], payee: PayeeIx, explained: ExplainedLine) -> Step {
        let (ground, lines) = (self.ground, &self.ground.settlement.lines);
        let of_deal = ground.lines_of_deal.of(explained.deal).iter().copied();
        let parts: Vec<CreditPart> = of_deal
            .filter(|row| lines[*row].payee == payee && self.credits(names, *row))
            .map(|row| CreditPart {
                rule_id: ground.rules[lines[row].rule].id.clone(),
                role: ground.role(lines[row].role),
                credited: lines[row].credited,
            })
            .collect();
        let result = lines[explained.row].basis;
        let sum: i128 = parts.iter().map(|part| part.credited.wide()).sum();
        assert_eq!(sum, result.wide(), "a credit is the sum of its parts");
        Step { gives: Quantity::Credit, how: Operation::Sum { parts }, result }
    }

    /// Who does not earn on a deal, and the part of `payees` that is not true for them.
    pub(crate) fn not_an_earner(
        &self,
        rule: RuleIx,
        version: VersionIx,
        payee: PayeeIx,
        deal: DealIx,
    ) -> Result<Option<Condition>, Fault> {
        self.does_not_earn((rule, version), self.ground.tables.state(payee, deal), deal)
    }

    /// The same of what a payee is at some time.
    pub(crate) fn does_not_earn(
        &self,
        (rule, version): (RuleIx, VersionIx),
        state: StateIx,
        deal: DealIx,
    ) -> Result<Option<Condition>, Fault> {
        match &self.of_version(rule, version).payees {
            Some(payees) => OneRow::new(payees, &[state.raw()], deal).dated(self.ground).failed(),
            None => Ok(None),
        }
    }

    /// The payees with credit of these rules on a deal.
    pub(crate) fn credited_on(&self, names: &[String], deal: DealIx) -> Vec<PayeeIx> {
        let lines = &self.ground.settlement.lines;
        let rows = self.ground.lines_of_deal.of(deal).iter().copied();
        let mut payees: Vec<PayeeIx> =
            rows.filter(|row| self.credits(names, *row)).map(|row| lines[row].payee).collect();
        payees.sort_unstable();
        payees.dedup();
        payees
    }

    /// Deals of the period on which the payee has credit that the rule pays on.
    pub(crate) fn credited_deals(&self, rule: RuleIx, payee: PayeeIx) -> Vec<DealIx> {
        let names = self.credited_rules(rule).unwrap_or(&[]);
        let lines = &self.ground.settlement.lines;
        let rows = self.ground.lines_of_payee(payee).filter(|row| self.credits(names, *row));
        let deals: BTreeSet<DealIx> =
            rows.map(|row| lines[row].deal).filter(|deal| self.ground.pays(*deal)).collect();
        deals.into_iter().collect()
    }

    /// No credit of the rules named; and why each of them gave none.
    pub(crate) fn no_credit(
        &self,
        names: &[String],
        deal: DealIx,
        payee: Option<PayeeIx>,
    ) -> Result<Shortfall, Fault> {
        let mut why = Vec::new();
        for (explained, rule) in self.ground.rules.iter() {
            if names.contains(&rule.id) {
                let failed = self.why(explained, deal, payee)?;
                why.push(Nothing { deal: None, ..self.nothing(Some(explained), failed, Some(deal)) });
            }
        }
        Ok(Shortfall::NoCredit { rules: names.to_vec(), why })
    }
}
