//! The charter: the rules in force on a day, or in a period, as a document.

use super::document::{Block, Document, Table};
use super::example::{self, Examples};
use super::facts::{self, Change, Fact};
use super::policies;
use super::prose::Prose;
use super::terms;
use super::words;
use crate::kinds::{self, nature};
use apportion_book::{Book, Period, TableName};
use apportion_rules::{Kind, Rule, RuleBook, Version};

/// The day or days whose rules are described.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CharterDays {
    /// A day since 1970-01-01.
    On(i32),
    /// Every day of a period: a rule that changes in it appears with each of its versions.
    During(Period),
}

impl CharterDays {
    /// First and last day.
    fn days(self, book: &Book) -> (i32, i32) {
        match self {
            Self::On(day) => (day, day),
            Self::During(period) => (book.calendar().first_day(period), book.calendar().last_day(period)),
        }
    }

    fn words(self, book: &Book) -> String {
        match self {
            Self::On(day) => format!("on {}", words::day(day)),
            Self::During(period) => {
                let (first, last) = self.days(book);
                format!("in {period} ({} to {})", words::day(first), words::day(last))
            }
        }
    }
}

/// Whether a version is in force on some day from `first` to `last`.
pub fn applies(version: &Version, (first, last): (i32, i32)) -> bool {
    version.from <= last && version.until.is_none_or(|until| until >= first)
}

/// The charter.
pub fn document(book: &Book, rules: &RuleBook, when: CharterDays, examples: Option<&Examples>) -> Document {
    let days = when.days(book);
    let asked: Vec<(&Rule, Vec<&Version>)> = rules
        .rules
        .iter()
        .map(|rule| (rule, rule.versions.iter().filter(|version| applies(version, days)).collect::<Vec<_>>()))
        .filter(|(_, versions)| !versions.is_empty())
        .collect();
    let mut document = Document {
        title: format!("{}: the rules {}", book.name, when.words(book)),
        lead: lead(book, asked.len()),
        blocks: Vec::new(),
    };
    if asked.is_empty() {
        document.paragraph(Prose::ours("No rule is in force then."));
        return document;
    }
    document.heading(2, Prose::ours("Contents"));
    document.blocks.push(Block::Contents);
    at_a_glance(&mut document, &asked);
    for kind in Kind::ALL {
        let of_kind: Vec<_> = asked.iter().filter(|(rule, _)| rule.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let (heading, meaning) = nature(kind).heading;
        document.heading(2, Prose::ours(heading));
        document.paragraph(Prose::ours(meaning));
        for (rule, versions) in of_kind {
            add_rule(&mut document, Texts { book, rules, examples }, rule, versions);
        }
    }
    policies::add(&mut document, book, rules, days);
    let versions: Vec<&Version> = asked.iter().flat_map(|(_, versions)| versions.iter().copied()).collect();
    terms::add(&mut document, book, &versions);
    document
}

fn lead(book: &Book, rules: usize) -> Prose {
    let noun = if rules == 1 { "rule" } else { "rules" };
    let changing = book.sources.iter().any(|source| source.table == TableName::Assignments);
    let and = if changing { ", and what a payee is for it," } else { "" };
    Prose::ours(format!(
        "{rules} {noun}. Amounts are in {}. Which rules apply to a deal{and} is decided by the day on which it closes.",
        book.currency.code()
    ))
}

/// A heading that can be linked to: the title where there is one, and the id.
pub fn title(rule: &Rule, version: &Version) -> Prose {
    match &version.title {
        Some(title) => Prose::ours(format!("{} ({})", Prose::text(title), Prose::code(&rule.id))),
        None => Prose::code(&rule.id),
    }
}

fn at_a_glance(document: &mut Document, asked: &[(&Rule, Vec<&Version>)]) {
    document.heading(2, Prose::ours("At a glance"));
    let mut table =
        Table::new(&[("rule", false), ("kind", false), ("what it pays", false), ("in force", false)]);
    for kind in Kind::ALL {
        for (rule, versions) in asked.iter().filter(|(rule, _)| rule.kind == kind) {
            for version in versions {
                let name = version.title.as_ref().map_or_else(|| Prose::code(&rule.id), |t| Prose::text(t));
                table.row(vec![
                    name,
                    Prose::ours(kind.word().replace('_', " ")),
                    Prose::ours(kinds::of(&version.body).in_short()),
                    Prose::ours(words::in_force(version.from, version.until)),
                ]);
            }
        }
    }
    document.blocks.push(Block::Table(table));
}

/// What the chapter of a rule is made of.
#[derive(Clone, Copy)]
struct Texts<'a> {
    book: &'a Book,
    rules: &'a RuleBook,
    /// The worked examples, if there are any.
    examples: Option<&'a Examples>,
}

