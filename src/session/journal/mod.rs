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
use apportion_contract::output::ledger::{EXPORTS_FOLDER, MANIFEST};
use apportion_data::{PaymentDetails, payment_details};
use apportion_journals::chart::Chart;
use apportion_journals::formats::JournalFile;
use apportion_journals::journal::{Heading, Payees, filled};
use apportion_journals::keys::{JournalKeys, PayeeCells, Template};
use apportion_journals::made::{Facts, Ingredients, JournalExport, export, movements_of, payments_of};
use apportion_journals::movement::PayeeFacts;
use apportion_journals::posted::{self, PostedClose};
use apportion_journals::text;
use apportion_ledger::folder::digits_of;
use apportion_ledger::ledger::{Close, Ledger};
use apportion_ledger::people::People as PostedPeople;
use apportion_payments::export::pays;
use apportion_payments::folder::StoredExport;
use apportion_payments::people::{People, cells, matching};

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
        let found = |error: Error| error.diagnostics().to_vec();
        let ledger = self.ledger(store).map_err(found)?;
        let mut chosen = chosen(book, &request.format)?;
        chosen.keys.template = self.template(&chosen.keys).map_err(one)?;
        let posted = posted::read(&ledger, request.period, book.calendar()).map_err(one)?;
        let chart = match &book.accounts {
            Some(accounts) => Chart::load(self.world.as_ref(), &book.root, accounts)?,
            None => Chart::default(),
        };
        let (payees, facts) = self.payees_and_facts(&ledger, &chart, &posted)?;
        let given = Ingredients { chart: &chart, accounts: book.accounts.as_ref(), facts: &facts };
        let heading = heading(book, &posted, &chosen, request);
        let exports = ledger.folder().join(EXPORTS_FOLDER).join(&posted.close.record.close);
        let made = if request.payments {
            let stored = self.stored_exports(store, &posted.close.record.close).map_err(found)?;
            payments(book, (&posted, given), (&chosen, &heading, &payees), (&stored, request))?
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
    fn payees_and_facts(
        &self,
        ledger: &Ledger,
        chart: &Chart,
        posted: &PostedClose,
    ) -> Result<(Payees, Facts), Vec<Diagnostic>> {
        let details = payment_details(&self.world, self.book())?;
        let (payees, now) =
            self.on(ledger, chart, (&posted.close, posted.last_day), (posted, &posted.people, &details))?;
        let mut facts = Facts { now, ..Facts::default() };
        if let Some(before) = &posted.before {
            let of_close = (&before.close, before.last_day);
            (_, facts.before) = self.on(ledger, chart, of_close, (posted, &before.people, &details))?;
        }
        Ok((payees, facts))
    }

    /// What is known of the payees of a close on the last day of this or of another one.
    fn on(
        &self,
        ledger: &Ledger,
        chart: &Chart,
        (close, day): (&Close, i32),
        (posted, of_close, details): (&PostedClose, &PostedPeople, &PaymentDetails),
    ) -> Result<(Payees, BTreeMap<String, PayeeFacts>), Vec<Diagnostic>> {
        let people =
            self.people_of_close(ledger, close, day).map_err(|error| error.diagnostics().to_vec())?;
        let ids: Vec<&str> = posted.payees.iter().map(|payee| payee.payee.as_str()).collect();
        let exports = match chart.goes_by(AccountColumn::Export) {
            true => paid_by(self.book(), (&people, details), (&ids, day))?,
            false => BTreeMap::new(),
        };
        let place = of_close.columns.iter().position(|column| column == "kind");
        let (mut payees, mut facts) = (Payees::new(), BTreeMap::new());
        for id in ids {
            let mut known = details.on(id, day).map(|row| cells(&details.frame, row)).unwrap_or_default();
            let kind =
                place.and_then(|place| of_close.rows.get(id)?.get(place)).filter(|kind| !kind.is_empty());
            let export = exports.get(id).map(|export| (*export).to_owned());
            let cost_center = known.get("cost_center").cloned();
            facts.insert(
                id.to_owned(),
                PayeeFacts { kind: kind.cloned(), cost_center, export: export.clone() },
            );
            // The payee's own columns go before those of payment_details.
            known.extend(people.cells(id));
            known.extend(export.map(|export| ("export".to_owned(), export)));
            payees.insert(id.to_owned(), PayeeCells(known));
        }
        Ok((payees, facts))
    }
}

/// By payee: the export that pays it.
fn paid_by<'b>(
    book: &'b Book,
    (people, details): (&People, &PaymentDetails),
    (payees, day): (&[&str], i32),
) -> Result<BTreeMap<String, &'b str>, Vec<Diagnostic>> {
    let mut found: BTreeMap<String, &str> = BTreeMap::new();
    for export in book.exports.iter().filter(|export| pays(export)) {
        let members = match &export.payees {
            Some(condition) => matching(condition, (people, details), (payees, day))?,
            None => vec![true; payees.len()],
        };
        for (payee, _) in payees.iter().zip(members).filter(|(_, is_member)| *is_member) {
            if let Some(other) = found.insert((*payee).to_owned(), &export.name) {
                let message = format!("payee `{payee}` is in the exports `{other}` and `{}`", export.name);
                let help = "let their `payees` exclude each other: accounts go by the export that pays";
                return Err(vec![Diagnostic::error(Code::TwoExports, message).help(help)]);
            }
        }
    }
    Ok(found)
}

/// What banks and payroll have paid: a journal for each export that was sent, on its execution date.
fn payments(
    book: &Book,
    (posted, given): (&PostedClose, Ingredients<'_>),
    (chosen, heading, payees): (&Chosen, &Heading, &Payees),
    (stored, request): (&[StoredExport], &JournalRequest),
) -> Result<JournalExport, Vec<Diagnostic>> {
    let sent: Vec<&StoredExport> =
        stored.iter().filter(|export| export.manifest.pays && export.sent.sent().is_some()).collect();
    if sent.is_empty() {
        let message = format!("no export of {} is marked as sent", posted.close.record.close);
        let help =
            "a payment is booked once its file was sent: `apportion sent NAME --close MONTH --by NAME`";
        return Err(vec![Diagnostic::error(Code::NotSent, message).help(help)]);
    }
    let mut all = JournalExport::default();
    for StoredExport { name, path, manifest, .. } in sent {
        let payees_of = manifest.payments.iter().map(|payment| payment.payee_id.as_str());
        let movements = payments_of(posted, given, (&manifest.export, payees_of))?;
        // By its place in the project file, so that it is the same whatever else is sent.
        let place = book.exports.iter().position(|export| export.name == manifest.export);
        let place = place.map_or_else(|| manifest.export.clone(), |place| format!("P{}", place + 1));
        let rest = name.strip_prefix(&manifest.export).unwrap_or_default();
        let Some(posting_date) = text::iso_day(&manifest.execution_date) else {
            let message = format!("`{}` has no execution date", path.join(MANIFEST).display());
            return Err(vec![Diagnostic::error(Code::UnreadableLedger, message)]);
        };
        let created = request.created.clone();
        let own = Heading {
            posting_date,
            suffix: Some(format!("{place}{rest}")),
            fiscal_year_from: fiscal_year_from(book, chosen, posting_date),
            created: created.unwrap_or_else(|| text::by_pattern(posting_date, "YYYYMMDD") + "000000"),
            ..heading.clone()
        };
        let made = export(chosen.format, &chosen.keys, &own, payees, &movements)?;
        let named = |file: JournalFile| match file.name.strip_prefix("journal") {
            Some(rest) => JournalFile { name: format!("journal-{name}{rest}"), bytes: file.bytes },
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
