//! Bytes that are needed once more later: in memory as far as a budget goes, and beyond it in a file of a hidden folder, which goes away with
//! them. What a process that was killed left of such a folder goes away with the next one.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Fault, FileWriter, Staging, Store};
use crate::diagnostic::{Code, Diagnostic};
use crate::world::FileHandle;

/// The file of bytes that have no room in memory.
const FILE: &str = "spilled";

/// Where bytes are kept.
pub struct Spill {
    place: Option<Place>,
    /// Bytes that may be kept in memory.
    room: AtomicU64,
    /// Bytes that were written to the file.
    spilled: AtomicU64,
    file: Mutex<State>,
}

struct Place {
    store: Arc<dyn Store>,
    /// The folder beside which, under a hidden name, the file is.
    beside: PathBuf,
}

#[derive(Default)]
enum State {
    /// Nothing was spilled yet.
    #[default]
    Closed,
    Open(Box<SpillFile>),
    /// Why nothing can be kept or read any more. What is kept from here on is lost.
    Failed(Diagnostic),
}

struct SpillFile {
    path: PathBuf,
    writer: FileWriter,
    /// Opened when something is read, and again when the file is longer.
    reader: Option<FileHandle>,
    length: u64,
    _folder: Staging,
}

impl fmt::Debug for Spill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spill").field("spilled", &self.spilled()).finish_non_exhaustive()
    }
}

impl Spill {
    /// All in memory, however much it is.
    pub fn none() -> Arc<Self> {
        Arc::new(Self::new(None))
    }

    fn new(place: Option<Place>) -> Self {
        let (room, spilled) = (AtomicU64::new(u64::MAX), AtomicU64::new(0));
        Self { place, room, spilled, file: Mutex::default() }
    }

    /// Beside a folder that need not be there yet. What a process that was killed left there goes away. All is kept in memory until
    /// [`Spill::limit`] says how much of it may be.
    pub fn beside(store: &Arc<dyn Store>, folder: &Path) -> Arc<Self> {
        let beside = hidden(folder);
        if Staging::left_behind(store.as_ref(), &beside) {
            // Whoever holds it still uses it, and what can't be removed is told where something is spilled.
            drop(Staging::create(store, &beside, is_ours));
        }
        Arc::new(Self::new(Some(Place { store: Arc::clone(store), beside })))
    }

    /// Bytes that may be kept in memory from here on.
    pub fn limit(&self, bytes: u64) {
        if self.place.is_some() {
            self.room.store(bytes, Ordering::Relaxed);
        }
    }

    /// Bytes that were written to the file.
    pub fn spilled(&self) -> u64 {
        self.spilled.load(Ordering::Relaxed)
    }

