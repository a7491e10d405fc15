//! What the policies of the channel change of a settlement, deal by deal. The engine knows no more of them than this.

use std::ops::Range;
use std::sync::Arc;

use super::channel::RegistrationIx;
use super::{DealIx, EngagementIx, PayeeIx};
use apportion_base::sorted::{equal, equal_range};

/// What policies change. Without them it is empty.
#[derive(Debug, Clone, Default)]
pub struct Effects {
    /// Work that counts otherwise under a registration, ascending by deal, one each.
    pub registered: Vec<RegisteredDeal>,
    /// Decided conflicts, ascending by deal and then by conflict.
    pub decided: Vec<DecidedConflict>,
    /// Open conflicts that hold something, ascending by deal and then by conflict.
    pub held: Vec<HeldConflict>,
    /// Conflicts that hold nothing any more, decided or withdrawn, as they held while they were open; ascending by deal and then by
    /// conflict. A close settles what one of these or of the open ones can hold until it is released, however old it is.
    pub once_held: Vec<HeldConflict>,
    /// Deals for which several territories fit equally well: the coverage's id, ascending by deal.
    pub territory_ties: Vec<(DealIx, String)>,
    /// Milestones that were done, as rows of the deals that are not won: an amount for one is a line like any other, and so has a deal's
    /// place in time. Ascending by deal; empty unless a rule pays for milestones.
    pub milestones: Vec<DoneMilestone>,
    /// The day at whose end these are known, days since 1970-01-01; `None` without policies of the channel.
    pub as_of: Option<i32>,
}

/// A milestone on a day on which it counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoneMilestone {
    /// Its row of the deals: its id is that of the milestone, its close date the day.
    pub deal: DealIx,
    /// Its row of the milestones.
    pub row: usize,
    /// Whether it is the day on which it was done.
    pub own: bool,
    /// Whether it is the day by which each side of its plan, two or more, had done one as well.
    pub joint: bool,
}

/// A deal with a holder: in rules that split by `role`, work counts as follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredDeal {
    /// Which deal.
    pub deal: DealIx,
    /// The registration that holds it.
    pub registration: RegistrationIx,
    /// The role that the claim is for. Many deals share its text.
    pub role: Arc<str>,
    /// What work of others in that role counts as; `None`: it does not count.
    pub others: Option<Arc<str>>,
    /// In order of payee.
    pub members: Vec<RegisteredMember>,
}

/// A member of the registration that holds a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegisteredMember {
    /// Who.
    pub payee: PayeeIx,
    /// In billionths of a percent.
    pub percent_e9: i64,
    /// The engagement that the registration itself is, in that role: it counts where the member has none within reach.
    pub engagement: EngagementIx,
}

/// A conflict that was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedConflict {
    /// Which deal.
    pub deal: DealIx,
    /// The conflict's id.
    pub conflict: String,
    /// The id of the decision that holds.
    pub decision: String,
    /// The disputed role.
    pub role: String,
    /// In byte order of ids, by what the decision says.
    pub claimants: [PayeeIx; 2],
    /// What becomes of the two claimants' parts.
    pub outcome: DecidedOutcome,
    /// Engagements that claims of the two would give, if they held; an engagement of theirs that passes `engaged` makes them count.
    pub claims: [Vec<EngagementIx>; 2],
}

/// What becomes of the claimants' parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecidedOutcome {
    /// They are split by these percents, in billionths, in the order of the claimants.
    Split([i64; 2]),
    /// They are kept back.
    Void,
}

impl DecidedOutcome {
    /// What each claimant gets, in billionths of a percent, in their order: nothing of what is void.
    pub fn percents(self) -> [i64; 2] {
        match self {
            Self::Split(percents) => percents,
            Self::Void => [0, 0],
        }
    }
}

/// A conflict that holds lines until it is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldConflict {
    /// Which deal.
    pub deal: DealIx,
    /// The conflict's id.
    pub conflict: String,
    /// The id of the conflict rule.
    pub rule: String,
    /// The disputed role.
    pub role: String,
    /// In byte order of ids.
    pub claimants: [PayeeIx; 2],
    /// What is held.
    pub what: HeldLines,
}

/// What an open conflict holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HeldLines {
    /// The claimants' lines in the role, and what is paid on their credit of it.
    Share,
    /// All lines of theirs, and overrides and a team's lines from them.
    Claimants,
    /// All lines of the deal.
    Deal,
}

impl Effects {
    /// Whether nothing is changed.
    pub fn is_empty(&self) -> bool {
        self.registered.is_empty() && self.decided.is_empty() && self.held.is_empty()
    }

    /// The milestone that a row of the deals stands for; `None` of a deal.
    pub fn milestone(&self, deal: DealIx) -> Option<DoneMilestone> {
        let place = self.milestones.binary_search_by_key(&deal, |milestone| milestone.deal).ok()?;
        self.milestones.get(place).copied()
    }

    /// The row of the deals before milestones were among them.
    pub fn before_milestones(&self, deal: DealIx) -> Option<DealIx> {
        let before = self.milestones.partition_point(|milestone| milestone.deal < deal);
        let is_deal = self.milestones.get(before).is_none_or(|milestone| milestone.deal != deal);
        is_deal.then(|| DealIx::new(deal.at() - before)).flatten()
    }

    /// The registration that holds a deal.
    pub fn registered(&self, deal: DealIx) -> Option<&RegisteredDeal> {
        let place = self.registered.binary_search_by_key(&deal, |registered| registered.deal).ok()?;
        self.registered.get(place)
    }

    /// The decided conflicts of a deal, in order.
    pub fn decided(&self, deal: DealIx) -> &[DecidedConflict] {
        equal(&self.decided, |decided| decided.deal.cmp(&deal))
    }

    /// The places among [`Effects::held`] of the open conflicts of a deal.
    pub fn held_on(&self, deal: DealIx) -> Range<usize> {
        equal_range(&self.held, |held| held.deal.cmp(&deal))
    }

    /// The conflicts of a deal that hold something or did: the open ones, and those that are decided or withdrawn.
    pub fn can_hold_on(&self, deal: DealIx) -> impl Iterator<Item = &HeldConflict> {
        on_deal(&self.held, deal).iter().chain(on_deal(&self.once_held, deal))
    }

    /// By deal, of so many: whether an open conflict holds something of it. Whoever asks about many lines asks this first.
    pub fn disputed(&self, deals: usize) -> Vec<bool> {
        let mut disputed = vec![false; deals];
        self.held.iter().for_each(|held| disputed[held.deal] = true);
        disputed
    }

    /// The coverages under which several territories fit a deal equally well.
    pub fn territory_ties(&self, deal: DealIx) -> &[(DealIx, String)] {
        equal(&self.territory_ties, |(tied, _)| tied.cmp(&deal))
    }
}

fn on_deal(conflicts: &[HeldConflict], deal: DealIx) -> &[HeldConflict] {
    equal(conflicts, |held| held.deal.cmp(&deal))
}
