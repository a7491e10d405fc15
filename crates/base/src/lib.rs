//! What every other crate uses: amounts, dates, indices, diagnostics, digests, and access to files. It depends on no crate of ours.

#![deny(missing_docs)]

pub mod calendar;
pub mod diagnostic;
pub mod digest;
pub mod index;
pub mod language;
pub mod letters;
pub mod memory;
pub mod money;
pub mod notation;
pub mod overflow;
pub mod sorted;
pub mod spreadsheet;
pub mod store;
pub mod terminal;
pub mod world;

/// The program's name, written to results as the name of the engine.
pub const ENGINE: &str = "apportion";

/// The program's version, which all crates of the workspace share.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

overflow_probe!();
