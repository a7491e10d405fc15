//! An open project. Every command of `apportion` uses it.

mod access;
mod accruals;
mod actions;
mod batches;
mod close_comparison;
mod compare;
mod explain;
mod explain_close;
mod explain_conflict;
mod exports;
mod forecast;
mod inquiry;
mod journal;
mod kept;
mod ledger;
pub(crate) mod program;
mod report;
mod seen;
mod seen_actions;
mod settlement;
mod sources;
mod statements;
pub(crate) mod whole_folder;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_base::language::Language;
use apportion_base::memory;
use apportion_base::store::{Spill, Store};
use apportion_base::world::{Disk, Entry, Memory, World};
use apportion_book::{Book, PROJECT_FILE, Period, TableName};
use apportion_data::{NoProgress, PayeeIx, Progress, Tables};
use apportion_engine::cases::{Bench, FOLDER};
use apportion_engine::charter::{self, CharterDays, Document, Examples, Letter};
use apportion_engine::check::{self, CheckReport};
use apportion_engine::credit;
use apportion_engine::project::{PostedLines, Project, Sources};
use apportion_engine::settle::Room;
use apportion_ledger::ledger::LedgerFolder;
use apportion_ledger::originals::LedgerLines;
use apportion_rules::{RuleBook, RuleFiles};

use crate::Error;

pub use access::{AccessGrant, AccessReport};
pub use accruals::Accruals;
pub use actions::Actions;
pub use batches::arrow_file;
pub use close_comparison::{CloseComparison, ComparedCloses};
pub use compare::{Comparison, OtherInputs};
pub use explain::Explanation;
pub use explain_close::{
    CloseExplanation, CloseInquiry, ExplainedEntry, ExplainedMove, ExplainedPayment, ExplainedSubject,
};
pub use explain_conflict::ConflictExplanation;
pub use exports::{ExportOutcome, ExportRequest};
pub use forecast::{ForecastRequest, PlanForecast, WrittenForecast};
pub use inquiry::Inquiry;
pub use journal::{JournalReport, JournalRequest};
pub use ledger::{ApprovedDraft, PostedClose};
pub use report::{OWN_GROUPS, ReportSource};
pub use seen::{SeenClaim, SeenConflict, SeenDeal, SeenInquiry, SeenPeriod};
pub use settlement::{Amount, Payout, Settlement, Writing, WrittenResult};
pub use sources::SourceReport;
pub use statements::{StatementFormat, StatementRequest, StatementSource, Statements, WrittenStatements};

