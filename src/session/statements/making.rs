//! How the files of payees are made: several at a time, and those for paper by a program of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Sender, channel};

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use apportion_base::calendar::civil_from_days;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::Currency;
use apportion_documents::block;
use apportion_documents::statement::{Gatherer, Statement};

use super::folder::{Row, Writer};
use super::pdf::{Documents, Printer, Request};
use super::{StatementFormat, Statements, damaged, rendered};
use crate::session::whole_folder::cannot_write;

/// Payees whose files are made before the first of them is handed over, so that memory does not grow with their number.
const BATCH: usize = 64;

/// Threads that make files, for each thread that computes.
const THREADS_PER_CORE: usize = 2;

/// Makes the files of payees.
#[derive(Clone, Copy)]
pub(super) struct Making<'m> {
    pub statements: &'m Statements,
    pub gatherer: &'m Gatherer<'m>,
    /// By payee: the name of its files without their ending.
    pub stems: &'m BTreeMap<&'m str, String>,
    pub formats: &'m BTreeSet<StatementFormat>,
    pub writer: &'m Writer<'m>,
}

/// What was made of a payee.
struct Made {
    /// A row for each file that was written.
    written: Vec<Row>,
    /// What the program for paper gets, and the row of its file, still without a digest.
    paper: Option<(Row, Request)>,
}

impl Making<'_> {
    /// Writes the files of payees. Returns their rows of index.csv, and what is left to say.
    pub fn files_of(self, payees: &[&str]) -> Result<(Vec<Row>, Vec<Diagnostic>), Diagnostic> {
        if self.formats.contains(&StatementFormat::Pdf) {
            return self.with_paper(payees);
        }
        let made = while_the_disk_works(|| self.all(payees))?;
        Ok((made.into_iter().flat_map(|made| made.written).collect(), Vec::new()))
    }

    fn all(self, payees: &[&str]) -> Result<Vec<Made>, Diagnostic> {
        payees.par_iter().with_max_len(1).map(|payee| self.one(payee)).collect()
    }

    /// What is asked for of one payee: the statement is gathered once for all formats.
    fn one(self, payee: &str) -> Result<Made, Diagnostic> {
        let statements = self.statements;
        let statement = self.gatherer.statement(payee, statements.team).map_err(|why| damaged(&why))?;
        let document = statements.paper(&statement);
        let mut made = Made { written: Vec::with_capacity(self.formats.len()), paper: None };
        for format in self.formats {
            let name = format!("{}.{}", self.stems[payee], format.ending());
            if *format == StatementFormat::Pdf {
                let date = civil_from_days(statements.month.last_day);
                let request = Request { name: name.clone(), date, document: block::json(&document) };
                made.paper = Some((row(statements, &statement, name), request));
                continue;
            }
            let bytes = rendered(&document, *format)
                .map_err(|error| cannot_write(&self.writer.folder.join(&name), &error))?;
            let mut row = row(statements, &statement, name);
            row[SHA256] = self.writer.write(&row[FILE], &bytes)?;
            made.written.push(row);
        }
        Ok(made)
    }

    /// Documents are made and handed over by a thread of their own while files are taken, because the program makes several at a time.
    fn with_paper(self, payees: &[&str]) -> Result<(Vec<Row>, Vec<Diagnostic>), Diagnostic> {
        let (mut printer, documents) = Printer::start(&self.statements.layout)?;
        std::thread::scope(|scope| {
            let (sender, handed_over) = channel();
            let handing = scope.spawn(move || self.hand_over(payees, documents, &sender));
            let (mut rows, mut warnings) = (Vec::with_capacity(payees.len()), Vec::new());
            while let Ok(mut row) = handed_over.recv() {
                let pdf = printer.next(&row[FILE])?;
                if !pdf.missing.is_empty() {
                    warnings.push(letters_missing(&row[FILE], &pdf.missing));
                }
                row[SHA256] = self.writer.write(&row[FILE], &pdf.bytes)?;
                rows.push(row);
            }
            let written = handing.join().unwrap_or_else(|_| Err(damaged("a statement could not be made")))?;
            rows.extend(written);
            printer.end().map(|()| (rows, warnings))
        })
    }

    /// Makes everything but paper, and hands over what paper is made of. Returns the rows of the files that were written.
    fn hand_over(
        self,
        payees: &[&str],
        mut documents: Documents,
        sender: &Sender<Row>,
    ) -> Result<Vec<Row>, Diagnostic> {
        let mut written = Vec::new();
        for batch in payees.chunks(BATCH) {
            for made in self.all(batch)? {
                written.extend(made.written);
                let Some((row, request)) = made.paper else { continue };
                // A program that has ended says why on the other side.
                if sender.send(row).is_err() || documents.hand_over(&request).is_err() {
                    return Ok(written);
                }
            }
        }
        Ok(written)
    }
}

/// Makes files with more threads than there are cores: each file waits until the disk has it.
fn while_the_disk_works<T: Send>(make: impl FnOnce() -> T + Send) -> T {
    let threads = rayon::current_num_threads().saturating_mul(THREADS_PER_CORE);
    match ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(make),
        // The system gives no more threads: those that are there make them as well.
        Err(_) => make(),
    }
}

/// The places of a row of index.csv.
pub(super) const FILE: usize = 2;
const SHA256: usize = 3;

/// The row of a file in index.csv, still without its digest.
fn row(statements: &Statements, statement: &Statement, name: String) -> Row {
    let paid = statement.balance.as_ref().map(|balance| {
        let currency = Currency::from_code(&balance.paid_currency).unwrap_or(statements.month.currency);
        (balance.payment.paid_amount.text(currency.digits()), currency.code().to_owned())
    });
    let (paid_amount, paid_currency) = paid.unwrap_or_default();
    let (payee, email) = (statement.payee_id.clone(), statement.email.clone());
    [payee, email, name, String::new(), paid_amount, paid_currency]
}

pub(super) fn letters_missing(name: &str, letters: &str) -> Diagnostic {
    let message = format!("`{name}` has question marks in place of letters that no font has: {letters}");
    Diagnostic::warning(Code::LettersMissing, message)
        .help("name a font that has them: `fonts = [\"fonts/…\"]` in [statements] of apportion.toml")
}
