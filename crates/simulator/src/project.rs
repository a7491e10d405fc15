//! The project that is run, in all versions that other programs make of its files, and the one right result of each.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use apportion::book::Period;
use apportion::store::Store;
use apportion::{Session, Writing};
use arrow::array::{ArrayRef, Date32Array, Decimal128Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

use crate::disk::Disk;
use crate::machine::{Faults, Machine, View};

/// The folder of the project.
pub const PROJECT: &str = "p";
/// The folder of its result.
pub const OUT: &str = "p/out/2026-01";
/// The folder that the result is in.
pub const BESIDE: &str = "p/out";
/// The period that is run.
pub const PERIOD: &str = "2026-01";
/// The files of a result.
pub const FILES: [&str; 7] = apportion::results::FILES;

/// The bytes of a result, by file.
pub type Files = BTreeMap<String, Vec<u8>>;

const BOOK: &str = "[book]\nname = \"A dollar\"\ncurrency = \"USD\"\nrules = [\"rules/*.toml\"]\nrounding = \"ROUNDING\"\n\
                    [sources]\ndeals = { path = \"deals.parquet\" }\npayees = { path = \"payees.csv\" }\n\
                    engagements = { path = \"work/*.csv\" }\n";
const RULES: &str = "[[shared_credit]]\nid = \"even\"\nwhy = \"It is shared.\"\neffective = { from = 2026-01-01 }\n\
                     rate = \"RATE%\"\nmodel = \"equal\"\n";

/// Deals in row groups of two rows, so that a column is in several places of the file.
fn deals(amount: i128) -> Vec<u8> {
    let texts = |texts: Vec<String>| -> ArrayRef { Arc::new(StringArray::from(texts)) };
    let rows = 0..6;
    let amounts = Decimal128Array::from_iter_values(rows.clone().map(|row| amount + row));
    let amounts = amounts.with_precision_and_scale(18, 2);
    let columns: [(&str, ArrayRef); 4] = [
        ("deal_id", texts(rows.clone().map(|row| format!("D{row}")).collect())),
        ("outcome", texts(rows.clone().map(|_| "won".to_owned()).collect())),
        (
            "close_date",
            Arc::new(Date32Array::from_iter_values(rows.map(|row| 20_460 + i32::try_from(row).unwrap_or(0)))),
        ),
        ("amount", amounts.map_or_else(|_| texts(Vec::new()), |amounts| Arc::new(amounts) as ArrayRef)),
    ];
    let write = || {
        let batch = RecordBatch::try_from_iter(columns)?;
        let properties = WriterProperties::builder().set_max_row_group_row_count(Some(2)).build();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties))?;
        writer.write(&batch)?;
        writer.into_inner()
    };
    write().unwrap_or_default()
}

/// The files that change, each with its two versions.
pub static INPUTS: LazyLock<Vec<(PathBuf, [Vec<u8>; 2])>> = LazyLock::new(|| {
    let path = |name: &str| Path::new(PROJECT).join(name);
    let text = |text: String| text.into_bytes();
    let work = |payee: &str| {
        let row = |deal: u32| format!("D{deal},ann,any\nD{deal},{payee},any\n");
        text(format!("deal_id,payee_id,role\n{}", (0..6).map(row).collect::<String>()))
    };
    vec![
        (
            path("apportion.toml"),
            ["half-away-from-zero", "half-even"].map(|how| text(BOOK.replace("ROUNDING", how))),
        ),
        (path("rules/all.toml"), ["10", "25"].map(|rate| text(RULES.replace("RATE", rate)))),
        (path("deals.parquet"), [deals(1_00_05), deals(7_77_70)]),
        (path("work/1.csv"), [work("ben"), work("cat")]),
    ]
});

/// Files of the project that stay as they are.
pub const PAYEES: (&str, &str) = ("p/payees.csv", "payee_id\nann\nben\ncat\n");

/// The right results, by the bytes of their run.json: one for each combination of versions.
pub static EXPECTED: LazyLock<BTreeMap<Vec<u8>, Files>> = LazyLock::new(|| {
    let versions = 0..1_usize << INPUTS.len();
    let result = |versions: usize| {
        let machine = Arc::new(Machine::new(0));
        put_inputs(&mut machine.state().disk, versions);
        machine.begin(&[0], Faults::default(), None);
        let view = View { machine: Arc::clone(&machine), process: 0 };
        run(&view).map_err(|error| error.to_string())?;
        let files = files_at(&machine.state().disk, Path::new(OUT));
        files.ok_or_else(|| "the result can't be read".to_owned())
    };
    let results = versions.map(|versions| result(versions).unwrap_or_else(|error| panic!("{error}")));
    results.map(|files| (files["run.json"].clone(), files)).collect()
});

/// Writes the inputs, each in the version that its bit says.
pub fn put_inputs(disk: &mut Disk, versions: usize) {
    disk.put(Path::new(PAYEES.0), PAYEES.1.as_bytes());
    for (index, (path, contents)) in INPUTS.iter().enumerate() {
        disk.put(path, &contents[versions >> index & 1]);
    }
}

/// The files in a folder; `None` where there is no such folder.
pub fn files_at(disk: &Disk, folder: &Path) -> Option<Files> {
    let names = disk.names(folder).ok()?;
    let bytes = |name: &String| disk.bytes(&folder.join(name)).map(<[u8]>::to_vec).unwrap_or_default();
    Some(names.iter().map(|name| (name.clone(), bytes(name))).collect())
}

/// Whether a folder is a whole result, and one that the inputs at some time give.
pub fn is_whole(disk: &Disk, folder: &Path) -> bool {
    let Some(run) = disk.bytes(&folder.join("run.json")) else { return false };
    let Some(expected) = EXPECTED.get(run) else { return false };
    files_at(disk, folder).is_some_and(|files| files == *expected)
}

/// What `apportion run` does.
pub fn run(view: &View) -> Result<apportion::results::ResultReceipt, apportion::Error> {
    let store: Arc<dyn Store> = Arc::new(view.clone());
    apportion::results::check_target(view, Path::new(OUT))?;
    let session = Session::open_in(Arc::new(view.clone()), PROJECT)?;
    // Lines have no room in memory, so that what is done with their file is seen as well.
    let writing = Writing { memory: Some(0), ..Writing::default() };
    session.write_result(period(), &store, OUT, &writing).map(|written| written.receipt().clone())
}

/// The part of it that reads.
pub fn settle(world: Arc<dyn apportion::world::World>) -> Result<apportion::Settlement, apportion::Error> {
    Session::open_in(world, PROJECT)?.close(period())
}

fn period() -> Period {
    PERIOD.parse().unwrap_or_else(|_| unreachable!("it is a period"))
}
