//! What becomes of cells that are fine.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array,
    Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::{Date32Type, Decimal128Type, UInt32Type};

use super::super::{NO_DAY, NONE, PayeeIx};
use super::*;
use apportion_expr::Type;

pub(super) fn texts(tables_column: &arrow::array::ArrayRef) -> Vec<Option<String>> {
    let dictionary = tables_column.as_dictionary::<UInt32Type>();
    let values = dictionary.values().as_string::<i32>();
    dictionary.keys().iter().map(|key| key.map(|key| values.value(key as usize).to_string())).collect()
}

#[test]
fn mapping_order() {
    // nulls, then values, then defaults; expressions see the file's columns.
    let deals = "Id;Stage;Closed;Value;Kind;Seats;Note\n\
        D1; Won ;01.02.2026;1.234,50;New Business;12; x\n\
        D2;LOST;02.02.2026;-$5;N/A;;N/A\n\
        D3;open;02.02.2026;1;;;\n\
        D4;Won;02.02.2026;(7);Other;3,5;y\n";
    let added = "delimiter = \";\"\ndecimal_comma = true\ndates = \"%d.%m.%Y\"\nnulls = [\"N/A\"]\n\
        where = \"\\\"Stage\\\" <> 'open'\"\ntypes = { seats = \"number\" }\n\
        columns = { deal_id = \"Id\", outcome = { expr = \"lower(\\\"Stage\\\")\" }, close_date = \"Closed\", \
        amount = \"Value\", deal_type = \"Kind\", seats = \"Seats\" }\n\
        values = { deal_type = { \"New Business\" = \"new\", Other = \"\" } }\n\
        defaults = { deal_type = \"rest\", seats = 0.5 }";
    let project = Project::new().source("deals", "deals.csv", deals, added).with_payees().uses(
        TableName::Deals,
        &["deal_type", "seats", "Note", "currency", "outcome", "channel", "close_date"],
    );
    let (catalogue, tables) = project.run().unwrap();
    assert_eq!(lines(&tables), [""; 0]);
    assert_eq!(counts(&tables, TableName::Deals), [4, 3, 1, 0]);
    let frame = &tables.deals.frame;
    let column = |name: &str| frame.column(name).unwrap();
    assert_eq!(texts(column("deal_type")), ["new", "rest", "rest"].map(|text| Some(text.to_string())));
    assert_eq!(texts(column("Note")), [Some("x".to_string()), None, Some("y".to_string())]);
    assert_eq!(texts(column("currency")), [(); 3].map(|()| Some("USD".to_string())));
    assert_eq!(texts(column("outcome")), ["won", "lost", "won"].map(|text| Some(text.to_string())));
    assert_eq!(column("channel").null_count(), 3);
    let seats = column("seats").as_primitive::<Decimal128Type>();
    assert_eq!(seats.values(), &[12_000_000_000, 500_000_000, 3_500_000_000]);
    assert_eq!(column("close_date").as_primitive::<Date32Type>().value(0), tables.deals.close_date[0]);
    assert_eq!(tables.deals.amount_e6, [1_234_500_000, -5_000_000, -7_000_000]);
    assert_eq!(tables.deals.won, [true, false, true]);
    assert!(frame.column("amount").is_none(), "only what rules name");

    let deals = &catalogue.tables[&TableName::Deals];
    let ty = |name: &str| deals.columns.iter().find(|(known, _)| known == name).map(|(_, ty)| *ty);
    assert!(deals.present);
    assert_eq!(ty("seats"), Some(Type::Number));
    assert_eq!(ty("Stage"), Some(Type::Text));
    assert_eq!(ty("discount"), Some(Type::Number));
    assert_eq!(ty("close_date"), Some(Type::Date));
    assert!(!catalogue.tables[&TableName::Quotas].present);
}

#[test]
fn dense_engagements() {
    let engagements = "engagement_id,deal_id,account_id,payee_id,role,occurred_on\n\
        E2,D2,,P2,b,2026-01-02\n,,A1,P3,c,\nE1,D1,A2,P1,a,2026-01-01\nE0,D2,,P1,a,2026-01-02\n,D2,,P3,a,2026-01-02\n";
    let deals = "deal_id,outcome,close_date,amount,account_id,renews_deal_id\n\
        D2,won,2026-02-01,1,A1,D1\nD1,won,2026-02-01,1,,D0\n";
    let tables = Project::new()
        .source("deals", "deals.csv", deals, "")
        .source("engagements", "e.csv", engagements, "")
        .with_payees()
        .uses(TableName::Engagements, &["deal_id", "payee_id", "weight", "role", "engagement_id"])
        .load();
    assert_eq!(lines(&tables), [""; 0]);
    let (deals, engagements) = (&tables.deals, &tables.engagements);
    assert_eq!(deals.ids.iter().flatten().collect::<Vec<_>>(), ["D1", "D2"]);
    assert_eq!(codes(&deals.renews), [NONE, 0]);
    assert_eq!((deals.accounts, codes(&deals.account)), (2, vec![NONE, 0]));
    assert_eq!(engagements.by_deal, [0, 1, 4]);
    assert_eq!(codes(&engagements.deal), [0, 1, 1, 1, NONE]);
    assert_eq!(engagements.payee, [0, 1, 0, 2, 2].map(PayeeIx::from_raw));
    assert_eq!(codes(&engagements.account), [1, NONE, NONE, NONE, 0]);
    assert_eq!(engagements.roles, ["a", "b", "c"]);
    assert_eq!(engagements.role, [0, 1, 0, 0, 2]);
    let ids: Vec<Option<&str>> = engagements.all().map(|row| engagements.ids.get(row)).collect();
    assert_eq!(ids, [Some("E1"), Some("E2"), Some("E0"), None, None]);
    assert_eq!(engagements.occurred_on[4], NO_DAY);
    assert_eq!(engagements.weight_e9, [1_000_000_000; 5]);
    let ids = engagements.frame.column("deal_id").unwrap().as_dictionary::<UInt32Type>();
    assert_eq!(ids.keys().iter().collect::<Vec<_>>(), [Some(0), Some(1), Some(1), Some(1), None]);
    assert_eq!(texts(engagements.frame.column("role").unwrap())[1], Some("b".to_string()));
}

