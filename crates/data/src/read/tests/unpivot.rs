use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use arrow::array::{Float64Array, Int64Array, RecordBatch, StringArray};

use super::*;
use apportion_base::diagnostic::Code;
use apportion_book::Unpivot;

fn unpivot(keep: &[&str]) -> Option<SourceValue<Unpivot>> {
    Some(placed(Unpivot {
        name: "currency".to_owned(),
        value: "rate".to_owned(),
        keep: keep.iter().map(|name| (*name).to_owned()).collect(),
    }))
}

const WIDE: &str = "Date,USD,JPY,BGN,\n2026-04-13,1.1684,186.75,N/A,\n2026-04-10,N/A,186.43,,\n2026-04-09,1,2,3\n2026-04-08,5,6,7,\n";

#[test]
fn wide_rates_become_long() {
    let (folder, mut source) = folder("fx.csv", WIDE);
    source.unpivot = unpivot(&["Date"]);
    source.nulls = vec!["N/A".to_owned()];
    let read = read(folder.path(), &source);
    assert_eq!(read.names(), ["Date", "currency", "rate"]);
    assert_eq!(
        read.cells(),
        [
            ["2026-04-13", "USD", "1.1684"],
            ["2026-04-13", "JPY", "186.75"],
            ["2026-04-10", "JPY", "186.43"],
            ["2026-04-08", "USD", "5"],
            ["2026-04-08", "JPY", "6"],
            ["2026-04-08", "BGN", "7"],
        ]
    );
    assert_eq!(read.rows.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [2, 2, 3, 5, 5, 5]);
    assert_eq!((read.ragged, read.count), (vec![(4, 4, 5)], 7));
}

#[test]
fn wanted_columns_of_the_long_form() {
    let (folder, mut source) = folder("fx.csv", "USD,Date,JPY\n1,d,2\n");
    source.unpivot = unpivot(&["Date"]);
    let file = only_file(folder.path(), &source);
    let header = file.header(&source).unwrap();
    let mut seen = Vec::new();
    let done = file.rows(&source, &header, &[2], &mut |chunk| {
        seen.extend(chunk.columns.iter().map(texts));
        Ok(())
    });
    assert_eq!((seen, done.unwrap().rows), (vec![vec!["1".to_owned(), "2".into()]], 2));
}

#[test]
fn typed_columns_are_brought_together() {
    let columns: [(&str, ArrayRef); 3] = [
        ("Date", Arc::new(StringArray::from(vec!["d"; 2]))),
        ("USD", Arc::new(Float64Array::from(vec![1.25, 2.0]))),
        ("JPY", Arc::new(Int64Array::from(vec![Some(186), None]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let (folder, mut source) = folder("fx.parquet", bytes);
    source.unpivot = unpivot(&["Date"]);
    let long = read(folder.path(), &source);
    assert_eq!(long.header[2], ("rate".to_owned(), RawType::Number));
    assert_eq!(long.cells(), [["d", "USD", "1.25"], ["d", "JPY", "186.00"], ["d", "USD", "2.00"]]);
    source.unpivot = unpivot(&[]);
    let long = read(folder.path(), &source);
    assert_eq!(long.header[1], ("rate".to_owned(), RawType::Cells));
    assert_eq!(long.cells(), [["Date", "d"], ["USD", "1.25"], ["JPY", "186"], ["Date", "d"], ["USD", "2"]]);
}

#[test]
fn columns_that_are_not_there_or_taken() {
    let (folder, mut source) = folder("fx.csv", WIDE);
    source.unpivot = unpivot(&["Dat"]);
    let error = try_read(folder.path(), &source).unwrap_err();
    assert!(error.code == Code::UnknownColumn && error.help[0].contains("`Date`"));
    let (folder, mut source) = super::folder("fx.csv", "rate,a\n1,2\n");
    source.unpivot = unpivot(&["rate"]);
    assert_eq!(try_read(folder.path(), &source).unwrap_err().code, Code::DuplicateColumn);
}
