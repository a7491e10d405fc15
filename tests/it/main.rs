//! The integration tests, in one binary because each one links Polars.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop where it is")]

mod allocation;
mod cases;
mod closes;
mod command_line;
mod diff;
mod diff_properties;
mod mistakes;
mod properties;
mod support;
