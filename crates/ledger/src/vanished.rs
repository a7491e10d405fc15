//! What the ledger rests on and the data no longer give, and what was decided about it.

use std::collections::{BTreeMap, BTreeSet};

use crate::key::{Key, Map, Name, Names};
use crate::posted::{LastOfDeal, Posted, PostedKey};
use crate::reversals::Reversals;
use crate::scope::{DealState, Ground};
use apportion_base::money::Minor;
use apportion_book::Period;
use apportion_contract::AcceptanceAction;
use apportion_data::Tables;
use apportion_engine::credit::{Reason, Uncredited};
use apportion_engine::plan::QuotaTerms;
use apportion_rules::{Body, Kind, Tiers};
use rayon::prelude::*;

/// So many posted keys are looked at by one thread.
const AT_ONCE: usize = 1 << 14;

/// What a thing is that has vanished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VanishedKind {
    /// A deal that is not in the data.
    Deal,
    /// A deal that is incomplete for a rule under which it has posted amounts, or whose credit they follow.
    IncompleteDeal,
    /// A recomputed reversal.
    Reversal,
    /// A payee.
    Payee,
    /// A quota.
    Quota,
    /// An adjustment.
    Adjustment,
}

impl VanishedKind {
    /// What it is called.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Deal => "deal",
            Self::IncompleteDeal => "incomplete-deal",
            Self::Reversal => "reversal",
            Self::Payee => "payee",
            Self::Quota => "quota",
            Self::Adjustment => "adjustment",
        }
    }
}

/// Something that has vanished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vanished {
    /// What it is.
    pub kind: VanishedKind,
    /// By which it is accepted.
    pub id: String,
    /// What is posted that rests on it; of a reversal its size.
    pub amount: i128,
    /// What was decided; none stops the close.
    pub accepted: Option<AcceptanceAction>,
}

/// What becomes of the amounts of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// They keep what was posted.
    Keep,
    /// They are taken back.
    TakeBack,
    /// They are what is settled now, without what has vanished.
    AsSettled,
}

/// The payee, the rule and the period of a quota.
type QuotaSubject = (Name, Name, Period);

/// What has vanished, and the decisions about keys.
#[derive(Debug, Default)]
pub struct VanishedThings {
    /// By kind and id.
    pub all: Vec<Vanished>,
    /// By id, and whether it is that of a milestone.
    deals: Map<(Name, bool), AcceptanceAction>,
    /// Deals of which a reversal counts no more.
    given_back: BTreeSet<u32>,
    payees: Map<Name, AcceptanceAction>,
    quotas: Map<QuotaSubject, AcceptanceAction>,
}

impl VanishedThings {
    /// Looks for what has vanished. `incomplete` are rules and deals that they do not pay, because a row that names the deal was
    /// rejected.
    pub fn find(
        ground: &Ground<'_>,
        posted: &Posted,
        (incomplete, reversals): (&IncompleteDeals, &Reversals),
        names: &Names,
    ) -> Self {
        let mut found = Self::default();
        let missing = Missing::of(ground, (posted, incomplete), names);
        found.add_deals(ground, missing.deals, names);
        found.find_reversals(ground, reversals);
        found.add_payees(ground, missing.payees, names);
        found.add_quotas(ground, missing.quotas, names);
        found.find_adjustments(ground, posted, names);
        found.all.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
        found
    }

    /// Whether something of it was not decided.
    pub fn stops(&self) -> bool {
        self.all.iter().any(|vanished| vanished.accepted.is_none())
    }

