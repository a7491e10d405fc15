//! A lock that has a name.
//!
//! A lock belongs to a file and not to its name. If a lock file is unlinked while other processes open it, there are several
//! files of one name over time, and each has a lock of its own. So a process that got the lock compares: the name has to be
//! that of the file that was locked. Otherwise the lock keeps no other process out, and is taken again.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Kind, LockFile, Store};

/// How often the name is found to be another file before the lock is given up. Each time another process ended meanwhile.
const ATTEMPTS: usize = 1_000;

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    store: Arc<dyn Store>,
    path: PathBuf,
    file: LockFile,
    exclusive: bool,
}

/// What became of asking for a lock.
#[derive(Debug)]
pub enum LockAttempt {
    /// It is ours.
    Held(Lock),
    /// Another process holds it.
    Busy,
    /// The name is no regular file: nothing of ours, and it is left alone.
    Foreign,
}

impl Lock {
    /// Takes the lock of a name. What is there is opened as it is: its content is not ours, and links are not followed.
    ///
    /// # Errors
    /// What the system says.
    pub fn take(store: &Arc<dyn Store>, path: &Path) -> io::Result<LockAttempt> {
        for _ in 0..ATTEMPTS {
            if store.look(path)?.is_some_and(|found| found.kind != Kind::File) {
                return Ok(LockAttempt::Foreign);
            }
            let file = store.lock_file(path)?;
            let found = file.look()?;
            if found.kind != Kind::File {
                return Ok(LockAttempt::Foreign);
            }
            let exclusive = match file.try_lock() {
                Ok(true) => true,
                Ok(false) => return Ok(LockAttempt::Busy),
                // A file system without locks: two runs at once are the user's to avoid there.
                Err(error) if error.kind() == io::ErrorKind::Unsupported => false,
                Err(error) => return Err(error),
            };
            let named = store.look(path)?.and_then(|named| named.identity);
            if found.identity.is_none() || named == found.identity {
                let (store, path) = (Arc::clone(store), path.to_owned());
                return Ok(LockAttempt::Held(Self { store, path, file, exclusive }));
            }
        }
        Err(io::Error::other("its lock file is replaced all the time"))
    }

    /// Whether others are really kept out: not where the file system has no locks.
    pub fn is_exclusive(&self) -> bool {
        self.exclusive
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // It is removed while it is held: a process that opened it before finds out by comparing. A file with content is not ours.
        // Where the system has no identities, comparing is not possible, and the file stays.
        let ours =
            self.file.look().is_ok_and(|file| self.exclusive && file.identity.is_some() && file.length == 0);
        if ours {
            let _ = self.store.remove_file(&self.path);
        }
    }
}
