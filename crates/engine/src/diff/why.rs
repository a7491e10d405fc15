//! Why a line is new, gone or changed: compares its columns with those of the other side, and the parameters of the
//! rule versions that made them.
//!
//! The columns that differ say which parameters to compare. If no parameter differs, the cause is the data, the credit
//! below, or earlier lines of the period: one of these by elimination.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::behind::PolicyFinder;
use super::cause::{Cause, Causes};
use super::entries::{self, Entries, EntriesIx};
use super::facts::{Facts, days_differ, quotas_differ};
use super::keys::{CommonDeal, CommonPayee, CommonRule, Keys};
use super::parameters::{self, ParameterChange};
use super::rows::{DecidingRows, RateTables, RowsIx};
use super::scope::Scopes;
use super::{Side, SideName};
use crate::credit::{Line, Reason};
use crate::kinds::{self, Behaviour, NatureDifference, nature};
use crate::settle::PeriodView;
use apportion_base::money::Minor;
use apportion_data::DealIx;
use apportion_rules::{Caps, Kind, Version, VersionIx};

/// The versions of a rule that made a line on each side; on the side that has no such line, the one in force that day.
pub type Versions = (Option<VersionIx>, Option<VersionIx>);

/// What differed so far in a payee's lines of one rule: later lines of the period depend on it.
#[derive(Debug, Clone, Copy)]
struct EarlierDifference {
    /// Payee and rule.
    subject: Option<(CommonPayee, CommonRule)>,
    /// The credit that it is paid on.
    basis: bool,
    /// What a cap is applied to.
    uncapped: bool,
}

/// What the reasons of all lines are found in.
pub struct Ground<'a> {
    pub before: &'a Side<'a>,
    pub after: &'a Side<'a>,
    pub keys: &'a Keys,
    pub of_policies: PolicyFinder<'a>,
    facts: Facts,
    /// The books differ in something that decides amounts.
    settings: bool,
    /// Of both sides; of sides whose lines are all there they are found out when they are first asked for.
    scopes: OnceLock<[Scopes; 2]>,
    tables: RateTables,
}

impl<'a> Ground<'a> {
    pub fn new(
        [before, after]: [&'a Side<'a>; 2],
        keys: &'a Keys,
        (settings, of_policies): (bool, PolicyFinder<'a>),
        scopes: Option<[Scopes; 2]>,
    ) -> Self {
        let (facts, tables) = (Facts::new(before, after, keys), RateTables::new([before, after], keys));
        let scopes = scopes.map_or_else(OnceLock::new, OnceLock::from);
        Self { before, after, keys, of_policies, facts, settings, scopes, tables }
    }
}

/// Finds the reason for each line of some payees that differs.
pub struct ReasonFinder<'a> {
    pub before: &'a Side<'a>,
    pub after: &'a Side<'a>,
    pub keys: &'a Keys,
    pub ground: &'a Ground<'a>,
    /// The lines of these payees, and what they are not paid.
    periods: [&'a PeriodView; 2],
    /// By common rule and versions.
    parameters: BTreeMap<(CommonRule, Versions), Vec<ParameterChange>>,
    moved: EarlierDifference,
    /// Entries of tables in which several changed.
    pub entries: Entries,
    /// Rows of rate tables that decided lines.
    pub rows: DecidingRows,
}

impl<'a> ReasonFinder<'a> {
    pub fn new(ground: &'a Ground<'a>, periods: [&'a PeriodView; 2]) -> Self {
        Self {
            before: ground.before,
            after: ground.after,
            keys: ground.keys,
            ground,
            periods,
            parameters: BTreeMap::new(),
            moved: EarlierDifference { subject: None, basis: false, uncapped: false },
            entries: Entries::default(),
            rows: DecidingRows::default(),
        }
    }

    /// The entries of the rule's rates or amounts that a line falls under, where they are behind it and more than one changed.
    pub fn entries(
        &mut self,
        (rule, versions): (CommonRule, Versions),
        causes: Causes,
        was: &Line,
        is: &Line,
    ) -> Option<EntriesIx> {
        let keys = [Cause::Rate, Cause::Amount].into_iter().filter(|cause| causes.has(*cause));
        let keys: Vec<&str> = keys.flat_map(Cause::keys).copied().collect();
        let is_entry = |change: &&ParameterChange| keys.contains(&change.key) && !change.item.is_empty();
        if self.parameters(rule, versions).iter().filter(is_entry).count() < 2 {
            return None;
        }
        let before = self.version(SideName::Before, rule, versions.0)?;
        let after = self.version(SideName::After, rule, versions.1)?;
        let pair =
            [entries::entry(before, self.before.tables, was), entries::entry(after, self.after.tables, is)];
        self.entries.note(pair)
    }

    pub fn side(&self, which: SideName) -> &'a Side<'a> {
        match which {
            SideName::Before => self.before,
            SideName::After => self.after,
        }
    }

    fn version(&self, which: SideName, rule: CommonRule, version: Option<VersionIx>) -> Option<&'a Version> {
        let own = self.keys.rules.own(which, rule)?;
        self.side(which).rules[own].versions.get(version?.at())
    }

