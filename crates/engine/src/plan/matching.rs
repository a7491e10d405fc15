//! Which won deals each rule version matches: its days in force, its `when`, and `one_of`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use apportion_data::{DealIx, Optional};
use apportion_expr::{Expr, Input, Node, TableInput, conditions};
use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::buffer::BooleanBuffer;
use rayon::prelude::*;

use super::{Bound, Inputs, deal_array};
use crate::credit::Fault;
use crate::kinds::{self, milestone};
use apportion_rules::{Body, Kind, Rule, RuleBook, RuleIx, Version, VersionIx};

/// The deals of one run, by rule version, and the deals that several rules of the same `one_of` match.
#[derive(Debug, Clone)]
pub struct Matches {
    /// `[rule][version]`: matched won deals of the window, ascending; of a clawback rule the reversals that it matches, of pay for
    /// milestones those that were done.
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
    let conditions = SharedConditions::new(inputs, rules);
    let won = asked(inputs);
    let versions: Vec<&Version> = rules.iter().flat_map(|(_, rule)| &rule.versions).collect();
    let starts: Vec<usize> = (from.at()..until.at()).step_by(inputs.partition).collect();
    let ranges: Vec<Vec<Result<Vec<DealIx>, Fault>>> = starts
        .par_iter()
        .with_max_len(1)
        .map(|start| {
            let range = *start..(start + inputs.partition).min(until.at());
            let stretch = Stretch { won: BooleanBuffer::from(&won[range.clone()]), range };
            let asked: Vec<Option<Range<usize>>> =
                versions.iter().map(|version| stretch.in_force(inputs, version)).collect();
            let masks = conditions.masks(&stretch.range, &asked);
            let of_version = |(place, version): (usize, &&Version)| match &asked[place] {
                None => Ok(Vec::new()),
                Some(days) => stretch.matched(inputs, version, days, conditions.all_of(place, &masks)),
            };
            versions.iter().enumerate().map(of_version).collect()
        })
        .collect();
    let mut by_version: Vec<Vec<Result<Vec<DealIx>, Fault>>> = versions.iter().map(|_| Vec::new()).collect();
    for of_range in ranges {
        by_version.iter_mut().zip(of_range).for_each(|(parts, part)| parts.push(part));
    }
    let mut by_version = by_version.into_iter();
    let mut matched = rules
        .iter()
        .map(|(rule, versions)| {
            let own = by_version.by_ref().take(versions.versions.len());
            own.map(|parts| Fault::first(parts).map(|parts| parts.concat()).map_err(|fault| (rule, fault)))
                .collect()
        })
        .collect::<Result<Vec<Vec<Vec<DealIx>>>, _>>()?;
    for (index, rule) in rules.iter().filter(|(_, rule)| rule.kind == Kind::Milestone) {
        let done = milestone::plan::matched(inputs, rule).map_err(|fault| (index, fault))?;
        for (of_version, done) in matched[index].iter_mut().zip(done) {
            of_version.extend(done.into_iter().filter(|deal| (from..until).contains(deal)));
        }
    }
    for (of_rule, reversals) in matched.iter_mut().zip(&inputs.clawbacks.deals) {
        for (of_version, reversals) in of_rule.iter_mut().zip(reversals) {
            of_version.extend(reversals.iter().filter(|deal| (from..until).contains(*deal)));
        }
    }
    let deals = matched;
    let two_rules = rules.iter().map(|(rule, _)| two_rules(rules, &deals, rule)).collect();
    Ok(Matches { deals, two_rules })
}

/// Matches every rule against some won deals of the window, which ascend. Of few deals it costs as little as they are; rules that are not
/// about deals match none.
pub fn match_deals(inputs: &Inputs, rules: &RuleBook, deals: &[DealIx]) -> Result<Matches, (RuleIx, Fault)> {
    let won = asked(inputs);
    let close_date = &inputs.tables.deals.close_date;
    let of_version = |version: &Version| -> Result<Vec<DealIx>, Fault> {
        if !asks_deals(version) {
            return Ok(Vec::new());
        }
        let in_question = |deal: &DealIx| won[*deal] && version.in_force(close_date[*deal]);
        let deals: Vec<DealIx> = deals.iter().copied().filter(in_question).collect();
        match &version.when {
            Some(when) if !deals.is_empty() => matched_alone(inputs, when, &deals),
            _ => Ok(deals),
        }
    };
    let of_rule = |(index, rule): (RuleIx, &Rule)| {
        let of_versions: Result<Vec<_>, Fault> = rule.versions.iter().map(of_version).collect();
        of_versions.map_err(|fault| (index, fault))
    };
    let deals = rules.iter().map(of_rule).collect::<Result<Vec<_>, _>>()?;
    let two_rules = rules.iter().map(|(rule, _)| two_rules(rules, &deals, rule)).collect();
    Ok(Matches { deals, two_rules })
}

/// Whether a version is asked about won deals. The reversals of a clawback rule are matched before, over all the data; milestones are none.
fn asks_deals(version: &Version) -> bool {
    !matches!(version.body, Body::Clawback(_) | Body::Milestone(_))
}

/// By deal: whether it is won, and no clawback rule keeps other rules from it.
fn asked<'t>(inputs: &Inputs<'t>) -> Cow<'t, [bool]> {
    let won = &inputs.tables.deals.won;
    if inputs.clawbacks.is_empty() {
        return Cow::Borrowed(won);
    }
    let mut asked = won.clone();
    let reversals = inputs.clawbacks.reversals.iter().map(|reversal| reversal.deal);
    reversals.chain(inputs.clawbacks.reversed.iter().copied()).for_each(|deal| asked[deal] = false);
    Cow::Owned(asked)
}

