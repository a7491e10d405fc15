//! The folder of a result. It is written under another name and then renamed, so that a half-written result is never
//! read.
//!
//! While a run writes, there are three hidden names beside `<out>`: `.<name>.partial` (what is being written),
//! `.<name>.replaced` (the earlier result between the two renames) and `.<name>.lock` (keeps a second run out).
//! The next run cleans up after a run that was killed.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::sink::{OutputDigest, Sink};
use super::{FILES, RUN};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_contract::output::SYSTEM_FILES;

/// A result that is being written. Dropped without [`Staged::publish`], it leaves no trace.
pub(super) struct Staged {
    out: PathBuf,
    partial: PathBuf,
    replaced: PathBuf,
    lock_path: PathBuf,
    /// Held for its lock.
    _lock: File,
}

impl Staged {
    /// Prepares to write a result to `out`.
    pub fn create(out: &Path) -> Result<Self, Diagnostic> {
        let name = out.file_name().ok_or_else(|| no_name(out))?.to_string_lossy().into_owned();
        let parent = match out.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        fs::create_dir_all(&parent).map_err(|error| cannot_write(&parent, &error))?;
        let lock_path = parent.join(format!(".{name}.lock"));
        let staged = Self {
            out: out.to_path_buf(),
            partial: parent.join(format!(".{name}.partial")),
            replaced: parent.join(format!(".{name}.replaced")),
            _lock: lock(&lock_path, out)?,
            lock_path,
        };
        staged.recover().map_err(|error| cannot_write(out, &error))?;
        check_target(out)?;
        fs::create_dir(&staged.partial).map_err(|error| cannot_write(&staged.partial, &error))?;
        Ok(staged)
    }

    /// Clears what a killed run left behind, and puts an earlier result back that it had set aside.
    fn recover(&self) -> io::Result<()> {
        remove_if_there(&self.partial)?;
        if self.replaced.exists() && !self.out.exists() {
            fs::rename(&self.replaced, &self.out)?;
        }
        remove_if_there(&self.replaced)
    }

    /// Writes one file of the result.
    pub fn file(
        &self,
        name: &'static str,
        fill: impl FnOnce(&mut Sink) -> io::Result<()>,
    ) -> Result<OutputDigest, Diagnostic> {
        let written = || {
            let mut sink = Sink::create(&self.partial.join(name))?;
            fill(&mut sink)?;
            sink.finish(name)
        };
        written().map_err(|error| cannot_write(&self.out.join(name), &error))
    }

    /// Puts the result in its place; an earlier one goes away as a whole.
    pub fn publish(self) -> Result<(), Diagnostic> {
        // Checked again: other files may have been put there while the run took place.
        check_target(&self.out)?;
        self.swap().map_err(|error| cannot_write(&self.out, &error))
    }

    fn swap(&self) -> io::Result<()> {
        sync_folder(&self.partial)?;
        let replaces = self.out.exists();
        if replaces {
            fs::rename(&self.out, &self.replaced)?;
        }
        if let Err(error) = fs::rename(&self.partial, &self.out) {
            if replaces {
                fs::rename(&self.replaced, &self.out)?;
            }
            return Err(error);
        }
        if let Some(parent) = self.partial.parent() {
            sync_folder(parent)?;
        }
        remove_if_there(&self.replaced)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // An error can't be reported here. The next run removes what is left.
        let _ = remove_if_there(&self.partial);
        let _ = fs::remove_file(&self.lock_path);
    }
}

/// Whether a result may be written to `out`: nothing is there, or an empty folder, or an earlier result and nothing
/// else. A run checks it before its long work.
///
/// # Errors
/// `not-a-result` if something else is there, `cannot-write` if it can't be looked at.
pub fn check_target(out: &Path) -> Result<(), Diagnostic> {
    if out.file_name().is_none() {
        return Err(no_name(out));
    }
    match fs::symlink_metadata(out) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(cannot_write(out, &error)),
        Ok(found) if !found.is_dir() => {
            return Err(not_a_result(out, "it is not a folder"));
        }
        Ok(_) => {}
    }
    let names = names_in(out).map_err(|error| cannot_write(out, &error))?;
    let foreign: Vec<&str> = names.iter().map(String::as_str).filter(|name| !FILES.contains(name)).collect();
    if !foreign.is_empty() {
        let shown = foreign.iter().take(3).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let ellipsis = if foreign.len() > 3 { ", …" } else { "" };
        return Err(not_a_result(out, &format!("it holds what no run writes: {shown}{ellipsis}")));
    }
    if !names.is_empty() && !names.iter().any(|name| name == RUN) {
        return Err(not_a_result(out, &format!("it has no `{RUN}`")));
    }
    Ok(())
}

