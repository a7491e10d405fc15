//! The tables of the channel as they are known at the end of a day: what happens later is not there, or has not happened yet.
//!
//! Days of validity say nothing about knowledge, so nothing goes because of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use apportion_data::{
    Certificates, ChannelTables, Conflicts, Deals, Frame, Handoff, Inquiry, Members, Milestones, Moment,
    OpenOpportunities, OpportunityIx, Registration, RegistrationIx, Registrations, ServiceEvents,
};
use arrow::array::{ArrayRef, BooleanArray, StringArray};
use arrow::compute::{filter, nullif};
use arrow::error::ArrowError;

/// The state of an inquiry that has no answer.
const OPEN: &str = "open";

/// What is known of the tables at the end of a day, in days since 1970-01-01. Rows keep their order and are numbered anew.
///
/// # Errors
/// Columns of a frame that are not as long as their table, which is a mistake of this program.
pub fn known(tables: ChannelTables, deals: &Deals, as_of: i32) -> Result<ChannelTables, ArrowError> {
    let day = Day(as_of);
    let closed = closed(&tables, deals, as_of);
    let later = day.later(&tables.opportunities);
    let mut registrations = day.registrations(tables.registrations)?;
    registrations.without_rows(|opportunity| later.contains(&opportunity), &tables.accounts);
    let mut tables = ChannelTables {
        registrations,
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

    /// The opportunities that are created later.
    fn later(self, opportunities: &OpenOpportunities) -> BTreeSet<OpportunityIx> {
        let created = opportunities.opportunity.iter().zip(&opportunities.created_on);
        created
            .filter(|(_, created_on)| self.is_later(**created_on))
            .map(|(opportunity, _)| *opportunity)
            .collect()
    }

    fn registrations(self, registrations: Registrations) -> Result<Registrations, ArrowError> {
        let Registrations { ids, rows, members, mut events, frame } = registrations;
        let mut members = members.into_rows();
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
        Ok(Registrations { ids: kept.texts(&ids), rows, members: Members::new(members), events, frame })
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
        for inquiry in inquiries.iter_mut().filter(|inquiry| inquiry.answered_on > Some(self.0)) {
            // Nobody knows the answer yet.
            inquiry.state = OPEN.to_owned();
            (inquiry.answered_on, inquiry.answered_by) = (None, None);
            (inquiry.answer, inquiry.adjustment_id) = (None, None);
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

    fn all(&self) -> bool {
        !self.0.contains(&false)
    }

    fn rows<T>(&self, mut rows: Vec<T>) -> Vec<T> {
        let mut stays = self.0.iter();
        rows.retain(|_| stays.next().is_some_and(|stays| *stays));
        rows
    }

    fn array(&self, array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        if self.all() {
            return Ok(Arc::clone(array));
        }
        filter(array, &BooleanArray::from(self.0.clone()))
    }

    fn texts(&self, texts: &StringArray) -> StringArray {
        if self.all() {
            return texts.clone();
        }
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

#[cfg(test)]
mod tests {
    use apportion_data::{
        MilestoneRow, Optional, PayeeIx, RegistrationDecision, RegistrationEvent, RegistrationEventKind,
        RegistrationMember,
    };
    use arrow::array::Date32Array;

    use super::*;
    use crate::testing::{deals, frame, texts};
    use crate::texts::Texts;

    const DAY: i32 = 10;
    const PAYEE: PayeeIx = PayeeIx::FIRST;

    fn on(day: i32) -> Moment {
        Moment { seconds: i64::from(day) * 86_400, day, offset: 0 }
    }

    fn known_of(tables: ChannelTables) -> ChannelTables {
        known(tables, &deals(&[9, 11], &[1, 1], Frame::default()), DAY).expect("columns of one length")
    }

    fn registration(submitted: i32, decided: Option<i32>) -> Registration {
        Registration {
            payee: PAYEE,
            submitted_at: on(submitted),
            account: Optional::NONE,
            account_without_row: Optional::NONE,
            opportunity: Optional::NONE,
            deal: Optional::NONE,
            decision: decided.map(|day| (RegistrationDecision::Approved, on(day))),
            decided_by: None,
            reason: None,
        }
    }

    #[test]
    fn registrations_that_came_later_are_not_there_and_later_decisions_are_none() {
        let event = |registration: u32, day: i32| RegistrationEvent {
            registration: RegistrationIx::from_raw(registration),
            at: on(day),
            event: RegistrationEventKind::Extended,
            by: None,
            why: None,
        };
        let member = |registration: u32| RegistrationMember {
            registration: RegistrationIx::from_raw(registration),
            payee: PAYEE,
            percent_e9: 100_000_000_000,
        };
        let registrations = Registrations {
            ids: StringArray::from(vec!["A", "B", "C"]),
            rows: vec![registration(11, Some(12)), registration(10, Some(11)), registration(1, Some(10))],
            members: Members::new(vec![member(0), member(2)]),
            events: vec![event(0, 11), event(2, 10), event(2, 11)],
            frame: frame(vec![("decision", texts(&["approved"; 3])), ("reason", texts(&["a", "b", "c"]))]),
        };
        let known = known_of(ChannelTables { registrations, ..ChannelTables::default() }).registrations;
        assert_eq!(known.ids, StringArray::from(vec!["B", "C"]));
        assert_eq!(known.rows.iter().map(|row| row.decision.is_some()).collect::<Vec<_>>(), [false, true]);
        let cells = |name: &str| {
            let texts = Texts::of(&known.frame, name);
            [texts.get(0).map(str::to_owned), texts.get(1).map(str::to_owned)]
        };
        assert_eq!(cells("decision"), [None, Some("approved".to_owned())]);
        assert_eq!(cells("reason"), ["b", "c"].map(|text| Some(text.to_owned())));
        let second = RegistrationIx::from_raw(1);
        assert_eq!(known.members.of(second), [member(1)]);
        assert_eq!(known.members.clone().into_rows().len(), 1);
        assert_eq!(known.events_of(second), [event(1, 10)]);
    }

    #[test]
    fn an_opportunity_is_open_until_a_deal_closes_that_names_it() {
        let opportunity = OpportunityIx::from_raw;
        // The first deal closed by the day, the second did not.
        let mut opportunities = OpenOpportunities::default();
        opportunities.ids = StringArray::from(vec!["O-1", "O-2", "O-3", "O-4"]);
        opportunities.opportunity = (0..4).map(opportunity).collect();
        opportunities.account = vec![Optional::NONE; 4];
        for texts in [&mut opportunities.channel, &mut opportunities.owner_id, &mut opportunities.partner_id]
        {
            *texts = vec![None; 4];
        }
        opportunities.amount_e6 = vec![None; 4];
        opportunities.list_amount_e6 = vec![None; 4];
        opportunities.probability_e9 = vec![None; 4];
        opportunities.currency = vec!["USD".to_owned(); 4];
        opportunities.created_on = vec![Some(1), Some(10), Some(11), None];
        opportunities.expected_close = vec![None; 4];
        opportunities.frame = Frame { rows: 4, columns: Vec::new() };
        let deal_opportunity = vec![opportunity(0).into(), opportunity(1).into()];
        let known = known_of(ChannelTables { opportunities, deal_opportunity, ..ChannelTables::default() });
        assert_eq!(known.opportunities.ids, StringArray::from(vec!["O-2", "O-4"]));
        assert_eq!((known.opportunities.len(), known.opportunities.frame.rows), (2, 2));
    }

    #[test]
    fn what_was_done_later_is_not_done() {
        let days = |days: [Option<i32>; 2]| Arc::new(Date32Array::from(days.to_vec())) as ArrayRef;
        let service_events = ServiceEvents {
            ids: vec!["E-1".to_owned(), "E-2".to_owned(), "E-3".to_owned()],
            payee: vec![PAYEE; 3],
            account: vec![Optional::NONE; 3],
            opened_at: vec![on(9), on(10), on(11)],
            answered_at: vec![Some(on(10)), Some(on(11)), None],
            resolved_at: vec![None, Some(on(10)), None],
            frame: frame(vec![
                ("minutes_to_answer", texts(&["1", "2", "3"])),
                ("minutes_to_resolve", texts(&["1", "2", "3"])),
                ("kind", texts(&["a", "b", "c"])),
            ]),
        };
        let row = |id: &str, done_on| MilestoneRow {
            id: id.to_owned(),
            plan_id: None,
            account: Optional::NONE,
            payee: PAYEE,
            side: None,
            due_on: 30,
            done_on,
        };
        let milestones = Milestones {
            rows: vec![row("M-1", Some(10)), row("M-2", Some(11))],
            frame: frame(vec![("done_on", days([Some(10), Some(11)]))]),
        };
        let certificates = Certificates {
            ids: vec!["C-1".to_owned(), "C-2".to_owned(), "C-3".to_owned()],
            payee: vec![PAYEE; 3],
            earned_on: vec![None, Some(10), Some(11)],
            frame: frame(vec![("course", texts(&["a", "b", "c"]))]),
        };
        let known =
            known_of(ChannelTables { service_events, milestones, certificates, ..ChannelTables::default() });
        let events = &known.service_events;
        assert_eq!(events.answered_at, [Some(on(10)), None]);
        let cells = |name: &str| {
            let texts = Texts::of(&events.frame, name);
            [texts.get(0), texts.get(1)].map(|text| text.map(str::to_owned))
        };
        assert_eq!(cells("minutes_to_answer"), [Some("1".to_owned()), None]);
        assert_eq!(cells("minutes_to_resolve"), [None, Some("2".to_owned())]);
        assert_eq!(cells("kind"), ["a", "b"].map(|text| Some(text.to_owned())));
        assert_eq!(known.milestones.rows.iter().map(|row| row.done_on).collect::<Vec<_>>(), [Some(10), None]);
        assert_eq!(known.milestones.frame.column("done_on"), Some(&days([Some(10), None])));
        assert_eq!(known.certificates.ids, ["C-1", "C-2"]);
    }
}
