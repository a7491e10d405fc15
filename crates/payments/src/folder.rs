//! The folders of exports: `exports/0007-2026-07/NAME/` of a ledger, or another one that somebody names. Each is there as a whole or not at
//! all, its files are for their owner alone, and one that was marked as sent is never written again.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::digest::sha256_hex;
use apportion_base::store::{Fault, Staging, Store, replace_file};
use apportion_base::world::Entry;

use crate::export::PreparedExport;
use crate::manifest::{MANIFEST, Manifest};
use crate::sent::{Mark, SENT, SentMark, SentRecord};

pub use apportion_contract::output::ledger::EXPORTS_FOLDER;

/// Names of the folders of journals begin so.
const JOURNAL_PREFIX: &str = "journal-";

/// An export that is in its folder.
#[derive(Debug, Clone)]
pub struct StoredExport {
    /// Name of its folder.
    pub name: String,
    /// Its path.
    pub path: PathBuf,
    /// What its manifest says.
    pub manifest: Manifest,
    /// SHA-256 of its manifest.
    pub manifest_sha256: String,
    /// Whether it was sent.
    pub sent: SentRecord,
}

/// A folder with a folder for each export of a close.
#[derive(Debug, Clone)]
pub struct CloseFolder {
    store: Arc<dyn Store>,
    path: PathBuf,
}

/// What writing an export came to.
#[derive(Debug)]
pub struct WrittenExport {
    /// Its folder.
    pub path: PathBuf,
    /// Whether it was there already, sent and the same.
    pub was_sent: bool,
    /// What is left to say.
    pub warning: Option<Diagnostic>,
}

impl CloseFolder {
    /// The folder in which exports of a close have theirs.
    pub fn new(store: &Arc<dyn Store>, path: PathBuf) -> Self {
        Self { store: Arc::clone(store), path }
    }

    /// Its exports, in order of their names.
    ///
    /// # Errors
    /// A manifest that can't be read.
    pub fn all(&self) -> Result<Vec<StoredExport>, Diagnostic> {
        let names = match self.store.names(&self.path) {
            Ok(names) => names,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(cannot_read(&self.path, &error)),
        };
        // Journals have folders beside them, and no export is named so.
        let names = names
            .iter()
            .filter_map(|name| name.to_str())
            .filter(|name| !name.starts_with('.') && !name.starts_with(JOURNAL_PREFIX));
        let mut all = Vec::new();
        for name in names {
            all.extend(self.find(name)?);
        }
        Ok(all)
    }

    /// The export in a folder, where there is one.
    ///
    /// # Errors
    /// A manifest or a record that can't be read.
    pub fn find(&self, name: &str) -> Result<Option<StoredExport>, Diagnostic> {
        let path = self.path.join(name);
        let file = path.join(MANIFEST);
        if self.store.entry(&file) != Entry::File {
            return Ok(None);
        }
        let bytes = self.store.read(&file).map_err(|error| cannot_read(&file, &error))?;
        let manifest = parsed(&file, &bytes)?;
        let record = path.join(SENT);
        let sent = match self.store.entry(&record) {
            Entry::File => {
                let bytes = self.store.read(&record).map_err(|error| cannot_read(&record, &error))?;
                parsed(&record, &bytes)?
            }
            _ => SentRecord::default(),
        };
        let manifest_sha256 = sha256_hex(&bytes);
        Ok(Some(StoredExport { name: name.to_owned(), path, manifest, manifest_sha256, sent }))
    }

