//! Files that payroll and banks take, made of a close of the ledger.
//!
//! | module | what happens there |
//! |---|---|
//! | [`close`] | what a close pays each payee, and the items that it is made of |
//! | [`people`] | what is known of payees: their own columns and their payment details |
//! | [`export`] | who is in which export; drives the writers, reads their files back, proves the sums |
//! | [`job`], [`notes`] | one export of one close, and what was found while it was prepared |
//! | [`payroll`], [`pain`], [`nacha`], [`template`] | a writer and a reader for each format, which know its limits |
//! | [`account`], [`text`], [`days`], [`read`] | account numbers, character sets, banking days, amounts that are read |
//! | [`manifest`], [`sent`] | the files beside an export |
//! | [`folder`], [`stored`] | where they are written, as a whole or not at all; what is there, and what was sent |
//!
//! Only [`folder`] reads or writes files. Nothing that is shown to people has more of an account than four characters.

#![deny(missing_docs)]

pub mod account;
pub mod close;
pub mod days;
pub mod export;
pub mod folder;
pub mod job;
pub mod manifest;
pub mod nacha;
pub mod notes;
pub mod pain;
pub mod payroll;
pub mod people;
pub mod read;
pub mod sent;
pub mod stored;
pub mod template;
#[cfg(test)]
mod tests;
pub mod text;
pub mod writers;

apportion_base::overflow_probe!();
