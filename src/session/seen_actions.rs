//! What of the list of actions somebody sees: those of payees whose lines they may see, and those of nobody about what they see. Who and what
//! else is named in them is not told.

use std::collections::BTreeSet;

use apportion_channel::Subject;
use apportion_data::Tables;
use apportion_engine::access::{SeenSubjects, View};
use apportion_engine::actions::{Action, ActionKind};
use apportion_rules::AccessWord;

/// What stands for a payee who is not seen, and for a deal or an opportunity.
const SOMEBODY: &str = "another";
const SOMETHING: &str = "another deal";

/// What somebody sees of actions.
pub(super) struct SeenActions<'a> {
    tables: &'a Tables,
    view: &'a View,
    unseen_payees: Vec<&'a str>,
    unseen_subjects: BTreeSet<&'a str>,
    seen_subjects: BTreeSet<&'a str>,
}

impl<'a> SeenActions<'a> {
    pub fn new(tables: &'a Tables, view: &'a View, subjects: &SeenSubjects) -> Self {
        let unseen = tables.payees.all().filter(|payee| !view.sees(AccessWord::Lines, *payee));
        let open = &tables.channel.opportunities;
        let deals = tables.deals.all().map(|deal| (tables.deals.id(deal), Subject::Deal(deal)));
        let open = open.all().map(|place| (open.ids.value(place.at()), Subject::Open(place)));
        let (mut seen_subjects, mut unseen_subjects) = (BTreeSet::new(), BTreeSet::new());
        for (id, subject) in deals.chain(open) {
            let ids = if subjects.sees(subject) { &mut seen_subjects } else { &mut unseen_subjects };
            ids.insert(id);
        }
        Self {
            tables,
            view,
            unseen_payees: unseen.map(|payee| tables.payees.id(payee)).collect(),
            unseen_subjects,
            seen_subjects,
        }
    }

    /// The action as it is seen; `None` where it is not.
    pub fn seen(&self, action: Action) -> Option<Action> {
        let is_seen = match &action.payee_id {
            Some(id) => {
                let payee = self.tables.payees.with_id(id);
                payee.is_some_and(|payee| self.view.sees(AccessWord::Lines, payee))
            }
            None => self.seen_subjects.contains(action.subject.as_str()),
        };
        if !is_seen || self.view.sees_all(AccessWord::Lines) {
            return is_seen.then_some(action);
        }
        let (subject, why) = (self.told(&action.subject), self.told(&action.why));
        // What a conflict holds is the other claimant's too.
        let stake = action.stake.filter(|_| action.kind != ActionKind::Decide);
        Some(Action { subject, why, stake, ..action })
    }

    /// A text without the ids that are not seen.
    fn told(&self, text: &str) -> String {
        let mut told = text.to_owned();
        for id in &self.unseen_payees {
            if told.contains(id) {
                told = replaced(&told, id, SOMEBODY);
            }
        }
        let words: Vec<String> = told.split_whitespace().map(bare).map(str::to_owned).collect();
        for word in words.iter().filter(|word| self.unseen_subjects.contains(word.as_str())) {
            told = replaced(&told, word, SOMETHING);
        }
        told
    }
}

/// A word without the marks around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|mark: char| ".,;:()“”‘’`'\"".contains(mark))
}

/// A text with another word for an id, where that stands alone.
fn replaced(text: &str, id: &str, by: &str) -> String {
    if id.is_empty() {
        return text.to_owned();
    }
    let is_part =
        |found: Option<char>| found.is_some_and(|found| found.is_alphanumeric() || "-_".contains(found));
    let mut told = String::new();
    let mut last = 0;
    for (place, _) in text.match_indices(id) {
        let (before, after) = (&text[..place], &text[place + id.len()..]);
        let alone = !is_part(before.chars().next_back()) && !is_part(after.chars().next());
        if alone {
            told.push_str(&text[last..place]);
            told.push_str(by);
            last = place + id.len();
        }
    }
    told.push_str(&text[last..]);
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_replaced_where_they_stand_alone() {
        assert_eq!(replaced("P-1 and P-10 of X-P-1.", "P-1", "another"), "another and P-10 of X-P-1.");
        assert_eq!(
            replaced("direct-overlap:D-7:E-1:P-1", "E-1", "another"),
            "direct-overlap:D-7:another:P-1"
        );
        assert_eq!(replaced("(Öl GmbH) asks", "Öl GmbH", "another"), "(another) asks");
        assert_eq!(replaced("a", "", "x"), "a");
    }
}