    /// The parameters that differ between two versions of a rule; none where one of them is not there.
    pub fn parameters(&mut self, rule: CommonRule, versions: Versions) -> &[ParameterChange] {
        let pair = self.version(SideName::Before, rule, versions.0).zip(self.version(
            SideName::After,
            rule,
            versions.1,
        ));
        let digits = self.before.book.currency.digits();
        self.parameters.entry((rule, versions)).or_insert_with(|| {
            pair.map(|(before, after)| parameters::compare(before, after, digits)).unwrap_or_default()
        })
    }

    /// Whether a parameter that can be behind a cause differs.
    fn by_rule(&mut self, rule: CommonRule, versions: Versions, cause: Cause) -> bool {
        self.parameters(rule, versions).iter().any(|change| cause.keys().contains(&change.key))
    }

    /// Whether the versions begin on different days: another one is in force.
    pub fn other_version(&self, rule: CommonRule, versions: Versions) -> bool {
        let from = |which, version| self.version(which, rule, version).map(|version| version.from);
        match (from(SideName::Before, versions.0), from(SideName::After, versions.1)) {
            (Some(before), Some(after)) => before != after,
            _ => false,
        }
    }

    /// The rows of rate tables behind a line that both sides have, where its rate or its amount is among the causes.
    pub fn rows(
        &mut self,
        rule: CommonRule,
        versions: Versions,
        causes: Causes,
        (was, is): (&Line, &Line),
    ) -> Option<RowsIx> {
        if !causes.has(Cause::Rate) && !causes.has(Cause::Amount) {
            return None;
        }
        let mut found = Vec::new();
        for (which, version, line) in [(SideName::Before, versions.0, was), (SideName::After, versions.1, is)]
        {
            let Some((version_at, own)) = version.zip(self.version(which, rule, version)) else { continue };
            let side = self.side(which);
            found.extend(self.ground.tables.row((which, side), (rule, version_at, own), line));
        }
        self.rows.number(found)
    }

    /// What differed in the payee's earlier lines of a rule; this line is noted for later ones.
    fn moved(
        &mut self,
        subject: (CommonPayee, CommonRule),
        basis: bool,
        uncapped: bool,
    ) -> EarlierDifference {
        if self.moved.subject != Some(subject) {
            self.moved = EarlierDifference { subject: Some(subject), basis: false, uncapped: false };
        }
        let earlier = self.moved;
        self.moved.basis |= basis;
        self.moved.uncapped |= uncapped;
        earlier
    }

