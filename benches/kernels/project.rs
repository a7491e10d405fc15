//! A small project on disk, in Parquet: for what can only be measured from the files on.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use apportion::data::{NoProgress, Tables};
use apportion::diagnostic::Files;
use apportion::project::{Project, Sources};
use apportion::world::Disk;
use arrow::array::{ArrayRef, Date32Array, Decimal128Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use tempfile::TempDir;

use super::numbers::Numbers;

pub const DEALS: usize = 50_000;
pub const ENGAGEMENTS: usize = 4 * DEALS;
const EMPLOYEES: usize = DEALS / 100;
const PARTNERS: usize = DEALS / 500;
/// 2026-07-01.
const FROM: i32 = 20_635;

const BOOK: &str = r#"[book]
name = "Kernels"
currency = "USD"
fiscal_year_starts = 1
rules = ["rules.toml"]

[sources]
deals = { path = "deals.parquet" }
engagements = { path = "engagements.parquet" }
payees = { path = "payees.parquet" }
"#;

/// A folder with deals, engagements, payees and the given rules.
pub fn write(rules: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path();
    fs::write(index.join("apportion.toml"), BOOK).unwrap();
    fs::write(index.join("rules.toml"), rules).unwrap();
    let mut numbers = Numbers::new(3);
    // Ids are scattered, so that the files are not sorted by them.
    let deal_id = |deal: usize| format!("0068d00{:08}QAA", deal * 7_919 % 100_000_007);
    let payee_id = |payee: usize| format!("0058d00{:08}QAC", payee * 7_919 % 100_000_007);
    let payees = EMPLOYEES + PARTNERS;
    write_file(
        &index.join("payees.parquet"),
        [
            ("payee_id", texts((0..payees).map(payee_id))),
            (
                "kind",
                texts(
                    (0..payees)
                        .map(|index| if index < EMPLOYEES { "employee" } else { "partner" }.to_owned()),
                ),
            ),
        ],
    );
    write_file(
        &index.join("deals.parquet"),
        [
            ("deal_id", texts((0..DEALS).map(deal_id))),
            ("outcome", texts((0..DEALS).map(|_| "won".to_owned()))),
            ("close_date", dates((0..DEALS).map(|_| FROM + numbers.below(92) as i32))),
            ("amount", decimals((0..DEALS).map(|_| numbers.cents()), 18)),
        ],
    );
    let roles = ["sourced", "cosell", "closed", "support"];
    let deals: Vec<usize> = (0..ENGAGEMENTS).map(|_| numbers.index(DEALS)).collect();
    write_file(
        &index.join("engagements.parquet"),
        [
            (
                "engagement_id",
                texts((0..ENGAGEMENTS).map(|index| format!("00T8d00{:08}QAE", index * 7_919 % 100_000_007))),
            ),
            ("deal_id", texts(deals.iter().map(|deal| deal_id(*deal)))),
            // Four payees work on a deal, of whom one is a partner.
            (
                "payee_id",
                texts(deals.iter().map(|deal| match numbers.index(4) {
                    0 => payee_id(EMPLOYEES + deal % PARTNERS),
                    other => payee_id((deal * 3 + other) % EMPLOYEES),
                })),
            ),
            ("role", texts((0..ENGAGEMENTS).map(|index| roles[(index / 7) % 4].to_owned()))),
            ("occurred_on", dates((0..ENGAGEMENTS).map(|index| FROM - (index % 365) as i32))),
            ("weight", decimals((0..ENGAGEMENTS).map(|index| (index % 1_200) as i64), 9)),
        ],
    );
    folder
}

/// The project file and the rules: what is read before any row.
pub fn open(folder: &Path) -> Project {
    Project::open(&Disk::shared(), folder, &mut Files::default()).unwrap()
}

/// From the files to dense tables.
pub fn load(project: &Project) -> Tables {
    let sources = Sources::open(&Disk::shared(), &project.book().root, &mut Files::default()).unwrap();
    sources.load(project.used(), &NoProgress).unwrap()
}

fn write_file<const COLUMNS: usize>(path: &Path, columns: [(&str, ArrayRef); COLUMNS]) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn texts(texts: impl Iterator<Item = String>) -> ArrayRef {
    Arc::new(texts.map(Some).collect::<StringArray>())
}

fn dates(days: impl Iterator<Item = i32>) -> ArrayRef {
    Arc::new(Date32Array::from_iter_values(days))
}

fn decimals(hundredths: impl Iterator<Item = i64>, digits: u8) -> ArrayRef {
    let array = Decimal128Array::from_iter_values(hundredths.map(i128::from));
    Arc::new(array.with_precision_and_scale(digits, 2).unwrap())
}
