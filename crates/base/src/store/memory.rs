//! Files in memory that can be written, for what is tried and not kept.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{FileWriter, Kind, LockBytes, LockFile, PathState, Store, WriteBytes};
use crate::world::{Entry, FileHandle, FileTree, GlobError, World};

/// A store of paths and bytes that this process alone sees. Paths are relative to its root.
///
/// ```
/// use std::io::Write;
/// use std::path::Path;
/// use apportion_base::store::{MemoryStore, Store};
/// use apportion_base::world::World;
///
/// let store = MemoryStore::default();
/// store.create_folder(Path::new("a"))?;
/// store.create(Path::new("a/b.txt"), None)?.write_all(b"text")?;
/// store.rename(Path::new("a"), Path::new("c"))?;
/// assert_eq!(store.read(Path::new("c/b.txt"))?, b"text");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct MemoryStore {
    names: Mutex<BTreeMap<PathBuf, Node>>,
    tokens: AtomicU64,
}

#[derive(Debug, Clone)]
enum Node {
    Folder,
    File(Arc<Content>),
}

/// The bytes of a file, and which file it is.
#[derive(Debug)]
struct Content {
    number: u64,
    bytes: Mutex<Vec<u8>>,
}

impl Content {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> PathState {
        let length = self.bytes().len() as u64;
        PathState { kind: Kind::File, identity: Some((0, self.number)), length }
    }
}

/// A path without the parts that say nothing; the root is the empty path.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::Normal(name) => plain.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    plain
}

fn fault(kind: io::ErrorKind) -> io::Error {
    kind.into()
}

impl MemoryStore {
    /// Puts a file where another one may be, and the folders above it.
    pub fn put(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = plain(path.as_ref());
        let file = self.file(bytes.as_ref().to_vec());
        let mut names = self.names();
        for above in path.ancestors().skip(1).filter(|above| !above.as_os_str().is_empty()) {
            names.entry(above.to_owned()).or_insert(Node::Folder);
        }
        names.insert(path, file);
    }

    fn names(&self) -> MutexGuard<'_, BTreeMap<PathBuf, Node>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self, bytes: Vec<u8>) -> Node {
        Node::File(Arc::new(Content { number: self.token(), bytes: Mutex::new(bytes) }))
    }

    /// The files that there are at this moment.
    fn files(&self) -> FileTree<Arc<Content>> {
        let mut files = FileTree::default();
        for (path, node) in self.names().iter() {
            if let Node::File(content) = node {
                files.insert(path, Arc::clone(content));
            }
        }
        files
    }

    /// A file for its writer.
    fn writer(&self, path: &Path) -> io::Result<FileWriter> {
        match self.names().get(path) {
            Some(Node::File(content)) => Ok(FileWriter::new(MemoryWriter(Arc::clone(content)))),
            Some(Node::Folder) => Err(fault(io::ErrorKind::IsADirectory)),
            None => Err(fault(io::ErrorKind::NotFound)),
        }
    }
}

/// Whether the folder that a path is in is there.
fn has_folder(names: &BTreeMap<PathBuf, Node>, path: &Path) -> bool {
    let above = path.parent().unwrap_or(Path::new(""));
    above.as_os_str().is_empty() || matches!(names.get(above), Some(Node::Folder))
}

/// Takes a name away with all that is below it; paths are relative to it.
fn take(names: &mut BTreeMap<PathBuf, Node>, path: &Path) -> Vec<(PathBuf, Node)> {
    let taken: Vec<PathBuf> = names.keys().filter(|name| name.starts_with(path)).cloned().collect();
    let below = |name: &PathBuf| name.strip_prefix(path).map(Path::to_owned).unwrap_or_default();
    taken.into_iter().filter_map(|name| Some((below(&name), names.remove(&name)?))).collect()
}

fn give(names: &mut BTreeMap<PathBuf, Node>, path: &Path, nodes: Vec<(PathBuf, Node)>) {
    names.extend(nodes.into_iter().map(|(below, node)| {
        let is_itself = below.as_os_str().is_empty();
        (if is_itself { path.to_owned() } else { path.join(below) }, node)
    }));
}

impl World for MemoryStore {
    fn entry(&self, path: &Path) -> Entry {
        let path = plain(path);
        match self.names().get(&path) {
            _ if path.as_os_str().is_empty() => Entry::Folder,
            Some(Node::Folder) => Entry::Folder,
            Some(Node::File(_)) => Entry::File,
            None => Entry::Absent,
        }
    }

