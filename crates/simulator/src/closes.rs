//! Three months that are closed on a machine that fails: drafts, approvals, posts, one process at a time or two at once.
//!
//! Closes have no clock and no chance in them. So there is one right ledger, made on a machine that is sound, and whatever
//! happens in between, each close that is there is that of the right ledger, byte for byte; one that was posted and confirmed stays; and
//! on a machine that is sound again, the months that are missing can be closed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use apportion::Session;
use apportion::diagnostic::Code;
use apportion::ledger::closing::CloseOutcome;
use apportion::store::Store;

use crate::disk::Disk;
use crate::machine::{Faults, Machine, Process, View};
use crate::project::{Files, PROJECT, files_at};
use crate::random::Random;
use crate::rounds::{BrokenPromise, Promise, as_process};
use crate::watch::STOPS;

const CLOSES: &str = "p/ledger/closes";
const OBJECTS: &str = "p/ledger/objects";
const MONTHS: [&str; 3] = ["2026-01", "2026-02", "2026-03"];

const BOOK: &str = "[book]\nname = \"A dollar\"\ncurrency = \"USD\"\nrules = [\"rules/*.toml\"]\n[sources]\n\
                    deals = { path = \"deals.csv\" }\npayees = { path = \"payees.csv\" }\n\
                    engagements = { path = \"engagements.csv\" }\n[ledger]\nfirst = \"2026-01\"\napprovals = 1\n";
const RULES: &str = "[[shared_credit]]\nid = \"tenth\"\neffective = { from = 2026-01-01 }\nrate = \"10%\"\nmodel = \"equal\"\n\
                     [[draw]]\nid = \"ramp\"\neffective = { from = 2026-01-01 }\npayees = \"payee_id = 'ben'\"\namount = 5\n\
                     recoverable = true\n";

/// The deals as they are known when a month is closed: a new one each month, and those before are worth ten dollars more.
fn deals(month: usize) -> String {
    let row = |of: usize| format!("D{of},won,{}-1{of},{}\n", MONTHS[of], 100 * (of + 1) + 10 * (month - of));
    format!("deal_id,outcome,close_date,amount\n{}", (0..=month).map(row).collect::<String>())
}

