//! The folder of a ledger: its closes, the draft, and copies of what they rest on. Nothing in it is ever written a second time but
//! the draft.
//!
//! ```text
//! ledger/closes/0007-2026-07/   a close: there as a whole or not at all
//! ledger/draft/                 what the next close would be
//! ledger/objects/SHA256.zst     inputs and rule files by content
//! ```

mod draft;
mod history;
mod inputs;
mod lock;
mod past;
mod writer;

use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::Store;
use apportion_base::world::World;
use apportion_book::{Book, FiscalCalendar, LedgerSettings};
use apportion_contract::output::ledger::CLOSES_FOLDER;

pub use draft::Draft;
pub(crate) use draft::sealed;
pub use history::{Close, Closes, History, PackedHistory, month_after};
pub use inputs::outdated;
pub use lock::LedgerLock;
pub use writer::FolderWriter;

/// The folder of a ledger: what can be read of it.
#[derive(Debug, Clone)]
pub struct LedgerFolder {
    world: Arc<dyn World>,
    path: PathBuf,
    /// The folder as people see it.
    shown: String,
    calendar: FiscalCalendar,
    /// Of a ledger as it was once.
    past: Option<past::Past>,
}

/// The ledger of a project, in which months are closed. All that can be read of its folder can be read of it.
#[derive(Debug, Clone)]
pub struct Ledger {
    store: Arc<dyn Store>,
    folder: LedgerFolder,
    settings: LedgerSettings,
}

impl Deref for Ledger {
    type Target = LedgerFolder;

    fn deref(&self) -> &LedgerFolder {
        &self.folder
    }
}

impl LedgerFolder {
    /// The folder of a project's ledger, where the project has one.
    pub fn of_book(world: &Arc<dyn World>, book: &Book) -> Option<Self> {
        let settings = book.ledger.as_ref()?;
        Some(Self {
            world: Arc::clone(world),
            path: book.root.join(&settings.path),
            shown: settings.path.clone(),
            calendar: book.calendar(),
            past: None,
        })
    }

    /// Its path.
    pub fn folder(&self) -> &Path {
        &self.path
    }

    /// The path of a file of a close, as people see it: relative to the project.
    pub fn shown(&self, close: &str, file: &str) -> String {
        format!("{}/{CLOSES_FOLDER}/{close}/{file}", self.shown)
    }
}

impl Ledger {
    /// The ledger of a project.
    ///
    /// # Errors
    /// `no-ledger` where the project file has none.
    pub fn open(store: &Arc<dyn Store>, book: &Book) -> Result<Self, Diagnostic> {
        let world: Arc<dyn World> = Arc::<dyn Store>::clone(store);
        let (Some(settings), Some(folder)) = (&book.ledger, LedgerFolder::of_book(&world, book)) else {
            return Err(Diagnostic::error(Code::NoLedger, "the project has no ledger").help(
                "add to apportion.toml: [ledger] with the first month that is closed here, such as first = \"2026-01\"",
            ));
        };
        Ok(Self { store: Arc::clone(store), folder, settings: settings.clone() })
    }

    /// The settings of the project file.
    pub fn settings(&self) -> &LedgerSettings {
        &self.settings
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Diagnostic {
    let message = format!("could not write `{}`: {error}", path.display());
    let kind = error.kind();
    let help = match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room; the ledger is as it was",
        _ => "the ledger is as it was",
    };
    Diagnostic::error(Code::CannotWrite, message).help(help)
}

fn cannot_read(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::CannotRead, format!("could not read `{}`: {error}", path.display()))
}
