//! All deals and open opportunities that somebody sees, in one pass.

use std::collections::BTreeMap;

use apportion_channel::{Governance, Subject};
use apportion_data::{DealIx, OpenIx, OpportunityIx, PayeeIx, Tables};
use apportion_rules::AccessWord;

use super::View;
use super::seen::work_on;

/// The deals and open opportunities that somebody sees: what [`View::sees_deal`] says of each.
#[derive(Debug, Clone)]
pub struct SeenSubjects {
    deals: Vec<bool>,
    open: Vec<bool>,
}

impl SeenSubjects {
    /// `lines` are the lines that there are, as deal and payee.
    pub fn new(
        view: &View,
        tables: &Tables,
        governance: Option<&Governance>,
        lines: impl IntoIterator<Item = (DealIx, PayeeIx)>,
    ) -> Self {
        let everything = view.sees_all(AccessWord::Lines);
        let mut seen = Self {
            deals: vec![everything; tables.deals.len()],
            open: vec![everything; tables.channel.opportunities.len()],
        };
        if everything {
            return seen;
        }
        let sees = |payee: PayeeIx| view.sees(AccessWord::Lines, payee);
        for (deal, _) in lines.into_iter().filter(|(_, payee)| sees(*payee)) {
            seen.deals[deal] = true;
        }
        for deal in tables.deals.all() {
            seen.deals[deal] |= work_on(tables, deal).any(sees);
        }
        seen.add_open_work(tables, &sees);
        if let Some(governance) = governance {
            seen.add_claims(governance, &sees);
        }
        seen
    }

    /// What is open and has work of somebody who is seen.
    fn add_open_work(&mut self, tables: &Tables, sees: &impl Fn(PayeeIx) -> bool) {
        let open = &tables.channel.opportunities;
        let places: BTreeMap<OpportunityIx, OpenIx> =
            open.opportunity.iter().copied().zip(open.all()).collect();
        let engagements = &tables.engagements;
        let work =
            engagements.all().filter(|row| engagements.is_source(*row) && sees(engagements.payee[*row]));
        for row in work {
            let named = engagements.opportunity.get(row.at()).and_then(|named| named.get());
            if let Some(place) = named.and_then(|named| places.get(&named)) {
                self.open[*place] = true;
            }
        }
    }

    fn add_claims(&mut self, governance: &Governance, sees: &impl Fn(PayeeIx) -> bool) {
        let claims = governance.claims.iter().chain(&governance.open_claims);
        let claimed =
            claims.filter(|claim| claim.state.stands() && sees(claim.payee)).map(|claim| claim.subject);
        let disputed = governance.conflicts.iter();
        let disputed = disputed.filter(|conflict| conflict.claimants.iter().any(|claimant| sees(*claimant)));
        for subject in claimed.chain(disputed.filter_map(|conflict| conflict.subject)) {
            match subject {
                Subject::Deal(deal) => self.deals[deal] = true,
                Subject::Open(open) => self.open[open] = true,
            }
        }
    }

    /// Whether something is seen.
    pub fn sees(&self, subject: Subject) -> bool {
        match subject {
            Subject::Deal(deal) => self.deals[deal],
            Subject::Open(open) => self.open[open],
        }
    }
}
