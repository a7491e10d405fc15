//! Stage one, by deal: pools and splits. Pure: slices in, lines out; no files, no clock, no printing.

pub mod lines;

pub use lines::*;