fn add_rule(document: &mut Document, texts: Texts<'_>, rule: &Rule, versions: &[&Version]) {
    let Texts { book, rules, examples } = texts;
    let Some(last) = versions.last() else { return };
    document.heading(3, title(rule, last));
    for version in versions {
        if versions.len() > 1 {
            document.heading(4, Prose::ours(words::in_force(version.from, version.until)).capital());
        }
        add_version(document, book, rules, rule, version);
    }
    example::add(document, examples, &rule.id, last.from);
    add_history(document, &history(book, rules, rule));
}

/// Reason, dates and facts of one version.
pub fn add_version(document: &mut Document, book: &Book, rules: &RuleBook, rule: &Rule, version: &Version) {
    if let Some(why) = &version.why {
        document.blocks.push(Block::Quote(Prose::text(why)));
    }
    let rank = match rule.versions.iter().position(|other| other.from == version.from) {
        Some(index) if rule.versions.len() > 1 => {
            format!(", version {} of {}", index + 1, rule.versions.len())
        }
        _ => String::new(),
    };
    document.paragraph(Prose::ours(format!(
        "*In force {}{rank}.*",
        words::in_force(version.from, version.until)
    )));
    add_facts(document, &facts::facts(version, book, rules, &rule.id));
}

pub fn add_facts(document: &mut Document, facts: &[Fact]) {
    for fact in facts {
        document.paragraph(Prose::ours(format!("**{}.** {}", fact.label, fact.says)));
        if !fact.items.is_empty() {
            document.blocks.push(Block::List(fact.items.clone()));
        }
        if let Some(table) = &fact.table {
            document.blocks.push(Block::Table(table.clone()));
        }
    }
}

/// A version in the history of a rule.
pub struct HistoryEntry<'a> {
    pub from: i32,
    pub until: Option<i32>,
    pub why: Option<&'a str>,
    pub facts: Vec<Fact>,
}

/// All versions, and what each one changed and why; nothing where there is but one.
pub fn add_history(document: &mut Document, versions: &[HistoryEntry<'_>]) {
    if versions.len() < 2 {
        return;
    }
    document.heading(4, Prose::ours("History"));
    let mut before: Option<&[Fact]> = None;
    for (index, version) in versions.iter().enumerate() {
        let when = words::in_force(version.from, version.until);
        let why = version.why.map_or(String::new(), |why| format!(" {}", Prose::text(why)));
        document.paragraph(Prose::ours(format!("**Version {}**, {when}.{why}", index + 1)));
        if let Some(before) = before {
            document.blocks.push(changes_table(&facts::changes(before, &version.facts)));
        }
        before = Some(&version.facts);
    }
}

fn history<'a>(book: &Book, rules: &RuleBook, rule: &'a Rule) -> Vec<HistoryEntry<'a>> {
    let entry = |version: &'a Version| HistoryEntry {
        from: version.from,
        until: version.until,
        why: version.why.as_deref(),
        facts: facts::facts(version, book, rules, &rule.id),
    };
    rule.versions.iter().map(entry).collect()
}

/// Facts before and after.
pub fn changes_table(changes: &[Change]) -> Block {
    if changes.is_empty() {
        return Block::Paragraph(Prose::ours("Nothing but its dates, its title or its reason changed."));
    }
    let mut table = Table::new(&[("what", false), ("before", false), ("after", false)]);
    for change in changes {
        let side = |side: &Option<Prose>| side.clone().unwrap_or_else(|| Prose::ours("–"));
        table.row(vec![Prose::ours(change.label), side(&change.before), side(&change.after)]);
    }
    Block::Table(table)
}
