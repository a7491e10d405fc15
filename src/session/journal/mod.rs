//! Journals of closes, by the accounts and exports of the project.

mod folder;
mod keys;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::format_scaled;
use apportion_base::store::Store;
use apportion_book::{AccountColumn, Book, FiscalCalendar, Period};
use apportion_contract::output::ledger::EXPORTS_FOLDER;
use apportion_journals::chart::Chart;
use apportion_journals::formats::JournalFile;
use apportion_journals::journal::{Heading, Payees, filled};
use apportion_journals::keys::{JournalKeys, PayeeCells, Template};
use apportion_journals::made::{Facts, Ingredients, JournalExport, export, movements_of, payments_of};
use apportion_journals::movement::PayeeFacts;
use apportion_journals::posted::{self, PostedClose};
use apportion_journals::sent::{SentExport, sent_exports};
use apportion_journals::text;
use apportion_ledger::folder::digits_of;
use apportion_ledger::people::{People, cell};

use super::Session;
use crate::Error;
use folder::{manifest, publish, told};
use keys::{Chosen, chosen};

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
            PayeeFacts { kind: None, cost_center: cell("cost_center"), export: None }
        };
        let kind = |people: &People, payee: &str| {
            let place = people.columns.iter().position(|column| column == "kind")?;
            people.rows.get(payee)?.get(place).filter(|kind| !kind.is_empty()).cloned()
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
            let of_payee = PayeeFacts { kind: kind(&posted.people, payee), ..facts(&now) };
            known.now.insert(payee.clone(), of_payee);
            payees.insert(payee.clone(), PayeeCells(now));
            if let Some((day, people)) = &posted.before {
                let of_payee = PayeeFacts { kind: kind(people, payee), ..facts(&on(people, *day)) };
                known.before.insert(payee.clone(), of_payee);
            }
        }
        Ok((payees, known))
    }
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
