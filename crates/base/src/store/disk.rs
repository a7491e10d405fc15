//! Writing to the disks of this machine.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::path::Path;

use super::{FileWriter, Kind, LockBytes, LockFile, PathState, Store, WriteBytes};
use crate::world::Disk;

impl Store for Disk {
    fn look(&self, path: &Path) -> io::Result<Option<PathState>> {
        match fs::symlink_metadata(path) {
            Ok(found) => Ok(Some(look(&found))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn create(&self, path: &Path, like: Option<&Path>) -> io::Result<FileWriter> {
        let file = File::create_new(path)?;
        if let Some(like) = like {
            file.set_permissions(fs::metadata(like)?.permissions())?;
        }
        Ok(FileWriter::new(DiskWriter(file)))
    }

    fn create_private(&self, path: &Path) -> io::Result<FileWriter> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        for_its_owner(&mut options);
        Ok(FileWriter::new(DiskWriter(options.open(path)?)))
    }

    fn append_to(&self, path: &Path) -> io::Result<FileWriter> {
        let file = OpenOptions::new().append(true).open(path)?;
        Ok(FileWriter::new(DiskWriter(file)))
    }

    fn lock_file(&self, path: &Path) -> io::Result<LockFile> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        no_link(&mut options);
        Ok(Box::new(DiskLock(options.open(path)?)))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        exchange(one, other)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        // Only Unix can sync folders.
        if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
    }

    fn may_change(&self, folder: &Path) -> bool {
        may_change(folder)
    }

    fn token(&self) -> u64 {
        // Keys of a `RandomState` come from the system's random numbers, and differ from call to call.
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u32(std::process::id());
        hasher.finish()
    }
}

#[cfg(unix)]
fn for_its_owner(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn for_its_owner(_: &mut OpenOptions) {}

fn look(found: &Metadata) -> PathState {
    let kind = match found.file_type() {
        kind if kind.is_symlink() => Kind::Link,
        kind if kind.is_dir() => Kind::Folder,
        kind if kind.is_file() => Kind::File,
        _ => Kind::Other,
    };
    PathState { kind, identity: crate::world::inode(found), length: found.len() }
}

#[derive(Debug)]
struct DiskWriter(File);

impl WriteBytes for DiskWriter {
    fn append(&self, bytes: &[u8]) -> io::Result<usize> {
        (&self.0).write(bytes)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync_all()
    }
}

#[derive(Debug)]
struct DiskLock(File);

impl LockBytes for DiskLock {
    fn try_lock(&self) -> io::Result<bool> {
        match self.0.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    fn look(&self) -> io::Result<PathState> {
        Ok(look(&self.0.metadata()?))
    }
}

/// Neither follows a link nor waits for the other end of a pipe.
#[cfg(unix)]
fn no_link(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    options.custom_flags(flags.bits().cast_signed());
}

#[cfg(not(unix))]
fn no_link(_: &mut OpenOptions) {}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(|error| match error {
        // What kernels and file systems say that do not have it.
        Errno::INVAL | Errno::NOSYS | Errno::NOTSUP | Errno::XDEV => {
            io::Error::new(io::ErrorKind::Unsupported, error)
        }
        other => other.into(),
    })
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(unix)]
fn may_change(folder: &Path) -> bool {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    // A folder without any permission to write is protected, also from users whom the system lets do everything.
    let protected = fs::metadata(folder).is_ok_and(|found| found.permissions().readonly());
    !protected && accessat(CWD, folder, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS).is_ok()
}

#[cfg(not(unix))]
fn may_change(folder: &Path) -> bool {
    // There, the attribute of a folder says nothing of what is in it.
    folder.is_dir()
}
