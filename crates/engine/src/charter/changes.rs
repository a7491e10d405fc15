//! What changed between two days, and why.

use super::chapter::{add_version, changes_table};
use super::document::Document;
use super::facts;
use super::prose::{Prose, listed};
use super::versioned::Versioned;
use super::words;
use apportion_book::Book;
use apportion_rules::{PolicyKind, RuleBook};

const NO_REASON: &str = "No reason is given.";

/// A rule or a policy on the two days.
struct Sides<'a> {
    versions: Vec<Versioned<'a>>,
    before: Option<Versioned<'a>>,
    after: Option<Versioned<'a>>,
    /// Versions that began after the first day and ended before the second.
    between: Vec<Versioned<'a>>,
}

/// The document of changes from one day to another, of the rules and policies whose id is asked about.
pub fn document(
    book: &Book,
    rules: &RuleBook,
    (from, to): (i32, i32),
    is_asked: &dyn Fn(&str) -> bool,
) -> Document {
    let of_kind = |kind| rules.policies.of_kind(kind).map(|(_, policy)| Versioned::of_policy(policy));
    let policies = PolicyKind::ALL.into_iter().flat_map(of_kind);
    let all = rules.rules.iter().map(Versioned::of_rule).chain(policies);
    let sides: Vec<Sides<'_>> = all
        .filter(|versions| versions.first().is_some_and(|version| is_asked(version.id())))
        .map(|versions| sides_of(versions, from, to))
        .collect();
    let new = pick(&sides, |side| side.before.is_none() && side.after.is_some());
    let ended = pick(&sides, |side| side.before.is_some() && side.after.is_none());
    let passing =
        pick(&sides, |side| side.before.is_none() && side.after.is_none() && !side.between.is_empty());
    let changed = pick(&sides, |side| match (side.before, side.after) {
        (Some(before), Some(after)) => before.from() != after.from(),
        _ => false,
    });
    let same = pick(&sides, |side| match (side.before, side.after) {
        (Some(before), Some(after)) => before.from() == after.from(),
        _ => false,
    });

    let mut document = Document {
        title: format!("{}: what changed from {} to {}", book.name, words::day(from), words::day(to)),
        lead: Prose::ours(format!(
            "{} new, {} changed, {} ended, {} as before. Amounts are in {}. Which version applies to a deal is decided by the day on which it closes.",
            new.len(),
            changed.len(),
            ended.len() + passing.len(),
            same.len(),
            book.currency.code()
        )),
        ..Document::default()
    };
    if new.is_empty() && changed.is_empty() && ended.is_empty() && passing.is_empty() {
        document.paragraph(Prose::ours("Nothing changed."));
    }
    section(&mut document, "Changed rules", &changed, |document, side| {
        change(document, book, rules, side);
    });
    section(&mut document, "New rules", &new, |document, side| {
        if let Some(version) = side.after {
            add_new(document, (book, rules), version);
        }
    });
    section(&mut document, "Ended rules", &ended, |document, side| {
        if let Some(version) = side.before {
            document.heading(3, version.title());
            let until = side.versions.iter().rev().find_map(|version| version.until());
            let until = until.map_or(String::new(), |day| format!("It ended on {}. ", words::day(day)));
            let why = version.why().map_or(String::new(), |why| format!("It was there because: {why}"));
            document.paragraph(Prose::ours(format!("{until}{why}").trim_end().to_owned()));
        }
    });
    section(&mut document, "Rules that came and went in between", &passing, |document, side| {
        for version in &side.between {
            add_new(document, (book, rules), *version);
        }
    });
    if !same.is_empty() {
        document.heading(2, Prose::ours("As before"));
        let names: Vec<Prose> = same.iter().filter_map(|side| Some(side.after?.title())).collect();
        document.paragraph(Prose::ours(format!("{}.", listed(&names, "and"))));
    }
    document
}

fn sides_of(versions: Vec<Versioned<'_>>, from: i32, to: i32) -> Sides<'_> {
    let on = |day: i32| versions.iter().copied().find(|version| version.in_force(day));
    let (before, after) = (on(from), on(to));
    let is = |version: Versioned<'_>, side: Option<Versioned<'_>>| {
        side.is_some_and(|side| side.from() == version.from())
    };
    let began = versions.iter().copied().filter(|version| version.from() > from && version.from() <= to);
    let between = began.filter(|version| !is(*version, before) && !is(*version, after)).collect();
    Sides { versions, before, after, between }
}

fn pick<'a, 's>(sides: &'s [Sides<'a>], which: impl Fn(&Sides<'a>) -> bool) -> Vec<&'s Sides<'a>> {
    sides.iter().filter(|side| which(side)).collect()
}

fn section(
    document: &mut Document,
    heading: &str,
    sides: &[&Sides<'_>],
    add: impl Fn(&mut Document, &Sides<'_>),
) {
    if sides.is_empty() {
        return;
    }
    document.heading(2, Prose::ours(heading));
    sides.iter().for_each(|side| add(document, side));
}

/// A rule that has another version: step by step, where there were several.
fn change(document: &mut Document, book: &Book, rules: &RuleBook, side: &Sides<'_>) {
    let (Some(before), Some(after)) = (side.before, side.after) else { return };
    document.heading(3, after.title());
    let mut steps = vec![before];
    steps.extend(&side.between);
    steps.push(after);
    for pair in steps.windows(2) {
        let (old, new) = (pair[0], pair[1]);
        let why = new.why().map_or(NO_REASON.to_owned(), |why| why.to_string());
        document.paragraph(Prose::ours(format!("**Since {}.** {why}", words::day(new.from()))));
        let changes = facts::changes(&old.facts(book, rules), &new.facts(book, rules));
        document.blocks.push(changes_table(&changes));
        if old.own_title() != new.own_title()
            && let Some(title) = old.own_title()
        {
            document.paragraph(Prose::ours(format!("Until then it was called “{}”.", Prose::text(title))));
        }
    }
}

/// A version that was not there before, with its reason.
fn add_new(document: &mut Document, texts: (&Book, &RuleBook), version: Versioned<'_>) {
    document.heading(3, version.title());
    if version.why().is_none() {
        document.paragraph(Prose::ours(NO_REASON));
    }
    add_version(document, texts, version);
}
