//! The folder of a ledger: its closes, the draft, and copies of what they rest on. Nothing in it is ever written a second time but
//! the draft.
//!
//! ```text
//! ledger/closes/0007-2026-07/   a close: there as a whole or not at all
//! ledger/draft/                 what the next close would be
//! ledger/objects/SHA256.zst     inputs and rule files by content
//! ```

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::entry::Entry;
use crate::folder::{
    Approval, CloseRecord, FileRecord, Sealed, digits_of, read_entries, read_sealed, seal, unreadable,
};
use crate::key::Names;
use crate::posted::{Posted, Standings};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::digest::sha256_hex;
use apportion_base::store::{
    Fault, Lock, LockAttempt, PublishReport, Staging, Store, create_folders, replace_file,
};
use apportion_book::{Book, FiscalCalendar, LedgerSettings, Period};
use apportion_contract::output::SYSTEM_FILES;
use apportion_contract::output::ledger::{
    APPROVALS, BALANCES, CLOSE, CLOSES_FOLDER, DRAFT, DRAFT_FOLDER, ENTRIES, OBJECTS_FOLDER, close_name,
    is_of_a_close,
};
use apportion_results::{OutputDigest, Sink};

/// The name of the lock that is held while a ledger is worked on.
const LOCK: &str = ".ledger.lock";

/// How strongly copies are compressed.
const COMPRESSION: i32 = 3;

/// The ledger of a project.
#[derive(Debug, Clone)]
pub struct Ledger {
    store: Arc<dyn Store>,
    folder: PathBuf,
    /// The folder as people see it.
    shown: String,
    settings: LedgerSettings,
    calendar: FiscalCalendar,
}

/// The lock of a ledger. A folder that was made for it, and in which nothing was written, goes with it.
pub struct LedgerLock {
    lock: Option<Lock>,
    /// The folder, where it was not there before.
    made: Option<(Arc<dyn Store>, PathBuf)>,
}

impl Drop for LedgerLock {
    fn drop(&mut self) {
        drop(self.lock.take());
        if let Some((store, folder)) = &self.made {
            // One that is not empty is not removed.
            let _ = store.remove_folder(folder);
        }
    }
}

/// A close of a ledger.
#[derive(Debug, Clone)]
pub struct Close {
    /// What its close.json says.
    pub record: CloseRecord,
    /// SHA-256 of its close.json.
    pub digest: String,
    /// The month.
    pub period: Period,
}

/// All closes of a ledger, in order.
#[derive(Debug, Clone, Default)]
pub struct Closes(pub Vec<Close>);

/// Everything that the closes have posted.
#[derive(Debug, Default)]
pub struct History {
    /// The closes.
    pub closes: Closes,
    /// The ids that entries name.
    pub names: Names,
    /// What was posted.
    pub posted: Posted,
    /// What each payee has.
    pub standings: Standings,
}

/// A draft that was written.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What its draft.json says.
    pub record: CloseRecord,
    /// SHA-256 of its draft.json, which approvals sign.
    pub digest: String,
    /// The month.
    pub period: Period,
    /// Approvals of this digest, each name once.
    pub approvals: Vec<Approval>,
}

impl Closes {
    /// The month that may be closed next.
    pub fn next_month(&self, first: Period, calendar: FiscalCalendar) -> Period {
        self.0.last().map_or(first, |close| month_after(close.period, calendar))
    }

    /// The last close.
    pub fn last(&self) -> Option<&Close> {
        self.0.last()
    }

    /// The close of a month.
    pub fn of_month(&self, period: Period) -> Option<&Close> {
        self.0.iter().find(|close| close.period == period)
    }
}

/// The month after another one.
pub fn month_after(period: Period, calendar: FiscalCalendar) -> Period {
    calendar.month_of(calendar.last_day(period) + 1)
}

