//! Deals and open opportunities out of the tables.

use std::cmp::Ordering;

use apportion_base::money::Rounding;
use apportion_base::notation::DateFormat;
use apportion_base::sorted::equal;
use apportion_data::{
    AccountIx, DealIx, EngagementIx, Frame, NO_DAY, OpenIx, OpportunityIx, PayeeIx, Tables,
};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Date32Type, Decimal128Type};
use rayon::prelude::*;

use super::{ClosedDeal, Frames, Subjects, Work};
use crate::Subject;
use crate::texts::Texts;

/// What deals and open opportunities are read from.
#[derive(Debug, Clone)]
pub struct SubjectTables<'a> {
    /// The tables as they are known at the end of the as-of day.
    pub tables: &'a Tables,
    /// The columns of deals and of what is open, with what policies made of them. Needed are `channel`, `owner_id`, `partner_id`,
    /// `created_on`, `crossed`, `discount_given` and `discount` of deals, and the last three of what is open; one that is not there is null.
    pub frames: Frames<'a>,
    /// By opportunity: its amount in book currency, in millionths.
    pub open_amount_e6: &'a [Option<i64>],
    /// Deals that are settled, but for reversals that a clawback rule matches; lost ones among them are passed over.
    pub settled: &'a [DealIx],
    /// Days since 1970-01-01.
    pub as_of: i32,
}

/// Deals and open opportunities out of the tables.
#[derive(Debug, Clone)]
pub struct TableSubjects<'a> {
    read: SubjectTables<'a>,
    deals: Columns<'a>,
    open: Columns<'a>,
    /// Work on what is open, by it and then by row.
    open_work: Vec<(OpenIx, EngagementIx)>,
}

/// Columns of a frame.
#[derive(Debug, Clone)]
struct Columns<'a> {
    channel: Texts<'a>,
    owner_id: Texts<'a>,
    partner_id: Texts<'a>,
    created_on: Option<&'a ArrayRef>,
    crossed: Option<&'a ArrayRef>,
    discount_given: Option<&'a ArrayRef>,
    discount: Option<&'a ArrayRef>,
}

impl<'a> Columns<'a> {
    fn of(frame: &'a Frame) -> Self {
        Self {
            channel: Texts::of(frame, "channel"),
            owner_id: Texts::of(frame, "owner_id"),
            partner_id: Texts::of(frame, "partner_id"),
            created_on: frame.column("created_on"),
            crossed: frame.column("crossed"),
            discount_given: frame.column("discount_given"),
            discount: frame.column("discount"),
        }
    }
}

impl<'a> TableSubjects<'a> {
    /// Finds the work on what is open.
    pub fn new(read: SubjectTables<'a>) -> Self {
        let (deals, open) = (Columns::of(read.frames.deals), Columns::of(read.frames.open));
        let open_work = open_work(&read);
        Self { read, deals, open, open_work }
    }

    fn at(&self, subject: Subject) -> (&Columns<'a>, usize) {
        match subject {
            Subject::Deal(deal) => (&self.deals, deal.at()),
            Subject::Open(open) => (&self.open, open.at()),
        }
    }

    fn open(&self) -> impl ParallelIterator<Item = Subject> + use<> {
        let open: Vec<Subject> = self.read.tables.channel.opportunities.all().map(Subject::Open).collect();
        open.into_par_iter()
    }

    fn work_of(&self, row: EngagementIx) -> Option<Work> {
        let engagements = &self.read.tables.engagements;
        let day = engagements.occurred_on.get(row.at()).copied().filter(|day| *day != NO_DAY);
        Some(Work {
            payee: *engagements.payee.get(row.at())?,
            occurred_on: day,
            row,
            weight_e9: *engagements.weight_e9.get(row.at())?,
        })
    }
}

/// The engagements that name what is open; each piece of work once.
fn open_work(read: &SubjectTables) -> Vec<(OpenIx, EngagementIx)> {
    let channel = &read.tables.channel;
    let mut open_of: Vec<Option<OpenIx>> = vec![None; channel.opportunity_ids.len()];
    for (open, opportunity) in channel.opportunities.all().zip(&channel.opportunities.opportunity) {
        if let Some(place) = open_of.get_mut(opportunity.at()) {
            *place = Some(open);
        }
    }
    let engagements = &read.tables.engagements;
    let named = EngagementIx::all(engagements.opportunity.len()).zip(&engagements.opportunity);
    let on_open = named.filter_map(|(row, opportunity)| {
        let open = open_of.get(opportunity.get()?.at()).copied().flatten()?;
        Some((open, engagements.copies.get(row.at()).copied().unwrap_or(row)))
    });
    let mut work: Vec<(OpenIx, EngagementIx)> = on_open.collect();
    work.sort_unstable();
    work.dedup();
    work
}

/// A number in millionths; it has no more decimals where it is an amount or a discount.
fn millionths(column: Option<&ArrayRef>, row: usize) -> Option<i128> {
    let numbers = column?.as_primitive_opt::<Decimal128Type>()?;
    let is_there = row < numbers.len() && numbers.is_valid(row);
    let scale = u32::try_from(numbers.scale()).ok()?;
    let number = is_there.then(|| numbers.value(row))?;
    Rounding::HalfAwayFromZero.rescale(number, scale, 6).ok()
}

/// A day; without a source of the channel the column of a file is a text.
fn day(column: Option<&ArrayRef>, row: usize) -> Option<i32> {
    if let Some(text) = Texts::new(column).get(row) {
        return DateFormat::new("%Y-%m-%d").parse(text);
    }
    let days = column?.as_primitive_opt::<Date32Type>()?;
    (row < days.len() && days.is_valid(row)).then(|| days.value(row))
}

