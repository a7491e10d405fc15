//! The calls of a process.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use apportion::store::{FileWriter, Kind, LockBytes, LockFile, PathState, Store, WriteBytes};
use apportion::world::{Entry, FileBytes, FileHandle, GlobError, World};

use super::{View, gone, planted};
use crate::disk::{Inode, Node, parts};
use crate::random::drawn;

/// How globs are matched, as on a disk.
const MATCHING: glob::MatchOptions = glob::MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

fn absent() -> io::Error {
    io::ErrorKind::NotFound.into()
}

fn plain(path: &Path) -> PathBuf {
    parts(path).iter().collect()
}

fn look(node: &Node, inode: Inode) -> PathState {
    let (kind, length) = match node {
        Node::File { bytes, .. } => (Kind::File, bytes.len() as u64),
        Node::Folder { .. } => (Kind::Folder, 0),
    };
    PathState { kind, identity: Some((1, inode as u64)), length }
}

impl View {
    fn files_below(&self, folder: &Path, found: &mut Vec<PathBuf>) {
        let names = self.machine.state().disk.names(folder).unwrap_or_default();
        for name in names {
            let path = folder.join(name);
            let is_folder = self.machine.state().disk.is_folder(&path);
            found.push(path.clone());
            if is_folder {
                self.files_below(&path, found);
            }
        }
    }
}

impl World for View {
    fn entry(&self, path: &Path) -> Entry {
        let found = self.machine.call(self.process, "entry", path, false, |state| {
            Ok(state.disk.find(path).map(|found| matches!(state.disk.node(found), Node::Folder { .. })))
        });
        match found {
            Ok(Some(true)) => Entry::Folder,
            Ok(Some(false)) => Entry::File,
            _ => Entry::Absent,
        }
    }

    fn open(&self, path: &Path) -> io::Result<FileHandle> {
        self.machine.call(self.process, "open", path, false, |state| {
            let inode = state.disk.find(path).ok_or_else(absent)?;
            match state.disk.node(inode) {
                Node::Folder { .. } => Err(io::ErrorKind::IsADirectory.into()),
                Node::File { bytes, version, .. } => {
                    let (length, version) = (bytes.len() as u64, *version);
                    let (view, path) = (self.clone(), path.to_owned());
                    Ok(FileHandle::new(OpenFile { view, path, inode, length, version }))
                }
            }
        })
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        let names =
            self.machine.call(self.process, "names", folder, false, |state| state.disk.names(folder))?;
        Ok(names.into_iter().map(OsString::from).collect())
    }

    fn glob(&self, pattern: &str) -> Result<Vec<PathBuf>, GlobError> {
        let pattern = glob::Pattern::new(&plain(Path::new(pattern)).to_string_lossy());
        let pattern = pattern.map_err(GlobError::Pattern)?;
        let mut found = Vec::new();
        self.files_below(Path::new(""), &mut found);
        found.retain(|path| pattern.matches_path_with(path, MATCHING));
        found.sort();
        Ok(found)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        plain(path)
    }
}

impl Store for View {
    fn look(&self, path: &Path) -> io::Result<Option<PathState>> {
        self.machine.call(self.process, "look", path, false, |state| {
            Ok(state.disk.find(path).map(|inode| look(state.disk.node(inode), inode)))
        })
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.machine.call(self.process, "create folder", path, true, |state| state.disk.create_folder(path))
    }

    fn create(&self, path: &Path, _like: Option<&Path>) -> io::Result<FileWriter> {
        let inode = self.machine.call(self.process, "create", path, true, |state| state.disk.create(path))?;
        Ok(FileWriter::new(OpenWriter { view: self.clone(), path: path.to_owned(), inode }))
    }

    fn append_to(&self, path: &Path) -> io::Result<FileWriter> {
        let inode = self
            .machine
            .call(self.process, "append to", path, false, |state| state.disk.find(path).ok_or_else(absent))?;
        Ok(FileWriter::new(OpenWriter { view: self.clone(), path: path.to_owned(), inode }))
    }

