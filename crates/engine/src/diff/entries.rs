//! Which entry of a rule's rates or amounts a line falls under. Where several entries of one table changed, lines of each are a reason of
//! their own, so that each has its own sum.

use std::collections::BTreeMap;

use apportion_data::Tables;
use apportion_rules::{Version, values};

use crate::cases::coverage::Point;
use crate::credit::Line;
use crate::kinds;

apportion_base::indices! {
    /// A pair of entries, before and after.
    EntriesIx(u32);
}

/// Pairs of entries, each once.
#[derive(Debug, Default)]
pub struct Entries {
    list: Vec<[String; 2]>,
    known: BTreeMap<[String; 2], EntriesIx>,
}

impl Entries {
    /// The number of a pair; none where there are too many of them.
    pub fn note(&mut self, pair: [String; 2]) -> Option<EntriesIx> {
        if let Some(known) = self.known.get(&pair) {
            return Some(*known);
        }
        let next = EntriesIx::new(self.list.len())?;
        self.list.push(pair.clone());
        self.known.insert(pair, next);
        Some(next)
    }

    /// All pairs, in order of their numbers.
    pub fn into_list(self) -> Vec<[String; 2]> {
        self.list
    }

    /// The pair of a number.
    pub fn get(&self, index: EntriesIx) -> [String; 2] {
        self.list[index].clone()
    }
}

/// The entry of a version's rates or amounts that a line falls under, as [`values`] names it; empty where there is one value for all.
pub fn entry(version: &Version, tables: &Tables, line: &Line) -> String {
    let of_case = |case: Option<String>| case.unwrap_or_else(|| "else".to_owned());
    let reached = kinds::of(&version.body).reached(tables, line);
    let named = reached.into_iter().find_map(|point| match point {
        Point::Value(case) => Some(of_case(case)),
        Point::Level(level) => Some(format!("level {level}")),
        Point::Rate(index, case) => {
            let step = step(version, index)?;
            Some(case.map_or_else(|| step.clone(), |case| format!("{step}, {}", of_case(case))))
        }
        Point::Line
        | Point::Role(_)
        | Point::Kept
        | Point::Tier(_)
        | Point::Cap(_)
        | Point::Step(_)
        | Point::Recomputed => None,
    });
    named.unwrap_or_default()
}

/// What a step of `rates` is called.
fn step(version: &Version, index: usize) -> Option<String> {
    let mut steps: Vec<String> = Vec::new();
    for value in values(version, 0).into_iter().filter(|value| value.key == "rates") {
        let step = value.item.split(", ").next().unwrap_or_default().to_owned();
        if steps.last() != Some(&step) {
            steps.push(step);
        }
    }
    steps.get(index).cloned()
}
