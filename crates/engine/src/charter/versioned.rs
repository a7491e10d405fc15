//! A version of a rule or of a policy: what documents say of both alike.

use super::facts::{self, Fact};
use super::policy_facts::policy_facts;
use super::prose::Prose;
use apportion_book::Book;
use apportion_rules::{Policy, PolicyVersion, Rule, RuleBook, Version};

/// A version with what it is a version of.
#[derive(Debug, Clone, Copy)]
pub enum Versioned<'a> {
    /// Of a rule that makes lines.
    Rule(&'a Rule, &'a Version),
    /// Of a hold, a draw or payment terms.
    Policy(&'a Policy, &'a PolicyVersion),
}

impl<'a> Versioned<'a> {
    /// All versions of a rule, in order.
    pub fn of_rule(rule: &'a Rule) -> Vec<Self> {
        rule.versions.iter().map(|version| Self::Rule(rule, version)).collect()
    }

    /// All versions of a policy, in order.
    pub fn of_policy(policy: &'a Policy) -> Vec<Self> {
        policy.versions.iter().map(|version| Self::Policy(policy, version)).collect()
    }

    /// The id that all versions share.
    pub fn id(self) -> &'a str {
        match self {
            Self::Rule(rule, _) => &rule.id,
            Self::Policy(policy, _) => &policy.id,
        }
    }

    /// First day in force.
    pub fn from(self) -> i32 {
        match self {
            Self::Rule(_, version) => version.from,
            Self::Policy(_, version) => version.from,
        }
    }

    /// Last day in force, if it ends.
    pub fn until(self) -> Option<i32> {
        match self {
            Self::Rule(_, version) => version.until,
            Self::Policy(_, version) => version.until,
        }
    }

    /// Whether it is in force on a day.
    pub fn in_force(self, day: i32) -> bool {
        match self {
            Self::Rule(_, version) => version.in_force(day),
            Self::Policy(_, version) => version.in_force(day),
        }
    }

    /// The title that the version has itself.
    pub fn own_title(self) -> Option<&'a str> {
        match self {
            Self::Rule(_, version) => version.title.as_deref(),
            Self::Policy(_, version) => version.title.as_deref(),
        }
    }

    /// A heading that can be linked to: the title where there is one, and the id.
    pub fn title(self) -> Prose {
        match self.own_title() {
            Some(title) => Prose::ours(format!("{} ({})", Prose::text(title), Prose::code(self.id()))),
            None => Prose::code(self.id()),
        }
    }

    /// The reason for it.
    pub fn why(self) -> Option<Prose> {
        let why = match self {
            Self::Rule(_, version) => version.why.as_deref(),
            Self::Policy(_, version) => version.why.as_deref(),
        };
        why.map(Prose::text)
    }

    /// Which version it is, from 1 on, and how many there are.
    pub fn rank(self) -> (usize, usize) {
        let all = match self {
            Self::Rule(rule, _) => Self::of_rule(rule),
            Self::Policy(policy, _) => Self::of_policy(policy),
        };
        let place = all.iter().position(|version| version.from() == self.from());
        (place.map_or(1, |index| index + 1), all.len())
    }

    /// What it says, fact by fact.
    pub fn facts(self, book: &Book, rules: &RuleBook) -> Vec<Fact> {
        match self {
            Self::Rule(rule, version) => facts::facts(version, book, rules, &rule.id),
            Self::Policy(_, version) => policy_facts(version, book, rules),
        }
    }
}
