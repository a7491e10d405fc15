//! Statements of a close, of a draft or of a result: what they are made of, and how they are written.

mod folder;
mod logo;
mod making;
mod pdf;
mod source;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use apportion_base::calendar::civil_from_days;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::Store;
use apportion_book::Period;
use apportion_documents::block::{self, Document, Picture};
use apportion_documents::language::Language;
use apportion_documents::statement::{
    CSV_HEADER, Gatherer, Known, Letterhead, Month, MonthKind, Statement, document, finance_workbook,
};
use apportion_rules::AccessWord;

use super::Session;
use crate::Error;
use source::Source;

pub use folder::WrittenStatements;

/// What statements are made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementSource {
    /// The close of a month.
    Close(Period),
    /// The draft of the next close.
    Draft,
    /// The result of a run, which knows what is earned alone.
    Result(PathBuf),
}

/// Which statements are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementRequest {
    /// What they are made from.
    pub source: StatementSource,
    /// By `payee_id`; empty for everybody of whom the month says something.
    pub payees: Vec<String>,
    /// A `payee_id`: of these only the statements that this payee may see, by the `[[access]]` rules as of the last day of the month.
    pub viewer: Option<String>,
    /// Whether the statements of employees who manage others have a table of those below them.
    pub team: bool,
}

/// A way of writing statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StatementFormat {
    /// A page.
    Html,
    /// A workbook.
    Xlsx,
    /// A table for machines.
    Csv,
    /// Markdown.
    Markdown,
    /// Text.
    Text,
    /// A PDF: `apportion-pdf` makes it.
    Pdf,
}

impl StatementFormat {
    /// The ending of its files.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Markdown => "md",
            Self::Text => "txt",
            Self::Pdf => "pdf",
        }
    }
}

/// Statements that are ready to be written.
#[derive(Debug)]
pub struct Statements {
    month: Month,
    known: Known,
    head: Letterhead,
    language: Language,
    /// Whose they are, in order; `None` for everybody.
    asked: Option<BTreeSet<String>>,
    team: bool,
    /// SHA-256 of close.json, draft.json or run.json.
    digest: String,
    /// The folder where they are written, unless somebody says otherwise.
    folder: PathBuf,
    /// What PDF files are laid out with.
    layout: pdf::Layout,
    /// Why titles, customers and languages are missing, where they are.
    not_kept: Option<String>,
}

impl Session {
    /// Reads what statements are made of: the files of a close, and the project as the close rested on it.
    ///
    /// # Errors
    ///
    /// `month-not-open` where the month is not closed, `no-draft`, `draft-outdated`, `not-a-result`, `no-such-payee`, and files that
    /// can't be read or are not what was written. `no-such-payee` too for a statement that the viewer may not see.
    pub fn statements(
        &self,
        store: &Arc<dyn Store>,
        request: &StatementRequest,
    ) -> Result<Statements, Error> {
        let Source { month, digest, folder, project } = self.statement_source(store, request)?;
        let settings = &self.book().statements;
        let language = Language::from_code(settings.language.word()).unwrap_or_default();
        let seen = match &request.viewer {
            Some(viewer) => Some(seen_statements(project.as_ref().map_err(Clone::clone)?, viewer, &month)?),
            None => None,
        };
        let (known, not_kept) = match project {
            Ok(session) => (session.known(month.last_day, language)?, None),
            Err(error) => {
                let why = error.diagnostics().first().map(|found| found.message.clone());
                (Known::nothing(language), why)
            }
        };
        let head = Letterhead {
            book: self.book().name.clone(),
            sender: settings.sender.clone(),
            note: settings.note.clone(),
            logo: self.logo()?,
        };
        let layout = self.layout();
        let asked = (!request.payees.is_empty()).then(|| request.payees.iter().cloned().collect());
        let team = request.team;
        let statements =
            Statements { month, known, head, language, asked, team, digest, folder, layout, not_kept };
        statements.check_payees().map_err(|found| self.error(vec![found]))?;
        match seen {
            Some(seen) => statements.only(&seen, request).map_err(|found| self.error(vec![found])),
            None => Ok(statements),
        }
    }

    /// The picture of `[statements]`.
    ///
    /// # Errors
    /// One that can't be read, or is none.
    pub fn logo(&self) -> Result<Option<Picture>, Error> {
        let path = self.book().statements.logo.as_ref();
        let read = path.map(|path| logo::read(self.world.as_ref(), self.book(), path));
        read.transpose().map_err(|found| self.error(vec![found]))
    }

    /// A document on paper, dated with a day (since 1970-01-01): the bytes of a PDF, and a warning where a letter is missing.
    ///
    /// # Errors
    /// `no-pdf-program`, and what the program says.
    pub fn on_paper(
        &self,
        document: &Document,
        (name, day): (&str, i32),
    ) -> Result<(Vec<u8>, Option<Diagnostic>), Error> {
        let date = civil_from_days(day);
        let request = pdf::Request { name: name.to_owned(), date, document: block::json(document) };
        let made = pdf::one(&self.layout(), &request).map_err(|found| self.error(vec![found]))?;
        let missing = (!made.missing.is_empty()).then(|| making::letters_missing(name, &made.missing));
        Ok((made.bytes, missing))
    }

    /// What PDF files are laid out with.
    fn layout(&self) -> pdf::Layout {
        let settings = &self.book().statements;
        let below = |path: &String| self.book().root.join(path);
        pdf::Layout {
            template: settings.template.as_ref().map(below),
            fonts: settings.fonts.iter().map(below).collect(),
            logo: settings.logo.as_ref().map(below),
        }
    }

