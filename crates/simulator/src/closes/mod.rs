//! Months that are closed on a machine that fails: drafts, approvals, posts, one process at a time or two at once.
//!
//! A seed is a [`story`]: what is known of some months, close by close. Closes have no clock and no chance in them. So there is one [`right`]
//! ledger of a story, made on a machine that is sound; it is proven, settled again from what it kept, and held against what the story says
//! that each deal earns. Whatever happens on a machine that fails, each close that is there is that of the right ledger, byte for byte; one that
//! was posted and confirmed stays; a byte of the ledger that somebody changes is found; and on a machine that is sound again, the months that
//! are missing can be closed.

mod right;
mod story;
mod worth;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use apportion::Session;
use apportion::diagnostic::Code;
use apportion::ledger::closing::CloseOutcome;
use apportion::store::Store;

use crate::disk::Disk;
use crate::machine::{Faults, Machine, Process, View};
use crate::project::{PROJECT, files_at};
use crate::random::Random;
use crate::rounds::{BrokenPromise, Promise, as_process};
use crate::watch::STOPS;

use right::{Right, is_of_damage, prove, right};
use story::{Inputs, Story};

const CLOSES: &str = "p/ledger/closes";
const OBJECTS: &str = "p/ledger/objects";

/// Writes the project as a close finds it. Files that it does not name go away.
fn put_inputs(disk: &mut Disk, inputs: &Inputs) {
    for (name, content) in inputs {
        disk.put(&Path::new(PROJECT).join(name), content.as_bytes());
    }
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Command {
    Close(String),
    Approve,
    Post,
}

/// What a command came to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Ended {
    Done { confirmed: bool },
    Refused(Code, String),
    Panicked(String),
}

impl Command {
    fn run(&self, view: &View) -> Result<bool, apportion::Error> {
        let store: Arc<dyn Store> = Arc::new(view.clone());
        let session = Session::open_in(Arc::new(view.clone()), PROJECT)?;
        let warning = match self {
            Self::Close(month) => {
                let period = month.parse().unwrap_or_else(|_| unreachable!("it is a month"));
                match session.prepare_close(&store, period, "ann")? {
                    CloseOutcome::Draft(report) => report.warning,
                    CloseOutcome::Stopped(why) => unreachable!("{why:?}"),
                }
            }
            Self::Approve => {
                session.approve_close(&store, "ben", None)?;
                None
            }
            Self::Post => session.post_close(&store)?.warning,
        };
        Ok(warning.is_none_or(|warning| warning.code != Code::Unconfirmed))
    }

    /// Runs it as a process.
    fn ended(&self, view: &View) -> Ended {
        match as_process(view, || self.run(view)) {
            Err(said) => Ended::Panicked(said),
            Ok(Ok(confirmed)) => Ended::Done { confirmed },
            Ok(Err(error)) => Ended::Refused(error.diagnostics()[0].code, error.to_string()),
        }
    }
}

