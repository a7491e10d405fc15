//! The folder of a forecast: there as a whole or not at all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::{Fault, Kind, PublishReport, Staging, Store};

use super::super::statements::is_inside_of_another;
use super::PlanForecast;
use super::files::{ALL, ATTAINMENT, BUDGET, COSTS, OPPORTUNITIES, REVENUE};
use crate::Error;

/// What was written.
#[derive(Debug)]
pub struct WrittenForecast {
    /// The folder.
    pub folder: PathBuf,
    /// What is left to say.
    pub warnings: Vec<Diagnostic>,
}

impl PlanForecast {
    /// Writes the files into a folder, in the place of an earlier forecast: all of them or none.
    ///
    /// # Errors
    /// `not-a-forecast` where the folder holds something else; what the system says.
    pub fn write(&self, store: &Arc<dyn Store>, folder: &Path) -> Result<WrittenForecast, Error> {
        Ok(self.write_to(store, folder)?)
    }

    fn write_to(&self, store: &Arc<dyn Store>, folder: &Path) -> Result<WrittenForecast, Diagnostic> {
        check_target(store.as_ref(), folder)?;
        let files = self.files().map_err(|error| cannot_write(folder, &error))?;
        let staging = Staging::create(store, folder, is_ours).map_err(|fault| refused(folder, fault))?;
        for (name, bytes) in &files {
            let written = || {
                let mut file = staging.file(name)?;
                file.write_all(bytes)?;
                file.sync()
            };
            written().map_err(|error| cannot_write(&folder.join(name), &error))?;
        }
        let report = staging.publish().map_err(|fault| refused(folder, fault))?;
        Ok(WrittenForecast { folder: folder.to_owned(), warnings: warnings(folder, report) })
    }
}

/// Names that a folder of a forecast may hold.
fn is_ours(name: &str) -> bool {
    [COSTS, ATTAINMENT, OPPORTUNITIES, BUDGET, REVENUE, ALL].contains(&name)
}

/// Whether a forecast may be written to a folder.
fn check_target(store: &dyn Store, folder: &Path) -> Result<(), Diagnostic> {
    let failed = |error: io::Error| cannot_write(folder, &error);
    if folder.file_name().is_none() {
        return Err(foreign(folder, "it has no name"));
    }
    if is_inside_of_another(store, folder) {
        return Err(foreign(folder, "it would be in the folder of a result or of a close"));
    }
    match store.look(folder).map_err(failed)? {
        None => return Ok(()),
        Some(found) if found.kind != Kind::Folder => return Err(foreign(folder, "it is not a folder")),
        Some(_) => {}
    }
    let names = store.names(folder).map_err(failed)?;
    let names: Vec<String> = names.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if let Some(name) = names.iter().find(|name| !is_ours(name)) {
        return Err(foreign(folder, &format!("it holds `{name}`, which is no part of one")));
    }
    // A result has an attainment.csv as well.
    if !names.is_empty() && !names.iter().any(|name| name == ALL) {
        return Err(foreign(folder, &format!("it has no `{ALL}`")));
    }
    Ok(())
}

fn warnings(folder: &Path, report: PublishReport) -> Vec<Diagnostic> {
    let unconfirmed = report.unconfirmed.map(|error| {
        let message = format!("`{}` is there, and the disk did not confirm it: {error}", folder.display());
        Diagnostic::warning(Code::Unconfirmed, message).help("look at the disk; a forecast can be made again")
    });
    let leftover = report.leftover.map(|(path, why)| {
        let message = format!("an earlier forecast could not be removed: {why}");
        let help = format!("it is now in `{}`; remove it by hand", path.display());
        Diagnostic::warning(Code::Leftover, message).help(help)
    });
    unconfirmed.into_iter().chain(leftover).collect()
}

fn foreign(folder: &Path, why: &str) -> Diagnostic {
    let message = format!("no forecast can be written to `{}`: {why}", folder.display());
    Diagnostic::error(Code::NotAForecast, message)
        .help("write to another folder with `--out`, or move what is there")
}

fn cannot_write(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::CannotWrite, format!("could not write `{}`: {error}", path.display()))
        .help("nothing was replaced; check free space and permissions, or write elsewhere with `--out`")
}

fn refused(folder: &Path, fault: Fault) -> Diagnostic {
    match fault {
        Fault::NoName => foreign(folder, "it has no name"),
        Fault::Busy => Diagnostic::error(
            Code::ResultInUse,
            format!("another process is writing to `{}` at this moment", folder.display()),
        )
        .help("wait until it has finished, or write elsewhere with `--out`"),
        Fault::ForeignLock(path) => {
            let message = format!("`{}` is not a file, and a lock has this name", path.display());
            Diagnostic::error(Code::CannotWrite, message).help("move what is there")
        }
        Fault::Failed { path, error } => cannot_write(&path, &error),
        Fault::SetAside { path, error } => {
            let message = format!(
                "neither the new forecast nor the earlier one could be named `{}`: {error}",
                folder.display()
            );
            Diagnostic::error(Code::CannotWrite, message).help(format!(
                "the earlier one is whole, in `{}`; the next command puts it back",
                path.display()
            ))
        }
    }
}
