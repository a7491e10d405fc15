//! The words of a book's settings, as the project file spells them.

use crate::book::Incomplete;
use crate::money::Rounding;

/// As in `[book] rounding`.
pub(super) fn rounding_word(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::HalfAwayFromZero => "half-away-from-zero",
        Rounding::HalfEven => "half-even",
    }
}

/// As in `[book] incomplete`.
pub(super) fn incomplete_word(incomplete: Incomplete) -> &'static str {
    match incomplete {
        Incomplete::Hold => "hold",
        Incomplete::Pay => "pay",
    }
}
