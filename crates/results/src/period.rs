//! The files of a period one by one: of a result, and of a close that has a folder of its own.

use std::io;

use super::reconciliation::DealMarks;
use super::sink::{OutputDigest, Sink};
use super::sums::Sums;
use super::{
    ATTAINMENT, CRATES, LINES, Outcome, PAYOUTS, RECONCILIATION, REJECTS, Reconciliation, STATEMENTS,
    UNCREDITED, attainment, channel, check, lines, manifest, reconciliation, rejects, statements, uncredited,
};
use apportion_base::diagnostic::Diagnostic;
use apportion_data::Tables;
use apportion_engine::credit::Lines;
use apportion_engine::disputes::HeldSums;
use apportion_engine::project::Close;
use apportion_engine::settle::PeriodView;
use apportion_rules::RuleBook;

/// What lines come to.
pub(super) struct Found<'a> {
    tables: &'a Tables,
    rules: &'a RuleBook,
    sums: Sums,
    marks: DealMarks,
    held: HeldSums<'a>,
}

impl<'a> Found<'a> {
    /// Of no lines.
    pub fn new(tables: &'a Tables, rules: &'a RuleBook) -> Self {
        let (sums, marks) = (Sums::default(), DealMarks::new(tables.deals.len()));
        Self { tables, rules, sums, marks, held: HeldSums::of_none(tables) }
    }

    /// Adds the lines of payees who come after those before.
    pub fn add(&mut self, settlement: &PeriodView) -> Result<(), Diagnostic> {
        self.marks.add(settlement);
        self.held.add(self.tables, self.rules, settlement);
        self.sums.follow(settlement, self.tables, self.rules)
    }
}

/// The files of a settled period, whose totals were proved.
pub struct PeriodFiles<'a> {
    outcome: Outcome<'a>,
    pub(super) sums: Sums,
    pub(super) reconciliation: Reconciliation,
    /// What open conflicts hold.
    held: HeldSums<'a>,
}

impl<'a> PeriodFiles<'a> {
    /// Adds a period up and proves it.
    ///
    /// # Errors
    ///
    /// `does-not-add-up` and `unsorted-lines` where the settlement contradicts itself: a fault of ours.
    pub fn new(close: &'a Close) -> Result<Self, Diagnostic> {
        Self::of(Outcome::new(close, false))
    }

    pub(super) fn of(outcome: Outcome<'a>) -> Result<Self, Diagnostic> {
        CRATES.check()?;
        let mut found = Found::new(outcome.tables, outcome.rules);
        found.add(outcome.settlement)?;
        Self::of_found(outcome, found)
    }

    /// The files of a period whose lines were added up before.
    pub(super) fn of_found(outcome: Outcome<'a>, found: Found<'a>) -> Result<Self, Diagnostic> {
        let Found { sums, marks, held, .. } = found;
        let Outcome { settlement, tables, rules, book, period, .. } = outcome;
        check(settlement, rules, &sums)?;
        let reconciliation = Reconciliation::of_marks(&marks, settlement, tables, (book, period));
        Ok(Self { outcome, sums, reconciliation, held })
    }

    /// The names of the files of a close, in the order in which they are written: without payouts.csv, because what is paid is the
    /// ledger's.
    pub fn names(&self) -> Vec<&'static str> {
        self.all_names().into_iter().filter(|name| *name != PAYOUTS).collect()
    }

    /// The names of all files, in the order in which they are written.
    pub(super) fn all_names(&self) -> Vec<&'static str> {
        let mut names = vec![LINES, STATEMENTS, PAYOUTS, UNCREDITED, REJECTS, RECONCILIATION];
        names.extend(self.outcome.settlement.attainment.as_ref().map(|_| ATTAINMENT));
        names.extend(channel::names(&self.outcome));
        names
    }

    /// Writes one of these files.
    ///
    /// # Errors
    ///
    /// What the system says; `NotFound` for another name.
    pub fn write(&self, name: &str, sink: &mut Sink) -> io::Result<()> {
        let Self { outcome, sums, reconciliation, held } = self;
        match name {
            LINES => lines::write(sink, outcome),
            STATEMENTS => statements::write_statements(sink, outcome, sums),
            PAYOUTS => statements::write_payouts(sink, outcome, sums),
            UNCREDITED => uncredited::write(sink, outcome),
            REJECTS => rejects::write(sink, outcome),
            RECONCILIATION => reconciliation::write(sink, reconciliation, outcome.book.currency.digits()),
            ATTAINMENT => {
                attainment::write(sink, outcome, outcome.settlement.attainment.as_deref().unwrap_or_default())
            }
            _ => channel::write(name, sink, outcome, held),
        }
    }

    /// Writes run.json, which names the digests of the files that were written before it.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn write_manifest(&self, sink: &mut Sink, outputs: &[OutputDigest]) -> io::Result<()> {
        let made = manifest::Made { sums: &self.sums, reconciliation: &self.reconciliation, outputs };
        manifest::write(sink, &self.outcome, made)
    }

    /// Writes other lines of the same rules and tables as lines.parquet has them.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn write_lines(&self, sink: &mut Sink, lines: Lines) -> io::Result<()> {
        let settlement = PeriodView { lines, ..self.outcome.settlement.without_lines() };
        lines::write(sink, &Outcome { settlement: &settlement, ..self.outcome })
    }
}
