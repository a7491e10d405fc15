//! Which of very many messages are shown to people: the first few of each kind.

use std::collections::BTreeMap;

use super::{Code, Diagnostic, Severity, count};

/// How many messages of one kind are shown where there are too many to list.
pub const LISTED: usize = 5;
/// As many of one kind are all shown.
const MOST: usize = 10;

/// The messages that are shown of a list, in its order, and how many of each kind are not. A kind is a severity and a
/// code; one with more than ten messages is shown by its first five.
#[derive(Debug)]
pub struct Excerpt {
    /// The places of the messages that are shown, ascending.
    pub shown: Vec<usize>,
    /// The kinds of which there are more, in the order of their first messages, and how many more.
    pub left_out: Vec<(Severity, Code, usize)>,
}

impl Excerpt {
    /// The excerpt of some messages.
    pub fn new<'d>(diagnostics: impl Iterator<Item = &'d Diagnostic>) -> Self {
        let mut kinds: BTreeMap<(Severity, &str), (Code, Vec<usize>, usize)> = BTreeMap::new();
        for (place, diagnostic) in diagnostics.enumerate() {
            let Diagnostic { severity, code, .. } = *diagnostic;
            let kind = kinds.entry((severity, code.word())).or_insert((code, Vec::new(), 0));
            kind.2 += 1;
            if kind.1.len() < MOST {
                kind.1.push(place);
            }
        }
        let (mut shown, mut left_out) = (Vec::new(), Vec::new());
        for ((severity, _), (code, mut places, all)) in kinds {
            if all > MOST {
                places.truncate(LISTED);
                left_out.push((places[0], (severity, code, all - LISTED)));
            }
            shown.append(&mut places);
        }
        shown.sort_unstable();
        left_out.sort_unstable_by_key(|(first, _)| *first);
        Self { shown, left_out: left_out.into_iter().map(|(_, kind)| kind).collect() }
    }

    /// A line for each kind of which there are more: `error[unknown-column]: 7,995 more of these are not shown`.
    pub fn more(&self) -> impl Iterator<Item = String> {
        self.left_out.iter().map(|(severity, code, more)| {
            let more = count(*more as u64);
            format!("{}[{code}]: {more} more of these are not shown", severity.word())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_more_than_ten_the_first_five_are_shown() {
        let some = |code, times| std::iter::repeat_n(Diagnostic::error(code, "x"), times);
        let mut all: Vec<Diagnostic> = some(Code::UnknownColumn, 8_000).collect();
        all.insert(3, Diagnostic::error(Code::BadRate, "y"));
        all.extend(some(Code::DuplicateRule, 10));
        let excerpt = Excerpt::new(all.iter());
        assert_eq!(excerpt.shown, [&[0, 1, 2, 3, 4, 5][..], &(8_001..8_011).collect::<Vec<_>>()].concat());
        let more: Vec<String> = excerpt.more().collect();
        assert_eq!(more, ["error[unknown-column]: 7,995 more of these are not shown"]);
        assert!(Excerpt::new(all[..10].iter()).left_out.is_empty());
    }
}
