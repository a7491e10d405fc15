//! The folder of a result: what may be replaced by it, and what is said where it can't be written. How it gets its place as a
//! whole is [`apportion_base::store::Staging`].

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::RUN;
use super::sink::{OutputDigest, Sink};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::{Fault, Kind, PublishReport, Staging, Store};
use apportion_contract::output::{self, SYSTEM_FILES};
use apportion_data::own::OwnResult;

/// Which earlier result a new one may replace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReplacePolicy {
    /// One of the same book and period.
    #[default]
    Same,
    /// Any result.
    Any,
}

/// A result that is being written. Dropped without [`ResultDraft::publish`], it leaves no trace.
pub(super) struct ResultDraft {
    store: Arc<dyn Store>,
    out: PathBuf,
    staging: Staging,
    own: OwnResult,
    replace: ReplacePolicy,
}

impl ResultDraft {
    /// Prepares to write the result `own` to `out`.
    pub fn create(
        store: &Arc<dyn Store>,
        out: &Path,
        own: OwnResult,
        replace: ReplacePolicy,
    ) -> Result<Self, Diagnostic> {
        let staging = Staging::create(store, out, is_of_a_result).map_err(|fault| refused(out, fault))?;
        let staged = Self { store: Arc::clone(store), out: out.to_owned(), staging, own, replace };
        staged.check()?;
        Ok(staged)
    }

    fn check(&self) -> Result<(), Diagnostic> {
        check_target_for(self.store.as_ref(), &self.out, &self.own, self.replace)
    }

    /// Where the result gets its place.
    pub fn out(&self) -> &Path {
        &self.out
    }

    /// Writes one file of the result.
    pub fn file(
        &self,
        name: &'static str,
        fill: impl FnOnce(&mut Sink) -> io::Result<()>,
    ) -> Result<OutputDigest, Diagnostic> {
        let mut sink = self.begin(name)?;
        fill(&mut sink).map_err(|error| self.cannot_write(name, &error))?;
        self.end(name, sink)
    }

    /// Begins a file of the result.
    pub fn begin(&self, name: &'static str) -> Result<Sink, Diagnostic> {
        self.staging.file(name).map(Sink::new).map_err(|error| self.cannot_write(name, &error))
    }

    /// Ends a file.
    pub fn end(&self, name: &'static str, sink: Sink) -> Result<OutputDigest, Diagnostic> {
        sink.finish(name).map_err(|error| self.cannot_write(name, &error))
    }

    /// That a file can't be written.
    pub fn cannot_write(&self, name: &str, error: &io::Error) -> Diagnostic {
        cannot_write(&self.out.join(name), error)
    }

    /// Puts the result in its place; an earlier one goes away as a whole. Returns what is left to be said.
    pub fn publish(self) -> Result<Vec<Diagnostic>, Diagnostic> {
        // Checked again: a run takes a while, and other files may have been put there meanwhile.
        self.check()?;
        let published = self.staging.publish().map_err(|fault| refused(&self.out, fault))?;
        Ok(left_to_say(&self.out, published))
    }
}

/// Names that a folder of a result may hold.
fn is_of_a_result(name: &str) -> bool {
    output::is_of_a_result(name) || SYSTEM_FILES.contains(&name)
}

/// Whether a result may be written to `out`: nothing is there, or an empty folder, or an earlier result and nothing else.
/// A run checks it before its long work. Returns what the earlier result says of itself.
///
/// # Errors
/// `not-a-result` if something else is there, `cannot-write` if it can't be looked at or is protected.
pub fn check_target(store: &dyn Store, out: &Path) -> Result<Option<OwnResult>, Diagnostic> {
    if out.file_name().is_none() {
        return Err(no_name(out));
    }
    let failed = |error: io::Error| cannot_write(out, &error);
    let above = out.parent().unwrap_or(Path::new(""));
    if OwnResult::read(store, above).map_err(failed)?.is_some() {
        return Err(not_a_result(out, &format!("it would be in the result `{}`", above.display())));
    }
    match store.look(out).map_err(failed)? {
        None => return Ok(None),
        Some(found) if found.kind != Kind::Folder => return Err(not_a_result(out, "it is not a folder")),
        Some(_) => {}
    }
    let names: Vec<String> =
        store.names(out).map_err(failed)?.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    let foreign: Vec<&str> = names.iter().map(String::as_str).filter(|name| !is_of_a_result(name)).collect();
    if !foreign.is_empty() {
        let shown = foreign.iter().take(3).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let ellipsis = if foreign.len() > 3 { ", …" } else { "" };
        return Err(not_a_result(out, &format!("it holds what no run writes: {shown}{ellipsis}")));
    }
    if names.iter().all(|name| SYSTEM_FILES.contains(&name.as_str())) {
        return Ok(None);
    }
    if !names.iter().any(|name| name == RUN) {
        return Err(not_a_result(out, &format!("it has no `{RUN}`")));
    }
    let Some(own) = OwnResult::read(store, out).map_err(failed)? else {
        return Err(not_a_result(out, &format!("its `{RUN}` is not one that a run wrote")));
    };
    if !store.may_change(out) {
        return Err(protected(out));
    }
    Ok(Some(own))
}