impl Subjects for TableSubjects<'_> {
    fn judged(&self) -> Vec<Subject> {
        let settled = self.read.settled.par_iter().copied();
        let won = settled.filter(|deal| self.closed(*deal).won).map(Subject::Deal);
        won.chain(self.open()).collect()
    }

    fn compared(&self) -> Vec<Subject> {
        let deals = (0..self.read.tables.deals.len()).into_par_iter().filter_map(DealIx::new);
        let won = deals.filter(|deal| {
            let closed = self.closed(*deal);
            closed.won && closed.close_date <= self.read.as_of
        });
        won.map(Subject::Deal).chain(self.open()).collect()
    }

    fn id(&self, subject: Subject) -> &str {
        match subject {
            Subject::Deal(deal) => self.read.tables.deals.id(deal),
            Subject::Open(open) => self.read.tables.channel.opportunities.ids.value(open.at()),
        }
    }

    fn opportunity(&self, subject: Subject) -> Option<OpportunityIx> {
        let channel = &self.read.tables.channel;
        match subject {
            Subject::Deal(deal) => channel.opportunity_of(deal),
            Subject::Open(open) => channel.opportunities.opportunity.get(open.at()).copied(),
        }
    }

    fn opportunity_id(&self, opportunity: OpportunityIx) -> &str {
        self.read.tables.channel.opportunity_ids.get(opportunity.at()).map_or("", String::as_str)
    }

    fn account(&self, subject: Subject) -> Option<AccountIx> {
        let accounts = match subject {
            Subject::Deal(_) => &self.read.tables.deals.account,
            Subject::Open(_) => &self.read.tables.channel.opportunities.account,
        };
        accounts.get(self.at(subject).1).and_then(|account| account.get())
    }

    fn channel(&self, subject: Subject) -> Option<&str> {
        match subject {
            Subject::Deal(deal) => self.deals.channel.get(deal.at()),
            Subject::Open(open) => cell(&self.read.tables.channel.opportunities.channel, open),
        }
    }

    fn owner_id(&self, subject: Subject) -> Option<&str> {
        match subject {
            Subject::Deal(deal) => self.deals.owner_id.get(deal.at()),
            Subject::Open(open) => cell(&self.read.tables.channel.opportunities.owner_id, open),
        }
    }

    fn partner_id(&self, subject: Subject) -> Option<&str> {
        match subject {
            Subject::Deal(deal) => self.deals.partner_id.get(deal.at()),
            Subject::Open(open) => cell(&self.read.tables.channel.opportunities.partner_id, open),
        }
    }

    fn created_on(&self, subject: Subject) -> Option<i32> {
        match subject {
            Subject::Deal(deal) => day(self.deals.created_on, deal.at()),
            Subject::Open(open) => {
                self.read.tables.channel.opportunities.created_on.get(open.at()).copied().flatten()
            }
        }
    }

    fn closes_on(&self, subject: Subject) -> i32 {
        let expected = || &self.read.tables.channel.opportunities.expected_close;
        match subject {
            Subject::Deal(deal) => self.closed(deal).close_date,
            Subject::Open(open) => expected().get(open.at()).copied().flatten().unwrap_or(self.read.as_of),
        }
    }

    fn is_crossed(&self, subject: Subject) -> bool {
        let (columns, row) = self.at(subject);
        let crossed = columns.crossed.and_then(|column| column.as_boolean_opt());
        crossed.is_some_and(|crossed| row < crossed.len() && crossed.is_valid(row) && crossed.value(row))
    }

    fn discount_e6(&self, subject: Subject) -> Option<i128> {
        let (columns, row) = self.at(subject);
        millionths(columns.discount_given, row).or_else(|| millionths(columns.discount, row))
    }

    fn amount_e6(&self, subject: Subject) -> Option<i64> {
        match subject {
            Subject::Deal(deal) => self.read.tables.deals.amount_e6.get(deal.at()).copied(),
            Subject::Open(open) => self.read.open_amount_e6.get(open.at()).copied().flatten(),
        }
    }

    fn work(&self, subject: Subject) -> Vec<Work> {
        match subject {
            Subject::Deal(deal) => {
                let engagements = &self.read.tables.engagements;
                let rows = engagements.of_deal(deal).filter(|row| engagements.is_source(*row));
                rows.filter_map(|row| self.work_of(row)).collect()
            }
            Subject::Open(open) => {
                let rows = equal(&self.open_work, |(other, _)| other.cmp(&open)).iter();
                rows.filter_map(|(_, row)| self.work_of(*row)).collect()
            }
        }
    }

    fn order_of_work(&self, one: &Work, other: &Work) -> Ordering {
        self.read.tables.engagements.order_of_work(one.row, other.row)
    }

    fn deals_worked_on(&self) -> Box<dyn Iterator<Item = (PayeeIx, DealIx)> + '_> {
        let engagements = &self.read.tables.engagements;
        let of_source = engagements.len() - engagements.added;
        let worked = engagements.payee[..of_source].iter().zip(&engagements.deal);
        Box::new(worked.filter_map(|(payee, deal)| Some((*payee, deal.get()?))))
    }

    fn closed(&self, deal: DealIx) -> ClosedDeal {
        let deals = &self.read.tables.deals;
        ClosedDeal {
            close_date: deals.close_date[deal],
            won: deals.won[deal],
            amount_e6: deals.amount_e6[deal],
        }
    }
}

/// A text of an open opportunity.
fn cell(column: &[Option<String>], open: OpenIx) -> Option<&str> {
    column.get(open.at()).and_then(Option::as_deref)
}
