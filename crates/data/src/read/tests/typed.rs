use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::file::properties::WriterProperties;
use arrow::array::{
    BinaryArray, BooleanArray, Date32Array, Date64Array, Decimal128Array, Decimal256Array, DictionaryArray,
    Float32Array, Float64Array, Int8Array, Int32Array, Int64Array, LargeStringArray, RecordBatch,
    StringArray, StringViewArray, StructArray, TimestampMicrosecondArray, TimestampNanosecondArray,
    TimestampSecondArray, UInt64Array,
};
use arrow::datatypes::{Int8Type, Int32Type, i256};
use arrow::ipc::CompressionType;
use arrow::ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};

use super::*;
use apportion_base::diagnostic::Code;

fn batch() -> RecordBatch {
    let money = [Some(150), Some(-1_234_567_890_123_456_789_012), None, Some(0)];
    let tiers: DictionaryArray<Int32Type> =
        [Some("gold "), Some(" "), Some("gold"), Some("N/A")].into_iter().collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(StringArray::from(vec![Some(" D1 "), Some(""), Some("N/A"), None]))),
        ("small", Arc::new(Int8Array::from(vec![Some(-1), Some(2), None, Some(127)]))),
        ("big", Arc::new(UInt64Array::from(vec![u64::MAX, 0, 1, 2]))),
        (
            "double",
            Arc::new(Float64Array::from(vec![Some(20565.6206), None, Some(0.30000000000000004), Some(1e3)])),
        ),
        ("single", Arc::new(Float32Array::from(vec![Some(0.1), Some(-2.5), None, Some(3.0)]))),
        ("odd", Arc::new(Float64Array::from(vec![Some(1.5), Some(f64::NAN), Some(f64::NEG_INFINITY), None]))),
        ("flag", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false), Some(true)]))),
        ("day", Arc::new(Date32Array::from(vec![Some(20_635), Some(-1), None, Some(0)]))),
        (
            "stamp",
            Arc::new(TimestampMicrosecondArray::from(vec![
                Some(1_782_950_399_999_999),
                Some(-1),
                None,
                Some(0),
            ])),
        ),
        ("tier", Arc::new(tiers)),
        ("money", Arc::new(Decimal128Array::from(money.to_vec()).with_precision_and_scale(38, 2).unwrap())),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
        .unwrap()
}

fn expect(name: &str, bytes: Vec<u8>) {
    let (folder, source) = folder(name, bytes);
    let read = read(folder.path(), &source);
    let types: Vec<RawType> = read.header.iter().map(|(_, ty)| *ty).collect();
    use RawType::*;
    assert_eq!(types, [Text, Number, Number, Number, Number, Number, Boolean, Date, Date, Text, Number]);
    assert_eq!(
        read.names(),
        ["id", "small", "big", "double", "single", "odd", "flag", "day", "stamp", "tier", "money"]
    );
    let column = |index: usize| read.rows.iter().map(|(_, cells)| cells[index].as_str()).collect::<Vec<_>>();
    assert_eq!(column(0), ["D1", "-", "N/A", "-"]);
    assert_eq!(column(1), ["-1", "2", "-", "127"]);
    assert_eq!(column(2), ["18446744073709551615", "0", "1", "2"]);
    let sum = "0.30000000000000004";
    assert_eq!(column(3), ["20565.62060000000000000", "-", sum, "1000.00000000000000000"]);
    assert_eq!(column(4), ["0.1", "-2.5", "-", "3.0"]);
    assert_eq!(column(5), ["1.5", "NaN", "-inf", "-"]);
    assert_eq!(column(6), ["true", "-", "false", "true"]);
    assert_eq!(column(7), ["2026-07-01", "1969-12-31", "-", "1970-01-01"]);
    assert_eq!(column(8), ["2026-07-01", "1969-12-31", "-", "1970-01-01"]);
    assert_eq!(column(9), ["gold", "-", "gold", "N/A"]);
    assert_eq!(column(10), ["1.50", "-12345678901234567890.12", "-", "0.00"]);
}

fn parquet_of(batch: &RecordBatch, group: Option<usize>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let properties = WriterProperties::builder().set_max_row_group_row_count(group).build();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn arrow_of(batch: &RecordBatch, compression: Option<CompressionType>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let options = IpcWriteOptions::default().try_with_compression(compression).unwrap();
    let mut writer = FileWriter::try_new_with_options(&mut bytes, &batch.schema(), options).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes
}

fn stream_of(batch: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    bytes
}

/// The batch in every format, each under its own name.
fn every_format(batch: &RecordBatch) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("a.parquet", parquet_of(batch, None)),
        ("a.arrow", arrow_of(batch, None)),
        ("a.arrow", stream_of(batch)),
        ("a.ipc", arrow_of(batch, Some(CompressionType::LZ4_FRAME))),
        ("a.ipc", arrow_of(batch, Some(CompressionType::ZSTD))),
    ]
}

#[test]
fn the_same_content_in_every_typed_format() {
    for (name, bytes) in every_format(&batch()) {
        expect(name, bytes);
    }
}

