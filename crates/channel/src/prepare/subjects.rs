//! Deals and open opportunities as conflicts ask of them.

use apportion_data::{AccountIx, DealIx, EngagementIx, Frame, OpportunityIx, PayeeIx, Tables};
use arrow::array::{Array, AsArray};
use arrow::datatypes::{Date32Type, Decimal128Type};

use super::open::Expected;
use crate::Subject;
use crate::attributes::Attributes;
use crate::conflict::{ClosedDeal, Subjects, Work};
use crate::texts::Texts;

/// Tables as they are known on the as-of day, with what policies made of them.
pub(super) struct Known<'a> {
    pub tables: &'a Tables,
    pub expected: &'a Expected,
    /// What the model says of deals.
    pub of_deals: &'a Attributes,
    /// What it says of opportunities.
    pub of_open: &'a Attributes,
    pub as_of: i32,
    /// Whether a rule takes back what reversals reverse: no conflict is found on them.
    pub takes_back: bool,
}

impl Known<'_> {
    /// The columns that a subject is in, and its row.
    fn row(&self, subject: Subject) -> (&Frame, usize) {
        match subject {
            Subject::Deal(deal) => (&self.tables.deals.frame, deal.at()),
            Subject::Open(open) => (&self.tables.channel.opportunities.frame, open.at()),
        }
    }

    fn open(&self) -> impl Iterator<Item = Subject> + use<> {
        self.tables.channel.opportunities.all().map(Subject::Open)
    }

    fn won(&self) -> impl Iterator<Item = DealIx> {
        let deals = &self.tables.deals;
        deals.all().filter(|deal| deals.won[*deal])
    }

    fn decimal_e6(&self, subject: Subject, name: &str) -> Option<i128> {
        let (frame, row) = self.row(subject);
        let column = frame.column(name)?.as_primitive_opt::<Decimal128Type>()?;
        let value = (row < column.len() && column.is_valid(row)).then(|| column.value(row))?;
        let scale = i32::from(column.scale());
        match u32::try_from(scale - 6) {
            Ok(more) => Some(value / 10_i128.checked_pow(more)?),
            Err(_) => value.checked_mul(10_i128.checked_pow(u32::try_from(6 - scale).ok()?)?),
        }
    }
}

