//! What is written is what the parquet crate reads.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Date32Type, Decimal64Type, Decimal128Type, Field, Schema};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnDescPtr;
use proptest::prelude::*;

use super::*;

/// A file of one column and one row group, read back.
fn read_back(data_type: DataType, nullable: bool, write: impl FnOnce(ColumnDescPtr) -> Chunk) -> ArrayRef {
    let bytes = file(data_type, nullable, write);
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap();
    let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    let arrays: Vec<&dyn Array> = batches.iter().map(|batch| batch.column(0).as_ref()).collect();
    arrow::compute::concat(&arrays).unwrap()
}

fn file(data_type: DataType, nullable: bool, write: impl FnOnce(ColumnDescPtr) -> Chunk) -> Bytes {
    let schema = Schema::new(vec![Field::new("column", data_type, nullable)]);
    let schema = ArrowSchemaConverter::new().convert(&schema).unwrap();
    let mut bytes = Vec::new();
    let properties = Arc::new(WriterProperties::default());
    let mut writer = SerializedFileWriter::new(&mut bytes, schema.root_schema_ptr(), properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    write(schema.column(0)).append_to(&mut group).unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    bytes.into()
}

/// Pages of values that come alone and in runs.
fn pages<T: Clone + std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<Vec<T>>> {
    let length = prop_oneof![Just(1_usize), 1..40_usize, Just(8_usize), 100..300_usize];
    let runs = prop::collection::vec((value, length), 1..40);
    let page = runs.prop_map(|runs| {
        runs.into_iter().flat_map(|(value, length)| std::iter::repeat_n(value, length)).collect()
    });
    prop::collection::vec(page, 1..4)
}

fn minor() -> impl Strategy<Value = i64> {
    const MOST: i64 = 999_999_999_999_999_999;
    prop_oneof![Just(0), -100..100_i64, -MOST..=MOST, Just(MOST), Just(-MOST)]
}

const CODES: u32 = 300;

fn texts() -> StringArray {
    StringArray::from_iter_values((0..CODES).map(|code| "é".repeat(code as usize % 7) + &code.to_string()))
}

proptest! {
    #[test]
    fn differences(pages in pages(prop::option::of(minor()))) {
        let read = read_back(DataType::Decimal64(18, 2), true, |column| {
            let mut money = Differences::new(column);
            pages.iter().for_each(|page| money.push(page.iter().copied()).unwrap());
            money.close().unwrap()
        });
        let read = arrow_cast::cast(&read, &DataType::Decimal64(18, 2)).unwrap();
        let read: Vec<Option<i64>> = read.as_primitive::<Decimal64Type>().iter().collect();
        prop_assert_eq!(read, pages.concat());
    }

    #[test]
    fn numbers_of_sixteen_bytes(pages in pages(prop::option::of(0..10_i128.pow(28)))) {
        let read = read_back(DataType::Decimal128(38, 9), true, |column| {
            let mut units = DictionaryPages::new(column.clone(), NumberPlaces::new(&column));
            pages.iter().for_each(|page| units.push(page.iter().copied()).unwrap());
            units.close().unwrap()
        });
        let read: Vec<Option<i128>> = read.as_primitive::<Decimal128Type>().iter().collect();
        prop_assert_eq!(read, pages.concat());
    }

    #[test]
    fn days(pages in pages(-800_000..3_000_000_i32)) {
        let read = read_back(DataType::Date32, false, |column| {
            let mut days = DictionaryPages::new(column.clone(), NumberPlaces::new(&column));
            pages.iter().for_each(|page| days.push(page.iter().map(|day| Some((*day).into()))).unwrap());
            days.close().unwrap()
        });
        prop_assert_eq!(read.as_primitive::<Date32Type>().values(), &pages.concat());
    }

    #[test]
    fn texts_by_code(pages in pages(prop::option::of(0..CODES))) {
        let texts = texts();
        let read = read_back(DataType::Utf8, true, |column| {
            let mut coded = DictionaryPages::new(column, TextPlaces::new(&texts, true));
            pages.iter().for_each(|page| coded.push(page.iter().copied()).unwrap());
            coded.close().unwrap()
        });
        let expected: StringArray =
            pages.concat().into_iter().map(|code| code.map(|code| texts.value(code as usize))).collect();
        prop_assert_eq!(read.as_string::<i32>(), &expected);
    }

    #[test]
    fn plain_texts(pages in pages(0..CODES)) {
        let texts = texts();
        let read = read_back(DataType::Utf8, false, |column| {
            let mut plain = PlainTexts::new(column, &texts);
            pages.iter().for_each(|page| plain.push(page).unwrap());
            plain.close().unwrap()
        });
        let expected = StringArray::from_iter_values(pages.concat().iter().map(|code| texts.value(*code as usize)));
        prop_assert_eq!(read.as_string::<i32>(), &expected);
    }
}

#[test]
fn the_footer_tells_of_bounds_nulls_and_places() {
    let texts = texts();
    let bytes = file(DataType::Utf8, true, |column| {
        let mut coded = DictionaryPages::new(column, TextPlaces::new(&texts, true));
        coded.push([Some(7), None, Some(2), Some(7)].into_iter()).unwrap();
        coded.push([None, None].into_iter()).unwrap();
        coded.close().unwrap()
    });
    let metadata = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().metadata().clone();
    let chunk = metadata.row_group(0).column(0);
    let statistics = chunk.statistics().unwrap();
    assert_eq!(statistics.min_bytes_opt(), Some(texts.value(7).as_bytes()));
    assert_eq!(statistics.max_bytes_opt(), Some(texts.value(2).as_bytes()));
    assert_eq!(statistics.null_count_opt(), Some(3));
    assert_eq!((chunk.num_values(), chunk.compression()), (6, Compression::SNAPPY));
    assert!(chunk.dictionary_page_offset().unwrap() < chunk.data_page_offset());
    assert!(chunk.page_encoding_stats_mask().unwrap().is_only(Encoding::RLE_DICTIONARY));
}

#[test]
fn long_texts_and_those_nobody_looks_for_have_no_bounds() {
    for (texts, noted) in [(StringArray::from(vec!["x".repeat(65)]), true), (texts(), false)] {
        let bytes = file(DataType::Utf8, false, |column| {
            let mut coded = DictionaryPages::new(column, TextPlaces::new(&texts, noted));
            coded.push([Some(0)].into_iter()).unwrap();
            coded.close().unwrap()
        });
        let metadata = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().metadata().clone();
        assert!(metadata.row_group(0).column(0).statistics().is_none());
    }
}

#[test]
fn a_number_that_its_column_cannot_hold_is_an_error() {
    for (number, held) in [(10_i128.pow(18) - 1, true), (10_i128.pow(18), false), (-(10_i128.pow(18)), false)]
    {
        let schema = Schema::new(vec![Field::new("rate", DataType::Decimal64(18, 8), false)]);
        let column = ArrowSchemaConverter::new().convert(&schema).unwrap().column(0);
        let mut rates = DictionaryPages::new(column.clone(), NumberPlaces::new(&column));
        rates.push([Some(number)].into_iter()).unwrap();
        assert_eq!(rates.close().is_ok(), held, "{number}");
    }
}
