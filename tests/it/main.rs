//! The integration tests, in one binary, because each one links the whole engine.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop where it is")]

mod access;
mod actions;
mod allocation;
mod book;
mod by_payees;
mod cases;
mod channel;
mod charter;
mod check;
mod clawbacks;
mod closes;
mod command_line;
mod corruption;
mod diff;
mod diff_properties;
mod explain;
mod exports;
mod findings;
mod forecast;
mod formats;
mod init;
mod intake;
mod journals;
mod ledger;
mod limits;
mod mistakes;
mod overflow;
mod payments;
mod people;
mod periods;
mod properties;
mod public_vectors;
mod publishing;
mod rate_tables;
mod reconciliation;
mod reference;
mod reference_pages;
mod schema;
mod shapes;
mod support;
mod test_command;
mod verify;
mod workbook;
mod world;
