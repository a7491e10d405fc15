//! Files on the disks of this machine.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use super::file::{FileBytes, FileHandle};
use super::{Entry, GlobError, MATCHING, World};

/// The files of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Disk {
    /// The same, to be shared.
    pub fn shared() -> Arc<dyn World> {
        Arc::new(Self)
    }
}

impl World for Disk {
    fn entry(&self, path: &Path) -> Entry {
        match fs::metadata(path) {
            Ok(found) if found.is_file() => Entry::File,
            Ok(found) if found.is_dir() => Entry::Folder,
            Ok(_) => Entry::Other,
            Err(_) => Entry::Absent,
        }
    }

    fn open(&self, path: &Path) -> io::Result<FileHandle> {
        DiskFile::open(path).map(FileHandle::new)
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        let entries = fs::read_dir(folder)?;
        let mut names = entries.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
        names.sort_by(|a, b| a.as_encoded_bytes().cmp(b.as_encoded_bytes()));
        Ok(names)
    }

    fn glob(&self, pattern: &str) -> Result<Vec<PathBuf>, GlobError> {
        let found = glob::glob_with(pattern, MATCHING).map_err(GlobError::Pattern)?;
        let unreadable = |error: glob::GlobError| GlobError::Unreadable {
            path: error.path().to_owned(),
            error: error.into(),
        };
        let mut paths = found.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
        paths.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
        Ok(paths)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        path.canonicalize().unwrap_or_else(|_| path.to_owned())
    }

    fn is_open_here(&self, path: &Path) -> bool {
        // Links on the way to a file that is open: `/dev/stdout` leads to `/proc/self/fd/1`, and that to the file.
        let mut path = path.to_owned();
        for _ in 0..40 {
            let folder = path.parent().map(|folder| self.identity(folder)).unwrap_or_default();
            if folder.starts_with("/proc") || folder.starts_with("/dev/fd") {
                return true;
            }
            match fs::read_link(&path) {
                Ok(next) => path = folder.join(next),
                Err(_) => return false,
            }
        }
        false
    }
}

/// Opens a regular file to read it. A pipe or a device is refused, and not waited for: no input of ours is one.
///
/// # Errors
/// What the system says, `IsADirectory` for a folder, and an error for what is neither.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    without_waiting(&mut options);
    let file = options.open(path)?;
    let found = file.metadata()?;
    if found.is_file() {
        return Ok(file);
    }
    if found.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    Err(io::Error::other("it is a pipe or a device, and not a regular file"))
}

#[cfg(unix)]
fn without_waiting(options: &mut fs::OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
}

#[cfg(not(unix))]
fn without_waiting(_: &mut fs::OpenOptions) {}

/// Files kept open at a time, in all of this process. A source may be thousands of files, and systems allow a process
/// some hundreds.
const MOST_KEPT: usize = 64;

static KEPT: AtomicUsize = AtomicUsize::new(0);

/// A file that was opened. Where too many are kept open already, it is opened again for each reading, and refused
/// once it is another file.
#[derive(Debug)]
struct DiskFile {
    path: PathBuf,
    stamp: Stamp,
    kept: Option<CachedFile>,
}

/// What changes when a file is written or another one takes its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    /// Device and number on it, where the system has such.
    inode: Option<(u64, u64)>,
}

impl Stamp {
    fn new(found: &Metadata) -> Self {
        Self { length: found.len(), modified: found.modified().ok(), inode: inode(found) }
    }
}

/// Device and number of a file, where the system has such.
#[cfg(unix)]
pub(crate) fn inode(found: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((found.dev(), found.ino()))
}

#[cfg(not(unix))]
pub(crate) fn inode(_: &Metadata) -> Option<(u64, u64)> {
    None
}

impl DiskFile {
    fn open(path: &Path) -> io::Result<Self> {
        let file = open_regular(path)?;
        let stamp = Stamp::new(&file.metadata()?);
        Ok(Self { path: path.to_owned(), stamp, kept: CachedFile::new(file) })
    }

    /// Lets `read` have the file that was opened.
    fn with<T>(&self, read: impl FnOnce(&File) -> io::Result<T>) -> io::Result<T> {
        if let Some(kept) = &self.kept {
            return read(&kept.0);
        }
        let file = open_regular(&self.path)?;
        self.compare(&file)?;
        read(&file)
    }

    fn compare(&self, file: &File) -> io::Result<()> {
        if Stamp::new(&file.metadata()?) == self.stamp {
            return Ok(());
        }
        Err(io::Error::other("it was changed or replaced while it was read"))
    }
}

impl FileBytes for DiskFile {
    fn length(&self) -> u64 {
        self.stamp.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.with(|file| read_at(file, offset, buffer))
    }

    fn check_unchanged(&self) -> io::Result<()> {
        self.with(|file| self.compare(file))
    }
}

#[cfg(unix)]
fn read_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

#[cfg(not(any(unix, windows)))]
fn read_at(_: &File, _: u64, _: &mut [u8]) -> io::Result<usize> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no files"))
}

/// A file that is kept open, counted among all of them.
#[derive(Debug)]
struct CachedFile(File);

impl CachedFile {
    /// `None` where enough are kept.
    fn new(file: File) -> Option<Self> {
        let one_kept = |kept: usize| (kept < MOST_KEPT).then_some(kept + 1);
        let counted = KEPT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_kept);
        counted.is_ok().then_some(Self(file))
    }
}

impl Drop for CachedFile {
    fn drop(&mut self) {
        KEPT.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stays_the_one_that_was_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "old").unwrap();
        let file = Disk.open(&path).unwrap();
        fs::write(folder.path().join("b.txt"), "new").unwrap();
        fs::rename(folder.path().join("b.txt"), &path).unwrap();
        assert_eq!(file.read_all().unwrap(), b"old");
        file.check_unchanged().unwrap();
        assert_eq!(Disk.read(&path).unwrap(), b"new");
    }

    #[test]
    fn a_file_that_changes_in_its_place_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "old").unwrap();
        let file = Disk.open(&path).unwrap();
        fs::write(&path, "longer").unwrap();
        assert!(file.check_unchanged().is_err());
    }

    #[test]
    fn without_a_place_among_those_kept_open_another_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "old").unwrap();
        let file = FileHandle::new(DiskFile { kept: None, ..DiskFile::open(&path).unwrap() });
        assert_eq!(file.read_all().unwrap(), b"old");
        fs::write(folder.path().join("b.txt"), "new").unwrap();
        fs::rename(folder.path().join("b.txt"), &path).unwrap();
        assert!(file.read_all().is_err());
        assert!(file.check_unchanged().is_err());
    }

    #[test]
    fn thousands_of_files_may_be_open() {
        let folder = tempfile::tempdir().unwrap();
        let open = |index: usize| {
            let path = folder.path().join(format!("{index}.txt"));
            fs::write(&path, index.to_string()).unwrap();
            Disk.open(&path).unwrap()
        };
        let files: Vec<FileHandle> = (0..2_000).map(open).collect();
        for (index, file) in files.iter().enumerate() {
            assert_eq!(file.read_all().unwrap(), index.to_string().into_bytes());
        }
    }
}