    fn lock_file(&self, path: &Path) -> io::Result<LockFile> {
        let inode = self.machine.call(self.process, "lock file", path, true, |state| {
            match state.disk.find(path) {
                Some(inode) => Ok(inode),
                None => state.disk.create(path),
            }
        })?;
        Ok(Box::new(OpenLock { view: self.clone(), path: path.to_owned(), inode }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.machine.call(self.process, "rename", from, true, |state| state.disk.rename(from, to))
    }

    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        self.machine.call(self.process, "exchange", one, true, |state| match state.exchanges {
            true => state.disk.exchange(one, other),
            false => Err(io::ErrorKind::Unsupported.into()),
        })
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.machine.call(self.process, "remove", path, true, |state| state.disk.remove(path, false))
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.machine.call(self.process, "remove folder", path, true, |state| state.disk.remove(path, true))
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.machine.call(self.process, "sync folder", path, true, |state| {
            let inode = state.disk.find(path).ok_or_else(absent)?;
            state.disk.sync(inode);
            Ok(())
        })
    }

    fn may_change(&self, _folder: &Path) -> bool {
        // What the system says beforehand need not be so later: nothing may rest on it.
        true
    }

    fn token(&self) -> u64 {
        // Counted by process: how far the others are is not known between two turns.
        let mut state = self.machine.state();
        let tokens = state.tokens.entry(self.process).or_default();
        *tokens += 1;
        let tokens = *tokens;
        drawn(&[state.seed, self.process as u64, tokens], "token")
    }
}

#[derive(Debug)]
struct OpenFile {
    view: View,
    path: PathBuf,
    inode: Inode,
    length: u64,
    version: u64,
}

impl FileBytes for OpenFile {
    fn length(&self) -> u64 {
        self.length
    }

    /// No turn is taken here: threads read side by side, and their order is not the seed's.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let state = self.view.machine.state();
        if state.dead.contains(&self.view.process) {
            return Err(gone());
        }
        let draw = |what: &str| {
            let text = format!("{what} {}", self.path.display());
            drawn(&[state.seed, self.view.process as u64, offset, buffer.len() as u64], &text)
        };
        if state.faults.read.is_some_and(|once_in| draw("read").is_multiple_of(once_in)) {
            return Err(planted("read"));
        }
        let Node::File { bytes, .. } = state.disk.node(self.inode) else { return Err(absent()) };
        let rest = usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..)).unwrap_or_default();
        let mut read = rest.len().min(buffer.len());
        if state.faults.short && read > 1 {
            read = 1 + usize::try_from(draw("short") % (read as u64)).unwrap_or(0);
        }
        buffer[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }

    fn check_unchanged(&self) -> io::Result<()> {
        self.view.machine.call(self.view.process, "check", &self.path, false, |state| {
            match state.disk.node(self.inode) {
                Node::File { version, .. } if *version == self.version => Ok(()),
                _ => Err(io::Error::other("it was changed while it was read")),
            }
        })
    }
}

#[derive(Debug)]
struct OpenWriter {
    view: View,
    path: PathBuf,
    inode: Inode,
}

impl WriteBytes for OpenWriter {
    fn append(&self, bytes: &[u8]) -> io::Result<usize> {
        self.view.machine.call(self.view.process, "append", &self.path, true, |state| {
            let mut written = bytes.len();
            if state.faults.short && written > 1 {
                let half = written / 2;
                written = 1 + half + state.random.below(half);
            }
            state.disk.append(self.inode, &bytes[..written]);
            Ok(written)
        })
    }

    fn sync(&self) -> io::Result<()> {
        self.view.machine.call(self.view.process, "sync", &self.path, true, |state| {
            state.disk.sync(self.inode);
            Ok(())
        })
    }
}

#[derive(Debug)]
struct OpenLock {
    view: View,
    path: PathBuf,
    inode: Inode,
}

impl LockBytes for OpenLock {
    fn try_lock(&self) -> io::Result<bool> {
        self.view.machine.call(self.view.process, "lock", &self.path, true, |state| {
            if !state.locks {
                return Err(io::ErrorKind::Unsupported.into());
            }
            let holder = *state.held.entry(self.inode).or_insert(self.view.process);
            Ok(holder == self.view.process)
        })
    }

    fn look(&self) -> io::Result<PathState> {
        self.view.machine.call(self.view.process, "look at lock", &self.path, false, |state| {
            Ok(look(state.disk.node(self.inode), self.inode))
        })
    }
}

impl Drop for OpenLock {
    fn drop(&mut self) {
        let process = self.view.process;
        let _ = self.view.machine.call(process, "unlock", &self.path, false, |state| {
            if state.held.get(&self.inode) == Some(&process) {
                state.held.remove(&self.inode);
            }
            Ok(())
        });
    }
}
