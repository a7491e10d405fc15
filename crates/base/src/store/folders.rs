//! Folders and what is in them.

use std::io;
use std::path::Path;

use super::{Kind, Store};
use crate::world::Entry;

/// Creates a folder and those above it that are not there, and makes all of them survive a crash: also those that an earlier
/// process made, which may have been stopped before it could.
///
/// # Errors
/// What the system says.
pub fn create_folders(store: &dyn Store, folder: &Path) -> io::Result<()> {
    create(store, folder)?;
    let mut folder = folder;
    // Where this user can't change anything, no run of this user made anything.
    while parent(folder) != folder && store.may_change(parent(folder)) {
        folder = parent(folder);
        match store.sync_folder(folder) {
            Err(error) if error.kind() != io::ErrorKind::PermissionDenied => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn create(store: &dyn Store, folder: &Path) -> io::Result<()> {
    let above = parent(folder);
    match store.create_folder(folder) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound && above != folder => {
            create(store, above)?;
            match store.create_folder(folder) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
                _ => Ok(()),
            }
        }
        // Also a link to a folder is one, and a folder of which the system only says that it can't be made.
        Err(_) if store.entry(folder) == Entry::Folder => Ok(()),
        Err(error) => Err(error),
    }
}

/// The folder that a path is in; of the last one that a path names, the path itself.
pub(super) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) => Path::new("."),
        None => path,
    }
}

/// Removes a folder whose content is `ours`: regular files, each with a name that we know. `false` where something else is in it;
/// nothing of it is removed then.
pub(super) fn remove_ours(store: &dyn Store, folder: &Path, ours: &dyn Fn(&str) -> bool) -> io::Result<bool> {
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
