//! A machine with one disk and some processes, on which anything may fail.
//!
//! Every call of a process comes through a [`View`]. With several processes one goes on at a time, and after each of its calls the
//! seed says which is next; so a seed is one history, also where processes race. What fails is drawn for each call from the seed,
//! the call and its path, not from the order of calls in all: reading is done by threads, whose order does not follow from it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::disk::{Disk, Inode};
use crate::random::{Random, drawn};

/// A process, counted over all rounds.
pub type Process = usize;

/// What may fail in a round.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// Reads give an error once in so many.
    pub read: Option<u64>,
    /// Reads and writes give or take less than was asked for.
    pub short: bool,
    /// Calls that change something give an error once in so many, and change nothing.
    pub change: Option<u64>,
    /// From this call of all on, there is no space.
    pub full_from: Option<u64>,
    /// The process that is killed, and at which of its calls.
    pub kill: Option<(Process, u64)>,
    /// At which call of all the machine stops.
    pub crash_at: Option<u64>,
    /// At which calls of all another program changes an input, and how.
    pub edits: BTreeMap<u64, Edit>,
}

impl Faults {
    /// Whether nothing is to fail.
    pub fn none(&self) -> bool {
        let Self { read, change, full_from, kill, crash_at, .. } = self;
        read.is_none() && change.is_none() && full_from.is_none() && kill.is_none() && crash_at.is_none()
    }
}

/// Another program's change of a file.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The file.
    pub path: PathBuf,
    /// What it is from then on.
    pub content: Vec<u8>,
    /// Whether it is written over, or another file takes its name.
    pub in_place: bool,
}

/// What the machine can do and what happens on it.
#[derive(Debug)]
pub struct Machine {
    state: Mutex<State>,
    turn: Condvar,
}

/// What looks at the disk after each change of names.
pub type Watch = Box<dyn FnMut(&Disk, &str) + Send>;

/// Everything that changes.
pub struct State {
    /// The disk.
    pub disk: Disk,
    /// Whether two names can be exchanged in one step.
    pub exchanges: bool,
    /// Whether files can be locked.
    pub locks: bool,
    /// What happened, in order.
    pub log: Vec<String>,
    seed: u64,
    random: Random,
    faults: Faults,
    /// Calls in this round, reads aside.
    calls: u64,
    calls_of: BTreeMap<Process, u64>,
    tokens: BTreeMap<Process, u64>,
    /// How often a call was made on a path, by process: so that a fault does not come back at each attempt.
    repeats: BTreeMap<(Process, &'static str, PathBuf), u64>,
    held: BTreeMap<Inode, Process>,
    dead: Vec<Process>,
    live: Vec<Process>,
    next: Process,
    crashed: bool,
    watch: Option<Watch>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("calls", &self.calls).finish_non_exhaustive()
    }
}

/// What a process sees that is no more.
fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::BrokenPipe, "this process is dead")
}

fn planted(what: &str) -> io::Error {
    io::Error::other(format!("planted: {what}"))
}

impl Machine {
    /// A machine without files.
    pub fn new(seed: u64) -> Self {
        let state = State {
            disk: Disk::default(),
            exchanges: true,
            locks: true,
            log: Vec::new(),
            seed,
            random: Random::new(seed ^ 0x5ca1_ab1e),
            faults: Faults::default(),
            calls: 0,
            calls_of: BTreeMap::new(),
            tokens: BTreeMap::new(),
            repeats: BTreeMap::new(),
            held: BTreeMap::new(),
            dead: Vec::new(),
            live: Vec::new(),
            next: 0,
            crashed: false,
            watch: None,
        };
        Self { state: Mutex::new(state), turn: Condvar::new() }
    }

    /// The machine at rest, or between two calls.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a round with these processes.
    pub fn begin(&self, processes: &[Process], faults: Faults, watch: Option<Watch>) {
        let mut state = self.state();
        state.faults = faults;
        state.calls = 0;
        state.repeats.clear();
        state.live = processes.to_vec();
        state.crashed = false;
        state.watch = watch;
        state.next = processes.first().copied().unwrap_or(0);
    }

    /// A process ended. Its locks are given up.
    pub fn end(&self, process: Process) {
        let mut state = self.wait_for(process);
        // Of a process that was killed, when its thread ends is not in the seed.
        if !state.dead.contains(&process) {
            state.note(process, "ends".to_owned());
            state.remove(process);
        }
        drop(state);
        self.turn.notify_all();
    }

    /// After the last process ended: whether the machine stopped in this round. The disk is what was left of it then.
    pub fn finish(&self) -> bool {
        let mut state = self.state();
        state.faults = Faults::default();
        state.watch = None;
        std::mem::take(&mut state.crashed)
    }

