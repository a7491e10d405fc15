//! `answer`: a service event is near or beyond what a gate asks.
//!
//! A gate says what it asks of an event by a condition over minutes, of which it is not known where the limit is. So an event that waits is
//! judged as if it were answered and resolved at the end of a day: the first day at whose end the condition is not true any more is the
//! day on which the time runs out.

use std::sync::Arc;

use apportion_base::diagnostic::Diagnostic;
use apportion_data::{Bound, Frame, Moment};
use apportion_expr::Expr;
use apportion_rules::{Gate, GateCount, GateTable, PolicyKind, PolicyTerms};
use arrow::array::{Array, ArrayRef, Date32Array, Decimal128Array, UInt32Array, new_null_array};
use arrow::compute::take;
use arrow::datatypes::DataType;

use super::ground::{Ground, no_value, on};
use super::{ActionKind, Found, Stake};
use crate::holds::month_frame;
use crate::plan::index_array;

/// How many days ahead.
const DAYS: i32 = 1;

/// What is not known of an event that waits: the moment, and the minutes until then.
const UNKNOWN: [[&str; 2]; 2] = [["answered_at", "minutes_to_answer"], ["resolved_at", "minutes_to_resolve"]];

/// For each event that waits for something a gate of the day asks for, the earliest day of several.
pub(super) fn find(ground: &Ground<'_>) -> Result<Vec<Found>, Vec<Diagnostic>> {
    let mut found: Vec<Option<(i32, &str)>> = vec![None; ground.tables.channel.service_events.ids.len()];
    for (_, policy) in ground.rules.policies.of_kind(PolicyKind::Gate) {
        let Some(PolicyTerms::Gate(gate)) = policy.in_force(ground.as_of).map(|version| &version.terms)
        else {
            continue;
        };
        if gate.table == GateTable::ServiceEvents {
            let asked = Asked { ground, id: &policy.id, gate, deal: deal_of_day(ground) };
            for (event, known) in found.iter_mut().enumerate() {
                let runs_out = asked.runs_out(event)?;
                *known = match (*known, runs_out) {
                    (Some(known), Some(day)) if known.0 <= day => Some(known),
                    (known, None) => known,
                    (_, Some(day)) => Some((day, policy.id.as_str())),
                };
            }
        }
    }
    let events = found.into_iter().enumerate();
    Ok(events
        .filter_map(|(event, found)| found.map(|(day, gate)| action(ground, event, day, gate)))
        .collect())
}

fn action(ground: &Ground<'_>, event: usize, day: i32, gate: &str) -> Found {
    let events = &ground.tables.channel.service_events;
    let (id, opened) = (&events.ids[event], on(events.opened_at[event].day));
    let runs = if day < ground.as_of { "ran out" } else { "runs out" };
    let what = if events.answered_at[event].is_none() { "an answer" } else { "a solution" };
    Found {
        kind: ActionKind::Answer,
        payee: Some(events.payee[event]),
        subject: id.clone(),
        due: Some(day),
        stake: Stake::Unknown,
        why: format!(
            "{id}, opened on {opened}, waits for {what}; the time that gate `{gate}` gives {runs} on {}.",
            on(day)
        ),
    }
}

/// A gate that is asked about events.
struct Asked<'a, 'g> {
    ground: &'a Ground<'g>,
    id: &'a str,
    gate: &'a Gate,
    /// A deal that closes on the day; it has nothing else.
    deal: Frame,
}

impl Asked<'_, '_> {
    /// The day on which the time of an event runs out, where that is near or past; `None` where it waits for nothing that is asked.
    fn runs_out(&self, event: usize) -> Result<Option<i32>, Vec<Diagnostic>> {
        let Some(condition) = self.gate.counts.as_ref().filter(|condition| self.waits(condition, event))
        else {
            return Ok(None);
        };
        let opened = self.ground.tables.channel.service_events.opened_at[event];
        let of = match &self.gate.count {
            GateCount::Share(_, of) => of.as_ref(),
            GateCount::AtLeast(_) => None,
        };
        let at_once = Answered { day: opened.day, minutes: 0 };
        for asked in self.gate.payees.iter().chain(of).chain([condition]) {
            if !self.is_true(asked, event, at_once)? {
                return Ok(None);
            }
        }
        let last = self.ground.as_of.saturating_add(DAYS);
        if self.is_true(condition, event, self.at_end_of(last, opened))? {
            return Ok(None);
        }
        let (mut low, mut high) = (opened.day, last);
        while low < high {
            let middle = low + (high - low) / 2;
            let in_time = self.is_true(condition, event, self.at_end_of(middle, opened))?;
            if in_time { low = middle + 1 } else { high = middle }
        }
        Ok(Some(high))
    }

