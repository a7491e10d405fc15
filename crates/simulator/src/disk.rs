//! A file system in memory that knows what a crash would leave of it.
//!
//! What a folder or a file is *now* and what of it is *durable* are kept apart. A sync makes the one the other. A crash keeps of the
//! rest whatever it likes: names in a folder change in any order and some not at all, a file has a part of what was written, or
//! zeros. Two things hold, as on the file systems that journals keep: one exchange of two names is kept or lost as a whole, and
//! a rename never loses what it renames (a file may have both names afterwards).

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path};

use crate::random::Random;

/// The number of a file or folder; it is never used again.
pub type Inode = usize;

/// A file or a folder.
#[derive(Debug, Clone)]
pub enum Node {
    /// A file.
    File {
        /// Its bytes.
        bytes: Vec<u8>,
        /// What of them survives a crash.
        durable: Vec<u8>,
        /// How often it was changed in its place.
        version: u64,
    },
    /// A folder.
    Folder {
        /// What is in it.
        names: BTreeMap<String, Inode>,
        /// What is in it after a crash.
        durable: BTreeMap<String, Inode>,
        /// What was changed since the last sync, in order.
        pending: Vec<Change>,
        /// Whether names can be removed from it.
        fixed: bool,
    },
}

/// A change of the names of a folder.
#[derive(Debug, Clone)]
pub enum Change {
    /// A new name.
    Set(String, Inode),
    /// A name that went away.
    Unset(String, Inode),
    /// A rename.
    Rename {
        /// The old name.
        from: String,
        /// The new name.
        to: String,
        /// What has it.
        inode: Inode,
        /// Whether both names may be left after a crash.
        is_atomic: bool,
    },
    /// Two names with what they have afterwards.
    Exchange([(String, Inode); 2]),
}

/// All files and folders.
#[derive(Debug, Clone)]
pub struct Disk {
    nodes: Vec<Node>,
}

fn folder() -> Node {
    Node::Folder { names: BTreeMap::new(), durable: BTreeMap::new(), pending: Vec::new(), fixed: false }
}

fn error(kind: io::ErrorKind) -> io::Error {
    kind.into()
}

/// The parts of a path, without those that say nothing.
pub fn parts(path: &Path) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                parts.pop();
            }
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    parts
}

impl Default for Disk {
    fn default() -> Self {
        Self { nodes: vec![folder()] }
    }
}

impl Disk {
    /// What is at a path.
    pub fn find(&self, path: &Path) -> Option<Inode> {
        parts(path).iter().try_fold(0, |index, name| match &self.nodes[index] {
            Node::Folder { names, .. } => names.get(name).copied(),
            Node::File { .. } => None,
        })
    }

    /// A file or folder by its number.
    pub fn node(&self, inode: Inode) -> &Node {
        &self.nodes[inode]
    }

    /// The bytes of a file.
    pub fn bytes(&self, path: &Path) -> Option<&[u8]> {
        match &self.nodes[self.find(path)?] {
            Node::File { bytes, .. } => Some(bytes),
            Node::Folder { .. } => None,
        }
    }

    /// The names in a folder.
    pub fn names(&self, path: &Path) -> io::Result<Vec<String>> {
        let found = self.find(path).ok_or_else(|| error(io::ErrorKind::NotFound))?;
        match &self.nodes[found] {
            Node::Folder { names, .. } => Ok(names.keys().cloned().collect()),
            Node::File { .. } => Err(error(io::ErrorKind::NotADirectory)),
        }
    }

    /// Whether a path is a folder.
    pub fn is_folder(&self, path: &Path) -> bool {
        self.find(path).is_some_and(|found| matches!(self.nodes[found], Node::Folder { .. }))
    }

    /// The folder that a path is in, and the last part of the path.
    fn place(&self, path: &Path) -> io::Result<(Inode, String)> {
        let mut parts = parts(path);
        let name = parts.pop().ok_or_else(|| error(io::ErrorKind::InvalidInput))?;
        let above: std::path::PathBuf = parts.iter().collect();
        let folder = self.find(&above).ok_or_else(|| error(io::ErrorKind::NotFound))?;
        match self.nodes[folder] {
            Node::Folder { .. } => Ok((folder, name)),
            Node::File { .. } => Err(error(io::ErrorKind::NotADirectory)),
        }
    }

