//! Which changed policies of the channel are behind the lines of a deal: those whose doing on the deal is another one.

use std::sync::OnceLock;

use apportion_data::{DealIx, DecidedConflict, DecidedOutcome, RegisteredDeal, Tables};
use apportion_rules::{Gate, PolicyKind, PolicyTerms, RuleBook};

use super::facts::cell;
use super::keys::{CommonDeal, Keys};
use super::policies::PolicyChange;
use super::{Side, SideName};

/// Some of the policies that changed: their places in [`super::Difference::policies`], of which the first 64 can be told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Behind(u64);

impl Behind {
    /// The same and one more.
    fn with(self, place: usize) -> Self {
        Self(self.0 | 1_u64.checked_shl(u32::try_from(place).unwrap_or(u32::MAX)).unwrap_or(0))
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Their places, ascending.
    pub fn places(self) -> impl Iterator<Item = usize> {
        (0..64_usize).filter(move |place| self.0 & (1 << place) != 0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// What policies make of deals, by kind.
const MADE: [(PolicyKind, &[&str]); 3] = [
    (PolicyKind::ChannelModel, &["segment", "lead", "priority", "crossed"]),
    (PolicyKind::Registration, &["claim_id", "registered_by", "registration_state"]),
    (
        PolicyKind::Price,
        &["list_price", "discount_given", "discount_over", "below_floor", "lines_cost", "price_breach"],
    ),
];

/// Whether the policies of a rule book make this attribute of deals: then it is no data.
pub fn is_made(rules: &RuleBook, name: &str) -> bool {
    let mut by = MADE.iter().filter(|(_, names)| names.contains(&name)).map(|(kind, _)| *kind);
    by.any(|kind| rules.policies.of_kind(kind).next().is_some())
}

/// Finds the policies behind lines.
#[derive(Debug)]
pub struct PolicyFinder<'a> {
    sides: [&'a Side<'a>; 2],
    keys: &'a Keys,
    changes: &'a [PolicyChange],
    /// What is known of deals already; of none where no policy changed.
    seen: Vec<OnceLock<Behind>>,
}

impl<'a> PolicyFinder<'a> {
    /// `changes` are those between the sides, which are before and after.
    pub fn new(sides: [&'a Side<'a>; 2], keys: &'a Keys, changes: &'a [PolicyChange]) -> Self {
        let deals = if changes.is_empty() { 0 } else { keys.deals.len() };
        Self { sides, keys, changes, seen: (0..deals).map(|_| OnceLock::new()).collect() }
    }

    /// The policies behind a line of a rule on a deal that differs.
    pub fn behind(&self, rule: &str, deal: CommonDeal) -> Behind {
        let Some(of_deal) = self.seen.get(deal.at()) else { return Behind::default() };
        of_deal.get_or_init(|| self.of_deal(deal)).and(self.of_gates(rule))
    }

    /// The gates that are about a rule.
    fn of_gates(&self, rule: &str) -> Behind {
        let is_about = |change: &PolicyChange| {
            let policies = self.sides.iter().filter_map(|side| side.rules.policies.find(&change.id));
            let mut versions = policies.flat_map(|policy| &policy.versions);
            versions.any(|version| match &version.terms {
                PolicyTerms::Gate(Gate { rules, .. }) => rules.iter().any(|own| own == rule),
                _ => false,
            })
        };
        self.chosen(|change| change.kind == PolicyKind::Gate && is_about(change))
    }

    fn chosen(&self, is_chosen: impl Fn(&PolicyChange) -> bool) -> Behind {
        let places = self.changes.iter().enumerate().filter(|(_, change)| is_chosen(change));
        places.fold(Behind::default(), |behind, (place, _)| behind.with(place))
    }

    /// The policies whose doing on a deal that both sides have differs.
    fn of_deal(&self, deal: CommonDeal) -> Behind {
        let [before, after] = self.sides;
        let own = (self.keys.deals.own(SideName::Before, deal), self.keys.deals.own(SideName::After, deal));
        let (Some(was), Some(is)) = own else { return Behind::default() };
        let differs = |of: fn(&Tables, DealIx) -> Vec<String>| of(before.tables, was) != of(after.tables, is);
        let holders = differs(registered);
        let work = differs(added_work);
        let verdicts = differs(decided);
        self.chosen(|change| match change.kind {
            // What is protected, who leads and at which price decide which conflicts there are.
            PolicyKind::Registration => {
                holders || verdicts || made_differs((before, was), (after, is), change.kind)
            }
            PolicyKind::Conflict => verdicts || holders,
            PolicyKind::Coverage => work || differs(ties),
            PolicyKind::ChannelModel | PolicyKind::Price => {
                verdicts || made_differs((before, was), (after, is), change.kind)
            }
            PolicyKind::Gate
            | PolicyKind::Hold
            | PolicyKind::Draw
            | PolicyKind::Payment
            | PolicyKind::Capitalise
            | PolicyKind::Access => false,
        })
    }
}

/// Whether what policies of a kind make of a deal differs.
fn made_differs(
    (before, was): (&Side<'_>, DealIx),
    (after, is): (&Side<'_>, DealIx),
    kind: PolicyKind,
) -> bool {
    let names = MADE.iter().find(|(known, _)| *known == kind).map_or(&[][..], |(_, names)| names);
    let value = |side: &Side<'_>, deal: DealIx, name: &str| {
        side.tables.deals.frame.column(name).map(|column| cell(column, deal.at()))
    };
    names.iter().any(|name| value(before, was, name) != value(after, is, name))
}

/// Who shares the role of the registration that holds a deal.
fn registered(tables: &Tables, deal: DealIx) -> Vec<String> {
    let said = |registered: &RegisteredDeal| {
        let members = registered.members.iter();
        let members: Vec<String> = members
            .map(|member| format!("{} {}", tables.payees.id(member.payee), member.percent_e9))
            .collect();
        format!("{} {:?} {}", registered.role, registered.others, members.join(" "))
    };
    tables.effects.registered(deal).map(said).into_iter().collect()
}

/// What is decided about a deal.
fn decided(tables: &Tables, deal: DealIx) -> Vec<String> {
    let said = |decided: &DecidedConflict| {
        let outcome = match decided.outcome {
            DecidedOutcome::Split([one, other]) => format!("{one} {other}"),
            DecidedOutcome::Void => "void".to_owned(),
        };
        format!("{} {} {outcome}", decided.conflict, decided.role)
    };
    tables.effects.decided(deal).iter().map(said).collect()
}

/// Coverages under which territories tie.
fn ties(tables: &Tables, deal: DealIx) -> Vec<String> {
    tables.effects.territory_ties(deal).iter().map(|(_, coverage)| coverage.clone()).collect()
}

/// The work that policies made on a deal, sorted.
fn added_work(tables: &Tables, deal: DealIx) -> Vec<String> {
    let engagements = &tables.engagements;
    let added = engagements.of_deal(deal).filter(|row| !engagements.is_source(*row));
    let mut work: Vec<String> = added
        .map(|row| {
            let role = engagements.roles.get(engagements.role(row).at()).map_or("", String::as_str);
            format!("{} {role}", tables.payees.id(engagements.payee[row]))
        })
        .collect();
    work.sort_unstable();
    work
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_in_order() {
        let behind = Behind::default().with(3).with(0).with(63).with(64);
        assert_eq!(behind.places().collect::<Vec<_>>(), [0, 3, 63]);
        assert!(!behind.is_empty() && Behind::default().is_empty());
    }
}
