//! The lock that keeps other processes out of a ledger.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::{Ledger, cannot_write};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::{Lock, LockAttempt, Store, create_folders};

/// The name of the lock that is held while a ledger is worked on.
const LOCK: &str = ".ledger.lock";

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

impl Ledger {
    /// Keeps other processes out until it is dropped.
    ///
    /// # Errors
    /// `ledger-in-use`, or what the system says.
    pub fn lock(&self) -> Result<LedgerLock, Diagnostic> {
        let path = self.path.join(LOCK);
        let is_new = matches!(self.store.look(&self.path), Ok(None));
        let mut attempt = self.try_lock();
        if attempt.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            // Another process, which was refused, took its empty folder away in between.
            attempt = self.try_lock();
        }
        match attempt.map_err(|error| cannot_write(&path, &error))? {
            LockAttempt::Held(lock) => {
                let made = is_new.then(|| (Arc::clone(&self.store), self.path.clone()));
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
        create_folders(self.store.as_ref(), &self.path)?;
        Lock::take(&self.store, &self.path.join(LOCK))
    }
}
