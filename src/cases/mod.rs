//! Rule cases: small worked examples that an analyst can read, inputs and expected lines in one file.
//!
//! ```toml
//! [[case]]
//! name = "three payees share a dollar"
//! why = "The cent that is left goes to the earlier payee_id."
//! period = "2026-01"
//! rules = '''
//! [[shared_credit]]
//! id = "even"
//! effective = { from = 2026-01-01 }
//! rate = "100%"
//! model = "equal"
//! '''
//! deals = '''
//! deal_id | outcome | close_date | amount
//! D1      | won     | 2026-01-15 | 1.00
//! '''
//! payees = '''
//! payee_id
//! ann
//! ben
//! cat
//! '''
//! engagements = '''
//! deal_id | payee_id | role
//! D1      | ann      | any
//! D1      | ben      | any
//! D1      | cat      | any
//! '''
//! lines = '''
//! payee_id | amount
//! ann      | 0.34
//! ben      | 0.33
//! cat      | 0.33
//! '''
//! ```
//!
//! A case is settled as a project of its own, by the same road as `run`. The expected tables name the columns they care
//! about; rows are all rows, in the contract's order.

mod actual;
mod compare;
mod project;
mod table;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

pub use compare::Mismatch;
pub use table::Table;

use crate::book::Period;
use crate::close::Closed;
use crate::diagnostic::{Diagnostic, Files, render};

/// A file of cases.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    #[serde(rename = "case")]
    pub cases: Vec<Case>,
}

/// One worked example.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    /// What the example is there to show.
    #[serde(default)]
    pub why: String,
    pub period: String,
    /// Keys of `[book]` that differ from a US-dollar book by calendar year.
    #[serde(default)]
    pub book: BTreeMap<String, toml::Value>,
    /// Keys of `[sources.…]` by table, beside `path`.
    #[serde(default)]
    pub sources: BTreeMap<String, toml::Table>,
    /// The rules under test, as in a rule file.
    pub rules: String,
    pub deals: String,
    pub payees: String,
    pub engagements: Option<String>,
    pub splits: Option<String>,
    pub quotas: Option<String>,
    pub fx_rates: Option<String>,
    /// Expected tables; one that is not there is not looked at.
    pub lines: Option<String>,
    pub uncredited: Option<String>,
    pub rejects: Option<String>,
    /// Expected control totals by rule.
    pub totals: Option<String>,
    /// Code of the error that the case is there to provoke.
    pub error: Option<String>,
}

impl CaseFile {
    /// Reads a file of cases.
    ///
    /// # Errors
    /// The file can't be read, or is not a case file.
    pub fn read(path: &Path) -> Result<Self, Diagnostic> {
        let unreadable =
            |why: String| Diagnostic::error("bad-case-file", format!("{}: {why}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
        toml::from_str(&text).map_err(|error| unreadable(error.to_string()))
    }
}

impl Case {
    /// Settles the case and holds the result against what it expects.
    ///
    /// # Errors
    /// The case itself is not in order: a table is ragged, the period is none, a folder can't be written.
    pub fn run(&self) -> Result<Vec<Mismatch>, Diagnostic> {
        let mut files = Files::default();
        match self.close(&mut files)? {
            Ok(closed) => match &self.error {
                Some(expected) => Ok(vec![Mismatch::no_error(expected)]),
                None => self.tables(&closed).map_err(|why| self.bad(&why)),
            },
            Err(errors) => {
                let expected =
                    self.error.as_ref().is_some_and(|code| errors.iter().any(|error| error.code == code));
                let text: String = errors.iter().map(|error| render(error, &files)).collect();
                Ok(if expected { Vec::new() } else { vec![Mismatch::unexpected_error(&text)] })
            }
        }
    }

    /// The lines of the case as a table of the named columns.
    ///
    /// # Errors
    /// The case is not in order, or can't be settled.
    pub fn lines(&self, columns: &[&str]) -> Result<Table, Diagnostic> {
        let mut files = Files::default();
        let closed = self.close(&mut files)?.map_err(|errors| {
            self.bad(&errors.iter().map(|error| render(error, &files)).collect::<String>())
        })?;
        let columns: Vec<String> = columns.iter().map(|&column| column.to_owned()).collect();
        actual::Actual::new(&closed).lines(&columns).map_err(|why| self.bad(&why))
    }

    fn close(&self, files: &mut Files) -> Result<Result<Closed, Vec<Diagnostic>>, Diagnostic> {
        let period = Period::parse(&self.period);
        let period = period.ok_or_else(|| self.bad(&format!("`{}` is not a period", self.period)))?;
        let project = project::Project::write(self).map_err(|error| self.bad(&error.to_string()))?;
        Ok(crate::close::close(project.folder(), period, files, &crate::data::Unwatched))
    }

    fn bad(&self, why: &str) -> Diagnostic {
        Diagnostic::error("bad-case", format!("case \"{}\": {why}", self.name))
    }

    fn tables(&self, closed: &Closed) -> Result<Vec<Mismatch>, String> {
        let actual = actual::Actual::new(closed);
        type Cells<'a> = &'a dyn Fn(&[String]) -> Result<Table, String>;
        let expected: [(&str, &Option<String>, Cells); 4] = [
            ("lines", &self.lines, &|columns| actual.lines(columns)),
            ("uncredited", &self.uncredited, &|columns| actual.uncredited(columns)),
            ("rejects", &self.rejects, &|columns| actual.rejects(columns)),
            ("totals", &self.totals, &|columns| actual.totals(columns)),
        ];
        let mut mismatches = Vec::new();
        for (name, text, cells) in expected {
            let Some(text) = text else { continue };
            let expected = Table::parse(text)?;
            let actual = cells(&expected.header)?;
            mismatches.extend(compare::tables(name, &expected, &actual));
        }
        Ok(mismatches)
    }
}
