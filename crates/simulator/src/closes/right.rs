//! The right ledger of a story: made on a machine that is sound, proven by `verify ledger`, settled again from what it kept, and held
//! against what the story says that each deal earns.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use apportion::Session;
use apportion::diagnostic::Code;
use apportion::ledger::closing::{CloseOutcome, StoppedClose};
use apportion::ledger::entry::Subject;
use apportion::ledger::replay::replay;
use apportion::store::Store;

use super::story::{Inputs, Story};
use super::{CLOSES, Command, Ended, OBJECTS, all_below, closes, put_inputs};
use crate::disk::Disk;
use crate::machine::{Faults, Machine, View};
use crate::project::{Files, PROJECT, files_at};
use crate::random::drawn;
use crate::rounds::{Promise, as_process};

/// How often somebody decides before a close goes on: of a deal, then of a payee, then of a sum.
const DECISIONS: usize = 12;

/// What a story has to come to, whatever happens.
pub struct Right {
    /// By month: the inputs with which it can be closed.
    pub inputs: Vec<Inputs>,
    /// The files of each close, by its folder's name.
    pub closes: BTreeMap<String, Files>,
    /// The copies.
    pub objects: Vec<String>,
}

type Fault = (Promise, String);

/// What was earned so far, by deal and payee.
type Earned = BTreeMap<(String, String), i64>;

/// Makes the right ledger of a story.
///
/// # Errors
/// What the ledger says that is not so.
pub fn right(seed: u64, story: &Story) -> Result<Right, Fault> {
    let machine = Arc::new(Machine::new(0));
    let view = View { machine: Arc::clone(&machine), process: 0 };
    let (mut inputs, mut decisions, mut before) = (Vec::new(), String::new(), Earned::new());
    for month in 0..story.months.len() {
        inputs.push(drafted(seed, (story, month), &view, &mut decisions)?);
        for command in [Command::Approve, Command::Post] {
            machine.begin(&[0], Faults::default(), None);
            let ended = command.ended(&view);
            machine.finish();
            if ended != (Ended::Done { confirmed: true }) {
                return Err((
                    Promise::Recovers,
                    format!("{command:?} of {}: {ended:?}", story.months[month]),
                ));
            }
        }
        prove(&machine.state().disk, true).map_err(|why| (Promise::Identities, why))?;
        before = conserved((story, month), &view, &before, &decisions)?;
    }
    settled_again(&view)?;
    let state = machine.state();
    let files = |name: String| {
        let files = files_at(&state.disk, &Path::new(CLOSES).join(&name));
        (name, files.unwrap_or_default())
    };
    let closes = closes(&state.disk).into_iter().map(files).collect();
    Ok(Right { inputs, closes, objects: all_below(&state.disk, Path::new(OBJECTS)) })
}

/// Makes the draft of a month, and decides what has to be decided. Returns the inputs with all decisions.
fn drafted(
    seed: u64,
    (story, month): (&Story, usize),
    view: &View,
    decisions: &mut String,
) -> Result<Inputs, Fault> {
    for _ in 0..DECISIONS {
        let inputs = story.inputs(month, decisions);
        put_inputs(&mut view.machine.state().disk, &inputs);
        view.machine.begin(&[0], Faults::default(), None);
        let outcome = as_process(view, || close(view, &story.months[month]));
        view.machine.finish();
        let outcome = outcome.map_err(|said| (Promise::NoPanic, said))?;
        let stopped = match outcome.map_err(|error| (Promise::Recovers, error.to_string()))? {
            CloseOutcome::Draft(_) => return Ok(inputs),
            CloseOutcome::Stopped(stopped) => stopped,
        };
        match *stopped {
            StoppedClose::Vanished(things) => {
                for thing in things.iter().filter(|thing| thing.accepted.is_none()) {
                    let action =
                        if drawn(&[seed], &thing.id).is_multiple_of(2) { "keep" } else { "take-back" };
                    decisions.push_str(&format!("{},{action},so it is,cfo\n", thing.id));
                }
            }
            StoppedClose::LargeTrueUps { id, .. } => decisions.push_str(&format!("{id},post,seen,cfo\n")),
            other => return Err((Promise::Recovers, format!("nothing was rewritten: {other:?}"))),
        }
    }
    Err((Promise::Recovers, format!("{} asks for ever new decisions", story.months[month])))
}

fn close(view: &View, month: &str) -> Result<CloseOutcome, apportion::Error> {
    let store: Arc<dyn Store> = Arc::new(view.clone());
    let session = Session::open_in(Arc::new(view.clone()), PROJECT)?;
    let period = month.parse().unwrap_or_else(|_| unreachable!("it is a month"));
    session.prepare_close(&store, period, "ann")
}

