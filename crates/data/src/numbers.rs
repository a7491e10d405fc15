//! Numbers that mostly follow each other, kept as runs: those of the rows of files.

/// A list of numbers; each stretch in which every number is one more than the last takes eight bytes.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// Place and number of the first of each stretch.
    runs: Vec<(u32, u32)>,
    len: u32,
}

impl Numbers {
    /// Appends a number. There are fewer than 2^32 of them.
    pub(super) fn push(&mut self, number: u32) {
        let follows = self
            .runs
            .last()
            .is_some_and(|(place, first)| first.checked_add(self.len - place) == Some(number));
        if !follows {
            self.runs.push((self.len, number));
        }
        self.len += 1;
    }

    /// The number at a place.
    pub(super) fn get(&self, place: u32) -> u32 {
        let run = self.runs.partition_point(|(from, _)| *from <= place) - 1;
        let (from, first) = self.runs[run];
        first + (place - from)
    }

    pub(super) fn len(&self) -> usize {
        self.len as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_as_they_were_given() {
        let given = [1, 2, 3, 5, 6, 9, 1, 2, u32::MAX - 1, u32::MAX, 7];
        let mut numbers = Numbers::default();
        given.iter().for_each(|number| numbers.push(*number));
        assert_eq!(numbers.len(), given.len());
        assert_eq!((0..11).map(|place| numbers.get(place)).collect::<Vec<_>>(), given);
        assert_eq!(numbers.runs.len(), 6);
    }
}
