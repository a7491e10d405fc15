//! The folder of statements: a file for each payee and format, index.csv, and statements.json, which says what they were made from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::digest::sha256_hex;
use apportion_base::spreadsheet::{guarded, unguarded};
use apportion_base::store::{Staging, Store};
use apportion_documents::statement::{Gatherer, INDEX, MonthKind, file_stems, is_ours};

use super::making::{FILE, Making};
use super::{StatementFormat, Statements};
use crate::Error;
use crate::csv_file::csv_file;
use crate::session::whole_folder::{Name, WholeFolder, cannot_write, write_file};

/// What the statements of a folder were made from.
const MADE_FROM: &str = "statements.json";

/// The workbook for finance.
const WORKBOOK: &str = "statements.xlsx";

/// The columns of index.csv.
const INDEX_HEADER: [&str; 6] = ["payee_id", "email", "file", "sha256", "paid_amount", "paid_currency"];

const FOLDER: WholeFolder = WholeFolder {
    name: Name::Several("statements"),
    other: "no statement",
    foreign: Code::NotStatements,
    is_ours: |name| name == MADE_FROM || is_ours(name),
};

/// What statements.json says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct MadeFrom {
    /// `close`, `draft` or `result`.
    source: String,
    /// The name of the close, or the period of the result.
    name: String,
    /// SHA-256 of its close.json, draft.json or run.json.
    digest: String,
}

/// What was written.
#[derive(Debug)]
pub struct WrittenStatements {
    /// The folder.
    pub folder: PathBuf,
    /// How many payees got a statement.
    pub payees: usize,
    /// How many files there are, index.csv aside.
    pub files: usize,
    /// What they say is paid, in minor units of the book's currency; none of a result.
    pub paid: Option<i128>,
    /// What the month pays to everybody.
    pub paid_in_all: i128,
    /// Digits of the book's currency.
    pub digits: u32,
    /// What is left to say.
    pub warnings: Vec<Diagnostic>,
}

/// A row of index.csv.
pub(super) type Row = [String; 6];

impl Statements {
    /// Writes a file for each payee and format, and for finance the workbook of all where `with_workbook`: all of them or none. Files
    /// of other payees and formats that were made from the same close before stay.
    ///
    /// # Errors
    /// `not-statements` where the folder holds something else, or the statements of another close; what the system says.
    pub fn write(
        &self,
        store: &Arc<dyn Store>,
        out: Option<&Path>,
        formats: &BTreeSet<StatementFormat>,
        with_workbook: bool,
    ) -> Result<WrittenStatements, Error> {
        let folder = out.unwrap_or(&self.folder);
        self.write_to(store, folder, formats, with_workbook).map_err(Error::from)
    }

    fn write_to(
        &self,
        store: &Arc<dyn Store>,
        folder: &Path,
        formats: &BTreeSet<StatementFormat>,
        with_workbook: bool,
    ) -> Result<WrittenStatements, Diagnostic> {
        let made_from = self.made_from();
        let kept = check_target(store.as_ref(), folder, &made_from)?;
        let staging = FOLDER.begin(store, folder)?;
        let gatherer = Gatherer::new(&self.month, &self.known);
        let (all, asked) = self.payees(&gatherer);
        let stems = file_stems(all.iter().copied());
        let writer = Writer { staging: &staging, folder };
        let payees: Vec<&str> = asked.iter().copied().collect();
        let making =
            Making { statements: self, gatherer: &gatherer, stems: &stems, formats, writer: &writer };
        let (made, letters) = making.files_of(&payees)?;
        let key = |row: Row| ((row[0].clone(), row[FILE].clone()), row);
        let mut rows: BTreeMap<(String, String), Row> = made.into_iter().map(key).collect();
        if with_workbook {
            let bytes =
                self.workbook(&gatherer).map_err(|error| cannot_write(&folder.join(WORKBOOK), &error))?;
            writer.write(WORKBOOK, &bytes)?;
        }
        let files = rows.len() + usize::from(with_workbook);
        keep_others(store.as_ref(), &writer, kept, &mut rows, with_workbook)?;
        writer.write(INDEX, &index(rows.values())?)?;
        writer.write(MADE_FROM, &json(&made_from)?)?;
        let warnings = FOLDER.publish(staging, folder)?;
        Ok(WrittenStatements {
            folder: folder.to_owned(),
            payees: payees.len(),
            files,
            paid: (self.month.kind != MonthKind::Result).then(|| self.paid(asked.iter().copied())),
            paid_in_all: self.paid(self.month.balances.keys().map(String::as_str)),
            digits: self.month.currency.digits(),
            warnings: warnings.into_iter().chain(letters).collect(),
        })
    }

