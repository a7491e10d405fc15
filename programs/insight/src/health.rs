//! Health: what is open, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use apportion::channel::{ConflictState, Governance, Subject};
use apportion::cli::reports::MadeReport;
use apportion::data::{OpenIx, OpportunityIx, PayeeIx, Tables};
use apportion::project::Close;

use crate::frames::{Kinds, Sight, Values, day_of};
use crate::{Fault, csv, table};

const HEADER: [&str; 3] = ["opportunity_id", "health", "reasons"];

/// Days beyond the expected close after which what is open is at risk.
const LONG_OVERDUE: i32 = 30;

/// What may be wrong, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It should have closed.
    Overdue,
    /// Nobody worked on it for long.
    Stale,
    /// A conflict about it is open.
    Contested,
    /// A partner worked on it, and nobody's claim protects it or may.
    Unregistered,
    /// It is offered at a price that nobody approved.
    Breach,
    /// It is sold in another way than the model says.
    Crossed,
}

impl Reason {
    /// The word in health.csv.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Stale => "stale",
            Self::Contested => "contested",
            Self::Unregistered => "unregistered",
            Self::Breach => "breach",
            Self::Crossed => "crossed",
        }
    }
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Nothing is wrong.
    Good,
    /// One thing is.
    Watch,
    /// More is, or something grave.
    AtRisk,
}

impl Health {
    fn of(reasons: &[Reason], long_overdue: bool) -> Self {
        match reasons {
            _ if long_overdue || reasons.contains(&Reason::Contested) => Self::AtRisk,
            [] => Self::Good,
            [_] => Self::Watch,
            _ => Self::AtRisk,
        }
    }

    /// The word in health.csv.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Watch => "watch",
            Self::AtRisk => "at risk",
        }
    }
}

/// What is open, how it stands, and what is wrong.
pub type OpenHealth = (OpenIx, Health, Vec<Reason>);

/// The health of all that is seen of what is open, with its reasons.
pub fn of_all(sight: Sight<'_>) -> Vec<OpenHealth> {
    let facts = Facts::new(sight.settlement.as_close());
    let open = sight.settlement.as_close().tables.channel.opportunities.all();
    let of_one = |place: OpenIx| {
        let reasons = facts.reasons(place);
        (place, facts.health(place, &reasons), reasons)
    };
    open.filter(|place| sight.sees(Subject::Open(*place))).map(of_one).collect()
}

/// The health of what is open on the as-of day: health.csv, by opportunity_id.
///
/// # Errors
/// None that data can reach.
pub fn health(sight: Sight<'_>) -> Result<MadeReport, Fault> {
    let close = sight.settlement.as_close();
    let facts = Facts::new(close);
    let open = close.tables.channel.opportunities.all().filter(|place| sight.sees(Subject::Open(*place)));
    let mut rows: Vec<Vec<String>> = open.map(|place| facts.row(place)).collect();
    rows.sort();
    let count = |health: Health| {
        rows.iter().filter(|row| row.get(1).is_some_and(|word| word == health.word())).count()
    };
    let sums = [Health::AtRisk, Health::Watch, Health::Good]
        .map(|health| format!("{} {}", count(health), health.word()));
    let worse: Vec<Vec<String>> = rows
        .iter()
        .filter(|row| row.get(1).is_some_and(|word| word != Health::Good.word()))
        .cloned()
        .collect();
    let day = apportion::book::display_day(facts.as_of);
    let text =
        format!("Open opportunities as of {day}: {}\n\n{}", sums.join(", "), table::text(&HEADER, &worse, 3));
    let file = csv::file(&HEADER, rows.into_iter(), &[]);
    Ok(MadeReport { files: vec![("health.csv".to_owned(), file)], text })
}

struct Facts<'a> {
    tables: &'a Tables,
    as_of: i32,
    stale_days: i32,
    /// The last day of work that names an opportunity, by the as-of day, and whether a partner is among those who worked on it.
    work: BTreeMap<OpportunityIx, (Option<i32>, bool)>,
    contested: BTreeSet<OpenIx>,
    claimed: BTreeSet<OpenIx>,
    breaches: BTreeSet<OpenIx>,
    crossed: Values<'a>,
}

