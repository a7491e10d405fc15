//! Projects in memory, worlds that fail, files that are replaced while they are read, and results as record batches.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use apportion::world::{Disk, Entry, FileBytes, FileHandle, GlobError, Memory, World};
use apportion::{Inquiry, Session, arrow_file};
use arrow::array::{ArrayRef, AsArray, Date32Array, Decimal128Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::support::repository;

const BOOK: &str = "[book]\nname = \"A dollar\"\ncurrency = \"USD\"\nrules = [\"rules/*.toml\"]\n\
                    [sources]\ndeals = { path = \"deals.parquet\" }\npayees = { path = \"payees.arrow\" }\n\
                    engagements = { path = [\"engagements/*.csv\"] }\n";

const RULES: &str = "[[shared_credit]]\nid = \"even\"\nwhy = \"It is shared.\"\neffective = { from = 2026-01-01 }\n\
                     rate = \"100%\"\nmodel = \"equal\"\n";

fn texts(texts: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(texts))
}

/// Deals in Parquet; each of them is worth so much.
fn deals(amount: i128) -> Vec<u8> {
    let amounts =
        Decimal128Array::from_iter_values([amount, amount]).with_precision_and_scale(18, 2).unwrap();
    let columns: [(&str, ArrayRef); 4] = [
        ("deal_id", texts(&["D1", "D2"])),
        ("outcome", texts(&["won", "won"])),
        ("close_date", Arc::new(Date32Array::from_iter_values([20_468, 20_469]))),
        ("amount", Arc::new(amounts)),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

/// Three payees who share two deals, in three formats.
fn project() -> Memory {
    let payees = RecordBatch::try_from_iter([("payee_id", texts(&["ann", "ben", "cat"]))]).unwrap();
    Memory::new()
        .with("apportion.toml", BOOK)
        .with("rules/all.toml", RULES)
        .with("deals.parquet", deals(1_00))
        .with("payees.arrow", arrow_file(&payees.schema(), [&payees]).unwrap())
        .with("engagements/1.csv", "deal_id,payee_id,role\nD1,ann,any\nD1,ben,any\nD1,cat,any\n")
        .with("engagements/2.csv", "deal_id,payee_id,role\nD2,ann,any\n")
}

fn payouts(session: &Session) -> Vec<String> {
    let settlement = session.settle("2026-01".parse().unwrap()).unwrap();
    let payouts = settlement.payouts().unwrap();
    payouts.iter().map(|payout| format!("{} {}", payout.payee_id, payout.amount)).collect()
}

#[test]
fn a_project_in_memory_is_settled_explained_and_compared() {
    let files = project().with("draft.toml", RULES.replace("100%", "50%"));
    let session = Session::in_memory(files).unwrap();
    assert_eq!(payouts(&session), ["ann 1.34", "ben 0.33", "cat 0.33"]);
    let explained = session.explain(None, &Inquiry::payee("ann").on_deal("D1")).unwrap().to_string();
    assert!(explained.contains("0.34") && explained.contains("rules/all.toml"), "{explained}");
    let draft = session.with_rules("draft.toml").unwrap();
    let comparison = session.diff(&draft, "2026-01".parse().unwrap()).unwrap();
    assert!(comparison.shares_data());
    assert_eq!(comparison.difference().lines.len(), 4);
    assert!(session.check(None).is_ok() && session.examples().unwrap().is_none());
    let unknown = session.explain(None, &Inquiry::deal("D3")).unwrap_err();
    assert!(unknown.to_string().starts_with("error[no-such-deal]: there is no deal `D3`"), "{unknown}");
}

#[test]
fn a_mistake_is_an_error_with_its_place() {
    let files = project().with("rules/all.toml", RULES.replace("equal", "equl"));
    let error = Session::in_memory(files).unwrap_err();
    assert!(error.to_string().contains("rules/all.toml:6:9"), "{error}");
    assert_eq!(error.diagnostics().len(), 1);
}

#[test]
fn lines_as_batches_are_those_of_the_file() {
    let session = Session::open(repository("fixtures/adventureworks")).unwrap();
    let settlement = session.settle("2014-Q2".parse().unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    settlement.write(&out).unwrap();
    let file = std::fs::File::open(out.join("lines.parquet")).unwrap();
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(file).unwrap().with_batch_size(1 << 20).build().unwrap();
    let written: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    let lines = settlement.lines().unwrap();
    for (index, column) in lines.columns().iter().enumerate() {
        // Readers of Parquet have one kind of decimals.
        let written = arrow_cast::cast(written[0].column(index), column.data_type()).unwrap();
        assert_eq!(&written, column, "{}", lines.schema().field(index).name());
    }
    let batches: Vec<RecordBatch> = settlement.line_batches(1_000).map(Result::unwrap).collect();
    assert_eq!(arrow::compute::concat_batches(&lines.schema(), &batches).unwrap(), lines);

    let payouts = settlement.payouts_batch().unwrap();
    let written = std::fs::read_to_string(out.join("payouts.csv")).unwrap();
    assert_eq!(payouts.num_rows() + 1, written.lines().count());
    assert_eq!(
        payouts.column(0).as_string::<i32>().value(0),
        written.lines().nth(1).unwrap().split(',').next().unwrap()
    );
}

/// A world whose nth call fails.
#[derive(Debug)]
struct FailingWorld {
    files: Memory,
    calls: Arc<AtomicUsize>,
    fails_at: usize,
}

#[derive(Debug)]
struct FailingFile {
    file: FileHandle,
    calls: Arc<AtomicUsize>,
    fails_at: usize,
}

fn call(calls: &AtomicUsize, fails_at: usize) -> io::Result<()> {
    if calls.fetch_add(1, Ordering::Relaxed) == fails_at { Err(io::Error::other("planted")) } else { Ok(()) }
}

impl World for FailingWorld {
    fn entry(&self, path: &Path) -> Entry {
        self.files.entry(path)
    }

    fn open(&self, path: &Path) -> io::Result<FileHandle> {
        call(&self.calls, self.fails_at)?;
        let (file, calls) = (self.files.open(path)?, Arc::clone(&self.calls));
        Ok(FileHandle::new(FailingFile { file, calls, fails_at: self.fails_at }))
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        self.files.names(folder)
    }

    fn glob(&self, pattern: &str) -> Result<Vec<PathBuf>, GlobError> {
        call(&self.calls, self.fails_at)
            .map_err(|error| GlobError::Unreadable { path: PathBuf::from(pattern), error })?;
        self.files.glob(pattern)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        self.files.identity(path)
    }
}

impl FileBytes for FailingFile {
    fn length(&self) -> u64 {
        self.file.length()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        call(&self.calls, self.fails_at)?;
        // Readers must accept short reads: this gives a byte less than was requested.
        let wanted = buffer.len().saturating_sub(1).max(1).min(buffer.len());
        self.file.read_at(offset, &mut buffer[..wanted])
    }

    fn check_unchanged(&self) -> io::Result<()> {
        call(&self.calls, self.fails_at)
    }
}

/// Any call that fails gives an error that says so, and never another amount.
#[test]
fn a_world_that_fails_at_any_call() {
    let run = |fails_at: usize| {
        let calls = Arc::new(AtomicUsize::new(0));
        let world = FailingWorld { files: project(), calls: Arc::clone(&calls), fails_at };
        let settled = Session::open_in(Arc::new(world), "")
            .and_then(|session| session.settle("2026-01".parse().unwrap()))
            .map(|settlement| settlement.payouts().unwrap()[0].amount.minor);
        (settled, calls.load(Ordering::Relaxed))
    };
    let (settled, calls) = run(usize::MAX);
    assert_eq!(settled.unwrap(), 134);
    assert!(calls > 20, "{calls}");
    let mut errors = 0;
    for fails_at in 0..calls {
        match run(fails_at).0 {
            // How many rows a file has is a hint, which reading does without.
            Ok(amount) => assert_eq!(amount, 134, "call {fails_at}"),
            Err(error) => {
                assert!(error.to_string().contains("planted"), "call {fails_at}: {error}");
                errors += 1;
            }
        }
    }
    assert!(errors + 10 > calls, "{errors} of {calls}");
}

/// A world that counts how often each file was opened.
#[derive(Debug)]
struct CountingWorld {
    files: Memory,
    opened: Mutex<BTreeMap<PathBuf, usize>>,
}

impl World for CountingWorld {
    fn entry(&self, path: &Path) -> Entry {
        self.files.entry(path)
    }

    fn open(&self, path: &Path) -> io::Result<FileHandle> {
        *self.opened.lock().unwrap().entry(self.files.identity(path)).or_default() += 1;
        self.files.open(path)
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        self.files.names(folder)
    }

    fn glob(&self, pattern: &str) -> Result<Vec<PathBuf>, GlobError> {
        self.files.glob(pattern)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        self.files.identity(path)
    }
}

/// The project file, the rules and the data: what decides amounts and what is digested is one opening of each file.
#[test]
fn every_file_of_a_project_is_opened_once() {
    let world = Arc::new(CountingWorld { files: project(), opened: Mutex::default() });
    let session = Session::open_in(Arc::<CountingWorld>::clone(&world), "").unwrap();
    let settlement = session.settle("2026-01".parse().unwrap()).unwrap();
    let opened = world.opened.lock().unwrap();
    let expected: Vec<PathBuf> = project().glob("**/*").unwrap();
    assert_eq!(opened.keys().cloned().collect::<Vec<_>>(), expected);
    assert!(opened.values().all(|times| *times == 1), "{opened:?}");
    let close = settlement.as_close();
    let digests = close.rule_files.iter().map(|file| (file.path.as_str(), file.sha256.as_str()));
    let inputs = close.tables.inputs.iter().map(|input| (input.path.as_str(), input.sha256.as_str()));
    for (path, sha256) in digests.chain(inputs) {
        let bytes = project().read(Path::new(path)).unwrap();
        assert_eq!(sha256, apportion::digest::sha256_hex(&bytes), "{path}");
    }
}

fn on_disk(folder: &Path) {
    let files = project();
    for path in files.glob("**/*").unwrap() {
        let target = folder.join(&path);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::write(target, files.read(&path).unwrap()).unwrap();
    }
}

/// All columns, the header and the digest are of the file that was opened, also if another file has its name by then.
#[test]
fn a_file_that_is_replaced_after_it_was_opened_is_still_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    on_disk(folder.path());
    let session = Session::open(folder.path()).unwrap();
    std::fs::write(folder.path().join("new.parquet"), deals(7_00)).unwrap();
    std::fs::rename(folder.path().join("new.parquet"), folder.path().join("deals.parquet")).unwrap();
    let settlement = session.settle("2026-01".parse().unwrap()).unwrap();
    assert_eq!(settlement.payouts().unwrap()[0].amount.minor, 134);
    let input =
        settlement.as_close().tables.inputs.iter().find(|input| input.path == "deals.parquet").unwrap();
    assert_eq!(input.sha256, apportion::digest::sha256_hex(&deals(1_00)));
    assert_eq!(payouts(&Session::open(folder.path()).unwrap())[0], "ann 9.34");
}

#[test]
fn a_file_that_is_written_to_after_it_was_opened_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    on_disk(folder.path());
    let session = Session::open(folder.path()).unwrap();
    let path = folder.path().join("engagements/2.csv");
    let text = Disk.read_text(&path).unwrap();
    std::fs::write(&path, format!("{text}D2,ben,any\n")).unwrap();
    let error = session.settle("2026-01".parse().unwrap()).unwrap_err().to_string();
    assert!(error.contains("engagements/2.csv") && error.contains("changed or replaced"), "{error}");
}