impl Ledger {
    /// The ledger of a project.
    ///
    /// # Errors
    /// `no-ledger` where the project file has none.
    pub fn open(store: &Arc<dyn Store>, book: &Book) -> Result<Self, Diagnostic> {
        let Some(settings) = &book.ledger else {
            return Err(Diagnostic::error(Code::NoLedger, "the project has no ledger").help(
                "add to apportion.toml: [ledger] with the first month that is closed here, such as first = \"2026-01\"",
            ));
        };
        Ok(Self {
            store: Arc::clone(store),
            folder: book.root.join(&settings.path),
            shown: settings.path.clone(),
            settings: settings.clone(),
            calendar: book.calendar(),
        })
    }

    /// The settings of the project file.
    pub fn settings(&self) -> &LedgerSettings {
        &self.settings
    }

    /// The ledger's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path of a file of a close, as people see it.
    pub fn shown(&self, close: &str, file: &str) -> String {
        format!("{}/{CLOSES_FOLDER}/{close}/{file}", self.shown)
    }

    /// Keeps other processes out until it is dropped.
    ///
    /// # Errors
    /// `ledger-in-use`, or what the system says.
    pub fn lock(&self) -> Result<LedgerLock, Diagnostic> {
        let path = self.folder.join(LOCK);
        let is_new = matches!(self.store.look(&self.folder), Ok(None));
        let mut attempt = self.try_lock();
        if attempt.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            // Another process, which was refused, took its empty folder away in between.
            attempt = self.try_lock();
        }
        match attempt.map_err(|error| cannot_write(&path, &error))? {
            LockAttempt::Held(lock) => {
                let made = is_new.then(|| (Arc::clone(&self.store), self.folder.clone()));
                Ok(LedgerLock { lock: Some(lock), made })
            }
            LockAttempt::Busy => Err(Diagnostic::error(
                Code::LedgerInUse,
                format!("another process works on the ledger in `{}`", self.shown),
            )
            .help("wait until it is done, and look at the ledger again before you go on")),
            LockAttempt::Foreign => {
                let message =
                    format!("`{}` is not a file, and the lock of the ledger has this name", path.display());
                Err(Diagnostic::error(Code::CannotWrite, message).help("move what is there"))
            }
        }
    }

    fn try_lock(&self) -> io::Result<LockAttempt> {
        create_folders(self.store.as_ref(), &self.folder)?;
        Lock::take(&self.store, &self.folder.join(LOCK))
    }

    /// All closes, with what their close.json says; each names the one before by its digest.
    ///
    /// # Errors
    /// `unreadable-ledger` where a file is missing or damaged, or the closes do not follow each other.
    pub fn closes(&self) -> Result<Closes, Diagnostic> {
        let mut closes = Closes::default();
        let folder = self.folder.join(CLOSES_FOLDER);
        let names = match self.store.look(&folder) {
            Ok(None) => return Ok(closes),
            Ok(Some(_)) => self.store.names(&folder).map_err(|error| cannot_read(&folder, &error))?,
            Err(error) => return Err(cannot_read(&folder, &error)),
        };
        // Hidden names are those of closes that were being written.
        let names = names
            .iter()
            .filter_map(|name| name.to_str())
            .filter(|name| !name.starts_with('.') && !SYSTEM_FILES.contains(name));
        for name in names {
            let shown = self.shown(name, CLOSE);
            let bytes = self.read(name, CLOSE)?;
            let (record, digest): (CloseRecord, String) =
                read_sealed(&bytes).map_err(|why| unreadable(&shown, &why))?;
            let period = match closes.last() {
                Some(last) => month_after(last.period, self.calendar),
                // What the ledger began with; whether the project file says the same is asked by a close.
                None => Period::parse(&record.ledger.first)
                    .filter(|first| matches!(first, Period::Month { .. }))
                    .ok_or_else(|| unreadable(&shown, "its first month is none"))?,
            };
            let previous = closes.last().map(|close| close.digest.as_str());
            let number = closes.0.len() + 1;
            let fits = record.number == number
                && record.close == name
                && name == close_name(number, &record.period)
                && record.period == period.to_string()
                && record.previous.as_deref() == previous;
            if !fits {
                return Err(unreadable(&shown, "it does not follow the close before it"));
            }
            closes.0.push(Close { record, digest, period });
        }
        Ok(closes)
    }

    /// Everything that the closes have posted. Every file that is read has to have the digest that its close says.
    ///
    /// # Errors
    /// As [`Ledger::closes`].
    pub fn history(&self) -> Result<History, Diagnostic> {
        let mut history = History { closes: self.closes()?, ..History::default() };
        for index in 0..history.closes.0.len() {
            let entries = self.entries(&history.closes.0[index], &mut history.names)?;
            let period = history.closes.0[index].period;
            history.posted.add(period, &entries).map_err(|error| {
                let shown = self.shown(&history.closes.0[index].record.close, ENTRIES);
                unreadable(&shown, &error.to_string())
            })?;
        }
        // Earlier balances are those of payees who had figures once.
        if let Some(last) = history.closes.last() {
            for balance in self.balances(last)? {
                let standing = balance.standing();
                history.standings.insert(balance.payee_id, standing);
            }
        }
        Ok(history)
    }

    /// The entries of a close.
    ///
    /// # Errors
    /// `unreadable-ledger`.
    pub fn entries(&self, close: &Close, names: &mut Names) -> Result<Vec<Entry>, Diagnostic> {
        let bytes = self.file(&close.record, ENTRIES)?;
        read_entries(bytes, names).map_err(|why| unreadable(&self.shown(&close.record.close, ENTRIES), &why))
    }

    /// The balances of a close.
    ///
    /// # Errors
    /// `unreadable-ledger`.
    pub fn balances(&self, close: &Close) -> Result<Vec<crate::balances::Balance>, Diagnostic> {
        let bytes = self.file(&close.record, BALANCES)?;
        // The currency may be another one in the project file now, which a close has to say.
        crate::folder::read_balances(&bytes, digits_of(&close.record.book.currency))
            .map_err(|why| unreadable(&self.shown(&close.record.close, BALANCES), &why))
    }

    /// A file of a close, which has to have the digest that its close.json says.
    ///
    /// # Errors
    /// `unreadable-ledger`.
    pub fn file(&self, close: &CloseRecord, name: &str) -> Result<Vec<u8>, Diagnostic> {
        let shown = self.shown(&close.close, name);
        let bytes = self.read(&close.close, name)?;
        match close.files.iter().find(|file| file.file == name) {
            Some(file) if file.sha256 == sha256_hex(&bytes) => Ok(bytes),
            Some(_) => Err(unreadable(&shown, "it is not the file whose digest its close.json has")),
            None => Err(unreadable(&shown, "its close.json does not list it")),
        }
    }

    fn read(&self, close: &str, name: &str) -> Result<Vec<u8>, Diagnostic> {
        let path = self.folder.join(CLOSES_FOLDER).join(close).join(name);
        self.store.read(&path).map_err(|error| unreadable(&self.shown(close, name), &error.to_string()))
    }

    /// The draft, where there is one of the month that is next; one of a month that was posted is left over from a process that was
    /// killed, and is none.
    ///
    /// # Errors
    /// `unreadable-ledger`.
    pub fn draft(&self, closes: &Closes) -> Result<Option<Draft>, Diagnostic> {
        let folder = self.folder.join(DRAFT_FOLDER);
        let path = folder.join(DRAFT);
        if self.store.look(&path).map_err(|error| cannot_read(&path, &error))?.is_none() {
            return Ok(None);
        }
        let shown = format!("{}/{DRAFT_FOLDER}/{DRAFT}", self.shown);
        let bytes = self.store.read(&path).map_err(|error| cannot_read(&path, &error))?;
        let (record, digest): (CloseRecord, String) =
            read_sealed(&bytes).map_err(|why| unreadable(&shown, &why))?;
        let period = Period::parse(&record.period).ok_or_else(|| unreadable(&shown, "its month is none"))?;
        if closes.of_month(period).is_some() {
            return Ok(None);
        }
        let mut approvals: Vec<Approval> = self.written_approvals()?;
        approvals.retain(|approval| approval.digest == digest);
        Ok(Some(Draft { record, digest, period, approvals }))
    }

    /// All approvals beside the draft, also those of an earlier one.
    fn written_approvals(&self) -> Result<Vec<Approval>, Diagnostic> {
        let path = self.folder.join(DRAFT_FOLDER).join(APPROVALS);
        if self.store.look(&path).map_err(|error| cannot_read(&path, &error))?.is_none() {
            return Ok(Vec::new());
        }
        let bytes = self.store.read(&path).map_err(|error| cannot_read(&path, &error))?;
        let shown = format!("{}/{DRAFT_FOLDER}/{APPROVALS}", self.shown);
        serde_json::from_slice(&bytes).map_err(|error| unreadable(&shown, &error.to_string()))
    }

    /// The bytes of a file of the draft, with the digest that draft.json says.
    ///
    /// # Errors
    /// `unreadable-ledger`.
    pub fn draft_file(&self, draft: &Draft, name: &str) -> Result<Vec<u8>, Diagnostic> {
        let path = self.folder.join(DRAFT_FOLDER).join(name);
        let shown = format!("{}/{DRAFT_FOLDER}/{name}", self.shown);
        let bytes = self.store.read(&path).map_err(|error| unreadable(&shown, &error.to_string()))?;
        match draft.record.files.iter().find(|file| file.file == name) {
            Some(file) if file.sha256 == sha256_hex(&bytes) => Ok(bytes),
            _ => Err(unreadable(
                &shown,
                "it is not the file whose digest draft.json has; make the draft again",
            )),
        }
    }

    /// Begins a draft.
    ///
    /// # Errors
    /// What the system says.
    pub fn begin_draft(&self) -> Result<FolderWriter, Diagnostic> {
        FolderWriter::create(&self.store, &self.folder.join(DRAFT_FOLDER))
    }

    /// Adds an approval to the draft.
    ///
    /// # Errors
    /// What the system says.
    pub fn approve(&self, draft: &Draft, approval: Approval) -> Result<Vec<Approval>, Diagnostic> {
        let mut approvals = draft.approvals.clone();
        approvals.push(approval);
        let Sealed { text, .. } = sealed(&approvals)?;
        let path = self.folder.join(DRAFT_FOLDER).join(APPROVALS);
        replace_file(self.store.as_ref(), &path, |out| out.write_all(text.as_bytes()))
            .map_err(|error| cannot_write(&path, &error))?;
        Ok(approvals)
    }

    /// Makes the draft a close, for good. What it rests on must have been read again.
    ///
    /// # Errors
    /// What the system says; `unreadable-ledger` where the draft is not what was written.
    pub fn post(&self, draft: &Draft) -> Result<(CloseRecord, Option<Diagnostic>), Diagnostic> {
        let target = self.folder.join(CLOSES_FOLDER).join(&draft.record.close);
        if self.store.look(&target).map_err(|error| cannot_read(&target, &error))?.is_some() {
            let message = format!("`{}` is there already", self.shown(&draft.record.close, ""));
            return Err(Diagnostic::error(Code::ClosesDiffer, message));
        }
        let folder = FolderWriter::create(&self.store, &target)?;
        for file in &draft.record.files {
            let bytes = self.draft_file(draft, &file.file)?;
            folder.write(&file.file, |out| out.write_all(&bytes))?;
        }
        let Sealed { text, .. } = sealed(&draft.approvals)?;
        let approvals = folder.write_text(APPROVALS, &text)?;
        let mut record = draft.record.clone();
        record.files.push(approvals);
        let Sealed { text, .. } = sealed(&record)?;
        folder.write_text(CLOSE, &text)?;
        let warning = folder.publish()?;
        self.remove_draft();
        Ok((record, warning))
    }

    /// Removes a draft that was posted. One that stays is known by its month.
    fn remove_draft(&self) {
        let folder = self.folder.join(DRAFT_FOLDER);
        let names = self.store.names(&folder).unwrap_or_default();
        // draft.json goes first: without it there is no draft.
        let ours = |name: &&std::ffi::OsString| name.to_str().is_some_and(is_of_a_close);
        let _ = self.store.remove_file(&folder.join(DRAFT));
        for name in names.iter().filter(ours) {
            let _ = self.store.remove_file(&folder.join(name));
        }
        let _ = self.store.remove_folder(&folder);
    }

    /// Copies a file into the ledger by its content, once. Returns its digest.
    ///
    /// # Errors
    /// A file that is another one than `sha256` says, or what the system says.
    pub fn keep(&self, path: &Path, sha256: &str) -> Result<(), Diagnostic> {
        if self.has_object(sha256)? {
            return Ok(());
        }
        let objects = self.folder.join(OBJECTS_FOLDER);
        let target = self.object_path(sha256);
        create_folders(self.store.as_ref(), &objects).map_err(|error| cannot_write(&objects, &error))?;
        let bytes = self.store.read(path).map_err(|error| cannot_read(path, &error))?;
        if sha256_hex(&bytes) != sha256 {
            return Err(outdated(&path.display().to_string()));
        }
        replace_file(self.store.as_ref(), &target, |out| {
            let mut encoder = zstd::Encoder::new(out, COMPRESSION)?;
            encoder.write_all(&bytes)?;
            encoder.finish().map(drop)
        })
        .map_err(|error| cannot_write(&target, &error))
    }

    fn object_path(&self, sha256: &str) -> PathBuf {
        self.folder.join(OBJECTS_FOLDER).join(format!("{sha256}.zst"))
    }

    /// Whether there is a copy of the content with this digest.
    ///
    /// # Errors
    /// What the system says.
    pub fn has_object(&self, sha256: &str) -> Result<bool, Diagnostic> {
        let path = self.object_path(sha256);
        self.store.look(&path).map(|found| found.is_some()).map_err(|error| cannot_read(&path, &error))
    }

    /// The copy of the content with this digest, as it is packed.
    ///
    /// # Errors
    /// What the system says.
    pub fn object(&self, sha256: &str) -> io::Result<Vec<u8>> {
        self.store.read(&self.object_path(sha256))
    }

    /// The bytes of a file of the project.
    ///
    /// # Errors
    /// What the system says.
    pub fn read_input(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.store.read(path)
    }

    /// A path that is the same for all paths to one file.
    pub fn identity(&self, path: &Path) -> PathBuf {
        self.store.identity(path)
    }

    /// The SHA-256 of a file as it is now; none where it is not there.
    ///
    /// # Errors
    /// What the system says.
    pub fn digest_now(&self, path: &Path) -> Result<Option<String>, Diagnostic> {
        match self.store.open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(cannot_read(path, &error)),
            Ok(file) => {
                let bytes = file.read_all().map_err(|error| cannot_read(path, &error))?;
                Ok(Some(sha256_hex(&bytes)))
            }
        }
    }
}

