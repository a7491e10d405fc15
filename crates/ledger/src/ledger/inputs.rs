//! What closes rest on: the files of the project, and their copies in the ledger.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Ledger, cannot_read, cannot_write};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::digest::sha256_hex;
use apportion_base::store::{create_folders, replace_file};
use apportion_contract::output::ledger::OBJECTS_FOLDER;

/// How strongly copies are compressed.
const COMPRESSION: i32 = 3;

impl Ledger {
    /// Copies a file into the ledger by its content, once. Returns its digest.
    ///
    /// # Errors
    /// A file that is another one than `sha256` says, or what the system says.
    pub fn keep(&self, path: &Path, sha256: &str) -> Result<(), Diagnostic> {
        if self.has_object(sha256)? {
            return Ok(());
        }
        let objects = self.path.join(OBJECTS_FOLDER);
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
        self.path.join(OBJECTS_FOLDER).join(format!("{sha256}.zst"))
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

    /// The bytes of a file of the project; of the project as it was where the ledger is [as it was](super::past).
    ///
    /// # Errors
    /// What the system says.
    pub fn read_input(&self, path: &Path) -> io::Result<Vec<u8>> {
        match &self.past {
            Some(past) => past.inputs.read(path),
            None => self.store.read(path),
        }
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

/// What a draft rests on is another file now.
pub fn outdated(path: &str) -> Diagnostic {
    Diagnostic::error(Code::DraftOutdated, format!("{path} is not what it was when the draft was made"))
        .help("make the draft again with `apportion close`; approvals of the earlier one do not count for it")
}