fn put_inputs(disk: &mut Disk, month: usize) {
    let path = |name: &str| Path::new(PROJECT).join(name);
    // Who works on a deal is known as soon as it is there.
    let of_deals = ["D0,ann,any\nD0,ben,any\n", "D1,ann,any\n", "D2,ben,any\n"];
    let engagements = format!("deal_id,payee_id,role\n{}", of_deals[..=month].concat());
    for (name, content) in [
        ("apportion.toml", BOOK),
        ("rules/all.toml", RULES),
        ("payees.csv", "payee_id\nann\nben\n"),
        ("deals.csv", &deals(month)),
        ("engagements.csv", &engagements),
    ] {
        disk.put(&path(name), content.as_bytes());
    }
}

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Command {
    Close(usize),
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
    fn run(self, view: &View) -> Result<bool, apportion::Error> {
        let store: Arc<dyn Store> = Arc::new(view.clone());
        let session = Session::open_in(Arc::new(view.clone()), PROJECT)?;
        let warning = match self {
            Self::Close(month) => {
                let period = MONTHS[month].parse().unwrap_or_else(|_| unreachable!("it is a month"));
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
    fn ended(self, view: &View) -> Ended {
        match as_process(view, || self.run(view)) {
            Err(said) => Ended::Panicked(said),
            Ok(Ok(confirmed)) => Ended::Done { confirmed },
            Ok(Err(error)) => Ended::Refused(error.diagnostics()[0].code, error.to_string()),
        }
    }
}

/// The right ledger: the files of each close by its folder's name, and the objects.
static RIGHT: LazyLock<(BTreeMap<String, Files>, Vec<String>)> = LazyLock::new(|| {
    let machine = Arc::new(Machine::new(0));
    for month in 0..MONTHS.len() {
        put_inputs(&mut machine.state().disk, month);
        for command in [Command::Close(month), Command::Approve, Command::Post] {
            machine.begin(&[0], Faults::default(), None);
            let ended = command.ended(&View { machine: Arc::clone(&machine), process: 0 });
            assert_eq!(ended, Ended::Done { confirmed: true }, "{command:?}");
            machine.finish();
        }
    }
    let state = machine.state();
    let closes = closes(&state.disk);
    assert_eq!(closes.len(), MONTHS.len(), "each month is closed");
    let files = |name: String| {
        let files = files_at(&state.disk, &Path::new(CLOSES).join(&name));
        (name, files.unwrap_or_default())
    };
    (closes.into_iter().map(files).collect(), all_below(&state.disk, Path::new(OBJECTS)))
});

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
fn wrong(disk: &Disk) -> Option<String> {
    let names = closes(disk);
    for (place, name) in names.iter().enumerate() {
        let Some((right, files)) = RIGHT.0.iter().nth(place) else {
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
    let machine = Arc::new(Machine::new(seed));
    let mut trial = Trial { machine, random: Random::new(seed), processes: 0, confirmed: 0 };
    trial.machine.state().exchanges = !trial.random.once_in(4);
    let ended = trial.all();
    let history = std::mem::take(&mut trial.machine.state().log);
    match ended {
        Ok(()) => Ok(history),
        Err(found) => Err(BrokenPromise { seed, promises: vec![found], history }),
    }
}

impl Trial {
    fn all(&mut self) -> Result<(), (Promise, String)> {
        for month in 0..MONTHS.len() {
            put_inputs(&mut self.machine.state().disk, month);
            for _ in 0..1 + self.random.below(3) {
                for command in [Command::Close(month), Command::Approve, Command::Post] {
                    if self.is_closed(month) {
                        break;
                    }
                    let count = 1 + usize::from(self.random.once_in(4));
                    let faults = self.faults(count);
                    self.run(command, count, faults)?;
                    if self.random.once_in(8) {
                        self.machine.crash();
                        self.after_crash()?;
                    }
                }
            }
            self.on_a_sound_machine(month)?;
        }
        let state = self.machine.state();
        let objects = all_below(&state.disk, Path::new(OBJECTS));
        match RIGHT.1.iter().find(|object| !objects.contains(object)) {
            Some(object) => Err((Promise::Durable, format!("`{object}` is missing"))),
            None => Ok(()),
        }
    }

    fn is_closed(&self, month: usize) -> bool {
        closes(&self.machine.state().disk).len() > month
    }

    /// What is missing of a month is done where nothing fails.
    fn on_a_sound_machine(&mut self, month: usize) -> Result<(), (Promise, String)> {
        for command in [Command::Close(month), Command::Approve, Command::Post] {
            if self.is_closed(month) {
                break;
            }
            let ended = self.run(command, 1, Faults::default())?;
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
        Err((Promise::Recovers, format!("{} is not closed", MONTHS[month])))
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
        command: Command,
        count: usize,
        faults: Faults,
    ) -> Result<Vec<Ended>, (Promise, String)> {
        let ids: Vec<Process> = (self.processes..self.processes + count).collect();
        self.processes += count;
        let there = closes(&self.machine.state().disk).len();
        let seen = Arc::new(Mutex::new(Seen { there, found: None }));
        let note = Arc::clone(&seen);
        let watch = move |disk: &Disk, what: &str| {
            let mut seen = note.lock().unwrap_or_else(PoisonError::into_inner);
            let now = closes(disk).len();
            let found = if what != STOPS && now < seen.there {
                Some((Promise::AlwaysThere, format!("a close is gone after `{what}`")))
            } else {
                wrong(disk).map(|why| (Promise::Mixture, format!("after `{what}`: {why}")))
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
        let has_posted = command == Command::Post && ended.contains(&Ended::Done { confirmed: true });
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
        if let Some(why) = wrong(&state.disk) {
            return Err((Promise::Durable, why));
        }
        let there = closes(&state.disk).len();
        if there < self.confirmed {
            return Err((Promise::Durable, format!("of {} closes there are {there}", self.confirmed)));
        }
        Ok(())
    }
}