    fn made_from(&self) -> MadeFrom {
        let source = match self.month.kind {
            MonthKind::Close => "close",
            MonthKind::Draft => "draft",
            MonthKind::Result => "result",
        };
        MadeFrom { source: source.to_owned(), name: self.month.name.clone(), digest: self.digest.clone() }
    }

    fn paid<'p>(&self, payees: impl Iterator<Item = &'p str>) -> i128 {
        let rows = payees.filter_map(|payee| self.month.balances.get(payee));
        rows.map(|balance| balance.payment.paid.wide()).sum()
    }
}

/// Writes files of the folder, several at a time.
pub(super) struct Writer<'w> {
    staging: &'w Staging,
    pub folder: &'w Path,
}

impl Writer<'_> {
    /// Writes a file. Returns its SHA-256.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<String, Diagnostic> {
        write_file(self.staging, self.folder, name, bytes)?;
        Ok(sha256_hex(bytes))
    }
}

/// Whether statements may be written to a folder. Returns where those of the same close are that stay beside them.
fn check_target(
    store: &dyn Store,
    folder: &Path,
    made_from: &MadeFrom,
) -> Result<Option<PathBuf>, Diagnostic> {
    if FOLDER.earlier(store, folder)?.is_empty() {
        return Ok(None);
    }
    let path = folder.join(MADE_FROM);
    let earlier = store.read(&path).ok().and_then(|bytes| serde_json::from_slice::<MadeFrom>(&bytes).ok());
    match earlier {
        None => Err(FOLDER.foreign(folder, &format!("it has no `{MADE_FROM}` that this program wrote"))),
        Some(earlier) if earlier == *made_from => Ok(Some(folder.to_owned())),
        // What was made of a draft or a run is nobody's statement yet.
        Some(earlier) if earlier.source != "close" => Ok(None),
        Some(earlier) => Err(FOLDER.foreign(folder, &format!("it has the statements of {}", earlier.name))),
    }
}

/// Copies what was made of the same close before, for other payees or in other formats.
fn keep_others(
    store: &dyn Store,
    writer: &Writer<'_>,
    kept: Option<PathBuf>,
    rows: &mut BTreeMap<(String, String), Row>,
    with_workbook: bool,
) -> Result<(), Diagnostic> {
    let Some(folder) = kept else { return Ok(()) };
    if let (Ok(bytes), false) = (store.read(&folder.join(WORKBOOK)), with_workbook) {
        writer.write(WORKBOOK, &bytes)?;
    }
    let Ok(bytes) = store.read(&folder.join(INDEX)) else { return Ok(()) };
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let taken: BTreeSet<String> = rows.keys().map(|(_, file)| file.clone()).collect();
    for record in reader.records().flatten() {
        let cell = |place: usize| unguarded(record.get(place).unwrap_or_default()).to_owned();
        let row: Row = std::array::from_fn(cell);
        if taken.contains(&row[FILE]) || !is_ours(&row[FILE]) {
            continue;
        }
        // One that is damaged or gone is made again when somebody asks for it.
        let Ok(bytes) = store.read(&folder.join(&row[FILE])) else { continue };
        if sha256_hex(&bytes) == row[3] {
            writer.write(&row[FILE], &bytes)?;
            rows.insert((row[0].clone(), row[FILE].clone()), row);
        }
    }
    Ok(())
}

fn index<'r>(rows: impl Iterator<Item = &'r Row>) -> Result<Vec<u8>, Diagnostic> {
    let cells = |row: &Row| row.each_ref().map(|cell| guarded(cell).into_owned());
    csv_file(&INDEX_HEADER, rows.map(cells))
        .map_err(|error| Diagnostic::error(Code::CannotWrite, format!("could not write `{INDEX}`: {error}")))
}

fn json(made_from: &MadeFrom) -> Result<Vec<u8>, Diagnostic> {
    let mut text = serde_json::to_string_pretty(made_from)
        .map_err(|error| Diagnostic::error(Code::CannotWrite, format!("internal error: {error}")))?;
    text.push('\n');
    Ok(text.into_bytes())
}
