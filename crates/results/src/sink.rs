//! An output file whose digest is computed while it is written.

use std::io::{self, BufWriter, Write};
use std::thread::{self, JoinHandle};

use apportion_base::digest::DigestWriter;
use apportion_base::money::format_scaled;
use apportion_base::store::FileWriter;
use rayon::prelude::*;

/// Rows of a CSV file that one task writes.
const PART_ROWS: usize = 1 << 13;

/// Parts that are in memory at once.
const PARTS_AT_ONCE: usize = 16;

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

/// A CSV writer with LF line ends, which quotes only where RFC 4180 asks for it.
pub(super) fn csv_writer<W: Write>(out: W) -> csv::Writer<W> {
    csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out)
}

/// Writes a CSV file: its header, and a record for each of some rows, which all cores make.
///
/// # Errors
///
/// What the system says.
pub(super) fn write_records<R: Sync>(
    sink: &mut Sink,
    header: impl Iterator<Item = &'static str>,
    rows: &[R],
    write: impl Fn(&R, &mut csv::Writer<Vec<u8>>) -> csv::Result<()> + Sync,
) -> io::Result<()> {
    csv_writer(&mut *sink).write_record(header)?;
    let part = |rows: &[R]| -> io::Result<Vec<u8>> {
        let mut csv = csv_writer(Vec::new());
        rows.iter().try_for_each(|row| write(row, &mut csv))?;
        csv.into_inner().map_err(csv::IntoInnerError::into_error)
    };
    for some in rows.chunks(PART_ROWS * PARTS_AT_ONCE) {
        let parts: Vec<io::Result<Vec<u8>>> = some.par_chunks(PART_ROWS).with_max_len(1).map(part).collect();
        for part in parts {
            sink.write_all(&part?)?;
        }
    }
    Ok(())
}

/// An amount of minor units as the text of its major unit, empty where there is none.
pub(super) fn money_cell(minor: Option<i128>, digits: u32) -> String {
    minor.map(|minor| format_scaled(minor, digits)).unwrap_or_default()
}
