//! Which won deals each rule version matches: its days in force, its `when`, and `one_of`.

use apportion_data::{DealIx, Optional};
use arrow::array::Array;
use rayon::prelude::*;

use super::{Bound, Inputs, deal_array};
use crate::credit::Fault;
use crate::kinds;
use apportion_rules::{Rule, RuleBook, RuleIx, Version, VersionIx};

/// The deals of one run, by rule version, and the deals that several rules of the same `one_of` match.
#[derive(Debug, Clone)]
pub struct Matches {
    /// `[rule][version]`: matched won deals of the window, ascending; of a clawback rule the reversals that it matches.
    pub deals: Vec<Vec<Vec<DealIx>>>,
    /// `[rule]`: deals, ascending, that another rule of the same `one_of` matches as well.
    pub two_rules: Vec<Vec<DealIx>>,
}

/// The version of a rule that matched a deal, by deal: stage two needs it for every credit.
#[derive(Debug, Clone)]
pub struct VersionByDeal {
    version: Vec<Optional<VersionIx>>,
}

impl VersionByDeal {
    /// `of_versions` are the deals that each version matched; no deal is matched by two.
    pub fn new(of_versions: &[Vec<DealIx>], deals: usize) -> Self {
        let mut version = vec![Optional::NONE; deals];
        for (position, deals) in VersionIx::all(of_versions.len()).zip(of_versions) {
            deals.iter().for_each(|deal| version[*deal] = position.into());
        }
        Self { version }
    }

    /// The version that matched a deal, if one did.
    pub fn version(&self, deal: DealIx) -> Option<VersionIx> {
        self.version[deal].get()
    }
}

/// Matches every rule against the won deals of the window.
pub fn match_rules(inputs: &Inputs, rules: &RuleBook) -> Result<Matches, (RuleIx, Fault)> {
    let deals = &inputs.tables.deals;
    // Deals are numbered by close date.
    let (from, until) =
        (deals.first_from(inputs.window.computed_from), deals.first_from(inputs.window.paid_until + 1));
    let mut won: Vec<DealIx> = DealIx::range(from..until).filter(|deal| deals.won[*deal]).collect();
    if !inputs.clawbacks.is_empty() {
        won.retain(|deal| !inputs.clawbacks.takes(*deal));
    }
    let in_window = |deal: &DealIx| (from..until).contains(deal);
    let of_version = |rule: RuleIx, at: VersionIx, version: &Version| match version.body.clawback() {
        Some(_) => Ok(inputs.clawbacks.deals[rule][at].iter().copied().filter(in_window).collect()),
        None => match_version(inputs, version, &won).map_err(|fault| (rule, fault)),
    };
    let deals = rules
        .iter()
        .map(|(index, rule)| rule.iter().map(|(at, version)| of_version(index, at, version)).collect())
        .collect::<Result<Vec<Vec<Vec<DealIx>>>, _>>()?;
    let two_rules = rules.iter().map(|(rule, _)| two_rules(rules, &deals, rule)).collect();
    Ok(Matches { deals, two_rules })
}

fn match_version(inputs: &Inputs, version: &Version, won: &[DealIx]) -> Result<Vec<DealIx>, Fault> {
    let close_date = &inputs.tables.deals.close_date;
    let in_force: Vec<DealIx> =
        won.par_iter().copied().filter(|&deal| version.in_force(close_date[deal])).collect();
    let Some(when) = &version.when else { return Ok(in_force) };
    let when = Bound::new(when, &[Some(&inputs.tables.deals.frame)]);
    let parts = in_force
        .par_chunks(inputs.partition)
        .with_max_len(1)
        .map(|deals| {
            let index = deal_array(deals);
            let mask = when
                .mask(deals.len(), &[Some(&index)])
                .map_err(|error| Fault::of_expression(when.expr(), error, |row| deals[row]))?;
            Ok(deals
                .iter()
                .enumerate()
                .filter(|(position, _)| mask.is_valid(*position) && mask.value(*position))
                .map(|(_, &d)| d)
                .collect())
        })
        .collect::<Vec<Result<Vec<DealIx>, Fault>>>();
    Fault::first(parts).map(|parts| parts.concat())
}

/// The deals of `rule` that another rule of the same `one_of` matches too.
fn two_rules(rules: &RuleBook, deals: &[Vec<Vec<DealIx>>], rule: RuleIx) -> Vec<DealIx> {
    let own = names(&rules[rule]);
    if own.iter().all(Option::is_none) {
        return Vec::new();
    }
    let mut common = Vec::new();
    for (other, rival) in rules.iter().filter(|(other, _)| *other != rule) {
        for (own_at, own_name) in own.iter().enumerate().filter(|(_, name)| name.is_some()) {
            for (rival_at, _) in names(rival).iter().enumerate().filter(|(_, name)| *name == own_name) {
                let rivals = &deals[other][rival_at];
                common.extend(deals[rule][own_at].iter().filter(|deal| rivals.binary_search(deal).is_ok()));
            }
        }
    }
    common.sort_unstable();
    common.dedup();
    common
}

/// The `one_of` of each version.
fn names(rule: &Rule) -> Vec<Option<&str>> {
    rule.versions.iter().map(|version| kinds::of(&version.body).one_of()).collect()
}