#[test]
fn quoted_by_the_unit_or_by_the_book() {
    let deals = "deal_id,outcome,close_date,amount,list_amount,currency\n\
        D1,won,2026-02-01,100,125,EUR\nD2,won,2026-02-01,100,0,JPY\n";
    let tables = Project::new()
        .source("deals", "deals.csv", deals, "")
        .source("fx_rates", "a.csv", "date,currency,rate\n2026-02-01,EUR,1.5\n", "")
        .source("fx_rates", "b.csv", "date,currency,rate\n2026-02-01,JPY,150\n", "quoted = \"unit-per-book\"")
        .with_payees()
        .uses(TableName::Deals, &["discount", "source_amount"])
        .load();
    assert_eq!(lines(&tables), [""; 0]);
    assert_eq!(tables.deals.amount_e6, [150_000_000, 670_000]);
    let column = |name: &str| tables.deals.frame.column(name).unwrap().as_primitive::<Decimal128Type>();
    assert_eq!(column("source_amount").values(), &[100_000_000, 100_000_000]);
    assert_eq!(column("discount").iter().collect::<Vec<_>>(), [Some(200_000), None]);
}

#[test]
fn wide_rates() {
    let rates = "Date,EUR,GBP\n2026-01-01,1.1,1.3\n2026-01-02,,x\n";
    let added = "unpivot = { name = \"currency\", value = \"rate\", keep = [\"Date\"] }\ncolumns = { date = \"Date\" }";
    let tables = Project::usual().source("fx_rates", "fx.csv", rates, added).load();
    assert_eq!(lines(&tables), ["fx_rates fx.csv:3 [2026-01-02|GBP] rate bad-number `x`"]);
    assert_eq!(counts(&tables, TableName::FxRates), [3, 2, 0, 1]);
}

#[test]
fn names_of_payees_come_without_being_asked_for() {
    let tables = Project::usual().load();
    assert_eq!(texts(tables.payees.frame.column("name").unwrap())[1], Some("Bob".to_string()));
    assert_eq!(
        tables.inputs.iter().map(|input| input.path.as_str()).collect::<Vec<_>>(),
        ["deals.csv", "payees.csv"]
    );
}