impl Subjects for Known<'_> {
    fn judged(&self) -> Vec<Subject> {
        let deals = &self.tables.deals;
        let stays = |deal: &DealIx| !self.takes_back || deals.original(*deal).is_none();
        self.won().filter(stays).map(Subject::Deal).chain(self.open()).collect()
    }

    fn compared(&self) -> Vec<Subject> {
        let closed = self.won().take_while(|deal| self.tables.deals.close_date[*deal] <= self.as_of);
        closed.map(Subject::Deal).chain(self.open()).collect()
    }

    fn id(&self, subject: Subject) -> &str {
        match subject {
            Subject::Deal(deal) => self.tables.deals.id(deal),
            Subject::Open(open) => self.tables.channel.opportunities.ids.value(open.at()),
        }
    }

    fn opportunity(&self, subject: Subject) -> Option<OpportunityIx> {
        match subject {
            Subject::Deal(deal) => self.tables.channel.opportunity_of(deal),
            Subject::Open(open) => self.tables.channel.opportunities.opportunity.get(open.at()).copied(),
        }
    }

    fn opportunity_id(&self, opportunity: OpportunityIx) -> &str {
        self.tables.channel.opportunity_ids.get(opportunity.at()).map_or("", String::as_str)
    }

    fn account(&self, subject: Subject) -> Option<AccountIx> {
        match subject {
            Subject::Deal(deal) => self.tables.deals.account[deal].get(),
            Subject::Open(open) => self.tables.channel.opportunities.account.get(open.at())?.get(),
        }
    }

    fn channel(&self, subject: Subject) -> Option<&str> {
        match subject {
            Subject::Deal(deal) => Texts::of(&self.tables.deals.frame, "channel").get(deal.at()),
            Subject::Open(open) => self.tables.channel.opportunities.channel.get(open.at())?.as_deref(),
        }
    }

    fn owner_id(&self, subject: Subject) -> Option<&str> {
        match subject {
            Subject::Deal(deal) => Texts::of(&self.tables.deals.frame, "owner_id").get(deal.at()),
            Subject::Open(open) => self.tables.channel.opportunities.owner_id.get(open.at())?.as_deref(),
        }
    }

    fn partner_id(&self, subject: Subject) -> Option<&str> {
        match subject {
            Subject::Deal(deal) => Texts::of(&self.tables.deals.frame, "partner_id").get(deal.at()),
            Subject::Open(open) => self.tables.channel.opportunities.partner_id.get(open.at())?.as_deref(),
        }
    }

    fn created_on(&self, subject: Subject) -> Option<i32> {
        match subject {
            Subject::Deal(deal) => {
                let days = self.tables.deals.frame.column("created_on")?.as_primitive_opt::<Date32Type>()?;
                (deal.at() < days.len() && days.is_valid(deal.at())).then(|| days.value(deal.at()))
            }
            Subject::Open(open) => *self.tables.channel.opportunities.created_on.get(open.at())?,
        }
    }

    fn closes_on(&self, subject: Subject) -> i32 {
        match subject {
            Subject::Deal(deal) => self.tables.deals.close_date[deal],
            Subject::Open(open) => self.expected.day(open).unwrap_or(self.as_of),
        }
    }

    fn is_crossed(&self, subject: Subject) -> bool {
        let (made, row) = match subject {
            Subject::Deal(deal) => (self.of_deals, deal.at()),
            Subject::Open(open) => (self.of_open, open.at()),
        };
        let crossed = made.column("crossed").and_then(|crossed| crossed.as_boolean_opt());
        crossed.is_some_and(|crossed| row < crossed.len() && crossed.is_valid(row) && crossed.value(row))
    }

    fn discount_e6(&self, subject: Subject) -> Option<i128> {
        let given = self.decimal_e6(subject, "discount_given");
        given.or_else(|| self.decimal_e6(subject, "discount"))
    }

    fn amount_e6(&self, subject: Subject) -> Option<i64> {
        match subject {
            Subject::Deal(deal) => Some(self.tables.deals.amount_e6[deal]),
            Subject::Open(open) => *self.expected.amount_e6.get(open.at())?,
        }
    }

    fn work(&self, subject: Subject) -> Vec<Work> {
        let engagements = &self.tables.engagements;
        // TODO(intake): work on what is open, once engagements say which opportunity they name.
        let Subject::Deal(deal) = subject else { return Vec::new() };
        let rows = engagements.of_deal(deal).filter(|row| engagements.is_source(*row));
        let work = |row: EngagementIx| Work {
            payee: engagements.payee[row],
            occurred_on: day(engagements.occurred_on[row.at()]),
            id_rank: engagements.id_rank[row],
            weight_e9: engagements.weight_e9[row],
        };
        rows.map(work).collect()
    }

    fn deals_worked_on(&self, wanted: &dyn Fn(PayeeIx) -> bool) -> Vec<(PayeeIx, DealIx)> {
        let engagements = &self.tables.engagements;
        let of_deal = |deal| {
            let rows = engagements.of_deal(deal).filter(|row| engagements.is_source(*row));
            rows.map(|row| engagements.payee[row])
                .filter(|payee| wanted(*payee))
                .map(move |payee| (payee, deal))
        };
        self.tables.deals.all().flat_map(of_deal).collect()
    }

    fn closed(&self, deal: DealIx) -> ClosedDeal {
        let deals = &self.tables.deals;
        ClosedDeal {
            close_date: deals.close_date[deal],
            won: deals.won[deal],
            amount_e6: deals.amount_e6[deal],
        }
    }
}

/// A day; `None` where it is not known.
fn day(day: i32) -> Option<i32> {
    (day != apportion_data::NO_DAY).then_some(day)
}