    /// The folder that an export takes: its own, or for some payees alone the next that is free. `taken` are names of other exports.
    ///
    /// # Errors
    /// As [`CloseFolder::find`].
    pub fn name_for(&self, prepared: &PreparedExport, taken: &[&str]) -> Result<String, Diagnostic> {
        let own = prepared.manifest.export.as_str();
        if prepared.manifest.arguments.only.is_empty() {
            return Ok(own.to_owned());
        }
        let numbered = (2..).map(|number: u32| format!("{own}-{number}"));
        for name in std::iter::once(own.to_owned()).chain(numbered) {
            if name != own && taken.iter().any(|other| other.eq_ignore_ascii_case(&name)) {
                continue;
            }
            match self.find(&name)? {
                None => return Ok(name),
                Some(there) if there.manifest.arguments.only == prepared.manifest.arguments.only => {
                    return Ok(name);
                }
                Some(_) => {}
            }
        }
        Ok(own.to_owned())
    }

    /// Writes an export under a name. One that was sent stays as it is.
    ///
    /// # Errors
    /// `export-sent` where one that was sent differs, `not-a-result` where something else is there, and what the system says.
    pub fn write(&self, name: &str, prepared: &PreparedExport) -> Result<WrittenExport, Diagnostic> {
        let path = self.path.join(name);
        let text = prepared.manifest.text().map_err(|why| unwritten(&path, &why))?;
        let there = self.find(name)?;
        self.check_replaceable(&path, there.as_ref())?;
        let mut record = SentRecord::default();
        if let Some(there) = there {
            if let Some(mark) = there.sent.sent() {
                if sha256_hex(text.as_bytes()) == there.manifest_sha256 {
                    return Ok(WrittenExport { path, was_sent: true, warning: None });
                }
                return Err(differs(name, mark));
            }
            record = there.sent;
        }
        let staging =
            Staging::create(&self.store, &path, is_of_an_export).map_err(|fault| refused(&path, fault))?;
        let write = |name: &str, bytes: &[u8]| {
            let written = staging.private_file(name).and_then(|mut file| {
                file.write_all(bytes)?;
                file.sync()
            });
            written.map_err(|error| unwritten(&path.join(name), &error.to_string()))
        };
        for file in &prepared.files {
            write(&file.name, &file.bytes)?;
        }
        if !record.marks.is_empty() {
            write(SENT, record.text().map_err(|why| unwritten(&path, &why))?.as_bytes())?;
        }
        write(MANIFEST, text.as_bytes())?;
        let report = staging.publish().map_err(|fault| refused(&path, fault))?;
        self.check_files(&path, &prepared.manifest)?;
        let unconfirmed = report.unconfirmed.map(|error| {
            let message = format!("`{}` is there, and the disk did not confirm it: {error}", path.display());
            Diagnostic::warning(Code::Unconfirmed, message)
                .help("look at the disk, and at the files after a crash of the machine")
        });
        let leftover = report.leftover.map(|(left, why)| {
            Diagnostic::warning(Code::Leftover, format!("an earlier export could not be removed: {why}"))
                .help(format!("it is now in `{}`; remove it by hand: it holds payments", left.display()))
        });
        Ok(WrittenExport { path, was_sent: false, warning: unconfirmed.or(leftover) })
    }

    /// Whether a folder may be replaced: nothing is there, or an earlier export and nothing else.
    fn check_replaceable(&self, path: &Path, there: Option<&StoredExport>) -> Result<(), Diagnostic> {
        let names = match self.store.names(path) {
            Ok(names) => names,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(cannot_read(path, &error)),
        };
        let own = |name: &str| {
            [MANIFEST, SENT].contains(&name)
                || there.is_some_and(|there| there.manifest.files.iter().any(|file| file.file == name))
        };
        let other = names.iter().find(|name| !name.to_str().is_some_and(own));
        match other {
            None => Ok(()),
            Some(other) => {
                let message = format!(
                    "`{}` holds `{}`, which no export wrote",
                    path.display(),
                    other.to_string_lossy()
                );
                Err(Diagnostic::error(Code::CannotWrite, message)
                    .help("move it away, or name another folder with --out"))
            }
        }
    }

