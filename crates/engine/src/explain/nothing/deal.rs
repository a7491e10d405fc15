//! Why a rule that pays by deal gave nothing on one: what the kinds share. What is known of the deal comes first, then
//! the work on it.

use super::super::amounts::basis_text;
use super::super::condition::OneRow;
use super::super::explainer::Explainer;
use super::super::facts;
use super::super::tree::{ColumnValue, Shortfall, Work};
use crate::credit::{Fault, Reason};
use crate::kinds;
use crate::plan::{Bound, RowInReach};
use apportion_book::IncompletePolicy;
use apportion_data::{DealIx, EngagementIx, PayeeIx};
use apportion_rules::{EngagementTerms, Reach, RuleIx, VersionIx};

/// How many rows of work are shown with what failed on them.
pub(crate) const SHOWN: usize = 5;

/// A version of a rule on a deal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DealVersion {
    pub rule: RuleIx,
    pub version: VersionIx,
    pub deal: DealIx,
}

/// The engagements within reach of a deal, and what decides which of them count.
#[derive(Clone, Copy)]
pub(crate) struct EngagementsOnDeal<'w> {
    /// As the rule has it.
    pub engaged: &'w EngagementTerms,
    pub reached: &'w [RowInReach<EngagementIx>],
    /// The bound condition of `engaged`, if it has one.
    pub counting: Option<&'w Bound<'w>>,
}