/// Whether the result `own` may be written to `out`, as [`check_target`] says, and in the place of the one that is there.
///
/// # Errors
/// As [`check_target`], and `other-result` where the earlier one is of another book or period.
pub fn check_target_for(
    store: &dyn Store,
    out: &Path,
    own: &OwnResult,
    replace: ReplacePolicy,
) -> Result<(), Diagnostic> {
    match check_target(store, out)? {
        Some(earlier) if earlier != *own && replace == ReplacePolicy::Same => {
            Err(other_result(out, &earlier, own))
        }
        _ => Ok(()),
    }
}

/// Whether the files that a result is computed from are outside of its folder.
///
/// # Errors
/// `project-file` where one is inside.
pub fn check_inputs(
    store: &dyn Store,
    out: &Path,
    inputs: impl IntoIterator<Item = PathBuf>,
) -> Result<(), Diagnostic> {
    let folder = store.identity(out);
    match inputs.into_iter().find(|input| store.identity(input).starts_with(&folder)) {
        None => Ok(()),
        Some(input) => Err(Diagnostic::error(
            Code::ProjectFile,
            format!(
                "the run reads `{}`, which is in the folder that its result would replace",
                input.display()
            ),
        )
        .help("write to another folder with `--out`")),
    }
}

fn no_name(out: &Path) -> Diagnostic {
    Diagnostic::error(
        Code::NotAResult,
        format!("`{}` can't be a result's folder: it has no name", out.display()),
    )
    .help("name a folder that a run may make and replace, for example `--out out/2026-07`")
}

fn not_a_result(out: &Path, why: &str) -> Diagnostic {
    Diagnostic::error(
        Code::NotAResult,
        format!("`{}` is not a result of an earlier run and will not be replaced: {why}", out.display()),
    )
    .help("write to another folder with `--out`, or move what is there")
}

fn other_result(out: &Path, earlier: &OwnResult, own: &OwnResult) -> Diagnostic {
    let difference = |result: &OwnResult| match earlier.book == own.book {
        true => result.period.clone(),
        false => format!("{} of \"{}\"", result.period, result.book),
    };
    let message = format!(
        "`{}` has the result of {}, and this run is of {}",
        out.display(),
        difference(earlier),
        difference(own)
    );
    Diagnostic::error(Code::OtherResult, message)
        .help("write to another folder with `--out`, or say with `--replace` that the earlier result may go")
}

fn protected(out: &Path) -> Diagnostic {
    let message = format!("the result in `{}` is protected: its folder can't be changed", out.display());
    Diagnostic::error(Code::CannotWrite, message)
        .help("nothing was replaced; write elsewhere with `--out`, or give yourself the permission to write in the folder")
}

fn cannot_write(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::CannotWrite, format!("could not write `{}`: {error}", path.display()))
        .help("nothing was replaced; check free space and permissions, or write elsewhere with `--out`")
}

fn refused(out: &Path, fault: Fault) -> Diagnostic {
    match fault {
        Fault::NoName => no_name(out),
        Fault::Busy => Diagnostic::error(
            Code::ResultInUse,
            format!("another run is writing to `{}` at this moment", out.display()),
        )
        .help("wait until it has finished, or write elsewhere with `--out`"),
        Fault::ForeignLock(path) => Diagnostic::error(
            Code::CannotWrite,
            format!("`{}` is not a file, and the lock of the result has this name", path.display()),
        )
        .help("nothing was replaced; move what is there, or write elsewhere with `--out`"),
        Fault::Failed { path, error } => cannot_write(&path, &error),
        Fault::SetAside { path, error } => Diagnostic::error(
            Code::CannotWrite,
            format!("neither the new result nor the earlier one could be named `{}`: {error}", out.display()),
        )
        .help(format!(
            "the earlier result is whole, in `{}`; the next run puts it back, or you rename it",
            path.display()
        )),
    }
}

fn left_to_say(out: &Path, published: PublishReport) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    if let Some(error) = published.unconfirmed {
        let message =
            format!("the result is in `{}`, and the disk did not confirm it: {error}", out.display());
        warnings.push(
            Diagnostic::warning(Code::Unconfirmed, message)
                .help("prove it with `apportion verify` and look at the disk: after a crash of the machine it may be gone"),
        );
    }
    if let Some((path, why)) = published.leftover {
        let message =
            format!("the result is in `{}`, and an earlier one could not be removed: {why}", out.display());
        warnings.push(
            Diagnostic::warning(Code::Leftover, message)
                .help(format!("it is now in `{}`, which no run reads; remove it by hand", path.display())),
        );
    }
    warnings
}

#[cfg(test)]
mod tests;
