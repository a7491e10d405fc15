//! Journals of closes, by the accounts and exports of the project.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::digest::sha256_hex;
use apportion_base::money::format_scaled;
use apportion_base::store::{Fault, Staging, Store};
use apportion_book::config::describe::Choice as _;
use apportion_book::exports::{ExportKeys, ExportSettings, ExportValue, TextRule};
use apportion_book::{AccountColumn, Book, ExportFormat, FiscalCalendar, Period};
use apportion_contract::output::ledger::{EXPORTS_FOLDER, MANIFEST, is_of_a_journal};
use apportion_journals::chart::Chart;
use apportion_journals::formats::{Format, JournalFile};
use apportion_journals::journal::{Heading, Payees, filled, roles};
use apportion_journals::keys::{JournalKeys, KeyText, PayeeCells, Template};
use apportion_journals::made::{Facts, Ingredients, JournalExport, export, movements_of, payments_of};
use apportion_journals::movement::PayeeFacts;
use apportion_journals::posted::{self, PostedClose};
use apportion_journals::sent::{SentExport, sent_exports};
use apportion_journals::text;
use apportion_ledger::folder::digits_of;
use apportion_ledger::people::{People, cell};

use super::Session;
use crate::Error;

/// What journal of a close is wanted.
#[derive(Debug, Clone)]
pub struct JournalRequest {
    /// The month.
    pub period: Period,
    /// A format, or the name of an export that has one.
    pub format: String,
    /// The day of the posting; the month's last day without one.
    pub posting_date: Option<i32>,
    /// The journal of payments.
    pub payments: bool,
    /// When it was made, as YYYYMMDDHHMMSS; midnight of the posting's day without it.
    pub created: Option<String>,
    /// Its folder; one of the ledger without it.
    pub out: Option<PathBuf>,
}

/// A journal that was written.
#[derive(Debug, Clone)]
pub struct JournalReport {
    /// Its folder.
    pub folder: PathBuf,
    /// The close.
    pub close: String,
    /// The references of its journals.
    pub references: Vec<String>,
    /// Its files.
    pub files: Vec<String>,
    /// How many movements are booked.
    pub movements: usize,
    /// Of how many payees.
    pub payees: usize,
    /// The sum of the debits, which is that of the credits.
    pub debits: String,
    /// The book's currency.
    pub currency: String,
    /// What somebody should know.
    pub warnings: Vec<Diagnostic>,
}

/// The format and the keys of a journal.
struct Chosen {
    /// Under which the folder is named.
    name: String,
    format: Format,
    keys: JournalKeys,
    fiscal_year_starts: Option<u8>,
}

impl Session {
    /// Writes the journal of a close, and reads it back before it is there.
    ///
    /// # Errors
    ///
    /// `month-not-open`, `no-account`, `journal-does-not-fit`, `journal-differs`, and what the disk says.
    pub fn journal(&self, store: &Arc<dyn Store>, request: &JournalRequest) -> Result<JournalReport, Error> {
        self.journal_found(store, request).map_err(|found| self.error(found))
    }

    fn journal_found(
        &self,
        store: &Arc<dyn Store>,
        request: &JournalRequest,
    ) -> Result<JournalReport, Vec<Diagnostic>> {
        let one = |found: Diagnostic| vec![found];
        let book = self.book();
        let ledger = self.ledger(store).map_err(|error| error.diagnostics().to_vec())?;
        let mut chosen = chosen(book, &request.format)?;
        chosen.keys.template = self.template(&chosen.keys).map_err(one)?;
        let posted = posted::read(&ledger, request.period, book.calendar()).map_err(one)?;
        let chart = match &book.accounts {
            Some(accounts) => Chart::load(self.world.as_ref(), &book.root, accounts)?,
            None => Chart::default(),
        };
        let (payees, facts) = self.known(&chart, &posted, request.payments)?;
        let given = Ingredients { chart: &chart, accounts: book.accounts.as_ref(), facts: &facts };
        let heading = heading(book, &posted, &chosen, request);
        let exports = ledger.folder().join(EXPORTS_FOLDER).join(&posted.close.record.close);
        let made = if request.payments {
            let sent = sent_exports(self.world.as_ref(), &exports).map_err(one)?;
            payments(book, (&posted, given), (&chosen, &heading, &payees), (&sent, request))?
        } else {
            let movements = movements_of(&posted, given)?;
            export(chosen.format, &chosen.keys, &heading, &payees, &movements)?
        };
        let folder = request.out.clone().unwrap_or_else(|| {
            let payments = if request.payments { "-payments" } else { "" };
            exports.join(format!("journal-{}{payments}", chosen.name))
        });
        let mut warnings = told(&made);
        if !made.written.files.is_empty() {
            let manifest = manifest(&posted, &chosen, (&heading, request.payments), &made).map_err(one)?;
            warnings.extend(publish(store, &folder, &made, &manifest).map_err(one)?);
        }
        Ok(JournalReport {
            folder,
            close: posted.close.record.close.clone(),
            references: made.references.clone(),
            files: made.written.files.iter().map(|file| file.name.clone()).collect(),
            movements: made.movements,
            payees: made.payees,
            debits: format_scaled(made.debits, heading.digits),
            currency: heading.currency,
            warnings,
        })
    }