/// The parts of all `when`, each once: rules of a book mostly differ in one part of their conditions and have the others
/// in common.
struct SharedConditions<'a> {
    /// The distinct parts.
    parts: Vec<&'a Node>,
    /// By version: its parts. `None` where it is evaluated alone.
    of_versions: Vec<Option<Vec<usize>>>,
    /// The columns that parts name, by table of their scope.
    columns: Vec<Vec<Option<ArrayRef>>>,
}

impl<'a> SharedConditions<'a> {
    fn new(inputs: &Inputs, rules: &'a RuleBook) -> Self {
        let mut shared = Self { parts: Vec::new(), of_versions: Vec::new(), columns: Vec::new() };
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut scope: Option<&Expr> = None;
        for version in rules.iter().flat_map(|(_, rule)| &rule.versions) {
            let own = version.when.as_ref().filter(|_| version.body.clawback().is_none());
            let parts = own.and_then(|when| {
                // A date that is moved beyond the calendar is counted, so only deals that are asked may move one.
                if !scope.get_or_insert(when).has_scope_of(when) || when.tree().moves_dates() {
                    return None;
                }
                shared.use_columns(inputs, when);
                let parts = when.tree().conjuncts().into_iter().map(|part| {
                    *places.entry(when.source(part)).or_insert_with(|| {
                        shared.parts.push(part);
                        shared.parts.len() - 1
                    })
                });
                Some(parts.collect())
            });
            shared.of_versions.push(parts);
        }
        shared
    }

    fn use_columns(&mut self, inputs: &Inputs, when: &Expr) {
        let tables = &when.scope().tables;
        self.columns.resize(tables.len(), Vec::new());
        for column in when.columns() {
            let (table, columns) = (&tables[column.table], &mut self.columns[column.table]);
            columns.resize(table.columns.len(), None);
            columns[column.column] =
                inputs.tables.deals.frame.column(&table.columns[column.column].0).cloned();
        }
    }

    /// Where each part is true on the deals of a range, whether they are won or not; `None` where a part has no value on one of them,
    /// and where no version has it that is asked about the range.
    fn masks(&self, range: &Range<usize>, asked: &[Option<Range<usize>>]) -> Vec<Option<BooleanArray>> {
        let mut named = vec![false; self.parts.len()];
        for (parts, _) in self.of_versions.iter().zip(asked).filter(|(_, asked)| asked.is_some()) {
            parts.iter().flatten().for_each(|part| named[*part] = true);
        }
        let named: Vec<usize> = (0..self.parts.len()).filter(|part| named[*part]).collect();
        let slice =
            |column: &Option<ArrayRef>| column.as_ref().map(|column| column.slice(range.start, range.len()));
        let columns: Vec<Vec<Option<ArrayRef>>> =
            self.columns.iter().map(|columns| columns.iter().map(slice).collect()).collect();
        let tables =
            columns.iter().map(|columns| TableInput { columns, rows: range.len(), index: None }).collect();
        let parts: Vec<&Node> = named.iter().map(|part| self.parts[*part]).collect();
        let mut masks = vec![None; self.parts.len()];
        let found = conditions(&parts, &Input { rows: range.len(), tables });
        named.into_iter().zip(found).for_each(|(part, mask)| masks[part] = mask);
        masks
    }

    /// Where all parts of a version are true; `None` where it has to be evaluated alone.
    fn all_of(&self, version: usize, masks: &[Option<BooleanArray>]) -> Option<BooleanBuffer> {
        let mut parts = self.of_versions[version].as_ref()?.iter().map(|part| masks[*part].as_ref());
        let first = parts.next()??.values().clone();
        parts.try_fold(first, |all, part| Some(&all & part?.values()))
    }
}

/// Deals with numbers that follow each other.
struct Stretch {
    range: Range<usize>,
    won: BooleanBuffer,
}

impl Stretch {
    /// The deals of the stretch about which a version is asked: those that closed while it was in force. None of a rule that is not about
    /// deals.
    fn in_force(&self, inputs: &Inputs, version: &Version) -> Option<Range<usize>> {
        if !asks_deals(version) {
            return None;
        }
        let deals = &inputs.tables.deals;
        let first = deals.first_from(version.from).at().max(self.range.start);
        let after = version.until.and_then(|until| until.checked_add(1));
        let end = after.map_or(usize::MAX, |day| deals.first_from(day).at()).min(self.range.end);
        (first < end).then_some(first..end)
    }

    /// The won ones of these deals that a version matches. `when` says where its condition is true, if that is known.
    fn matched(
        &self,
        inputs: &Inputs,
        version: &Version,
        deals: &Range<usize>,
        when: Option<BooleanBuffer>,
    ) -> Result<Vec<DealIx>, Fault> {
        let (from, length) = (deals.start - self.range.start, deals.len());
        let won = self.won.slice(from, length);
        let deal = |position: usize| DealIx::from_raw((deals.start + position) as u32);
        match (when, &version.when) {
            (_, None) => Ok(won.set_indices().map(deal).collect()),
            (Some(when), _) => Ok((&won & &when.slice(from, length)).set_indices().map(deal).collect()),
            (None, Some(when)) => {
                let won: Vec<DealIx> = won.set_indices().map(deal).collect();
                matched_alone(inputs, when, &won)
            }
        }
    }
}

/// The deals on which a condition is true.
fn matched_alone(inputs: &Inputs, when: &Expr, deals: &[DealIx]) -> Result<Vec<DealIx>, Fault> {
    let when = Bound::new(when, &[Some(&inputs.tables.deals.frame)]);
    let index = deal_array(deals);
    let mask = when
        .mask(deals.len(), &[Some(&index)])
        .map_err(|error| Fault::of_expression(when.expr(), error, |row| deals[row]))?;
    Ok(mask.values().set_indices().map(|position| deals[position]).collect())
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
