//! The seven files of a settlement made by hand.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int32Type};
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::sample::{Sample, sample};
use super::*;
use apportion_base::diagnostic::Code;
use apportion_base::money::{Currency, Minor};
use apportion_data::{DealIx, RoleIx};
use apportion_rules::Kind;

fn write_sample(out: &Path, sample: &Sample) -> Result<ResultReceipt, Diagnostic> {
    let disk: Arc<dyn Store> = Arc::new(Disk);
    write_outcome(&disk, out, outcome(sample), &WriteOptions::default())
}

fn outcome(sample: &Sample) -> Outcome<'_> {
    Outcome {
        governance: None,
        raw: false,
        settlement: &sample.settlement,
        tables: &sample.tables,
        rules: &sample.rules,
        rule_files: &sample.rule_files,
        book: &sample.book,
        period: sample.period,
    }
}

/// All files of the written sample by name.
fn written(sample: &Sample) -> BTreeMap<String, Vec<u8>> {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("2026-07");
    write_sample(&out, sample).unwrap();
    let files = fs::read_dir(&out).unwrap().map(|entry| {
        let entry = entry.unwrap();
        (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
    });
    files.collect()
}

fn text(files: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(files[name].clone()).unwrap()
}

fn read_lines(bytes: &[u8]) -> RecordBatch {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let schema = builder.schema().clone();
    let batches: Vec<_> = builder.build().unwrap().map(Result::unwrap).collect();
    arrow::compute::concat_batches(&schema, &batches).unwrap()
}

#[test]
fn statements_have_a_row_for_each_payee_and_rule() {
    assert_eq!(
        text(&written(&sample()), STATEMENTS),
        "payee_id,name,rule_id,lines,credited,amount,currency\n\
         P-1,\"Ada, Inc.\",credit-only,2,1500.00,,USD\n\
         P-1,\"Ada, Inc.\",stipend,1,,145.00,USD\n\
         P-2,,credit-only,1,200.00,,USD\n\
         P-3,Grace,manager,1,,-5.00,USD\n\
         P-3,Grace,stipend,1,,5.00,USD\n"
    );
}

#[test]
fn payouts_leave_out_who_is_only_credited_and_keep_who_gets_nothing() {
    assert_eq!(
        text(&written(&sample()), PAYOUTS),
        "payee_id,name,amount,currency\nP-1,\"Ada, Inc.\",145.00,USD\nP-3,Grace,0.00,USD\n"
    );
}

#[test]
fn uncredited_deals_are_sorted_by_deal_rule_payee_and_reason() {
    assert_eq!(
        text(&written(&sample()), UNCREDITED),
        "deal_id,rule_id,payee_id,reason,retained,retained_credit\n\
         D-1,credit-only,,unfilled-role,,300.00\n\
         D-2,,,no-rule,,\n\
         D-2,stipend,,no-rate,,\n\
         D-2,stipend,P-1,no-quota,,\n"
    );
}

#[test]
fn rejects_are_sorted_by_bytes_and_guarded() {
    assert_eq!(
        text(&written(&sample()), REJECTS),
        "source,file,row,key,column,code,value,message,action\n\
         deals,data/deals.csv,4,D-9,amount,bad-number,'=1+1,\"is not an amount, \"\"like\"\" 12.30\",rejected\n\
         deals,data/deals.csv,4,D-9,amount,too-large,-5,\"is not an amount, \"\"like\"\" 12.30\",rejected\n\
         payees,data/deals.csv,1,P-9,amount,unknown-manager,P-0,\"is not an amount, \"\"like\"\" 12.30\",kept\n"
    );
}

#[test]
fn a_currency_without_minor_units_has_no_point() {
    let mut sample = sample();
    sample.book.currency = Currency::from_code("JPY").unwrap();
    let files = written(&sample);
    assert!(text(&files, PAYOUTS).contains("14500,JPY\n"));
    let batch = read_lines(&files[LINES]);
    assert_eq!(batch.schema().field_with_name("amount").unwrap().data_type(), &DataType::Decimal128(18, 0));
}

#[test]
fn readers_see_plain_strings_dates_and_decimals() {
    let batch = read_lines(&written(&sample())[LINES]);
    let schema = batch.schema();
    let seen: Vec<_> = schema
        .fields()
        .iter()
        .map(|field| {
            format!("{} {}{}", field.name(), field.data_type(), if field.is_nullable() { "?" } else { "" })
        })
        .collect();
    assert_eq!(
        seen,
        [
            "payee_id Utf8",
            "rule_id Utf8",
            "rule_from Date32",
            "kind Utf8",
            "deal_id Utf8",
            "role Utf8?",
            "from_payee_id Utf8?",
            "level Int32?",
            "close_date Date32",
            "basis Decimal128(18, 2)?",
            "rate Decimal128(18, 8)?",
            "units Decimal128(38, 9)?",
            "units_total Decimal128(38, 9)?",
            "credit_total Decimal128(18, 2)?",
            "pool Decimal128(18, 2)?",
            "credited Decimal128(18, 2)?",
            "uncapped Decimal128(18, 2)?",
            "amount Decimal128(18, 2)?",
            "currency Utf8",
            "of_rule_id Utf8?",
            "of_deal_id Utf8?",
        ]
    );
}

#[test]
fn cells_are_null_exactly_where_they_do_not_apply() {
    let batch = read_lines(&written(&sample())[LINES]);
    let nulls = |name: &str| -> String {
        let column = batch.column_by_name(name).unwrap();
        (0..column.len()).map(|row| if column.is_null(row) { '.' } else { 'x' }).collect()
    };
    assert_eq!(nulls("role"), "x..x..");
    assert_eq!(nulls("from_payee_id"), "....x.");
    assert_eq!(nulls("level"), "....x.");
    assert_eq!(nulls("basis"), "xxxxxx");
    assert_eq!(nulls("rate"), "..x.xx");
    assert_eq!(nulls("units"), "xxxx.x");
    assert_eq!(nulls("units_total"), "xx.x..");
    assert_eq!(nulls("credit_total"), "xx.x..");
    assert_eq!(nulls("pool"), "......");
    assert_eq!(nulls("credited"), "xx.x..");
    assert_eq!(nulls("uncapped"), "..x.xx");
    assert_eq!(nulls("amount"), "..x.xx");
}

#[test]
fn cells_hold_what_the_lines_say() {
    let batch = read_lines(&written(&sample())[LINES]);
    let texts = |name: &str| -> Vec<String> {
        let column = batch.column_by_name(name).unwrap().as_string::<i32>().clone();
        column.iter().map(|cell| cell.unwrap_or("-").to_owned()).collect()
    };
    let decimals =
        |name: &str| batch.column_by_name(name).unwrap().as_primitive::<Decimal128Type>().values().to_vec();
    assert_eq!(texts("payee_id"), ["P-1", "P-1", "P-1", "P-2", "P-3", "P-3"]);
    assert_eq!(
        texts("rule_id"),
        ["credit-only", "credit-only", "stipend", "credit-only", "manager", "stipend"]
    );
    assert_eq!(texts("kind")[4], "override");
    assert_eq!(texts("deal_id"), ["D-1", "D-2", "D-1", "D-1", "D-2", "D-3"]);
    assert_eq!(texts("role"), ["closed", "-", "-", "cosell", "-", "-"]);
    assert_eq!(texts("from_payee_id")[4], "P-1");
    assert_eq!(texts("currency"), ["USD"; 6]);
    assert_eq!(decimals("amount")[2..], [14_500, 0, -500, 500]);
    assert_eq!(decimals("units")[0], 3_000_000_000);
    assert_eq!(decimals("rate")[4], 1_000_000);
    let dates = batch.column_by_name("close_date").unwrap().as_primitive::<Date32Type>().values().to_vec();
    assert_eq!(dates, [0, 1, 0, 0, 1, 2].map(|deal| sample().tables.deals.close_date[deal]));
    assert_eq!(batch.column_by_name("level").unwrap().as_primitive::<Int32Type>().value(4), 1);
}

#[test]
fn run_json_names_every_other_file_with_its_digest() {
    let files = written(&sample());
    let run: serde_json::Value = serde_json::from_slice(&files[RUN]).unwrap();
    let keys: Vec<_> = run.as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        keys,
        [
            "period",
            "engine",
            "book",
            "inputs",
            "rule_files",
            "raw",
            "outputs",
            "rows",
            "rules",
            "totals",
            "reconciliation",
            "prior",
            "seal"
        ]
    );
    let outputs = run["outputs"].as_array().unwrap();
    assert_eq!(outputs.len(), 7);
    for output in outputs {
        let bytes = &files[output["file"].as_str().unwrap()];
        assert_eq!(output["sha256"], apportion_base::digest::sha256_hex(bytes));
        assert_eq!(output["bytes"], bytes.len());
    }
    assert_eq!(run["rules"][0]["credit_retained"], "300.00");
    assert!(run["rules"][0]["amount"].is_null());
    assert_eq!(run["rules"][2]["withheld"], "100.00");
    assert_eq!(run["totals"]["amount"], "145.00");
    assert_eq!(run["prior"][0]["amount"], "-0.05");
    assert!(files[RUN].ends_with(b"}\n"));
}

