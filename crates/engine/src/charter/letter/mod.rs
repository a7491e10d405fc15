//! The plan letter: the rules that can pay one payee, with its own rates, amounts and quotas, worked examples, and lines to sign.

mod example;
mod own;
mod possible;
mod words;

use std::collections::BTreeSet;

use super::chapter::add_facts;
use super::document::{Block, Document};
use super::prose::Prose;
use super::versioned::Versioned;
use words::Words;

use crate::credit::{Fault, Subject};
use crate::kinds::{self, Counts};
use apportion_base::language::Language;
use apportion_base::money::Overflow;
use apportion_book::Book;
use apportion_data::{PayeeIx, StateIx, Tables};
use apportion_rules::{
    Body, Kind, Mirror, Policy, PolicyKind, PolicyTerms, PolicyVersion, Rule, RuleBook, Version,
};

/// What a letter is made of.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// The project file.
    pub book: &'a Book,
    /// The rules.
    pub rules: &'a RuleBook,
    /// The data.
    pub tables: &'a Tables,
    /// Whose letter it is.
    pub payee: PayeeIx,
    /// Its name, where one is known.
    pub name: Option<&'a str>,
    /// The day whose rules it has, in days since 1970-01-01.
    pub day: i32,
    /// The language in which it is written. What rules say is in English.
    pub language: Language,
}