    /// The file that a format fills.
    fn template(&self, keys: &JournalKeys) -> Result<Option<Template>, Diagnostic> {
        let Some(name) = keys.plain("template") else { return Ok(None) };
        let bytes = self.world.read(&self.book().root.join(name)).map_err(|error| {
            Diagnostic::error(Code::CannotRead, format!("the template {name} can't be read: {error}")).help(
                "`template` is the path of the file that was downloaded, from the folder of apportion.toml",
            )
        })?;
        Ok(Some(Template { name: name.to_owned(), bytes }))
    }

    /// What is known of payees on the last days of the close and of the one before.
    fn known(
        &self,
        chart: &Chart,
        posted: &PostedClose,
        payments: bool,
    ) -> Result<(Payees, Facts), Vec<Diagnostic>> {
        let details = apportion_data::payment_details(&self.world, self.book())?;
        let of_details = |payee: &str, day: i32| -> BTreeMap<String, String> {
            let Some(row) = details.on(payee, day) else { return BTreeMap::new() };
            let cells = details.frame.columns.iter().map(|(name, column)| (name.clone(), cell(column, row)));
            cells.collect()
        };
        let of_people = |people: &People, payee: &str| -> BTreeMap<String, String> {
            let row = people.rows.get(payee).map(Vec::as_slice).unwrap_or_default();
            people.columns.iter().cloned().zip(row.iter().cloned()).collect()
        };
        if !payments && chart.goes_by(AccountColumn::Export) {
            let message = "accounts can't go by `export` yet";
            return Err(vec![Diagnostic::error(Code::BadAccounts, message)]);
        }
        let facts = |cells: &BTreeMap<String, String>| {
            let cell = |name: &str| cells.get(name).filter(|cell| !cell.is_empty()).cloned();
            PayeeFacts { kind: cell("kind"), cost_center: cell("cost_center"), export: cell("export") }
        };
        let (mut payees, mut known) = (Payees::new(), Facts::default());
        for payee in posted.payees.iter().map(|own| &own.payee) {
            let on = |people: &People, day: i32| -> BTreeMap<String, String> {
                let mut cells = of_details(payee, day);
                // The payee's own columns go before those of payment_details.
                cells.extend(of_people(people, payee).into_iter().filter(|(_, cell)| !cell.is_empty()));
                cells
            };
            let now = on(&posted.people, posted.last_day);
            known.now.insert(payee.clone(), facts(&now));
            payees.insert(payee.clone(), PayeeCells(now));
            if let Some((day, people)) = &posted.before {
                known.before.insert(payee.clone(), facts(&on(people, *day)));
            }
        }
        Ok((payees, known))
    }
}

