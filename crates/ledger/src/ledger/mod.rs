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
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::Store;
use apportion_book::{Book, FiscalCalendar, LedgerSettings};
use apportion_contract::output::ledger::CLOSES_FOLDER;

pub use draft::Draft;
pub(crate) use draft::sealed;
pub use history::{Close, Closes, History, month_after};
pub use inputs::outdated;
pub use lock::LedgerLock;
pub use past::MemoryFolder;
pub use writer::FolderWriter;

/// The ledger of a project.
#[derive(Debug, Clone)]
pub struct Ledger {
    store: Arc<dyn Store>,
    folder: PathBuf,
    /// The folder as people see it.
    shown: String,
    settings: LedgerSettings,
    calendar: FiscalCalendar,
    /// Of a ledger as it was once.
    past: Option<past::Past>,
}

impl Ledger {
    /// The ledger of a project.
    ///
    /// # Errors
    /// `no-ledger` where the project file has none.
    pub fn open(store: &Arc<dyn Store>, book: &Book) -> Result<Self, Diagnostic> {
        let Some(settings) = &book.ledger else {
            return Err(Diagnostic::error(Code::NoLedger, "the project has no ledger").help(
                "add to apportion.toml: [ledger] with the first month that is closed here, such as first = \"2026-01\"",
            ));
        };
        Ok(Self {
            store: Arc::clone(store),
            folder: book.root.join(&settings.path),
            shown: settings.path.clone(),
            settings: settings.clone(),
            calendar: book.calendar(),
            past: None,
        })
    }

    /// The settings of the project file.
    pub fn settings(&self) -> &LedgerSettings {
        &self.settings
    }

    /// The ledger's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path of a file of a close, as people see it.
    pub fn shown(&self, close: &str, file: &str) -> String {
        format!("{}/{CLOSES_FOLDER}/{close}/{file}", self.shown)
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
