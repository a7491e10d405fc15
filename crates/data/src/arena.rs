//! Texts one after the other in one piece of memory, found by their numbers.

/// Distinct texts, numbered from 0 in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Arena {
    bytes: String,
    ends: Ends,
    /// How many texts are expected.
    room: usize,
}

/// Where texts end.
#[derive(Debug)]
enum Ends {
    /// All are of so many bytes, as ids mostly are: then nothing needs to be written down.
    Even { bytes: usize, texts: usize },
    /// The end of each.
    Each(Vec<usize>),
}

impl Default for Ends {
    fn default() -> Self {
        Self::Even { bytes: 0, texts: 0 }
    }
}

/// Texts of more bytes get memory when they come: room for all would be made of what one of them says.
const SHORT: usize = 64;

impl Arena {
    /// None yet, with room for this many of the length of the first.
    pub(super) fn with_room(texts: usize) -> Self {
        Self { room: texts, ..Self::default() }
    }

    /// Adds a text, whose number is how many there were.
    pub(super) fn push(&mut self, text: &str) {
        match &mut self.ends {
            Ends::Even { bytes, texts: texts @ 0 } => {
                if text.len() <= SHORT {
                    self.bytes.reserve(self.room.saturating_mul(text.len()));
                }
                (*bytes, *texts) = (text.len(), 1);
            }
            Ends::Even { bytes, texts } if *bytes == text.len() => *texts += 1,
            Ends::Even { bytes, texts } => {
                let mut ends = Vec::with_capacity(self.room.max(*texts + 1));
                ends.extend((1..=*texts).map(|number| number * *bytes));
                ends.push(self.bytes.len() + text.len());
                self.ends = Ends::Each(ends);
            }
            Ends::Each(ends) => ends.push(self.bytes.len() + text.len()),
        }
        self.bytes.push_str(text);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        match &self.ends {
            Ends::Even { texts, .. } => *texts,
            Ends::Each(ends) => ends.len(),
        }
    }

    /// How many bytes they have together.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The text of a number that one has.
    pub(super) fn get(&self, number: usize) -> &str {
        let (start, end) = match &self.ends {
            Ends::Even { bytes, .. } => (number * bytes, (number + 1) * bytes),
            Ends::Each(ends) => (number.checked_sub(1).map_or(0, |before| ends[before]), ends[number]),
        };
        &self.bytes[start..end]
    }

    /// All of them, in order.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|number| self.get(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_any_lengths_are_found_by_their_numbers() {
        for texts in
            [&["ab", "cd", "é"][..], &["ab", "cd", "e", "", "fgh"], &["", "a"], &["a", ""], &[""], &[]]
        {
            for room in [0, 1, 100] {
                let mut arena = Arena::with_room(room);
                texts.iter().for_each(|text| arena.push(text));
                assert_eq!(arena.len(), texts.len());
                assert_eq!(arena.iter().collect::<Vec<_>>(), texts);
            }
        }
    }
}
