//! What of a rule book its cases reach: every version, role, tier, rate, level, `by` entry and cap.
//!
//! A point is reached by a line of the case's period that a rule under test makes, in a case that expects lines; a
//! cap, by a line that it lowered. Lines of rules that are there only for their credit reach nothing, because they
//! are not compared. What of holds, draws and payment terms is reached, only a case that closes months can say: see [`policies`].

mod caps;
mod points;
pub mod policies;
mod reach;

use std::collections::BTreeMap;

pub(crate) use points::{Point, entries};
pub(crate) use reach::entry;
pub use reach::reached;

use apportion_rules::Outline;

/// What one case reaches of one version of a rule.
#[derive(Debug, Clone)]
pub struct CaseReach {
    /// The id of the rule.
    pub rule: String,
    /// First day in force of the version.
    pub from: i32,
    /// All points of the version in words, and whether the case reaches each; always the same points in the same order.
    pub points: Vec<(String, bool)>,
}

/// Adds what a month of a case reaches to what others of its months do.
pub fn add_reach(all: &mut Vec<CaseReach>, of_month: Vec<CaseReach>) {
    for reach in of_month {
        match all.iter_mut().find(|known| (&known.rule, known.from) == (&reach.rule, reach.from)) {
            None => all.push(reach),
            Some(known) => {
                let points = known.points.iter_mut().zip(reach.points);
                points.for_each(|((_, reached), (_, also))| *reached |= also);
            }
        }
    }
}

/// The versions of a rule book, and which cases reach which of their points.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    versions: BTreeMap<(String, i32), VersionCoverage>,
}

/// One version of a rule.
#[derive(Debug, Clone)]
pub struct VersionCoverage {
    /// The word of its kind.
    pub kind: &'static str,
    /// Empty while no case has the version under test.
    pub points: Vec<PointCoverage>,
}

/// A part of a version that a case can reach.
#[derive(Debug, Clone)]
pub struct PointCoverage {
    /// "role `sourced`", "tier from 80%".
    pub what: String,
    /// Names of the cases that reach it, in the order in which they ran.
    pub cases: Vec<String>,
}

/// A point with its version: a row of what is shown.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The id of the rule.
    pub rule: &'a str,
    /// The word of its kind.
    pub kind: &'static str,
    /// First day in force, days since 1970-01-01.
    pub from: i32,
    /// What the point is called.
    pub what: &'a str,
    /// The cases that reach it.
    pub cases: &'a [String],
}

/// The point of a version that no case has under test.
const UNTESTED: &str = "anything: no case has it under test";

impl Coverage {
    /// Of a rule book none of which has been reached yet.
    pub fn of(outline: &Outline) -> Self {
        let rules = outline.tables.iter().map(|table| (&table.id, table.kind.word(), table.from));
        let policies = outline.policies.iter().map(|policy| (&policy.id, policy.kind.word(), policy.from));
        let versions = rules.chain(policies).filter_map(|(id, kind, from)| {
            Some(((id.clone(), from?), VersionCoverage { kind, points: Vec::new() }))
        });
        Self { versions: versions.collect() }
    }

    /// Adds what a case reaches.
    pub fn add(&mut self, case: &str, reached: &[CaseReach]) {
        for of_version in reached {
            let Some(version) = self.versions.get_mut(&(of_version.rule.clone(), of_version.from)) else {
                continue;
            };
            if version.points.is_empty() {
                let unreached =
                    |(what, _): &(String, bool)| PointCoverage { what: what.clone(), cases: Vec::new() };
                version.points = of_version.points.iter().map(unreached).collect();
            }
            for (point, (_, reached)) in version.points.iter_mut().zip(&of_version.points) {
                if *reached {
                    point.cases.push(case.to_owned());
                }
            }
        }
    }

    /// All points, by rule, version and then in the order of the rule's keys.
    pub fn points(&self) -> Vec<Place<'_>> {
        let mut places = Vec::new();
        for ((rule, from), version) in &self.versions {
            let place =
                |what, cases| Place { rule: rule.as_str(), kind: version.kind, from: *from, what, cases };
            if version.points.is_empty() {
                places.push(place(UNTESTED, &[]));
            }
            places.extend(version.points.iter().map(|point| place(point.what.as_str(), &point.cases)));
        }
        places
    }

    /// The number of rules.
    pub fn rules(&self) -> usize {
        let mut ids: Vec<&str> = self.versions.keys().map(|(id, _)| id.as_str()).collect();
        ids.dedup();
        ids.len()
    }
}