    fn open(&self, path: &Path) -> io::Result<FileHandle> {
        let bytes: Arc<[u8]> = self.files().get(&plain(path))?.bytes().as_slice().into();
        Ok(FileHandle::of_bytes(bytes))
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        let folder = plain(folder);
        let names = MemoryStore::names(self);
        if !folder.as_os_str().is_empty() && !matches!(names.get(&folder), Some(Node::Folder)) {
            return Err(fault(io::ErrorKind::NotFound));
        }
        let inside = names.keys().filter(|name| name.parent() == Some(&folder));
        Ok(inside.filter_map(|name| name.file_name()).map(ToOwned::to_owned).collect())
    }

    fn glob(&self, pattern: &str) -> Result<Vec<PathBuf>, GlobError> {
        self.files().glob(pattern)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        plain(path)
    }
}

impl Store for MemoryStore {
    fn look(&self, path: &Path) -> io::Result<Option<PathState>> {
        let path = plain(path);
        let folder = PathState { kind: Kind::Folder, identity: None, length: 0 };
        Ok(match MemoryStore::names(self).get(&path) {
            _ if path.as_os_str().is_empty() => Some(folder),
            Some(Node::Folder) => Some(folder),
            Some(Node::File(content)) => Some(content.state()),
            None => None,
        })
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        let path = plain(path);
        let mut names = MemoryStore::names(self);
        if path.as_os_str().is_empty() || names.contains_key(&path) {
            return Err(fault(io::ErrorKind::AlreadyExists));
        }
        if !has_folder(&names, &path) {
            return Err(fault(io::ErrorKind::NotFound));
        }
        names.insert(path, Node::Folder);
        Ok(())
    }

    fn create(&self, path: &Path, _like: Option<&Path>) -> io::Result<FileWriter> {
        let path = plain(path);
        let file = self.file(Vec::new());
        {
            let mut names = MemoryStore::names(self);
            if names.contains_key(&path) {
                return Err(fault(io::ErrorKind::AlreadyExists));
            }
            if !has_folder(&names, &path) {
                return Err(fault(io::ErrorKind::NotFound));
            }
            names.insert(path.clone(), file);
        }
        self.writer(&path)
    }

    fn append_to(&self, path: &Path) -> io::Result<FileWriter> {
        self.writer(&plain(path))
    }

