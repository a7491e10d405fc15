//! A folder that is there as a whole or not at all.
//!
//! While it is written there are hidden names beside it. `.NAME.lock` is held against a second process. `.NAME.TOKEN.partial` is
//! what is being written; each process has one of its own, and afterwards it is the name of the earlier folder that goes away.
//! Where the system can't exchange two names in one step, the earlier folder has the name `.NAME.TOKEN.replaced` between two renames.
//! So at every moment one whole folder can be found, whatever ends the process, and the next one puts right what it left behind.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::folders::{create_folders, parent, remove_ours};
use super::{FileWriter, Kind, Lock, LockAttempt, Store};

/// Why a folder could not be written or published.
#[derive(Debug)]
pub enum Fault {
    /// The path has no name that a folder could have.
    NoName,
    /// Another process writes the same folder.
    Busy,
    /// The name of the lock file is something else: a link, a folder, a device.
    ForeignLock(PathBuf),
    /// The system said no. What was there is as it was.
    Failed {
        /// The file or folder that it was about.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
    /// The earlier folder was set aside, and neither the new one nor the earlier one could take its name.
    SetAside {
        /// Where the earlier folder is.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// What is left to say of a folder that was published.
#[derive(Debug, Default)]
pub struct PublishReport {
    /// The earlier folder, where it could not be removed, and why.
    pub leftover: Option<(PathBuf, String)>,
    /// The disk did not confirm that the new name survives a crash of the machine.
    pub unconfirmed: Option<io::Error>,
}

/// A folder that is being written. Dropped without [`Staging::publish`], it leaves no trace.
pub struct Staging {
    store: Arc<dyn Store>,
    target: PathBuf,
    partial: PathBuf,
    names: Names,
    ours: fn(&str) -> bool,
    /// What a process that was killed left behind and what could not be removed.
    leftover: Option<(PathBuf, String)>,
    published: bool,
    _lock: Lock,
}

impl fmt::Debug for Staging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Staging").field("target", &self.target).finish_non_exhaustive()
    }
}

/// The hidden names beside a folder.
#[derive(Debug, Clone)]
struct Names {
    folder: PathBuf,
    name: String,
}

impl Names {
    fn new(target: &Path) -> Option<Self> {
        let name = target.file_name()?.to_string_lossy().into_owned();
        Some(Self { folder: parent(target).to_owned(), name })
    }

    fn lock(&self) -> PathBuf {
        self.folder.join(format!(".{}.lock", self.name))
    }

    fn partial(&self, token: u64) -> PathBuf {
        self.folder.join(format!(".{}.{token:016x}.partial", self.name))
    }

    fn replaced(&self, token: u64) -> PathBuf {
        self.folder.join(format!(".{}.{token:016x}.replaced", self.name))
    }

    /// Paths of such names that are there, which end in `ending`.
    fn found(&self, store: &dyn Store, ending: &str) -> io::Result<Vec<PathBuf>> {
        let is_one = |name: &str| {
            let token = name
                .strip_prefix('.')
                .and_then(|name| name.strip_prefix(self.name.as_str()))
                .and_then(|name| name.strip_prefix('.'))
                .and_then(|name| name.strip_suffix(ending))
                .and_then(|name| name.strip_suffix('.'));
            token.is_some_and(|token| {
                token.len() == 16 && token.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            })
        };
        let names = store.names(&self.folder)?;
        let found = names.iter().filter(|name| name.to_str().is_some_and(is_one));
        Ok(found.map(|name| self.folder.join(name)).collect())
    }
}

impl Staging {
    /// Prepares to write a folder. Folders above it are made where they are missing, what a process that was killed left behind
    /// goes away, and an earlier folder that it had set aside gets its name back. `ours` knows the names of the files that such a
    /// folder may hold: hidden folders with anything else in them are nothing of ours and are left alone.
    ///
    /// # Errors
    /// `NoName`, `Busy`, `ForeignLock` or `Failed`. What was there is as it was.
    pub fn create(store: &Arc<dyn Store>, target: &Path, ours: fn(&str) -> bool) -> Result<Self, Fault> {
        let names = Names::new(target).ok_or(Fault::NoName)?;
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error| Fault::Failed { path, error }
        };
        create_folders(store.as_ref(), &names.folder).map_err(failed(&names.folder))?;
        let lock = match Lock::take(store, &names.lock()).map_err(failed(&names.lock()))? {
            LockAttempt::Held(lock) => lock,
            LockAttempt::Busy => return Err(Fault::Busy),
            LockAttempt::Foreign => return Err(Fault::ForeignLock(names.lock())),
        };
        let partial = names.partial(store.token());
        let (store, target) = (Arc::clone(store), target.to_owned());
        let leftover = None;
        let mut staging =
            Self { store, target, partial, names, ours, leftover, published: true, _lock: lock };
        staging.recover().map_err(failed(&staging.target))?;
        staging.store.create_folder(&staging.partial).map_err(failed(&staging.partial))?;
        // From here on there is something to clear up.
        staging.published = false;
        Ok(staging)
    }

    /// Whether a process may have left something behind that it was writing.
    pub(super) fn left_behind(store: &dyn Store, target: &Path) -> bool {
        let Some(names) = Names::new(target) else { return false };
        let is_locked = || store.look(&names.lock()).is_ok_and(|found| found.is_some());
        names.found(store, "partial").is_ok_and(|found| !found.is_empty()) || is_locked()
    }

