use std::sync::Arc;

use arrow::array::{
    BinaryArray, Date64Array, Decimal128Array, DictionaryArray, Int32Array, RecordBatch, StringArray,
    StructArray, TimestampNanosecondArray,
};
use arrow::datatypes::Int32Type;
use parquet::arrow::ArrowWriter;
use polars::prelude::{
    Categories, Column, DataFrame, DataType as Kind, IntoColumn, IpcCompression, IpcWriter, NamedFrom,
    ParquetWriter, SerWriter, Series, TimeUnit, df,
};

use super::*;

fn frame() -> DataFrame {
    let categories = Kind::from_categories(Categories::global());
    let mut frame = df!(
        "id" => [Some(" D1 "), Some(""), Some("N/A"), None],
        "small" => [Some(-1_i8), Some(2), None, Some(127)],
        "big" => [u64::MAX, 0, 1, 2],
        "double" => [Some(20565.6206), None, Some(0.30000000000000004), Some(1e3)],
        "single" => [Some(0.1_f32), Some(-2.5), None, Some(3.0)],
        "odd" => [Some(1.5), Some(f64::NAN), Some(f64::NEG_INFINITY), None],
        "flag" => [Some(true), None, Some(false), Some(true)],
    )
    .unwrap();
    let cast = |name: &str, values: Series, kind: &Kind| -> Column {
        values.with_name(name.into()).cast(kind).unwrap().into_column()
    };
    let days = Series::new("".into(), [Some(20_635), Some(-1), None, Some(0)]);
    let ticks = Series::new("".into(), [Some(1_782_950_399_999_999_i64), Some(-1), None, Some(0)]);
    let tiers = Series::new("".into(), [Some("gold "), Some(" "), Some("gold"), Some("N/A")]);
    let money = Series::new("".into(), [Some("1.50"), Some("-12345678901234567890.12"), None, Some("0.00")]);
    for column in [
        cast("day", days, &Kind::Date),
        cast("stamp", ticks, &Kind::Datetime(TimeUnit::Microseconds, None)),
        cast("tier", tiers, &categories),
        cast("money", money, &Kind::Decimal(38, 2)),
    ] {
        frame.with_column(column).unwrap();
    }
    frame
}

fn expect(name: &str, bytes: Vec<u8>) {
    let (folder, mut source) = folder(name, bytes);
    source.nulls = vec!["N/A".to_owned()];
    let read = read(folder.path(), &source);
    let types: Vec<RawType> = read.header.iter().map(|(_, ty)| *ty).collect();
    use RawType::*;
    assert_eq!(types, [Text, Number, Number, Number, Number, Number, Boolean, Date, Date, Text, Number]);
    assert_eq!(
        read.names(),
        ["id", "small", "big", "double", "single", "odd", "flag", "day", "stamp", "tier", "money"]
    );
    let column = |at: usize| read.rows.iter().map(|(_, cells)| cells[at].as_str()).collect::<Vec<_>>();
    assert_eq!(column(0), ["D1", "-", "-", "-"]);
    assert_eq!(column(1), ["-1", "2", "-", "127"]);
    assert_eq!(column(2), ["18446744073709551615", "0", "1", "2"]);
    let sum = "0.30000000000000004";
    assert_eq!(column(3), ["20565.62060000000000000", "-", sum, "1000.00000000000000000"]);
    assert_eq!(column(4), ["0.1", "-2.5", "-", "3.0"]);
    assert_eq!(column(5), ["1.5", "NaN", "-inf", "-"]);
    assert_eq!(column(6), ["true", "-", "false", "true"]);
    assert_eq!(column(7), ["2026-07-01", "1969-12-31", "-", "1970-01-01"]);
    assert_eq!(column(8), ["2026-07-01", "1969-12-31", "-", "1970-01-01"]);
    assert_eq!(column(9), ["gold", "-", "gold", "-"]);
    assert_eq!(column(10), ["1.50", "-12345678901234567890.12", "-", "0.00"]);
}

fn parquet_of(frame: &mut DataFrame, group: Option<usize>) -> Vec<u8> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).with_row_group_size(group).finish(frame).unwrap();
    bytes
}

fn arrow_of(frame: &mut DataFrame, compression: Option<IpcCompression>) -> Vec<u8> {
    let mut bytes = Vec::new();
    IpcWriter::new(&mut bytes).with_compression(compression).finish(frame).unwrap();
    bytes
}

#[test]
fn the_same_content_in_every_typed_format() {
    expect("a.parquet", parquet_of(&mut frame(), None));
    expect("a.arrow", arrow_of(&mut frame(), None));
    expect("a.ipc", arrow_of(&mut frame(), Some(IpcCompression::LZ4)));
    expect("a.ipc", arrow_of(&mut frame(), Some(IpcCompression::ZSTD(Default::default()))));
}

