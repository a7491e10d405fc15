//! A settled period of a project, and the tables that explanations need.

use std::sync::Arc;

use crate::diff::Side;
use crate::settle::PeriodView;
use apportion_base::digest::FileDigest;
use apportion_book::{Book, Period};
use apportion_channel::Governance;
use apportion_data::{Origins, Tables};
use apportion_rules::RuleBook;

/// A period, closed: the settlement and everything it rests on.
#[derive(Debug, Clone)]
pub struct Close {
    /// What the project file says.
    pub book: Arc<Book>,
    /// The rules, by which lines name them.
    pub rules: Arc<RuleBook>,
    /// The texts that decided the amounts: the project file, the rule files, and the last close of a ledger where lines that it had
    /// posted were taken back.
    pub rule_files: Vec<FileDigest>,
    /// Without the rows of the engagements where the close gave them up ([`super::Project::into_close`]).
    pub tables: Arc<Tables>,
    /// The period, as a view of the fiscal year that was settled: lines, totals, and deals without credit.
    pub settlement: PeriodView,
    /// The period that was closed.
    pub period: Period,
    /// What the policies of the channel found; `None` where the project has neither policies nor tables of the channel.
    pub governance: Option<Arc<Governance>>,
}

impl Close {
    /// As a side of a comparison.
    pub fn side(&self) -> Side<'_> {
        Side { book: &self.book, tables: &self.tables, rules: &self.rules, settlement: &self.settlement }
    }
}

/// Everything that an explanation needs: the tables before settlement, and the place of every row in its file.
#[derive(Debug, Clone)]
pub struct TracedProject {
    /// What the project file says.
    pub book: Arc<Book>,
    /// The rules, by which lines name them.
    pub rules: Arc<RuleBook>,
    /// The texts that decide the amounts: the project file and the rule files.
    pub rule_files: Vec<FileDigest>,
    /// The data.
    pub tables: Arc<Tables>,
    /// Where each row of the tables is in its file.
    pub origins: Arc<Origins>,
    /// What the policies of the channel found, once the tables are prepared ([`Project::prepared`](super::Project::prepared)).
    pub governance: Option<Arc<Governance>>,
}
