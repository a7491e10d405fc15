//! The tables of the channel as they are known at the end of a day: what happens later is not there, or has not happened yet.
//!
//! Days of validity say nothing about knowledge, so nothing goes because of them.

use std::collections::BTreeSet;

use apportion_data::{
    Certificates, ChannelTables, Conflicts, Deals, Frame, Handoff, Inquiry, Milestones, Moment,
    OpenOpportunities, OpportunityIx, Registration, RegistrationIx, Registrations, ServiceEvents,
};
use arrow::array::{ArrayRef, BooleanArray, StringArray};
use arrow::compute::{filter, nullif};
use arrow::error::ArrowError;

/// What is known of the tables at the end of a day, in days since 1970-01-01. Rows keep their order and are numbered anew.
///
/// # Errors
/// Columns of a frame that are not as long as their table, which is a mistake of this program.
pub fn known(tables: ChannelTables, deals: &Deals, as_of: i32) -> Result<ChannelTables, ArrowError> {
    let day = Day(as_of);
    let closed = closed(&tables, deals, as_of);
    let mut tables = ChannelTables {
        registrations: day.registrations(tables.registrations)?,
        opportunities: day.opportunities(tables.opportunities, &closed)?,
        conflicts: day.conflicts(tables.conflicts),
        certificates: day.certificates(tables.certificates)?,
        service_events: day.service_events(tables.service_events)?,
        milestones: day.milestones(tables.milestones)?,
        handoffs: day.handoffs(tables.handoffs),
        inquiries: day.inquiries(tables.inquiries),
        ..tables
    };
    tables.prices.approvals.retain(|approval| day.has_come(approval.approved_at));
    Ok(tables)
}

/// The opportunities that deals closed by the day name: these are no longer open.
fn closed(tables: &ChannelTables, deals: &Deals, as_of: i32) -> BTreeSet<OpportunityIx> {
    let closed = deals.all().take_while(|deal| deals.close_date[*deal] <= as_of);
    closed.filter_map(|deal| tables.opportunity_of(deal)).collect()
}

/// The day at whose end things are known.
#[derive(Debug, Clone, Copy)]
struct Day(i32);

impl Day {
    fn has_come(self, moment: Moment) -> bool {
        moment.day <= self.0
    }

    /// What lies later is not known; what has no day is.
    fn is_later(self, day: Option<i32>) -> bool {
        day.is_some_and(|day| day > self.0)
    }

    /// A moment that has come by then.
    fn by_then(self, moment: Option<Moment>) -> Option<Moment> {
        moment.filter(|moment| self.has_come(*moment))
    }

    fn registrations(self, registrations: Registrations) -> Result<Registrations, ArrowError> {
        let Registrations { ids, rows, mut members, mut events, frame } = registrations;
        let kept = Kept::of(rows.iter().map(|row| self.has_come(row.submitted_at)));
        let number = kept.numbers();
        let renumbered = |registration: &mut RegistrationIx| {
            let found = number.get(registration.at()).copied().flatten().and_then(RegistrationIx::new);
            found.map(|found| *registration = found).is_some()
        };
        members.retain_mut(|member| renumbered(&mut member.registration));
        events.retain_mut(|event| self.has_come(event.at) && renumbered(&mut event.registration));
        let mut rows = kept.rows(rows);
        let open: Vec<bool> = rows.iter().map(|row| self.is_undecided(row)).collect();
        rows.iter_mut().zip(&open).filter(|(_, open)| **open).for_each(|(row, _)| row.decision = None);
        let mut frame = kept.frame(&frame)?;
        blank(&mut frame, &["decision", "decided_at"], &open)?;
        Ok(Registrations { ids: kept.texts(&ids), rows, members, events, frame })
    }

    /// Whether the decision of a registration has not been made yet.
    fn is_undecided(self, row: &Registration) -> bool {
        row.decision.is_some_and(|(_, decided_at)| !self.has_come(decided_at))
    }

    fn opportunities(
        self,
        open: OpenOpportunities,
        closed: &BTreeSet<OpportunityIx>,
    ) -> Result<OpenOpportunities, ArrowError> {
        let of_row = |(created_on, opportunity): (&Option<i32>, &OpportunityIx)| {
            !self.is_later(*created_on) && !closed.contains(opportunity)
        };
        let kept = Kept::of(open.created_on.iter().zip(&open.opportunity).map(of_row));
        open.only(&kept.0)
    }

    fn conflicts(self, mut conflicts: Conflicts) -> Conflicts {
        conflicts.raised.retain(|raised| self.has_come(raised.raised_at));
        conflicts.decisions.retain(|decision| self.has_come(decision.decided_at));
        conflicts.events.retain(|event| self.has_come(event.at));
        conflicts
    }