    /// The machine stops between two rounds.
    pub fn crash(&self) {
        self.state().crash();
    }

    fn wait_for(&self, process: Process) -> MutexGuard<'_, State> {
        let mut state = self.state();
        while state.live.len() > 1 && state.live.contains(&process) && state.next != process {
            state = self.turn.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state
    }

    /// A call that may change something or that others may get in between.
    #[expect(
        clippy::too_many_arguments,
        reason = "a call of the system, in the order in which it is written"
    )]
    fn call<T>(
        &self,
        process: Process,
        name: &'static str,
        path: &Path,
        changes: bool,
        work: impl FnOnce(&mut State) -> io::Result<T>,
    ) -> io::Result<T> {
        let mut state = self.wait_for(process);
        // When a process that was killed makes its last calls is not in the seed: they draw no number.
        let has_turn = state.live.contains(&process);
        let done = state.call(process, name, path, changes, work);
        if has_turn && !state.live.is_empty() {
            let place = {
                let live = state.live.len();
                state.random.below(live)
            };
            state.next = state.live[place];
        }
        drop(state);
        self.turn.notify_all();
        done
    }
}

impl State {
    fn note(&mut self, process: Process, what: String) {
        self.log.push(format!("{:4} process {process} {what}", self.calls));
    }

    fn remove(&mut self, process: Process) {
        self.live.retain(|live| *live != process);
        self.held.retain(|_, holder| *holder != process);
        if self.next == process && !self.live.is_empty() {
            let place = self.random.below(self.live.len());
            self.next = self.live[place];
        }
    }

    fn crash(&mut self) {
        self.log.push(format!("{:4} the machine stops", self.calls));
        self.disk.crash(&mut self.random);
        self.held.clear();
        self.crashed = true;
        let live = std::mem::take(&mut self.live);
        self.dead.extend(live);
        self.look(crate::watch::STOPS);
    }

    /// Lets the watch look at the disk.
    fn look(&mut self, what: &str) {
        if let Some(mut watch) = self.watch.take() {
            watch(&self.disk, what);
            self.watch = Some(watch);
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "a call of the system, in the order in which it is written"
    )]
    fn call<T>(
        &mut self,
        process: Process,
        name: &'static str,
        path: &Path,
        changes: bool,
        work: impl FnOnce(&mut Self) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.dead.contains(&process) {
            return Err(gone());
        }
        self.calls += 1;
        let of_process = self.calls_of.entry(process).or_default();
        *of_process += 1;
        let of_process = *of_process;
        if let Some(edit) = self.faults.edits.get(&self.calls).cloned() {
            self.edit(&edit);
        }
        if self.faults.crash_at == Some(self.calls) {
            self.crash();
            return Err(gone());
        }
        if self.faults.kill == Some((process, of_process)) {
            self.note(process, "is killed".to_owned());
            self.dead.push(process);
            self.remove(process);
            return Err(gone());
        }
        let repeats = self.repeats.entry((process, name, path.to_owned())).or_default();
        *repeats += 1;
        let repeats = *repeats;
        let fails = changes
            && self.faults.change.is_some_and(|once_in| {
                drawn(&[self.seed, process as u64, repeats], &format!("{name} {}", path.display()))
                    .is_multiple_of(once_in)
            });
        let full = matches!(name, "create" | "append" | "create folder" | "lock file")
            && self.faults.full_from.is_some_and(|from| self.calls >= from);
        let done = if full {
            Err(io::Error::new(io::ErrorKind::StorageFull, "planted: no space"))
        } else if fails {
            Err(planted(name))
        } else {
            work(self)
        };
        let outcome = done.as_ref().map_or_else(|error| format!(": {error}"), |_| String::new());
        self.note(process, format!("{name} {}{outcome}", path.display()));
        if changes && done.is_ok() && !matches!(name, "append" | "sync" | "lock") {
            self.look(name);
        }
        done
    }

    fn edit(&mut self, edit: &Edit) {
        let how = if edit.in_place { "is written over" } else { "is replaced" };
        self.log.push(format!("{:4} {} {how}", self.calls, edit.path.display()));
        match edit.in_place {
            true => self.disk.overwrite(&edit.path, &edit.content),
            false => self.disk.put(&edit.path, &edit.content),
        }
    }
}

/// The machine as a process sees it.
#[derive(Debug, Clone)]
pub struct View {
    /// The machine.
    pub machine: Arc<Machine>,
    /// The process.
    pub process: Process,
}

mod view;
