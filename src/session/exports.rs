//! Files for payroll and banks, made of a close.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_base::store::Store;
use apportion_base::world::{self, World};
use apportion_book::config::Doc;
use apportion_book::exports::{ExportSettings, template_keys};
use apportion_book::{self as book, Book, ExportFormat, Period};
use apportion_contract::output::PAYOUTS;
use apportion_contract::output::ledger::APPROVALS;
use apportion_data::{payees_alone, payment_details};
use apportion_ledger::folder::Approval;
use apportion_ledger::kept::KeptWorld;
use apportion_ledger::key::Names;
use apportion_ledger::ledger::{Close, Ledger};
use apportion_payments::close::{self, ClosedMonth};
use apportion_payments::days::weekday_before;
use apportion_payments::export::{self, Ground, PreparedExport, Request};
use apportion_payments::folder::{CloseFolder, EXPORTS_FOLDER, StoredExport, WrittenExport};
use apportion_payments::job::{Created, Occasion};
use apportion_payments::people::People;
use apportion_payments::sent::Mark;
use apportion_payments::stored::against_stored;

use super::Session;
use crate::Error;

/// What is to be exported.
#[derive(Debug, Clone)]
pub struct ExportRequest {
    /// The month; it is closed.
    pub period: Period,
    /// The exports; all of them without any.
    pub names: Vec<String>,
    /// The day on which is paid, in days since 1970-01-01.
    pub execution: i32,
    /// The time that files say they were made at: a day and seconds since midnight; without it, midnight of the weekday before.
    pub created: Option<(i32, u32)>,
    /// Payees who are left out.
    pub leave_out: BTreeSet<String>,
    /// The only payees who are wanted.
    pub only: BTreeSet<String>,
    /// Whether payees may be in no export.
    pub allow_unexported: bool,
    /// Keys that are replaced, as `NAME.key=value`.
    pub set: Vec<String>,
    /// Where the folders go, instead of into the ledger.
    pub out: Option<PathBuf>,
}

/// An export that was written.
#[derive(Debug)]
pub struct ExportOutcome {
    /// What it is.
    pub prepared: PreparedExport,
    /// Where it is.
    pub written: WrittenExport,
}

impl Session {
    /// Writes files for payroll and banks. Everything is checked before anything is written, and every file is read back.
    ///
    /// # Errors
    /// A month that is not closed; everything that `docs/reference/exports.md` says stops an export.
    pub fn export(
        &self,
        store: &Arc<dyn Store>,
        request: &ExportRequest,
    ) -> Result<Vec<ExportOutcome>, Error> {
        let ledger = self.ledger(store)?;
        let one = |found: Diagnostic| self.error(vec![found]);
        let month = self.closed_month(&ledger, request.period)?;
        let close = ledger.closes().map_err(one)?.of_month(request.period).cloned();
        let close = close.ok_or_else(|| one(not_closed(request.period)))?;
        let people = self.people_of_close(&ledger, &close, month.last)?;
        let world: Arc<dyn World> = Arc::<dyn Store>::clone(store);
        let details = payment_details(&world, self.book()).map_err(|found| self.error(found))?;
        let mut files = self.files().clone();
        let exports = settings(self.book(), &world, &request.set, &mut files);
        let exports = exports.map_err(|found| Error::new(found, files.clone()))?;
        let failed = |found: Vec<Diagnostic>| Error::new(found, files.clone());
        let ground = Ground { month: &month, people: &people, details: &details, exports: &exports };
        let prepared = export::prepare(ground, &asked(request, &month)).map_err(failed)?;
        self.write_exports(store, &ledger, (request, &month), prepared).map_err(failed)
    }

    fn write_exports(
        &self,
        store: &Arc<dyn Store>,
        ledger: &Ledger,
        (request, month): (&ExportRequest, &ClosedMonth),
        prepared: Vec<PreparedExport>,
    ) -> Result<Vec<ExportOutcome>, Vec<Diagnostic>> {
        let one = |found: Diagnostic| vec![found];
        let of_ledger = ledger.folder().join(EXPORTS_FOLDER);
        let own = CloseFolder::new(store, of_ledger.join(&month.close));
        let target =
            request.out.as_ref().map_or_else(|| own.clone(), |out| CloseFolder::new(store, out.clone()));
        let names: Vec<&str> = self.book().exports.iter().map(|export| export.name.as_str()).collect();
        let mut named = Vec::new();
        for prepared in prepared {
            named.push((target.name_for(&prepared, &names).map_err(one)?, prepared));
        }
        let mut of_close = own.all().map_err(one)?;
        if request.out.is_some() {
            let there = target.all().map_err(one)?;
            of_close.extend(there.into_iter().filter(|stored| stored.manifest.close == month.close));
        }
        let all = all_exports(store, &of_ledger).map_err(one)?;
        against_stored(&mut named, &of_close, &all)?;
        let mut outcomes = Vec::new();
        for (name, prepared) in named {
            let written = target.write(&name, &prepared).map_err(one)?;
            outcomes.push(ExportOutcome { prepared, written });
        }
        Ok(outcomes)
    }

