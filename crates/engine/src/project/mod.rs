//! The one way from the files of a project to a settlement.
//!
//! ```text
//! world ─► Sources (project file, headers of the data) ─► Project (and its rules) ─► tables ─► Close
//! ```
//!
//! Every command goes this way, and so do worked cases, fuzzing and the façade. A step is done when it is first
//! needed and then kept: rules are typed before any row is read, and rule sets over one project's data share its
//! tables. Nothing here writes or prints.

#![deny(missing_docs)]

mod close;
mod compared;
mod credited;
mod files;
mod independence;
mod part;
mod posted;
mod prepared;
mod sources;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::plan::Window;
use crate::settle;
use apportion_base::diagnostic::{Diagnostic, Files};
use apportion_base::digest::FileDigest;
use apportion_base::world::World;
use apportion_book::{Book, Period, TableName};
pub use apportion_channel::{Assumed, Governance, Prepared, Subject};
use apportion_data::{Decision, ORDER_OF_WORK, Origins, ReadEngagements, Tables, UsedColumns};
pub use apportion_data::{NoProgress, Progress};
use apportion_rules::{RuleBook, RuleFiles, Rules};

pub use close::{Close, TracedProject};
pub use compared::Compared;
pub use credited::CreditedPeriod;
pub use files::files_of;
pub use posted::{PostedLines, PostedOriginals};
pub use sources::Sources;

/// A project that is read as far as its rules: what is wrong with any of its texts has been found.
#[derive(Debug, Clone)]
pub struct Project {
    sources: Arc<Sources>,
    rules: Arc<RuleBook>,
    /// Columns that the rules name, by table.
    used: UsedColumns,
    /// The texts that decide amounts: the project file and the rule files.
    rule_files: Vec<FileDigest>,
    /// Where lines of deals that are not computed come from.
    posted: Option<Arc<dyn PostedLines>>,
    /// The day at whose end things are known; `None` is the last day of whatever is settled.
    as_of: Option<i32>,
}

impl Project {
    /// Reads the project in a folder of a world. `files` gathers the texts that diagnostics point into, also where this
    /// fails.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in the step that failed, not only the first problem.
    pub fn open(world: &Arc<dyn World>, folder: &Path, files: &mut Files) -> Result<Self, Vec<Diagnostic>> {
        let sources = Arc::new(Sources::open(world, folder, files)?);
        let own = sources.own_rules();
        Self::new(&sources, &own, files)
    }

    /// Rules over the data of a project.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the rules.
    pub fn new(
        sources: &Arc<Sources>,
        rule_files: &RuleFiles,
        files: &mut Files,
    ) -> Result<Self, Vec<Diagnostic>> {
        let Rules { book: rules, used, files: read } =
            rule_files.read(sources.book(), sources.catalogue(), files)?;
        sources.want(&used);
        let mut rule_files = vec![sources.book().file.clone()];
        rule_files.extend(read);
        Ok(Self {
            sources: Arc::clone(sources),
            rules: Arc::new(rules),
            used,
            rule_files,
            posted: None,
            as_of: None,
        })
    }

    /// What the project file says.
    pub fn book(&self) -> &Arc<Book> {
        self.sources.book()
    }

    /// The rules.
    pub fn rules(&self) -> &Arc<RuleBook> {
        &self.rules
    }

    /// The texts that decide amounts: the project file and the rule files.
    pub fn rule_files(&self) -> &[FileDigest] {
        &self.rule_files
    }

    /// The project without its rules, for other rules over its data ([`Project::new`]).
    pub fn sources(&self) -> &Arc<Sources> {
        &self.sources
    }

    /// Columns that the rules name, by table.
    pub fn used(&self) -> &UsedColumns {
        &self.used
    }

    /// The project as if a rule named these columns as well, where the data or the policies have them, or the order of work: what a report
    /// or a forecast reads beside them.
    #[must_use]
    pub fn naming(mut self, columns: &UsedColumns) -> Self {
        let tables = &self.sources.catalogue().tables;
        let policies = &self.rules.policies;
        let made: BTreeSet<&str> = apportion_rules::made_of_deals()
            .filter(|(kind, _)| policies.of_kind(*kind).next().is_some())
            .map(|(_, name)| name)
            .collect();
        for (table, wanted) in columns {
            let Some(schema) = tables.get(table).filter(|schema| schema.present) else { continue };
            let has = |name: &String| schema.columns.iter().any(|(known, _)| known == name);
            let is_made = |name: &String| *table == TableName::Deals && made.contains(name.as_str());
            let is_order = |name: &String| *table == TableName::Engagements && name == ORDER_OF_WORK;
            let there = wanted.iter().filter(|name| has(name) || is_made(name) || is_order(name)).cloned();
            self.used.entry(*table).or_default().extend(there);
        }
        self.sources.want(&self.used);
        self
    }

    /// The tables with the columns that the rules name. They are read once, also for other rules over the same data.
    ///
    /// # Errors
    ///
    /// A file that can't be read, or a column that the rules name and that has more than one type.
    pub fn tables(&self, progress: &dyn Progress) -> Result<Arc<Tables>, Vec<Diagnostic>> {
        self.sources.tables(&self.used, progress)
    }

