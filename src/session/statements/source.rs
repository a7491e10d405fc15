//! What statements are made of: the files of a close, of a draft or of a result, and the project that they rest on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::digest::sha256_hex;
use apportion_base::money::Currency;
use apportion_base::store::Store;
use apportion_book::Period;
use apportion_contract::RUN;
use apportion_documents::statement::{Month, MonthKind};
use apportion_ledger::folder::unreadable;
use apportion_ledger::ledger::{Close, Closes, Ledger, outdated};

use super::{StatementRequest, StatementSource};
use crate::session::Session;
use crate::{CRATES, Error};

/// The folder of statements in a ledger.
const STATEMENTS_FOLDER: &str = "statements";

/// What statements are made of.
pub(super) struct Source {
    pub month: Month,
    /// SHA-256 of close.json, draft.json or run.json.
    pub digest: String,
    /// Where they are written.
    pub folder: PathBuf,
    /// The project as the month rested on it; or why it can't be opened.
    pub project: Result<Session, Error>,
}

/// What run.json says that statements need.
#[derive(Deserialize)]
struct RunJson {
    period: String,
    book: RunBook,
    outputs: Vec<RunOutput>,
}

#[derive(Deserialize)]
struct RunBook {
    currency: String,
}

#[derive(Deserialize)]
struct RunOutput {
    file: String,
    sha256: String,
}

impl Session {
    pub(super) fn statement_source(
        &self,
        store: &Arc<dyn Store>,
        request: &StatementRequest,
    ) -> Result<Source, Error> {
        CRATES.check().map_err(|refusal| self.error(vec![refusal]))?;
        let one = |found: Diagnostic| self.error(vec![found]);
        match &request.source {
            StatementSource::Result(folder) => self.of_result(store, folder).map_err(one),
            StatementSource::Draft => {
                let ledger = self.ledger(store)?;
                let closes = ledger.closes().map_err(one)?;
                self.of_draft(&ledger, &closes).map_err(one)
            }
            StatementSource::Close(period) => {
                let ledger = self.ledger(store)?;
                let closes = ledger.closes().map_err(one)?;
                let close = closes.of_month(*period).ok_or_else(|| {
                    one(Diagnostic::error(Code::MonthNotOpen, format!("{period} is not closed")).help(
                        "`apportion ledger` lists the months that are; `--draft` makes statements of a draft",
                    ))
                })?;
                let month = self.of_close(&ledger, (&closes, close)).map_err(one)?;
                let folder = ledger.folder().join(STATEMENTS_FOLDER).join(&close.record.close);
                let project = self.as_of_close(&ledger, close);
                Ok(Source { month, digest: close.digest.clone(), folder, project })
            }
        }
    }

    fn of_close(&self, ledger: &Ledger, (closes, close): (&Closes, &Close)) -> Result<Month, Diagnostic> {
        self.progress.phase("reading the close", None);
        let record = &close.record;
        let currency = self.currency(&record.book.currency);
        let mut month =
            Month::new(MonthKind::Close, record.close.clone(), self.with_last_day(close.period), currency);
        let file = |name: &'static str| {
            let is_there = record.files.iter().any(|file| file.file == name);
            is_there.then(|| ledger.file(record, name)).transpose()
        };
        month.read(&file, |name, why| unreadable(&ledger.shown(&record.close, name), why))?;
        self.add_year(&mut month, ledger, closes)?;
        Ok(month)
    }

    fn of_draft(&self, ledger: &Ledger, closes: &Closes) -> Result<Source, Diagnostic> {
        self.progress.phase("reading the draft", None);
        let draft = ledger.draft(closes)?.ok_or_else(|| {
            Diagnostic::error(Code::NoDraft, "there is no draft")
                .help("make one with `apportion close --period MONTH --by NAME`")
        })?;
        let record = &draft.record;
        for input in record.inputs.iter().chain(&record.rule_files).chain(&record.opening) {
            let now = ledger.digest_now(&self.book().root.join(&input.path))?;
            if now.as_ref() != Some(&input.sha256) {
                return Err(outdated(&input.path));
            }
        }
        let currency = self.currency(&record.book.currency);
        let mut month =
            Month::new(MonthKind::Draft, record.close.clone(), self.with_last_day(draft.period), currency);
        let file = |name: &'static str| {
            let is_there = record.files.iter().any(|file| file.file == name);
            is_there.then(|| ledger.draft_file(&draft, name)).transpose()
        };
        month.read(&file, unreadable)?;
        self.add_year(&mut month, ledger, closes)?;
        let folder = ledger.folder().join(STATEMENTS_FOLDER).join(format!("{}-draft", record.close));
        Ok(Source { month, digest: draft.digest.clone(), folder, project: Ok(self.clone()) })
    }

    /// The closes of the fiscal year before the month.
    fn add_year(&self, month: &mut Month, ledger: &Ledger, closes: &Closes) -> Result<(), Diagnostic> {
        let calendar = self.book().calendar();
        let year = calendar.year_of(month.period);
        let earlier = |close: &&Close| close.period < month.period && calendar.year_of(close.period) == year;
        for close in closes.0.iter().filter(earlier).collect::<Vec<_>>() {
            month.add_earlier(close.period, ledger.balances(close)?);
        }
        Ok(())
    }

    fn of_result(&self, store: &Arc<dyn Store>, folder: &Path) -> Result<Source, Diagnostic> {
        self.progress.phase("reading the result", None);
        let refused = |why: String| {
            Diagnostic::error(Code::NotAResult, format!("`{}` can't be used: {why}", folder.display()))
                .help("name the folder that a run wrote, for example `--result out/2026-07`; `apportion verify` says whether it is whole")
        };
        let read =
            |name: &str| store.read(&folder.join(name)).map_err(|error| refused(format!("{name}: {error}")));
        let bytes = read(RUN)?;
        let digest = sha256_hex(&bytes);
        let run: RunJson =
            serde_json::from_slice(&bytes).map_err(|error| refused(format!("{RUN}: {error}")))?;
        let period = Period::parse(&run.period).ok_or_else(|| refused("its period is none".to_owned()))?;
        let currency = self.currency(&run.book.currency);
        let mut month =
            Month::new(MonthKind::Result, run.period.clone(), self.with_last_day(period), currency);
        let file = |name: &'static str| {
            let Some(written) = run.outputs.iter().find(|output| output.file == name) else {
                return Ok(None);
            };
            let bytes = read(name)?;
            if sha256_hex(&bytes) != written.sha256 {
                return Err(refused(format!("{name} is not what the run wrote")));
            }
            Ok(Some(bytes))
        };
        month.read(&file, |name, why| refused(format!("{name}: {why}")))?;
        let below = self.book().ledger.as_ref().map_or("out", |ledger| ledger.path.as_str());
        let name = format!("{STATEMENTS_FOLDER}/run-{}", run.period);
        let folder = self.book().root.join(below).join(name);
        Ok(Source { month, digest, folder, project: Ok(self.clone()) })
    }

    fn with_last_day(&self, period: Period) -> (Period, i32) {
        (period, self.book().calendar().last_day(period))
    }

    fn currency(&self, code: &str) -> Currency {
        Currency::from_code(code).unwrap_or(self.book().currency)
    }
}
