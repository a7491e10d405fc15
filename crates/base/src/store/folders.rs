//! Folders and what is in them.

use std::io;
use std::path::Path;

use super::{Kind, Store};

/// Creates a folder and those above it that are not there, and makes them survive a crash.
///
/// # Errors
/// What the system says.
pub fn create_folders(store: &dyn Store, folder: &Path) -> io::Result<()> {
    let above = parent(folder);
    match store.create_folder(folder) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound && above != folder => {
            create_folders(store, above)?;
            match store.create_folder(folder) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        // Also a link to a folder is one, and a folder of which the system only says that it can't be made.
        Err(_) if store.entry(folder) == crate::world::Entry::Folder => return Ok(()),
        Err(error) => return Err(error),
    }
    store.sync_folder(above)
}

/// The folder that a path is in.
pub(super) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Removes a folder whose content is `ours`: regular files, each with a name that we know. `false` where something else is in it;
/// nothing of it is removed then.
pub(super) fn remove_ours(
    store: &dyn Store,
    folder: &Path,
    ours: &dyn Fn(&str) -> bool,
) -> io::Result<bool> {
    if store.look(folder)?.is_none_or(|found| found.kind != Kind::Folder) {
        return Ok(false);
    }
    let names = store.names(folder)?;
    for name in &names {
        let known = name.to_str().is_some_and(ours);
        let file = store.look(&folder.join(name))?.is_none_or(|found| found.kind == Kind::File);
        if !known || !file {
            return Ok(false);
        }
    }
    for name in &names {
        match store.remove_file(&folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    store.remove_folder(folder)?;
    Ok(true)
}
