//! Kernels over whole arrays.

mod boolean;
mod compare;

pub use arrow_select::concat::{concat, concat_batches};
pub use arrow_select::filter::filter;
pub use arrow_select::interleave::interleave;
pub use arrow_select::nullif::nullif;
pub use arrow_select::take::take;

/// Kernels by what they are about.
pub mod kernels {
    /// Three-valued logic.
    pub mod boolean {
        pub use super::super::boolean::{and_kleene, not, or_kleene};
    }
    /// Comparisons.
    pub mod cmp {
        pub use super::super::compare::compare;
    }
    pub use arrow_select::zip;
}