#[test]
fn typed_files_keep_their_types() {
    let amounts = Decimal128Array::from(vec![100_500, 7, 1]).with_precision_and_scale(20, 3).unwrap();
    let outcomes: DictionaryArray<UInt32Type> =
        [Some("won"), Some("lost"), Some("Won")].into_iter().collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("deal_id", Arc::new(Int64Array::from(vec![7, 10, 9]))),
        ("outcome", Arc::new(outcomes)),
        ("close_date", Arc::new(Date32Array::from(vec![Some(20_000), Some(20_001), None]))),
        ("amount", Arc::new(amounts)),
        ("list_amount", Arc::new(Float64Array::from(vec![0.1, f64::NAN, 1e300]))),
        ("strategic", Arc::new(BooleanArray::from(vec![true, false, true]))),
        ("channel", Arc::new(StringArray::from(vec![" web ", "", "x"]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let added = "where = \"close_date IS NULL OR amount > 0\"\nvalues = { deal_id = { 7 = \"D7\" } }";
    let project = Project::new()
        .source("deals", "deals.parquet", bytes, added)
        .with_payees()
        .uses(TableName::Deals, &["strategic", "channel", "list_amount"]);
    let (catalogue, tables) = project.run().unwrap();
    assert_eq!(
        lines(&tables),
        [
            "deals deals.parquet:2 [10] list_amount bad-number `NaN`",
            "deals deals.parquet:3 [9] close_date missing-value ``",
            format!("deals deals.parquet:3 [9] list_amount too-large `1{}`", "0".repeat(300)).as_str(),
            "deals deals.parquet:3 [9] outcome not-a-choice `Won`",
        ]
    );
    assert_eq!(tables.deals.ids.value(0), "D7");
    assert_eq!((tables.deals.amount_e6[0], tables.deals.close_date[0]), (100_500_000, 20_000));
    assert_eq!(texts(tables.deals.frame.column("channel").unwrap()), [Some("web".to_string())]);
    assert!(tables.deals.frame.column("strategic").unwrap().as_boolean().value(0));
    let columns = &catalogue.tables[&TableName::Deals].columns;
    assert!(columns.contains(&("strategic".to_string(), Type::Boolean)));
}

#[test]
fn expressions_make_attributes_of_their_own_type() {
    let deals = "deal_id,outcome,close_date,amount,stage\nD1,won,2026-02-01,100,Late \n";
    let added = "columns = { late = { expr = \"stage = 'Late'\" }, name = { expr = \"upper(stage)\" } }";
    let project = Project::new()
        .source("deals", "deals.csv", deals, added)
        .with_payees()
        .uses(TableName::Deals, &["late", "name"]);
    let tables = project.load();
    assert!(tables.deals.frame.column("late").unwrap().as_boolean().value(0));
    assert_eq!(texts(tables.deals.frame.column("name").unwrap()), [Some("LATE".to_string())]);
}

#[test]
fn numbers_of_json_have_a_decimal_point() {
    let record = |id: &str, amount: &str| {
        format!(
            "{{\"deal_id\":{id},\"outcome\":\"won\",\"close_date\":\"2026-02-01\",\"amount\":{amount},\"seats\":{amount}}}\n"
        )
    };
    let deals =
        [record("1", "12.345"), record("2", "\"12.345,5\""), record("3", "12.5"), record("4", "7")].concat();
    let amounts = [12_345_000, 12_345_500_000, 12_500_000, 7_000_000];
    let project = |amount: &str| {
        let added = format!(
            "decimal_comma = true\ntypes = {{ seats = \"number\" }}\nwhere = \"deal_id <> '5'\"\n{amount}"
        );
        let project = Project::new().source("deals", "deals.ndjson", deals.clone(), &added).with_payees();
        project.uses(TableName::Deals, &["seats"])
    };
    for amount in ["", "columns = { amount = { expr = \"coalesce(amount, deal_id)\" } }"] {
        let tables = project(amount).load();
        assert_eq!(lines(&tables), [""; 0], "{amount}");
        assert_eq!(tables.deals.amount_e6, amounts, "{amount}");
        let seats = tables.deals.frame.column("seats").unwrap().as_primitive::<Decimal128Type>();
        let seats: Vec<i128> = seats.values().iter().map(|seats| seats / 1000).collect();
        assert_eq!(seats, amounts.map(i128::from));
        assert_eq!(tables.deals.ids.value(3), "4");
    }
    // Without a notation for texts, texts and numbers are the same.
    let plain = Project::new().source("deals", "deals.ndjson", record("1", "12.345"), "").with_payees();
    assert_eq!(plain.load().deals.amount_e6, [12_345_000]);
}

#[test]
fn nulls_are_texts_of_cells_in_every_format() {
    let amounts = Decimal128Array::from(vec![0, 500, 700]).with_precision_and_scale(20, 2).unwrap();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("deal_id", Arc::new(StringArray::from(vec!["D1", "D2", "D3"]))),
        ("outcome", Arc::new(StringArray::from(vec!["won", "won", "won"]))),
        ("close_date", Arc::new(Date32Array::from(vec![20_000, 20_001, 20_002]))),
        ("amount", Arc::new(amounts)),
        ("big", Arc::new(BooleanArray::from(vec![true, false, true]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let text = "deal_id,outcome,close_date,amount,big\nD1,won,2024-10-04,0,true\nD2,won,2024-10-05,5,false\n\
        D3,won,2024-10-06,7,true\n";
    let added = "nulls = [\"0\", \"5\", \"false\", \"2024-10-06\"]\nvalues = { amount = { 5 = \"55\", 7 = \"77\" } }\n\
        defaults = { close_date = \"2026-01-01\" }\ntypes = { big = \"boolean\" }\n\
        columns = { list_amount = { expr = \"amount\" } }";
    for (file, content) in [("deals.parquet", bytes), ("deals.csv", text.as_bytes().to_vec())] {
        let project = Project::new().source("deals", file, content, added).with_payees();
        let tables = project.uses(TableName::Deals, &["big", "list_amount"]).load();
        // A text file has a header, which is row 1.
        let first = if file.ends_with(".csv") { 2 } else { 1 };
        assert_eq!(
            lines(&tables),
            [
                format!("deals {file}:{first} [D1] amount missing-value `0`"),
                format!("deals {file}:{} [D2] amount missing-value `5`", first + 1)
            ]
        );
        assert_eq!(tables.deals.amount_e6, [77_000_000], "what nulls empty is not mapped");
        assert_eq!(tables.deals.close_date, [20_454]);
        assert!(tables.deals.frame.column("big").unwrap().as_boolean().value(0));
        let list_amount = tables.deals.frame.column("list_amount").unwrap();
        assert_eq!(list_amount.as_primitive::<Decimal128Type>().values(), &[7_000_000]);
    }
}