#[test]
fn bytes_are_the_same_whatever_the_number_of_threads() {
    let with_threads = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| written(&sample()))
    };
    let one = with_threads(1);
    assert_eq!(one.len(), FILES.len() + 1, "attainment.csv is there too");
    assert_eq!(one, with_threads(2));
    assert_eq!(one, with_threads(5));
}

#[test]
fn several_row_groups_read_as_one_table_whatever_the_number_of_threads() {
    let sample = sample();
    let write_with = |threads: usize| {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("lines.parquet");
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut sink = sink::Sink::new(Disk.create(&path, None).unwrap());
            lines::write_groups(&mut sink, &outcome(&sample), 4).unwrap();
            sink.finish(LINES).unwrap();
        });
        fs::read(&path).unwrap()
    };
    let bytes = write_with(1);
    assert_eq!(bytes, write_with(2));
    assert_eq!(read_lines(&bytes), read_lines(&written(&sample)[LINES]));
}

#[test]
fn lines_are_the_same_file_however_many_come_at_a_time() {
    let sample = sample();
    let all: Vec<_> = sample.settlement.lines.iter().copied().collect();
    let outcome = outcome(&sample);
    let written = |at_a_time: usize, group_rows: usize| {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("lines.parquet");
        let mut sink = sink::Sink::new(Disk.create(&path, None).unwrap());
        let source = lines::LineSource::new(&outcome);
        let mut writer = lines::LineWriter::of_groups(&source, &mut sink, group_rows).unwrap();
        for some in all.chunks(at_a_time) {
            // Each line is a stretch of its own.
            let some = some.iter().map(|line| vec![*line]).collect();
            writer.push(&apportion_engine::credit::Lines::of_stretches(some)).unwrap();
        }
        writer.close().unwrap();
        sink.finish(LINES).unwrap();
        fs::read(&path).unwrap()
    };
    for group_rows in [1, 2, 3, 4, 100] {
        let whole = written(all.len(), group_rows);
        let pieces = (1..all.len()).map(|at_a_time| written(at_a_time, group_rows));
        assert!(pieces.into_iter().all(|bytes| bytes == whole), "row groups of {group_rows}");
    }
}

