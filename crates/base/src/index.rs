//! Typed indices: each table and list that is numbered has an index type of its own, so that the number of a deal can't be
//! taken for that of a payee.
//!
//! [`indices!`](crate::indices) makes such types. An index is a `u32` or a `u16` and costs no more than one. A slice or a `Vec` takes it
//! between its brackets:
//!
//! ```
//! apportion_base::indices! {
//!     /// A deal.
//!     DealIx(u32);
//! }
//! let won = vec![true, false];
//! let lost = DealIx::all(won.len()).find(|deal| !won[*deal]);
//! assert_eq!(lost, DealIx::new(1));
//! ```
//!
//! `new` checks that a number fits, so that no index wraps around: the largest number of each type is kept free for
//! [`Optional::NONE`].

use std::cmp::Ordering;
use std::fmt;

/// What all index types have in common. [`indices!`](crate::indices) implements it.
pub trait Ix: Copy + Ord + fmt::Debug {
    /// The plain number.
    type Raw;

    /// The number that no index has: it is null in an [`Optional`].
    #[doc(hidden)]
    const VACANT: Self;

    /// The index with this number.
    #[doc(hidden)]
    fn of_number(number: Self::Raw) -> Self;

    /// The number in 32 bits, `u32::MAX` for the vacant one.
    #[doc(hidden)]
    fn code(self) -> u32;

    /// The index with this number of 32 bits; the vacant one if it does not fit.
    #[doc(hidden)]
    fn of_code(code: u32) -> Self;
}

/// Makes an index type for each line: a name, and `u32` or `u16`. See [`index`](crate::index).
#[macro_export]
macro_rules! indices {
    ($($(#[$meaning:meta])* $name:ident($raw:ty);)*) => {$(
        $(#[$meaning])*
        #[repr(transparent)]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($raw);

        impl $name {
            /// How many can be numbered.
            pub const LIMIT: usize = <$raw>::MAX as usize;

            /// The index of the first.
            pub const FIRST: Self = Self(0);

            /// The index of a place in a slice; `None` if it is [`LIMIT`](Self::LIMIT) or more.
            #[inline]
            pub const fn new(place: usize) -> Option<Self> {
                if place < Self::LIMIT { Some(Self(place as $raw)) } else { None }
            }

            /// The index with this number, as columns of plain numbers have it.
            #[inline]
            pub const fn from_raw(number: $raw) -> Self {
                Self(number)
            }

            /// The number, for columns of plain numbers.
            #[inline]
            pub const fn raw(self) -> $raw {
                self.0
            }

            /// The place in a slice.
            #[inline]
            pub const fn at(self) -> usize {
                self.0 as usize
            }

            /// The index after this one.
            #[inline]
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0 + 1)
            }

            /// The first `count` indices in order. What is numbered is refused where it is read, if it is more than
            /// [`LIMIT`](Self::LIMIT), so `count` is not.
            #[inline]
            pub fn all(count: usize) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator + Clone {
                debug_assert!(count <= Self::LIMIT);
                let count = if count < Self::LIMIT { count as $raw } else { <$raw>::MAX };
                (0..count).map(Self)
            }

            /// The indices of a range in order.
            #[inline]
            pub fn range(
                range: ::std::ops::Range<Self>,
            ) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator + Clone {
                (range.start.0..range.end.0).map(Self)
            }
        }

        impl $crate::index::Ix for $name {
            type Raw = $raw;

            const VACANT: Self = Self(<$raw>::MAX);

            #[inline]
            fn of_number(number: $raw) -> Self {
                Self(number)
            }

            #[inline]
            fn code(self) -> u32 {
                if self.0 == <$raw>::MAX { u32::MAX } else { u32::from(self.0) }
            }

            #[inline]
            fn of_code(code: u32) -> Self {
                <$raw>::try_from(code).map_or(Self::VACANT, Self)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }

        impl<T> ::std::ops::Index<$name> for [T] {
            type Output = T;

            #[inline]
            fn index(&self, index: $name) -> &T {
                &self[index.at()]
            }
        }

        impl<T> ::std::ops::IndexMut<$name> for [T] {
            #[inline]
            fn index_mut(&mut self, index: $name) -> &mut T {
                &mut self[index.at()]
            }
        }

        impl<T> ::std::ops::Index<$name> for Vec<T> {
            type Output = T;

            #[inline]
            fn index(&self, index: $name) -> &T {
                &self[index.at()]
            }
        }

        impl<T> ::std::ops::IndexMut<$name> for Vec<T> {
            #[inline]
            fn index_mut(&mut self, index: $name) -> &mut T {
                &mut self[index.at()]
            }
        }
    )*};
}

/// An index or none, in the memory of the index. None comes first in its order, as null does in the files.
///
/// ```
/// use apportion_base::index::Optional;
/// apportion_base::indices! {
///     /// A payee.
///     PayeeIx(u32);
/// }
/// let manager = Optional::from(PayeeIx::new(3));
/// assert_eq!(manager.get(), PayeeIx::new(3));
/// assert!(Optional::NONE < manager);
/// ```
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Optional<I>(I);

impl<I: Ix> Optional<I> {
    /// No index.
    pub const NONE: Self = Self(I::VACANT);

    /// An index.
    #[inline]
    pub const fn some(index: I) -> Self {
        Self(index)
    }

    /// The index with this number, or none: the largest number is null in a column of plain numbers.
    #[inline]
    pub fn from_raw(number: I::Raw) -> Self {
        Self(I::of_number(number))
    }

    /// The index, if there is one.
    #[inline]
    pub fn get(self) -> Option<I> {
        (self.0 != I::VACANT).then_some(self.0)
    }

    /// Whether there is an index.
    #[inline]
    pub fn is_some(self) -> bool {
        self.0 != I::VACANT
    }

    /// Whether there is none.
    #[inline]
    pub fn is_none(self) -> bool {
        self.0 == I::VACANT
    }

    /// The number for columns of plain numbers, in which `u32::MAX` is null.
    #[inline]
    pub fn code(self) -> u32 {
        self.0.code()
    }

    /// The index with this number of a column of plain numbers, or none.
    #[inline]
    pub fn of_code(code: u32) -> Self {
        Self(I::of_code(code))
    }
}

impl<I: Ix> From<Option<I>> for Optional<I> {
    #[inline]
    fn from(index: Option<I>) -> Self {
        index.map_or(Self::NONE, Self)
    }
}

impl<I: Ix> From<I> for Optional<I> {
    #[inline]
    fn from(index: I) -> Self {
        Self(index)
    }
}

impl<I: Ix> Default for Optional<I> {
    #[inline]
    fn default() -> Self {
        Self::NONE
    }
}

impl<I: Ix> Ord for Optional<I> {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        // The vacant number is the largest: one more is 0.
        self.code().wrapping_add(1).cmp(&other.code().wrapping_add(1))
    }
}