    fn certificates(self, certificates: Certificates) -> Result<Certificates, ArrowError> {
        let kept = Kept::of(certificates.earned_on.iter().map(|day| !self.is_later(*day)));
        Ok(Certificates {
            ids: kept.rows(certificates.ids),
            payee: kept.rows(certificates.payee),
            earned_on: kept.rows(certificates.earned_on),
            frame: kept.frame(&certificates.frame)?,
        })
    }

    fn service_events(self, events: ServiceEvents) -> Result<ServiceEvents, ArrowError> {
        let kept = Kept::of(events.opened_at.iter().map(|moment| self.has_come(*moment)));
        let by_then = |moments: Vec<Option<Moment>>| -> Vec<Option<Moment>> {
            kept.rows(moments).into_iter().map(|moment| self.by_then(moment)).collect()
        };
        let (answered_at, resolved_at) = (by_then(events.answered_at), by_then(events.resolved_at));
        let mut frame = kept.frame(&events.frame)?;
        let lacks = |moments: &[Option<Moment>]| moments.iter().map(Option::is_none).collect::<Vec<bool>>();
        blank(&mut frame, &["answered_at", "minutes_to_answer"], &lacks(&answered_at))?;
        blank(&mut frame, &["resolved_at", "minutes_to_resolve"], &lacks(&resolved_at))?;
        Ok(ServiceEvents {
            ids: kept.rows(events.ids),
            payee: kept.rows(events.payee),
            account: kept.rows(events.account),
            opened_at: kept.rows(events.opened_at),
            answered_at,
            resolved_at,
            frame,
        })
    }

    fn milestones(self, milestones: Milestones) -> Result<Milestones, ArrowError> {
        let Milestones { mut rows, mut frame } = milestones;
        rows.iter_mut().for_each(|row| row.done_on = row.done_on.filter(|day| *day <= self.0));
        let undone: Vec<bool> = rows.iter().map(|row| row.done_on.is_none()).collect();
        blank(&mut frame, &["done_on"], &undone)?;
        Ok(Milestones { rows, frame })
    }

    fn handoffs(self, mut handoffs: Vec<Handoff>) -> Vec<Handoff> {
        handoffs.retain(|handoff| self.has_come(handoff.offered_at));
        for handoff in &mut handoffs {
            handoff.accepted_at = self.by_then(handoff.accepted_at);
            handoff.rejected_at = self.by_then(handoff.rejected_at);
        }
        handoffs
    }

    fn inquiries(self, mut inquiries: Vec<Inquiry>) -> Vec<Inquiry> {
        inquiries.retain(|inquiry| inquiry.raised_on <= self.0);
        for inquiry in &mut inquiries {
            inquiry.answered_on = inquiry.answered_on.filter(|day| *day <= self.0);
        }
        inquiries
    }
}

/// Which rows of a table stay.
#[derive(Debug)]
struct Kept(Vec<bool>);

impl Kept {
    fn of(stays: impl Iterator<Item = bool>) -> Self {
        Self(stays.collect())
    }

    /// By row: its number among those that stay.
    fn numbers(&self) -> Vec<Option<usize>> {
        let mut next = 0..;
        self.0.iter().map(|stays| if *stays { next.next() } else { None }).collect()
    }

    fn rows<T>(&self, rows: Vec<T>) -> Vec<T> {
        rows.into_iter().zip(&self.0).filter(|(_, stays)| **stays).map(|(row, _)| row).collect()
    }

    fn array(&self, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        filter(array, &BooleanArray::from(self.0.clone()))
    }

    fn texts(&self, texts: &StringArray) -> StringArray {
        texts.iter().zip(&self.0).filter(|(_, stays)| **stays).map(|(text, _)| text).collect()
    }

    /// A frame without columns has the rows of its table as well.
    fn frame(&self, frame: &Frame) -> Result<Frame, ArrowError> {
        let columns = frame.columns.iter().map(|(name, array)| Ok((name.clone(), self.array(array)?)));
        let rows = self.0.iter().filter(|stays| **stays).count();
        Ok(Frame { rows, columns: columns.collect::<Result<_, ArrowError>>()? })
    }
}

/// Makes cells null in those of some columns that a frame has.
fn blank(frame: &mut Frame, columns: &[&str], rows: &[bool]) -> Result<(), ArrowError> {
    let mask = BooleanArray::from(rows.to_vec());
    for (_, array) in frame.columns.iter_mut().filter(|(name, _)| columns.contains(&name.as_str())) {
        *array = nullif(array, &mask)?;
    }
    Ok(())
}
