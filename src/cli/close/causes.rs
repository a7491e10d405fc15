//! What the causes of true-ups mean, in a few words for people.

use apportion_engine::diff::Cause;

/// The meaning of a cause as entries have it: words of `diff` and of the ledger, separated by commas.
pub fn meaning(cause: &str) -> String {
    let words: Vec<&str> = cause.split(", ").map(word_meaning).collect();
    words.join("; ")
}

/// The meaning of one word; a word that this version does not know is left as it is.
fn word_meaning(word: &str) -> &str {
    match word {
        "acceptance" => return "somebody decided it",
        "release" => return "released from holds",
        _ => {}
    }
    Cause::ALL.into_iter().find(|cause| cause.word() == word).map_or(word, |cause| cause_meaning(cause))
}

fn cause_meaning(cause: Cause) -> &'static str {
    match cause {
        Cause::Rule => "the rule came or went",
        Cause::DealListed => "the deal came late, or is gone",
        Cause::PayeeListed => "the payee came late, or is gone",
        Cause::Version => "another version of the rule",
        Cause::Scope => "the rule asks otherwise for the deal",
        Cause::Uncredited => "nobody is paid for it now",
        Cause::Reversal => "the deal was reversed",
        Cause::DealData => "the deal's data changed",
        Cause::PayeeData => "the payee's data changed",
        Cause::Engagements => "other work counts",
        Cause::Basis => "another basis",
        Cause::Rate => "another rate",
        Cause::Amount => "another amount",
        Cause::Shares => "others' parts of the deal changed",
        Cause::Credit => "the credit behind it changed",
        Cause::Line => "the line that it takes back changed",
        Cause::Earners => "somebody else earns it",
        Cause::Tiers => "other tiers",
        Cause::Quota => "another quota",
        Cause::Cap => "the cap keeps another part",
        Cause::RunningTotal => "the total before it changed",
        Cause::Settings => "the book changed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_has_a_meaning() {
        assert_eq!(
            meaning("deal-data, running-total"),
            "the deal's data changed; the total before it changed"
        );
        assert_eq!(meaning("acceptance"), "somebody decided it");
        for cause in Cause::ALL {
            assert_ne!(meaning(cause.word()), cause.word());
        }
    }
}
