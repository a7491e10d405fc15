//! Files → frames → contract tables and rejects. Contract, section 2.
//!
//! Knows no rule: what rules name reaches it as column names ([`Used`]).

pub mod read;
pub mod tables;

pub use tables::*;
