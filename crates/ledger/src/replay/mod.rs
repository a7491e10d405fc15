//! Closes that are settled again from what the ledger kept, and held against what was posted.
//!
//! Nothing of the project is read but the copies in the ledger: each close is made by this engine from the project file, the rules and
//! the data that it rested on, over the closes before it, and every file has to come out as it was posted. What identities can't
//! show is found so: an amount that was changed everywhere alike.

mod compare;

use std::path::Path;
use std::sync::Arc;

use crate::closing::{self, CloseOutcome, CloseRequest, StoppedClose};
use crate::folder::CloseRecord;
use crate::kept::KeptWorld;
use crate::ledger::{Close, Closes, Draft, Ledger};
use crate::rewritten::parse_day;
use apportion_base::VERSION;
use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_base::store::MemoryStore;
use apportion_base::world::World;
use apportion_contract::output::ledger::{APPROVALS, CLOSE, DRAFT_FOLDER};
use apportion_data::Progress;
use apportion_engine::project::Project;

pub use compare::Difference;

use compare::{differences_of_records, first_difference};

/// A close that was settled again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayedClose {
    /// The name of its folder.
    pub close: String,
    /// How many files were held against each other.
    pub files: u64,
    /// How many bytes they have.
    pub bytes: u64,
    /// The version that made it, where this one is another. Bytes that only say the version may differ then.
    pub other_version: Option<String>,
    /// What came out otherwise, file by file. Empty where the close is what its inputs give.
    pub differences: Vec<Difference>,
}

/// Settles every close of a ledger again. `root` is the project's folder: paths that a project file has from the root of the disk
/// are found where it is the one of then.
///
/// # Errors
/// `unreadable-ledger` where the closes can't be read. What is wrong with one of them is among its differences.
pub fn replay(
    ledger: &Ledger,
    root: &Path,
    progress: &dyn Progress,
) -> Result<Vec<ReplayedClose>, Diagnostic> {
    let closes: Closes = ledger.closes()?;
    Ok(closes.0.iter().map(|close| replay_close(ledger, root, close, progress)).collect())
}

/// Settles one close again.
fn replay_close(ledger: &Ledger, root: &Path, close: &Close, progress: &dyn Progress) -> ReplayedClose {
    let record = &close.record;
    let version = &record.engine.version;
    let mut replayed = ReplayedClose {
        close: record.close.clone(),
        files: 0,
        bytes: 0,
        other_version: (version != VERSION).then(|| version.clone()),
        differences: Vec::new(),
    };
    let drafts = Arc::default();
    match settled_again(ledger, root, (close, &drafts), progress) {
        Ok(draft) => compare(ledger, record, (&draft, &drafts), &mut replayed),
        Err(difference) => replayed.differences.push(difference),
    }
    replayed
}

/// The draft that the kept files give; or why there is none.
fn settled_again(
    ledger: &Ledger,
    root: &Path,
    (close, drafts): (&Close, &Arc<MemoryStore>),
    progress: &dyn Progress,
) -> Result<Draft, Difference> {
    let record = &close.record;
    let refused = |found: Diagnostic| Difference::refused(&found);
    let first = |found: Vec<Diagnostic>| match found.into_iter().next() {
        Some(found) => refused(found),
        None => Difference::new(Code::NotReplayed, CLOSE, "it can't be settled again"),
    };
    let world: Arc<dyn World> = Arc::new(KeptWorld::of_close(ledger, root, record).map_err(refused)?);
    let project = Project::open(&world, root, &mut Files::default()).map_err(first)?;
    let project = project.with_as_of(parse_day(&record.as_of));
    let then = ledger.before(record, project.book(), world, drafts).map_err(refused)?;
    let request = CloseRequest { period: close.period, preparer: record.preparer.clone() };
    match closing::close(&project, &then, &request, progress).map_err(first)? {
        CloseOutcome::Draft(report) => Ok(report.draft),
        CloseOutcome::Stopped(stopped) => {
            let message = format!("this engine makes no draft of it: `{}`", code(&stopped).word());
            Err(Difference::new(Code::NotReplayed, CLOSE, message))
        }
    }
}

fn code(stopped: &StoppedClose) -> Code {
    match stopped {
        StoppedClose::RewrittenBook(_) => Code::RewrittenBook,
        StoppedClose::RewrittenRules(_) => Code::RewrittenRule,
        StoppedClose::Vanished(_) => Code::Vanished,
        StoppedClose::LargeTrueUps { .. } => Code::LargeTrueUps,
    }
}

/// Holds every file of a close against the one that came out again. Approvals are people's.
fn compare(
    ledger: &Ledger,
    record: &CloseRecord,
    (draft, drafts): (&Draft, &MemoryStore),
    replayed: &mut ReplayedClose,
) {
    let same_version = replayed.other_version.is_none();
    let folder = Path::new(DRAFT_FOLDER);
    for file in record.files.iter().filter(|file| file.file != APPROVALS) {
        replayed.files += 1;
        replayed.bytes += file.bytes;
        let difference = match (ledger.file(record, &file.file), drafts.read(&folder.join(&file.file))) {
            (Ok(posted), Ok(again)) => first_difference(&file.file, (&posted, &again), same_version),
            (Ok(_), Err(_)) => {
                Some(Difference::new(Code::NotReplayed, &file.file, "nothing of the kind comes out again"))
            }
            (Err(found), _) => Some(Difference::refused(&found)),
        };
        replayed.differences.extend(difference);
    }
    let is_posted = |name: &str| record.files.iter().any(|file| file.file == name);
    for file in draft.record.files.iter().filter(|file| !is_posted(&file.file)) {
        let message = "it was not posted, and comes out";
        replayed.differences.push(Difference::new(Code::NotReplayed, &file.file, message));
    }
    replayed.files += 1;
    let differences = differences_of_records(record, &draft.record, same_version);
    replayed.differences.extend(differences);
}

impl Difference {
    /// A close that can't be settled again.
    fn refused(found: &Diagnostic) -> Self {
        match found.code {
            Code::InputsNotKept => Self::new(Code::InputsNotKept, CLOSE, found.message.clone()),
            other => {
                let message = format!("it can't be settled again: `{}`: {}", other.word(), found.message);
                Self::new(Code::NotReplayed, CLOSE, message)
            }
        }
    }
}
