//! A ledger as it was before one of its closes. It shows the closes before that one, and a draft of it stays in memory: so a close
//! can be settled again by the same way as the first time, and nothing on the disk is touched.

use std::path::Path;
use std::sync::Arc;

use super::{Ledger, LedgerFolder, cannot_read};
use crate::folder::{CloseRecord, read_sealed, unreadable};
use crate::kept::unpack;
use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_base::store::{MemoryStore, Store};
use apportion_base::world::{Memory, World};
use apportion_book::{self as book, Book, PROJECT_FILE};
use apportion_contract::output::ledger::{CLOSE, CLOSES_FOLDER, OBJECTS_FOLDER};

/// What makes a ledger one of the past.
#[derive(Debug, Clone)]
pub(super) struct Past {
    /// How many closes there were.
    pub(super) closes: usize,
    /// The files of the project, as they were.
    pub(super) inputs: Arc<dyn World>,
    /// Where the draft is made again.
    pub(super) drafts: Arc<dyn Store>,
}

impl Ledger {
    /// The ledger in a folder, also where there is no project any more: its settings are those of its first close.
    ///
    /// # Errors
    /// `unreadable-ledger` where there is no close, or the project file of the first one is not kept as it was.
    pub fn in_folder(store: &Arc<dyn Store>, folder: &Path) -> Result<Self, Diagnostic> {
        let closes = folder.join(CLOSES_FOLDER);
        let names = store.names(&closes).map_err(|error| cannot_read(&closes, &error))?;
        let first = names.iter().filter_map(|name| name.to_str()).find(|name| name.starts_with("0001-"));
        let shown = folder.display().to_string();
        let first = first.ok_or_else(|| unreadable(&shown, "it has no first close"))?;
        let path = closes.join(first).join(CLOSE);
        let bytes = store.read(&path).map_err(|error| cannot_read(&path, &error))?;
        let (record, _): (CloseRecord, String) =
            read_sealed(&bytes).map_err(|why| unreadable(&path.display().to_string(), &why))?;
        let project = record.rule_files.iter().find(|file| file.path == PROJECT_FILE);
        let project = project.ok_or_else(|| unreadable(first, "it names no project file"))?;
        let path = folder.join(OBJECTS_FOLDER).join(format!("{}.zst", project.sha256));
        let text = store.read(&path).and_then(|packed| unpack(&packed, &project.sha256));
        let text = text.map_err(|error| unreadable(&path.display().to_string(), &error.to_string()))?;
        let world = Memory::new().with(PROJECT_FILE, text);
        let book = book::read(&world, Path::new(""), &mut Files::default());
        let book = book.map_err(|found| {
            let why = found.first().map_or_else(String::new, |first| first.message.clone());
            unreadable(first, &format!("its project file can't be read any more: {why}"))
        })?;
        let opened = Self::open(store, &book)?;
        let folder = LedgerFolder { path: folder.to_owned(), shown, ..opened.folder };
        Ok(Self { folder, ..opened })
    }

    /// The ledger as it was before a close, with the settings and the files that its project had then. A draft of it is written to the folder
    /// of drafts in another store, and not to the disk.
    ///
    /// # Errors
    /// `no-ledger` where the project file of then has none.
    pub fn before(
        &self,
        close: &CloseRecord,
        book: &Book,
        inputs: Arc<dyn World>,
        drafts: &Arc<MemoryStore>,
    ) -> Result<Self, Diagnostic> {
        let Some(closes) = close.number.checked_sub(1) else {
            return Err(Diagnostic::error(Code::UnreadableLedger, "the first close has the number 1"));
        };
        let past = Past { closes, inputs, drafts: Arc::<MemoryStore>::clone(drafts) };
        let then = Self::open(&self.store, book)?;
        let (path, shown) = (self.path.clone(), self.shown.clone());
        Ok(Self { folder: LedgerFolder { path, shown, past: Some(past), ..then.folder }, ..then })
    }
}