    /// Keeps bytes. Where they can't be written, [`Spill::check`] says so, and what is read of them is empty.
    pub fn keep(self: &Arc<Self>, bytes: Vec<u8>) -> Kept {
        let (length, wanted) = (bytes.len(), bytes.len() as u64);
        let taken =
            self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |room| room.checked_sub(wanted));
        if taken.is_ok() {
            return Kept(Where::Memory(bytes));
        }
        let at = self.write(&bytes);
        Kept(Where::File { spill: Arc::clone(self), at, length })
    }

    /// Whether all that was kept can be had again, so far.
    ///
    /// # Errors
    /// `cannot-write` where bytes could not be written or read, with the place.
    pub fn check(&self) -> Result<(), Diagnostic> {
        match &*self.state() {
            State::Failed(diagnostic) => Err(diagnostic.clone()),
            State::Closed | State::Open(_) => Ok(()),
        }
    }

    /// Writes bytes behind those that were written, and says where they are.
    fn write(&self, bytes: &[u8]) -> u64 {
        let mut state = self.state();
        if let State::Closed = *state {
            *state = match self.open() {
                Ok(file) => State::Open(Box::new(file)),
                Err(diagnostic) => State::Failed(diagnostic),
            };
        }
        let State::Open(file) = &mut *state else { return 0 };
        let at = file.length;
        match file.writer.write_all(bytes) {
            Ok(()) => {
                file.length += bytes.len() as u64;
                self.spilled.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            }
            Err(error) => *state = State::Failed(failed(&file.path, &error)),
        }
        at
    }

    fn open(&self) -> Result<SpillFile, Diagnostic> {
        let Some(Place { store, beside }) = &self.place else {
            return Err(Diagnostic::error(Code::Internal, "there is no place to spill to".to_owned()));
        };
        let folder = Staging::create(store, beside, is_ours).map_err(|fault| refused(beside, fault))?;
        let path = folder.path_of(FILE);
        let writer = folder.private_file(FILE).map_err(|error| failed(&path, &error))?;
        Ok(SpillFile { path, writer, reader: None, length: 0, _folder: folder })
    }

    fn read(&self, at: u64, length: usize) -> Vec<u8> {
        self.reader(at + length as u64).and_then(|reader| filled(&reader, at, length)).unwrap_or_else(
            |error| {
                self.fail(&error);
                Vec::new()
            },
        )
    }

    /// The file, of which bytes up to `end` are read.
    fn reader(&self, end: u64) -> io::Result<FileHandle> {
        let (State::Open(file), Some(place)) = (&mut *self.state(), &self.place) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        match &file.reader {
            Some(reader) if reader.length() >= end => Ok(reader.clone()),
            _ => Ok(file.reader.insert(place.store.open(&file.path)?).clone()),
        }
    }

    /// Notes that the file can't be read, unless it is known why.
    fn fail(&self, error: &io::Error) {
        let mut state = self.state();
        if let State::Open(file) = &*state {
            *state = State::Failed(failed(&file.path, error));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A state is replaced in one step.
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes of a file, all of which have to be there.
fn filled(file: &FileHandle, at: u64, length: usize) -> io::Result<Vec<u8>> {
    let (mut reader, mut bytes) = (file.reader(), vec![0; length]);
    reader.seek(SeekFrom::Start(at))?;
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Bytes that a [`Spill`] keeps.
#[derive(Debug)]
pub struct Kept(Where);

#[derive(Debug)]
enum Where {
    Memory(Vec<u8>),
    File { spill: Arc<Spill>, at: u64, length: usize },
}

impl Kept {
    /// A range of the bytes; nothing where it can't be read, which [`Spill::check`] says afterwards.
    pub fn read(&self, range: Range<usize>) -> Cow<'_, [u8]> {
        match &self.0 {
            Where::Memory(bytes) => Cow::Borrowed(bytes.get(range).unwrap_or_default()),
            Where::File { spill, at, length } => {
                let range = range.start.min(*length)..range.end.min(*length);
                Cow::Owned(spill.read(at + range.start as u64, range.len()))
            }
        }
    }
}

/// The folder whose hidden names are used: `.NAME.spill.TOKEN.partial` beside `NAME`.
fn hidden(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_os_string();
    name.push(".spill");
    folder.with_file_name(name)
}

fn is_ours(name: &str) -> bool {
    name == FILE
}

fn refused(beside: &Path, fault: Fault) -> Diagnostic {
    match fault {
        Fault::Busy => Diagnostic::error(
            Code::ResultInUse,
            format!("another run keeps what has no room in memory in `{}` at this moment", beside.display()),
        )
        .help("wait until it has finished, or write elsewhere with `--out`"),
        Fault::Failed { path, error } | Fault::SetAside { path, error } => failed(&path, &error),
        Fault::NoName | Fault::ForeignLock(_) => {
            failed(beside, &io::Error::other("the name is no file's and no folder's of ours"))
        }
    }
}

fn failed(path: &Path, error: &io::Error) -> Diagnostic {
    let message = format!("could not keep in `{}` what has no room in memory: {error}", path.display());
    Diagnostic::error(Code::CannotWrite, message)
        .help("nothing was replaced; check free space and permissions, allow more with `--memory`, or write elsewhere with `--out`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;
    use crate::world::Disk;

    fn store() -> Arc<dyn Store> {
        Arc::new(MemoryStore::default())
    }

    #[test]
    fn what_has_no_room_comes_back_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = Arc::new(Disk);
        let spill = Spill::beside(&store, &folder.path().join("2026-Q1"));
        spill.limit(5);
        let kept: Vec<Kept> = ["abc", "defg", "hi", "jk"].map(|text| spill.keep(text.into())).into();
        assert_eq!(spill.spilled(), 6, "`abc` and `hi` have room");
        let read = |place: usize, range| String::from_utf8(kept[place].read(range).into_owned()).unwrap();
        assert_eq!([read(0, 1..3), read(1, 1..3), read(2, 0..2), read(3, 0..2)], ["bc", "ef", "hi", "jk"]);
        spill.check().unwrap();
        let hidden = || store.names(folder.path()).unwrap().len();
        assert_eq!(hidden(), 2, "the folder and its lock");
        drop((kept, spill));
        assert_eq!(hidden(), 0);
    }

    #[test]
    fn without_a_limit_nothing_is_written() {
        let store = store();
        let spill = Spill::beside(&store, Path::new("out/2026-Q1"));
        assert_eq!(&*spill.keep(vec![1; 100]).read(98..100), [1, 1]);
        assert_eq!((spill.spilled(), store.names(Path::new("")).unwrap().len()), (0, 0));
    }

    #[test]
    fn what_a_killed_process_left_goes_away() {
        let folder = tempfile::tempdir().unwrap();
        let (store, out): (Arc<dyn Store>, _) = (Arc::new(Disk), folder.path().join("2026-Q1"));
        let left = folder.path().join(".2026-Q1.spill.0123456789abcdef.partial");
        store.create_folder(&left).unwrap();
        store.create(&left.join(FILE), None).unwrap();
        drop(Spill::beside(&store, &out));
        assert!(store.names(folder.path()).unwrap().is_empty());
        store.create(&folder.path().join(".2026-Q1.spill.lock"), None).unwrap();
        drop(Spill::beside(&store, &out));
        assert!(store.names(folder.path()).unwrap().is_empty());
    }

    #[test]
    fn a_place_that_cannot_be_written_is_told() {
        let store = store();
        drop(store.create(Path::new("out"), None).unwrap());
        let spill = Spill::beside(&store, Path::new("out/2026-Q1"));
        spill.limit(0);
        let kept = spill.keep(vec![1, 2, 3]);
        let error = spill.check().unwrap_err();
        assert_eq!(error.code, Code::CannotWrite);
        assert!(error.message.starts_with("could not keep in "), "{}", error.message);
        assert!(kept.read(0..3).is_empty() && spill.keep(vec![4]).read(0..1).is_empty());
    }
}
