//! What a close rested on, as the ledger kept it: a world in which the project is as it was when the close was made.
//!
//! The project file, the rule files with their rate tables, and every file of data stand in `ledger/objects` by their content. Each
//! is found here under the path that it had, and nothing else is: a pattern finds the files that it found then. A file is unpacked
//! when it is first opened, and refused where it is not the one whose digest close.json has.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::folder::{CloseRecord, InputRecord};
use crate::ledger::Ledger;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::digest::DigestWriter;
use apportion_base::world::{Entry, FileHandle, FileTree, GlobError, World};
use apportion_contract::output::ledger::{OBJECTS_FOLDER, close_name};

/// A copy unpacks to so many bytes at most.
pub const MOST_UNPACKED: u64 = 16 << 30;

/// The files that a close rested on.
#[derive(Debug)]
pub struct KeptWorld {
    ledger: Ledger,
    files: FileTree<KeptFile>,
}

/// A file that a close rested on.
struct KeptFile {
    sha256: String,
    /// Once it was unpacked, so that everybody who opens it has the same bytes.
    unpacked: Mutex<Option<Arc<[u8]>>>,
}

impl fmt::Debug for KeptFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptFile").field("sha256", &self.sha256).finish_non_exhaustive()
    }
}

impl KeptWorld {
    /// The files that a close rested on, under the paths that they had in the project's folder `root`. That copies are there is seen
    /// here; whether they are right, when they are opened.
    ///
    /// # Errors
    /// `inputs-not-kept`, or `unreadable-ledger` where a copy is missing.
    pub fn of_close(ledger: &Ledger, root: &Path, close: &CloseRecord) -> Result<Self, Diagnostic> {
        if !close.ledger.keep_inputs {
            let message = format!("the data of {} were not kept: `keep_inputs` was false", close.close);
            return Err(Diagnostic::error(Code::InputsNotKept, message).help(
                "a month can be looked into as it was only where its ledger keeps copies; with `keep_inputs = true`, the default, \
                 those of later closes stand in it",
            ));
        }
        let mut files = FileTree::default();
        for input in inputs(close) {
            if !ledger.has_object(&input.sha256)? {
                return Err(missing(close, input));
            }
            let file = KeptFile { sha256: input.sha256.clone(), unpacked: Mutex::default() };
            files.insert(&root.join(&input.path), file);
        }
        Ok(Self { ledger: ledger.clone(), files })
    }
}

/// Everything that a close rests on.
pub fn inputs(close: &CloseRecord) -> impl Iterator<Item = &InputRecord> {
    close.rule_files.iter().chain(&close.opening).chain(&close.inputs)
}

fn missing(close: &CloseRecord, input: &InputRecord) -> Diagnostic {
    let InputRecord { path, sha256, .. } = input;
    let name = close_name(close.number, &close.period);
    let message =
        format!("the copy of {path} that {name} rests on is missing: {OBJECTS_FOLDER}/{sha256}.zst");
    Diagnostic::error(Code::UnreadableLedger, message)
        .help("put the ledger's folder of objects back from a copy; `apportion verify ledger` lists what is missing")
}

/// The content of a packed copy, which has to have this digest. It is unpacked twice, so that one that unpacks to what nobody kept
/// takes no memory.
///
/// # Errors
/// `InvalidData` where it can't be unpacked, is too large, or is another content.
pub fn unpack(packed: &[u8], sha256: &str) -> io::Result<Vec<u8>> {
    let damaged = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    let reader = || zstd::Decoder::new(packed).map(|decoder| decoder.take(MOST_UNPACKED + 1));
    let mut digest = DigestWriter::default();
    io::copy(&mut reader()?, &mut digest)
        .map_err(|error| damaged(format!("its copy in the ledger is damaged: {error}")))?;
    let length = digest.length();
    if length > MOST_UNPACKED {
        return Err(damaged(format!("its copy in the ledger unpacks to more than {MOST_UNPACKED} bytes")));
    }
    if digest.finish() != sha256 {
        return Err(damaged("its copy in the ledger is not the file that the close rested on".to_owned()));
    }
    let too_large = |_| damaged("its copy in the ledger is larger than the memory".to_owned());
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(usize::try_from(length).map_err(too_large)?).map_err(|error| {
        io::Error::new(io::ErrorKind::OutOfMemory, format!("no memory for {length} bytes: {error}"))
    })?;
    reader()?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl World for KeptWorld {
    fn entry(&self, path: &Path) -> Entry {
        self.files.entry(path)
    }

    fn open(&self, path: &Path) -> io::Result<FileHandle> {
        let file = self.files.get(path)?;
        let mut unpacked = file.unpacked.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = match &*unpacked {
            Some(bytes) => Arc::clone(bytes),
            None => {
                let bytes: Arc<[u8]> = unpack(&self.ledger.object(&file.sha256)?, &file.sha256)?.into();
                *unpacked = Some(Arc::clone(&bytes));
                bytes
            }
        };
        Ok(FileHandle::of_bytes(bytes))
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        self.files.names(folder)
    }

    fn glob(&self, pattern: &str) -> Result<Vec<PathBuf>, GlobError> {
        self.files.glob(pattern)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        self.files.identity(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_base::digest::sha256_hex;

    #[test]
    fn a_copy_unpacks_to_what_was_kept_and_to_nothing_else() {
        let bytes = b"deal_id\nD1\n";
        let packed = zstd::encode_all(&bytes[..], 3).unwrap();
        assert_eq!(unpack(&packed, &sha256_hex(bytes)).unwrap(), bytes);
        let said = |packed: &[u8]| unpack(packed, &sha256_hex(bytes)).unwrap_err().to_string();
        assert!(said(&packed[..packed.len() - 3]).contains("damaged"));
        assert!(said(b"deal_id").contains("damaged"));
        assert!(said(&zstd::encode_all(&b"deal_id\nD2\n"[..], 3).unwrap()).contains("is not the file"));
    }

    /// 256 MiB of zeros in some kilobytes takes no memory: it is another content.
    #[test]
    fn a_copy_that_unpacks_to_much_more_is_refused_before_it_is_held() {
        let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
        io::copy(&mut io::repeat(0).take(1 << 28), &mut encoder).unwrap();
        let packed = encoder.finish().unwrap();
        assert!(packed.len() < 1 << 16);
        assert!(unpack(&packed, &sha256_hex(b"")).unwrap_err().to_string().contains("is not the file"));
    }
}
