//! The rounds of a seed, and what is asked after each.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use apportion::diagnostic::Code;

use crate::machine::{Edit, Faults, Machine, Process, View};
use crate::programs::Program;
use crate::project::{BESIDE, Files, INPUTS, OUT, files_at, is_whole, put_inputs};
use crate::random::Random;
use crate::watch::{Sighting, broken, can_be_found, watch};

/// A promise, by the fault that breaks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// Two runs at once: one result, and no run that says otherwise.
    Races,
    /// A result is of one version of each input.
    Mixture,
    /// Between two steps of publishing there is a result.
    AlwaysThere,
    /// What a run says is so.
    Truth,
    /// After a crash there is what a run said that it wrote.
    Durable,
    /// A sound machine is enough for the next run.
    Recovers,
    /// What is not ours is left alone, and nothing of ours is left.
    Tidy,
    /// A ledger is proven, and a damaged one is not.
    Identities,
    /// Of what deals earn nothing is lost and nothing is paid twice.
    Conserved,
    /// No panic.
    NoPanic,
}

/// What a seed broke.
#[derive(Debug, Clone)]
pub struct BrokenPromise {
    /// The seed.
    pub seed: u64,
    /// The promises and what was found, in order. That there was no result for a moment is no reason to stop looking.
    pub promises: Vec<(Promise, String)>,
    /// Everything that happened before.
    pub history: Vec<String>,
}

impl fmt::Display for BrokenPromise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found: Vec<String> =
            self.promises.iter().map(|(promise, what)| format!("{promise:?}: {what}")).collect();
        write!(f, "seed {}: {}", self.seed, found.join("; "))
    }
}

/// What a process came to.
#[derive(Debug, Clone)]
enum ProcessEnd {
    /// It wrote, and whether the disk confirmed.
    Wrote {
        confirmed: bool,
    },
    /// An error: its code, and whether it says that nothing was replaced.
    Refused {
        code: Code,
        nothing_replaced: bool,
        said: String,
    },
    Panicked(String),
}

/// A seed on its way.
struct Trial {
    program: Program,
    machine: Arc<Machine>,
    random: Random,
    processes: Process,
    exchanges: bool,
    locks: bool,
    /// Files beside the result that are not ours.
    foreign: BTreeMap<PathBuf, Vec<u8>>,
    /// The last result that a run wrote and the disk confirmed, unless a later run may have replaced it.
    confirmed: Option<Files>,
    /// The version of each input, as bits.
    versions: usize,
    /// What was broken so far.
    broken: Vec<(Promise, String)>,
}

type Verdict = Result<(), (Promise, String)>;

/// Tries a seed, and returns its history.
///
/// # Errors
/// The first promise that was broken.
pub fn try_seed(seed: u64, program: Program) -> Result<Vec<String>, BrokenPromise> {
    let mut trial = Trial::new(seed, program);
    if let Err(found) = trial.all() {
        trial.broken.push(found);
    }
    let history = std::mem::take(&mut trial.machine.state().log);
    let promises = trial.broken;
    if promises.is_empty() { Ok(history) } else { Err(BrokenPromise { seed, promises, history }) }
}

impl Trial {
    fn new(seed: u64, program: Program) -> Self {
        let mut random = Random::new(seed);
        let machine = Arc::new(Machine::new(seed));
        let (exchanges, locks) = (!random.once_in(4), !random.once_in(12));
        let versions = random.below(1 << INPUTS.len());
        let mut foreign = BTreeMap::new();
        {
            let mut state = machine.state();
            (state.exchanges, state.locks) = (exchanges, locks);
            put_inputs(&mut state.disk, versions);
            for (name, once_in) in [
                (".2026-01.lock", 8),
                (".2026-01.0123456789abcdef.partial/thesis.txt", 6),
                (".2026-01.partial/notes.txt", 6),
                (".2026-01.0123456789abcdef.replaced/notes.txt", 8),
                ("notes.txt", 4),
            ] {
                if random.once_in(once_in) {
                    let path = Path::new(BESIDE).join(name);
                    state.disk.put(&path, b"mine");
                    foreign.insert(path, b"mine".to_vec());
                }
            }
        }
        Self {
            program,
            machine,
            random,
            processes: 0,
            exchanges,
            locks,
            foreign,
            confirmed: None,
            versions,
            broken: Vec::new(),
        }
    }

    fn all(&mut self) -> Verdict {
        if !self.random.once_in(4) {
            self.sound_run()?;
        }
        for _ in 0..1 + self.random.below(3) {
            self.round()?;
            if self.random.once_in(5) {
                self.machine.crash();
                self.after_crash()?;
            }
        }
        let out = Path::new(OUT);
        self.machine.state().disk.fix(out, false);
        let partials = self.beside();
        for name in &partials {
            self.machine.state().disk.fix(&Path::new(BESIDE).join(name), false);
        }
        self.sound_run()?;
        self.tidy()
    }

