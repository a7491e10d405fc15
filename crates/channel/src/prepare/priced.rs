//! Prices on their way: what deals and opportunities are sold at, and what their columns say of it.

use apportion_base::diagnostic::Diagnostic;
use apportion_base::money::Overflow;
use apportion_data::DealIx;

use super::{Stages, faults};
use crate::fault::PolicyFault;
use crate::governance::{ClaimState, PriceAudit};
use crate::price::{self, Offered, PriceGround, columns};
use crate::registration::Registered;
use crate::scope::Judged;
use crate::subject::Subject;

impl Stages<'_> {
    /// What everything is sold at, by the holders that are known so far.
    pub(super) fn price(&mut self, registered: Option<&Registered<'_>>) -> Result<(), Vec<Diagnostic>> {
        if self.policies.prices.is_empty() {
            return Ok(());
        }
        let held_day = |deal: DealIx| {
            let holder = registered?.holder(Subject::Deal(deal))?;
            let rows = &self.tables.channel.registrations.rows;
            (holder.state == ClaimState::Protected).then(|| rows[holder.registration].submitted_at.day)
        };
        let audits = self.say(|stages| stages.audits(&held_day))?;
        let open_from = audits.partition_point(|audit| matches!(audit.subject, Subject::Deal(_)));
        let (of_deals, of_open) = audits.split_at(open_from);
        let digits = self.ground.book.currency.digits();
        let rows = (self.tables.deals.len(), self.tables.channel.opportunities.len());
        let too_large = |(subject, Overflow)| self.too_large(subject);
        let used = self.wanted("discount_given");
        let for_deals = columns::attributes(of_deals, rows.0, digits, &used).map_err(too_large)?;
        let for_open = columns::attributes(of_open, rows.1, digits, &used).map_err(too_large)?;
        for_deals.add_to(&mut self.tables.deals.frame, &used);
        for_open.add_to(&mut self.channel().opportunities.frame, &used);
        self.governance.prices = audits;
        Ok(())
    }

    fn audits(
        &self,
        held_day: &(dyn Fn(DealIx) -> Option<i32> + Sync),
    ) -> Result<Vec<PriceAudit>, PolicyFault> {
        let ground = PriceGround {
            book: self.ground.book,
            rates: &self.tables.rates,
            prices: &self.tables.channel.prices,
            payees: &self.tables.payees,
            held_day,
        };
        let prices = &self.policies.prices;
        let mut audits = price::audits(prices, ground, &Offered::deals(&self.tables.deals))?;
        let open = Judged::open(&self.tables.channel.opportunities.frame, &self.expected.days);
        let open = Offered {
            amount_e6: self.expected.amount_e6.clone(),
            list_amount_e6: self.expected.list_amount_e6.clone(),
            ..Offered::open(open.frame, open.days)
        };
        audits.extend(price::audits(prices, ground, &open)?);
        Ok(audits)
    }

    fn too_large(&self, subject: Subject) -> Vec<Diagnostic> {
        let policy = self.policies.prices.first().map(|policy| policy.policy);
        match policy {
            Some(policy) => {
                let fault = PolicyFault::overflow(policy, subject)(Overflow);
                faults::described(self.ground.rules, &self.tables, &fault)
            }
            None => Vec::new(),
        }
    }
}