#[test]
fn picked_rows_keep_their_numbers() {
    let rows = 100_000_u64;
    let texts_of_rows: ArrayRef = Arc::new(StringArray::from_iter_values((0..rows).map(|n| format!("K{n}"))));
    let batch = RecordBatch::try_from_iter([("key", texts_of_rows)]).unwrap();
    let every = |step: usize| (0..rows).step_by(step).collect::<Vec<u64>>();
    let stretch = (31_000..35_000).collect();
    let cases = [every(1), every(997), vec![0], vec![rows - 1], stretch, Vec::new()];
    for group in [None, Some(7_919), Some(500)] {
        let (folder, source) = folder("a.parquet", parquet_of(&batch, group));
        let file = only_file(folder.path(), &source);
        let header = file.header(&source).unwrap();
        for places in &cases {
            let picked = Some(places.as_slice());
            let columns = Projection { picked, ..Projection::whole(&source, &header, &[0]) };
            let mut read = Vec::new();
            let numbers = |chunk: Chunk| {
                let cells = texts(&chunk.columns[0]).into_iter().enumerate();
                Ok(cells.map(|(row, cell)| (chunk.row_number(row), cell)).collect::<Vec<_>>())
            };
            let append = |rows: Vec<(u64, String)>| {
                read.extend(rows);
                Ok(())
            };
            file.rows_taken(columns, numbers, append).unwrap();
            let expected: Vec<(u64, String)> = places.iter().map(|n| (n + 1, format!("K{n}"))).collect();
            assert!(read == expected, "{} rows in groups of {group:?}", places.len());
        }
    }
}

#[test]
fn row_groups_and_batches_follow_each_other() {
    let rows = 300_000_i64;
    let numbers: ArrayRef = Arc::new((0..rows).collect::<Int64Array>());
    let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..rows).map(|n| n.to_string())));
    let batch = RecordBatch::try_from_iter([("n", numbers), ("t", texts)]).unwrap();
    for (name, bytes) in [
        ("a.parquet", parquet_of(&batch, Some(70_000))),
        ("a.parquet", parquet_of(&batch, None)),
        ("a.arrow", arrow_of(&batch, None)),
        ("a.arrow", stream_of(&batch)),
    ] {
        let read = read_bytes(name, bytes);
        assert_eq!(read.count, 300_000);
        for (index, (row, cells)) in read.rows.iter().enumerate() {
            assert!(*row == index as u64 + 1 && cells[0] == index.to_string() && cells[1] == cells[0]);
        }
    }
}

#[test]
fn files_without_rows() {
    for (name, bytes) in every_format(&batch().slice(0, 0)) {
        let read = read_bytes(name, bytes);
        assert_eq!((read.names().len(), read.count), (11, 0));
    }
}

#[test]
fn only_wanted_columns_are_read() {
    for (name, bytes) in every_format(&batch()) {
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
        assert_eq!(seen, [(4, 2), (4, 0)], "{name}");
    }
}

#[test]
fn columns_of_other_widths() {
    let stamps = TimestampSecondArray::from(vec![Some(1_782_950_399), Some(0), None]);
    let tiers: DictionaryArray<Int8Type> = [Some("gold"), Some(" gold"), None].into_iter().collect();
    let numbers = DictionaryArray::<Int8Type>::new(
        vec![Some(1), Some(0), None].into(),
        Arc::new(Int64Array::from(vec![7, 8])),
    );
    let wide = |digits: [i128; 3]| digits.map(i256::from_i128).to_vec();
    let fits = Decimal256Array::from_iter_values(wide([15, -25, 0])).with_precision_and_scale(76, 1).unwrap();
    let mut digits = wide([15, -25, 0]);
    digits[1] = i256::from_i128(i128::MAX).wrapping_mul(i256::from_i128(1000));
    let too_wide = Decimal256Array::from_iter_values(digits).with_precision_and_scale(76, 1).unwrap();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("seconds", Arc::new(stamps)),
        ("tier", Arc::new(tiers)),
        ("numbers", Arc::new(numbers)),
        ("large", Arc::new(LargeStringArray::from(vec![Some("a "), Some(""), None]))),
        (
            "view",
            Arc::new(StringViewArray::from(vec![
                Some(" a text that is longer than a view"),
                Some("b"),
                None,
            ])),
        ),
        ("fits", Arc::new(fits)),
        ("too_wide", Arc::new(too_wide)),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, array)| (name, array, true)),
    );
    let read = read_bytes("a.arrow", arrow_of(&batch.unwrap(), None));
    let column = |index: usize| read.rows.iter().map(|(_, cells)| cells[index].as_str()).collect::<Vec<_>>();
    assert_eq!(column(0), ["2026-07-01", "1970-01-01", "-"]);
    assert_eq!(column(1), ["gold", "gold", "-"]);
    assert_eq!(column(2), ["8", "7", "-"]);
    assert_eq!(column(3), ["a", "-", "-"]);
    assert_eq!(column(4), ["a text that is longer than a view", "b", "-"]);
    assert_eq!(column(5), ["1.5", "-2.5", "0.0"]);
    assert_eq!(column(6)[0], "1.5");
    assert!(column(6)[1].len() > 39);
}