    /// What the rules and the data of a project say of titles, customers and payees.
    fn known(&self, last_day: i32, language: Language) -> Result<Known, Error> {
        self.progress.phase("reading the data", None);
        let mut columns = self.project.used().clone();
        for (table, more) in Known::columns(self.project.sources().catalogue()) {
            columns.entry(table).or_default().extend(more);
        }
        let tables = self.project.sources().load(&columns, self.progress.as_ref());
        let tables = tables.map_err(|found| self.error(found))?;
        Ok(Known::new(self.project.rules(), &Arc::new(tables), last_day, language))
    }
}

impl Statements {
    /// What they are made from.
    pub fn kind(&self) -> MonthKind {
        self.month.kind
    }

    /// The name of the close, or the period of the result.
    pub fn name(&self) -> &str {
        &self.month.name
    }

    /// The code of the book's currency.
    pub fn currency(&self) -> &'static str {
        self.month.currency.code()
    }

    /// The folder where they are written, unless somebody says otherwise.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }

    /// Why titles, customers and languages are missing, where they are.
    pub fn not_kept(&self) -> Option<&str> {
        self.not_kept.as_deref()
    }

    /// The statement of a payee as a document, from which every format is made.
    ///
    /// # Errors
    /// Lines that are not those that were written.
    pub fn document(&self, payee: &str) -> Result<Document, Error> {
        let gatherer = Gatherer::new(&self.month, &self.known);
        let statement = gatherer.statement(payee, self.team).map_err(|why| Error::from(damaged(&why)))?;
        Ok(self.paper(&statement))
    }

    fn paper(&self, statement: &Statement) -> Document {
        document(statement, &self.month, &self.known, &self.head)
    }

    /// Everybody who could have a statement, and those who get one.
    fn payees<'s>(&'s self, gatherer: &'s Gatherer<'_>) -> (BTreeSet<&'s str>, BTreeSet<&'s str>) {
        let mut all = gatherer.payees();
        if self.team {
            all.extend(self.known.managers());
        }
        match &self.asked {
            None => (all.clone(), all),
            Some(asked) => {
                let asked: BTreeSet<&str> = asked.iter().map(String::as_str).collect();
                (all.union(&asked).copied().collect(), asked)
            }
        }
    }

    /// Of those that were asked for the ones that are seen; of everybody's those of which the month says something.
    fn only(mut self, seen: &BTreeSet<String>, request: &StatementRequest) -> Result<Self, Diagnostic> {
        let viewer = request.viewer.as_deref().unwrap_or_default();
        if let Some(unseen) = self.asked.iter().flatten().find(|payee| !seen.contains(*payee)) {
            let message = format!("there is no payee `{unseen}` whose statement `{viewer}` may see");
            return Err(Diagnostic::error(Code::NoSuchPayee, message)
                .help(format!("`apportion access {viewer}` lists whom they see, and by which rule")));
        }
        if self.asked.is_none() {
            let gatherer = Gatherer::new(&self.month, &self.known);
            let with_something = gatherer.payees();
            let is_asked =
                |payee: &&String| payee.as_str() == viewer || with_something.contains(payee.as_str());
            self.asked = Some(seen.iter().filter(is_asked).cloned().collect());
        }
        Ok(self)
    }

    fn check_payees(&self) -> Result<(), Diagnostic> {
        let Some(asked) = &self.asked else { return Ok(()) };
        let gatherer = Gatherer::new(&self.month, &self.known);
        let all = gatherer.payees();
        let unknown =
            asked.iter().find(|payee| !all.contains(payee.as_str()) && !self.known.has_payee(payee));
        match unknown {
            None => Ok(()),
            Some(payee) => {
                let near = apportion_base::diagnostic::nearest(payee, all.iter().copied());
                let help = near.map_or_else(
                    || "ids are compared as they are written, capitals included".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!("{} knows no payee `{payee}`", self.month.name);
                Err(Diagnostic::error(Code::NoSuchPayee, message).help(help))
            }
        }
    }

    /// All of the month as one workbook.
    fn workbook(&self, gatherer: &Gatherer<'_>) -> std::io::Result<Vec<u8>> {
        finance_workbook(gatherer, (&self.month, &self.known), &self.head, self.language)
    }
}

/// Whose statements of a month a payee may see: its own, and those that rules of access let it see.
fn seen_statements(session: &Session, viewer: &str, month: &Month) -> Result<BTreeSet<String>, Error> {
    let access = session.access(viewer, Some(month.last_day))?;
    let of_statements =
        access.grants.into_iter().filter(|grant| grant.what.contains(&AccessWord::Statements));
    let others = of_statements.flat_map(|grant| grant.payee_ids);
    Ok(others.chain([viewer.to_owned()]).collect())
}

/// A document in a format.
fn rendered(document: &Document, format: StatementFormat) -> std::io::Result<Vec<u8>> {
    Ok(match format {
        StatementFormat::Html => block::html(document).into_bytes(),
        StatementFormat::Xlsx => block::workbook(document)?,
        StatementFormat::Csv => block::csv(document, &CSV_HEADER)?,
        StatementFormat::Markdown => block::markdown(document).into_bytes(),
        StatementFormat::Text => block::text(document).into_bytes(),
        StatementFormat::Pdf => return Err(std::io::Error::other("the program for PDF files makes them")),
    })
}

fn damaged(why: &str) -> Diagnostic {
    Diagnostic::error(Code::UnreadableLedger, format!("the lines can't be used: {why}"))
        .help("`apportion verify` says what is wrong")
}
