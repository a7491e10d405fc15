//! Long texts of Parquet files. A file of some kilobytes can hold a text of megabytes once and name it in each of a million rows, or
//! pack as many into pages; as a column of texts they would fill any memory.

use std::sync::Arc;

use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use ::parquet::basic::Type as Physical;
use ::parquet::column::page::{Page, PageReader};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::ColumnChunkMetaData;
use ::parquet::file::serialized_reader::SerializedPageReader;
use arrow::datatypes::{DataType, Field, Schema};

use super::fault;
use super::file::SourceFile;
use super::input::MOST_BYTES;
use super::row_group::{RowGroup, SharedFile};
use super::typed::{CHUNK, guarded, open};
use apportion_base::diagnostic::Diagnostic;
use apportion_base::world::FileHandle;

/// A column with a longer text in its dictionary is read as a dictionary.
const LONG: usize = 1 << 12;
/// Bytes of a column that are decoded at a time, where its texts are long.
const AT_ONCE: u64 = 64 << 20;

/// How the columns of a row group are read so that long texts fit.
pub(super) struct Texts {
    /// With the columns as dictionaries that have long texts; `None` where there are none.
    pub(super) metadata: Option<ArrowReaderMetadata>,
    /// Rows to read at a time.
    pub(super) rows: usize,
}

impl Texts {
    /// Looks at the dictionaries of the wanted columns, and at what the file says of their sizes.
    ///
    /// # Errors
    /// `record-too-long` for a text beyond all measure.
    pub(super) fn new(
        file: &SourceFile,
        metadata: &ArrowReaderMetadata,
        group: &RowGroup,
        places: &[usize],
    ) -> Result<Self, Diagnostic> {
        let opened = open(file)?;
        let (schema, parquet) = (metadata.schema(), metadata.parquet_schema());
        let mut long = Vec::new();
        let mut rows = CHUNK;
        for (leaf, chunk) in metadata.metadata().row_group(group.index).columns().iter().enumerate() {
            let place = parquet.get_column_root_idx(leaf);
            let is_text = matches!(
                schema.field(place).data_type(),
                DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
            );
            if !is_text || chunk.column_type() != Physical::BYTE_ARRAY || !places.contains(&place) {
                continue;
            }
            let longest = guarded(file, || longest_of_dictionary(opened, chunk, group.rows))?.unwrap_or(0);
            if longest > MOST_BYTES {
                return Err(fault::text_too_long(file, schema.field(place).name()));
            }
            if longest > LONG {
                long.push(place);
            }
            rows = rows.min(rows_at_once(chunk));
        }
        if long.is_empty() {
            return Ok(Self { metadata: None, rows });
        }
        let field = |(place, field): (usize, &Arc<Field>)| match long.contains(&place) {
            true => {
                let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
                Arc::new(field.as_ref().clone().with_data_type(dictionary))
            }
            false => Arc::clone(field),
        };
        let fields: Vec<Arc<Field>> = schema.fields().iter().enumerate().map(field).collect();
        let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
        let metadata =
            guarded(file, || ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options))?;
        Ok(Self { metadata: Some(metadata), rows })
    }
}

/// Rows of a column whose texts are `AT_ONCE`, by what the file says of the sizes of its pages.
fn rows_at_once(chunk: &ColumnChunkMetaData) -> usize {
    let size = |size: i64| u64::try_from(size).unwrap_or(0).max(1);
    let rows = AT_ONCE.saturating_mul(size(chunk.num_values())) / size(chunk.uncompressed_size());
    usize::try_from(rows).unwrap_or(CHUNK).clamp(1, CHUNK)
}

/// Bytes of the longest text in the dictionary of a column, if it has one.
fn longest_of_dictionary(
    file: &FileHandle,
    chunk: &ColumnChunkMetaData,
    rows: usize,
) -> Result<Option<usize>, ParquetError> {
    if chunk.dictionary_page_offset().is_none() {
        return Ok(None);
    }
    let mut pages = SerializedPageReader::new(Arc::new(SharedFile(file.clone())), chunk, rows, None)?;
    let Some(Page::DictionaryPage { buf, .. }) = pages.get_next_page()? else { return Ok(None) };
    // Each text has its length before it.
    let mut rest: &[u8] = &buf;
    let mut longest = 0;
    while let Some((length, texts)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        longest = longest.max(length);
        rest = texts.get(length..).unwrap_or_default();
    }
    Ok(Some(longest))
}
