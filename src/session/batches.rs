//! Record batches as a file of a project in memory.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ipc::writer::FileWriter;

/// Record batches as the bytes of an Arrow file, for a source whose `path` ends in `.arrow`.
///
/// ```
/// use apportion::{arrow_file, world::Memory};
/// use arrow::array::{RecordBatch, StringArray};
/// use std::sync::Arc;
///
/// let payees = Arc::new(StringArray::from(vec!["ann", "ben"])) as _;
/// let batch = RecordBatch::try_from_iter([("payee_id", payees)])?;
/// let files = Memory::new().with("payees.arrow", arrow_file(&batch.schema(), [&batch])?);
/// # Ok::<(), arrow::error::ArrowError>(())
/// ```
///
/// # Errors
///
/// Batches of another schema.
pub fn arrow_file<'a>(
    schema: &SchemaRef,
    batches: impl IntoIterator<Item = &'a RecordBatch>,
) -> Result<Vec<u8>, ArrowError> {
    let mut writer = FileWriter::try_new(Vec::new(), schema)?;
    batches.into_iter().try_for_each(|batch| writer.write(batch))?;
    writer.into_inner()
}
