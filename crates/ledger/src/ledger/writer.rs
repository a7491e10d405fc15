//! A folder of the ledger that is being written: there as a whole or not at all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cannot_write;
use crate::folder::FileRecord;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::{Fault, PublishReport, Staging, Store};
use apportion_contract::output::ledger::is_of_a_close;
use apportion_results::{OutputDigest, Sink};

/// A folder of the ledger that is being written.
pub struct FolderWriter {
    /// Where the files are until all of them are there.
    staging: Staging,
    target: PathBuf,
}

impl FolderWriter {
    pub(super) fn create(store: &Arc<dyn Store>, target: &Path) -> Result<Self, Diagnostic> {
        let staging =
            Staging::create(store, target, is_of_a_close).map_err(|fault| refused(target, fault))?;
        Ok(Self { staging, target: target.to_owned() })
    }

    /// Writes one file.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(
        &self,
        name: &str,
        fill: impl FnOnce(&mut Sink) -> io::Result<()>,
    ) -> Result<FileRecord, Diagnostic> {
        let digest = self.write_as(name, "", fill)?;
        Ok(FileRecord { file: name.to_owned(), sha256: digest.sha256, bytes: digest.bytes })
    }

    /// Writes one file with this text.
    ///
    /// # Errors
    /// What the system says.
    pub fn write_text(&self, name: &str, text: &str) -> Result<FileRecord, Diagnostic> {
        self.write(name, |out| out.write_all(text.as_bytes()))
    }

    /// Writes one file whose name is known beforehand.
    ///
    /// # Errors
    /// What the system says.
    pub fn write_as(
        &self,
        name: &str,
        known: &'static str,
        fill: impl FnOnce(&mut Sink) -> io::Result<()>,
    ) -> Result<OutputDigest, Diagnostic> {
        let written = || {
            let mut sink = Sink::new(self.staging.file(name)?);
            fill(&mut sink)?;
            sink.finish(known)
        };
        written().map_err(|error| cannot_write(&self.target.join(name), &error))
    }

    /// Puts the folder in its place.
    ///
    /// # Errors
    /// What the system says.
    pub fn publish(self) -> Result<Option<Diagnostic>, Diagnostic> {
        let Self { staging, target } = self;
        let PublishReport { leftover, unconfirmed } =
            staging.publish().map_err(|fault| refused(&target, fault))?;
        if let Some(error) = unconfirmed {
            let message =
                format!("`{}` is there, and the disk did not confirm it: {error}", target.display());
            return Ok(Some(
                Diagnostic::warning(Code::Unconfirmed, message)
                    .help("look at the disk, and at the ledger after a crash of the machine"),
            ));
        }
        Ok(leftover.map(|(path, why)| {
            let message = format!("an earlier draft could not be removed: {why}");
            Diagnostic::warning(Code::Leftover, message)
                .help(format!("it is now in `{}`; remove it by hand", path.display()))
        }))
    }
}

fn refused(target: &Path, fault: Fault) -> Diagnostic {
    match fault {
        Fault::NoName => Diagnostic::error(Code::CannotWrite, "the ledger's folder has no name"),
        Fault::Busy => {
            Diagnostic::error(Code::LedgerInUse, format!("another process writes `{}`", target.display()))
                .help("wait until it is done")
        }
        Fault::ForeignLock(path) => Diagnostic::error(
            Code::CannotWrite,
            format!("`{}` is not a file, and a lock of the ledger has this name", path.display()),
        )
        .help("move what is there"),
        Fault::Failed { path, error } => cannot_write(&path, &error),
        Fault::SetAside { path, error } => Diagnostic::error(
            Code::CannotWrite,
            format!(
                "neither the new draft nor the earlier one could be named `{}`: {error}",
                target.display()
            ),
        )
        .help(format!("the earlier draft is whole, in `{}`; the next close puts it back", path.display())),
    }
}