    /// The causes of a line that both sides have and in which something differs.
    pub fn both(&mut self, rule: CommonRule, versions: Versions, was: &Line, is: &Line) -> Causes {
        let deal = self.keys.deals.common(SideName::Before, was.deal);
        let payee = self.keys.payees.common(SideName::Before, was.payee);
        let differs = nature(self.kind(rule)).differs;
        let basis = was.basis != is.basis;
        let rate = was.rate_e8 != is.rate_e8;
        let units = was.units != is.units || was.units_total != is.units_total;
        let uncapped = was.uncapped != is.uncapped;
        let withheld = kept(was) != kept(is);
        let moved = self.moved((payee, rule), basis, uncapped);

        let deal_differs = self.ground.facts.deal_differs(self.before, self.after, self.keys, deal);
        let payee_differs = self.ground.facts.payee_differs(self.before, self.after, self.keys, payee);
        let reversed = self.reversed_otherwise(deal);
        let mut causes = Causes::default().with_if(self.other_version(rule, versions), Cause::Version);
        match differs {
            NatureDifference::OnLines => {
                causes = causes.with_if(basis, Cause::Line);
                causes = causes.with_if(rate || (uncapped && !basis), Cause::Reversal);
            }
            NatureDifference::OnMilestones => {
                let by_rule = self.by_rule(rule, versions, Cause::Amount);
                causes = causes.with_if(uncapped && by_rule, Cause::Amount);
                causes = causes.with_if(uncapped && payee_differs && !by_rule, Cause::PayeeData);
            }
            NatureDifference::OnCredits { running, levels: by_level } => {
                causes = causes.with_if(basis, Cause::Credit);
                let paid = rate || (uncapped && !basis);
                let tiers = self.by_rule(rule, versions, Cause::Tiers);
                let levels = by_level && self.by_rule(rule, versions, Cause::Rate);
                let measured = paid && deal_differs && self.measures_deals(rule, versions);
                causes = causes.with_if(measured, Cause::DealData);
                causes = causes.with_if(paid && tiers, Cause::Tiers).with_if(paid && levels, Cause::Rate);
                if paid && !tiers && !levels {
                    let by_days = payee_differs
                        && self.prorates(rule, versions)
                        && days_differ(self.before, self.after, self.keys, payee);
                    let quota = running
                        && !self.ground.facts.shared()
                        && (by_days || quotas_differ(self.before, self.after, self.keys, payee));
                    let level = by_level && was.level != is.level;
                    causes = causes.with_if(quota, Cause::Quota).with_if(level, Cause::PayeeData);
                    causes = causes.with_if(!quota && !level, Cause::RunningTotal);
                } else if paid && moved.basis && running {
                    causes = causes.with(Cause::RunningTotal);
                }
            }
            NatureDifference::ByDeal { amount: pays_amount, parts: parts_of } => {
                let by_part = self.pays_parts(rule, versions);
                let engagements = units || (by_part && basis);
                causes = causes.with_if(engagements, Cause::Engagements);
                let basis_by_rule = basis && self.by_rule(rule, versions, Cause::Basis);
                causes = causes.with_if(basis_by_rule, Cause::Basis);
                let rate_by_rule = rate && self.by_rule(rule, versions, Cause::Rate);
                causes = causes.with_if(rate_by_rule, Cause::Rate);
                let by_data = (basis && !basis_by_rule) || (rate && !rate_by_rule);
                causes = causes.with_if(reversed && (by_data || units || uncapped), Cause::Reversal);
                causes = causes.with_if(deal_differs && (by_data || units), Cause::DealData);
                causes = causes.with_if(payee_differs && rate && !rate_by_rule, Cause::PayeeData);
                let amount = uncapped && pays_amount;
                let amount_by_rule = amount && self.by_rule(rule, versions, Cause::Amount);
                causes = causes.with_if(amount_by_rule, Cause::Amount);
                causes = causes.with_if(amount && !amount_by_rule && deal_differs, Cause::DealData);
                causes = causes.with_if(amount && !amount_by_rule && payee_differs, Cause::PayeeData);
                let parts = uncapped || was.credited != is.credited;
                let alike = !basis && !rate && !units;
                if let Some(parts_of) = parts_of.filter(|_| parts) {
                    let by_rule = parts_of.by_rule && self.by_rule(rule, versions, Cause::Shares);
                    causes = causes.with_if(alike || by_rule, parts_of.cause);
                }
            }
        }
        if withheld {
            let grown = kept(is) > kept(was);
            let by_cap = self.by_cap(rule, versions, grown);
            causes = causes.with_if(by_cap || uncapped, Cause::Cap);
            causes = causes.with_if(!uncapped && (!by_cap || moved.uncapped), Cause::RunningTotal);
        }
        self.or_settings(causes)
    }

