//! Which reversals the clawback rules match, and what each of them does.

use std::collections::BTreeMap;

use arrow::array::UInt32Array;

use crate::credit::{Fault, Reason};
use crate::plan::{Bound, deal_array};
use apportion_data::{DealIx, Deals, Reversal, Tables};
use apportion_rules::{Clawback, RuleBook, RuleIx, Version, VersionIx};

/// The reversals that clawback rules match, and what they do to the deals that they reverse. Reversals that closed after a
/// day do not count.
#[derive(Debug, Clone, Default)]
pub struct Clawbacks {
    /// `[rule][version]`: the reversals that it matches, ascending; none for rules of other kinds. Empty without clawback
    /// rules.
    pub deals: Vec<Vec<Vec<DealIx>>>,
    /// Every matched reversal once, in order of deal.
    pub reversals: Vec<MatchedReversal>,
    /// What recomputed deals count with instead of their amounts, in order of deal; millionths.
    pub moved: Vec<(DealIx, i64)>,
    /// Deals of which recomputed reversals left nothing, ascending.
    pub reversed: Vec<DealIx>,
    /// What each of the kept reversals takes, in their order.
    pub kept: Vec<Taken>,
}

/// A recomputed reversal that is not in the data any more, and goes on counting with the size that it had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptReversal {
    /// The deal that it reverses.
    pub original: DealIx,
    /// Its size in millionths of the book's currency, not below 0.
    pub size_e6: i128,
}

/// A reversal that a clawback rule matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatchedReversal {
    /// The reversal.
    pub deal: DealIx,
    /// The rule; the first one where several match it.
    pub rule: RuleIx,
    /// The version of the rule.
    pub version: VersionIx,
    /// What it does.
    pub effect: Effect,
}

/// What a matched reversal does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing, and why.
    Nothing(Reason),
    /// The original counts with less.
    Recompute(Taken),
    /// A part of the original's lines is taken back.
    Mirror(Taken),
}

impl Effect {
    /// What it takes of the original; none where it does nothing.
    pub fn taken(self) -> Option<Taken> {
        match self {
            Self::Nothing(_) => None,
            Self::Recompute(taken) | Self::Mirror(taken) => Some(taken),
        }
    }
}

/// What a reversal takes of the deal that it reverses; all in millionths of the book's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The deal that is reversed.
    pub original: DealIx,
    /// The size of the reversal.
    pub size_e6: i128,
    /// The part of the size that the deal still had.
    pub taken_e6: i128,
    /// The absolute amount of the deal as it was sold. Where it is 0, the first reversal takes all of it, whatever its size.
    pub whole_e6: i128,
}

impl Taken {
    /// What the deal no longer had: an over-reversal.
    pub fn beyond_e6(self) -> i128 {
        if self.whole_e6 == 0 && self.taken_e6 == 1 { 0 } else { self.size_e6 - self.taken_e6 }
    }

    /// The part of the deal that is taken, as a numerator and a denominator.
    pub(crate) fn part(self) -> (i128, i128) {
        (self.taken_e6, self.whole_e6.max(1))
    }
}

impl Clawbacks {
    /// Matches the clawback rules with the reversals that closed up to a day (days since 1970-01-01). The tables have the
    /// deals as they were sold. Kept reversals come before those that are there.
    ///
    /// # Errors
    /// An expression without a value, with its rule.
    pub fn new(
        tables: &Tables,
        rules: &RuleBook,
        until: i32,
        kept: &[KeptReversal],
    ) -> Result<Self, (RuleIx, Fault)> {
        let is_clawback = |version: &Version| version.body.clawback().is_some();
        if kept.is_empty() && !rules.rules.iter().flat_map(|rule| &rule.versions).any(is_clawback) {
            return Ok(Self::default());
        }
        let deals = &tables.deals;
        let mut matched = Vec::new();
        // By reversal: the first rule that matches it, with its version, and how many do.
        let mut first: BTreeMap<DealIx, (RuleIx, VersionIx, usize)> = BTreeMap::new();
        for (index, rule) in rules.iter() {
            let mut versions = Vec::new();
            for (version_at, version) in rule.iter() {
                let found = if is_clawback(version) {
                    matching(deals, version, until).map_err(|fault| (index, fault))?
                } else {
                    Vec::new()
                };
                for deal in &found {
                    first
                        .entry(*deal)
                        .and_modify(|(.., rules)| *rules += 1)
                        .or_insert((index, version_at, 1));
                }
                versions.push(found);
            }
            matched.push(versions);
        }
        let mut effects = Effects::default();
        let keep = |reversal: &KeptReversal| {
            effects.of(deals, &Clawback::Recompute, reversal.size_e6, reversal.original).taken()
        };
        let kept: Vec<Taken> = kept.iter().filter_map(keep).collect();
        let mut reversals = Vec::new();
        for (deal, (rule, version, matching)) in first {
            let Some(reversal) = deals.reversal(deal) else { continue };
            let effect = match why_nothing(deals, reversal, matching) {
                Err(reason) => Effect::Nothing(reason),
                Ok(original) => match rules.version(rule, version).body.clawback() {
                    Some(clawback) => effects.of(deals, clawback, reversal.size_e6, original),
                    None => continue,
                },
            };
            reversals.push(MatchedReversal { deal, rule, version, effect });
        }
        let (moved, reversed) = effects.moved(deals);
        Ok(Self { deals: matched, reversals, moved, reversed, kept })
    }

