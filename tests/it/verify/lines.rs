//! lines.parquet as a table of texts that can be changed and written back in the same form.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Decimal64Array, Decimal128Array, Int32Array, StringArray,
};
use arrow::datatypes::{DataType, Date32Type, Decimal64Type, Decimal128Type, Int32Type, SchemaRef};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::properties::WriterProperties;

/// A line: its cells by column. Amounts are minor units, rates hundred-millionths, units billionths, dates days.
pub type Row = Vec<Option<String>>;

pub struct Lines {
    pub schema: SchemaRef,
    pub rows: Vec<Row>,
}

impl Lines {
    pub fn read(path: &Path) -> Self {
        let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
        let schema = builder.schema().clone();
        let batches: Vec<_> = builder.build().unwrap().map(Result::unwrap).collect();
        let batch = arrow::compute::concat_batches(&schema, &batches).unwrap();
        let columns: Vec<Vec<Option<String>>> = batch.columns().iter().map(texts).collect();
        let rows = (0..batch.num_rows())
            .map(|row| columns.iter().map(|column| column[row].clone()).collect())
            .collect();
        Self { schema, rows }
    }

    /// The same of bytes; `None` where they are no such file.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines.parquet");
        std::fs::write(&path, bytes).unwrap();
        let readable = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).is_ok();
        readable.then(|| Self::read(&path))
    }

    /// Each line as `column value, column value, …`, without what is null.
    pub fn shown(&self) -> Vec<String> {
        let fields = self.schema.fields();
        let shown = |row: &Row| {
            let cells = row.iter().zip(fields).filter_map(|(cell, field)| {
                let cell = cell.as_ref()?;
                let cell = match field.data_type() {
                    DataType::Decimal128(_, scale) => {
                        apportion::money::format_scaled(cell.parse().unwrap(), scale.unsigned_abs().into())
                    }
                    DataType::Date32 => apportion::book::display_day(cell.parse().unwrap()),
                    _ => cell.clone(),
                };
                Some(format!("{} {cell}", field.name()))
            });
            cells.collect::<Vec<_>>().join(", ")
        };
        self.rows.iter().map(shown).collect()
    }

    /// Writes the lines as a run would, but for where pages end.
    pub fn write(&self, path: &Path) {
        let columns = self.schema.fields().iter().enumerate().map(|(index, field)| {
            let cells: Vec<Option<&str>> = self.rows.iter().map(|row| row[index].as_deref()).collect();
            array(field.data_type(), &cells)
        });
        let batch = RecordBatch::try_new(self.schema.clone(), columns.collect()).unwrap();
        let by = format!("apportion version {}", env!("CARGO_PKG_VERSION"));
        let properties = WriterProperties::builder().set_created_by(by).build();
        let file = File::create(path).unwrap();
        let mut writer = ArrowWriter::try_new(file, self.schema.clone(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
    }

    pub fn column(&self, name: &str) -> usize {
        self.schema.index_of(name).unwrap()
    }

    /// Index of the first line of a rule, deal and payee.
    pub fn find(&self, rule: &str, deal: &str, payee: &str) -> usize {
        let wanted = [("rule_id", rule), ("deal_id", deal), ("payee_id", payee)];
        let is_it = |row: &Row| {
            wanted.iter().all(|(column, text)| row[self.column(column)].as_deref() == Some(*text))
        };
        self.rows.iter().position(is_it).unwrap()
    }

    /// Index of the first line with such a cell in a column.
    pub fn first(&self, column: &str, is_it: impl Fn(Option<&str>) -> bool) -> usize {
        let column = self.column(column);
        self.rows.iter().position(|row| is_it(row[column].as_deref())).unwrap()
    }

    pub fn set(&mut self, row: usize, column: &str, cell: Option<&str>) {
        let index = self.column(column);
        let cell = cell.map(str::to_owned);
        assert_ne!(self.rows[row][index], cell, "{column} was not changed");
        self.rows[row][index] = cell;
    }

    /// Adds to a number.
    pub fn add(&mut self, row: usize, column: &str, change: i128) {
        let index = self.column(column);
        let number: i128 = self.rows[row][index].as_ref().unwrap().parse().unwrap();
        self.rows[row][index] = Some((number + change).to_string());
    }
}

fn texts(column: &ArrayRef) -> Vec<Option<String>> {
    let text = |row: usize| match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::Date32 => column.as_primitive::<Date32Type>().value(row).to_string(),
        DataType::Int32 => column.as_primitive::<Int32Type>().value(row).to_string(),
        DataType::Decimal64(..) => column.as_primitive::<Decimal64Type>().value(row).to_string(),
        _ => column.as_primitive::<Decimal128Type>().value(row).to_string(),
    };
    (0..column.len()).map(|row| (!column.is_null(row)).then(|| text(row))).collect()
}

fn array(kind: &DataType, cells: &[Option<&str>]) -> ArrayRef {
    let numbers = || cells.iter().map(|cell| cell.map(|cell| cell.parse::<i32>().unwrap()));
    match kind {
        DataType::Utf8 => Arc::new(StringArray::from(cells.to_vec())),
        DataType::Date32 => Arc::new(numbers().collect::<Date32Array>()),
        DataType::Int32 => Arc::new(numbers().collect::<Int32Array>()),
        DataType::Decimal64(digits, scale) => {
            let array = cells.iter().map(|cell| cell.map(|cell| cell.parse::<i64>().unwrap()));
            let array = array.collect::<Decimal64Array>();
            Arc::new(array.with_precision_and_scale(*digits, *scale).unwrap())
        }
        DataType::Decimal128(digits, scale) => {
            let wide = cells.iter().map(|cell| cell.map(|cell| cell.parse::<i128>().unwrap()));
            let array = wide.collect::<Decimal128Array>();
            Arc::new(array.with_precision_and_scale(*digits, *scale).unwrap())
        }
        other => panic!("{other}"),
    }
}