    /// A run on a machine that is sound.
    fn sound_run(&mut self) -> Verdict {
        let (ended, seen, _) = self.processes_run(1, Faults::default());
        self.look_at(&seen);
        match &ended[0] {
            ProcessEnd::Wrote { confirmed: true } if is_whole(&self.machine.state().disk, Path::new(OUT)) => {
            }
            other => {
                return Err((Promise::Recovers, format!("on a sound machine, a run ended as {other:?}")));
            }
        }
        self.confirmed = files_at(&self.machine.state().disk, Path::new(OUT));
        Ok(())
    }

    /// One round: some processes, and what befalls them.
    fn round(&mut self) -> Verdict {
        let processes = if self.random.once_in(2) { 1 } else { 2 + self.random.below(2) };
        let faults = self.faults(processes);
        if processes == 1 && self.random.once_in(6) {
            self.machine.state().disk.fix(Path::new(OUT), true);
        }
        let before = files_at(&self.machine.state().disk, Path::new(OUT));
        let (ended, seen, crashed) = self.processes_run(processes, faults.clone());
        self.look_at(&seen);
        if let Some(ProcessEnd::Panicked(why)) =
            ended.iter().find(|ended| matches!(ended, ProcessEnd::Panicked(_)))
        {
            return Err((Promise::NoPanic, why.clone()));
        }
        let wrote: Vec<bool> = ended
            .iter()
            .filter_map(|ended| match ended {
                ProcessEnd::Wrote { confirmed } => Some(*confirmed),
                _ => None,
            })
            .collect();
        if crashed {
            // Who wrote before the machine stopped may have been followed by who did not come so far.
            if !wrote.is_empty() {
                self.confirmed = None;
                let whole = can_be_found(&self.machine.state().disk, self.exchanges);
                if wrote.iter().any(|confirmed| *confirmed) && !whole {
                    return Err((
                        Promise::Durable,
                        "a run wrote, and after the crash there is no result".to_owned(),
                    ));
                }
            }
            return self.after_crash();
        }
        let now = files_at(&self.machine.state().disk, Path::new(OUT));
        let killed = faults.kill.is_some();
        if !wrote.is_empty() && !is_whole(&self.machine.state().disk, Path::new(OUT)) {
            let promise = match broken(&self.machine.state().disk) {
                Promise::AlwaysThere if processes > 1 => Promise::Races,
                Promise::AlwaysThere => Promise::Truth,
                other => other,
            };
            return Err((promise, "a run says that it wrote, and no right result is there".to_owned()));
        }
        if processes == 1 {
            truth(&ended[0], before.as_ref(), now.as_ref())?;
        } else if faults.none() && self.locks {
            races(&ended)?;
        }
        if !wrote.is_empty() {
            self.confirmed = if wrote.iter().all(|confirmed| *confirmed) && !killed { now } else { None };
        } else if now != before {
            // It was killed after it published.
            self.confirmed = None;
        }
        Ok(())
    }

    /// What was confirmed is there after the machine stopped.
    fn after_crash(&mut self) -> Verdict {
        let state = self.machine.state();
        let now = files_at(&state.disk, Path::new(OUT));
        if let Some(confirmed) = &self.confirmed
            && !can_be_found(&state.disk, self.exchanges)
        {
            let names = now.map(|files| files.keys().cloned().collect::<Vec<_>>());
            let had = confirmed.len();
            return Err((Promise::Durable, format!("of {had} files that a run wrote there are {names:?}")));
        }
        Ok(())
    }

    fn faults(&mut self, processes: usize) -> Faults {
        let random = &mut self.random;
        let mut faults = Faults { short: random.once_in(2), ..Faults::default() };
        let first = self.processes;
        match random.below(8) {
            0 | 1 => {
                let process = first + random.below(processes);
                faults.kill = Some((process, 1 + random.number() % 90));
            }
            2 => faults.crash_at = Some(1 + random.number() % (80 * processes as u64)),
            3 => faults.change = Some(3 + random.number() % 40),
            4 => faults.read = Some(2 + random.number() % 60),
            5 => faults.full_from = Some(1 + random.number() % 90),
            _ => {}
        }
        if random.once_in(3) {
            for _ in 0..1 + random.below(3) {
                let index = random.below(INPUTS.len());
                self.versions ^= 1 << index;
                let (path, contents) = &INPUTS[index];
                let content = contents[self.versions >> index & 1].clone();
                // Not with several processes: the order of their reads does not follow from the seed.
                let in_place = processes == 1 && random.once_in(2);
                let edit = Edit { path: path.clone(), content, in_place };
                faults.edits.insert(1 + random.number() % 60, edit);
            }
        }
        faults
    }

