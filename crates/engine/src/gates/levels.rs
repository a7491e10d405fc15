//! What gates ask of service events, counted over all events of a period: the service levels of a report.

use apportion_data::{Frame, PayeeIx, Tables};
use apportion_expr::Expr;
use apportion_rules::{Gate, GateCount, GateTable, RuleBook};
use arrow::array::{Array, BooleanArray, UInt32Array};

use super::{no_value, versions};
use crate::credit::{Fault, Subject};
use crate::holds::month_frame;
use crate::plan::{Bound, index_array};
use apportion_base::diagnostic::Diagnostic;

/// The place of deals among the tables that conditions of a gate see; columns of accounts are among theirs.
const DEALS: usize = 2;

/// What a gate asks of service events, and how the events of a period met it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceLevel {
    /// The id of the gate.
    pub gate: String,
    /// The events that it asks about, by their places in [`ChannelTables::service_events`](apportion_data::ChannelTables), each with
    /// whether it met what is asked.
    pub events: Vec<(usize, bool)>,
}

/// The service levels of the events that were opened in a period, of the gates that are in force on its last day, ask for a part of
/// service events, and ask nothing of a deal. Payees are what they are on that day. In byte order of ids.
///
/// # Errors
/// An expression that has no value.
pub fn service_levels(
    tables: &Tables,
    rules: &RuleBook,
    (first, last): (i32, i32),
) -> Result<Vec<ServiceLevel>, Vec<Diagnostic>> {
    let events = &tables.channel.service_events;
    let opened = |place: &usize| (first..=last).contains(&events.opened_at[*place].day);
    let places: Vec<usize> = (0..events.ids.len()).filter(opened).collect();
    let mut levels = Vec::new();
    for version in versions(rules).into_iter().filter(|version| version.in_force(last)) {
        let Some(of) = part_of_events(version.gate) else { continue };
        let asked = Asked { tables, month: month_frame(last), last, places: &places };
        let mask = |condition| asked.mask(condition).map_err(|fault| vec![no_value(tables, version, &fault)]);
        let (is_asked, meets) = (mask(Some(of))?, mask(version.gate.counts.as_ref())?);
        let met = places.iter().zip(is_asked.iter().zip(meets));
        let events = met.filter(|(_, (asked, _))| **asked).map(|(place, (_, meets))| (*place, meets));
        levels.push(ServiceLevel { gate: version.id.to_owned(), events: events.collect() });
    }
    Ok(levels)
}

/// The condition of which a gate asks a part of service events, if neither it nor `where` asks anything of a deal.
fn part_of_events(gate: &Gate) -> Option<&Expr> {
    let GateCount::Share(_, Some(of)) = &gate.count else { return None };
    let is_free = |condition: &Expr| condition.columns().iter().all(|column| column.table != DEALS);
    let all_free = is_free(of) && gate.counts.iter().all(is_free);
    (gate.table == GateTable::ServiceEvents && all_free).then_some(of)
}

/// Events that are asked about.
struct Asked<'a> {
    tables: &'a Tables,
    month: Frame,
    last: i32,
    places: &'a [usize],
}

impl Asked<'_> {
    /// For which of the places a condition is true; `None` is true for all.
    fn mask(&self, condition: Option<&Expr>) -> Result<Vec<bool>, Fault> {
        let Some(condition) = condition else { return Ok(vec![true; self.places.len()]) };
        let events = &self.tables.channel.service_events;
        let payees = &self.tables.payees;
        let state = |payee: PayeeIx| payees.state(payee, self.last).raw();
        let places = self.places.iter();
        let rows: UInt32Array = places.clone().map(|place| u32::try_from(*place).ok()).collect();
        let states = index_array(places.clone().map(|place| state(events.payee[*place])));
        // Nothing is asked of a deal, so that any will do.
        let deals = UInt32Array::new_null(self.places.len());
        let month = index_array(places.map(|_| 0));
        let frames = [
            Some(&events.frame),
            Some(&payees.states.frame),
            Some(&self.tables.deals.frame),
            Some(&self.month),
        ];
        let bound = Bound::new(condition, &frames);
        let indices = [Some(&rows), Some(&states), Some(&deals), Some(&month)];
        let payee = |row: usize| Subject::Payee(events.payee[self.places[row]]);
        let mask: BooleanArray = bound
            .mask(self.places.len(), &indices)
            .map_err(|error| Fault::of_expression(bound.expr(), error, payee))?;
        Ok((0..mask.len()).map(|row| mask.is_valid(row) && mask.value(row)).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use apportion_base::calendar::day_of_date;
    use apportion_base::diagnostic::Files;
    use apportion_base::world::Memory;
    use apportion_data::NoProgress;

    use super::*;
    use crate::project::Project;

    const BOOK: &str = "[book]\nname = \"B\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n[sources]\n\
        deals = { path = \"deals.csv\" }\npayees = { path = \"payees.csv\" }\nengagements = { path = \"work.csv\" }\n\
        service_events = { path = \"events.csv\" }\n";
    const EVENTS: &str = "event_id,payee_id,opened_at,answered_at\nE1,pat,2026-02-10T09:00:00Z,2026-02-10T10:00:00Z\n\
        E2,pat,2026-02-11T09:00:00Z,\nE3,pat,2026-03-01T09:00:00Z,2026-03-01T09:30:00Z\n";

    /// The service levels of February, of a gate that asks this of an event.
    fn levels(condition: &str) -> Result<Vec<ServiceLevel>, Vec<Diagnostic>> {
        let rules = format!(
            "[[stipend]]\nid = \"thanks\"\nwhy = \"Test\"\neffective = {{ from = 2026-01-01 }}\namount = \"5\"\n\n\
             [[gate]]\nid = \"quick\"\nwhy = \"Test\"\neffective = {{ from = 2026-01-01 }}\nrules = [\"thanks\"]\n\
             need = {{ table = \"service_events\", where = \"{condition}\", share_at_least = \"90%\", of = \"TRUE\" }}\n"
        );
        let memory = Memory::new()
            .with("apportion.toml", BOOK)
            .with("rules.toml", rules)
            .with("deals.csv", "deal_id,outcome,close_date,amount\n")
            .with("payees.csv", "payee_id,kind\npat,partner\n")
            .with("work.csv", "deal_id,payee_id,role\n")
            .with("events.csv", EVENTS);
        let project =
            Project::open(&memory.shared(), Path::new(""), &mut Files::default()).expect("a good project");
        let day = |month, day| day_of_date(2026, month, day).expect("a day");
        let days = (day(2, 1), day(2, 28));
        let tables = project.tables(&NoProgress).expect("good data");
        let tables = project.prepared(tables, days.1).expect("it has values").tables;
        service_levels(&tables, project.rules(), days)
    }

    #[test]
    fn events_of_the_period_meet_it_or_do_not() {
        let found = levels("minutes_to_answer <= 60").expect("it has a value");
        assert_eq!(found, [ServiceLevel { gate: "quick".to_owned(), events: vec![(0, true), (1, false)] }]);
    }

    #[test]
    fn what_has_no_value_is_said_of_the_gate_and_of_no_deal() {
        let found =
            levels("minutes_to_answer * 999999999999999999 * 999999999999999999 * 999999999999999999 > 0")
                .expect_err("no value");
        let said: Vec<&str> = found.iter().map(|found| found.message.as_str()).collect();
        assert!(said.iter().all(|said| said.starts_with("gate `quick`: ")), "{said:?}");
    }
}