/// The closes that are there: what begins with a dot is on its way.
fn closes(disk: &Disk) -> Vec<String> {
    let mut names = disk.names(Path::new(CLOSES)).unwrap_or_default();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

/// Paths below a folder, of files that are not on their way.
fn all_below(disk: &Disk, folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for name in disk.names(folder).unwrap_or_default() {
        let path: PathBuf = folder.join(&name);
        if disk.is_folder(&path) {
            found.extend(all_below(disk, &path));
        } else {
            found.push(path.display().to_string());
        }
    }
    found.sort();
    found
}

/// What is not right of the closes that are there.
fn wrong(disk: &Disk, right: &Right) -> Option<String> {
    let names = closes(disk);
    for (place, name) in names.iter().enumerate() {
        let Some((right, files)) = right.closes.iter().nth(place) else {
            return Some(format!("`{name}` is one close too many"));
        };
        if right != name || files_at(disk, &Path::new(CLOSES).join(name)).as_ref() != Some(files) {
            return Some(format!("`{name}` is not the close of the right ledger"));
        }
    }
    None
}

/// What the watch saw: how many closes there are for good, and what should not be.
#[derive(Debug, Default)]
struct Seen {
    there: usize,
    found: Option<(Promise, String)>,
}

struct Trial {
    machine: Arc<Machine>,
    story: Story,
    right: Arc<Right>,
    random: Random,
    processes: Process,
    /// How many closes the disk has confirmed.
    confirmed: usize,
}

/// Tries a seed, and returns its history.
///
/// # Errors
/// The first promise that was broken.
pub fn try_closes(seed: u64) -> Result<Vec<String>, BrokenPromise> {
    let story = Story::new(seed);
    let broken = |found, history| BrokenPromise { seed, promises: vec![found], history };
    let right = right(seed, &story).map_err(|found| broken(found, vec![format!("{story:#?}")]))?;
    let machine = Arc::new(Machine::new(seed));
    let random = Random::new(seed);
    let mut trial = Trial { machine, story, right: Arc::new(right), random, processes: 0, confirmed: 0 };
    trial.machine.state().exchanges = !trial.random.once_in(4);
    let ended = trial.all();
    let history = std::mem::take(&mut trial.machine.state().log);
    match ended {
        Ok(()) => Ok(history),
        Err(found) => Err(broken(found, history)),
    }
}

impl Trial {
    fn all(&mut self) -> Result<(), (Promise, String)> {
        for month in 0..self.story.months.len() {
            let right = Arc::clone(&self.right);
            put_inputs(&mut self.machine.state().disk, &right.inputs[month]);
            for _ in 0..1 + self.random.below(3) {
                for command in self.commands(month) {
                    if self.is_closed(month) {
                        break;
                    }
                    let count = 1 + usize::from(self.random.once_in(4));
                    let faults = self.faults(count);
                    self.run(&command, count, faults)?;
                    if self.random.once_in(8) {
                        self.machine.crash();
                        self.after_crash()?;
                    }
                }
            }
            if month > 0 && self.random.once_in(3) {
                self.damaged(month)?;
            }
            self.on_a_sound_machine(month)?;
        }
        let state = self.machine.state();
        let objects = all_below(&state.disk, Path::new(OBJECTS));
        match self.right.objects.iter().find(|object| !objects.contains(object)) {
            Some(object) => Err((Promise::Durable, format!("`{object}` is missing"))),
            None => Ok(()),
        }
    }

    fn commands(&self, month: usize) -> [Command; 3] {
        [Command::Close(self.story.months[month].clone()), Command::Approve, Command::Post]
    }

    fn is_closed(&self, month: usize) -> bool {
        closes(&self.machine.state().disk).len() > month
    }

    /// Somebody changes a byte of a close: it is found, and what the next commands make is right or nothing. Then it is put back.
    fn damaged(&mut self, month: usize) -> Result<(), (Promise, String)> {
        let files = all_below(&self.machine.state().disk, Path::new(CLOSES));
        let files: Vec<String> = files.into_iter().filter(|file| !file.contains("/.")).collect();
        if files.is_empty() {
            return Ok(());
        }
        let path = PathBuf::from(&files[self.random.below(files.len())]);
        let before = self.machine.state().disk.bytes(&path).unwrap_or_default().to_vec();
        let mut changed = before.clone();
        let place = self.random.below(changed.len());
        match changed.get_mut(place) {
            Some(byte) => *byte ^= 1 << self.random.below(8),
            None => changed.push(b'x'),
        }
        self.machine.state().disk.overwrite(&path, &changed);
        let found = prove(&self.machine.state().disk, false);
        found.map_err(|why| {
            (Promise::Identities, format!("byte {place} of {} was changed: {why}", path.display()))
        })?;
        for command in self.commands(month) {
            if self.is_closed(month) {
                break;
            }
            let ended = self.damaged_run(&command, &path)?;
            let is_explained = match &ended {
                Ended::Done { .. } => true,
                Ended::Refused(code, _) => {
                    is_of_damage(*code)
                        || matches!(
                            code,
                            Code::NoDraft
                                | Code::AlreadyApproved
                                | Code::ApprovalMissing
                                | Code::DraftOutdated
                        )
                }
                Ended::Panicked(_) => false,
            };
            if !is_explained {
                return Err((
                    Promise::Truth,
                    format!("{} is damaged, and {command:?} ended as {ended:?}", path.display()),
                ));
            }
        }
        self.machine.state().disk.overwrite(&path, &before);
        match wrong(&self.machine.state().disk, &self.right) {
            Some(why) => Err((Promise::Mixture, format!("made from a damaged ledger: {why}"))),
            None => Ok(()),
        }
    }

    /// A command on a damaged ledger, which the watch would call wrong.
    fn damaged_run(&mut self, command: &Command, path: &Path) -> Result<Ended, (Promise, String)> {
        let process = self.processes;
        self.processes += 1;
        self.machine.begin(&[process], Faults::default(), None);
        let ended = command.ended(&View { machine: Arc::clone(&self.machine), process });
        self.machine.finish();
        if let Ended::Panicked(why) = &ended {
            return Err((Promise::NoPanic, format!("{} is damaged: {why}", path.display())));
        }
        Ok(ended)
    }

    /// What is missing of a month is done where nothing fails.
    fn on_a_sound_machine(&mut self, month: usize) -> Result<(), (Promise, String)> {
        for command in self.commands(month) {
            if self.is_closed(month) {
                break;
            }
            let ended = self.run(&command, 1, Faults::default())?;
            let is_signed = matches!(ended[0], Ended::Refused(Code::AlreadyApproved, _));
            if !is_signed && !matches!(ended[0], Ended::Done { .. }) {
                return Err((
                    Promise::Recovers,
                    format!("on a sound machine, {command:?} ended as {ended:?}"),
                ));
            }
        }
        if self.is_closed(month) {
            return Ok(());
        }
        Err((Promise::Recovers, format!("{} is not closed", self.story.months[month])))
    }

    fn faults(&mut self, processes: usize) -> Faults {
        let random = &mut self.random;
        let mut faults = Faults { short: random.once_in(2), ..Faults::default() };
        match random.below(7) {
            0 | 1 => {
                let process = self.processes + random.below(processes);
                faults.kill = Some((process, 1 + random.number() % 160));
            }
            2 => faults.crash_at = Some(1 + random.number() % (160 * processes as u64)),
            3 => faults.change = Some(3 + random.number() % 40),
            4 => faults.read = Some(2 + random.number() % 60),
            5 => faults.full_from = Some(1 + random.number() % 160),
            _ => {}
        }
        faults
    }

    /// Runs a command in some processes side by side.
    fn run(
        &mut self,
        command: &Command,
        count: usize,
        faults: Faults,
    ) -> Result<Vec<Ended>, (Promise, String)> {
        let ids: Vec<Process> = (self.processes..self.processes + count).collect();
        self.processes += count;
        let there = closes(&self.machine.state().disk).len();
        let seen = Arc::new(Mutex::new(Seen { there, found: None }));
        let (note, right) = (Arc::clone(&seen), Arc::clone(&self.right));
        let watch = move |disk: &Disk, what: &str| {
            let mut seen = note.lock().unwrap_or_else(PoisonError::into_inner);
            let now = closes(disk).len();
            let found = if what != STOPS && now < seen.there {
                Some((Promise::AlwaysThere, format!("a close is gone after `{what}`")))
            } else {
                wrong(disk, &right).map(|why| (Promise::Mixture, format!("after `{what}`: {why}")))
            };
            seen.there = now;
            if seen.found.is_none() {
                seen.found = found;
            }
        };
        self.machine.begin(&ids, faults, Some(Box::new(watch)));
        let ended: Vec<Ended> = std::thread::scope(|scope| {
            let started: Vec<_> = ids
                .iter()
                .map(|process| {
                    let view = View { machine: Arc::clone(&self.machine), process: *process };
                    scope.spawn(move || command.ended(&view))
                })
                .collect();
            let joined = started.into_iter().map(|thread| thread.join());
            joined.map(|ended| ended.unwrap_or_else(|_| Ended::Panicked(String::new()))).collect()
        });
        let crashed = self.machine.finish();
        if let Some(found) = seen.lock().unwrap_or_else(PoisonError::into_inner).found.take() {
            return Err(found);
        }
        if let Some(why) = ended.iter().find_map(|ended| match ended {
            Ended::Panicked(why) => Some(why),
            _ => None,
        }) {
            return Err((Promise::NoPanic, why.clone()));
        }
        let has_posted = *command == Command::Post && ended.contains(&Ended::Done { confirmed: true });
        if has_posted {
            self.confirmed += 1;
        }
        if crashed {
            self.after_crash()?;
        } else if has_posted && closes(&self.machine.state().disk).len() < self.confirmed {
            return Err((Promise::Truth, "a month was posted, and is not there".to_owned()));
        }
        Ok(ended)
    }

    /// What was confirmed is there after the machine stopped, and right.
    fn after_crash(&self) -> Result<(), (Promise, String)> {
        let state = self.machine.state();
        if let Some(why) = wrong(&state.disk, &self.right) {
            return Err((Promise::Durable, why));
        }
        let there = closes(&state.disk).len();
        if there < self.confirmed {
            return Err((Promise::Durable, format!("of {} closes there are {there}", self.confirmed)));
        }
        Ok(())
    }
}