/// The plan letter of a payee. Rules that are false for the payee's own columns, whatever the deal and the work, are left out.
///
/// # Errors
/// A condition that can't be evaluated, and numbers that can't be held.
pub fn letter(letter: &Letter<'_>) -> Result<Document, Fault> {
    let Letter { book, tables, payee, name, day, .. } = *letter;
    let id = tables.payees.id(payee);
    let whose = match name {
        Some(name) => format!("{name} ({id})"),
        None => id.to_owned(),
    };
    let rules = letter.rules_in_force()?;
    let policies = letter.policies_in_force(&rules)?;
    let say = letter.words();
    let named = Prose::text(name.unwrap_or(id)).to_string();
    let mut document = Document {
        language: letter.language,
        title: say.with(&words::TITLE, &[&book.name, &whose]).to_string(),
        lead: say.with(&words::LEAD, &[&say.day(day), &named, book.currency.code()]),
        blocks: Vec::new(),
    };
    if letter.language != Language::English {
        document.paragraph(say.with(&words::RULES_IN_ENGLISH, &[]));
    }
    own::add_payee(&mut document, letter);
    if rules.is_empty() && policies.is_empty() {
        document.paragraph(say.with(&words::NO_RULE, &[]));
    }
    own::add_quotas(&mut document, letter, &rules)?;
    for kind in Kind::ALL {
        let of_kind: Vec<_> = rules.iter().filter(|(rule, _)| rule.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let (heading, meaning) = say.of_kind(kind);
        document.heading(2, Prose::ours(heading));
        document.paragraph(Prose::ours(meaning));
        for (rule, version) in of_kind {
            document.heading(3, Versioned::Rule(rule, version).title());
            letter.add_version(&mut document, Versioned::Rule(rule, version));
            own::add_values(&mut document, letter, &kinds::of(&version.body).values());
            example::add(&mut document, letter, version)?;
        }
    }
    letter.add_policies(&mut document, &policies);
    letter.add_signatures(&mut document, &whose);
    Ok(document)
}

/// The ids of the rules and policies of a plan letter.
///
/// # Errors
/// As [`letter`].
pub fn touching(letter: &Letter<'_>) -> Result<BTreeSet<String>, Fault> {
    let rules = letter.rules_in_force()?;
    let policies = letter.policies_in_force(&rules)?;
    let rules = rules.into_iter().map(|(rule, _)| rule.id.clone());
    Ok(rules.chain(policies.into_iter().map(|(policy, _)| policy.id.clone())).collect())
}

impl<'a> Letter<'a> {
    /// A number of the payee's that can't be held.
    fn too_large(&self) -> impl Fn(Overflow) -> Fault + use<> {
        Fault::overflow(Subject::Payee(self.payee))
    }

    /// What the payee is on the day.
    fn state(&self) -> StateIx {
        self.tables.payees.state(self.payee, self.day)
    }

    /// How it writes.
    fn words(&self) -> Words<'a> {
        Words { language: self.language, book: self.book }
    }

    /// Reason, days and facts of one version.
    fn add_version(&self, document: &mut Document, version: Versioned<'_>) {
        if let Some(why) = version.why() {
            document.blocks.push(Block::Quote(why));
        }
        let days = self.words().in_force((version.from(), version.until()), version.rank());
        document.paragraph(Prose::ours(format!("*{days}.*")));
        add_facts(document, &version.facts(self.book, self.rules));
    }

    fn can_be_true(&self, expr: &apportion_expr::Expr) -> Result<bool, Fault> {
        possible::can_be_true(expr, self.tables, (self.payee, self.state()))
    }

    /// The rules that can pay the payee, those on whose credit they pay, and those that can take something back.
    fn rules_in_force(&self) -> Result<Vec<(&'a Rule, &'a Version)>, Fault> {
        let mut found = Vec::new();
        for (_, rule) in self.rules.iter() {
            let Some(version) = rule.versions.iter().find(|version| version.in_force(self.day)) else {
                continue;
            };
            let conditions = version.when.iter().chain(kinds::of(&version.body).conditions());
            let mut possible = true;
            for condition in conditions {
                possible = possible && self.can_be_true(condition)?;
            }
            if possible {
                found.push((rule, version));
            }
        }
        let pays = |version: &Version| {
            let rule = kinds::of(&version.body);
            rule.applies().amount && !matches!(rule.counts(), Counts::Lines)
        };
        let credited: Vec<&String> =
            found.iter().filter_map(|(_, version)| version.body.credits()).flatten().collect();
        let paying: Vec<bool> =
            found.iter().map(|(rule, version)| pays(version) || credited.contains(&&rule.id)).collect();
        let ids: Vec<&str> = found
            .iter()
            .zip(&paying)
            .filter(|(_, pays)| **pays)
            .map(|((rule, _), _)| rule.id.as_str())
            .collect();
        let takes_back = |version: &Version| {
            let covers = |mirror: &Mirror| ids.iter().any(|id| mirror.covers(id));
            let Body::Clawback(clawback) = &version.body else { return false };
            !ids.is_empty() && clawback.mirror().is_none_or(covers)
        };
        let kept: Vec<bool> =
            found.iter().zip(&paying).map(|((_, version), pays)| *pays || takes_back(version)).collect();
        Ok(found.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(rule, _)| rule).collect())
    }

    /// The holds, draws and payment terms that can be the payee's.
    fn policies_in_force(
        &self,
        rules: &[(&Rule, &Version)],
    ) -> Result<Vec<(&'a Policy, &'a PolicyVersion)>, Fault> {
        let mut found = Vec::new();
        for (_, policy) in self.rules.policies.iter() {
            let Some(version) = policy.in_force(self.day) else { continue };
            let mut possible = true;
            for condition in version.terms.conditions() {
                possible = possible && self.can_be_true(condition)?;
            }
            let concerns = match &version.terms {
                PolicyTerms::Hold(hold) => {
                    let named = |id: &String| rules.iter().any(|(rule, _)| rule.id == *id);
                    !rules.is_empty() && hold.rules.as_ref().is_none_or(|ids| ids.iter().any(named))
                }
                PolicyTerms::Gate(gate) => {
                    let named = |id: &String| rules.iter().any(|(rule, _)| rule.id == *id);
                    gate.rules.iter().any(named)
                }
                // It is about accounting, and changes nothing for the payee.
                PolicyTerms::Capitalise(_) => false,
                _ => true,
            };
            if possible && concerns {
                found.push((policy, version));
            }
        }
        Ok(found)
    }

    fn add_policies(&self, document: &mut Document, found: &[(&Policy, &PolicyVersion)]) {
        for kind in PolicyKind::ALL {
            let mut of_kind = found.iter().filter(|(policy, _)| policy.kind == kind).peekable();
            if of_kind.peek().is_none() {
                continue;
            }
            let (heading, meaning) = self.words().of_policy(kind);
            document.heading(2, Prose::ours(heading));
            document.paragraph(Prose::ours(meaning));
            for (policy, version) in of_kind {
                document.heading(3, Versioned::Policy(policy, version).title());
                self.add_version(document, Versioned::Policy(policy, version));
                if let PolicyTerms::Draw(draw) = &version.terms {
                    own::add_values(document, self, &[("amount".to_owned(), &draw.amount)]);
                }
            }
        }
    }

    /// A line for the payee and one for who pays.
    fn add_signatures(&self, document: &mut Document, whose: &str) {
        document.heading(2, self.words().with(&words::AGREED, &[]));
        document.paragraph(self.words().with(&words::BOTH, &[]));
        let payer = self.book.statements.sender.as_deref().unwrap_or(&self.book.name);
        document.blocks.push(Block::Signatures([whose, payer].map(Prose::text).into()));
    }
}
