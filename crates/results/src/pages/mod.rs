//! Column chunks of a Parquet file, made from what the engine holds: codes, minor units, days.
//!
//! The encoder of the parquet crate hashes the text of every row to find its place in the dictionary. Here a place is one lookup in a table, and no arrays are made. Headers, the footer and everything
//! around the pages are written by the crate, and tests read every encoding back with the crate's reader.
//!
//! ```text
//! bits      integers, packed
//! places    value ─► place in the dictionary
//! columns   rows ─► levels and values of a page
//! mod       pages ─► a column chunk
//! ```

mod bits;
mod columns;
mod places;
#[cfg(test)]
mod tests;

use std::io::Write;

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, PageType};
use parquet::column::page::{CompressedPage, Page, PageWriteSpec, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, OffsetIndexBuilder, PageEncodingStats};
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, SerializedRowGroupWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

pub use columns::{DictionaryPages, Differences, PlainTexts};
pub use places::{NumberPlaces, TextPlaces};

/// An encoded column of one row group.
pub struct Chunk {
    bytes: Bytes,
    close: ColumnCloseResult,
}

impl Chunk {
    /// Appends it as the next column of a row group.
    pub fn append_to<W: Write + Send>(self, group: &mut SerializedRowGroupWriter<'_, W>) -> Result<()> {
        group.append_column(&self.bytes, self.close)
    }
}

/// The values of a column's dictionary, to which its pages refer by place.
pub struct Dictionary {
    /// One after the other, as the format's "plain" encoding has them.
    values: Vec<u8>,
    count: usize,
}

/// The data pages of a column, one by one.
struct Pages {
    column: ColumnDescPtr,
    encoding: Encoding,
    written: TrackedWrite<Vec<u8>>,
    /// The offset of each page.
    locations: OffsetIndexBuilder,
    snappy: snap::raw::Encoder,
    /// Of all pages, with their headers.
    uncompressed: usize,
    pages: usize,
    rows: usize,
    nulls: usize,
    /// The page that is being made.
    page: Vec<u8>,
}

impl Pages {
    fn new(column: ColumnDescPtr, encoding: Encoding) -> Self {
        Self {
            column,
            encoding,
            written: TrackedWrite::new(Vec::new()),
            locations: OffsetIndexBuilder::new(),
            snappy: snap::raw::Encoder::new(),
            uncompressed: 0,
            pages: 0,
            rows: 0,
            nulls: 0,
            page: Vec::new(),
        }
    }

    fn is_nullable(&self) -> bool {
        self.column.max_def_level() > 0
    }

    /// Adds a page of rows. `levels` has 1 for each row with a value and 0 for null, and is only looked at where the column
    /// may be null; `values` appends those that are there.
    fn push(&mut self, rows: usize, levels: &[u32], values: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        self.page.clear();
        if self.is_nullable() {
            self.nulls += levels.iter().filter(|level| **level == 0).count();
            // The length of the levels, which is known when they are there.
            self.page.extend_from_slice(&[0; 4]);
            bits::hybrid(levels, 1, &mut self.page);
            let length: u32 = count(self.page.len() - 4)?;
            self.page[..4].copy_from_slice(&length.to_le_bytes());
        }
        values(&mut self.page);
        let (encoding, num_values) = (self.encoding, count(rows)?);
        let page = |buf| Page::DataPage {
            buf,
            num_values,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let spec = write_page(&mut self.written, &mut self.snappy, &self.page, page)?;
        self.locations.append_row_count(count(rows)?);
        self.locations.append_offset_and_size(count(spec.offset)?, count(spec.compressed_size)?);
        self.uncompressed += spec.uncompressed_size;
        self.pages += 1;
        self.rows += rows;
        Ok(())
    }

    /// The chunk, with the dictionary in front of the pages that need one.
    fn close(mut self, dictionary: Option<Dictionary>, statistics: Option<Statistics>) -> Result<Chunk> {
        let mut metadata = ColumnChunkMetaData::builder(self.column.clone());
        let mut encodings = vec![self.encoding, Encoding::RLE];
        let stats = |page_type, encoding, pages| {
            Ok::<_, ParquetError>(PageEncodingStats { page_type, encoding, count: count(pages)? })
        };
        let mut page_stats = Vec::new();
        let mut bytes = Vec::new();
        if let Some(Dictionary { values, count: held }) = dictionary {
            let num_values = count(held)?;
            let page =
                |buf| Page::DictionaryPage { buf, num_values, encoding: Encoding::PLAIN, is_sorted: false };
            let mut written = TrackedWrite::new(Vec::new());
            self.uncompressed += write_page(&mut written, &mut self.snappy, &values, page)?.uncompressed_size;
            bytes = written.into_inner()?;
            metadata = metadata.set_dictionary_page_offset(Some(0));
            encodings.push(Encoding::PLAIN);
            page_stats.push(stats(PageType::DICTIONARY_PAGE, Encoding::PLAIN, 1)?);
        }
        page_stats.push(stats(PageType::DATA_PAGE, self.encoding, self.pages)?);

        let data_offset = bytes.len();
        let pages = self.written.into_inner()?;
        if bytes.is_empty() {
            bytes = pages;
        } else {
            bytes.extend_from_slice(&pages);
        }
        let mut locations = self.locations.build();
        for location in &mut locations.page_locations {
            location.offset += count::<i64, _>(data_offset)?;
        }
        if let Some(statistics) = statistics {
            metadata = metadata.set_statistics(statistics);
        }
        let metadata = metadata
            .set_compression(Compression::SNAPPY)
            .set_encodings(encodings)
            .set_page_encoding_stats(page_stats)
            .set_total_compressed_size(count(bytes.len())?)
            .set_total_uncompressed_size(count(self.uncompressed)?)
            .set_num_values(count(self.rows)?)
            .set_data_page_offset(count(data_offset)?)
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: bytes.len() as u64,
            rows_written: self.rows as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: Some(locations),
        };
        Ok(Chunk { bytes: bytes.into(), close })
    }
}

/// Writes a page, compressed.
fn write_page(
    to: &mut TrackedWrite<Vec<u8>>,
    snappy: &mut snap::raw::Encoder,
    plain: &[u8],
    page: impl FnOnce(Bytes) -> Page,
) -> Result<PageWriteSpec> {
    let compressed = snappy.compress_vec(plain).map_err(|error| ParquetError::External(Box::new(error)))?;
    SerializedPageWriter::new(to).write_page(CompressedPage::new(page(compressed.into()), plain.len()))
}

/// A count in the type that the format has for it.
fn count<T: TryFrom<N>, N>(number: N) -> Result<T> {
    T::try_from(number)
        .map_err(|_| ParquetError::General("a row group of lines that is too large".to_owned()))
}
