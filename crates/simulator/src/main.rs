//! `simulate`: tries seeds for as long as one likes.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use apportion_simulator::{BrokenPromise, Program, Promise, try_closes, try_seed};
use clap::{Parser, ValueEnum};

/// Runs apportion on a machine that fails, and holds what comes of it against what is promised.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many seeds are tried
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first of them
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// One seed, with everything that happens in it
    #[arg(long)]
    seed: Option<u64>,
    /// What is tried: the program, or one with faults that it once had
    #[arg(long, value_enum, default_value = "current")]
    program: ProgramName,
    /// Seeds tried side by side
    #[arg(long, default_value_t = 2)]
    threads: u64,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ProgramName {
    Current,
    ReopensInputs,
    TwoRenames,
    /// Months that are closed with a ledger
    Closes,
}

impl ProgramName {
    fn tried(self, seed: u64) -> Result<Vec<String>, BrokenPromise> {
        match self {
            Self::Current => try_seed(seed, Program::Current),
            Self::ReopensInputs => try_seed(seed, Program::ReopensInputs),
            Self::TwoRenames => try_seed(seed, Program::TwoRenames),
            Self::Closes => try_closes(seed),
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    apportion::data::read::hush_guarded_panics();
    let program = arguments.program;
    if let Some(seed) = arguments.seed {
        return one(seed, program);
    }
    let began = Instant::now();
    let next = AtomicU64::new(arguments.from);
    let broken: Mutex<BTreeMap<Promise, Vec<u64>>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..arguments.threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= arguments.from + arguments.seeds {
                        break;
                    }
                    if let Err(found) = program.tried(seed) {
                        let mut broken = broken.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                        for (promise, what) in found.promises {
                            let seeds = broken.entry(promise).or_default();
                            seeds.push(seed);
                            if seeds.len() <= 3 {
                                println!("seed {seed}: {promise:?}: {what}");
                            }
                        }
                    }
                }
            });
        }
    });
    let broken = broken.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let took = began.elapsed().as_secs_f64();
    println!("{} seeds in {took:.1} s", arguments.seeds);
    for (promise, seeds) in &broken {
        let mut first = seeds.clone();
        first.sort_unstable();
        first.truncate(5);
        println!("{promise:?}: {} seeds, the first {first:?}", seeds.len());
    }
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn one(seed: u64, program: ProgramName) -> ExitCode {
    match program.tried(seed) {
        Ok(history) => {
            println!("{}\nseed {seed}: every promise was kept", history.join("\n"));
            ExitCode::SUCCESS
        }
        Err(broken) => {
            println!("{}\n{broken}", broken.history.join("\n"));
            ExitCode::FAILURE
        }
    }
}
