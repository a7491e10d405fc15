//! A file that knows, byte by byte as it is written, what its digest will be.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::thread::{self, JoinHandle};

use sha2::{Digest, Sha256};

use apportion_base::digest::hex;
use apportion_base::money::format_scaled;

/// One written file: its name, SHA-256 (lower-case hex) and length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputDigest {
    pub file: &'static str,
    pub sha256: String,
    pub bytes: u64,
}

/// How much is written before the disk is told to begin with it.
const SYNC_BYTES: u64 = 8 << 20;

/// A new file being written. The disk works while the rest is still being made, so that little is left at the end.
pub(super) struct Sink {
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
    /// Of these, the disk was told.
    told: u64,
    syncing: Option<JoinHandle<io::Result<()>>>,
}

impl Sink {
    /// Creates the file; it must not exist.
    pub fn create(path: &Path) -> io::Result<Self> {
        let file = BufWriter::with_capacity(1 << 20, File::create_new(path)?);
        Ok(Self { file, hash: Sha256::new(), bytes: 0, told: 0, syncing: None })
    }

    /// Lets the disk begin with what is there, unless it is still at work.
    fn sync_beside(&mut self) -> io::Result<()> {
        if self.syncing.as_ref().is_some_and(|syncing| !syncing.is_finished()) {
            return Ok(());
        }
        self.synced()?;
        let file = self.file.get_ref().try_clone()?;
        self.syncing = Some(thread::spawn(move || file.sync_data()));
        self.told = self.bytes;
        Ok(())
    }

    /// Waits for the disk, if it is at work.
    fn synced(&mut self) -> io::Result<()> {
        let Some(syncing) = self.syncing.take() else { return Ok(()) };
        syncing.join().unwrap_or_else(|_| Err(io::Error::other("the disk could not be waited for")))
    }

    /// Hands everything to the disk and tells what was written.
    pub fn finish(mut self, name: &'static str) -> io::Result<OutputDigest> {
        self.synced()?;
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(OutputDigest { file: name, sha256: hex(&self.hash.finalize()), bytes: self.bytes })
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        if self.bytes - self.told >= SYNC_BYTES {
            self.sync_beside()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A CSV writer with LF line ends, which quotes only where RFC 4180 asks for it.
pub(super) fn csv_writer(sink: &mut Sink) -> csv::Writer<&mut Sink> {
    csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(sink)
}

/// An amount of minor units as the text of its major unit, empty where there is none.
pub(super) fn money_cell(minor: Option<i128>, digits: u32) -> String {
    minor.map(|minor| format_scaled(minor, digits)).unwrap_or_default()
}
