//! From tables and rules to a settlement, and from a settlement to answers: `plan`, `credit`, `pay` and `settle` make
//! it, `explain`, `diff`, `check`, `cases` and `charter` use it. `holds` says which part of a line may be paid,
//! and `capitalise` which costs are an asset.

#![deny(missing_docs)]

pub mod access;
pub mod actions;
pub mod capitalise;
pub mod cases;
pub mod charter;
pub mod check;
pub mod credit;
pub mod diff;
pub mod disputes;
pub mod explain;
pub mod gates;
pub mod holds;
pub mod kinds;
pub mod pay;
pub mod plan;
pub mod project;
pub mod settle;

apportion_base::overflow_probe!();
