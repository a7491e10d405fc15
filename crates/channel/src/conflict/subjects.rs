//! What conflicts ask of a deal or an open opportunity.

use std::cmp::Ordering;

use apportion_data::{AccountIx, DealIx, EngagementIx, OpportunityIx, PayeeIx};

use crate::Subject;

/// What is known of deals and open opportunities at the end of the as-of day.
pub trait Subjects: Sync {
    /// On what conflicts are found, each once: won deals that are settled, but for reversals that a clawback rule matches, and what is open.
    fn judged(&self) -> Vec<Subject>;

    /// What a discount is compared with, each once: every won deal that closed by the as-of day, and what is open.
    fn compared(&self) -> Vec<Subject>;

    /// The `deal_id` of a deal, the `opportunity_id` of what is open.
    fn id(&self, subject: Subject) -> &str;

    /// The opportunity of a deal, or the one that is open.
    fn opportunity(&self, subject: Subject) -> Option<OpportunityIx>;

    /// The `opportunity_id`.
    fn opportunity_id(&self, opportunity: OpportunityIx) -> &str;

    /// The customer.
    fn account(&self, subject: Subject) -> Option<AccountIx>;

    /// How it is sold.
    fn channel(&self, subject: Subject) -> Option<&str>;

    /// Who owns it, as written.
    fn owner_id(&self, subject: Subject) -> Option<&str>;

    /// The partner, as written.
    fn partner_id(&self, subject: Subject) -> Option<&str>;

    /// Days since 1970-01-01.
    fn created_on(&self, subject: Subject) -> Option<i32>;

    /// `close_date`; of what is open `expected_close`, without one the as-of day.
    fn closes_on(&self, subject: Subject) -> i32;

    /// `deals.crossed`.
    fn is_crossed(&self, subject: Subject) -> bool;

    /// `deals.discount_given`, else `deals.discount`, in millionths.
    fn discount_e6(&self, subject: Subject) -> Option<i128>;

    /// In book currency, in millionths; `None` where there is none.
    fn amount_e6(&self, subject: Subject) -> Option<i64>;

    /// Engagements of the source on it: those that name the deal, itself or by its opportunity; of what is open, those that name it.
    fn work(&self, subject: Subject) -> Vec<Work>;

    /// The order of two dated engagements: by day, then by the bytes of their ids, null first, then by payee.
    fn order_of_work(&self, one: &Work, other: &Work) -> Ordering;

    /// The deals, won or lost, that engagements of the source name, each with the payee of the engagement. A pair may come more than
    /// once, in any order that is the same each time.
    fn deals_worked_on(&self) -> Box<dyn Iterator<Item = (PayeeIx, DealIx)> + '_>;

    /// How a deal ended.
    fn closed(&self, deal: DealIx) -> ClosedDeal;

    /// The id by which a conflict lasts when an opportunity closes: the `opportunity_id` where there is one, else the `deal_id`.
    fn lasting_id(&self, subject: Subject) -> &str {
        self.opportunity(subject)
            .map_or_else(|| self.id(subject), |opportunity| self.opportunity_id(opportunity))
    }
}

/// An engagement on a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Whose it is.
    pub payee: PayeeIx,
    /// Days since 1970-01-01.
    pub occurred_on: Option<i32>,
    /// Its row.
    pub row: EngagementIx,
    /// In billionths.
    pub weight_e9: i64,
}

/// How a deal ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosedDeal {
    /// Days since 1970-01-01.
    pub close_date: i32,
    /// Otherwise it is lost.
    pub won: bool,
    /// In book currency, in millionths.
    pub amount_e6: i64,
}
