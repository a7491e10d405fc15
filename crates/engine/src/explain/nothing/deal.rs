//! Why a rule that pays by deal gave nothing on one: what is known of the deal first, then the work on it.

use super::super::amounts::basis_text;
use super::super::condition::OneRow;
use super::super::explainer::Explainer;
use super::super::facts;
use super::super::number::Exact;
use super::super::tree::{Seen, Why, Work};
use crate::credit::{Fault, Reason};
use crate::plan::{Bound, DealPlan, Reached, SharedTrace};
use apportion_book::Incomplete;
use apportion_rules::{Body, Engaged, Reach, SharedCredit, Sharing};

/// How many rows of work are shown with what failed on them.
const SHOWN: usize = 5;
/// 100% in billionths of a percent.
const WHOLE_E9: i128 = 100_000_000_000;

/// A rule on a deal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct On {
    pub rule: u16,
    pub deal: u32,
}

impl Explainer<'_> {
    /// Why a version that matches a deal made no line.
    pub(crate) fn why_no_credit(
        &self,
        rule: u16,
        version: u16,
        deal: u32,
        payee: Option<u32>,
    ) -> Result<Why, Fault> {
        let on = On { rule, deal };
        if let Some(why) = self.two_rules(on) {
            return Ok(why);
        }
        let ground = self.ground;
        let of_version = self.of_version(rule, version);
        let flags = &ground.tables.deals;
        let held = |flags: &[bool], of_splits: bool| {
            let held = ground.book.incomplete == Incomplete::Hold && flags[deal as usize];
            held.then(|| Why::Incomplete { rows: ground.rejected(deal, of_splits) })
        };
        let no_basis = || -> Result<Why, Fault> {
            let (text, seen) = basis_text(of_version.basis.as_ref(), deal)?.unwrap_or_default();
            Ok(Why::NoBasis { text, seen })
        };
        match (&self.rule_version(rule, version).body, &of_version.plan) {
            (Body::SharedCredit(body), Some(DealPlan::SharedCredit(plan))) => {
                let trace = plan.trace(&ground.inputs, deal)?;
                if trace.basis.is_none() {
                    return no_basis();
                }
                let declared = matches!(body.sharing, Sharing::Declared { .. });
                let flags = if declared { &flags.incomplete_splits } else { &flags.incomplete_engagements };
                if let Some(why) = held(flags, declared) {
                    return Ok(why);
                }
                if let (Some(None), Some(rate)) = (trace.rate_e8, &body.rate) {
                    return Ok(self.no_rate(rate, deal, None));
                }
                match &body.sharing {
                    Sharing::Declared { overlay, .. } => {
                        self.declared(on, &trace, plan.counting(), !overlay, payee)
                    }
                    Sharing::Roles { engaged, .. } | Sharing::Model { engaged, .. } => {
                        let more = |payee| Ok(self.no_units(on, body, &trace, payee));
                        self.engaged(on, engaged, &trace.reached, plan.counting(), payee, &more)
                    }
                }
            }
            (Body::Stipend(body), Some(DealPlan::Stipend(plan))) => {
                let amount_e6 = ground.tables.deals.amount_e6[deal as usize];
                if amount_e6 < 0 {
                    return Ok(Why::NegativeDeal { amount: Exact::new(amount_e6.into(), 6) });
                }
                let trace = plan.trace(&ground.inputs, deal)?;
                let more = |payee| self.no_stipend(on, body, &trace, plan.requirement(), payee);
                self.engaged(on, &body.engaged, &trace.reached, plan.counting(), payee, &more)
            }
            (Body::RenewalBonus(body), Some(DealPlan::RenewalBonus(plan))) => {
                let trace = plan.trace(&ground.inputs, deal)?;
                if trace.basis.is_none() {
                    return no_basis();
                }
                if let Some(why) = held(&flags.incomplete_engagements, false) {
                    return Ok(why);
                }
                let more = |payee| Ok(self.no_bonus(on, body, &trace, payee));
                self.engaged(on, &body.engaged, &trace.reached, plan.counting(), payee, &more)
            }
            _ => no_basis(),
        }
    }

    /// Another rule of the same name matches the deal as well.
    fn two_rules(&self, on: On) -> Option<Why> {
        let ground = self.ground;
        ground.matches.two_rules[usize::from(on.rule)].binary_search(&on.deal).ok()?;
        let name_of = |rule: usize| {
            let matched = ground.matches.deals[rule].iter();
            let version = matched.enumerate().find(|(_, deals)| deals.binary_search(&on.deal).is_ok())?.0;
            match &ground.rules.rules[rule].versions[version].body {
                Body::SharedCredit(body) => body.one_of.clone(),
                _ => None,
            }
        };
        let one_of = name_of(usize::from(on.rule))?;
        let others = (0..ground.rules.rules.len())
            .filter(|rule| *rule != usize::from(on.rule) && name_of(*rule).as_ref() == Some(&one_of))
            .map(|rule| ground.rules.rules[rule].id.clone())
            .collect();
        Some(Why::TwoRules { one_of, others })
    }

    pub(crate) fn no_rate(&self, value: &apportion_rules::Value, deal: u32, payee: Option<u32>) -> Why {
        let nothing = || Seen { table: String::new(), column: String::new(), value: "NULL".to_owned() };
        let seen = self.ground.by(value, deal, payee).unwrap_or_else(nothing);
        Why::NoRate { seen, cases: facts::cases(value) }
    }

    /// The way from the work within reach to a payee: is there any, is it theirs, does it count; then what is the
    /// kind's own.
    fn engaged(
        &self,
        on: On,
        engaged: &Engaged,
        reached: &[Reached],
        counting: Option<&Bound>,
        payee: Option<u32>,
        more: &dyn Fn(u32) -> Result<Why, Fault>,
    ) -> Result<Why, Fault> {
        if reached.is_empty() {
            return Ok(Why::NoEngagement { reach: words(engaged.reach) });
        }
        let of_rows = &self.ground.tables.engagements.payee;
        let mut all: Vec<u32> = reached.iter().map(|reached| of_rows[reached.row as usize]).collect();
        all.sort_unstable();
        all.dedup();
        let of_payee = |payee: u32| {
            let mine: Vec<&Reached> =
                reached.iter().filter(|reached| of_rows[reached.row as usize] == payee).collect();
            if mine.is_empty() {
                return Ok(Why::NotEngaged { reach: words(engaged.reach), others: all.len() });
            }
            match counting.filter(|_| mine.iter().all(|reached| !reached.counts)) {
                Some(counting) => self.not_counted(on.deal, &mine, counting),
                None => more(payee),
            }
        };
        match payee {
            Some(payee) => of_payee(payee),
            None => {
                let each = all.iter().map(|payee| Ok((self.ground.payee(*payee), of_payee(*payee)?)));
                Ok(Why::Each { reason: self.reason(on), payees: each.collect::<Result<_, Fault>>()? })
            }
        }
    }

    /// Work that is within reach and does not count, with the condition that failed on each.
    fn not_counted(&self, deal: u32, mine: &[&Reached], counting: &Bound) -> Result<Why, Fault> {
        let payees = &self.ground.tables.engagements.payee;
        let mut work = Vec::new();
        for reached in mine.iter().take(SHOWN) {
            let rows = [reached.row, payees[reached.row as usize], deal];
            if let Some(failed) = OneRow::new(counting, &rows, deal).failed()? {
                work.push((self.ground.engagement(reached.row, deal), failed));
            }
        }
        Ok(Why::NotCounted { work, more: mine.len().saturating_sub(SHOWN) })
    }

    /// Work that counts and gives no units.
    fn no_units(&self, on: On, body: &SharedCredit, trace: &SharedTrace, payee: u32) -> Why {
        let ground = self.ground;
        let engagements = &ground.tables.engagements;
        let counted = || {
            let all = trace.reached.iter().filter(|reached| reached.counts);
            all.filter(|reached| engagements.payee[reached.row as usize] == payee)
        };
        let work =
            || -> Vec<Work> { counted().map(|reached| ground.engagement(reached.row, on.deal)).collect() };
        match &body.sharing {
            Sharing::Roles { roles, .. } => {
                let slot = |reached: &Reached| trace.slot_of[engagements.role[reached.row as usize] as usize];
                if counted().all(|reached| slot(reached) == apportion_data::NONE) {
                    let roles = roles.iter().map(|role| role.role.clone()).collect();
                    return Why::RoleNotNamed { work: work(), roles };
                }
                Why::ZeroUnits { work: work() }
            }
            Sharing::Model { model, .. } if model.is_ordered() => {
                if counted()
                    .all(|reached| engagements.occurred_on[reached.row as usize] == apportion_data::NO_DAY)
                {
                    return Why::Undated { work: work() };
                }
                let word = match model {
                    apportion_rules::Model::FirstTouch => "first",
                    apportion_rules::Model::LastTouch => "last",
                    _ => return Why::ZeroUnits { work: work() },
                };
                match trace.shares.payee.first() {
                    Some(who) => Why::NotTheOne { word, who: ground.payee(*who), work: work() },
                    None => Why::ZeroUnits { work: work() },
                }
            }
            _ => Why::ZeroUnits { work: work() },
        }
    }

    /// Splits that the CRM declares.
    fn declared(
        &self,
        on: On,
        trace: &SharedTrace,
        counting: Option<&Bound>,
        whole: bool,
        payee: Option<u32>,
    ) -> Result<Why, Fault> {
        let ground = self.ground;
        let splits = &ground.tables.splits;
        let failed = |row: u32| -> Result<_, Fault> {
            let rows = [row, splits.payee[row as usize], on.deal];
            match counting {
                Some(counting) => OneRow::new(counting, &rows, on.deal).failed(),
                None => Ok(None),
            }
        };
        let counted: Vec<u32> =
            trace.reached.iter().filter(|reached| reached.counts).map(|reached| reached.row).collect();
        if counted.is_empty() {
            let declared = trace.reached.iter();
            let declared = declared.map(|reached| Ok((ground.split(reached.row), failed(reached.row)?)));
            return Ok(Why::NoSplits { declared: declared.collect::<Result<_, Fault>>()? });
        }
        let sum: i128 = counted.iter().map(|row| i128::from(splits.percent_e9[*row as usize])).sum();
        let of = |rows: &[u32]| rows.iter().map(|row| ground.split(*row)).collect();
        if whole && sum != WHOLE_E9 {
            return Ok(Why::SplitsNot100 { sum: Exact::new(sum, 9), splits: of(&counted) });
        }
        let Some(payee) = payee else { return Ok(Why::ZeroPercent { splits: of(&counted) }) };
        let mine: Vec<&Reached> =
            trace.reached.iter().filter(|reached| splits.payee[reached.row as usize] == payee).collect();
        if mine.is_empty() {
            return Ok(Why::NotInSplits);
        }
        let mut work = Vec::new();
        for reached in mine.iter().filter(|reached| !reached.counts) {
            if let Some(failed) = failed(reached.row)? {
                work.push((ground.split(reached.row), failed));
            }
        }
        if work.len() == mine.len() {
            return Ok(shown(work));
        }
        let rows: Vec<u32> =
            mine.iter().filter(|reached| reached.counts).map(|reached| reached.row).collect();
        Ok(Why::ZeroPercent { splits: of(&rows) })
    }

    /// The reason that a run gives for the deal.
    fn reason(&self, on: On) -> &'static str {
        let mut rows = self.ground.uncredited_of(on.deal).iter();
        rows.find(|row| row.rule == Some(on.rule)).map_or(Reason::NoEligiblePayee, |row| row.reason).word()
    }
}

fn shown(mut work: Vec<(Work, super::super::tree::Condition)>) -> Why {
    let more = work.len().saturating_sub(SHOWN);
    work.truncate(SHOWN);
    Why::NotCounted { work, more }
}

/// As in `reach`.
fn words(reach: Reach) -> Vec<&'static str> {
    let all = [(reach.deal, "deal"), (reach.prior, "prior"), (reach.account, "account")];
    all.into_iter().filter(|(on, _)| *on).map(|(_, word)| word).collect()
}