    fn change(&mut self, folder: Inode, change: Change) {
        if let Node::Folder { names, pending, .. } = &mut self.nodes[folder] {
            apply(names, &change, true);
            pending.push(change);
        }
    }

    fn named(&self, folder: Inode, name: &str) -> Option<Inode> {
        match &self.nodes[folder] {
            Node::Folder { names, .. } => names.get(name).copied(),
            Node::File { .. } => None,
        }
    }

    fn add(&mut self, path: &Path, node: Node) -> io::Result<Inode> {
        let (folder, name) = self.place(path)?;
        if self.named(folder, &name).is_some() {
            return Err(error(io::ErrorKind::AlreadyExists));
        }
        self.nodes.push(node);
        let inode = self.nodes.len() - 1;
        self.change(folder, Change::Set(name, inode));
        Ok(inode)
    }

    /// Creates a folder.
    pub fn create_folder(&mut self, path: &Path) -> io::Result<()> {
        self.add(path, folder()).map(drop)
    }

    /// Creates an empty file.
    pub fn create(&mut self, path: &Path) -> io::Result<Inode> {
        self.add(path, Node::File { bytes: Vec::new(), durable: Vec::new(), version: 0 })
    }

    /// Adds bytes to a file.
    pub fn append(&mut self, inode: Inode, appended: &[u8]) {
        if let Node::File { bytes, .. } = &mut self.nodes[inode] {
            bytes.extend_from_slice(appended);
        }
    }

    /// Makes a file's bytes, or a folder's names, durable.
    pub fn sync(&mut self, inode: Inode) {
        match &mut self.nodes[inode] {
            Node::File { bytes, durable, .. } => durable.clone_from(bytes),
            Node::Folder { names, durable, pending, .. } => {
                durable.clone_from(names);
                pending.clear();
            }
        }
    }

