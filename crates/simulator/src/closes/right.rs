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
use super::worth::{Earning, RULES, worth};
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

/// What was earned so far, in cents.
type Earned = BTreeMap<Earning, i64>;

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
    let is_decided = |id: &str, action: &str| decisions.contains(&format!("{id},{action},"));
    for (key, worth) in worth(story, month) {
        let (was, is) = (before.get(&key).copied().unwrap_or(0), now.get(&key).copied().unwrap_or(0));
        let (id, rule, payee) = &key;
        // What is taken back of a deal goes with that deal.
        let deal = id.trim_start_matches('R');
        let has_payee = story.has_payee(payee, month);
        let expected = match worth {
            None if *rule == "back" && !is_decided(deal, "take-back") => was,
            None if is_decided(deal, "keep") => was,
            None => 0,
            Some(_) if !has_payee && is_decided(payee, "keep") => was,
            Some(_) if !has_payee => 0,
            Some(worth) => worth,
        };
        // A deal that is gone together with its payee is decided by its own id, and one that moved away keeps what it had.
        if is != expected && (has_payee || worth.is_some()) {
            let message = format!(
                "`{rule}` of {payee} on {id} is {is} cents in all by {}, and should be {expected}",
                story.months[month]
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
            let names = &history.names;
            let Subject::Line { key, .. } = &entry.subject else { continue };
            let Some(rule) = RULES.into_iter().find(|rule| *rule == names.text(key.rule)) else { continue };
            let key = (names.text(key.deal).to_owned(), rule, names.text(key.payee).to_owned());
            *earned.entry(key).or_default() += entry.earned.raw();
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