impl<I: Ix> PartialOrd for Optional<I> {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<I: Ix> fmt::Debug for Optional<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.get(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::indices! {
        /// In 32 bits.
        DealIx(u32);
        /// In 32 bits.
        PayeeIx(u32);
        /// In 16 bits.
        RuleIx(u16);
    }

    #[test]
    fn no_number_wraps_around() {
        assert_eq!(RuleIx::new(65_534).map(RuleIx::raw), Some(65_534));
        // 65,535 is none's, and 65,536 would be 0 in 16 bits.
        assert_eq!([65_535, 65_536, 65_537].map(RuleIx::new), [None; 3]);
        assert_eq!(DealIx::new(4_294_967_294).map(DealIx::at), Some(4_294_967_294));
        assert_eq!(DealIx::new(4_294_967_295), None);
        assert_eq!(RuleIx::all(RuleIx::LIMIT).last(), RuleIx::new(65_534));
    }

    #[test]
    fn none_comes_first() {
        let some = |number| Optional::some(PayeeIx::from_raw(number));
        let mut sorted = [some(2), Optional::NONE, some(0)];
        sorted.sort();
        assert_eq!(sorted, [Optional::NONE, some(0), some(2)]);
        assert_eq!(sorted.map(Optional::code), [u32::MAX, 0, 2]);
        assert_eq!(Optional::<RuleIx>::NONE.code(), u32::MAX);
        assert_eq!(Optional::<DealIx>::default().get(), None);
    }

    #[test]
    fn an_index_is_no_larger_than_its_number() {
        assert_eq!(size_of::<[Optional<PayeeIx>; 2]>(), 8);
        assert_eq!(size_of::<[Optional<RuleIx>; 2]>(), 4);
    }
}
