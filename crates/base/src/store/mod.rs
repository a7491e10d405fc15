//! Where files are written.
//!
//! Everything of ours that is written goes through a [`Store`]: results, what `--out` and `--junit` name, case files that are
//! brought up to date, new projects. A [`Store`] is a [`World`] that can be changed, by the few calls that a disk offers: each may
//! fail, and a test can put a store between that fails wherever it likes, loses what was not synced, or stops in the middle.
//!
//! Two things are built from these calls, and nothing else of ours renames, removes or locks:
//!
//! - a [`Staging`]: a folder that is there as a whole or not at all, and replaces an earlier one in one step;
//! - [`replace_file`]: the same for one file.
//!
//! A [`Spill`] keeps in such a folder, for as long as a process needs it, what has no room in memory.

mod disk;
mod file;
mod folders;
mod lock;
mod memory;
mod spill;
mod staging;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use crate::world::World;

pub use file::{Target, replace_file, target};
pub use folders::create_folders;
pub use lock::{Lock, LockAttempt};
pub use memory::MemoryStore;
pub use spill::{Kept, Spill};
pub use staging::{Fault, PublishReport, Staging};

/// A world that can be written to.
pub trait Store: World {
    /// What a name is, links not followed; `None` where there is nothing of that name.
    ///
    /// # Errors
    /// What the system says where it does not let us look.
    fn look(&self, path: &Path) -> io::Result<Option<PathState>>;

    /// Creates one folder.
    ///
    /// # Errors
    /// What the system says, `AlreadyExists` where something has that name.
    fn create_folder(&self, path: &Path) -> io::Result<()>;

    /// Creates a file that is not there yet, with the permissions of `like` where that is given.
    ///
    /// # Errors
    /// What the system says, `AlreadyExists` where something has that name, a link that leads nowhere included.
    fn create(&self, path: &Path, like: Option<&Path>) -> io::Result<FileWriter>;

    /// Creates a file that is not there yet and that nobody but its owner may read, where the system knows owners.
    ///
    /// # Errors
    /// As [`Store::create`].
    fn create_private(&self, path: &Path) -> io::Result<FileWriter> {
        self.create(path, None)
    }

    /// Opens what is there to write to its end: a pipe, a device, what another program has open. Links are followed.
    ///
    /// # Errors
    /// What the system says.
    fn append_to(&self, path: &Path) -> io::Result<FileWriter>;

    /// Opens a file for its lock, and creates it where nothing is there. Its content is left as it is, and links are not followed.
    ///
    /// # Errors
    /// What the system says; an error where the name is a link.
    fn lock_file(&self, path: &Path) -> io::Result<LockFile>;

    /// Gives a file or a folder another name. A file of that name is replaced, and so is an empty folder by a folder.
    ///
    /// # Errors
    /// What the system says. Nothing has changed then.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Exchanges two names in one step: at every moment each of them names one of the two.
    ///
    /// # Errors
    /// `Unsupported` where the system has no such call, or what it says. Nothing has changed then.
    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()>;

    /// Removes a file, or a link.
    ///
    /// # Errors
    /// What the system says.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Removes an empty folder.
    ///
    /// # Errors
    /// What the system says.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;

    /// Makes names in a folder survive a crash of the machine.
    ///
    /// # Errors
    /// What the system says.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;

    /// Whether this user may add and remove names in a folder.
    fn may_change(&self, folder: &Path) -> bool;

    /// A number that no other call gave, in no other process either.
    fn token(&self) -> u64;
}

/// What a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathState {
    /// What it is.
    pub kind: Kind,
    /// Which file of the machine it is (device and number), where the system has such numbers.
    pub identity: Option<(u64, u64)>,
    /// Length in bytes, of a file.
    pub length: u64,
}

/// What a name is, links not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device, a pipe, or something else.
    Other,
}

/// The calls of an open file that is written to its end.
pub trait WriteBytes: fmt::Debug + Send + Sync {
    /// Writes some bytes behind those that were written, and says how many.
    ///
    /// # Errors
    /// What the system says.
    fn append(&self, bytes: &[u8]) -> io::Result<usize>;

    /// Makes what was written survive a crash of the machine.
    ///
    /// # Errors
    /// What the system says.
    fn sync(&self) -> io::Result<()>;
}

/// A file that is being written. A clone is the same file.
#[derive(Debug, Clone)]
pub struct FileWriter(Arc<dyn WriteBytes>);

impl FileWriter {
    /// A writer of these bytes.
    pub fn new(bytes: impl WriteBytes + 'static) -> Self {
        Self(Arc::new(bytes))
    }

    /// Makes what was written survive a crash of the machine.
    ///
    /// # Errors
    /// What the system says.
    pub fn sync(&self) -> io::Result<()> {
        self.0.sync()
    }
}

impl Write for FileWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.append(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The calls of a file that is opened for its lock. Dropped, it gives the lock up.
pub trait LockBytes: fmt::Debug + Send + Sync {
    /// Takes the lock, unless another holds it: `false` then.
    ///
    /// # Errors
    /// `Unsupported` where the file system has no locks, or what the system says.
    fn try_lock(&self) -> io::Result<bool>;

    /// What was opened.
    ///
    /// # Errors
    /// What the system says.
    fn look(&self) -> io::Result<PathState>;
}

/// A file that is opened for its lock.
pub type LockFile = Box<dyn LockBytes>;