    /// What was decided about a key: by its deal, else by its payee, else by its quota. A clawback of a deal that is gone is taken
    /// back with it, and else keeps what was posted.
    pub fn decision(&self, ground: &Ground<'_>, key: &Key) -> Option<Decision> {
        let gone = key.of_deal.filter(|original| ground.deal(*original).is_none());
        if gone
            .is_some_and(|original| self.deals.get(&(original, false)) == Some(&AcceptanceAction::TakeBack))
        {
            return Some(Decision::TakeBack);
        }
        if let Some(action) = self.deals.get(&(key.deal, ground.is_of_milestone(key))) {
            return Some(match action {
                AcceptanceAction::Keep => Decision::Keep,
                AcceptanceAction::TakeBack | AcceptanceAction::Post => Decision::TakeBack,
            });
        }
        if gone.is_some() {
            return Some(Decision::Keep);
        }
        let of_quota = || {
            let DealState::Settled(day) = ground.state(key) else { return None };
            self.quotas.get(&(key.payee, key.rule, quota_period(ground, key, day)?.0))
        };
        self.payees.get(&key.payee).or_else(of_quota).map(|action| match action {
            AcceptanceAction::Keep => Decision::Keep,
            AcceptanceAction::TakeBack | AcceptanceAction::Post => Decision::AsSettled,
        })
    }

    fn add_deals(&mut self, ground: &Ground<'_>, keys: Vec<MissingDeal>, names: &Names) {
        let mut deals: BTreeMap<(&str, bool), (Name, VanishedKind, i128)> = BTreeMap::new();
        for MissingDeal { id, milestone, kind, amount } in keys {
            deals.entry((names.text(id), milestone)).or_insert((id, kind, 0)).2 += amount.wide();
        }
        for ((id, milestone), (deal, kind, amount)) in deals {
            let accepted = accepted(ground, id);
            if let Some(action) = accepted {
                self.deals.insert((deal, milestone), action);
            }
            self.all.push(Vanished { kind, id: id.to_owned(), amount, accepted });
        }
    }

    fn find_reversals(&mut self, ground: &Ground<'_>, reversals: &Reversals) {
        let (digits, rounding) = (ground.book.currency.digits(), ground.book.rounding);
        for gone in &reversals.gone {
            let size = rounding.rescale(gone.row.size_e6, 6, digits).unwrap_or_default();
            if gone.accepted == Some(AcceptanceAction::TakeBack) {
                self.given_back.insert(gone.original.raw());
            }
            let id = gone.row.deal_id.clone();
            self.all.push(Vanished {
                kind: VanishedKind::Reversal,
                id,
                amount: size,
                accepted: gone.accepted,
            });
        }
    }

    /// Whether it was decided that a reversal of the deal of a key counts no more.
    pub fn gives_back(&self, ground: &Ground<'_>, key: &Key) -> bool {
        ground.deal_of(key).is_some_and(|deal| self.given_back.contains(&deal.raw()))
    }

    fn add_payees(&mut self, ground: &Ground<'_>, keys: Vec<(Name, Minor)>, names: &Names) {
        let mut payees: BTreeMap<&str, (Name, i128)> = BTreeMap::new();
        for (payee, amount) in keys {
            payees.entry(names.text(payee)).or_insert((payee, 0)).1 += amount.wide();
        }
        for (id, (payee, amount)) in payees {
            let accepted = accepted(ground, id);
            if let Some(action) = accepted {
                self.payees.insert(payee, action);
            }
            self.all.push(Vanished { kind: VanishedKind::Payee, id: id.to_owned(), amount, accepted });
        }
    }

    fn add_quotas(&mut self, ground: &Ground<'_>, keys: Vec<MissingQuota<'_>>, names: &Names) {
        let mut quotas: BTreeMap<String, (Vec<QuotaSubject>, i128)> = BTreeMap::new();
        for MissingQuota { subject, measure, amount } in keys {
            let (payee, _, period) = subject;
            let own = names.text(payee);
            let id = match measure {
                None => format!("{own}|{period}"),
                Some(measure) => format!("{own}|{period}|{measure}"),
            };
            let of_quota = quotas.entry(id).or_default();
            of_quota.0.push(subject);
            of_quota.1 += amount.wide();
        }
        for (id, (subjects, amount)) in quotas {
            let accepted = accepted(ground, &id);
            if let Some(action) = accepted {
                self.quotas.extend(subjects.into_iter().map(|subject| (subject, action)));
            }
            self.all.push(Vanished { kind: VanishedKind::Quota, id, amount, accepted });
        }
    }

