//! Levels that nobody can fill, and deciders who are paid by what they decide.

use std::collections::{BTreeMap, BTreeSet};

use apportion_base::diagnostic::{Code, counted};
use apportion_book::display_day;
use apportion_data::{DealIx, PayeeIx};
use apportion_rules::{Conflict, Level, PolicyTerms, Version};

use super::super::super::facts::Facts;
use super::super::super::finding::Finding;
use super::super::super::payees::{date, dates};
use super::super::people::selected;
use super::super::{PolicyPlace, versions};
use crate::credit::Line;
use crate::kinds;

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for subject in versions(facts) {
        let PolicyTerms::Conflict(conflict) = &subject.version.terms else { continue };
        let paid = paid_by(facts, conflict);
        for (place, level) in conflict.levels.iter().enumerate() {
            let asked = Asked { facts, subject: &subject, level, path: format!("levels.{place}.who") };
            found.extend(asked.findings(&paid));
        }
    }
    found
}

/// The deals on which each payee has a line that what is decided may change, or that rests on it.
type Paid = BTreeMap<PayeeIx, BTreeSet<DealIx>>;

fn paid_by(facts: &Facts<'_>, conflict: &Conflict) -> Paid {
    let mut paid = Paid::new();
    let lines = facts.settlement.lines.iter().filter(|line| is_decided(facts, line, &conflict.role));
    for line in lines {
        paid.entry(line.payee).or_default().insert(line.deal);
    }
    paid
}

/// Whether a line is of a rule that splits by a role, or is paid on the credit of such a rule.
fn is_decided(facts: &Facts<'_>, line: &Line, role: &str) -> bool {
    let version = facts.rules.version(line.rule, line.version);
    let day = facts.tables.deals.close_date[line.deal];
    let credits = version.body.credits().unwrap_or_default();
    let credited = credits.iter().filter_map(|id| facts.rules.find(id)).map(|rule| &facts.rules[rule]);
    let mut in_force = credited.filter_map(|rule| rule.in_force(day).map(|version| &rule.versions[version]));
    splits_by(version, role) || in_force.any(|version| splits_by(version, role))
}

fn splits_by(version: &Version, role: &str) -> bool {
    let roles = kinds::of(&version.body).roles();
    roles.is_some_and(|(roles, _)| roles.iter().any(|share| share.role == role))
}

/// A level of a version of a policy.
struct Asked<'a, 'f> {
    facts: &'a Facts<'f>,
    subject: &'a PolicyPlace<'f>,
    level: &'a Level,
    /// The path of its `who`.
    path: String,
}

impl Asked<'_, '_> {
    fn findings(&self, paid: &Paid) -> Option<Finding> {
        let deciders = self.deciders()?;
        if deciders.is_empty() { Some(self.nobody()) } else { self.paid(&deciders, paid) }
    }

    /// The day that is asked about: the as-of day, or the nearest on which the version is in force.
    fn day(&self) -> i32 {
        let version = self.subject.version;
        let day = self.facts.as_of.max(version.from);
        version.until.map_or(day, |until| day.min(until))
    }

    /// Those who are there on that day and may decide. `None` where the condition has no value: a decision says so.
    fn deciders(&self) -> Option<Vec<PayeeIx>> {
        let (facts, day) = (self.facts, self.day());
        let selects = selected(facts, Some(&self.level.who))?;
        let payees = &facts.tables.payees;
        let (starts, ends) = (dates(facts, "start_date"), dates(facts, "end_date"));
        let is_there = |payee: &PayeeIx| {
            date(starts, *payee).is_none_or(|start| start <= day)
                && date(ends, *payee).is_none_or(|end| day <= end)
        };
        let may = |payee: &PayeeIx| selects.get(payees.states.on(*payee, day).at()) == Some(&true);
        Some(payees.all().filter(may).filter(is_there).collect())
    }

    fn nobody(&self) -> Finding {
        let message = format!(
            "nobody can fill the level `{}` of `{}` on {}",
            self.level.name,
            self.subject.policy.id,
            display_day(self.day())
        );
        self.subject.warning(Code::LevelWithoutPeople, message, &self.path).help(
            "`who` is true for nobody who is there on that day: correct it, or look at the columns of payees that it names",
        )
    }

    fn paid(&self, deciders: &[PayeeIx], paid: &Paid) -> Option<Finding> {
        let both = deciders.iter().filter_map(|payee| Some((*payee, paid.get(payee)?)));
        let both: Vec<(PayeeIx, &BTreeSet<DealIx>)> = both.collect();
        if both.is_empty() {
            return None;
        }
        let message = format!(
            "{} of the level `{}` of `{}` {} by what is decided {}",
            counted(both.len() as u64, "payee"),
            self.level.name,
            self.subject.policy.id,
            if both.len() == 1 { "is paid" } else { "are paid" },
            self.facts.in_days()
        );
        let shown = |(payee, deals): &(PayeeIx, &BTreeSet<DealIx>)| {
            format!("{} (on {})", self.facts.payee_id(*payee), counted(deals.len() as u64, "deal"))
        };
        let finding = self.subject.warning(Code::PaidDecider, message, &self.path);
        Some(
            finding
                .counted(both.len() as u64, "payee")
                .examples(both.iter().map(shown))
                .help("what they decide about a deal on which they have a line does not count: leave them out of `who`, or of the rules"),
        )
    }
}
