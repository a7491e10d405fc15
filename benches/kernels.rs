//! The kernels of a close on their own: `cargo bench -p apportion-benches`, with `-- split` for those with that name.
//!
//! | file | what is measured | an element is |
//! |---|---|---|
//! | `split` | largest remainders, in 64 and in 128 bits | a unit |
//! | `credit` | shared credit, stipend and renewal bonus, from groups to lines | a deal |
//! | `tiers` | the tier formula, and commission lines over running totals | a credit |
//! | `expressions` | conditions as masks: on whole columns and through an index | a row |
//! | `interning` | Parquet files to dense tables: keys interned and checked, engagements grouped by deal | an engagement |
//! | `settling` | tables to lines: groups, units, kernels; the same with and without caps | an engagement |
//!
//! Inputs are seeded and of the shape that `generate.py` makes: about four engagements a deal, a few payees on each,
//! cents over four orders of magnitude, weights of two decimals. Each is about the size of one partition of a run, so
//! that a figure says what the processor does rather than what memory does; the whole close is `compare.py`'s.
//! Kernels run on one thread; `interning` and `settling` take all there are (`RAYON_NUM_THREADS=1` for one).

#![allow(clippy::unwrap_used, reason = "a bench that can't go on should stop where it is")]

use criterion::{criterion_group, criterion_main};

#[path = "kernels/credit.rs"]
mod credit;
#[path = "kernels/expressions.rs"]
mod expressions;
#[path = "kernels/interning.rs"]
mod interning;
#[path = "kernels/numbers.rs"]
mod numbers;
#[path = "kernels/project.rs"]
mod project;
#[path = "kernels/settling.rs"]
mod settling;
#[path = "kernels/split.rs"]
mod split;
#[path = "kernels/tiers.rs"]
mod tiers;

criterion_group!(
    kernels,
    split::bench,
    credit::bench,
    tiers::bench,
    expressions::bench,
    interning::bench,
    settling::bench
);
criterion_main!(kernels);