/// A project's book, its rules and its data. Opening one reads its texts and the headers of its data, and finds
/// whatever is wrong with them; rows are read when they are first needed, and then kept.
#[derive(Clone)]
pub struct Session {
    world: Arc<dyn World>,
    folder: PathBuf,
    project: Project,
    /// The rule files that the project was read with.
    rule_files: RuleFiles,
    /// The texts of the project file and the rule files.
    files: Files,
    progress: Arc<dyn Progress + Send>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("world", &self.world)
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// Opens the project in a folder.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the project file, or else with its data's headers, or else with its rules.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_in(Disk::shared(), folder)
    }

    /// Opens the project in a folder of a world; in memory, that is mostly `""`.
    ///
    /// # Errors
    ///
    /// As [`Session::open`].
    pub fn open_in(world: Arc<dyn World>, folder: impl AsRef<Path>) -> Result<Self, Error> {
        let mut files = Files::default();
        let opened = open(&world, folder.as_ref(), &mut files);
        let (project, rule_files) = opened.map_err(|found| Error::new(found, files.clone()))?;
        let folder = folder.as_ref().to_owned();
        Ok(Self { world, folder, project, rule_files, files, progress: Arc::new(NoProgress) })
    }

    /// Opens a project whose files are in memory, `apportion.toml` at its root.
    ///
    /// # Errors
    ///
    /// As [`Session::open`].
    pub fn in_memory(files: Memory) -> Result<Self, Error> {
        Self::open_in(files.shared(), "")
    }

    /// The same session, watched from now on.
    #[must_use]
    pub fn with_progress(mut self, progress: Arc<dyn Progress + Send>) -> Self {
        self.progress = progress;
        self
    }

    /// The same session as of a day (since 1970-01-01): what lies after its end is not known yet, as far as registrations, decisions,
    /// approvals and the like are asked. `None` is the last day of what is settled; of a close that of the close before, where it is later.
    #[must_use]
    pub fn known_at(self, day: Option<i32>) -> Self {
        Self { project: self.project.with_as_of(day), ..self }
    }

    /// A session with other rules over the same data, which both share: a folder of rule files, a file or a glob.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the rules.
    pub fn with_rules(&self, rules: impl Into<PathBuf>) -> Result<Self, Error> {
        self.with(&OtherInputs { rules: Some(rules.into()), ..OtherInputs::default() })
    }

    /// A session that differs in its rules, its data, or both. Its texts are those of this session and more, so that
    /// places of both can be shown.
    ///
    /// # Errors
    ///
    /// As [`Session::open`].
    pub fn with(&self, other: &OtherInputs) -> Result<Self, Error> {
        let mut files = self.files.clone();
        let opened = self.other(other, &mut files);
        let (project, rule_files) = opened.map_err(|found| Error::new(found, files.clone()))?;
        let folder = other.project.as_ref().or(other.data.as_ref()).unwrap_or(&self.folder).clone();
        Ok(Self { project, rule_files, files, folder, ..self.clone() })
    }

    fn other(&self, other: &OtherInputs, files: &mut Files) -> Result<(Project, RuleFiles), Vec<Diagnostic>> {
        if let Some(folder) = &other.project {
            let (project, rule_files) = open(&self.world, folder, files)?;
            return Ok((project.with_as_of(self.project.as_of()), rule_files));
        }
        let sources = match &other.data {
            Some(folder) => Arc::new(Sources::open(&self.world, folder, files)?),
            None => Arc::clone(self.project.sources()),
        };
        let rule_files = match &other.rules {
            Some(path) => RuleFiles::named(&self.world, path),
            None => self.rule_files.clone(),
        };
        let project = Project::new(&sources, &rule_files, files)?;
        let project = project.with_as_of(self.project.as_of());
        Ok((with_ledger(project, &self.world), rule_files))
    }

    /// The paths of everything that a settlement is computed from: the project file, the rule files and the data.
    pub fn inputs(&self) -> Vec<PathBuf> {
        let mut paths = vec![self.book().root.join(PROJECT_FILE)];
        paths.extend(self.rule_files.paths(&self.book().root));
        paths.extend(self.project.sources().paths().map(Path::to_path_buf));
        paths
    }

    /// What the project file says.
    pub fn book(&self) -> &Book {
        self.project.book()
    }

    /// The rules.
    pub fn rules(&self) -> &RuleBook {
        self.project.rules()
    }

    /// The texts that spans of the book and the rules point into.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Settles a period. The data are read with the first question and kept for the next.
    ///
    /// # Errors
    ///
    /// A file that can't be read, or an amount that can't be held. Rows that can't be used are no error: they are among
    /// the rejects of the settlement's tables.
    pub fn settle(&self, period: Period) -> Result<Settlement, Error> {
        let close = self.project.settle(period, self.progress.as_ref());
        close.map(Settlement::new).map_err(|found| self.error(found))
    }

    /// Settles a period as [`Session::settle`] does and ends the session: what the settlement does not need any more is
    /// given up on the way, so that more deals fit into memory.
    ///
    /// # Errors
    ///
    /// As [`Session::settle`].
    pub fn close(self, period: Period) -> Result<Settlement, Error> {
        let Self { project, files, progress, .. } = self;
        let close = project.into_close(period, progress.as_ref());
        close.map(Settlement::new).map_err(|found| Error::new(found, files))
    }

    /// Settles a period, writes its result into a folder of a store as [`Settlement::write_as`] does, and ends the session. Unless
    /// rules add up the credit of teams, take lines back or pay for milestones, or files of lines for people are asked for, lines are made,
    /// written and given up for some payees at a time, and wait in a file where they are more than [`Writing::memory`] has room for; the bytes
    /// are the same.
    ///
    /// # Errors
    ///
    /// As [`Session::settle`] and [`Settlement::write_as`].
    pub fn write_result(
        self,
        period: Period,
        store: &Arc<dyn Store>,
        folder: impl AsRef<Path>,
        writing: &Writing,
    ) -> Result<WrittenResult, Error> {
        // Files of lines for people are made of all lines.
        if !writing.lines.is_empty() {
            let progress = Arc::clone(&self.progress);
            let settlement = self.close(period)?;
            progress.phase("writing", None);
            let receipt = settlement.write_as(store, folder, writing)?;
            return Ok(WrittenResult::new((settlement.into_close(), receipt)));
        }
        let Self { project, files, progress, .. } = self;
        let folder = folder.as_ref();
        let room = match writing.memory.or_else(|| memory::total().map(|bytes| bytes / 2)) {
            Some(budget) => Room::within(budget, Spill::beside(store, folder)),
            None => Room::unlimited(),
        };
        let credited = match project.into_credited(period, &room, progress.as_ref()) {
            Ok(credited) => credited,
            Err(found) => return Err(Error::new(found, files)),
        };
        let phase = if credited.stage_one.is_some() { "paying and writing" } else { "writing" };
        progress.phase(phase, None);
        let (portions, options) = (&room.portions, writing.options());
        let written = apportion_results::write_credited(store, folder, credited, portions, &options);
        written.map(WrittenResult::new).map_err(|found| Error::new(found, files))
    }

    /// Looks for everything suspicious in rules and data, of a period or of all won deals.
    ///
    /// # Errors
    ///
    /// As [`Session::settle`].
    pub fn check(&self, period: Option<Period>) -> Result<CheckReport, Error> {
        check::check(&self.project, period, self.progress.as_ref()).map_err(|found| self.error(found))
    }

    /// The rules in force as a document, with these examples.
    pub fn charter(&self, when: CharterDays, examples: Option<&Examples>) -> Document {
        charter::in_force(self.book(), self.rules(), when, examples)
    }

    /// What changed in the rules from one day to another (days since 1970-01-01), and why.
    pub fn charter_changes(&self, from: i32, to: i32) -> Document {
        charter::changes(self.book(), self.rules(), from, to)
    }

    /// The same of what can pay a payee on one of the two days, and of the policies that concern it.
    ///
    /// # Errors
    ///
    /// As [`Session::plan_letter`].
    pub fn charter_changes_for(&self, payee: &str, from: i32, to: i32) -> Result<Document, Error> {
        let mut ids = self.of_letter(payee, from, charter::touching)?;
        ids.extend(self.of_letter(payee, to, charter::touching)?);
        Ok(charter::changes_of(self.book(), self.rules(), (from, to), &ids))
    }

    /// The plan letter of a payee: the rules in force on a day (since 1970-01-01) that can pay it, with its own rates and quotas.
    ///
    /// # Errors
    ///
    /// As [`Session::settle`], and `no-such-payee`.
    pub fn plan_letter(&self, payee: &str, day: i32) -> Result<Document, Error> {
        self.of_letter(payee, day, charter::letter)
    }

    /// What a plan letter is made of.
    fn of_letter<T>(
        &self,
        payee: &str,
        day: i32,
        made: impl FnOnce(&Letter<'_>) -> Result<T, credit::Fault>,
    ) -> Result<T, Error> {
        let mut columns = self.project.used().clone();
        let assignments = self.project.sources().catalogue().tables.get(&TableName::Assignments);
        let has_assignments = assignments.is_some_and(|schema| schema.present);
        for column in ["kind", "tier", "language"] {
            columns.entry(TableName::Payees).or_default().insert(column.to_owned());
            if has_assignments {
                columns.entry(TableName::Assignments).or_default().insert(column.to_owned());
            }
        }
        let tables = self.project.sources().load(&columns, self.progress.as_ref());
        let tables = tables.map_err(|found| self.error(found))?;
        let found = self.payee(&tables, payee)?;
        let name = apportion_results::payee_name(&tables, found);
        let letter = Letter {
            book: self.book(),
            rules: self.rules(),
            tables: &tables,
            payee: found,
            name: Some(name).filter(|name| !name.is_empty()),
            day,
            language: self.language_of(&tables, found, day),
        };
        made(&letter).map_err(|fault| {
            let message = format!("the plan of `{payee}` can't be made: {fault}");
            self.error(vec![Diagnostic::error(Code::NumberTooLarge, message)])
        })
    }

    /// The language of a payee on a day: its own, if we have it, or that of the book's statements.
    fn language_of(&self, tables: &Tables, payee: PayeeIx, day: i32) -> Language {
        let of_book = Language::from_code(self.book().statements.language.word()).unwrap_or_default();
        apportion_documents::statement::own_language(tables, (payee, day)).unwrap_or(of_book)
    }

    /// The project's worked cases as examples for a charter; `None` where it has no folder of cases.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the case files.
    pub fn examples(&self) -> Result<Option<Examples>, Error> {
        if self.world.entry(&self.folder.join(FOLDER)) != Entry::Folder {
            return Ok(None);
        }
        let mut files = Files::default();
        match Bench::read(&self.world, Some(&self.folder), &[], &mut files) {
            Ok(bench) => Ok(Some(Examples { bench, files })),
            Err(found) => Err(Error::new(found, files)),
        }
    }

    fn error(&self, found: Vec<Diagnostic>) -> Error {
        Error::new(found, self.files.clone())
    }
}

fn open(
    world: &Arc<dyn World>,
    folder: &Path,
    files: &mut Files,
) -> Result<(Project, RuleFiles), Vec<Diagnostic>> {
    let sources = Arc::new(Sources::open(world, folder, files)?);
    let own = sources.own_rules();
    Ok((with_ledger(Project::new(&sources, &own, files)?, world), own))
}

/// The project with the lines that its ledger has posted: clawbacks of deals of earlier fiscal years take them back.
fn with_ledger(project: Project, world: &Arc<dyn World>) -> Project {
    let folder = LedgerFolder::of_book(world, project.book());
    let posted = folder.map(|folder| Arc::new(LedgerLines(folder)) as Arc<dyn PostedLines>);
    project.with_posted(posted)
}
