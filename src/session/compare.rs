//! Two sessions side by side.

use std::path::PathBuf;
use std::sync::Arc;

use apportion_base::diagnostic::Files;
use apportion_book::Period;
use apportion_data::Tables;
use apportion_engine::diff::{self, Difference};
use apportion_engine::project::Close;

use super::Session;
use crate::Error;

/// What another session has instead of the project's own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OtherInputs {
    /// Rule files: a folder, a file or a glob.
    pub rules: Option<PathBuf>,
    /// Folder of a project whose data are taken, and whose settings of the book.
    pub data: Option<PathBuf>,
    /// Folder of another project with its own rules and data. Excludes the two fields above.
    pub project: Option<PathBuf>,
}

/// Two closes of a period, to be compared.
#[derive(Debug, Clone)]
pub struct Comparison {
    before: Close,
    after: Close,
    shares_data: bool,
    period: Period,
    files: Files,
}

impl Session {
    /// Settles a period by this session and by another one, which was made from it ([`Session::with`]). Data that both
    /// read alike are read once.
    ///
    /// # Errors
    ///
    /// As [`Session::settle`], on either side.
    pub fn diff(&self, other: &Session, period: Period) -> Result<Comparison, Error> {
        let progress = self.progress.as_ref();
        let settled = || {
            let tables = self.project.tables(progress)?;
            let other_tables = other.project.tables(progress)?;
            let last_day = |session: &Session| session.project.book().calendar().last_day(period);
            // Tables that both share are still shared when they know the end of the period.
            let shared = Arc::ptr_eq(&tables, &other_tables) && last_day(self) == last_day(other);
            let tables = Tables::at_end_of(tables, last_day(self));
            let other_tables = if shared { Arc::clone(&tables) } else { other_tables };
            progress.phase("settling as it is", None);
            let before = self.project.settle_tables(tables, period)?;
            progress.phase("settling the other", None);
            Ok((before, other.project.settle_tables(other_tables, period)?, shared))
        };
        let (before, after, shares_data) = settled().map_err(|found| other.error(found))?;
        Ok(Comparison { before, after, shares_data, period, files: other.files.clone() })
    }
}

impl Comparison {
    /// The period as it is.
    pub fn before(&self) -> &Close {
        &self.before
    }

    /// The period as the other session has it.
    pub fn after(&self) -> &Close {
        &self.after
    }

    /// Whether both sides have the same data; policies may make other tables of them.
    pub fn shares_data(&self) -> bool {
        self.shares_data
    }

    /// The texts that the rules of both sides point into.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// What differs, and why.
    ///
    /// # Errors
    ///
    /// Books in different currencies, whose amounts can't be compared.
    pub fn difference(&self) -> Result<Difference<'_>, Error> {
        Ok(diff::diff(self.before.side(), self.after.side(), self.period)?)
    }
}