    /// Gives a file or folder another name in its folder.
    pub fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let ((folder, from), (other, to)) = (self.place(from)?, self.place(to)?);
        let inode = self.named(folder, &from).ok_or_else(|| error(io::ErrorKind::NotFound))?;
        if folder != other {
            return Err(error(io::ErrorKind::CrossesDevices));
        }
        let is_folder = |inode: Inode| matches!(self.nodes[inode], Node::Folder { .. });
        if let Some(there) = self.named(folder, &to) {
            match (&self.nodes[there], is_folder(inode)) {
                (Node::Folder { names, .. }, true) if names.is_empty() => {}
                (Node::Folder { .. }, true) => return Err(error(io::ErrorKind::DirectoryNotEmpty)),
                (Node::Folder { .. }, false) => return Err(error(io::ErrorKind::IsADirectory)),
                (Node::File { .. }, true) => return Err(error(io::ErrorKind::NotADirectory)),
                (Node::File { .. }, false) => {}
            }
        }
        let is_atomic = !is_folder(inode);
        self.change(folder, Change::Rename { from, to, inode, is_atomic });
        Ok(())
    }

    /// Exchanges two names of a folder.
    pub fn exchange(&mut self, one: &Path, other: &Path) -> io::Result<()> {
        let ((folder, one), (_, other)) = (self.place(one)?, self.place(other)?);
        let absent = || error(io::ErrorKind::NotFound);
        let first = self.named(folder, &one).ok_or_else(absent)?;
        let second = self.named(folder, &other).ok_or_else(absent)?;
        self.change(folder, Change::Exchange([(one, second), (other, first)]));
        Ok(())
    }

    /// Removes a file or an empty folder.
    pub fn remove(&mut self, path: &Path, is_folder: bool) -> io::Result<()> {
        let (folder, name) = self.place(path)?;
        let inode = self.named(folder, &name).ok_or_else(|| error(io::ErrorKind::NotFound))?;
        match &self.nodes[inode] {
            Node::Folder { names, .. } if is_folder && names.is_empty() => {}
            Node::Folder { .. } if is_folder => return Err(error(io::ErrorKind::DirectoryNotEmpty)),
            Node::Folder { .. } => return Err(error(io::ErrorKind::IsADirectory)),
            Node::File { .. } if is_folder => return Err(error(io::ErrorKind::NotADirectory)),
            Node::File { .. } => {}
        }
        if let Node::Folder { fixed: true, .. } = self.nodes[folder] {
            return Err(error(io::ErrorKind::PermissionDenied));
        }
        self.change(folder, Change::Unset(name, inode));
        Ok(())
    }

    /// Puts a file there, durable: what other programs do is not on trial.
    pub fn put(&mut self, path: &Path, content: &[u8]) {
        let mut above = std::path::PathBuf::new();
        let mut parts = parts(path);
        let Some(name) = parts.pop() else { return };
        for part in parts {
            above.push(part);
            let _ = self.create_folder(&above);
        }
        let _ = self.remove(path, false);
        if let Ok(inode) = self.create(path) {
            self.append(inode, content);
            self.sync(inode);
        }
        above.push(name);
        self.settle(path);
    }

    /// Changes a file in its place.
    pub fn overwrite(&mut self, path: &Path, content: &[u8]) {
        let Some(found) = self.find(path) else { return };
        if let Node::File { bytes, durable, version } = &mut self.nodes[found] {
            *bytes = content.to_vec();
            durable.clone_from(bytes);
            *version += 1;
        }
    }

    /// Nothing can be removed from a folder from now on, or again.
    pub fn fix(&mut self, path: &Path, is_fixed: bool) {
        if let Some(found) = self.find(path)
            && let Node::Folder { fixed, .. } = &mut self.nodes[found]
        {
            *fixed = is_fixed;
        }
    }

    /// Makes the folders on the way to a path durable, for what other programs did.
    fn settle(&mut self, path: &Path) {
        for above in path.ancestors().skip(1) {
            if let Some(found) = self.find(above) {
                self.sync(found);
            }
        }
    }

    /// The machine stops, and comes back with what was durable and some of the rest.
    pub fn crash(&mut self, random: &mut Random) {
        // A crash soon after a write mostly keeps all of it or nothing.
        let keeps = random.below(4);
        for node in &mut self.nodes {
            match node {
                Node::File { bytes, durable, .. } => {
                    *bytes = survivor(bytes, durable, random);
                    durable.clone_from(bytes);
                }
                Node::Folder { names, durable, pending, .. } => {
                    for change in pending.drain(..) {
                        let kept = match keeps {
                            0 => false,
                            1 => true,
                            _ => random.once_in(2),
                        };
                        if kept {
                            apply(durable, &change, random.once_in(2));
                        }
                    }
                    names.clone_from(durable);
                }
            }
        }
    }
}

/// Applies a change to names; `whole` removes the old name of a renamed file as well.
fn apply(names: &mut BTreeMap<String, Inode>, change: &Change, whole: bool) {
    match change {
        Change::Set(name, inode) => {
            names.insert(name.clone(), *inode);
        }
        Change::Unset(name, inode) => {
            if names.get(name) == Some(inode) {
                names.remove(name);
            }
        }
        Change::Rename { from, to, inode, is_atomic } => {
            names.insert(to.clone(), *inode);
            if (whole || !is_atomic) && names.get(from) == Some(inode) {
                names.remove(from);
            }
        }
        Change::Exchange(pairs) => {
            for (name, inode) in pairs {
                names.insert(name.clone(), *inode);
            }
        }
    }
}

/// What a crash leaves of a file.
fn survivor(bytes: &[u8], durable: &[u8], random: &mut Random) -> Vec<u8> {
    if bytes == durable {
        return bytes.to_vec();
    }
    match random.below(4) {
        0 => durable.to_vec(),
        1 => bytes.to_vec(),
        2 => bytes[..random.below(bytes.len() + 1)].to_vec(),
        // The length was kept, and what it counts was not.
        _ => {
            let mut kept = bytes.to_vec();
            let from = random.below(kept.len() + 1);
            kept[from..].fill(0);
            kept
        }
    }
}
