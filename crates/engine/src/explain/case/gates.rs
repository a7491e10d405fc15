//! A deal with all that policies of the channel say of it, and the unmet gates on its lines.

use std::collections::BTreeSet;

use apportion_base::diagnostic::Diagnostic;
use apportion_channel::Subject;
use apportion_data::{DealIx, Inquiry, PayeeIx};
use apportion_rules::RuleIx;

use super::CaseGround;
use super::tree::{ConflictFacts, DealCase, GateOnDeal, InquiryFacts};
use crate::explain::explainer::Explainer;
use crate::settle;

impl CaseGround<'_> {
    /// Whose a deal is, and why; `None` where policies say nothing of it.
    ///
    /// # Errors
    /// A condition of a gate without a value; the settlement had none, so this is not expected.
    pub fn deal(
        &self,
        explainer: &Explainer<'_>,
        deal: DealIx,
        conflicts: Vec<ConflictFacts>,
    ) -> Result<Option<DealCase>, Diagnostic> {
        let claims = self.claims_on(Subject::Deal(deal));
        let case = DealCase {
            as_of: self.governance.as_of,
            day: self.day_of(Subject::Deal(deal)),
            held_by: self.held_by(&claims),
            claims: claims.into_iter().map(|claim| self.claim_facts(claim)).collect(),
            conflicts,
            price: self.price(deal),
            gates: explainer.gates_on(deal)?,
            inquiries: self.inquiries_about(deal),
        };
        Ok(Some(case).filter(|case| !case.is_empty()))
    }

    /// What people asked about a deal.
    fn inquiries_about(&self, deal: DealIx) -> Vec<InquiryFacts> {
        let id = self.tables.deals.id(deal);
        let about = self.tables.channel.inquiries.iter().filter(|row| row.deal_id.as_deref() == Some(id));
        let facts = |row: &Inquiry| InquiryFacts {
            inquiry_id: row.id.clone(),
            payee: self.payee(row.payee),
            raised_on: row.raised_on,
            rule_id: row.rule_id.clone(),
            close: row.close.clone(),
            question: row.question.clone(),
            state: row.state.clone(),
            answered_on: row.answered_on,
            answered_by: row.answered_by.clone(),
            answer: row.answer.clone(),
            adjustment_id: row.adjustment_id.clone(),
        };
        let mut all: Vec<InquiryFacts> = about.map(facts).collect();
        all.sort_by(|a, b| a.inquiry_id.cmp(&b.inquiry_id));
        all
    }
}

impl Explainer<'_> {
    /// The unmet gates on the lines of a deal, by rule and payee.
    fn gates_on(&self, deal: DealIx) -> Result<Vec<GateOnDeal>, Diagnostic> {
        let ground = self.ground;
        let lines = &ground.settlement.lines;
        let rows = ground.lines_of_deal.of(deal).iter();
        let asked: BTreeSet<(RuleIx, PayeeIx)> =
            rows.map(|row| (lines[*row].rule, lines[*row].payee)).collect();
        let mut unmet = Vec::new();
        for (rule, payee) in asked {
            let gates = self.unmet_gates(rule, deal, payee);
            let gates = gates.map_err(|fault| settle::describe(ground.tables, ground.rules, rule, &fault))?;
            unmet.extend(gates.into_iter().map(|gate| GateOnDeal {
                rule_id: ground.rules[rule].id.clone(),
                payee: ground.payee(payee),
                gate,
            }));
        }
        Ok(unmet)
    }
}