    /// What a close pays, by its balances, its entries and its payouts.
    ///
    /// # Errors
    /// A month that is not closed, and a ledger that can't be used.
    pub fn closed_month(&self, ledger: &Ledger, period: Period) -> Result<ClosedMonth, Error> {
        let one = |found: Diagnostic| self.error(vec![found]);
        let closes = ledger.closes().map_err(one)?;
        let close = closes.of_month(period).ok_or_else(|| one(not_closed(period)))?;
        let unreadable = |why: String| {
            one(Diagnostic::error(
                Code::UnreadableLedger,
                format!("{} can't be used: {why}", close.record.close),
            )
            .help(
                "`apportion verify ledger` says what is wrong; put the file back from a copy of the ledger",
            ))
        };
        let approvals: Vec<Approval> =
            serde_json::from_slice(&ledger.file(&close.record, APPROVALS).map_err(one)?)
                .map_err(|error| unreadable(error.to_string()))?;
        let counted = approvals.iter().filter(|approval| approval.by != close.record.preparer).count();
        if counted < close.record.approvals_needed as usize {
            return Err(unreadable(format!(
                "it has {counted} of {} approvals",
                close.record.approvals_needed
            )));
        }
        let mut names = Names::default();
        let entries = ledger.entries(close, &mut names).map_err(one)?;
        let balances = ledger.balances(close).map_err(one)?;
        let currency = apportion_base::money::Currency::from_code(&close.record.book.currency)
            .ok_or_else(|| unreadable("its currency is none".to_owned()))?;
        let book = (currency, self.book().rounding);
        let (payees, unpaid) = close::payees(&balances, (&entries, &names), book).map_err(unreadable)?;
        let payouts = ledger.file(&close.record, PAYOUTS).map_err(one)?;
        close::check_payouts(&payouts, &payees).map_err(|why| unreadable(format!("{PAYOUTS}: {why}")))?;
        let calendar = self.book().calendar();
        Ok(ClosedMonth {
            close: close.record.close.clone(),
            digest: close.digest.clone(),
            period: close.record.period.clone(),
            first: calendar.first_day(period),
            last: calendar.last_day(period),
            currency,
            payees,
            unpaid,
        })
    }

    /// The payees of a close, as of its last day: those of the copies that the ledger keeps, else those of the data as they are.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn people_of_close(&self, ledger: &Ledger, close: &Close, last: i32) -> Result<People, Error> {
        let failed = |found: Vec<Diagnostic>| self.error(found);
        if !close.record.ledger.keep_inputs {
            let alone = payees_alone(&self.world, self.book()).map_err(failed)?;
            return Ok(People::new(&alone.payees, alone.columns, last));
        }
        let kept = KeptWorld::of_close(ledger, &self.book().root, &close.record)
            .map_err(|found| failed(vec![found]))?;
        let kept: Arc<dyn World> = Arc::new(kept);
        let mut files = Files::default();
        let book = book::read(kept.as_ref(), &self.folder, &mut files);
        let read = book.and_then(|book| payees_alone(&kept, &book));
        let alone = read.map_err(|found| Error::new(found, files))?;
        Ok(People::new(&alone.payees, alone.columns, last))
    }

    /// Marks an export as sent, or takes that back. `out` is the folder of exports where it is not in the ledger.
    ///
    /// # Errors
    /// A month that is not closed, and a mark that says nothing new.
    pub fn mark_export(
        &self,
        store: &Arc<dyn Store>,
        (period, name, out): (Period, &str, Option<&Path>),
        (mark, by, note): (Mark, &str, Option<&str>),
    ) -> Result<StoredExport, Error> {
        let ledger = self.ledger(store)?;
        let one = |found: Diagnostic| self.error(vec![found]);
        let closes = ledger.closes().map_err(one)?;
        let close = closes.of_month(period).ok_or_else(|| one(not_closed(period)))?;
        let own = ledger.folder().join(EXPORTS_FOLDER).join(&close.record.close);
        let folder = CloseFolder::new(store, out.map_or(own, Path::to_path_buf));
        folder.mark(name, mark, by, note).map_err(one)
    }

    /// The exports of a close that stand in the ledger, with what was sent of them.
    ///
    /// # Errors
    /// A manifest that can't be read.
    pub fn stored_exports(&self, store: &Arc<dyn Store>, close: &str) -> Result<Vec<StoredExport>, Error> {
        let ledger = self.ledger(store)?;
        let folder = ledger.folder().join(EXPORTS_FOLDER).join(close);
        CloseFolder::new(store, folder).all().map_err(|found| self.error(vec![found]))
    }
}