    /// That the files of a folder are those of its manifest.
    fn check_files(&self, path: &Path, manifest: &Manifest) -> Result<(), Diagnostic> {
        for file in &manifest.files {
            let here = path.join(&file.file);
            let bytes = self.store.read(&here).map_err(|error| cannot_read(&here, &error))?;
            if sha256_hex(&bytes) != file.sha256 {
                let message = format!("`{}` is not the file that was written", here.display());
                return Err(Diagnostic::error(Code::ControlDiffers, message).help(
                    "a spreadsheet that opens and saves it is enough; export it again before it is sent",
                ));
            }
        }
        Ok(())
    }

    /// Marks an export as sent, or takes the mark back. Both stay on record.
    ///
    /// # Errors
    /// `not-sent` where there is nothing to mark or to take back, and files that are not those of the manifest.
    pub fn mark(
        &self,
        name: &str,
        mark: Mark,
        by: &str,
        note: Option<&str>,
    ) -> Result<StoredExport, Diagnostic> {
        let Some(mut there) = self.find(name)? else {
            let message = format!("there is no export `{name}` of this close");
            return Err(Diagnostic::error(Code::NotSent, message).help("`apportion export` writes it first"));
        };
        match (mark, there.sent.sent()) {
            (Mark::Sent, Some(before)) => {
                let message = format!("export `{name}` is marked as sent already, by {}", before.by);
                return Err(Diagnostic::error(Code::NotSent, message)
                    .help("where the bank took nothing: --undo with a --note"));
            }
            (Mark::Undone, None) => {
                let message = format!("export `{name}` is not marked as sent");
                return Err(Diagnostic::error(Code::NotSent, message).help("there is nothing to take back"));
            }
            (Mark::Sent, None) | (Mark::Undone, Some(_)) => {}
        }
        if mark == Mark::Sent {
            self.check_files(&there.path, &there.manifest)?;
        }
        there.sent.marks.push(SentMark {
            mark,
            by: by.to_owned(),
            note: note.map(str::to_owned),
            manifest_sha256: there.manifest_sha256.clone(),
        });
        let file = there.path.join(SENT);
        let text = there.sent.text().map_err(|why| unwritten(&file, &why))?;
        replace_file(self.store.as_ref(), &file, |out| out.write_all(text.as_bytes()))
            .map_err(|error| unwritten(&file, &error.to_string()))?;
        Ok(there)
    }
}

/// Names that a folder of an export may hold.
fn is_of_an_export(name: &str) -> bool {
    !name.starts_with('.')
}

fn differs(name: &str, mark: &SentMark) -> Diagnostic {
    let message = format!("export `{name}` was marked as sent by {}, and would be another file now", mark.by);
    Diagnostic::error(Code::ExportSent, message)
        .help("payees who were left out go into a file of their own: --only PAYEE")
        .help("where the bank or payroll took nothing of it: `apportion sent NAME --close MONTH --undo --by NAME --note TEXT`")
}

fn parsed<T: for<'t> serde::Deserialize<'t>>(path: &Path, bytes: &[u8]) -> Result<T, Diagnostic> {
    serde_json::from_slice(bytes).map_err(|error| {
        Diagnostic::error(Code::CannotRead, format!("`{}` can't be read: {error}", path.display()))
            .help("it is not what was written; put it back from a copy")
    })
}

fn cannot_read(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::CannotRead, format!("could not read `{}`: {error}", path.display()))
}

fn unwritten(path: &Path, why: &str) -> Diagnostic {
    Diagnostic::error(Code::CannotWrite, format!("could not write `{}`: {why}", path.display()))
        .help("nothing was replaced")
}

fn refused(path: &Path, fault: Fault) -> Diagnostic {
    match fault {
        Fault::NoName => unwritten(path, "it has no name"),
        Fault::Busy => unwritten(path, "another process writes it"),
        Fault::ForeignLock(lock) => unwritten(&lock, "it is not a file, and a lock has this name"),
        Fault::Failed { path, error } => unwritten(&path, &error.to_string()),
        Fault::SetAside { path: aside, error } => unwritten(path, &error.to_string())
            .help(format!("the earlier export is whole, in `{}`", aside.display())),
    }
}