    /// Whether a condition names something that is not known yet of an event.
    fn waits(&self, condition: &Expr, event: usize) -> bool {
        let events = &self.ground.tables.channel.service_events;
        let unknown = [events.answered_at[event].is_none(), events.resolved_at[event].is_none()];
        let named: Vec<&str> = condition
            .columns()
            .into_iter()
            .filter(|column| column.table == 0)
            .filter_map(|column| condition.scope().column(column).map(|(name, _)| name))
            .collect();
        let mut waiting = UNKNOWN.iter().zip(unknown).filter(|(_, is_unknown)| *is_unknown);
        waiting.any(|(names, _)| names.iter().any(|name| named.contains(name)))
    }

    /// Answered when a day ends: its minutes are whole, by the clock.
    fn at_end_of(&self, day: i32, opened: Moment) -> Answered {
        let local = (i64::from(day) + 1) * 86_400;
        let zone = self.ground.book.timezone.as_ref();
        let end =
            zone.map_or(Some(local - i64::from(opened.offset)), |zone| zone.instant(local)).unwrap_or(local);
        Answered { day, minutes: end.saturating_sub(opened.seconds).div_euclid(60) }
    }

    /// Whether a condition of the gate is true of an event, if what is unknown of it was known so.
    fn is_true(&self, condition: &Expr, event: usize, answered: Answered) -> Result<bool, Vec<Diagnostic>> {
        let tables = self.ground.tables;
        let payees = &tables.payees;
        let states = index_array(
            [payees.state(tables.channel.service_events.payee[event], self.ground.as_of).raw()].into_iter(),
        );
        let of_payees = Some(&payees.states.frame);
        let fault = |error: &_| no_value(self.id, condition, error);
        let first = index_array([0].into_iter());
        // A condition of `payees` sees them alone.
        let mask = if condition.scope().tables.len() == 1 {
            Bound::new(condition, &[of_payees]).mask(1, &[Some(&states)])
        } else {
            let month = month_frame(self.ground.book.calendar().last_day(self.ground.year()));
            let row = self.row(event, answered)?;
            let frames = [Some(&row), of_payees, Some(&self.deal), Some(&month)];
            let indices = [Some(&first), Some(&states), Some(&first), Some(&first)];
            Bound::new(condition, &frames).mask(1, &indices)
        };
        let mask = mask.map_err(|error| fault(&error))?;
        Ok(mask.is_valid(0) && mask.value(0))
    }

    /// The row of an event.
    fn row(&self, event: usize, answered: Answered) -> Result<Frame, Vec<Diagnostic>> {
        let events = &self.ground.tables.channel.service_events;
        let unknown = [events.answered_at[event].is_none(), events.resolved_at[event].is_none()];
        let index = UInt32Array::from(vec![u32::try_from(event).unwrap_or(u32::MAX)]);
        let column = |(name, array): &(String, ArrayRef)| {
            let own =
                take(array.as_ref(), &index, None).unwrap_or_else(|_| new_null_array(array.data_type(), 1));
            let is_unknown =
                UNKNOWN.iter().zip(unknown).any(|(names, unknown)| unknown && names.contains(&name.as_str()));
            (name.clone(), if is_unknown { answered.in_column(array.data_type()) } else { own })
        };
        Ok(Frame { rows: 1, columns: events.frame.columns.iter().map(column).collect() })
    }
}

/// When an event is supposed to be answered.
#[derive(Debug, Clone, Copy)]
struct Answered {
    /// The day.
    day: i32,
    /// Whole minutes since it was opened.
    minutes: i64,
}

impl Answered {
    /// A column of one row: the day, or the minutes.
    fn in_column(self, data_type: &DataType) -> ArrayRef {
        match data_type {
            DataType::Date32 => Arc::new(Date32Array::from(vec![self.day])),
            DataType::Decimal128(_, scale) => {
                let one = 10_i128.checked_pow(u32::from(scale.unsigned_abs()));
                let minutes = one.and_then(|one| i128::from(self.minutes).checked_mul(one));
                let column: Decimal128Array = [minutes].into_iter().collect();
                Arc::new(column.with_data_type(data_type.clone()))
            }
            other => new_null_array(other, 1),
        }
    }
}

/// A deal of which only the day is known: that of the as-of day.
fn deal_of_day(ground: &Ground<'_>) -> Frame {
    let column = |(name, array): &(String, ArrayRef)| {
        let array: ArrayRef = match name.as_str() {
            "close_date" => Arc::new(Date32Array::from(vec![ground.as_of])),
            _ => new_null_array(array.data_type(), 1),
        };
        (name.clone(), array)
    };
    Frame { rows: 1, columns: ground.tables.deals.frame.columns.iter().map(column).collect() }
}
