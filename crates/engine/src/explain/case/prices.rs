//! What a deal was sold at, what was allowed, and who approved more.

use apportion_base::money::Minor;
use apportion_base::sorted::equal_range;
use apportion_book::TableName;
use apportion_channel::Subject;
use apportion_data::{DealIx, DealLine, PriceApproval};

use super::super::number::Exact;
use super::CaseGround;
use super::tree::{ApprovalFacts, PriceFacts, SoldFacts};
use crate::explain::tree::Place;

impl CaseGround<'_> {
    /// The price of a deal; `None` where no policy is for it.
    pub(super) fn price(&self, deal: DealIx) -> Option<PriceFacts> {
        let audit = self.governance.prices.iter().find(|audit| audit.subject == Subject::Deal(deal))?;
        let deals = &self.tables.deals;
        let approval = audit.approval_id.as_ref().and_then(|id| {
            let approvals = &self.tables.channel.prices.approvals;
            approvals.iter().find(|approval| approval.id == *id).map(|approval| self.approval(approval))
        });
        Some(PriceFacts {
            policy: self.policy_of_id(&audit.rule, deals.close_date[deal])?,
            book: audit.book.clone(),
            list: audit.list_e6.map(|list| Exact::new(list.into(), 6)),
            amount: Exact::new(deals.amount_e6[deal].into(), 6),
            given: audit.given_e6.map(|given| Exact::new(given, 6)),
            allowed: audit.allowed_e8.map(|allowed| Exact::new(allowed.into(), 8)),
            over: audit.over_e8.map(|over| Exact::new(over, 8)),
            approval,
            breach: audit.breach,
            // The column of deals holds it.
            below_floor: Minor::from_wide(audit.below_floor).unwrap_or(Minor::ZERO),
            lines: self.sold(deal),
        })
    }

    /// The lines of a deal.
    fn sold(&self, deal: DealIx) -> Vec<SoldFacts> {
        let lines = &self.tables.channel.prices.lines;
        let origins = self.origins.channel.get(&TableName::DealLines).map_or(&[][..], Vec::as_slice);
        let place = |place: usize| {
            let origin = origins.get(place)?;
            Some(Place { file: self.origins.files.get(origin.file as usize)?.clone(), row: origin.row })
        };
        let sold = |at: usize| {
            let DealLine { line_no, product, quantity_e9, amount_e6, .. } = &lines[at];
            SoldFacts {
                line_no: line_no.clone(),
                product_id: product.clone(),
                quantity: Exact::new(*quantity_e9, 9),
                amount: Exact::new((*amount_e6).into(), 6),
                place: place(at),
            }
        };
        equal_range(lines, |line| line.deal.cmp(&deal)).map(sold).collect()
    }

    fn approval(&self, approval: &PriceApproval) -> ApprovalFacts {
        ApprovalFacts {
            approval_id: approval.id.clone(),
            approved_by: self.payee(approval.approved_by),
            day: approval.approved_at.day,
            discount: Exact::new(approval.discount_e9.into(), 9),
            why: approval.why.clone(),
        }
    }
}
