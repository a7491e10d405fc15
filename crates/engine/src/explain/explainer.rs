//! Explains lines of a settled year by payee and deal. It is built once.

use apportion_data::{DealIx, PayeeIx};
use std::collections::BTreeMap;

use super::tree::{Explanation, Nothing, VersionKey};
use super::year_index::YearIndex;
use crate::credit::{Fault, LineIx, Subject};
use crate::kinds::{self, CommissionPlan, Explains};
use crate::plan::{Bound, earns};
use crate::settle;
use apportion_base::diagnostic::Diagnostic;
use apportion_rules::{RuleIx, Version, VersionIx};

/// Which lines to explain: those of a payee, of a deal, or of both; of one rule or of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Question {
    /// Of this payee.
    pub payee: Option<PayeeIx>,
    /// Of this deal.
    pub deal: Option<DealIx>,
    /// Of this rule.
    pub rule: Option<RuleIx>,
}

/// A fault with the index of the rule it belongs to.
pub(crate) type RuleFault = (RuleIx, Fault);

/// Everything that is looked up once for all questions.
pub struct Explainer<'g> {
    pub(crate) ground: &'g YearIndex<'g>,
    /// By rule and version.
    pub(crate) versions: Vec<Vec<OfVersion<'g>>>,
    /// By rule; `None` for the other kinds.
    pub(crate) commissions: Vec<Option<CommissionPlan<'g>>>,
    /// Deals that closed in the period, ascending.
    pub(crate) period_deals: Vec<DealIx>,
}

/// A version of a rule with its expressions bound to their columns.
pub(crate) struct OfVersion<'g> {
    pub when: Option<Bound<'g>>,
    pub basis: Option<Bound<'g>>,
    /// How its kind explains it.
    pub explains: Box<dyn Explains + 'g>,
    /// Of the kinds that pay on credits: who earns.
    pub payees: Option<Bound<'g>>,
    pub earns: Option<Vec<bool>>,
}

impl<'g> OfVersion<'g> {
    fn new(ground: &'g YearIndex<'g>, version: &'g Version) -> Result<Self, Fault> {
        let tables = ground.tables;
        let over_deals = |expr| Bound::new(expr, &[Some(&tables.deals.frame)]);
        let kind = kinds::of(&version.body);
        let payees = kind.payees();
        Ok(Self {
            when: version.when.as_ref().map(over_deals),
            basis: kind.basis().map(over_deals),
            explains: kind.explains(&ground.inputs).map_err(Fault::overflow(Subject::Rule))?,
            payees: payees.map(|expr| Bound::new(expr, &[Some(&tables.payees.frame)])),
            earns: earns(&ground.inputs, payees)?,
        })
    }
}

impl<'g> Explainer<'g> {
    /// Plans every rule once.
    ///
    /// # Errors
    /// A number that is too large. The settlement had none, so this is not expected.
    pub fn new(ground: &'g YearIndex<'g>) -> Result<Self, Diagnostic> {
        let told = |(rule, fault): RuleFault| settle::describe(ground.tables, ground.rules, rule, &fault);
        let mut versions = Vec::new();
        let mut commissions = Vec::new();
        for (index, rule) in ground.rules.iter() {
            let of_rule: Result<Vec<_>, Fault> =
                rule.versions.iter().map(|version| OfVersion::new(ground, version)).collect();
            versions.push(of_rule.map_err(|fault| told((index, fault)))?);
            let plan = CommissionPlan::new(&ground.inputs, rule, &ground.matches.deals[index], &ground.days);
            commissions.push(plan.map_err(|fault| told((index, fault)))?);
        }
        let deals = ground.tables.deals.all();
        let period_deals = deals.filter(|deal| ground.pays(*deal)).collect();
        Ok(Self { ground, versions, commissions, period_deals })
    }

    /// The year that is explained.
    pub fn ground(&self) -> &'g YearIndex<'g> {
        self.ground
    }

    /// Every amount that the question is about, and every rule that gave nothing.
    ///
    /// # Errors
    /// A number that is too large. The settlement had none, so this is not expected.
    pub fn explain(&self, question: Question) -> Result<Explanation, Diagnostic> {
        self.answer(question)
            .map_err(|(rule, fault)| settle::describe(self.ground.tables, self.ground.rules, rule, &fault))
    }

    fn answer(&self, question: Question) -> Result<Explanation, RuleFault> {
        let ground = self.ground;
        let rows = self.rows(question);
        let amounts = self.amounts(&rows)?;
        let nothing = match (question.deal, question.payee) {
            (Some(deal), payee) => self.nothing_of_deal(deal, payee, question.rule, &rows)?,
            (None, Some(payee)) => self.nothing_of_payee(payee, question.rule)?,
            (None, None) => Vec::new(),
        };
        let mut versions = BTreeMap::new();
        let mut note = |index: VersionKey| {
            versions.entry(index).or_insert_with(|| ground.version(index.0, index.1));
        };
        amounts.iter().for_each(|amount| note(amount.version));
        nothing.iter().for_each(|nothing| named(nothing, &mut note));
        Ok(Explanation {
            payee: question.payee.map(|payee| ground.payee(payee)),
            deal: question.deal.map(|deal| ground.deal(deal)),
            rule: question.rule.map(|rule| ground.rules.rules[rule].id.clone()),
            period: ground.period,
            first_day: ground.paid.paid_from,
            last_day: ground.paid.paid_until,
            versions,
            amounts,
            nothing,
        })
    }

    /// Rows of the period's lines that a question selects: a payee's in the order of lines.parquet, a deal's rule by
    /// rule.
    fn rows(&self, question: Question) -> Vec<LineIx> {
        let ground = self.ground;
        let lines = &ground.settlement.lines;
        let wanted = |row: &LineIx| {
            question.rule.is_none_or(|rule| lines[*row].rule == rule)
                && question.deal.is_none_or(|deal| lines[*row].deal == deal)
                && ground.pays(lines[*row].deal)
        };
        match (question.payee, question.deal) {
            (Some(payee), _) => ground.lines_of_payee(payee).filter(wanted).collect(),
            (None, Some(deal)) => {
                let of_deal = ground.lines_of_deal.of(deal).iter().copied();
                let mut rows: Vec<LineIx> = of_deal.filter(wanted).collect();
                rows.sort_by_key(|row| lines[*row].rule);
                rows
            }
            (None, None) => Vec::new(),
        }
    }

    pub(crate) fn of_version(&self, rule: RuleIx, version: VersionIx) -> &OfVersion<'g> {
        &self.versions[rule][version]
    }

    pub(crate) fn rule_version(&self, rule: RuleIx, version: VersionIx) -> &'g Version {
        &self.ground.rules.rules[rule].versions[version]
    }
}

/// Notes the versions that a rule without amounts names.
fn named(nothing: &Nothing, note: &mut impl FnMut(VersionKey)) {
    if let (Some(rule), Some(version)) = (nothing.rule, nothing.version) {
        note((rule, version));
    }
}
