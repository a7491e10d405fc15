//! The words that a charter uses, and what they mean; those that no rule in it uses are left out.

use super::document::{Document, Table};
use super::prose::Prose;
use super::words;
use crate::kinds::{self, Counts, Term};
use apportion_base::money::Rounding;
use apportion_book::Book;
use apportion_rules::{Caps, Version};

/// Adds the section on words.
pub fn add(document: &mut Document, book: &Book, versions: &[&Version]) {
    document.heading(2, Prose::ours("What the words mean"));
    let mut table = Table::new(&[("word", false), ("meaning", false)]);
    let mut term = |word: &str, meaning: String| {
        table.row(vec![Prose::ours(format!("**{word}**")), Prose::ours(meaning)]);
    };
    let kinds = || versions.iter().map(|version| kinds::of(&version.body));
    let works = kinds().any(|kind| match kind.counts() {
        Counts::Engagements(_) => true,
        Counts::Splits(_) | Counts::Credits | Counts::Lines | Counts::Milestones => false,
    });
    let credits = kinds().any(|kind| kind.applies().credited);
    let uses = |term: Term| kinds().any(|kind| kind.terms().contains(&term));
    let (pools, tiers, quotas) = (uses(Term::Pool), uses(Term::Tier), uses(Term::Quota));

    term("payee", "who is paid: an employee or a partner company".to_owned());
    term("deal", "a closed opportunity; only deals that were won are paid".to_owned());
    if works {
        term(
            "engagement",
            "one recorded piece of work of one payee on a deal or an account; it has a role and a weight (1 where none is recorded)".to_owned(),
        );
    }
    if credits {
        term("credit", "the part of a deal’s value that is recognised for a payee".to_owned());
    }
    if pools {
        term("pool", "the money that a rule sets aside on a deal, to be shared out".to_owned());
    }
    if tiers {
        term("tier", "a step of the credit of a period, with the rate that applies from there on".to_owned());
    }
    if quotas {
        term("quota", "what a payee is expected to bring in a period".to_owned());
        term("attainment", "credit against quota, in percent".to_owned());
    }
    if uses(Term::Reversal) {
        term(
            "reversal",
            "a deal that takes back another one, the original, or a part of it: an order that is cancelled or returned"
                .to_owned(),
        );
    }
    if versions.iter().any(|version| version.caps != Caps::default()) {
        term(
            "limit",
            "a cap on what a rule pays: what is above it is withheld and not paid later".to_owned(),
        );
    }
    term(
        "fiscal year",
        match book.fiscal_year_starts {
            1 => "the calendar year; its quarters start in January, April, July and October".to_owned(),
            month => format!(
                "starts in {} and is named after the calendar year in which it ends; its quarters have three months each",
                words::month(month)
            ),
        },
    );
    term(
        "in force",
        "a rule version applies to deals that close on the days on which it is in force".to_owned(),
    );
    term(
        "rounding",
        match book.rounding {
            Rounding::HalfAwayFromZero => "halves are rounded away from zero, as spreadsheets do".to_owned(),
            Rounding::HalfEven => "halves are rounded to the even neighbour, as banks do".to_owned(),
        },
    );
    term(
        "not given",
        "something that is not recorded: a condition on it does not hold, whatever the condition is, unless it says “is not given”".to_owned(),
    );
    document.blocks.push(super::document::Block::Table(table));
}
