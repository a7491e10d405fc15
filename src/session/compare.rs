//! Two sessions side by side.

use std::path::PathBuf;
use std::sync::Arc;

use apportion_base::diagnostic::Files;
use apportion_book::Period;
use apportion_engine::diff::Difference;
use apportion_engine::project::{Close, Compared};
use apportion_engine::settle::Room;

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

/// Two closes of a period that were compared.
#[derive(Debug, Clone)]
pub struct Comparison {
    compared: Compared,
    files: Files,
}

impl Session {
    /// Settles a period by this session and by another one, which was made from it ([`Session::with`]), and compares them. Data that both
    /// read alike are read once. Where rules differ and nothing else does, lines of some payees are made, compared and given up before the
    /// next ones are, unless rules pay on the credit of others, take lines back or pay for milestones.
    ///
    /// # Errors
    ///
    /// As [`Session::settle`], on either side; and books in different currencies, whose amounts can't be compared.
    pub fn diff(&self, other: &Session, period: Period) -> Result<Comparison, Error> {
        let progress = self.progress.as_ref();
        let compared = self.project.compare(&other.project, period, &Room::unlimited(), progress);
        let compared = compared.map_err(|found| other.error(found))?;
        Ok(Comparison { compared, files: other.files.clone() })
    }

    /// Settles a period by this session and by another one, all of both. Data that both read alike are read once.
    ///
    /// # Errors
    ///
    /// As [`Session::settle`], on either side.
    pub fn settle_both(&self, other: &Session, period: Period) -> Result<[Close; 2], Error> {
        let both = self.project.settle_both(&other.project, period, self.progress.as_ref());
        both.map_err(|found| other.error(found))
    }
}

impl Comparison {
    /// The period as it is, without lines where they were never together ([`Session::settle_both`]).
    pub fn before(&self) -> &Close {
        &self.compared.sides[0]
    }

    /// The period as the other session has it, likewise.
    pub fn after(&self) -> &Close {
        &self.compared.sides[1]
    }

    /// Whether both sides have the same data; policies may make other tables of them.
    pub fn shares_data(&self) -> bool {
        self.compared.shares_data
    }

    /// The texts that the rules of both sides point into.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// What differs, and why.
    pub fn difference(&self) -> Difference<'_> {
        let findings = Arc::clone(&self.compared.findings);
        Difference::new(self.before().side(), self.after().side(), findings)
    }
}
