//! Runs that are killed, inputs that are replaced while they are read, and runs beside each other.
//!
//! Each is short here and long on request: `KILLS=1000`, `REPLACED=1000`, `LOOPS_SECONDS=600`, with
//! `cargo test --test it -- publishing::interrupted --nocapture`.

use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::{Bench, CommandEnd, JULY, is_proven};

const RULE: &str = "rules/new-business.toml";
const DEALS: &str = "data/deals.csv";

/// A number that the environment asks for.
fn asked(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

/// Two contents of a file, and the run.json of each.
struct Versions {
    path: &'static str,
    contents: [String; 2],
    results: [String; 2],
}

impl Versions {
    fn new(bench: &Bench, path: &'static str, from: &str, to: &str) -> Self {
        let first = bench.text(path);
        assert!(first.contains(from));
        let contents = [first.clone(), first.replace(from, to)];
        let results = [1, 0].map(|version: usize| {
            bench.write(path, &contents[version]);
            bench.close();
            bench.text("out/run.json")
        });
        let [second, first] = results;
        Self { path, contents, results: [first, second] }
    }

    /// Lets another file take the name.
    fn put(&self, bench: &Bench, version: usize) {
        let beside = format!("{}.new", self.path);
        bench.write(&beside, &self.contents[version]);
        std::fs::rename(bench.at(&beside), bench.at(self.path)).unwrap();
    }

    /// Whether the result is that of one of the contents, and holds together.
    fn is_result(&self, bench: &Bench) -> bool {
        self.results.contains(&bench.text("out/run.json")) && is_proven(&bench.at("out"))
    }
}

/// Some number below a bound, another one each time.
fn some(bound: u128) -> u64 {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    let next = NEXT.fetch_add(1, Ordering::Relaxed) as u128;
    u64::try_from((next * 7_919 + next * next * 104_729) % bound.max(1)).unwrap()
}

#[test]
fn a_run_that_is_killed_leaves_the_old_result_or_the_new_one() {
    let bench = Bench::new();
    let versions = Versions::new(&bench, RULE, "10%", "12%");
    let began = Instant::now();
    bench.close();
    let takes = began.elapsed().as_micros() * 11 / 10;
    // A run that had ended before does not count.
    let (kills, mut runs, mut killed, mut changed) = (asked("KILLS", 25), 0, 0, 0);
    let mut last = bench.text("out/run.json");
    while killed < kills {
        versions.put(&bench, runs % 2);
        runs += 1;
        let mut child = bench.command(&JULY).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(some(takes)));
        child.kill().unwrap();
        killed += usize::from(child.wait().unwrap().code().is_none());
        assert!(versions.is_result(&bench), "run {runs}");
        let now = bench.text("out/run.json");
        changed += usize::from(std::mem::replace(&mut last, now) != last);
    }
    bench.close();
    let left: Vec<String> = bench.names(".").into_iter().filter(|name| name.starts_with('.')).collect();
    assert!(left.is_empty(), "{left:?}");
    println!("{killed} kills among {runs} runs, {changed} results were replaced");
}

#[test]
fn an_input_that_is_replaced_while_it_is_read_is_read_as_one() {
    let bench = Bench::new();
    let versions = Versions::new(&bench, DEALS, "4000.00", "8000.00");
    let (runs, done) = (asked("REPLACED", 25), AtomicBool::new(false));
    let mut counts = [0; 2];
    std::thread::scope(|scope| {
        let replacing = scope.spawn(|| {
            let mut replaced = 0_usize;
            while !done.load(Ordering::Relaxed) {
                versions.put(&bench, replaced % 2);
                replaced += 1;
                std::thread::sleep(Duration::from_micros(300 + some(2_000)));
            }
            replaced
        });
        for run in 0..runs {
            bench.close();
            assert!(versions.is_result(&bench), "run {run}");
            counts[usize::from(bench.text("out/run.json") == versions.results[1])] += 1;
        }
        done.store(true, Ordering::Relaxed);
        println!("{runs} runs, {} replacements, results {counts:?}", replacing.join().unwrap());
    });
}

/// Written over in its place, a file is read as it was or not at all.
#[test]
fn an_input_that_is_written_over_is_refused_or_read_as_one() {
    let bench = Bench::new();
    let versions = Versions::new(&bench, DEALS, "4000.00", "8000.00");
    let (done, mut refused) = (AtomicBool::new(false), 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for version in (0..2).cycle() {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                // Of one length, so that there is always some whole file.
                let file = std::fs::OpenOptions::new().write(true).open(bench.at(DEALS)).unwrap();
                std::io::Write::write_all(&mut &file, versions.contents[version].as_bytes()).unwrap();
                std::thread::sleep(Duration::from_micros(500 + some(20_000)));
            }
        });
        for run in 0..asked("REPLACED", 25) {
            let ended = bench.run(&JULY);
            if ended.code != Some(0) {
                ended.refused("unreadable-file");
                refused += 1;
            }
            assert!(versions.is_result(&bench), "run {run}");
        }
        done.store(true, Ordering::Relaxed);
    });
    println!("{refused} of {} runs were refused", asked("REPLACED", 25));
}

#[test]
fn runs_beside_each_other_write_or_say_that_another_does() {
    let bench = Bench::new();
    bench.close();
    let until = Instant::now() + Duration::from_secs(asked("LOOPS_SECONDS", 3) as u64);
    let (wrote, busy) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while Instant::now() < until {
                    let ended: CommandEnd = bench.run(&JULY);
                    if ended.code == Some(0) {
                        // Another run may replace the result while it is read, by one that is equal to it.
                        assert!((0..20).any(|_| is_proven(&bench.at("out"))), "the result is not proven");
                        wrote.fetch_add(1, Ordering::Relaxed);
                    } else {
                        ended.refused("result-in-use");
                        busy.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        // Whoever reads finds a whole result at any time, unless it goes away under the reading.
        while Instant::now() < until {
            let before = std::fs::read(bench.at("out/run.json")).unwrap();
            assert!(before.ends_with(b"\"\n}\n"), "run.json is cut off");
            std::thread::sleep(Duration::from_millis(2));
        }
    });
    assert!(is_proven(&bench.at("out")));
    bench.close();
    let left: Vec<String> = bench.names(".").into_iter().filter(|name| name.starts_with('.')).collect();
    assert!(left.is_empty(), "{left:?}");
    println!("{wrote:?} runs wrote, {busy:?} said that another run is writing");
}