/// The format with this name, with the keys of its export; or an export with this name.
fn chosen(book: &Book, named: &str) -> Result<Chosen, Vec<Diagnostic>> {
    let own: Vec<&ExportSettings> = match ExportFormat::from_word(named) {
        Some(format) => book.exports.iter().filter(|export| export.format.value == format).collect(),
        None => book.exports.iter().filter(|export| export.name == named).collect(),
    };
    let word = match (ExportFormat::from_word(named), own.as_slice()) {
        (Some(format), [] | [_]) => format.word(),
        (None, [export]) => export.format.value.word(),
        (Some(_), [first, ..]) => {
            let names: Vec<&str> = own.iter().map(|export| export.name.as_str()).collect();
            let message = format!("several exports have the format `{named}`: {}", names.join(", "));
            let error = Diagnostic::error(Code::BadExport, message).at(first.span.clone(), "");
            return Err(vec![error.help("name the one that is meant: --format NAME")]);
        }
        (None, _) => return Err(vec![no_format(named)]),
    };
    let format = Format::from_word(word).ok_or_else(|| vec![no_format(named)])?;
    let (keys, fiscal_year_starts) = match own.first() {
        Some(export) => keys(export)?,
        None => (JournalKeys::default(), None),
    };
    Ok(Chosen { name: named.to_owned(), format, keys, fiscal_year_starts })
}

fn no_format(named: &str) -> Diagnostic {
    let words: Vec<&str> = Format::ALL.into_iter().map(Format::word).collect();
    let message = format!("there is no journal `{named}`");
    Diagnostic::error(Code::BadExport, message)
        .help(format!("formats are {}; or name an [exports.NAME] with one of them", words.join(", ")))
}

/// The keys of an export, as journals have them.
fn keys(export: &ExportSettings) -> Result<(JournalKeys, Option<u8>), Vec<Diagnostic>> {
    let wrong = |key: &str, message: String| {
        let span = export.keys.span(key).unwrap_or(&export.span);
        vec![Diagnostic::error(Code::BadExport, message).at(span.clone(), "")]
    };
    let text = |rule: &TextRule| match rule {
        TextRule::Constant(text) => KeyText::Constant(text.clone()),
        TextRule::By { by, is, otherwise } => {
            let plain =
                by.strip_prefix("payees.").or_else(|| by.strip_prefix("payment_details.")).unwrap_or(by);
            KeyText::By { by: plain.to_owned(), is: is.clone(), otherwise: otherwise.clone() }
        }
    };
    let texts = |keys: &ExportKeys| -> BTreeMap<String, KeyText> {
        let one = |(key, value): (&String, &ExportValue)| match value {
            ExportValue::Text(value) => Some((key.clone(), text(&value.value))),
            ExportValue::Whole(value) => Some((key.clone(), KeyText::Constant(value.value.to_string()))),
            ExportValue::Flag(_) | ExportValue::List(_) | ExportValue::Table(..) => None,
        };
        keys.0.iter().filter_map(one).collect()
    };
    let mut all = texts(&export.keys);
    let mut keys =
        JournalKeys { entity: all.remove("entity"), tax: all.remove("tax"), ..JournalKeys::default() };
    for (key, into) in [("reference", &mut keys.reference), ("memo", &mut keys.memo)] {
        match all.remove(key) {
            Some(KeyText::Constant(text)) => *into = text,
            Some(KeyText::By { .. }) => {
                return Err(wrong(key, format!("`{key}` of a journal can't depend on a column")));
            }
            None => {}
        }
    }
    let is_short = (1..=6).contains(&keys.reference.len());
    if !is_short || !keys.reference.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(wrong(
            "reference",
            format!("`reference` is \"{}\": at most 6 letters or digits", keys.reference),
        ));
    }
    keys.dimensions = export.keys.table("dimensions").map(texts).unwrap_or_default();
    if export.keys.0.contains_key("by_payee") {
        let words = export.keys.texts("by_payee");
        let kept = roles(&words)
            .map_err(|word| wrong("by_payee", format!("there is no role `{word}` of accounts")))?;
        keys.by_payee = Some(kept);
    }
    let starts = match all.remove("fiscal_year_starts") {
        Some(KeyText::Constant(text)) => {
            let month = text.parse::<u8>().ok().filter(|month| (1..=12).contains(month));
            let wrong =
                || wrong("fiscal_year_starts", "`fiscal_year_starts` is no month from 1 to 12".to_owned());
            Some(month.ok_or_else(wrong)?)
        }
        _ => None,
    };
    keys.texts = all;
    Ok((keys, starts))
}

