//! What everything else rests on: amounts, days, messages, and where files come from.

#![deny(missing_docs)]

pub mod calendar;
pub mod diagnostic;
pub mod digest;
pub mod money;
pub mod overflow;
pub mod world;

/// The program's name, as results name their engine.
pub const ENGINE: &str = "apportion";

/// The version of the program: all crates of the workspace have one.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

overflow_probe!();
