//! A row group of a Parquet file, and the file that all of its columns share.

use std::io::{BufReader, Read, Seek, SeekFrom};

use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;

use super::picked::Picked;
use apportion_base::world::{ByteReader, FileHandle};

/// A row group as the file describes it.
pub(super) struct RowGroup {
    pub(super) index: usize,
    pub(super) rows: usize,
    /// Rows that are still to be read.
    pub(super) left: usize,
    /// Rows of the groups before.
    pub(super) before: u64,
    /// Those that are wanted; `None` is all.
    pub(super) picked: Option<Picked>,
}

impl RowGroup {
    /// How many of its rows are wanted.
    pub(super) fn wanted(&self) -> usize {
        self.picked.as_ref().map_or(self.rows, |picked| picked.places.len())
    }

    /// The numbers of the next rows, which are read now, where they do not simply follow each other.
    pub(super) fn numbers(&self, rows: usize) -> Option<Vec<u64>> {
        let picked = self.picked.as_ref()?;
        let from = self.wanted().saturating_sub(self.left);
        Some(picked.places.iter().skip(from).take(rows).map(|place| place + 1).collect())
    }
}

/// One open file for all columns side by side: each reads where it is.
pub(super) struct SharedFile(pub(super) FileHandle);

impl Length for SharedFile {
    fn len(&self) -> u64 {
        self.0.length()
    }
}

impl ChunkReader for SharedFile {
    type T = BufReader<ByteReader>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        let mut reader = self.0.reader();
        reader.seek(SeekFrom::Start(start))?;
        Ok(BufReader::new(reader))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let mut reader = self.0.reader();
        reader.seek(SeekFrom::Start(start))?;
        // A damaged file may say any length: memory is made for what there is.
        let there = usize::try_from(self.0.length().saturating_sub(start)).unwrap_or(usize::MAX);
        let mut bytes = Vec::with_capacity(length.min(there));
        let read = reader.take(length as u64).read_to_end(&mut bytes)?;
        if read != length {
            let message = format!("Expected to read {length} bytes, read only {read}");
            return Err(ParquetError::EOF(message));
        }
        Ok(bytes.into())
    }
}
