//! Which deals somebody sees, and what of other people's lines on them.

use std::collections::BTreeMap;

use apportion_channel::{ClaimState, FoundConflict, Governance, Subject};
use apportion_data::{DealIx, OpenIx, OpportunityIx, PayeeIx, RegistrationIx, Tables};
use apportion_rules::AccessWord;

use super::View;

/// From so many people on, whose amounts aren't 0, the sum of what others have on a deal may be shown.
const CROWD: usize = 3;

/// The deals and open opportunities that somebody sees.
#[derive(Debug, Clone)]
pub struct SeenDeals {
    deals: Vec<bool>,
    open: Vec<bool>,
}

impl SeenDeals {
    /// Those on which a line, work, a claim that protects, pends or is in grace, or a claimant of a conflict belongs to somebody whose
    /// lines the viewer may see. `lines` are the lines that there are, as deal and payee.
    pub fn new(
        view: &View,
        tables: &Tables,
        governance: Option<&Governance>,
        lines: impl IntoIterator<Item = (DealIx, PayeeIx)>,
    ) -> Self {
        let everything = view.sees_all(AccessWord::Lines);
        let mut seen = Self {
            deals: vec![everything; tables.deals.len()],
            open: vec![everything; tables.channel.opportunities.opportunity.len()],
        };
        if everything {
            return seen;
        }
        let sees = |payee: PayeeIx| view.sees(AccessWord::Lines, payee);
        for (deal, _) in lines.into_iter().filter(|(_, payee)| sees(*payee)) {
            seen.deals[deal] = true;
        }
        for deal in tables.deals.all() {
            let mut work = tables.engagements.of_deal(deal);
            seen.deals[deal] |= work.any(|row| sees(tables.engagements.payee[row]));
        }
        for open in opportunities_with_work(tables, &sees) {
            seen.open[open] = true;
        }
        if let Some(governance) = governance {
            seen.add_claims(governance, &sees);
        }
        seen
    }

    fn add_claims(&mut self, governance: &Governance, sees: &impl Fn(PayeeIx) -> bool) {
        let counts = |state: ClaimState| {
            matches!(state, ClaimState::Protected | ClaimState::Grace | ClaimState::Pending)
        };
        let claims = governance.claims.iter().chain(&governance.open_claims);
        for claim in claims.filter(|claim| counts(claim.state) && sees(claim.payee)) {
            self.add(claim.subject);
        }
        for conflict in &governance.conflicts {
            if let Some(subject) = conflict.subject
                && conflict.claimants.iter().any(|claimant| sees(*claimant))
            {
                self.add(subject);
            }
        }
    }

    fn add(&mut self, subject: Subject) {
        match subject {
            Subject::Deal(deal) => self.deals[deal] = true,
            Subject::Open(open) => self.open[open] = true,
        }
    }

    /// Whether a deal is seen.
    pub fn deal(&self, deal: DealIx) -> bool {
        self.deals[deal]
    }

    /// Whether an open opportunity is seen.
    pub fn open(&self, open: OpenIx) -> bool {
        self.open[open]
    }
}

/// What is open and has work of somebody who is seen.
fn opportunities_with_work(tables: &Tables, sees: &impl Fn(PayeeIx) -> bool) -> Vec<OpenIx> {
    let named = tables
        .channel
        .opportunities
        .opportunity
        .iter()
        .zip(OpenIx::all(tables.channel.opportunities.opportunity.len()));
    let open_of: BTreeMap<OpportunityIx, OpenIx> =
        named.map(|(opportunity, open)| (*opportunity, open)).collect();
    let engagements = &tables.engagements;
    let rows = engagements.opportunity.iter().zip(&engagements.payee);
    let seen = rows.filter(|(_, payee)| sees(**payee));
    seen.filter_map(|(opportunity, _)| open_of.get(&opportunity.get()?).copied()).collect()
}

impl View {
    /// Whether a registration is seen: its payee's or a member's registrations may be.
    pub fn sees_registration(&self, tables: &Tables, registration: RegistrationIx) -> bool {
        let all = &tables.channel.registrations;
        let members = all.members.iter().filter(|member| member.registration == registration);
        let own = all.rows[registration].payee;
        std::iter::once(own)
            .chain(members.map(|member| member.payee))
            .any(|payee| self.sees(AccessWord::Registrations, payee))
    }

    /// Whether a conflict is seen: a claimant's conflicts may be.
    pub fn sees_conflict(&self, conflict: &FoundConflict) -> bool {
        conflict.claimants.iter().any(|claimant| self.sees(AccessWord::Conflicts, *claimant))
    }

    /// What may be shown of lines on a deal: `lines` are all of them, as payee and amount in minor units, 0 of one that pays nothing.
    pub fn lines_on_deal(&self, lines: impl IntoIterator<Item = (PayeeIx, i128)>) -> LinesOnDeal {
        let mut others: BTreeMap<PayeeIx, i128> = BTreeMap::new();
        let everybody = self.sees_all(AccessWord::Lines);
        let hidden = |payee: PayeeIx| !everybody && !self.sees(AccessWord::Lines, payee);
        for (payee, amount) in lines.into_iter().filter(|(payee, _)| hidden(*payee)) {
            let sum = others.entry(payee).or_default();
            *sum = sum.saturating_add(amount);
        }
        let with_amounts = others.values().filter(|amount| **amount != 0).count();
        let sum = others.values().try_fold(0_i128, |sum, amount| sum.checked_add(*amount));
        LinesOnDeal { of_others: !others.is_empty(), sum: sum.filter(|_| with_amounts >= CROWD) }
    }
}

/// What somebody sees of the lines on a deal that are other people's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinesOnDeal {
    /// Whether there are some.
    pub of_others: bool,
    /// What they come to, in minor units: only where three people or more have amounts.
    pub sum: Option<i128>,
}

impl LinesOnDeal {
    /// Whether pool, credit total and units total may be shown beside lines that are seen: what others have would follow from them.
    pub fn shows_totals(self) -> bool {
        !self.of_others || self.sum.is_some()
    }
}
