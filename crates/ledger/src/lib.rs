//! The ledger: the months that were closed, what they posted, and what each payee was paid.
//!
//! [`payment`] is arithmetic: what a payee has and what the rules say in, what is paid and carried out. It knows no files.

#![deny(missing_docs)]

pub mod payment;

apportion_base::overflow_probe!();
