//! Keys that are kept as hashes give what keys that are kept as texts do.

use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::file::properties::WriterProperties;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use proptest::prelude::*;

use super::*;

/// What is made of the data, if rules name `engagement_id` and if they do not.
fn both_ways(project: impl Fn() -> Project) -> [Tables; 2] {
    let kept = project().uses(TableName::Engagements, &["engagement_id"]);
    [project().load(), kept.load()]
}

fn rows_of(tables: &Tables) -> Vec<(u32, u32, u32, i64)> {
    let engagements = &tables.engagements;
    let row = |place: usize| {
        (
            engagements.deal[place].code(),
            engagements.payee[place].raw(),
            engagements.role[place],
            engagements.weight_e9[place],
        )
    };
    (0..engagements.len()).map(row).collect()
}

/// Id, deal, payee, role and weight of an engagement, each out of few, some of them bad.
fn row() -> impl Strategy<Value = [&'static str; 5]> {
    let ids = prop::sample::select(vec!["", "E1", "E2", "E3", "E4", " E1 ", "-", "x1", "\"E,2\""]);
    let deals = prop::sample::select(vec!["D1", "D1", "D2", "D9", ""]);
    let payees = prop::sample::select(vec!["P1", "P1", "P2", "P9"]);
    let (roles, weights) =
        (prop::sample::select(vec!["a", "a", "b"]), prop::sample::select(vec!["1", "1", "2", "-1"]));
    (ids, deals, payees, roles, weights)
        .prop_map(|(id, deal, payee, role, weight)| [id, deal, payee, role, weight])
}

/// The rows as a Parquet file in row groups of three; what is empty is null.
fn parquet(rows: &[[&str; 5]]) -> Vec<u8> {
    let names = ["engagement_id", "deal_id", "payee_id", "role", "weight"];
    let column = |place: usize| -> ArrayRef {
        let cells = rows.iter().map(|row| Some(row[place]).filter(|cell| !cell.is_empty()));
        Arc::new(cells.collect::<StringArray>())
    };
    let batch =
        RecordBatch::try_from_iter_with_nullable((0..5).map(|place| (names[place], column(place), true)));
    let (batch, mut bytes) = (batch.unwrap(), Vec::new());
    let groups = WriterProperties::builder().set_max_row_group_row_count(Some(3)).build();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(groups)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn rejects_and_rows_are_the_same(
        files in prop::collection::vec(prop::collection::vec(row(), 0..12), 1..4),
        is_filtered in any::<bool>(),
    ) {
        let project = || {
            let named = |project: Project, (at, rows): (usize, &Vec<[&str; 5]>)| {
                let (nulls, condition) = ("nulls = [\"-\"]", "where = \"engagement_id <> 'x1'\"");
                let added = if is_filtered && at == 0 { format!("{nulls}\n{condition}") } else { nulls.to_owned() };
                project.source("engagements", &format!("e{at}.parquet"), parquet(rows), &added)
            };
            files.iter().enumerate().fold(Project::usual(), named)
        };
        let [hashed, kept] = both_ways(project);
        let said = |tables: &Tables| tables.rejects.iter().map(|reject| reject.message.clone()).collect::<Vec<_>>();
        prop_assert_eq!(lines(&hashed), lines(&kept));
        prop_assert_eq!(said(&hashed), said(&kept));
        prop_assert_eq!(rows_of(&hashed), rows_of(&kept));
        prop_assert_eq!(counts(&hashed, TableName::Engagements), counts(&kept, TableName::Engagements));
        prop_assert_eq!(hashed.repeated_engagements, kept.repeated_engagements);
    }
}

/// Ids that an expression makes are no column of the file, and stay texts, as those of files whose columns are not apart.
#[test]
fn made_ids_are_told_apart_as_well() {
    let work = "number,deal_id,payee_id,role\n1,D1,P1,a\n1,D1,P2,a\n2,D1,P3,a\n";
    let made = "columns = { engagement_id = { expr = \"number\" } }";
    let [hashed, kept] = both_ways(|| Project::usual().source("engagements", "e.csv", work, made));
    assert_eq!(counts(&hashed, TableName::Engagements), [3, 1, 0, 2]);
    assert_eq!(lines(&hashed), lines(&kept));
}