/// Names in a folder, sorted, without files that operating systems create there (such as `.DS_Store`).
fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<Vec<_>>>()?;
    names.retain(|name| !SYSTEM_FILES.contains(&name.as_str()));
    names.sort();
    Ok(names)
}

/// Takes the lock of a result's name, or says who has it.
fn lock(path: &Path, out: &Path) -> Result<File, Diagnostic> {
    let file = File::create(path).map_err(|error| cannot_write(path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Diagnostic::error(
            Code::ResultInUse,
            format!("another run is writing to `{}` at this moment", out.display()),
        )
        .help("wait until it has finished, or write elsewhere with `--out`")),
        // A file system without locks: two runs at once are the user's to avoid there.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::Error(error)) => Err(cannot_write(path, &error)),
    }
}

fn remove_if_there(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Syncs a folder, so that renames in it survive a crash. Only Unix can sync folders.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
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

fn cannot_write(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::CannotWrite, format!("could not write `{}`: {error}", path.display()))
        .help("nothing was replaced; check free space and permissions, or write elsewhere with `--out`")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn staged(out: &Path) -> Staged {
        let staged = Staged::create(out).unwrap();
        staged.file(RUN, |sink| sink.write_all(b"{}")).unwrap();
        staged
    }

    fn all_names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_result_appears_whole_and_leaves_nothing_beside_it() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("deep/2026-07");
        staged(&out).publish().unwrap();
        staged(&out).publish().unwrap();
        assert_eq!(all_names(out.parent().unwrap()), ["2026-07"]);
        assert_eq!(all_names(&out), ["run.json"]);
    }

    #[test]
    fn a_run_that_fails_leaves_the_earlier_result_alone() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("2026-07");
        staged(&out).publish().unwrap();
        let second = Staged::create(&out).unwrap();
        let error = second.file("payouts.csv", |_| Err(io::Error::other("disk full"))).unwrap_err();
        assert_eq!(error.code, Code::CannotWrite);
        drop(second);
        assert_eq!(all_names(root.path()), ["2026-07"]);
        assert_eq!(all_names(&out), ["run.json"]);
    }

    #[test]
    fn folders_that_are_not_ours_are_not_touched() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("thesis");
        fs::create_dir(&out).unwrap();
        staged(&out).publish().unwrap();
        fs::write(out.join("notes.txt"), "mine").unwrap();
        assert_eq!(Staged::create(&out).err().unwrap().code, Code::NotAResult);
        fs::remove_file(out.join("run.json")).unwrap();
        assert_eq!(Staged::create(&out).err().unwrap().code, Code::NotAResult);
        assert_eq!(all_names(&out), ["notes.txt"]);
        assert_eq!(check_target(Path::new("/")).unwrap_err().code, Code::NotAResult);
    }

    #[test]
    fn what_a_killed_run_left_behind_is_put_right() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("2026-07");
        fs::create_dir(root.path().join(".2026-07.partial")).unwrap();
        let aside = root.path().join(".2026-07.replaced");
        fs::create_dir(&aside).unwrap();
        fs::write(aside.join(RUN), "{\"old\": true}").unwrap();
        drop(Staged::create(&out).unwrap());
        assert_eq!(fs::read_to_string(out.join(RUN)).unwrap(), "{\"old\": true}");
        assert_eq!(all_names(root.path()), ["2026-07"]);
    }

    #[test]
    fn two_runs_do_not_write_one_result_at_once() {
        let root = tempfile::tempdir().unwrap();
        let out = root.path().join("2026-07");
        let first = staged(&out);
        assert_eq!(Staged::create(&out).err().unwrap().code, Code::ResultInUse);
        first.publish().unwrap();
        assert!(out.join(RUN).exists());
    }
}
