//! What a close reads: the data, what the system before left, and what payees were in the close before.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Closing;
use crate::folder::{InputRecord, ReversalRow, read_opening, read_people, read_reversals, unreadable};
use crate::key::{Map, Name};
use crate::ledger::{Closes, History};
use crate::originals;
use crate::people::{ChangedPayee, People, columns_in_use};
use crate::posted::Standings;
use crate::rewritten::parse_day;
use crate::scope::CloseDays;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::Minor;
use apportion_book::TableName;
use apportion_contract::is_assignable;
use apportion_contract::output::ledger::{CLOSE, PEOPLE, REVERSALS};
use apportion_data::{Tables, UsedColumns};
use apportion_engine::project::Prepared;
use apportion_rules::{Kind, PolicyTerms};

/// What the closes before say of the close.
pub(super) struct Past<'a> {
    pub(super) history: &'a History,
    /// Before the first close, what the system before left.
    pub(super) standings: &'a Standings,
    pub(super) held: Map<Name, Minor>,
    pub(super) last_day: Option<i32>,
}

pub(super) fn past<'h>(
    history: &'h History,
    opening: Option<&'h Standings>,
    days: CloseDays,
) -> Result<Past<'h>, Diagnostic> {
    let held = history.posted.held().map_err(|error| {
        Diagnostic::error(Code::NumberTooLarge, format!("what is held of a payee: {error}"))
    })?;
    let last_day = history.closes.last().map(|close| days.calendar.last_day(close.period));
    Ok(Past { history, standings: opening.unwrap_or(&history.standings), held, last_day })
}

impl Closing<'_> {
    /// The columns of payees that are in use.
    pub(super) fn people_columns(&self) -> Vec<String> {
        let none = BTreeSet::new();
        let named = self.project.used().get(&TableName::Payees).unwrap_or(&none);
        columns_in_use(named, self.project.rules())
    }

    /// Reads the data: the columns that rules name, and those that a close needs of payees. What the closes have posted is added up beside
    /// that; their files are read before, so that files are read in one order.
    pub(super) fn read(
        &self,
        closes: Closes,
        (days, as_of): (CloseDays, i32),
    ) -> Result<(Prepared, History), Vec<Diagnostic>> {
        let packed = self.ledger.packed(closes).map_err(|error| vec![error])?;
        // Not by a thread of its own, whose sums would wait for the pool: a close may be asked for by the pool's own threads.
        let (columns, sources, progress) = (self.columns(), self.project.sources(), self.progress);
        let (tables, history) = rayon::join(|| sources.load(&columns, progress), || packed.unpacked());
        let history = history.map_err(|error| vec![error])?;
        let mut tables = tables?;
        self.add_roles(&mut tables, &history);
        tables.end_period(days.last);
        let prepared = self.project.prepared_as_of(Arc::new(tables), days.last, as_of)?;
        Ok((prepared, history))
    }

    /// The day at whose end a close knows things: what is asked for, else the last day of the month or the day of the close before, which
    /// is later. What a close knew, the next one knows as well.
    pub(super) fn as_of(&self, closes: &Closes, days: CloseDays) -> Result<i32, Diagnostic> {
        let Some(last) = closes.last() else { return Ok(self.project.as_of().unwrap_or(days.last)) };
        let record = &last.record;
        let before = parse_day(&record.as_of)
            .ok_or_else(|| unreadable(&self.ledger.shown(&record.close, CLOSE), "`as_of` is no date"))?;
        match self.project.as_of() {
            Some(day) if day < before => Err(Diagnostic::error(
                Code::EarlierAsOf,
                format!("{} knew what was known at the end of {}", record.close, record.as_of),
            )
            .help(format!("leave `--as-of` out, or name {} or a later day", record.as_of))),
            Some(day) => Ok(day),
            None => Ok(before.max(days.last)),
        }
    }

    /// Lines that are taken back may be of roles that nobody has any more.
    pub(super) fn add_roles(&self, tables: &mut Tables, history: &History) {
        if self.project.rules().rules.iter().any(|rule| rule.kind == Kind::Clawback) {
            let roles = originals::roles(&history.posted, &history.names);
            Arc::make_mut(&mut tables.engagements).add_roles(roles);
        }
    }

    /// The columns that a close reads.
    pub(super) fn columns(&self) -> UsedColumns {
        let mut used: UsedColumns = self.project.used().clone();
        let mut extra = vec!["kind", "currency", "start_date", "end_date"];
        let policies = &self.project.rules().policies;
        let mut terms =
            policies.iter().flat_map(|(_, policy)| &policy.versions).map(|version| &version.terms);
        if terms.any(|terms| matches!(terms, PolicyTerms::Draw(draw) if draw.prorate.is_some())) {
            extra.push("fte");
        }
        let tables = &self.project.sources().catalogue().tables;
        let has_assignments = tables.get(&TableName::Assignments).is_some_and(|schema| schema.present);
        for column in extra {
            used.entry(TableName::Payees).or_default().insert(column.to_owned());
            if has_assignments && is_assignable(column) {
                used.entry(TableName::Assignments).or_default().insert(column.to_owned());
            }
        }
        used
    }

    /// The reversals of the last close.
    pub(super) fn reversals_before(&self, closes: &Closes) -> Result<Vec<ReversalRow>, Vec<Diagnostic>> {
        let Some(last) = closes.last() else { return Ok(Vec::new()) };
        let rows = self.ledger.file(&last.record, REVERSALS).and_then(|bytes| {
            read_reversals(&bytes)
                .map_err(|why| unreadable(&self.ledger.shown(&last.record.close, REVERSALS), &why))
        });
        rows.map_err(|error| vec![error])
    }

    /// The balances of the system before, for the first close alone.
    pub(super) fn opening(
        &self,
        closes: &Closes,
        tables: &Tables,
    ) -> Result<Option<(Standings, InputRecord)>, Vec<Diagnostic>> {
        let Some(opening) = &self.ledger.settings().opening else { return Ok(None) };
        if closes.last().is_some() {
            return Ok(None);
        }
        let bad = |why: String| {
            let message = format!("{} can't be used: {why}", opening.value);
            vec![
                Diagnostic::error(Code::BadOpening, message)
                    .at(opening.span.clone(), "named here")
                    .help("a CSV file with the columns payee_id, carried and owed, one row for each payee"),
            ]
        };
        let path = self.project.book().root.join(&opening.value);
        let bytes = self.ledger.read_input(&path).map_err(|error| bad(error.to_string()))?;
        let payees: BTreeSet<&str> = tables.payees.all().map(|payee| tables.payees.id(payee)).collect();
        let currency = self.project.book().currency;
        let standings = read_opening(&bytes, currency, |id| payees.contains(id)).map_err(bad)?;
        let sha256 = apportion_base::digest::sha256_hex(&bytes);
        Ok(Some((standings, InputRecord { path: opening.value.clone(), table: None, sha256 })))
    }

    /// Payees whose attributes are others than in the close before.
    pub(super) fn changed_payees(
        &self,
        past: &Past<'_>,
        tables: &Tables,
    ) -> Result<Vec<ChangedPayee>, Diagnostic> {
        let Some(last) = past.history.closes.last() else { return Ok(Vec::new()) };
        let bytes = self.ledger.file(&last.record, PEOPLE)?;
        let was = read_people(&bytes)
            .map_err(|why| unreadable(&self.ledger.shown(&last.record.close, PEOPLE), &why))?;
        // What a payee is from a later day on changes nothing that was posted.
        let day = past.last_day.unwrap_or_default();
        Ok(was.changed(&People::new(tables, self.people_columns(), day)))
    }
}