/// Whether `verify ledger` proves the ledger of a disk, as it should or should not.
///
/// # Errors
/// What it says instead.
pub fn prove(disk: &Disk, expected: bool) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    copy_out(disk, Path::new("p/ledger"), folder.path()).map_err(|error| error.to_string())?;
    let report = apportion::verify::ledger::verify(folder.path(), None);
    match (report, expected) {
        (Err(error), true) => Err(error.message),
        (Ok(report), expected) if report.proven() != expected => {
            let found = report.groups().flat_map(|group| &group.first);
            let found: Vec<String> = found
                .map(|finding| format!("{} {:?}: {}", finding.file, finding.row, finding.message))
                .collect();
            Err(format!("proven is {}: {}", report.proven(), found.join("; ")))
        }
        _ => Ok(()),
    }
}

fn copy_out(disk: &Disk, from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for name in disk.names(from)? {
        let path: PathBuf = from.join(&name);
        if disk.is_folder(&path) {
            copy_out(disk, &path, &to.join(name))?;
        } else {
            std::fs::write(to.join(name), disk.bytes(&path).unwrap_or_default())?;
        }
    }
    Ok(())
}

/// Nothing was lost and nothing paid twice: what was earned of each deal adds up to what it is worth now; of one that is gone, to what was
/// decided. Returns the sums.
fn conserved(
    (story, month): (&Story, usize),
    view: &View,
    before: &Earned,
    decisions: &str,
) -> Result<Earned, Fault> {
    view.machine.begin(&[0], Faults::default(), None);
    let read = as_process(view, || earned(view));
    view.machine.finish();
    let now = read
        .map_err(|said| (Promise::NoPanic, said))?
        .map_err(|error| (Promise::Truth, error.to_string()))?;
    let is_kept = |id: &str| decisions.contains(&format!("{id},keep,"));
    for deal in story.deals().iter().filter(|deal| story.is_in_horizon(deal, month)) {
        let key = (deal.id.clone(), deal.payee.to_owned());
        let (was, is) = (before.get(&key).copied().unwrap_or(0), now.get(&key).copied().unwrap_or(0));
        let has_payee = story.has_payee(deal.payee, month);
        let expected = match story.earned(deal, month) {
            None if is_kept(&deal.id) => was,
            None => 0,
            Some(_) if !has_payee && is_kept(deal.payee) => was,
            Some(_) if !has_payee => 0,
            Some(earned) => earned,
        };
        // A deal that is gone together with its payee is decided by its own id, and one that moved away keeps what it had.
        if is != expected && (has_payee || story.earned(deal, month).is_some()) {
            let message = format!(
                "{} of {} earned {is} cents in all by {}, and it is {expected}",
                deal.id, deal.payee, story.months[month]
            );
            return Err((Promise::Conserved, message));
        }
    }
    Ok(now)
}

fn earned(view: &View) -> Result<Earned, apportion::Error> {
    let store: Arc<dyn Store> = Arc::new(view.clone());
    let session = Session::open_in(Arc::new(view.clone()), PROJECT)?;
    let ledger = session.ledger(&store)?;
    let mut history = ledger.history()?;
    let mut earned = Earned::new();
    for close in history.closes.0.clone() {
        for entry in ledger.entries(&close, &mut history.names)? {
            if let Subject::Line { key, .. } = &entry.subject {
                let names = &history.names;
                let key = (names.text(key.deal).to_owned(), names.text(key.payee).to_owned());
                *earned.entry(key).or_default() += entry.earned.raw();
            }
        }
    }
    Ok(earned)
}

/// Every close comes out again from what the ledger kept.
fn settled_again(view: &View) -> Result<(), Fault> {
    view.machine.begin(&[0], Faults::default(), None);
    let again = as_process(view, || {
        let store: Arc<dyn Store> = Arc::new(view.clone());
        let session = Session::open_in(Arc::new(view.clone()), PROJECT)?;
        let ledger = session.ledger(&store)?;
        Ok::<_, apportion::Error>(replay(&ledger, Path::new(PROJECT), &apportion::data::NoProgress)?)
    });
    view.machine.finish();
    let again = again.map_err(|said| (Promise::NoPanic, said))?;
    let again = again.map_err(|error| (Promise::Truth, error.to_string()))?;
    match again.iter().find_map(|close| close.differences.first()) {
        Some(found) => Err((Promise::Truth, format!("settled again, {}: {}", found.file, found.message))),
        None => Ok(()),
    }
}

/// Whether a refusal is one that a damaged ledger explains.
pub fn is_of_damage(code: Code) -> bool {
    matches!(code, Code::UnreadableLedger | Code::CannotRead | Code::ClosesDiffer)
}