#[test]
fn rules_of_one_kind_share_its_word() {
    let mut sample = sample();
    sample.rules.rules.iter_mut().for_each(|rule| rule.kind = Kind::Stipend);
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("lines.parquet");
    let mut sink = sink::Sink::new(Disk.create(&path, None).unwrap());
    lines::write_groups(&mut sink, &outcome(&sample), 100).unwrap();
    sink.finish(LINES).unwrap();
    let reader = SerializedFileReader::new(fs::File::open(&path).unwrap()).unwrap();
    let mut kinds = reader.get_row_group(0).unwrap().get_column_page_reader(3).unwrap();
    let dictionary = kinds.get_next_page().unwrap().unwrap();
    assert!(dictionary.is_dictionary_page());
    assert_eq!(dictionary.num_values(), 1);
}

#[test]
fn a_settlement_without_lines_is_a_result_too() {
    let mut sample = sample();
    sample.settlement.lines = apportion_engine::credit::Lines::default();
    sample.settlement.uncredited.clear();
    sample.settlement.totals = vec![apportion_engine::credit::RuleTotals::default(); 3];
    let files = written(&sample);
    assert_eq!(read_lines(&files[LINES]).num_rows(), 0);
    assert_eq!(text(&files, PAYOUTS), "payee_id,name,amount,currency\n");
}

/// Writes a sample that was tampered with; nothing may appear.
fn refused(tamper: impl FnOnce(&mut Sample)) -> Diagnostic {
    let mut sample = sample();
    tamper(&mut sample);
    let root = tempfile::tempdir().unwrap();
    let error = write_sample(&root.path().join("out"), &sample).unwrap_err();
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    error
}

fn more(amount: &mut Minor, by: i64) {
    *amount = amount.checked_add(Minor::new(by)).unwrap();
}

#[test]
fn a_cent_that_is_lost_anywhere_stops_the_writing() {
    let lost: [fn(&mut Sample); 8] = [
        |s| more(&mut s.settlement.lines.line_mut(2).amount, -1),
        |s| more(&mut s.settlement.lines.line_mut(2).uncapped, 1),
        |s| more(&mut s.settlement.lines.line_mut(0).credited, 1),
        |s| s.settlement.totals[2].pool = Some(24_999),
        |s| s.settlement.totals[2].withheld = Some(9_999),
        |s| s.settlement.totals[0].credit_total = None,
        |s| s.settlement.uncredited[1].retained_credit = Some(Minor::new(29_999)),
        |s| s.settlement.totals[1].lines = 2,
    ];
    for tamper in lost {
        let error = refused(tamper);
        assert_eq!(error.code, Code::DoesNotAddUp, "{}", error.message);
    }
}

#[test]
fn lines_out_of_order_or_twice_stop_the_writing() {
    let swapped = |s: &mut Sample| {
        s.settlement.lines.line_mut(0).deal = DealIx::from_raw(1);
        s.settlement.lines.line_mut(1).deal = DealIx::FIRST;
    };
    assert_eq!(refused(swapped).code, Code::UnsortedLines);
    assert_eq!(
        refused(|s| {
            s.settlement.lines.line_mut(1).deal = DealIx::FIRST;
            s.settlement.lines.line_mut(1).role = RoleIx::FIRST.into();
        })
        .code,
        Code::UnsortedLines
    );
}