    /// Whether other caps can be why more (or less) of a line is kept: a cap that was raised keeps no more.
    fn by_cap(&mut self, rule: CommonRule, versions: Versions, grown: bool) -> bool {
        if !self.by_rule(rule, versions, Cause::Cap) {
            return false;
        }
        let caps = |which, version| self.version(which, rule, version).map(|version| version.caps);
        let (was, is) = (caps(SideName::Before, versions.0), caps(SideName::After, versions.1));
        was.zip(is).is_some_and(|(was, is)| {
            let each = |caps: Caps| {
                [caps.per_deal, caps.per_payee_month, caps.per_payee_quarter, caps.per_payee_year]
                    .map(|cap| cap.map_or(i128::MAX, Minor::wide))
            };
            each(was).into_iter().zip(each(is)).any(|(was, is)| if grown { is < was } else { is > was })
        })
    }

    /// The causes of a line that one side (`there`) has and the other has not, and why the deal is uncredited on the
    /// other side, if that is why.
    pub fn one(
        &mut self,
        there: SideName,
        rule: CommonRule,
        versions: Versions,
        line: &Line,
    ) -> (Causes, Option<Reason>) {
        let missing = there.other();
        let deal = self.keys.deals.common(there, line.deal);
        let payee = self.keys.payees.common(there, line.payee);
        let from = line.from_payee.get().map(|from| self.keys.payees.common(there, from));
        self.moved((payee, rule), true, true);

        let just = |cause| (Causes::default().with(cause), None);
        if self.keys.rules.own(missing, rule).is_none() {
            return just(Cause::Rule);
        }
        let Some(own_deal) = self.keys.deals.own(missing, deal) else { return just(Cause::DealListed) };
        if self.keys.payees.own(missing, payee).is_none() {
            return just(Cause::PayeeListed);
        }
        let causes = Causes::default().with_if(self.other_version(rule, versions), Cause::Version);
        let deal_differs = self.ground.facts.deal_differs(self.before, self.after, self.keys, deal);
        let payee_differs = self.ground.facts.payee_differs(self.before, self.after, self.keys, payee);
        if let NatureDifference::OnCredits { .. } = nature(self.kind(rule)).differs {
            // A line of a manager or a team says whose credit it is.
            let credited = from.unwrap_or(payee);
            let of_member = |from| self.ground.facts.payee_differs(self.before, self.after, self.keys, from);
            let payee_differs = payee_differs || from.is_some_and(of_member);
            let causes = causes.with(self.without_credit(missing, rule, (payee, credited), own_deal));
            return (causes.with_if(payee_differs && !causes.has(Cause::Credit), Cause::PayeeData), None);
        }
        if let NatureDifference::OnLines = nature(self.kind(rule)).differs {
            return (causes.with(Cause::Reversal), None);
        }
        if self.taken(missing, own_deal) {
            return (causes.with(Cause::Reversal), None);
        }
        let scope = self.scopes(missing).of(self.keys.rules.own(missing, rule), own_deal);
        let causes = causes.with_if(deal_differs, Cause::DealData);
        match scope {
            None => (causes.with(Cause::Scope), None),
            Some(Some(reason)) => (causes.with(Cause::Uncredited), Some(reason)),
            Some(None) => {
                let causes = causes.with(Cause::Engagements);
                (causes.with_if(payee_differs, Cause::PayeeData), None)
            }
        }
    }

    /// Whether clawback rules keep the other rules of a side from a deal.
    fn taken(&self, which: SideName, deal: DealIx) -> bool {
        self.side(which).settlement.clawbacks.takes(deal)
    }

    /// Whether the sides count a deal with another part of its amount.
    fn reversed_otherwise(&self, deal: CommonDeal) -> bool {
        let left = |which| {
            let own = self.keys.deals.own(which, deal)?;
            let side = self.side(which);
            let counted = side.settlement.clawbacks.counted_e6(own)?;
            Some((counted, side.tables.deals.amount_e6[own]))
        };
        left(SideName::Before) != left(SideName::After)
    }

