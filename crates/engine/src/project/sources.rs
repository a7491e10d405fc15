//! The data of a project: headers first, rows when they are first needed. Rule sets that name the same columns share
//! tables.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use apportion_base::diagnostic::{Diagnostic, Files};
use apportion_base::world::World;
use apportion_book::{self as book, Book};
use apportion_data::{
    self as data, Catalogue, ColumnTakenByName, Origins, Part, Payees, Progress, ReadEngagements, RejectCode,
    RowIds, Tables, TwoReadings, UnevenColumn, UsedColumns,
};
use apportion_rules::RuleFiles;

/// A project without its rules: the book, and its data as far as the headers of the files.
#[derive(Debug)]
pub struct Sources {
    world: Arc<dyn World>,
    book: Arc<Book>,
    opened: data::OpenSources,
    shared: Mutex<Shared>,
}

/// What rule sets over the same data share.
#[derive(Debug, Default)]
struct Shared {
    /// The columns that any of them names.
    wanted: UsedColumns,
    loaded: Vec<LoadedTables>,
    /// Columns that were read together and must not be shared, because a rule set would have lost rows by it.
    spoilt: Option<UsedColumns>,
}

/// Tables that were read.
#[derive(Debug, Clone)]
struct LoadedTables {
    used: UsedColumns,
    tables: Arc<Tables>,
    origins: Option<Arc<Origins>>,
}

impl LoadedTables {
    /// Whether a rule set that names `own` may have these tables.
    fn serves(&self, own: &UsedColumns) -> bool {
        covers(&self.used, own) && !spoilt(&self.tables, &self.used, own)
    }
}

impl Sources {
    /// Reads the project file in a folder of a world and the headers of the files that it names. `files` gathers the
    /// texts that diagnostics point into, also where this fails.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the project file, or else with its sources.
    pub fn open(world: &Arc<dyn World>, folder: &Path, files: &mut Files) -> Result<Self, Vec<Diagnostic>> {
        let book = Arc::new(book::read(world.as_ref(), folder, files)?);
        let opened = data::open(world, &book)?;
        Ok(Self { world: Arc::clone(world), book, opened, shared: Mutex::default() })
    }

    /// What the project file says.
    pub fn book(&self) -> &Arc<Book> {
        &self.book
    }

    /// What rules may name.
    pub fn catalogue(&self) -> &Catalogue {
        self.opened.catalogue()
    }

