//! Looks at the disk after each change of names.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::disk::Disk;
use crate::machine::Watch;
use crate::project::{BESIDE, FILES, OUT, is_whole};
use crate::rounds::Promise;

/// What is seen when the machine stops.
pub const STOPS: &str = "the machine stops";

/// What the watch saw first that should not be.
pub type Sighting = Arc<Mutex<Option<(Promise, String)>>>;

/// A watch that wants a whole result to be found at any time, once there was one.
pub fn watch(exchanges: bool, had_result: bool) -> (Watch, Sighting) {
    let seen = Sighting::default();
    let (note, mut had) = (Arc::clone(&seen), had_result);
    let watch = move |disk: &Disk, what: &str| {
        let found = can_be_found(disk, exchanges);
        // A crash may take what was not confirmed. Whether the rest is there, the round checks.
        if what == STOPS {
            had = found;
        }
        if had && !found {
            note.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get_or_insert_with(|| (broken(disk), format!("there is no right result after `{what}`")));
        }
        had |= found;
    };
    (Box::new(watch), seen)
}

/// Which promise is broken where there is no right result: that it is there, or that it is of one version of each input.
pub fn broken(disk: &Disk) -> Promise {
    let names = disk.names(Path::new(OUT)).unwrap_or_default();
    if FILES.iter().all(|file| names.iter().any(|name| name == file)) {
        Promise::Mixture
    } else {
        Promise::AlwaysThere
    }
}

/// Whether a whole result can be found: in its place, or set aside where that can't be avoided.
pub fn can_be_found(disk: &Disk, exchanges: bool) -> bool {
    is_whole(disk, Path::new(OUT)) || !exchanges && aside(disk).iter().any(|path| is_whole(disk, path))
}

/// Results that were set aside for a moment.
fn aside(disk: &Disk) -> Vec<PathBuf> {
    let names = disk.names(Path::new(BESIDE)).unwrap_or_default();
    let aside = names.iter().filter(|name| name.starts_with(".2026-01.") && name.ends_with("replaced"));
    aside.map(|name| Path::new(BESIDE).join(name)).collect()
}