    /// Why a rule that pays on credits has no line on a side for a payee, on the credit of one (`credited`) on a deal.
    fn without_credit(
        &mut self,
        missing: SideName,
        rule: CommonRule,
        (payee, credited): (CommonPayee, CommonPayee),
        deal: DealIx,
    ) -> Cause {
        let (side, period) = (self.side(missing), self.periods[missing as usize]);
        let own = self.keys.rules.own(missing, rule);
        let credited = self.keys.payees.own(missing, credited);
        let (Some(own), Some(credited)) = (own, credited) else { return Cause::Credit };
        let of_rule = &side.rules[own];
        let names = of_rule.versions.first().and_then(|version| version.body.credits()).unwrap_or_default();
        let credits = side.rules.iter().filter(|(_, other)| names.contains(&other.id));
        if !credits.into_iter().any(|(index, _)| period.has_line(credited, index, deal)) {
            return Cause::Credit;
        }
        let payee = self.keys.payees.own(missing, payee);
        if payee.is_some_and(|payee| period.lacks_quota(side.tables, (payee, own, deal))) {
            return Cause::Quota;
        }
        let day = side.tables.deals.close_date[deal];
        let in_force = of_rule.in_force(day);
        let versions = match missing {
            SideName::Before => (in_force, self.in_force_at(SideName::After, rule, day)),
            SideName::After => (self.in_force_at(SideName::Before, rule, day), in_force),
        };
        if in_force.is_none() || self.by_rule(rule, versions, Cause::Scope) {
            Cause::Scope
        } else {
            Cause::Earners
        }
    }

    /// The version of a rule that is in force on a side on a day.
    pub fn in_force_at(&self, which: SideName, rule: CommonRule, day: i32) -> Option<VersionIx> {
        let own = self.keys.rules.own(which, rule)?;
        self.side(which).rules[own].in_force(day)
    }

    /// A line that differs without any of the other causes was rounded, or kept, by other settings of the book; where
    /// those are the same, others' parts of the deal are not.
    fn or_settings(&self, causes: Causes) -> Causes {
        if !causes.is_empty() {
            return causes;
        }
        causes.with(if self.ground.settings { Cause::Settings } else { Cause::Shares })
    }

    /// What `rule` is on either side; on the side of before where it is of two kinds.
    fn kind(&self, rule: CommonRule) -> Kind {
        let subject = |which| {
            let own = self.keys.rules.own(which, rule)?;
            Some(self.side(which).rules[own].kind)
        };
        subject(SideName::Before).or_else(|| subject(SideName::After)).unwrap_or(Kind::SharedCredit)
    }

    /// Whether the basis of a line is the payee's part of the deal's.
    fn pays_parts(&self, rule: CommonRule, versions: Versions) -> bool {
        self.either(rule, versions, |kind| kind.pays_parts())
    }

    /// Whether the days on which payees are there decide what quotas count.
    fn prorates(&self, rule: CommonRule, versions: Versions) -> bool {
        self.either(rule, versions, |kind| kind.of_quota().is_some_and(|quota| quota.prorates))
    }

    /// Whether data of deals other than their credit decide what the rule pays on credit.
    fn measures_deals(&self, rule: CommonRule, versions: Versions) -> bool {
        self.either(rule, versions, |kind| kind.measures_deals())
    }

    /// Whether something holds of the version of either side.
    fn either(&self, rule: CommonRule, versions: Versions, holds: impl Fn(&dyn Behaviour) -> bool) -> bool {
        let of_side = |side, version| {
            self.version(side, rule, version).is_some_and(|version| holds(kinds::of(&version.body)))
        };
        of_side(SideName::Before, versions.0) || of_side(SideName::After, versions.1)
    }

    fn scopes(&self, which: SideName) -> &'a Scopes {
        &self.ground.scopes.get_or_init(|| [Scopes::of_side(self.before), Scopes::of_side(self.after)])
            [which as usize]
    }
}

/// What caps kept of a line.
fn kept(line: &Line) -> i128 {
    line.uncapped.wide() - line.amount.wide()
}