impl Explainer<'_> {
    /// A deal that is held because a row that names it was rejected.
    pub(crate) fn held(&self, on: DealVersion, of_splits: bool) -> Option<Shortfall> {
        let (ground, deals) = (self.ground, &self.ground.tables.deals);
        let flags = if of_splits { &deals.incomplete_splits } else { &deals.incomplete_engagements };
        let held = ground.book.incomplete == IncompletePolicy::Hold && flags[on.deal];
        held.then(|| Shortfall::Incomplete { rows: ground.rejected(on.deal, of_splits) })
    }

    /// A deal without a basis, and what that is made of.
    pub(crate) fn no_basis(&self, on: DealVersion) -> Result<Shortfall, Fault> {
        let basis = self.of_version(on.rule, on.version).basis.as_ref();
        let (text, seen) = basis_text(basis, on.deal)?.unwrap_or_default();
        Ok(Shortfall::NoBasis { text, seen })
    }

    /// No work of the payee is within reach of any deal of the period.
    pub(crate) fn no_work(&self) -> Shortfall {
        Shortfall::NoWork { deals: self.period_deals.len() }
    }

    /// The payee's rows that count.
    pub(crate) fn counted(
        &self,
        on: DealVersion,
        reached: &[RowInReach<EngagementIx>],
        payee: PayeeIx,
    ) -> Vec<Work> {
        let of_rows = &self.ground.tables.engagements.payee;
        let mine = reached.iter().filter(|row| row.counts && of_rows[row.row] == payee);
        mine.map(|row| self.ground.engagement(row.row, on.deal)).collect()
    }

    /// Another rule of the same name matches the deal as well.
    pub(crate) fn two_rules(&self, on: DealVersion) -> Option<Shortfall> {
        let ground = self.ground;
        ground.matches.two_rules[on.rule].binary_search(&on.deal).ok()?;
        let name_of = |rule: RuleIx| {
            let matched = ground.matches.deals[rule].iter();
            let mut matched = ground.rules[rule].versions.iter().zip(matched);
            let (version, _) = matched.find(|(_, deals)| deals.binary_search(&on.deal).is_ok())?;
            kinds::of(&version.body).one_of()
        };
        let one_of = name_of(on.rule)?;
        let others = ground.rules.iter();
        let others = others.filter(|(rule, _)| *rule != on.rule && name_of(*rule) == Some(one_of));
        let others = others.map(|(_, rule)| rule.id.clone()).collect();
        Some(Shortfall::TwoRules { one_of: one_of.to_owned(), others })
    }

    pub(crate) fn no_rate(
        &self,
        value: &apportion_rules::Value,
        deal: DealIx,
        payee: Option<PayeeIx>,
    ) -> Shortfall {
        let mut seen = self.ground.by(value, deal, payee);
        let table = match value {
            apportion_rules::Value::Table(table) => Some(table.path.clone()),
            apportion_rules::Value::Plain(_) | apportion_rules::Value::By { .. } => None,
        };
        if seen.is_empty() && table.is_none() {
            seen.push(ColumnValue {
                table: String::new(),
                column: String::new(),
                value: "NULL".to_owned(),
                since: None,
            });
        }
        Shortfall::NoRate { seen, cases: facts::cases(value), table }
    }

    /// The way from the work within reach to a payee: is there any, is it theirs, does it count; then what is the
    /// kind's own.
    pub(crate) fn engaged(
        &self,
        on: DealVersion,
        work: &EngagementsOnDeal,
        payee: Option<PayeeIx>,
        unearned: &dyn Fn(PayeeIx) -> Result<Shortfall, Fault>,
    ) -> Result<Shortfall, Fault> {
        let EngagementsOnDeal { engaged, reached, counting } = *work;
        if reached.is_empty() {
            return Ok(Shortfall::NoEngagement { reach: words(engaged.reach) });
        }
        let of_rows = &self.ground.tables.engagements.payee;
        let mut all: Vec<PayeeIx> = reached.iter().map(|reached| of_rows[reached.row]).collect();
        all.sort_unstable();
        all.dedup();
        let of_payee = |payee: PayeeIx| {
            let mine: Vec<&RowInReach<EngagementIx>> =
                reached.iter().filter(|reached| of_rows[reached.row] == payee).collect();
            if mine.is_empty() {
                return Ok(Shortfall::NotEngaged { reach: words(engaged.reach), others: all.len() });
            }
            match counting.filter(|_| mine.iter().all(|reached| !reached.counts)) {
                Some(counting) => self.not_counted(on.deal, &mine, counting),
                None => unearned(payee),
            }
        };
        match payee {
            Some(payee) => of_payee(payee),
            None => {
                let each = all.iter().map(|payee| Ok((self.ground.payee(*payee), of_payee(*payee)?)));
                Ok(Shortfall::Each { reason: self.reason(on), payees: each.collect::<Result<_, Fault>>()? })
            }
        }
    }

    /// Work that is within reach and does not count, with the condition that failed on each.
    fn not_counted(
        &self,
        deal: DealIx,
        mine: &[&RowInReach<EngagementIx>],
        counting: &Bound,
    ) -> Result<Shortfall, Fault> {
        let payees = &self.ground.tables.engagements.payee;
        let mut work = Vec::new();
        for reached in mine.iter().take(SHOWN) {
            let state = self.ground.tables.state(payees[reached.row], deal);
            let rows = [reached.row.raw(), state.raw(), deal.raw()];
            if let Some(failed) = OneRow::new(counting, &rows, deal).dated(self.ground).failed()? {
                work.push((self.ground.engagement(reached.row, deal), failed));
            }
        }
        Ok(Shortfall::NotCounted { work, unlisted: mine.len().saturating_sub(SHOWN) })
    }

    /// The reason that a run gives for the deal.
    fn reason(&self, on: DealVersion) -> &'static str {
        let mut rows = self.ground.uncredited_of(on.deal).iter();
        rows.find(|row| row.rule == Some(on.rule)).map_or(Reason::NoEligiblePayee, |row| row.reason).word()
    }
}

/// As in `reach`.
fn words(reach: Reach) -> Vec<&'static str> {
    let all = [(reach.deal, "deal"), (reach.prior, "prior"), (reach.account, "account")];
    all.into_iter().filter(|(on, _)| *on).map(|(_, word)| word).collect()
}