/// A record as it is written.
pub(crate) fn sealed<T: serde::Serialize>(record: &T) -> Result<Sealed, Diagnostic> {
    seal(record).map_err(|error| Diagnostic::error(Code::CannotWrite, format!("internal error: {error}")))
}

/// A folder of the ledger that is being written.
pub struct FolderWriter {
    staging: Staging,
    target: PathBuf,
}

impl FolderWriter {
    fn create(store: &Arc<dyn Store>, target: &Path) -> Result<Self, Diagnostic> {
        let staging =
            Staging::create(store, target, is_of_a_close).map_err(|fault| refused(target, fault))?;
        Ok(Self { staging, target: target.to_owned() })
    }

    /// Writes one file.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(
        &self,
        name: &str,
        fill: impl FnOnce(&mut Sink) -> io::Result<()>,
    ) -> Result<FileRecord, Diagnostic> {
        let digest = self.write_as(name, "", fill)?;
        Ok(FileRecord { file: name.to_owned(), sha256: digest.sha256, bytes: digest.bytes })
    }

    /// Writes one file with this text.
    ///
    /// # Errors
    /// What the system says.
    pub fn write_text(&self, name: &str, text: &str) -> Result<FileRecord, Diagnostic> {
        self.write(name, |out| out.write_all(text.as_bytes()))
    }

    /// Writes one file whose name is known beforehand.
    ///
    /// # Errors
    /// What the system says.
    pub fn write_as(
        &self,
        name: &str,
        known: &'static str,
        fill: impl FnOnce(&mut Sink) -> io::Result<()>,
    ) -> Result<OutputDigest, Diagnostic> {
        let written = || {
            let mut sink = Sink::new(self.staging.file(name)?);
            fill(&mut sink)?;
            sink.finish(known)
        };
        written().map_err(|error| cannot_write(&self.target.join(name), &error))
    }

    /// Puts the folder in its place.
    ///
    /// # Errors
    /// What the system says.
    pub fn publish(self) -> Result<Option<Diagnostic>, Diagnostic> {
        let target = self.target;
        let PublishReport { leftover, unconfirmed } =
            self.staging.publish().map_err(|fault| refused(&target, fault))?;
        if let Some(error) = unconfirmed {
            let message =
                format!("`{}` is there, and the disk did not confirm it: {error}", target.display());
            return Ok(Some(
                Diagnostic::warning(Code::Unconfirmed, message)
                    .help("look at the disk, and at the ledger after a crash of the machine"),
            ));
        }
        Ok(leftover.map(|(path, why)| {
            let message = format!("an earlier draft could not be removed: {why}");
            Diagnostic::warning(Code::Leftover, message)
                .help(format!("it is now in `{}`; remove it by hand", path.display()))
        }))
    }
}