#[test]
fn row_groups_follow_each_other() {
    let rows = 300_000_i64;
    let mut frame = df!("n" => (0..rows).collect::<Vec<_>>(), "t" => (0..rows).map(|n| n.to_string()).collect::<Vec<_>>()).unwrap();
    for (name, bytes) in
        [("a.parquet", parquet_of(&mut frame, Some(70_000))), ("a.arrow", arrow_of(&mut frame, None))]
    {
        let read = read_bytes(name, bytes);
        assert_eq!(read.count, 300_000);
        for (at, (row, cells)) in read.rows.iter().enumerate() {
            assert!(*row == at as u64 + 1 && cells[0] == at.to_string() && cells[1] == cells[0]);
        }
    }
}

#[test]
fn files_without_rows() {
    let mut none = frame().head(Some(0));
    for (name, bytes) in [("a.parquet", parquet_of(&mut none, None)), ("a.arrow", arrow_of(&mut none, None))]
    {
        let read = read_bytes(name, bytes);
        assert_eq!((read.names().len(), read.count), (11, 0));
    }
}

#[test]
fn only_wanted_columns_are_read() {
    for (name, bytes) in
        [("a.parquet", parquet_of(&mut frame(), None)), ("a.arrow", arrow_of(&mut frame(), None))]
    {
        let (folder, source) = folder(name, bytes);
        let file = only_file(folder.path(), &source);
        let header = file.header(&source).unwrap();
        let mut seen = Vec::new();
        for wanted in [&[1, 9][..], &[]] {
            let done = file.rows(&source, &header, wanted, &mut |chunk| {
                seen.push((chunk.rows, chunk.columns.len()));
                Ok(())
            });
            assert_eq!(done.unwrap().rows, 4);
        }
        assert_eq!(seen, [(4, 2), (4, 0)]);
    }
}

/// A Parquet file as others write it: types and nesting that Polars does not write.
fn foreign() -> Vec<u8> {
    let stamps = TimestampNanosecondArray::from(vec![Some(1_782_950_399_999_999_999), None]);
    let inner: ArrayRef = Arc::new(Int32Array::from(vec![1, 2]));
    let nested = StructArray::try_from(vec![("inner", inner)]).unwrap();
    let tiers: DictionaryArray<Int32Type> = vec![Some("gold"), None].into_iter().collect();
    let tenths = Decimal128Array::from(vec![Some(15), None]).with_precision_and_scale(9, 1).unwrap();
    let columns: Vec<(&str, ArrayRef, bool)> = vec![
        ("utc", Arc::new(stamps.clone().with_timezone("UTC")), true),
        ("zoned", Arc::new(stamps.with_timezone("Europe/Berlin")), true),
        ("day", Arc::new(Date64Array::from(vec![Some(1_782_864_000_000), None])), true),
        ("tier", Arc::new(tiers), true),
        ("tenths", Arc::new(tenths), true),
        ("nested", Arc::new(nested), true),
        ("bytes", Arc::new(BinaryArray::from_vec(vec![b"a", b"b"])), true),
        ("", Arc::new(StringArray::from(vec!["x", "y"])), true),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn files_of_other_writers() {
    let (folder, source) = folder("a.parquet", foreign());
    let file = only_file(folder.path(), &source);
    let header = file.header(&source).unwrap();
    let names: Vec<&str> = header.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["utc", "zoned", "day", "tier", "tenths", "nested", "bytes"]);
    let mut seen = Vec::new();
    file.rows(&source, &header, &[0, 1, 2, 3, 4], &mut |chunk| {
        assert!(matches!(chunk.columns[3].data_type(), DataType::Dictionary(..) | DataType::Utf8));
        seen.extend(chunk.columns.iter().map(|column| texts(column).join(" ")));
        Ok(())
    })
    .unwrap();
    assert_eq!(seen, ["2026-07-01 -", "2026-07-01 -", "2026-07-01 -", "gold -", "1.5 -"]);
    for (at, name) in [(5, "nested"), (6, "bytes")] {
        let error = file.rows(&source, &header, &[0, at], &mut |_| Ok(())).unwrap_err();
        assert!(error.code == "unsupported-column" && error.message.contains(name), "{error:?}");
    }
}

#[test]
fn damaged_files_are_errors() {
    for (name, whole) in
        [("a.parquet", parquet_of(&mut frame(), None)), ("a.arrow", arrow_of(&mut frame(), None))]
    {
        assert_eq!(error_of(name, "").code, "empty-file");
        assert_eq!(error_of(name, "deal_id,amount\n1,2\n").code, "unreadable-file");
        for cut in [1, 4, 5, 20, whole.len() / 2, whole.len() - 7] {
            let error = error_of(name, &whole[..whole.len() - cut]);
            assert!(error.code == "unreadable-file" && error.message.contains(name), "{error:?}");
        }
    }
}