    /// Where a file of the folder is while it is written.
    pub(super) fn path_of(&self, name: &str) -> PathBuf {
        self.partial.join(name)
    }

    /// Puts an earlier folder back that a process had set aside when it was killed, and clears what it was writing.
    fn recover(&mut self) -> io::Result<()> {
        let store = self.store.as_ref();
        for aside in self.names.found(store, "replaced")? {
            if !self.holds_ours(&aside)? {
                continue;
            }
            if self.is_empty()? {
                store.rename(&aside, &self.target)?;
                store.sync_folder(&self.names.folder)?;
            } else if self.holds_ours(&self.target)? {
                // The new folder is in its place, so this one only had to go.
                store.rename(&aside, &self.names.partial(store.token()))?;
            }
        }
        // Without locks, the folder may be that of a process that is still running.
        if self._lock.is_exclusive() {
            for partial in self.names.found(store, "partial")? {
                // It may be read-only, or of another user. That must not stop anybody, now and for ever.
                if let Err(error) = remove_ours(store, &partial, &self.ours) {
                    self.leftover = Some((partial, error.to_string()));
                }
            }
        }
        Ok(())
    }

    /// Whether the target is not there, or an empty folder.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(match self.store.look(&self.target)? {
            None => true,
            Some(found) => found.kind == Kind::Folder && self.store.names(&self.target)?.is_empty(),
        })
    }

    /// Whether a path is a folder with files of ours in it and nothing else.
    fn holds_ours(&self, folder: &Path) -> io::Result<bool> {
        if self.store.look(folder)?.is_none_or(|found| found.kind != Kind::Folder) {
            return Ok(false);
        }
        let names = self.store.names(folder)?;
        Ok(!names.is_empty() && names.iter().all(|name| name.to_str().is_some_and(self.ours)))
    }

    /// Creates a file of the folder.
    ///
    /// # Errors
    /// What the system says.
    pub fn file(&self, name: &str) -> io::Result<FileWriter> {
        self.store.create(&self.partial.join(name), None)
    }

    /// Creates a file of the folder that nobody but its owner may read.
    ///
    /// # Errors
    /// What the system says.
    pub fn private_file(&self, name: &str) -> io::Result<FileWriter> {
        self.store.create_private(&self.partial.join(name))
    }

    /// Puts the folder in its place; an earlier one goes away as a whole. All files have to be synced.
    ///
    /// # Errors
    /// `Failed` where nothing was replaced, `SetAside` where the earlier folder has another name now.
    pub fn publish(mut self) -> Result<PublishReport, Fault> {
        let failed = |error| Fault::Failed { path: self.target.clone(), error };
        self.store.sync_folder(&self.partial).map_err(failed)?;
        let earlier = self.take_place()?;
        // What has the partial name from here on is the earlier folder.
        self.published = true;
        let mut published = PublishReport { leftover: self.leftover.take(), unconfirmed: None };
        if let Err(error) = self.store.sync_folder(&self.names.folder) {
            // The earlier folder stays until it is known that the new one does.
            if let Some(earlier) = earlier {
                published.leftover = Some((earlier, "the disk did not confirm the new one".to_owned()));
            }
            published.unconfirmed = Some(error);
            return Ok(published);
        }
        if let Some(earlier) = earlier {
            let removed = remove_ours(self.store.as_ref(), &earlier, &self.ours);
            let why = match removed {
                Ok(true) => return Ok(published),
                Ok(false) => "it holds other files as well".to_owned(),
                Err(error) => error.to_string(),
            };
            published.leftover = Some((earlier, why));
        }
        Ok(published)
    }

    /// Gives the new folder its name. Returns where the earlier folder is now.
    fn take_place(&self) -> Result<Option<PathBuf>, Fault> {
        let store = self.store.as_ref();
        let failed = |error| Fault::Failed { path: self.target.clone(), error };
        if store.look(&self.target).map_err(failed)?.is_none() {
            // A folder never takes the place of anything but an empty folder this way.
            store.rename(&self.partial, &self.target).map_err(failed)?;
            return Ok(None);
        }
        match store.exchange(&self.partial, &self.target) {
            Ok(()) => Ok(Some(self.partial.clone())),
            Err(error) if error.kind() == io::ErrorKind::Unsupported => self.set_aside(),
            Err(error) => Err(failed(error)),
        }
    }

    /// In two renames, where the system can't do it in one.
    fn set_aside(&self) -> Result<Option<PathBuf>, Fault> {
        let store = self.store.as_ref();
        let aside = self.names.replaced(store.token());
        let failed = |error| Fault::Failed { path: self.target.clone(), error };
        store.rename(&self.target, &aside).map_err(failed)?;
        if let Err(error) = store.rename(&self.partial, &self.target) {
            return match store.rename(&aside, &self.target) {
                Ok(()) => Err(failed(error)),
                Err(error) => Err(Fault::SetAside { path: aside, error }),
            };
        }
        // A name from which it never comes back, now that the new one is in its place for good.
        if store.sync_folder(&self.names.folder).is_ok() && store.rename(&aside, &self.partial).is_ok() {
            return Ok(Some(self.partial.clone()));
        }
        Ok(Some(aside))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.published {
            // An error can't be reported here. The next process removes what is left.
            let _ = remove_ours(self.store.as_ref(), &self.partial, &self.ours);
        }
    }
}