fn refused(target: &Path, fault: Fault) -> Diagnostic {
    match fault {
        Fault::NoName => Diagnostic::error(Code::CannotWrite, "the ledger's folder has no name"),
        Fault::Busy => {
            Diagnostic::error(Code::LedgerInUse, format!("another process writes `{}`", target.display()))
                .help("wait until it is done")
        }
        Fault::ForeignLock(path) => Diagnostic::error(
            Code::CannotWrite,
            format!("`{}` is not a file, and a lock of the ledger has this name", path.display()),
        )
        .help("move what is there"),
        Fault::Failed { path, error } => cannot_write(&path, &error),
        Fault::SetAside { path, error } => Diagnostic::error(
            Code::CannotWrite,
            format!(
                "neither the new draft nor the earlier one could be named `{}`: {error}",
                target.display()
            ),
        )
        .help(format!("the earlier draft is whole, in `{}`; the next close puts it back", path.display())),
    }
}

/// What a draft rests on is another file now.
pub fn outdated(path: &str) -> Diagnostic {
    Diagnostic::error(Code::DraftOutdated, format!("{path} is not what it was when the draft was made"))
        .help("make the draft again with `apportion close`; approvals of the earlier one do not count for it")
}

fn cannot_write(path: &Path, error: &io::Error) -> Diagnostic {
    let message = format!("could not write `{}`: {error}", path.display());
    let kind = error.kind();
    let help = match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room; the ledger is as it was",
        _ => "the ledger is as it was",
    };
    Diagnostic::error(Code::CannotWrite, message).help(help)
}

fn cannot_read(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::CannotRead, format!("could not read `{}`: {error}", path.display()))
}