    /// Settles a period.
    ///
    /// # Errors
    ///
    /// As [`Project::tables`], and numbers that can't be held.
    pub fn settle(&self, period: Period, progress: &dyn Progress) -> Result<Close, Vec<Diagnostic>> {
        let tables = self.tables(progress)?;
        progress.phase("settling", None);
        self.settle_tables(tables, period)
    }

    /// Settles a period over tables that were read before.
    ///
    /// # Errors
    ///
    /// Numbers that can't be held.
    pub fn settle_tables(&self, tables: Arc<Tables>, period: Period) -> Result<Close, Vec<Diagnostic>> {
        let prepared = self.prepared(tables, self.book().calendar().last_day(period))?;
        self.close(prepared, period, |_| ())
    }

    /// Settles a period over tables that were read before, with a decision that is taken to hold, to see what would be.
    ///
    /// # Errors
    ///
    /// As [`Project::settle_tables`].
    pub fn settle_assuming(
        &self,
        tables: Arc<Tables>,
        (period, as_of): (Period, i32),
        assumed: Option<&Decision>,
    ) -> Result<Close, Vec<Diagnostic>> {
        let last_day = self.book().calendar().last_day(period);
        let assumed = Assumed { decision: assumed.cloned(), ..Assumed::default() };
        self.close(self.prepared_assuming(tables, (last_day, as_of), &assumed)?, period, |_| ())
    }

    /// Settles a period as [`Project::settle`] does, and frees what is not needed any more: the rows of the
    /// engagements, which are most of the data, once the deals are credited. For a process that settles once.
    ///
    /// # Errors
    ///
    /// As [`Project::settle`].
    pub fn into_close(self, period: Period, progress: &dyn Progress) -> Result<Close, Vec<Diagnostic>> {
        let prepared = self.own_prepared(period, progress)?;
        self.close(prepared, period, forget_engagements)
    }

    /// The tables of a period, which nobody else has.
    fn own_prepared(&self, period: Period, progress: &dyn Progress) -> Result<Prepared, Vec<Diagnostic>> {
        let tables = self.sources.load(&self.used, progress)?;
        self.prepared_for(tables, period, progress)
    }

    /// The same of a project without the channel, with engagements that are not grouped where they are more than so many.
    fn own_prepared_ungrouped(
        &self,
        (period, grouped_up_to): (Period, usize),
        progress: &dyn Progress,
    ) -> Result<(Prepared, Option<ReadEngagements>), Vec<Diagnostic>> {
        let (tables, ungrouped) = self.sources.load_ungrouped(&self.used, grouped_up_to, progress)?;
        Ok((self.prepared_for(tables, period, progress)?, ungrouped))
    }

    fn prepared_for(
        &self,
        mut tables: Tables,
        period: Period,
        progress: &dyn Progress,
    ) -> Result<Prepared, Vec<Diagnostic>> {
        progress.phase("settling", None);
        let last_day = self.book().calendar().last_day(period);
        tables.end_period(last_day);
        self.prepared(Arc::new(tables), last_day)
    }

    /// Settles tables that were prepared for a period; `credited` may change them once the engagements are not needed any more.
    fn close(
        &self,
        Prepared { mut tables, governance }: Prepared,
        period: Period,
        credited: impl FnOnce(&mut Arc<Tables>),
    ) -> Result<Close, Vec<Diagnostic>> {
        let (book, rules) = (self.book(), &self.rules);
        let PostedOriginals { lines, source } = self.posted_lines(&mut tables, period)?;
        let stage_one = settle::credit(book, &tables, rules, Window::new(book.calendar(), period))?;
        credited(&mut tables);
        let settled = settle::pay(book, &tables, rules, stage_one.with_posted(lines))?;
        let settlement = settled.period(&tables, period);
        let mut rule_files = self.rule_files.clone();
        rule_files.extend(source);
        let (book, rules) = (Arc::clone(book), Arc::clone(rules));
        Ok(Close { book, rules, rule_files, tables, settlement, period, governance })
    }

    /// The tables, with where each of their rows is in the files: what explanations are made of.
    ///
    /// # Errors
    ///
    /// As [`Project::tables`].
    pub fn traced(&self, progress: &dyn Progress) -> Result<TracedProject, Vec<Diagnostic>> {
        Ok(self.over(self.sources.traced(&also_shown(self.used.clone()), progress)?))
    }

    /// What explanations need, over these tables and where their rows are.
    fn over(&self, (tables, origins): (Arc<Tables>, Arc<Origins>)) -> TracedProject {
        TracedProject {
            book: Arc::clone(self.book()),
            rules: Arc::clone(&self.rules),
            rule_files: self.rule_files.clone(),
            tables,
            origins,
            governance: None,
        }
    }
}

/// Frees the rows of the engagements of tables that nobody else has.
fn forget_engagements(tables: &mut Arc<Tables>) {
    Arc::make_mut(tables).forget_engagements();
}

/// The columns that rules name and those that an explanation shows as well. The latter are columns of
/// `docs/reference/inputs.md`, which are read and checked in any case, so they change neither what is used nor what is
/// rejected.
fn also_shown(mut used: UsedColumns) -> UsedColumns {
    if used.get(&TableName::Deals).is_some_and(|columns| columns.contains("discount")) {
        used.entry(TableName::Deals).or_default().insert("list_amount".to_owned());
    }
    used.entry(TableName::Engagements).or_default().insert("engagement_id".to_owned());
    used.entry(TableName::Splits).or_default().insert("role".to_owned());
    used
}