impl<'a> Facts<'a> {
    fn new(close: &'a Close) -> Self {
        let tables = &*close.tables;
        let governance = close.governance.as_deref();
        let as_of =
            governance.map_or(close.book.calendar().last_day(close.period), |governance| governance.as_of);
        let subjects = |of: fn(&Governance) -> Vec<Subject>| -> BTreeSet<OpenIx> {
            governance.map(of).unwrap_or_default().into_iter().filter_map(as_open).collect()
        };
        Self {
            tables,
            as_of,
            stale_days: i32::try_from(close.book.report.stale_days).unwrap_or(i32::MAX),
            work: work(tables, as_of),
            contested: subjects(contested),
            claimed: subjects(claimed),
            breaches: subjects(breaches),
            crossed: Values::of(&tables.channel.opportunities.frame, "crossed"),
        }
    }

    fn row(&self, open: OpenIx) -> Vec<String> {
        let reasons = self.reasons(open);
        let words: Vec<&str> = reasons.iter().map(|reason| reason.word()).collect();
        let id = self.tables.channel.opportunities.ids.value(open.at()).to_owned();
        vec![id, self.health(open, &reasons).word().to_owned(), words.join(";")]
    }

    fn health(&self, open: OpenIx, reasons: &[Reason]) -> Health {
        let expected = self.tables.channel.opportunities.expected_close[open];
        let long = expected.is_some_and(|day| self.as_of.saturating_sub(day) > LONG_OVERDUE);
        Health::of(reasons, long)
    }

    fn reasons(&self, open: OpenIx) -> Vec<Reason> {
        let opportunities = &self.tables.channel.opportunities;
        let (last, by_partner) =
            self.work.get(&opportunities.opportunity[open]).copied().unwrap_or((None, false));
        let since = last.or(opportunities.created_on[open]);
        let is_stale = since.is_none_or(|day| self.as_of.saturating_sub(day) > self.stale_days);
        let all = [
            (Reason::Overdue, opportunities.expected_close[open].is_some_and(|day| self.as_of > day)),
            (Reason::Stale, is_stale),
            (Reason::Contested, self.contested.contains(&open)),
            (Reason::Unregistered, by_partner && !self.claimed.contains(&open)),
            (Reason::Breach, self.breaches.contains(&open)),
            (Reason::Crossed, self.crossed.is_true(open.at())),
        ];
        all.into_iter().filter(|(_, holds)| *holds).map(|(reason, _)| reason).collect()
    }
}

fn as_open(subject: Subject) -> Option<OpenIx> {
    match subject {
        Subject::Open(open) => Some(open),
        Subject::Deal(_) => None,
    }
}

fn contested(governance: &Governance) -> Vec<Subject> {
    let is_open = |state| matches!(state, ConflictState::Open | ConflictState::Overdue);
    let open = governance.conflicts.iter().filter(|conflict| is_open(conflict.state));
    open.filter_map(|conflict| conflict.subject).collect()
}

fn claimed(governance: &Governance) -> Vec<Subject> {
    governance.open_claims.iter().filter(|claim| claim.state.stands()).map(|claim| claim.subject).collect()
}

fn breaches(governance: &Governance) -> Vec<Subject> {
    governance.prices.iter().filter(|audit| audit.breach).map(|audit| audit.subject).collect()
}

/// The work that names opportunities; who is a partner is asked as of the as-of day.
fn work(tables: &Tables, as_of: i32) -> BTreeMap<OpportunityIx, (Option<i32>, bool)> {
    let (engagements, kinds) = (&tables.engagements, Kinds::new(tables));
    let mut work: BTreeMap<OpportunityIx, (Option<i32>, bool)> = BTreeMap::new();
    for row in engagements.all().filter(|row| engagements.is_source(*row)) {
        let named = engagements.opportunity.get(row.at()).and_then(|named| named.get());
        let (Some(named), day) = (named, day_of(tables, row)) else { continue };
        if day.is_some_and(|day| day > as_of) {
            continue;
        }
        let payee: PayeeIx = engagements.payee[row];
        let (last, by_partner) = work.entry(named).or_default();
        *last = (*last).max(day);
        *by_partner |= kinds.is_partner(payee, as_of);
    }
    work
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn health_goes_by_what_is_wrong() {
        assert_eq!(Health::of(&[], false), Health::Good);
        assert_eq!(Health::of(&[Reason::Stale], false), Health::Watch);
        assert_eq!(Health::of(&[Reason::Overdue], true), Health::AtRisk);
        assert_eq!(Health::of(&[Reason::Contested], false), Health::AtRisk);
        assert_eq!(Health::of(&[Reason::Stale, Reason::Breach], false), Health::AtRisk);
    }
}
