//! What policies judge: a deal, or an opportunity that is open.

use apportion_data::{DealIx, OpenIx};

/// A deal or an open opportunity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A deal, won or lost.
    Deal(DealIx),
    /// An opportunity that is open on the as-of day.
    Open(OpenIx),
}
