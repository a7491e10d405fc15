//! What a record is about: a deal, or an opportunity that is open.

use std::collections::BTreeMap;

use apportion::channel::Subject;
use apportion::data::{DealIx, OpenIx, OpportunityIx, Tables};

/// Finds subjects, and numbers them: deals first, then what is open.
pub(crate) struct Subjects<'a> {
    tables: &'a Tables,
    /// By opportunity: its first deal that closed by the as-of day.
    first: BTreeMap<OpportunityIx, DealIx>,
    open: BTreeMap<OpportunityIx, OpenIx>,
    ids: BTreeMap<&'a str, DealIx>,
}

impl<'a> Subjects<'a> {
    pub fn new(tables: &'a Tables, as_of: i32) -> Self {
        let mut first = BTreeMap::new();
        let closed = |deal: &DealIx| tables.deals.close_date.get(deal.at()).is_some_and(|day| *day <= as_of);
        // Deals are in order of close date and id.
        for deal in tables.deals.all().filter(closed).filter(|deal| tables.effects.milestone(*deal).is_none())
        {
            if let Some(opportunity) = tables.channel.opportunity_of(deal) {
                first.entry(opportunity).or_insert(deal);
            }
        }
        let open = &tables.channel.opportunities;
        let open = open.opportunity.iter().copied().zip(open.all()).collect();
        let with_ids = !tables.channel.inquiries.is_empty() || !tables.channel.handoffs.is_empty();
        let named = tables.deals.all().filter(|deal| tables.effects.milestone(*deal).is_none());
        let ids = if with_ids {
            named.map(|deal| (tables.deals.id(deal), deal)).collect()
        } else {
            BTreeMap::new()
        };
        Self { tables, first, open, ids }
    }

    /// The number of a subject.
    pub fn number(&self, subject: Subject) -> Option<u32> {
        let place = match subject {
            Subject::Deal(deal) => deal.at(),
            Subject::Open(open) => self.tables.deals.len() + open.at(),
        };
        u32::try_from(place).ok()
    }

    /// The subject of a number; none of a milestone, which is a line of a deal and no deal.
    pub fn subject(&self, number: u32) -> Option<Subject> {
        let place = number as usize;
        match place.checked_sub(self.tables.deals.len()) {
            Some(open) => OpenIx::new(open).map(Subject::Open),
            None => {
                let deal = DealIx::new(place).filter(|deal| self.tables.effects.milestone(*deal).is_none());
                deal.map(Subject::Deal)
            }
        }
    }

    /// The deal that is named, else the opportunity's first deal, else the opportunity while it is open.
    pub fn of(&self, deal: Option<DealIx>, opportunity: Option<OpportunityIx>) -> Option<Subject> {
        let of_opportunity = || {
            let opportunity = opportunity?;
            let deal = self.first.get(&opportunity).copied().map(Subject::Deal);
            deal.or_else(|| self.open.get(&opportunity).copied().map(Subject::Open))
        };
        deal.map(Subject::Deal).or_else(of_opportunity)
    }

    /// The deal with an id.
    pub fn deal(&self, id: &str) -> Option<DealIx> {
        self.ids.get(id).copied()
    }
}
