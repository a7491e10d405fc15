//! The charter: the rules in force on a day, or in a period, as a document.

use super::chapter::{add_history, add_version};
use super::document::{Block, Document, Table};
use super::example::{self, Examples};
use super::policies;
use super::policy_facts;
use super::prose::Prose;
use super::terms;
use super::versioned::Versioned;
use super::words;
use crate::kinds::{self, nature};
use apportion_book::{Book, Period, TableName};
use apportion_rules::{Kind, Policy, PolicyKind, PolicyVersion, Rule, RuleBook, Version};

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

/// The charter.
pub fn document(book: &Book, rules: &RuleBook, when: CharterDays, examples: Option<&Examples>) -> Document {
    let days = when.days(book);
    let asked: Vec<(&Rule, Vec<&Version>)> = rules
        .rules
        .iter()
        .map(|rule| {
            let in_force = rule.versions.iter().filter(|version| version.in_force_within(days));
            (rule, in_force.collect::<Vec<_>>())
        })
        .filter(|(_, versions)| !versions.is_empty())
        .collect();
    let policies = policies::in_force(rules, days);
    let mut document = Document {
        title: format!("{}: the rules {}", book.name, when.words(book)),
        lead: lead(book, asked.len()),
        ..Document::default()
    };
    if asked.is_empty() && policies.is_empty() {
        document.paragraph(Prose::ours("No rule is in force then."));
        return document;
    }
    document.heading(2, Prose::ours("Contents"));
    document.blocks.push(Block::Contents);
    at_a_glance(&mut document, &asked, &policies);
    policies::add(&mut document, (book, rules), &policies, of_channel);
    for kind in kinds_in_order() {
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
    policies::add(&mut document, (book, rules), &policies, of_payment);
    let versions: Vec<&Version> = asked.iter().flat_map(|(_, versions)| versions.iter().copied()).collect();
    terms::add(&mut document, book, &versions);
    document
}

/// The kinds of rules in the order of their chapters: what both sides bring, and then what is paid for deals.
fn kinds_in_order() -> impl Iterator<Item = Kind> {
    let others = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Milestone);
    std::iter::once(Kind::Milestone).chain(others)
}

/// Whether a policy says who leads, who registered, who decides, and what is asked of partners.
fn of_channel(kind: &PolicyKind) -> bool {
    kind.governs_channel()
}

/// Whether a policy says how what was earned becomes a payment.
fn of_payment(kind: &PolicyKind) -> bool {
    !kind.governs_channel()
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

fn at_a_glance(
    document: &mut Document,
    asked: &[(&Rule, Vec<&Version>)],
    policies: &[(&Policy, Vec<&PolicyVersion>)],
) {
    document.heading(2, Prose::ours("At a glance"));
    let mut table =
        Table::new(&[("rule", false), ("kind", false), ("what it pays", false), ("in force", false)]);
    let add_policies = |table: &mut Table, is_asked: fn(&PolicyKind) -> bool| {
        for kind in PolicyKind::ALL.into_iter().filter(is_asked) {
            for (policy, versions) in policies.iter().filter(|(policy, _)| policy.kind == kind) {
                for version in versions {
                    let pays = policy_facts::in_short(version).to_owned();
                    table.row(glance(Versioned::Policy(policy, version), kind.word(), pays));
                }
            }
        }
    };
    add_policies(&mut table, of_channel);
    for kind in kinds_in_order() {
        for (rule, versions) in asked.iter().filter(|(rule, _)| rule.kind == kind) {
            for version in versions {
                let pays = kinds::of(&version.body).in_short();
                table.row(glance(Versioned::Rule(rule, version), kind.word(), pays));
            }
        }
    }
    add_policies(&mut table, of_payment);
    document.blocks.push(Block::Table(table));
}

/// A row of the overview.
fn glance(version: Versioned<'_>, kind: &str, pays: String) -> Vec<Prose> {
    vec![
        version.own_title().map_or_else(|| Prose::code(version.id()), Prose::text),
        Prose::ours(kind.replace('_', " ")),
        Prose::ours(pays),
        Prose::ours(words::in_force(version.from(), version.until())),
    ]
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
    document.heading(3, Versioned::Rule(rule, last).title());
    for version in versions {
        if versions.len() > 1 {
            document.heading(4, Prose::ours(words::in_force(version.from, version.until)).capital());
        }
        add_version(document, (book, rules), Versioned::Rule(rule, version));
    }
    example::add(document, examples, &rule.id, last.from);
    add_history(document, (book, rules), &Versioned::of_rule(rule));
}