#[test]
fn two_columns_of_one_name() {
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let columns = [("n", Arc::clone(&numbers)), ("n", Arc::clone(&numbers)), ("m", numbers)];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    assert_eq!(read_bytes("a.arrow", arrow_of(&batch, None)).names(), ["m"]);
}

/// A Parquet file with zones, nesting and bytes.
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
    assert_eq!(
        seen,
        ["2026-07-01 -", "2026-07-02 -", "2026-07-01 -", "gold -", "1.5 -"],
        "in their own zones"
    );
    for (index, name) in [(5, "nested"), (6, "bytes")] {
        let error = file.rows(&source, &header, &[0, index], &mut |_| Ok(())).unwrap_err();
        assert!(error.code == Code::UnsupportedColumn && error.message.contains(name), "{error:?}");
    }
}

#[test]
fn damaged_files_are_errors() {
    for (name, whole) in every_format(&batch()) {
        assert_eq!(error_of(name, "").code, Code::EmptyFile);
        assert_eq!(error_of(name, "deal_id,amount\n1,2\n").code, Code::UnreadableFile);
        for cut in [20, whole.len() / 2, whole.len() - 7] {
            let error = error_of(name, &whole[..whole.len() - cut]);
            assert!(error.code == Code::UnreadableFile && error.message.contains(name), "{error:?}");
        }
    }
}

/// Where an Arrow file's table of contents names its first batch.
fn block_of(bytes: &[u8]) -> usize {
    let end = bytes.len() - 10;
    let footer = end - usize::try_from(i32::from_le_bytes(*bytes[end..].first_chunk().unwrap())).unwrap();
    let table = arrow::ipc::root_as_footer(&bytes[footer..end]).unwrap();
    let block = table.recordBatches().unwrap().get(0);
    bytes[footer..].windows(24).position(|bytes| bytes == block.0).unwrap() + footer
}

#[test]
fn a_table_of_contents_names_no_more_bytes_than_there_are() {
    let bytes = arrow_of(&batch(), None);
    let place = block_of(&bytes);
    for (field, damage) in [(0, 1 << 40), (16, 1 << 31), (16, i64::MAX), (16, -1)] {
        let mut damaged = bytes.clone();
        damaged[place + field..place + field + 8].copy_from_slice(&i64::to_le_bytes(damage));
        let error = error_of("t.arrow", damaged);
        assert_eq!(error.code, Code::UnreadableFile);
        assert!(error.message.contains("names bytes that are not there"), "{}", error.message);
    }
}

#[test]
fn a_table_of_contents_names_messages_as_a_whole() {
    let mut bytes = arrow_of(&batch(), None);
    let length = block_of(&bytes) + 8;
    for cut in [0, 4, 8, 64] {
        bytes[length..length + 4].copy_from_slice(&i32::to_le_bytes(cut));
        let error = error_of("t.arrow", bytes.clone());
        assert!(error.message.contains("names what is no message"), "{cut}: {}", error.message);
    }
}

#[test]
fn a_table_of_contents_lists_all_batches() {
    // Files of other writers begin with less padding.
    for alignment in [8, 64] {
        let mut bytes = Vec::new();
        let options = IpcWriteOptions::try_new(alignment, false, arrow::ipc::MetadataVersion::V5).unwrap();
        let mut writer = FileWriter::try_new_with_options(&mut bytes, &batch().schema(), options).unwrap();
        writer.write(&batch()).unwrap();
        writer.finish().unwrap();
        drop(writer);
        // The number of batches comes before them.
        let count = block_of(&bytes) - 4;
        assert_eq!(bytes[count..count + 4], [1, 0, 0, 0]);
        bytes[count] = 0;
        let error = error_of("t.arrow", bytes);
        assert!(error.message.contains("does not list all of its batches"), "{}", error.message);
    }
}

#[test]
fn a_compressed_buffer_says_no_size_that_it_cannot_have() {
    let long = "a text that is there often".repeat(100);
    let column: ArrayRef = Arc::new(StringArray::from(vec![long.as_str(); 50]));
    let batch = RecordBatch::try_from_iter([("id", column)]).unwrap();
    let size = (50 * long.len() as i64).to_le_bytes();
    let options =
        || IpcWriteOptions::default().try_with_compression(Some(CompressionType::LZ4_FRAME)).unwrap();
    let mut stream = Vec::new();
    let mut writer = StreamWriter::try_new_with_options(&mut stream, &batch.schema(), options()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    for bytes in [arrow_of(&batch, Some(CompressionType::LZ4_FRAME)), stream] {
        assert_eq!(read_bytes("t.arrow", bytes.clone()).rows.len(), 50);
        // The last: the end of the last text is the same number.
        let place = bytes.windows(8).rposition(|bytes| bytes == size).unwrap();
        for damage in [1 << 60, i64::MAX, -2] {
            let mut damaged = bytes.clone();
            damaged[place..place + 8].copy_from_slice(&i64::to_le_bytes(damage));
            let error = error_of("t.arrow", damaged);
            assert_eq!(error.code, Code::UnreadableFile);
            assert!(error.message.contains("says a size that it cannot have"), "{}", error.message);
        }
    }
}
