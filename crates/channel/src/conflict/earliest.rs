//! The earliest day of a stretch, where days come one by one.

/// Places in a row, some of which have a day; asked for the earliest day of a stretch of them. Both take time logarithmic in the places.
pub(super) struct EarliestDays {
    places: usize,
    /// A tree: the two below node `n` are `2n` and `2n + 1`; the leaves begin at `places`.
    days: Vec<i32>,
}

/// Later than all days.
const NEVER: i32 = i32::MAX;

impl EarliestDays {
    /// So many places, without a day.
    pub fn new(places: usize) -> Self {
        Self { places, days: vec![NEVER; places.saturating_mul(2)] }
    }

    /// Gives a place its day.
    pub fn put(&mut self, place: usize, day: i32) {
        let mut node = place + self.places;
        while node > 0 {
            let Some(known) = self.days.get_mut(node) else { return };
            *known = day.min(*known);
            node /= 2;
        }
    }

    /// The earliest day from a place to before another.
    pub fn earliest(&self, from: usize, until: usize) -> Option<i32> {
        let (mut left, mut right) = (from + self.places, until.min(self.places) + self.places);
        let mut earliest = NEVER;
        let day = |node: usize| self.days.get(node).copied().unwrap_or(NEVER);
        while left < right {
            if left % 2 == 1 {
                earliest = earliest.min(day(left));
                left += 1;
            }
            if right % 2 == 1 {
                right -= 1;
                earliest = earliest.min(day(right));
            }
            left /= 2;
            right /= 2;
        }
        (earliest != NEVER).then_some(earliest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_finds_what_a_search_finds(
            days in proptest::collection::vec(proptest::option::of(-50..50), 0..40),
            from in 0_usize..45,
            until in 0_usize..45,
        ) {
            let mut known = EarliestDays::new(days.len());
            for (place, day) in days.iter().enumerate() {
                if let Some(day) = day {
                    known.put(place, *day);
                }
            }
            let searched = days.iter().take(until).skip(from).flatten().min().copied();
            prop_assert_eq!(known.earliest(from, until), searched);
        }
    }
}
