//! Seeds of every day, and those that find what once was wrong. `SEEDS=100000 cargo test -p apportion-simulator` tries more.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop where it is")]

use apportion_simulator::{Program, Promise, try_closes, try_seed};

/// What is tried without being asked for more.
const SEEDS: u64 = 300;
/// The same, of closes.
const CLOSES: u64 = 40;

#[test]
fn every_promise_is_kept() {
    let seeds = std::env::var("SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS);
    for seed in 0..seeds {
        if let Err(broken) = try_seed(seed, Program::Current) {
            panic!(
                "{}\n{broken}; `cargo run -p apportion-simulator -- --seed {seed}`",
                broken.history.join("\n")
            );
        }
    }
}

/// What is posted is there whole, stays, and is the same for every history.
#[test]
fn closes_keep_every_promise() {
    let seeds = std::env::var("SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(CLOSES);
    for seed in 0..seeds {
        if let Err(broken) = try_closes(seed) {
            panic!(
                "{}\n{broken}; `cargo run -p apportion-simulator -- --program closes --seed {seed}`",
                broken.history.join("\n")
            );
        }
    }
}

#[test]
fn a_seed_is_one_history() {
    for seed in 0..30 {
        let history = || try_seed(seed, Program::Current).unwrap_or_else(|broken| broken.history);
        let (one, other) = (history(), history());
        let differs = one.iter().zip(&other).find(|(one, other)| one != other);
        assert_eq!(differs, None, "seed {seed}");
        assert_eq!(one.len(), other.len(), "seed {seed}");
    }
}

/// The promises that a program breaks within some seeds.
fn broken_by(program: Program, seeds: u64) -> Vec<Promise> {
    let broken = (0..seeds).filter_map(|seed| try_seed(seed, program).err());
    let mut promises: Vec<Promise> =
        broken.flat_map(|broken| broken.promises).map(|(promise, _)| promise).collect();
    promises.sort_unstable();
    promises.dedup();
    promises
}

/// Two runs at once that destroyed a result, no result between two renames, and "nothing was replaced" after replacing.
#[test]
fn the_faults_of_publishing_by_two_renames_are_found() {
    let broken = broken_by(Program::TwoRenames, 150);
    for promise in [Promise::Races, Promise::AlwaysThere, Promise::Truth] {
        assert!(broken.contains(&promise), "{promise:?} is not among {broken:?}");
    }
}

/// A file that was replaced while it was read, and paid a mixture.
#[test]
fn the_fault_of_opening_inputs_anew_is_found() {
    let broken = broken_by(Program::ReopensInputs, 150);
    assert!(broken.contains(&Promise::Mixture), "{broken:?}");
}