    /// The paths of the data's files.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.opened.paths()
    }

    /// The rule files that the project file names.
    pub fn own_rules(&self) -> RuleFiles {
        RuleFiles::of_book(&self.world, &self.book)
    }

    /// Reads all rows, for the caller alone.
    ///
    /// # Errors
    ///
    /// A file that can't be read, or a column of `used` that has more than one type.
    pub fn load(&self, used: &UsedColumns, progress: &dyn Progress) -> Result<Tables, Vec<Diagnostic>> {
        self.opened.load(&self.book, used, progress)
    }

    /// The same of a project without the channel, with engagements that are not grouped by deal yet where they are more than so many.
    ///
    /// # Errors
    ///
    /// As [`Sources::load`].
    pub(super) fn load_ungrouped(
        &self,
        used: &UsedColumns,
        grouped_up_to: usize,
        progress: &dyn Progress,
    ) -> Result<(Tables, Option<ReadEngagements>), Vec<Diagnostic>> {
        self.opened.load_ungrouped(&self.book, used, grouped_up_to, progress)
    }

    /// Sources of deals whose column of currencies is read only because of its name.
    pub fn currencies_taken_by_name(&self) -> Vec<ColumnTakenByName> {
        self.opened.currencies_taken_by_name(&self.book)
    }

    /// Columns that only some files of a source have.
    pub fn uneven_columns(&self, used: &UsedColumns) -> Vec<UnevenColumn> {
        self.opened.uneven_columns(&self.book, used)
    }

    /// Columns of texts most of whose numbers have another reading.
    ///
    /// # Errors
    ///
    /// A file that can't be read.
    pub fn two_readings(&self) -> Result<Vec<TwoReadings>, Vec<Diagnostic>> {
        self.opened.two_readings(&self.book)
    }

    /// Announces that these columns will be needed, so that they are read together with others.
    pub(super) fn want(&self, used: &UsedColumns) {
        merge(&mut self.shared().wanted, used);
    }

    /// The tables for a rule set that names the columns `own`. All columns that are wanted are read together. Only
    /// where one that `own` does not name has rows rejected, the data are read for `own` alone: a run reads no column
    /// that its rules do not name, so a bad cell there must not touch it.
    ///
    /// # Errors
    ///
    /// As [`Sources::load`].
    pub fn tables(&self, own: &UsedColumns, progress: &dyn Progress) -> Result<Arc<Tables>, Vec<Diagnostic>> {
        let (found, all, together) = {
            let shared = self.shared();
            let found = shared.loaded.iter().find(|loaded| loaded.serves(own)).cloned();
            let mut all = shared.wanted.clone();
            merge(&mut all, own);
            let together = shared.spoilt.as_ref() != Some(&all);
            (found, all, together)
        };
        if let Some(found) = found {
            return Ok(found.tables);
        }
        // The lock is not held while files are read: a thread that reads may take on other work of the pool, and that
        // work may need the lock.
        if together {
            let tables = self.load(&all, progress)?;
            if !spoilt(&tables, &all, own) {
                return Ok(self.keep(all, tables, None).tables);
            }
            self.shared().spoilt = Some(all);
        }
        let tables = self.load(own, progress)?;
        Ok(self.keep(own.clone(), tables, None).tables)
    }

    /// The tables, and where their rows are in the files.
    ///
    /// # Errors
    ///
    /// As [`Sources::load`].
    pub fn traced(
        &self,
        own: &UsedColumns,
        progress: &dyn Progress,
    ) -> Result<(Arc<Tables>, Arc<Origins>), Vec<Diagnostic>> {
        let found = self.shared().loaded.iter().find_map(|loaded| {
            let origins = loaded.origins.as_ref().filter(|_| loaded.serves(own))?;
            Some((Arc::clone(&loaded.tables), Arc::clone(origins)))
        });
        if let Some(found) = found {
            return Ok(found);
        }
        let (tables, origins) = self.opened.load_traced(&self.book, (own, None), progress)?;
        let origins = Arc::new(origins);
        let kept = self.keep(own.clone(), tables, Some(Arc::clone(&origins)));
        Ok((kept.tables, origins))
    }

    /// The ids by which parts of the data are told; `None` where they don't say it.
    pub(super) fn ids(&self, with_accounts: bool) -> Result<Option<RowIds>, Vec<Diagnostic>> {
        self.opened.ids(&self.book, with_accounts).map_err(|found| vec![found])
    }

    /// All payees; read for the caller alone.
    pub(super) fn payees(&self) -> Result<Payees, Vec<Diagnostic>> {
        data::payees_alone(&self.world, &self.book).map(|alone| alone.payees)
    }

    /// The tables of a part, and where their rows are in the files; read for the caller alone.
    pub(super) fn traced_part(
        &self,
        part: &Part,
        own: &UsedColumns,
        progress: &dyn Progress,
    ) -> Result<(Arc<Tables>, Arc<Origins>), Vec<Diagnostic>> {
        let (tables, origins) = self.opened.load_traced(&self.book, (own, Some(part)), progress)?;
        Ok((Arc::new(tables), Arc::new(origins)))
    }

    fn keep(&self, used: UsedColumns, tables: Tables, origins: Option<Arc<Origins>>) -> LoadedTables {
        let loaded = LoadedTables { used, tables: Arc::new(tables), origins };
        self.shared().loaded.push(loaded.clone());
        loaded
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        // A panic elsewhere leaves the content consistent, so the poisoned lock can be used.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn merge(all: &mut UsedColumns, added: &UsedColumns) {
    for (table, columns) in added {
        all.entry(*table).or_default().extend(columns.iter().cloned());
    }
}

/// Whether all columns of `own` are in `all`.
fn covers(all: &UsedColumns, own: &UsedColumns) -> bool {
    own.iter().all(|(table, columns)| {
        columns.is_empty() || all.get(table).is_some_and(|present| columns.is_subset(present))
    })
}

/// Whether rows may have been rejected for a column that is in `all` and not in `own`.
fn spoilt(tables: &Tables, all: &UsedColumns, own: &UsedColumns) -> bool {
    let extra = |table, column: &str| {
        let names = |used: &UsedColumns| used.get(&table).is_some_and(|columns| columns.contains(column));
        names(all) && !names(own)
    };
    let extras =
        |table| all.get(&table).is_some_and(|columns| columns.iter().any(|column| extra(table, column)));
    tables.rejects.iter().any(|reject| {
        // Rows of one key that differ in an extra column alone are duplicates without it.
        extra(reject.table, &reject.column)
            || (reject.code == RejectCode::ConflictingKey && extras(reject.table))
    })
}
