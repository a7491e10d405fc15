//! Which deals, registrations and conflicts somebody sees, and what of other people's lines on deals.

use std::collections::BTreeMap;

use apportion_channel::{FoundConflict, Governance, Subject};
use apportion_data::{DealIx, PayeeIx, RegistrationIx, Tables};
use apportion_rules::AccessWord;

use super::View;

/// From so many people on, whose amounts aren't 0, the sum of what others have on a deal may be shown.
const CROWD: usize = 3;

impl View {
    /// Whether a deal is seen: a line on it, work, a claim that protects, pends or is in grace, or a conflict about it belongs to somebody
    /// whose lines the viewer may see. `lines` are those who have lines on it.
    pub fn sees_deal(
        &self,
        tables: &Tables,
        governance: Option<&Governance>,
        deal: DealIx,
        lines: impl IntoIterator<Item = PayeeIx>,
    ) -> bool {
        let sees = |payee: PayeeIx| self.sees(AccessWord::Lines, payee);
        let mut work = work_on(tables, deal);
        self.sees_all(AccessWord::Lines)
            || lines.into_iter().any(sees)
            || work.any(sees)
            || governance
                .is_some_and(|governance| claimed_by(governance, sees).any(|of| of == Subject::Deal(deal)))
    }

    /// Whether a registration is seen: its payee's or a member's registrations may be.
    pub fn sees_registration(&self, tables: &Tables, registration: RegistrationIx) -> bool {
        let all = &tables.channel.registrations;
        let members = all.members_of(registration).map(|(member, _)| member);
        let mut people = std::iter::once(all.rows[registration].payee).chain(members);
        people.any(|payee| self.sees(AccessWord::Registrations, payee))
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

/// Who worked on a deal: engagements of the source, none that a policy gave it.
pub(super) fn work_on(tables: &Tables, deal: DealIx) -> impl Iterator<Item = PayeeIx> + '_ {
    let rows = tables.engagements.of_deal(deal).filter(|row| tables.engagements.is_source(*row));
    rows.map(|row| tables.engagements.payee[row])
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

/// What a claim that protects, pends or is in grace, or a conflict, of somebody of whom this is true is about.
pub(super) fn claimed_by<'g>(
    governance: &'g Governance,
    is_it: impl Fn(PayeeIx) -> bool + Copy + 'g,
) -> impl Iterator<Item = Subject> + 'g {
    let claims = governance.claims.iter().chain(&governance.open_claims);
    let claims = claims.filter(move |claim| claim.state.is_alive() && is_it(claim.payee));
    let conflicts = governance.conflicts.iter();
    let conflicts =
        conflicts.filter(move |conflict| conflict.claimants.iter().any(|claimant| is_it(*claimant)));
    claims.map(|claim| claim.subject).chain(conflicts.filter_map(|conflict| conflict.subject))
}