    fn find_adjustments(&mut self, ground: &Ground<'_>, posted: &Posted, names: &Names) {
        let first_of_horizon = ground.days.month_of(ground.days.horizon);
        let mut amounts: BTreeMap<&str, (i128, bool)> = BTreeMap::new();
        for (key, state) in crate::adjustments::sorted(posted, names) {
            let id = names.text(key.adjustment);
            if crate::adjustments::row_of(ground, id).is_some() {
                continue;
            }
            let of_id = amounts.entry(id).or_default();
            of_id.0 += state.amount.wide();
            of_id.1 |= !state.amount.is_zero() && state.closed_in >= first_of_horizon;
        }
        for (id, (amount, stops)) in amounts {
            if stops {
                let accepted = accepted(ground, id);
                self.all.push(Vanished {
                    kind: VanishedKind::Adjustment,
                    id: id.to_owned(),
                    amount,
                    accepted,
                });
            }
        }
    }
}

/// A posted key of a commission without its quota.
struct MissingQuota<'a> {
    subject: QuotaSubject,
    measure: Option<&'a str>,
    amount: Minor,
}

/// What a posted key says of its deal or milestone, which is not there or incomplete.
struct MissingDeal {
    id: Name,
    milestone: bool,
    kind: VanishedKind,
    amount: Minor,
}

/// Of posted keys with an amount: what they rest on and the data do not have. In no particular order.
#[derive(Default)]
struct Missing<'a> {
    deals: Vec<MissingDeal>,
    payees: Vec<(Name, Minor)>,
    quotas: Vec<MissingQuota<'a>>,
}

impl<'a> Missing<'a> {
    fn of(ground: &'a Ground<'_>, (posted, incomplete): (&Posted, &IncompleteDeals), names: &Names) -> Self {
        let part = |keys: &[PostedKey]| {
            let mut missing = Self::default();
            let mut quotas = KnownQuotas { ground, last: None };
            for key in keys.iter().filter(|key| !key.earned.is_zero()) {
                missing.look(ground, key, posted.last(&key.key), (incomplete, names));
                missing.quotas.extend(quotas.missing(key));
            }
            missing
        };
        let join = |mut one: Self, other: Self| {
            one.deals.extend(other.deals);
            one.payees.extend(other.payees);
            one.quotas.extend(other.quotas);
            one
        };
        posted.keys().par_chunks(AT_ONCE).map(part).reduce(Self::default, join)
    }

    fn look(
        &mut self,
        ground: &Ground<'_>,
        PostedKey { key, earned, .. }: &PostedKey,
        last: Option<LastOfDeal>,
        (incomplete, names): (&IncompleteDeals, &Names),
    ) {
        let state = ground.state(key);
        let is_drawn_in = || ground.deal_of(key).is_some_and(|deal| ground.drawn_in.has(deal));
        if last.is_some_and(|last| ground.days.holds(last.close_date)) || is_drawn_in() {
            let kind = match state {
                DealState::Absent => Some(VanishedKind::Deal),
                DealState::Settled(_) => rests_on_incomplete(ground, incomplete, key, names)
                    .then_some(VanishedKind::IncompleteDeal),
                DealState::Later | DealState::Before(_) => None,
            };
            let milestone = ground.is_of_milestone(key);
            let missing = kind.map(|kind| MissingDeal { id: key.deal, milestone, kind, amount: *earned });
            self.deals.extend(missing);
        }
        if matches!(state, DealState::Settled(_)) && ground.payee(key.payee).is_none() {
            self.payees.push((key.payee, *earned));
        }
    }
}

