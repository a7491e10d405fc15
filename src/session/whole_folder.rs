//! A folder that a command writes as a whole, in the place of an earlier one of its kind: what may not be replaced, and what is said where it
//! can't be written.

use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::{Fault, Kind, PublishReport, Staging, Store};
use apportion_contract::{RUN, output};

/// A kind of such folders.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WholeFolder {
    /// What it is called in sentences.
    pub name: Name,
    /// What a name is not that it may not hold: `no statement`.
    pub other: &'static str,
    /// The error where something else is in the way.
    pub foreign: Code,
    /// The names that it may hold.
    pub is_ours: fn(&str) -> bool,
}

/// What a kind of folders is called.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Name {
    /// It is one thing: a forecast.
    One(&'static str),
    /// It has several: statements.
    Several(&'static str),
}

impl Name {
    fn word(self) -> &'static str {
        match self {
            Self::One(word) | Self::Several(word) => word,
        }
    }

    /// The words for one, or for several.
    fn pick(self, one: &'static str, several: &'static str) -> &'static str {
        match self {
            Self::One(_) => one,
            Self::Several(_) => several,
        }
    }

    /// `a forecast`, `statements`.
    fn some(self) -> String {
        format!("{}{}", self.pick("a ", ""), self.word())
    }
}

impl WholeFolder {
    /// The names in the folder that is there, if there is one: all of them are of its kind.
    ///
    /// # Errors
    /// Something else is in the way, or the folder would be in that of a result or of a close.
    pub fn earlier(&self, store: &dyn Store, folder: &Path) -> Result<Vec<String>, Diagnostic> {
        let failed = |error: io::Error| cannot_write(folder, &error);
        if folder.file_name().is_none() {
            return Err(self.foreign(folder, "it has no name"));
        }
        if is_inside_of_another(store, folder) {
            return Err(self.foreign(folder, "it would be in the folder of a result or of a close"));
        }
        match store.look(folder).map_err(failed)? {
            None => return Ok(Vec::new()),
            Some(found) if found.kind != Kind::Folder => {
                return Err(self.foreign(folder, "it is not a folder"));
            }
            Some(_) => {}
        }
        let names = store.names(folder).map_err(failed)?;
        let names: Vec<String> = names.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        match names.iter().find(|name| !(self.is_ours)(name)) {
            Some(name) => Err(self.foreign(folder, &format!("it holds `{name}`, which is {}", self.other))),
            None => Ok(names),
        }
    }

    /// Begins to write the folder.
    ///
    /// # Errors
    /// Another process writes it, and what the system says.
    pub fn begin(&self, store: &Arc<dyn Store>, folder: &Path) -> Result<Staging, Diagnostic> {
        Staging::create(store, folder, self.is_ours).map_err(|fault| self.refused(folder, fault))
    }

    /// Puts what was written in its place. Returns what is left to say.
    ///
    /// # Errors
    /// What the system says.
    pub fn publish(&self, staging: Staging, folder: &Path) -> Result<Vec<Diagnostic>, Diagnostic> {
        let report = staging.publish().map_err(|fault| self.refused(folder, fault))?;
        Ok(self.warnings(folder, report))
    }

    /// That something is in the way.
    pub fn foreign(&self, folder: &Path, why: &str) -> Diagnostic {
        let message = format!("no {} can be written to `{}`: {why}", self.name.word(), folder.display());
        Diagnostic::error(self.foreign, message)
            .help("write to another folder with `--out`, or move what is there")
    }

    fn warnings(&self, folder: &Path, report: PublishReport) -> Vec<Diagnostic> {
        let unconfirmed = report.unconfirmed.map(|error| {
            let message =
                format!("`{}` is there, and the disk did not confirm it: {error}", folder.display());
            let help = format!("look at the disk; {} can be made again", self.name.some());
            Diagnostic::warning(Code::Unconfirmed, message).help(help)
        });
        let leftover = report.leftover.map(|(path, why)| {
            let earlier = self.name.pick("an earlier", "earlier");
            let message = format!("{earlier} {} could not be removed: {why}", self.name.word());
            let now = self.name.pick("it is", "they are");
            let help = format!("{now} now in `{}`; remove it by hand", path.display());
            Diagnostic::warning(Code::Leftover, message).help(help)
        });
        unconfirmed.into_iter().chain(leftover).collect()
    }

    fn refused(&self, folder: &Path, fault: Fault) -> Diagnostic {
        match fault {
            Fault::NoName => self.foreign(folder, "it has no name"),
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
            Fault::SetAside { path, error } => self.set_aside(folder, &path, &error),
        }
    }

    fn set_aside(&self, folder: &Path, aside: &Path, error: &io::Error) -> Diagnostic {
        let earlier = self.name.pick("the earlier one", "the earlier ones");
        let message = format!(
            "neither the new {} nor {earlier} could be named `{}`: {error}",
            self.name.word(),
            folder.display()
        );
        let (are, them) = (self.name.pick("is", "are"), self.name.pick("it", "them"));
        let help =
            format!("{earlier} {are} whole, in `{}`; the next command puts {them} back", aside.display());
        Diagnostic::error(Code::CannotWrite, message).help(help)
    }
}

/// Writes a file of a folder that is on its way.
///
/// # Errors
/// What the system says.
pub(crate) fn write_file(
    staging: &Staging,
    folder: &Path,
    name: &str,
    bytes: &[u8],
) -> Result<(), Diagnostic> {
    let written = || {
        let mut file = staging.file(name)?;
        file.write_all(bytes)?;
        file.sync()
    };
    written().map_err(|error| cannot_write(&folder.join(name), &error))
}

/// That the system does not let it be written.
pub(crate) fn cannot_write(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::CannotWrite, format!("could not write `{}`: {error}", path.display()))
        .help("nothing was replaced; check free space and permissions, or write elsewhere with `--out`")
}

/// Whether a folder would be inside of the folder of a result, a close or a draft.
fn is_inside_of_another(store: &dyn Store, folder: &Path) -> bool {
    let holds = |name: &str| {
        let above = folder.parent().unwrap_or(Path::new(""));
        matches!(store.look(&above.join(name)), Ok(Some(_)))
    };
    holds(RUN) || holds(output::ledger::CLOSE) || holds(output::ledger::DRAFT)
}