    /// The reversal that a deal is, if a clawback rule matches it.
    pub fn of_deal(&self, deal: DealIx) -> Option<&MatchedReversal> {
        let place = self.reversals.binary_search_by_key(&deal, |reversal| reversal.deal).ok()?;
        self.reversals.get(place)
    }

    /// The rules that match a reversal, in order.
    pub fn rules_of(&self, deal: DealIx) -> impl Iterator<Item = RuleIx> + '_ {
        let matches =
            move |versions: &[Vec<DealIx>]| versions.iter().any(|deals| deals.binary_search(&deal).is_ok());
        RuleIx::all(self.deals.len())
            .zip(&self.deals)
            .filter(move |(_, versions)| matches(versions))
            .map(|(rule, _)| rule)
    }

    /// Whether other rules leave the deal alone: it is a reversal that a clawback rule matches, or nothing is left of it.
    pub fn takes(&self, deal: DealIx) -> bool {
        self.of_deal(deal).is_some() || self.reversed.binary_search(&deal).is_ok()
    }

    /// Whether there is neither a matched reversal nor a deal that one took.
    pub fn is_empty(&self) -> bool {
        self.reversals.is_empty() && self.kept.is_empty()
    }

    /// The amount that a recomputed deal counts with, in millionths.
    pub fn counted_e6(&self, deal: DealIx) -> Option<i64> {
        let place = self.moved.binary_search_by_key(&deal, |(moved, _)| *moved).ok()?;
        self.moved.get(place).map(|(_, amount)| *amount)
    }
}

/// The row of the original of each reversal, as an index over deals.
pub(crate) fn original_array(deals: &Deals, reversals: &[DealIx]) -> UInt32Array {
    reversals.iter().map(|deal| deals.original(*deal).map(DealIx::raw)).collect()
}

/// The reversals that a version matches, ascending.
fn matching(deals: &Deals, version: &Version, until: i32) -> Result<Vec<DealIx>, Fault> {
    let in_force = |reversal: &&Reversal| {
        let closed = deals.close_date[reversal.deal];
        closed <= until && version.in_force(closed)
    };
    let found: Vec<DealIx> = deals.reversals.iter().filter(in_force).map(|reversal| reversal.deal).collect();
    let Some(when) = &version.when else { return Ok(found) };
    let when = Bound::new(when, &[Some(&deals.frame), Some(&deals.frame)]);
    let (index, originals) = (deal_array(&found), original_array(deals, &found));
    let mask = when
        .mask(found.len(), &[Some(&index), Some(&originals)])
        .map_err(|error| Fault::of_expression(when.expr(), error, |row| found[row]))?;
    Ok(mask.values().set_indices().map(|place| found[place]).collect())
}

/// The deal that a reversal takes from, or why it does nothing. `matching` is how many rules match it.
fn why_nothing(deals: &Deals, reversal: &Reversal, matching: usize) -> Result<DealIx, Reason> {
    if matching > 1 {
        return Err(Reason::TwoRules);
    }
    let original = reversal.original.get().filter(|original| deals.reversal(*original).is_none());
    let original = original.ok_or(Reason::NoOriginal)?;
    if !deals.won[original] {
        Err(Reason::OriginalNotWon)
    } else if deals.close_date[reversal.deal] < deals.close_date[original] {
        Err(Reason::ReversedBeforeClose)
    } else {
        Ok(original)
    }
}

/// What reversals took of each deal so far, in order of close date and deal_id.
#[derive(Default)]
struct Effects {
    recomputed: BTreeMap<DealIx, i128>,
    mirrored: BTreeMap<DealIx, i128>,
}

impl Effects {
    fn of(&mut self, deals: &Deals, clawback: &Clawback, size_e6: i128, original: DealIx) -> Effect {
        let whole_e6 = i128::from(deals.amount_e6[original]).abs();
        let take = |so_far: &mut BTreeMap<DealIx, i128>| {
            let so_far = so_far.entry(original).or_default();
            // A deal without an amount is taken as a whole, or not at all.
            let (size, whole) = if whole_e6 == 0 { (1, 1) } else { (size_e6, whole_e6) };
            let taken_e6 = size.min(whole - *so_far);
            *so_far += taken_e6;
            Taken { original, size_e6, taken_e6, whole_e6 }
        };
        match clawback {
            Clawback::Recompute => Effect::Recompute(take(&mut self.recomputed)),
            Clawback::Mirror(_) => Effect::Mirror(take(&mut self.mirrored)),
        }
    }

    /// What recomputed deals count with, and those of which nothing is left.
    fn moved(self, deals: &Deals) -> (Vec<(DealIx, i64)>, Vec<DealIx>) {
        let (mut moved, mut reversed) = (Vec::new(), Vec::new());
        for (deal, taken) in self.recomputed {
            let amount = deals.amount_e6[deal];
            // What is taken is not above the amount's absolute value.
            let left = i64::try_from(taken).map_or(0, |taken| amount.abs().saturating_sub(taken).max(0));
            if left == 0 {
                reversed.push(deal);
            }
            if left != amount.abs() {
                moved.push((deal, left * amount.signum()));
            }
        }
        (moved, reversed)
    }
}