    fn lock_file(&self, path: &Path) -> io::Result<LockFile> {
        let path = plain(path);
        let file = self.file(Vec::new());
        let mut names = MemoryStore::names(self);
        if !has_folder(&names, &path) {
            return Err(fault(io::ErrorKind::NotFound));
        }
        match names.entry(path).or_insert(file) {
            Node::File(content) => Ok(Box::new(MemoryLock(Arc::clone(content)))),
            Node::Folder => Err(fault(io::ErrorKind::IsADirectory)),
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let (from, to) = (plain(from), plain(to));
        let mut names = MemoryStore::names(self);
        let is_folder = |names: &BTreeMap<PathBuf, Node>, path: &Path| match names.get(path) {
            Some(Node::Folder) => Some(true),
            Some(Node::File(_)) => Some(false),
            None => None,
        };
        let moved = is_folder(&names, &from).ok_or_else(|| fault(io::ErrorKind::NotFound))?;
        if !has_folder(&names, &to) {
            return Err(fault(io::ErrorKind::NotFound));
        }
        if to.starts_with(&from) && to != from {
            return Err(fault(io::ErrorKind::InvalidInput));
        }
        let is_full = names.keys().any(|name| name.starts_with(&to) && *name != to);
        match (moved, is_folder(&names, &to)) {
            (_, None) | (false, Some(false)) => {}
            (true, Some(true)) if !is_full || from == to => {}
            (true, Some(true)) => return Err(fault(io::ErrorKind::DirectoryNotEmpty)),
            (true, Some(false)) => return Err(fault(io::ErrorKind::NotADirectory)),
            (false, Some(true)) => return Err(fault(io::ErrorKind::IsADirectory)),
        }
        let nodes = take(&mut names, &from);
        give(&mut names, &to, nodes);
        Ok(())
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        let (one, other) = (plain(one), plain(other));
        let mut names = MemoryStore::names(self);
        if !names.contains_key(&one) || !names.contains_key(&other) {
            return Err(fault(io::ErrorKind::NotFound));
        }
        if one.starts_with(&other) || other.starts_with(&one) {
            return Err(fault(io::ErrorKind::InvalidInput));
        }
        let (of_one, of_other) = (take(&mut names, &one), take(&mut names, &other));
        give(&mut names, &one, of_other);
        give(&mut names, &other, of_one);
        Ok(())
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        let path = plain(path);
        let mut names = MemoryStore::names(self);
        match names.get(&path) {
            Some(Node::File(_)) => names.remove(&path),
            Some(Node::Folder) => return Err(fault(io::ErrorKind::IsADirectory)),
            None => return Err(fault(io::ErrorKind::NotFound)),
        };
        Ok(())
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        let path = plain(path);
        let mut names = MemoryStore::names(self);
        match names.get(&path) {
            Some(Node::Folder) if names.keys().any(|name| name.parent() == Some(&path)) => {
                return Err(fault(io::ErrorKind::DirectoryNotEmpty));
            }
            Some(Node::Folder) => names.remove(&path),
            Some(Node::File(_)) => return Err(fault(io::ErrorKind::NotADirectory)),
            None => return Err(fault(io::ErrorKind::NotFound)),
        };
        Ok(())
    }

    fn sync_folder(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }

    fn may_change(&self, _folder: &Path) -> bool {
        true
    }

    /// No other process sees the store, so that a count is enough.
    fn token(&self) -> u64 {
        self.tokens.fetch_add(1, Ordering::Relaxed)
    }
}

#[derive(Debug)]
struct MemoryWriter(Arc<Content>);

impl WriteBytes for MemoryWriter {
    fn append(&self, bytes: &[u8]) -> io::Result<usize> {
        self.0.bytes().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

/// A lock of a store that one caller has: others wait for it where they hold the store.
#[derive(Debug)]
struct MemoryLock(Arc<Content>);

impl LockBytes for MemoryLock {
    fn try_lock(&self) -> io::Result<bool> {
        Err(fault(io::ErrorKind::Unsupported))
    }

    fn look(&self) -> io::Result<PathState> {
        Ok(self.0.state())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::Staging;
    use super::*;

    fn is_ours(name: &str) -> bool {
        name == "a.txt"
    }

    /// Folders are staged and replaced as on a disk.
    #[test]
    fn a_folder_replaces_another_as_a_whole() {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
        for text in ["one", "two"] {
            let staging = Staging::create(&store, Path::new("deep/er/x"), is_ours).unwrap();
            staging.file("a.txt").unwrap().write_all(text.as_bytes()).unwrap();
            let published = staging.publish().unwrap();
            assert!(published.leftover.is_none() && published.unconfirmed.is_none());
            assert_eq!(store.read_text(Path::new("deep/er/x/a.txt")).unwrap(), text);
        }
        // The lock files stay: nobody else could hold them.
        assert_eq!(store.names(Path::new("deep/er")).unwrap(), [".x.lock", "x"]);
    }

    #[test]
    fn names_are_refused_as_on_a_disk() {
        let store = MemoryStore::default();
        store.put("a/b.txt", "b");
        let kind = |result: io::Result<()>| result.map_err(|error| error.kind());
        let path = Path::new;
        assert_eq!(kind(store.create_folder(path("a"))), Err(io::ErrorKind::AlreadyExists));
        assert_eq!(kind(store.create_folder(path("x/y"))), Err(io::ErrorKind::NotFound));
        assert_eq!(kind(store.remove_folder(path("a"))), Err(io::ErrorKind::DirectoryNotEmpty));
        assert_eq!(kind(store.remove_file(path("a"))), Err(io::ErrorKind::IsADirectory));
        assert_eq!(kind(store.rename(path("a"), path("a/c"))), Err(io::ErrorKind::InvalidInput));
        assert_eq!(kind(store.exchange(path("a"), path("c"))), Err(io::ErrorKind::NotFound));
        store.put("c/d/e.txt", "e");
        assert_eq!(kind(store.rename(path("a"), path("c"))), Err(io::ErrorKind::DirectoryNotEmpty));
        store.exchange(path("a"), path("./c")).unwrap();
        assert_eq!(store.read(path("a/d/e.txt")).unwrap(), b"e");
        assert_eq!(store.read(path("c/b.txt")).unwrap(), b"b");
        assert_eq!(store.glob("*/*.txt").unwrap(), [path("c/b.txt")]);
        assert_eq!((store.entry(path("")), store.entry(path("a/d"))), (Entry::Folder, Entry::Folder));
    }
}
