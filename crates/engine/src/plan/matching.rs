//! Which won deals each rule version matches: its days in force, its `when`, and `one_of`.

use arrow::array::{Array, UInt32Array};
use rayon::prelude::*;

use super::{Bound, Inputs};
use crate::credit::Fault;
use crate::kinds;
use apportion_rules::{Rule, RuleBook, Version};

/// The deals of one run, by rule version, and the deals that several rules of the same `one_of` match.
#[derive(Debug, Clone)]
pub struct Matches {
    /// `[rule][version]`: matched won deals of the window, ascending.
    pub deals: Vec<Vec<Vec<u32>>>,
    /// `[rule]`: deals, ascending, that another rule of the same `one_of` matches as well.
    pub two_rules: Vec<Vec<u32>>,
}

/// The version of a rule that matched a deal, by deal: stage two needs it for every credit.
#[derive(Debug, Clone)]
pub struct Matched {
    /// [`Matched::NOT`] where none did.
    version: Vec<u16>,
}

impl Matched {
    const NOT: u16 = u16::MAX;

    /// `of_versions` are the deals that each version matched; no deal is matched by two.
    pub fn new(of_versions: &[Vec<u32>], deals: usize) -> Self {
        let mut version = vec![Self::NOT; deals];
        for (at, deals) in (0..).zip(of_versions) {
            deals.iter().for_each(|deal| version[*deal as usize] = at);
        }
        Self { version }
    }

    pub fn version(&self, deal: u32) -> Option<u16> {
        let version = self.version[deal as usize];
        (version != Self::NOT).then_some(version)
    }
}

/// Matches every rule against the won deals of the window.
pub fn match_rules(inputs: &Inputs, rules: &RuleBook) -> Result<Matches, (usize, Fault)> {
    let deals = &inputs.tables.deals;
    // Deals are numbered by close date.
    let first_after = |day: i32| deals.close_date.partition_point(|closed| *closed < day) as u32;
    let (from, until) = (first_after(inputs.window.computed_from), first_after(inputs.window.paid_until + 1));
    let won: Vec<u32> = (from..until).filter(|deal| deals.won[*deal as usize]).collect();
    let deals = rules
        .rules
        .iter()
        .enumerate()
        .map(|(at, rule)| {
            rule.versions
                .iter()
                .map(|version| match_version(inputs, version, &won).map_err(|fault| (at, fault)))
                .collect()
        })
        .collect::<Result<Vec<Vec<Vec<u32>>>, _>>()?;
    let two_rules = (0..rules.rules.len()).map(|rule| two_rules(rules, &deals, rule)).collect();
    Ok(Matches { deals, two_rules })
}

fn match_version(inputs: &Inputs, version: &Version, won: &[u32]) -> Result<Vec<u32>, Fault> {
    let close_date = &inputs.tables.deals.close_date;
    let in_force: Vec<u32> = won
        .par_iter()
        .copied()
        .filter(|&deal| {
            let day = close_date[deal as usize];
            version.from <= day && version.until.is_none_or(|until| day <= until)
        })
        .collect();
    let Some(when) = &version.when else { return Ok(in_force) };
    let when = Bound::new(when, &[Some(&inputs.tables.deals.frame)]);
    let parts = in_force
        .par_chunks(inputs.partition)
        .with_max_len(1)
        .map(|deals| {
            let index = UInt32Array::from(deals.to_vec());
            let mask = when
                .mask(deals.len(), &[Some(&index)])
                .map_err(|error| Fault { deal: deals[error.row], message: error.message })?;
            Ok(deals
                .iter()
                .enumerate()
                .filter(|(at, _)| mask.is_valid(*at) && mask.value(*at))
                .map(|(_, &d)| d)
                .collect())
        })
        .collect::<Vec<Result<Vec<u32>, Fault>>>();
    Fault::first(parts).map(|parts| parts.concat())
}

/// The deals of `rule` that another rule of the same `one_of` matches too.
fn two_rules(rules: &RuleBook, deals: &[Vec<Vec<u32>>], rule: usize) -> Vec<u32> {
    let own = names(&rules.rules[rule]);
    if own.iter().all(Option::is_none) {
        return Vec::new();
    }
    let mut both = Vec::new();
    for (other, rival) in rules.rules.iter().enumerate().filter(|(other, _)| *other != rule) {
        for (own_at, own_name) in own.iter().enumerate().filter(|(_, name)| name.is_some()) {
            for (rival_at, _) in names(rival).iter().enumerate().filter(|(_, name)| *name == own_name) {
                let rivals = &deals[other][rival_at];
                both.extend(deals[rule][own_at].iter().filter(|deal| rivals.binary_search(deal).is_ok()));
            }
        }
    }
    both.sort_unstable();
    both.dedup();
    both
}

/// The `one_of` of each version.
fn names(rule: &Rule) -> Vec<Option<&str>> {
    rule.versions.iter().map(|version| kinds::of(&version.body).one_of()).collect()
}
