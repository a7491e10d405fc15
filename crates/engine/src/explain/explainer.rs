//! Explains lines of a settled year by payee and deal. It is built once.

use apportion_data::{DealIx, PayeeIx};
use std::collections::BTreeMap;

use super::tree::{Explanation, LineFacts, Nothing, VersionKey};
use super::year_index::YearIndex;
use crate::credit::{Fault, LineIx, Subject};
use crate::kinds::{self, CommissionPlan, Explains};
use crate::plan::{Bound, Earners};
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
    pub earns: Earners,
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
            payees: payees.map(|expr| Bound::new(expr, &[Some(&tables.payees.states.frame)])),
            earns: Earners::new(&ground.inputs, payees)?,
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
        self.explain_at_most(question, usize::MAX)
    }

    /// The same, with the steps of so many amounts only, the largest. All lines are listed nevertheless.
    ///
    /// # Errors
    /// As [`Explainer::explain`].
    pub fn explain_at_most(&self, question: Question, most: usize) -> Result<Explanation, Diagnostic> {
        self.answer(question, most)
            .map_err(|(rule, fault)| settle::describe(self.ground.tables, self.ground.rules, rule, &fault))
    }

    fn answer(&self, question: Question, most: usize) -> Result<Explanation, RuleFault> {
        let ground = self.ground;
        let rows = self.rows(question);
        let lines: Vec<LineFacts> = rows.iter().map(|row| self.line_facts(*row)).collect();
        let amounts = self.amounts(&largest(&rows, &lines, most))?;
        let nothing = match (question.deal, question.payee) {
            (Some(deal), payee) => self.nothing_of_deal(deal, payee, question.rule, &rows)?,
            (None, Some(payee)) => self.nothing_of_payee(payee, question.rule)?,
            (None, None) => Vec::new(),
        };
        let mut versions = BTreeMap::new();
        let mut note = |index: VersionKey| {
            versions.entry(index).or_insert_with(|| ground.version(index.0, index.1));
        };
        lines.iter().for_each(|line| note(line.version));
        nothing.iter().for_each(|nothing| named(nothing, &mut note));
        Ok(Explanation {
            payee: question.payee.map(|payee| ground.payee(payee)),
            deal: question.deal.map(|deal| ground.deal(deal)),
            rule: question.rule.map(|rule| ground.rules.rules[rule].id.clone()),
            period: ground.period,
            first_day: ground.paid.paid_from,
            last_day: ground.paid.paid_until,
            versions,
            lines,
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

    fn line_facts(&self, row: LineIx) -> LineFacts {
        let (tables, settlement) = (self.ground.tables, &self.ground.settlement);
        let line = &settlement.lines[row];
        let applies = settlement.applies[line.rule][line.version];
        LineFacts {
            version: (line.rule, line.version),
            payee_id: tables.payees.id(line.payee).to_owned(),
            deal_id: tables.deals.id(line.deal).to_owned(),
            role: self.ground.role(line.role),
            from_payee_id: line.from_payee.get().map(|payee| tables.payees.id(payee).to_owned()),
            credited: applies.credited.then_some(line.credited),
            amount: applies.amount.then_some(line.amount),
        }
    }

    pub(crate) fn of_version(&self, rule: RuleIx, version: VersionIx) -> &OfVersion<'g> {
        &self.versions[rule][version]
    }

    pub(crate) fn rule_version(&self, rule: RuleIx, version: VersionIx) -> &'g Version {
        &self.ground.rules.rules[rule].versions[version]
    }
}

/// The rows with the largest amounts, where there are more than `most`; in their order. What only credits counts by its credit.
fn largest(rows: &[LineIx], lines: &[LineFacts], most: usize) -> Vec<LineIx> {
    if rows.len() <= most {
        return rows.to_vec();
    }
    let size = |place: usize| {
        let LineFacts { amount, credited, .. } = &lines[place];
        amount.or(*credited).map_or(0, |minor| minor.wide().abs())
    };
    let mut places: Vec<usize> = (0..rows.len()).collect();
    // Amounts come before credits: what is paid is what people ask about.
    places.sort_by_key(|place| (lines[*place].amount.is_none(), std::cmp::Reverse(size(*place)), *place));
    places.truncate(most);
    places.sort_unstable();
    places.into_iter().map(|place| rows[place]).collect()
}

/// Notes the versions that a rule without amounts names.
fn named(nothing: &Nothing, note: &mut impl FnMut(VersionKey)) {
    if let (Some(rule), Some(version)) = (nothing.rule, nothing.version) {
        note((rule, version));
    }
}
