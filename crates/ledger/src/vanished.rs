//! What the ledger rests on and the data no longer give, and what was decided about it.

use std::collections::{BTreeMap, BTreeSet};

use crate::key::{Key, Map, Name, Names};
use crate::posted::Posted;
use crate::reversals::Reversals;
use crate::scope::{DealState, Ground};
use apportion_base::money::Minor;
use apportion_book::Period;
use apportion_contract::AcceptanceAction;
use apportion_data::Tables;
use apportion_engine::credit::{Reason, Uncredited};
use apportion_engine::plan::QuotaTerms;
use apportion_rules::{Body, Tiers};

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
    deals: Map<Name, AcceptanceAction>,
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
        // In no order: what is made of them are sums.
        let amounts = posted.keys.iter().filter(|(_, state)| !state.earned.is_zero());
        let amounts: Vec<(Key, Minor)> = amounts.map(|(key, state)| (*key, state.earned)).collect();
        found.find_deals(ground, (posted, &amounts, incomplete), names);
        found.find_reversals(ground, reversals);
        found.find_payees(ground, &amounts, names);
        found.find_quotas(ground, &amounts, names);
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
        if gone.is_some_and(|original| self.deals.get(&original) == Some(&AcceptanceAction::TakeBack)) {
            return Some(Decision::TakeBack);
        }
        if let Some(action) = self.deals.get(&key.deal) {
            return Some(match action {
                AcceptanceAction::Keep => Decision::Keep,
                AcceptanceAction::TakeBack | AcceptanceAction::Post => Decision::TakeBack,
            });
        }
        if gone.is_some() {
            return Some(Decision::Keep);
        }
        let of_quota = || {
            let DealState::Settled(day) = ground.state(key.deal) else { return None };
            self.quotas.get(&(key.payee, key.rule, quota_period(ground, key, day)?.0))
        };
        self.payees.get(&key.payee).or_else(of_quota).map(|action| match action {
            AcceptanceAction::Keep => Decision::Keep,
            AcceptanceAction::TakeBack | AcceptanceAction::Post => Decision::AsSettled,
        })
    }

    fn find_deals(
        &mut self,
        ground: &Ground<'_>,
        (posted, amounts, incomplete): (&Posted, &[(Key, Minor)], &IncompleteDeals),
        names: &Names,
    ) {
        let mut deals: BTreeMap<&str, (Name, VanishedKind, i128)> = BTreeMap::new();
        for (key, amount) in amounts {
            if !posted.deals.get(key.deal).is_some_and(|last| ground.days.holds(last.close_date)) {
                continue;
            }
            let kind = match ground.state(key.deal) {
                DealState::Absent => VanishedKind::Deal,
                DealState::Settled(_) if rests_on_incomplete(ground, incomplete, key, names) => {
                    VanishedKind::IncompleteDeal
                }
                DealState::Settled(_) | DealState::Later | DealState::Before(_) => continue,
            };
            let of_deal = deals.entry(names.text(key.deal)).or_insert((key.deal, kind, 0));
            of_deal.2 += amount.wide();
        }
        for (id, (deal, kind, amount)) in deals {
            let accepted = accepted(ground, id);
            if let Some(action) = accepted {
                self.deals.insert(deal, action);
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

    /// Whether it was decided that a reversal of the deal counts no more.
    pub fn gives_back(&self, ground: &Ground<'_>, deal: Name) -> bool {
        ground.deal(deal).is_some_and(|deal| self.given_back.contains(&deal.raw()))
    }

    fn find_payees(&mut self, ground: &Ground<'_>, amounts: &[(Key, Minor)], names: &Names) {
        let mut payees: BTreeMap<&str, (Name, i128)> = BTreeMap::new();
        for (key, amount) in amounts {
            let is_settled = matches!(ground.state(key.deal), DealState::Settled(_));
            if is_settled && ground.payee(key.payee).is_none() {
                payees.entry(names.text(key.payee)).or_insert((key.payee, 0)).1 += amount.wide();
            }
        }
        for (id, (payee, amount)) in payees {
            let accepted = accepted(ground, id);
            if let Some(action) = accepted {
                self.payees.insert(payee, action);
            }
            self.all.push(Vanished { kind: VanishedKind::Payee, id: id.to_owned(), amount, accepted });
        }
    }

    fn find_quotas(&mut self, ground: &Ground<'_>, amounts: &[(Key, Minor)], names: &Names) {
        let mut quotas: BTreeMap<String, (Vec<QuotaSubject>, i128)> = BTreeMap::new();
        for (key, amount) in amounts {
            let (DealState::Settled(day), Some(payee)) = (ground.state(key.deal), ground.payee(key.payee))
            else {
                continue;
            };
            let Some((period, measure)) = quota_period(ground, key, day) else { continue };
            let terms = QuotaTerms {
                quotas: &ground.tables.quotas,
                calendar: ground.days.calendar,
                measure: measure.as_deref(),
                presence: None,
            };
            if !matches!(terms.of(payee, period), Ok(None)) {
                continue;
            }
            let own = names.text(key.payee);
            let id = match &measure {
                None => format!("{own}|{period}"),
                Some(measure) => format!("{own}|{period}|{measure}"),
            };
            let of_quota = quotas.entry(id).or_default();
            of_quota.0.push((key.payee, key.rule, period));
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
    let Some(deal) = ground.deal(key.deal) else { return false };
    let is_incomplete =
        |id: &str| ground.rules.find(id).is_some_and(|rule| incomplete.contains(&(rule.at(), deal.raw())));
    if incomplete.is_empty() {
        return false;
    }
    let own = names.text(key.rule);
    let versions = ground.rules.find(own).map(|rule| &ground.rules[rule].versions);
    let credits = versions.into_iter().flatten().filter_map(|version| version.body.credits()).flatten();
    is_incomplete(own) || credits.into_iter().any(|id| is_incomplete(id))
}

/// The period and the measure of the quota under which a key of a commission stands, where its tiers are in percent of one.
fn quota_period(ground: &Ground<'_>, key: &Key, day: i32) -> Option<(Period, Option<String>)> {
    let rule = ground.rule(key.rule)?;
    let version = &ground.rules[rule].versions[ground.rules[rule].in_force(day)?];
    let Body::Commission(commission) = &version.body else { return None };
    let Tiers::OfQuota(_) = commission.tiers else { return None };
    Some((ground.days.calendar.period_of(day, commission.every), commission.quota_measure.clone()))
}