    /// Runs some processes side by side.
    fn processes_run(&mut self, count: usize, faults: Faults) -> (Vec<ProcessEnd>, Sighting, bool) {
        let ids: Vec<Process> = (self.processes..self.processes + count).collect();
        self.processes += count;
        let had = can_be_found(&self.machine.state().disk, self.exchanges);
        let program = self.program;
        let (look, seen) = watch(self.exchanges, had);
        self.machine.begin(&ids, faults, Some(look));
        let ended = std::thread::scope(|scope| {
            let started: Vec<_> = ids
                .iter()
                .map(|process| {
                    let view = View { machine: Arc::clone(&self.machine), process: *process };
                    scope.spawn(move || ended(program, &view))
                })
                .collect();
            let joined = started.into_iter().map(|thread| thread.join());
            joined
                .map(|ended| ended.unwrap_or_else(|_| ProcessEnd::Panicked("its thread is gone".to_owned())))
                .collect()
        });
        let crashed = self.machine.finish();
        (ended, seen, crashed)
    }

    /// Notes what the watch saw, once for each promise.
    fn look_at(&mut self, seen: &Sighting) {
        if let Some((promise, what)) = seen.lock().unwrap_or_else(PoisonError::into_inner).take()
            && self.broken.iter().all(|(known, _)| *known != promise)
        {
            self.broken.push((promise, what));
        }
    }

    fn beside(&self) -> Vec<String> {
        self.machine.state().disk.names(Path::new(BESIDE)).unwrap_or_default()
    }

    /// After a sound run: what is not ours is as it was, and of ours there is the result alone.
    fn tidy(&self) -> Verdict {
        let state = self.machine.state();
        for (path, content) in &self.foreign {
            if state.disk.bytes(path) != Some(content) {
                let what = format!("`{}` is not as it was, and not ours", path.display());
                return Err((Promise::Tidy, what));
            }
        }
        if !self.locks {
            return Ok(());
        }
        let is_foreign = |name: &str| {
            let path = Path::new(BESIDE).join(name);
            self.foreign.keys().any(|foreign| foreign.starts_with(&path))
        };
        let names = state.disk.names(Path::new(BESIDE)).unwrap_or_default();
        match names.iter().find(|name| name.as_str() != "2026-01" && !is_foreign(name)) {
            Some(name) => Err((Promise::Tidy, format!("`{name}` was left behind"))),
            None => Ok(()),
        }
    }
}

/// Runs something as a process, on one thread of its own; the error is what a panic said.
pub fn as_process<T: Send>(view: &View, run: impl FnOnce() -> T + Send) -> Result<T, String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let run = || catch_unwind(AssertUnwindSafe(run));
    let done = match &pool {
        Ok(pool) => pool.install(run),
        Err(_) => run(),
    };
    view.machine.end(view.process);
    done.map_err(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        said.or_else(|| panic.downcast_ref::<&str>().map(|said| (*said).to_owned())).unwrap_or_default()
    })
}

fn ended(program: Program, view: &View) -> ProcessEnd {
    match as_process(view, || program.run(view)) {
        Err(said) => ProcessEnd::Panicked(said),
        Ok(Ok(written)) => {
            let warnings = written.map(|written| written.warnings).unwrap_or_default();
            ProcessEnd::Wrote { confirmed: warnings.iter().all(|warning| warning.code != Code::Unconfirmed) }
        }
        Ok(Err(error)) => {
            let first = &error.diagnostics()[0];
            let nothing_replaced = first.help.iter().any(|help| help.contains("nothing was replaced"));
            ProcessEnd::Refused { code: first.code, nothing_replaced, said: error.to_string() }
        }
    }
}

/// One process: what it says of the result is so.
fn truth(ended: &ProcessEnd, before: Option<&Files>, now: Option<&Files>) -> Verdict {
    match ended {
        ProcessEnd::Refused { nothing_replaced: true, said, .. } if before != now => {
            Err((Promise::Truth, format!("something was replaced, and the run said: {said}")))
        }
        _ => Ok(()),
    }
}

/// Several processes on a sound machine: one at least writes, and the others say why they did not.
fn races(ended: &[ProcessEnd]) -> Verdict {
    if !ended.iter().any(|ended| matches!(ended, ProcessEnd::Wrote { .. })) {
        return Err((Promise::Races, format!("of several runs none wrote: {ended:?}")));
    }
    for ended in ended {
        if let ProcessEnd::Refused { code, said, .. } = ended
            && *code != Code::ResultInUse
        {
            return Err((Promise::Races, format!("a run beside others said: {said}")));
        }
    }
    Ok(())
}
