//! What everything else rests on: amounts, days, messages, and where files come from.

pub mod calendar;
pub mod diagnostic;
pub mod digest;
pub mod money;
pub mod world;

/// The program's name, as results name their engine.
pub const ENGINE: &str = "apportion";

/// The version of the program: all crates of the workspace have one.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
