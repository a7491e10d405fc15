//! One file that is there as a whole or not at all.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::folders::parent;
use super::{FileWriter, Kind, Store};
use crate::world::Entry;

/// Where the bytes for a path go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A regular file, or a name without one: written beside it and renamed. Where the path was a link, this is what it leads
    /// to, and the link stays.
    File(PathBuf),
    /// A device, a pipe, or what this process has open already (`/dev/stdout`): written to as it is.
    Through(PathBuf),
}

/// What a path that somebody named for output means.
///
/// # Errors
/// A folder, a link that leads nowhere, or what the system says.
pub fn target(store: &dyn Store, path: &Path) -> io::Result<Target> {
    match store.entry(path) {
        Entry::Other => Ok(Target::Through(path.to_owned())),
        Entry::Folder => Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")),
        Entry::File if store.is_open_here(path) => Ok(Target::Through(path.to_owned())),
        Entry::File => Ok(Target::File(store.identity(path))),
        Entry::Absent => match store.look(path)? {
            Some(found) if found.kind == Kind::Link => {
                Err(io::Error::new(io::ErrorKind::NotFound, "it is a link that leads nowhere"))
            }
            _ => Ok(Target::File(path.to_owned())),
        },
    }
}

/// Writes a file beside its name, syncs it and renames it, so that nobody ever reads half of it. What is no regular file is
/// written to as it is.
///
/// # Errors
/// As [`target`], what `fill` returns, or what the system says. A file that was there is as it was then.
pub fn replace_file(
    store: &dyn Store,
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let path = match target(store, path)? {
        Target::Through(path) => return filled(store.append_to(&path)?, fill).map(drop),
        Target::File(path) => path,
    };
    let name = path.file_name().ok_or_else(|| io::Error::other("it has no name"))?;
    let beside = parent(&path).join(format!(".{}.{:016x}.partial", name.to_string_lossy(), store.token()));
    let like = (store.entry(&path) == Entry::File).then_some(path.as_path());
    let file = store.create(&beside, like)?;
    let written = filled(file, fill).and_then(|file| file.sync()).and_then(|()| store.rename(&beside, &path));
    if let Err(error) = written {
        // The half-written file is of no use, and the user needs the error that came first.
        let _ = store.remove_file(&beside);
        return Err(error);
    }
    store.sync_folder(parent(&path))
}

fn filled(file: FileWriter, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<FileWriter> {
    let mut sink = BufWriter::new(file);
    fill(&mut sink)?;
    sink.into_inner().map_err(io::IntoInnerError::into_error)
}