/// What banks and payroll have paid: a journal for each export that was sent, on its execution date.
fn payments(
    book: &Book,
    (posted, given): (&PostedClose, Ingredients<'_>),
    (chosen, heading, payees): (&Chosen, &Heading, &Payees),
    (sent, request): (&[SentExport], &JournalRequest),
) -> Result<JournalExport, Vec<Diagnostic>> {
    if sent.is_empty() {
        let message = format!("no export of {} is marked as sent", posted.close.record.close);
        let help =
            "a payment is booked once its file was sent: `apportion sent NAME --close MONTH --by NAME`";
        return Err(vec![Diagnostic::error(Code::NotSent, message).help(help)]);
    }
    let mut all = JournalExport::default();
    for export_sent in sent {
        let movements =
            payments_of(posted, given, (&export_sent.name, export_sent.payees.iter().map(String::as_str)))?;
        // By its place in the project file, so that it is the same whatever else is sent.
        let place = book.exports.iter().position(|export| export.name == export_sent.name);
        let suffix = place.map_or_else(|| export_sent.name.clone(), |place| format!("P{}", place + 1));
        let posting_date = export_sent.execution_date;
        let created = request.created.clone();
        let own = Heading {
            posting_date,
            suffix: Some(suffix),
            fiscal_year_from: fiscal_year_from(book, chosen, posting_date),
            created: created.unwrap_or_else(|| text::by_pattern(posting_date, "YYYYMMDD") + "000000"),
            ..heading.clone()
        };
        let made = export(chosen.format, &chosen.keys, &own, payees, &movements)?;
        let named = |file: JournalFile| match file.name.strip_prefix("journal") {
            Some(rest) => {
                JournalFile { name: format!("journal-{}{rest}", export_sent.name), bytes: file.bytes }
            }
            None => file,
        };
        all.written.files.extend(made.written.files.into_iter().map(named));
        all.written.changed.extend(made.written.changed);
        all.references.extend(made.references);
        all.debits += made.debits;
        all.movements += made.movements;
        all.payees += made.payees;
    }
    Ok(all)
}

/// The first day of a posting's fiscal year.
fn fiscal_year_from(book: &Book, chosen: &Chosen, posting_date: i32) -> i32 {
    let calendar = FiscalCalendar { starts: chosen.fiscal_year_starts.unwrap_or(book.fiscal_year_starts) };
    calendar.first_day(calendar.year_of(calendar.month_of(posting_date)))
}

fn heading(book: &Book, posted: &PostedClose, chosen: &Chosen, request: &JournalRequest) -> Heading {
    let record = &posted.close.record;
    let posting_date = request.posting_date.unwrap_or(posted.last_day);
    let first = Period::parse(&record.ledger.first).unwrap_or(posted.close.period);
    Heading {
        period: record.period.clone(),
        document_date: posted.last_day,
        posting_date,
        currency: record.book.currency.clone(),
        digits: digits_of(&record.book.currency),
        memo: filled(&chosen.keys.memo, posted.last_day),
        suffix: None,
        opened_on: book.calendar().first_day(first),
        fiscal_year_from: fiscal_year_from(book, chosen, posting_date),
        created: request
            .created
            .clone()
            .unwrap_or_else(|| text::by_pattern(posting_date, "YYYYMMDD") + "000000"),
    }
}

/// What was cut, for people.
fn told(made: &JournalExport) -> Vec<Diagnostic> {
    let Some([field, before, after]) = made.written.changed.first() else { return Vec::new() };
    let count = made.written.changed.len();
    let message =
        format!("{count} texts were cut to fit: `{field}` is \"{after}\" and not \"{before}\", for example");
    let help = format!("{MANIFEST} lists all of them; ids and accounts are never cut");
    vec![Diagnostic::warning(Code::JournalDoesNotFit, message).help(help)]
}

/// manifest.json: what the folder holds, and of what.
fn manifest(
    posted: &PostedClose,
    chosen: &Chosen,
    (heading, payments): (&Heading, bool),
    made: &JournalExport,
) -> Result<Vec<u8>, Diagnostic> {
    let file = |file: &JournalFile| json!({ "file": file.name, "sha256": sha256_hex(&file.bytes), "bytes": file.bytes.len() });
    let date = |day| text::by_pattern(day, "YYYY-MM-DD");
    let changed =
        |[field, before, after]: &[String; 3]| json!({ "field": field, "before": before, "after": after });
    let manifest = json!({
        "journal": chosen.name,
        "format": chosen.format.word(),
        "payments": payments,
        "close": posted.close.record.close,
        "close_sha256": posted.close.digest,
        "period": heading.period,
        "document_date": date(heading.document_date),
        "posting_date": (!payments).then(|| date(heading.posting_date)),
        "created": heading.created,
        "journals": made.references,
        "files": made.written.files.iter().map(file).collect::<Vec<_>>(),
        "payees": made.payees,
        "movements": made.movements,
        "debits": format_scaled(made.debits, heading.digits),
        "credits": format_scaled(made.debits, heading.digits),
        "currency": heading.currency,
        "changed": made.written.changed.iter().map(changed).collect::<Vec<_>>(),
    });
    let text = serde_json::to_string_pretty(&manifest).map_err(|error| {
        Diagnostic::error(Code::CannotWrite, format!("could not make {MANIFEST}: {error}"))
    })?;
    Ok((text + "\n").into_bytes())
}

/// Writes the folder, whole. Where it has the same files already, nothing is written.
fn publish(
    store: &Arc<dyn Store>,
    folder: &Path,
    made: &JournalExport,
    manifest: &[u8],
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let earlier = store.read(&folder.join(MANIFEST)).ok();
    let is_there =
        |file: &JournalFile| store.read(&folder.join(&file.name)).is_ok_and(|bytes| bytes == file.bytes);
    if earlier.as_deref() == Some(manifest) && made.written.files.iter().all(is_there) {
        return Ok(Vec::new());
    }
    let staging = Staging::create(store, folder, is_of_a_journal).map_err(|fault| refused(folder, fault))?;
    let names = match store.names(folder) {
        Ok(names) => names,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(cannot_write(folder, &error)),
    };
    if let Some(name) = names.iter().find(|name| !name.to_str().is_some_and(is_of_a_journal)) {
        let message =
            format!("`{}` holds `{}`, which is no file of a journal", folder.display(), name.display());
        return Err(Diagnostic::error(Code::InTheWay, message)
            .help("name another folder with --out, or an empty one"));
    }
    let files = made.written.files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice()));
    for (name, bytes) in files.chain([(MANIFEST, manifest)]) {
        let written = || {
            let mut file = staging.file(name)?;
            file.write_all(bytes)?;
            file.sync()
        };
        written().map_err(|error| cannot_write(&folder.join(name), &error))?;
    }
    let published = staging.publish().map_err(|fault| refused(folder, fault))?;
    let mut warnings = Vec::new();
    if let Some((path, why)) = published.leftover {
        let message = format!("an earlier journal is left at `{}`: {why}", path.display());
        warnings.push(Diagnostic::warning(Code::Leftover, message));
    }
    if let Some(error) = published.unconfirmed {
        let message = format!("the disk did not confirm `{}`: {error}", folder.display());
        warnings.push(Diagnostic::warning(Code::Unconfirmed, message));
    }
    if earlier.is_some() {
        let message = format!("this close had another journal in `{}`, which is replaced", folder.display());
        let help = "where accounting has booked it, take that back first: not every system tells that it has a journal already";
        warnings.push(Diagnostic::warning(Code::EarlierFile, message).help(help));
    }
    Ok(warnings)
}

fn refused(folder: &Path, fault: Fault) -> Diagnostic {
    match fault {
        Fault::NoName => {
            Diagnostic::error(Code::CannotWrite, format!("`{}` is no name of a folder", folder.display()))
        }
        Fault::Busy => {
            Diagnostic::error(Code::ResultInUse, format!("another process writes `{}`", folder.display()))
                .help("wait until it is done")
        }
        Fault::ForeignLock(path) => {
            Diagnostic::error(Code::InTheWay, format!("`{}` is in the way", path.display()))
        }
        Fault::Failed { path, error } => cannot_write(&path, &error),
        Fault::SetAside { path, error } => {
            let message = format!(
                "the journal before is at `{}` now, and the new one could not take its place: {error}",
                path.display()
            );
            Diagnostic::error(Code::CannotWrite, message)
        }
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(Code::CannotWrite, format!("could not write `{}`: {error}", path.display()))
        .help("an earlier journal is as it was")
}