/// Whether quotas are there. Keys of a payee and a rule are side by side, and ask for few periods.
struct KnownQuotas<'a> {
    ground: &'a Ground<'a>,
    /// The quota that was asked for last, its measure, and whether it is missing.
    last: Option<(QuotaSubject, Option<&'a str>, bool)>,
}

impl<'a> KnownQuotas<'a> {
    /// The key, where it is of a commission whose quota is not there.
    fn missing(&mut self, posted: &PostedKey) -> Option<MissingQuota<'a>> {
        let (ground, key) = (self.ground, &posted.key);
        let rule = ground.rule(key.rule)?;
        if ground.rules[rule].kind != Kind::Commission {
            return None;
        }
        let DealState::Settled(day) = ground.state(key) else { return None };
        let payee = ground.payee(key.payee)?;
        let (period, measure) = quota_period(ground, key, day)?;
        let subject = (key.payee, key.rule, period);
        let is_missing = match self.last {
            Some((last, of_measure, is_missing)) if (last, of_measure) == (subject, measure) => is_missing,
            _ => {
                let quotas = &ground.tables.quotas;
                let terms = QuotaTerms { quotas, calendar: ground.days.calendar, measure, presence: None };
                matches!(terms.of(payee, period), Ok(None))
            }
        };
        self.last = Some((subject, measure, is_missing));
        is_missing.then_some(MissingQuota { subject, measure, amount: posted.earned })
    }
}

/// What somebody decided about an id, where that is a decision about what has vanished.
pub fn accepted(ground: &Ground<'_>, id: &str) -> Option<AcceptanceAction> {
    accepted_in(ground.tables, id)
}

/// The same of tables.
pub fn accepted_in(tables: &Tables, id: &str) -> Option<AcceptanceAction> {
    let acceptances = &tables.acceptances;
    let place = acceptances.binary_search_by(|acceptance| acceptance.id.as_str().cmp(id)).ok()?;
    Some(acceptances[place].action).filter(|action| *action != AcceptanceAction::Post)
}

/// Rules and deals that they do not pay, because a row that names the deal was rejected.
pub type IncompleteDeals = BTreeSet<(usize, u32)>;

/// The incomplete deals among those that are not paid.
pub fn incomplete<'u>(uncredited: impl Iterator<Item = &'u Uncredited>) -> IncompleteDeals {
    uncredited
        .filter(|row| row.reason == Reason::Incomplete)
        .filter_map(|row| Some((row.rule?.at(), row.deal.raw())))
        .collect()
}

/// Whether a key's deal is incomplete for its rule, or for one whose credit it follows.
fn rests_on_incomplete(ground: &Ground<'_>, incomplete: &IncompleteDeals, key: &Key, names: &Names) -> bool {
    if incomplete.is_empty() {
        return false;
    }
    let Some(deal) = ground.deal_of(key) else { return false };
    let is_incomplete =
        |id: &str| ground.rules.find(id).is_some_and(|rule| incomplete.contains(&(rule.at(), deal.raw())));
    let own = names.text(key.rule);
    let versions = ground.rules.find(own).map(|rule| &ground.rules[rule].versions);
    let credits = versions.into_iter().flatten().filter_map(|version| version.body.credits()).flatten();
    is_incomplete(own) || credits.into_iter().any(|id| is_incomplete(id))
}

/// The period and the measure of the quota under which a key of a commission stands, where its tiers are in percent of one.
fn quota_period<'a>(ground: &'a Ground<'_>, key: &Key, day: i32) -> Option<(Period, Option<&'a str>)> {
    let rule = ground.rule(key.rule)?;
    let version = &ground.rules[rule].versions[ground.rules[rule].in_force(day)?];
    let Body::Commission(commission) = &version.body else { return None };
    let Tiers::OfQuota(_) = commission.tiers else { return None };
    Some((ground.days.calendar.period_of(day, commission.every), commission.quota_measure.as_deref()))
}
