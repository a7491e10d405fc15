//! Reads no more of lines.parquet than the lines with certain texts: row groups whose bounds leave them out are passed over, and of the others
//! the columns of these texts are decoded before the rest.

use arrow::array::{BooleanArray, RecordBatch};
use arrow::convert;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowPredicate, ArrowPredicateFn, ParquetRecordBatchReaderBuilder, RowFilter,
};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::ChunkReader;

use apportion_contract::LineColumn;
use apportion_contract::output::LINE_FILE;

/// Texts that the lines have which are read; none is all lines.
#[derive(Debug, Clone, Default)]
pub struct Only(Vec<(usize, String)>);

impl Only {
    /// Of these, the lines that have a text in a column.
    #[must_use]
    pub fn with(mut self, column: LineColumn, text: Option<&str>) -> Self {
        let place = LINE_FILE.columns.iter().position(|known| known.name == column.name());
        self.0.extend(place.zip(text.map(str::to_owned)));
        self
    }

    /// A reader of these lines.
    pub(super) fn applied<R: ChunkReader + 'static>(
        &self,
        builder: ParquetRecordBatchReaderBuilder<R>,
    ) -> ParquetRecordBatchReaderBuilder<R> {
        if self.0.is_empty() {
            return builder;
        }
        let groups = builder.metadata().row_groups().iter().enumerate();
        let groups = groups.filter(|(_, group)| self.may_be_in(group)).map(|(place, _)| place).collect();
        let predicates = self.0.iter().map(|(place, text)| {
            let (mask, text) = (ProjectionMask::roots(builder.parquet_schema(), [*place]), text.clone());
            let is_it = move |batch: RecordBatch| {
                let texts = convert::texts(batch.column(0))?;
                Ok(texts.iter().map(|found| Some(found == Some(text.as_str()))).collect::<BooleanArray>())
            };
            Box::new(ArrowPredicateFn::new(mask, is_it)) as Box<dyn ArrowPredicate>
        });
        let filter = RowFilter::new(predicates.collect());
        builder.with_row_groups(groups).with_row_filter(filter)
    }

    /// Whether the bounds of a row group allow for its having such lines.
    fn may_be_in(&self, group: &RowGroupMetaData) -> bool {
        self.0.iter().all(|(place, text)| {
            let bounds = group.columns().get(*place).and_then(|column| column.statistics());
            let bounds = bounds.and_then(|bounds| bounds.min_bytes_opt().zip(bounds.max_bytes_opt()));
            bounds.is_none_or(|(least, greatest)| (least..=greatest).contains(&text.as_bytes()))
        })
    }
}
