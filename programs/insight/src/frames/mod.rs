//! A settled period as frames of Polars. Each table is one file; what they share is here.
//!
//! Rows of deals and of what is open are *subjects*: a deal has its number, what is open the number of deals added to its own. Whatever
//! names a deal or an opportunity has the number of its subject, and with it the columns of subjects by which a report is grouped. Texts by which a report is grouped are codes (`g0`, `g1`, …), 0 where there is none; [`Groups`] has their words.
//!
//! Numbers of our tables are moved into columns where they are vectors; columns with nulls, flags and codes of texts are made anew, once.

mod builder;
mod conflicts;
mod convert;
mod deals;
mod events;
mod groups;
mod handoffs;
mod inquiries;
mod lines;
mod open;
mod prices;
mod registrations;
pub(crate) mod sight;
mod subjects;
mod values;
mod work;

use apportion::book::Period;
use apportion::{Error, Session, Settlement};
use polars::frame::DataFrame;

use crate::Fault;
pub use convert::{batch_of, frame_of};
pub(crate) use groups::code_name;
pub use groups::{GroupColumn, GroupSource, Groups};
pub use sight::{Seen, Sight};
pub(crate) use subjects::Subjects;
pub(crate) use values::Values;
pub(crate) use work::{Class, Kinds, PartnerWork, day_of};

/// What frames are made of.
pub(crate) struct Ground<'a> {
    pub close: &'a apportion::project::Close,
    /// What is seen of it.
    pub sight: Sight<'a>,
    pub groups: &'a Groups,
    pub subjects: subjects::Subjects<'a>,
    /// The first and the last day of the period.
    pub period: (i32, i32),
    /// The day at whose end things are known.
    pub as_of: i32,
    pub partners: work::Kinds<'a>,
}

/// A settled period as frames. Amounts are millionths of the book's currency; days are days since 1970-01-01, months are months since
/// January of the year 0.
#[derive(Debug, Clone)]
pub struct Insight {
    /// What rows are grouped by.
    pub groups: Groups,
    /// Deals, won and lost, of all periods.
    pub deals: DataFrame,
    /// Open opportunities.
    pub open: DataFrame,
    /// Engagements of the source, once for each deal that they name; none unless they were wanted.
    pub work: DataFrame,
    /// Who worked first and last on deals; none unless it was wanted.
    pub touches: DataFrame,
    /// The lines of the period.
    pub lines: DataFrame,
    /// Registrations that are known.
    pub registrations: DataFrame,
    /// Conflicts on won deals and on what is open.
    pub conflicts: DataFrame,
    /// Lines of the period that an open conflict holds, each once.
    pub held: DataFrame,
    /// Hand-overs that are known.
    pub handoffs: DataFrame,
    /// Inquiries that are known.
    pub inquiries: DataFrame,
    /// Service events of the period as gates ask about them: a row for each gate and event.
    pub events: DataFrame,
    /// The lines of deals, with their unit prices in book currency.
    pub products: DataFrame,
    /// The first and the last day of the period.
    pub period: (i32, i32),
    /// The day at whose end things are known.
    pub as_of: i32,
    /// Digits of the book's currency.
    pub digits: u32,
    /// The ids of gates, by their codes in `events`.
    pub gates: Vec<String>,
    /// The ids of products, by their codes in `products`.
    pub product_ids: Vec<String>,
}

/// What frames are wanted for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'w> {
    /// What rows are grouped by.
    pub by: &'w [String],
    /// Deals that were lost for one of these reasons are decided for no metric.
    pub excluded: &'w [String],
    /// Whether who worked first and last on deals is wanted.
    pub touches: bool,
    /// Whether engagements are wanted as a frame: there are several times as many as deals.
    pub work: bool,
}

/// A settlement as frames.
pub trait ToFrames {
    /// The frames, with columns of codes for what rows are grouped by: `month`, `kind` of payees, and columns of deals, which the session
    /// must have read ([`Session::for_reports`](apportion::Session::for_reports)).
    ///
    /// # Errors
    /// Numbers that can't be held, and an expression of a gate without a value.
    fn insight(&self, by: &[String]) -> Result<Insight, Error>;
}

/// A period of a session as frames.
pub trait SessionFrames {
    /// The frames of a period, settled now, with the columns that reports read and those by which rows are grouped.
    ///
    /// # Errors
    /// As [`Session::settle`], [`Session::for_reports`] and [`ToFrames::insight`].
    fn insight(&self, period: Period, by: &[String]) -> Result<Insight, Error>;
}

impl SessionFrames for Session {
    fn insight(&self, period: Period, by: &[String]) -> Result<Insight, Error> {
        self.for_reports(by)?.settle(period)?.insight(by)
    }
}

impl ToFrames for Settlement {
    fn insight(&self, by: &[String]) -> Result<Insight, Error> {
        Ok(Insight::new(self.into(), Wanted { by, excluded: &[], touches: true, work: true })?)
    }
}

impl Insight {
    /// The frames of what is seen of a settlement.
    ///
    /// # Errors
    /// As [`ToFrames::insight`].
    pub fn new(sight: Sight<'_>, wanted: Wanted<'_>) -> Result<Self, Fault> {
        let close = sight.settlement.as_close();
        let calendar = close.book.calendar();
        let period = (calendar.first_day(close.period), calendar.last_day(close.period));
        let as_of = close.governance.as_ref().map_or(period.1, |governance| governance.as_of);
        let groups = Groups::new(wanted.by, &close.tables);
        let partners = work::Kinds::new(&close.tables);
        let subjects = subjects::Subjects::new(&close.tables, as_of);
        let ground = Ground { close, sight, groups: &groups, subjects, period, as_of, partners };
        let partner_work = PartnerWork::new(&ground);
        let (events, gates) = events::frame(&ground)?;
        let (products, product_ids) = prices::frame(&ground)?;
        let deals = deals::frame(&ground, &partner_work, wanted.excluded)?;
        let open = open::frame(&ground)?;
        let (lines, held) = lines::frames(&ground)?;
        let work = if wanted.work { work::frame(&ground)? } else { DataFrame::default() };
        let touches = if wanted.touches { work::touches(&ground)? } else { DataFrame::default() };
        let registrations = registrations::frame(&ground)?;
        let conflicts = conflicts::frame(&ground)?;
        let handoffs = handoffs::frame(&ground)?;
        let inquiries = inquiries::frame(&ground)?;
        let digits = close.book.currency.digits();
        drop(ground);
        Ok(Self {
            groups,
            deals,
            open,
            work,
            touches,
            lines,
            registrations,
            conflicts,
            held,
            handoffs,
            inquiries,
            events,
            products,
            period,
            as_of,
            digits,
            gates,
            product_ids,
        })
    }
}
