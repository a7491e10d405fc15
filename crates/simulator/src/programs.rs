//! The program on trial, and programs with faults that it once had. The simulator is worth something where it finds these.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apportion::Error;
use apportion::diagnostic::{Code, Diagnostic};
use apportion::results::ResultReceipt;
use apportion::store::{Kind, LockFile, Store};
use apportion::world::{Entry, FileBytes, FileHandle, GlobError, World};

use crate::machine::{Faults, Machine, View};
use crate::project::{self, FILES, OUT};

/// What is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// As it is.
    Current,
    /// It opened an input anew for each reading.
    ReopensInputs,
    /// It published by two renames, shared one partial folder among all processes, unlinked its lock file, and said "nothing was
    /// replaced" of every error.
    TwoRenames,
}

impl Program {
    /// Runs it as a process.
    ///
    /// # Errors
    /// What it says.
    pub fn run(self, view: &View) -> Result<Option<ResultReceipt>, Error> {
        match self {
            Self::Current => project::run(view).map(Some),
            Self::ReopensInputs => {
                let store: Arc<dyn Store> = Arc::new(view.clone());
                let settlement = project::settle(Arc::new(ReopeningWorld(view.clone())))?;
                settlement.write_in(&store, OUT, apportion::ReplacePolicy::Same).map(Some)
            }
            Self::TwoRenames => {
                let settlement = project::settle(Arc::new(view.clone()))?;
                two_renames(view, &written_elsewhere(&settlement)?)?;
                Ok(None)
            }
        }
    }
}

/// The files of a result, written to a machine of their own.
fn written_elsewhere(settlement: &apportion::Settlement) -> Result<project::Files, Error> {
    let machine = Arc::new(Machine::new(0));
    machine.begin(&[0], Faults::default(), None);
    let store: Arc<dyn Store> = Arc::new(View { machine: Arc::clone(&machine), process: 0 });
    settlement.write_in(&store, "result", apportion::ReplacePolicy::Same)?;
    let files = project::files_at(&machine.state().disk, Path::new("result"));
    Ok(files.unwrap_or_default())
}

/// A world whose files are opened for each reading.
#[derive(Debug)]
struct ReopeningWorld(View);

#[derive(Debug)]
struct ReopenedFile {
    view: View,
    path: PathBuf,
    length: u64,
}

impl World for ReopeningWorld {
    fn entry(&self, path: &Path) -> Entry {
        self.0.entry(path)
    }

    fn open(&self, path: &Path) -> io::Result<FileHandle> {
        let length = self.0.open(path)?.length();
        Ok(FileHandle::new(ReopenedFile { view: self.0.clone(), path: path.to_owned(), length }))
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<std::ffi::OsString>> {
        self.0.names(folder)
    }

    fn glob(&self, pattern: &str) -> Result<Vec<PathBuf>, GlobError> {
        self.0.glob(pattern)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        self.0.identity(path)
    }
}

impl FileBytes for ReopenedFile {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.view.open(&self.path)?.read_at(offset, buffer)
    }
}

fn refused(error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::CannotWrite, format!("could not write `{OUT}`: {error}"))
        .help("nothing was replaced; check free space and permissions, or write elsewhere with `--out`")
}

/// A lock file that goes away with its holder.
struct OldLock<'a> {
    view: &'a View,
    path: PathBuf,
    _file: LockFile,
}

impl Drop for OldLock<'_> {
    fn drop(&mut self) {
        let _ = remove_tree(self.view, Path::new("p/out/.2026-01.partial"));
        let _ = self.view.remove_file(&self.path);
    }
}

/// The old way to publish, call for call.
fn two_renames(view: &View, files: &project::Files) -> Result<(), Error> {
    let out = Path::new(OUT);
    let [lock, partial, replaced] =
        ["lock", "partial", "replaced"].map(|ending| PathBuf::from(format!("p/out/.2026-01.{ending}")));
    let failed = |error: io::Error| Error::from(refused(&error));
    if let Err(error) = view.create_folder(Path::new("p/out"))
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        return Err(failed(error));
    }
    let file = view.lock_file(&lock).map_err(failed)?;
    match file.try_lock() {
        Ok(true) => {}
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
        Ok(false) => {
            let message = format!("another run is writing to `{OUT}` at this moment");
            return Err(Diagnostic::error(Code::ResultInUse, message).into());
        }
        Err(error) => return Err(failed(error)),
    }
    let _lock = OldLock { view, path: lock, _file: file };
    remove_tree(view, &partial).map_err(failed)?;
    if view.entry(&replaced) == Entry::Folder && view.entry(out) == Entry::Absent {
        view.rename(&replaced, out).map_err(failed)?;
    }
    remove_tree(view, &replaced).map_err(failed)?;
    old_check(view, out)?;
    view.create_folder(&partial).map_err(failed)?;
    for name in FILES {
        let mut file = view.create(&partial.join(name), None).map_err(failed)?;
        io::Write::write_all(&mut file, &files[name]).and_then(|()| file.sync()).map_err(failed)?;
    }
    old_check(view, out)?;
    view.sync_folder(&partial).map_err(failed)?;
    let replaces = view.entry(out) == Entry::Folder;
    if replaces {
        view.rename(out, &replaced).map_err(failed)?;
    }
    if let Err(error) = view.rename(&partial, out) {
        if replaces {
            view.rename(&replaced, out).map_err(failed)?;
        }
        return Err(failed(error));
    }
    view.sync_folder(Path::new("p/out")).map_err(failed)?;
    remove_tree(view, &replaced).map_err(failed)
}

/// An empty folder, or one with the names of a result.
fn old_check(view: &View, out: &Path) -> Result<(), Error> {
    let names = match view.names(out) {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(refused(&error).into()),
    };
    if names.is_empty() || names.iter().any(|name| name == "run.json") {
        return Ok(());
    }
    let message = format!("`{OUT}` is not a result of an earlier run and will not be replaced");
    Err(Diagnostic::error(Code::NotAResult, message).into())
}

fn remove_tree(view: &View, folder: &Path) -> io::Result<()> {
    let Some(found) = view.look(folder)? else { return Ok(()) };
    if found.kind != Kind::Folder {
        return view.remove_file(folder);
    }
    for name in view.names(folder)? {
        remove_tree(view, &folder.join(name))?;
    }
    view.remove_folder(folder)
}
