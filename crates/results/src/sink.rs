//! An output file whose digest is computed while it is written.

use std::io::{self, BufWriter, Write};
use std::thread::{self, JoinHandle};

use apportion_base::digest::DigestWriter;
use apportion_base::money::format_scaled;
use apportion_base::store::FileWriter;

/// One output file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputDigest {
    /// Its name in the folder of the result.
    pub file: &'static str,
    /// SHA-256 of its bytes, in lower-case hex.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
}

/// How many bytes are written before a sync to the disk begins.
const SYNC_BYTES: u64 = 8 << 20;

/// An output file that is being written. It is synced in the background, so that little is left to sync at the end.
pub struct Sink {
    file: BufWriter<FileWriter>,
    digest: DigestWriter,
    /// Bytes whose sync has begun.
    synced: u64,
    syncing: Option<JoinHandle<io::Result<()>>>,
}

impl Sink {
    /// A file that was just created.
    pub fn new(file: FileWriter) -> Self {
        let file = BufWriter::with_capacity(1 << 20, file);
        Self { file, digest: DigestWriter::default(), synced: 0, syncing: None }
    }

    /// Begins a sync in the background, unless one is running.
    fn begin_sync(&mut self) -> io::Result<()> {
        if self.syncing.as_ref().is_some_and(|syncing| !syncing.is_finished()) {
            return Ok(());
        }
        self.wait_for_sync()?;
        let file = self.file.get_ref().clone();
        // Without another thread there is more left to sync at the end, and nothing else.
        self.syncing = thread::Builder::new().spawn(move || file.sync()).ok();
        self.synced = self.digest.length();
        Ok(())
    }

    /// Waits for the running sync, if there is one.
    fn wait_for_sync(&mut self) -> io::Result<()> {
        let Some(syncing) = self.syncing.take() else { return Ok(()) };
        syncing.join().unwrap_or_else(|_| Err(io::Error::other("the disk could not be waited for")))
    }

    /// Syncs the file and returns its digest.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn finish(mut self, name: &'static str) -> io::Result<OutputDigest> {
        self.wait_for_sync()?;
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync()?;
        let bytes = self.digest.length();
        Ok(OutputDigest { file: name, sha256: self.digest.finish(), bytes })
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write_all(bytes)?;
        self.digest.write_all(bytes)?;
        if self.digest.length() - self.synced >= SYNC_BYTES {
            self.begin_sync()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// An amount of minor units as the text of its major unit, empty where there is none.
pub(super) fn money_cell(minor: Option<i128>, digits: u32) -> String {
    minor.map(|minor| format_scaled(minor, digits)).unwrap_or_default()
}