fn not_closed(period: Period) -> Diagnostic {
    Diagnostic::error(
        Code::MonthNotOpen,
        format!("{period} is not closed, and only a close is exported: a draft pays nobody"),
    )
    .help("`apportion close`, `approve` and `post` close a month; `apportion ledger` lists the closes")
}

/// The request as the exports take it.
fn asked(request: &ExportRequest, month: &ClosedMonth) -> Request {
    let (day, second) = request.created.unwrap_or_else(|| (weekday_before(request.execution), 0));
    Request {
        names: request.names.clone(),
        occasion: Occasion {
            period: month.period.clone(),
            month: (month.first, month.last),
            execution: request.execution,
            created: Created { day, second },
        },
        leave_out: request.leave_out.clone(),
        only: request.only.clone(),
        allow_unexported: request.allow_unexported,
        set: request.set.clone(),
    }
}

/// The book's exports, with the keys that arguments replace and with the keys of the template files that they name.
fn settings(
    book: &Book,
    world: &Arc<dyn World>,
    set: &[String],
    files: &mut Files,
) -> Result<Vec<ExportSettings>, Vec<Diagnostic>> {
    let mut exports = book.exports.clone();
    let mut failures = Vec::new();
    for argument in set {
        failures.extend(replaced(&mut exports, argument).err());
    }
    for export in exports.iter_mut().filter(|export| export.format.value == ExportFormat::Template) {
        failures.extend(with_template(book, world, export, files).err().into_iter().flatten());
    }
    if failures.is_empty() { Ok(exports) } else { Err(failures) }
}

/// Replaces a key by `NAME.key=value`.
fn replaced(exports: &mut [ExportSettings], argument: &str) -> Result<(), Diagnostic> {
    let parts = argument.split_once('=').and_then(|(key, value)| Some((key.split_once('.')?, value)));
    let Some(((name, key), value)) = parts else {
        let key = argument.split('=').next().unwrap_or_default();
        let message = format!("`--set {key}…` is not NAME.key=value");
        return Err(Diagnostic::error(Code::BadExport, message).help("such as --set us-payroll.batch=AP0726"));
    };
    match exports.iter_mut().find(|export| export.name == name) {
        Some(export) => export.set(key, value),
        None => Err(Diagnostic::error(
            Code::BadExport,
            format!("`--set {name}.{key}`: there is no export `{name}`"),
        )),
    }
}

/// Adds the keys of the file that an export's `template` names; its own go before them.
fn with_template(
    book: &Book,
    world: &Arc<dyn World>,
    export: &mut ExportSettings,
    files: &mut Files,
) -> Result<(), Vec<Diagnostic>> {
    let Some(path) = export.keys.plain("template").map(str::to_owned) else { return Ok(()) };
    let failed = |why: String| {
        let span = export.keys.span("template").unwrap_or(&export.span).clone();
        let message = format!("the template \"{path}\" can't be read: {why}");
        vec![
            Diagnostic::error(Code::BadExport, message)
                .at(span, "")
                .help("a path from the folder of apportion.toml"),
        ]
    };
    let bytes = world.read(&book.root.join(&path)).map_err(|error| failed(error.to_string()))?;
    let text = world::text(bytes).map_err(|error| failed(error.to_string()))?;
    let doc = Doc::new(path.clone(), &text, files);
    let keys = doc.parse().map(|table| template_keys(&doc.top(&table, &path)));
    match keys {
        Some(keys) if doc.found_so_far() == 0 => {
            for (key, value) in keys.0 {
                export.keys.0.entry(key).or_insert(value);
            }
            Ok(())
        }
        _ => Err(doc.into_findings()),
    }
}

/// All exports that stand in a ledger.
fn all_exports(store: &Arc<dyn Store>, folder: &Path) -> Result<Vec<StoredExport>, Diagnostic> {
    let names = match store.names(folder) {
        Ok(names) => names,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(Diagnostic::error(
                Code::CannotRead,
                format!("could not read `{}`: {error}", folder.display()),
            ));
        }
    };
    let mut all = Vec::new();
    for name in names.iter().filter_map(|name| name.to_str()).filter(|name| !name.starts_with('.')) {
        all.extend(CloseFolder::new(store, folder.join(name)).all()?);
    }
    Ok(all)
}
