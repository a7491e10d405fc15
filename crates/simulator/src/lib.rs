//! Runs `apportion` on a machine that fails, and holds what comes of it against what was promised.
//!
//! A seed is a history: a project, some rounds in which one or several processes run it while calls fail, processes are killed, the
//! machine stops, other programs replace inputs, and a last run on a machine that is sound. After each step, and between any two
//! calls that change names, the disk is looked at:
//!
//! - once there was a result, there is one, whole, whatever happens; where two names can't be exchanged in one step, under the name that
//!   the next run finds it by;
//! - every result is byte for byte the one that its inputs give, as run.json names them: no mixture of two versions of a file;
//! - a run that says that it wrote is right, also after a crash; one that says that nothing was replaced is right;
//! - of several runs at once, one writes, and the others say that another run is writing;
//! - nothing is touched that is not ours, and the last run leaves nothing behind.
//!
//! Seeds of [`closes`] close months with a ledger in the same way.
//!
//! `cargo run -p apportion-simulator -- --seeds 10000` tries seeds from 0 on, `--seed N` one of them, with its history.

#![deny(missing_docs)]

pub mod closes;
pub mod disk;
pub mod machine;
pub mod programs;
pub mod project;
pub mod random;
mod rounds;
mod watch;

pub use closes::try_closes;
pub use programs::Program;
pub use rounds::{BrokenPromise, Promise, try_seed};
