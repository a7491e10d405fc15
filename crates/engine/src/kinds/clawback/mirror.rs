//! Mirrored reversals: a part of each line of the deal that is reversed is taken back. See
//! `docs/reference/rules/clawback.md#mirror`.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::kernel::{part, share, take_back};
use super::plan::{Effect, MatchedReversal, Taken};
use crate::credit::{Fault, FilledColumns, Line, OfRuleIx, Reason, Uncredited};
use crate::pay::LinesByPayee;
use crate::pay::fraction::{Fraction, whole};
use crate::plan::{Earners, Inputs};
use apportion_base::money::Minor;
use apportion_data::{DealIx, Optional, PayeeIx, RoleIx};
use apportion_rules::{Clawback, Mirror, RuleBook, RuleIx, Version};

/// A line that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OriginalLine {
    /// The id of the rule that made it, which need not be among the rules any more.
    pub rule_id: Arc<str>,
    /// Who was paid.
    pub payee: PayeeIx,
    /// The role, of rules that share by role.
    pub role: Optional<RoleIx>,
    /// Whose credit it was paid on, where that is another.
    pub from_payee: Optional<PayeeIx>,
    /// What was paid.
    pub amount: Minor,
}

/// Lines of deals, as they stand: what a mirrored reversal takes a part of.
#[derive(Debug, Clone, Default)]
pub struct OriginalLines {
    by_deal: BTreeMap<DealIx, Vec<OriginalLine>>,
}

impl OriginalLines {
    /// Adds a line of a deal. A deal has one line of each rule, payee, role and payee whose credit it is.
    pub fn add(&mut self, deal: DealIx, line: OriginalLine) {
        self.by_deal.entry(deal).or_default().push(line);
    }

    /// Whether it has lines of the deal.
    pub fn has(&self, deal: DealIx) -> bool {
        self.by_deal.contains_key(&deal)
    }

    /// The ids of all rules that made lines of it.
    fn rule_ids(&self) -> impl Iterator<Item = &Arc<str>> {
        self.by_deal.values().flatten().map(|line| &line.rule_id)
    }

    /// The lines of a deal, in the order of their keys.
    fn of_deal(&self, deal: DealIx) -> Vec<&OriginalLine> {
        let mut lines: Vec<&OriginalLine> = self.by_deal.get(&deal).into_iter().flatten().collect();
        lines.sort_unstable();
        lines
    }
}

/// What the mirrored reversals of a window take back.
#[derive(Debug, Default)]
pub struct TakenBack {
    /// By rule: the clawback lines. Rules that have none are left out.
    pub lines: BTreeMap<RuleIx, Vec<Line>>,
    /// Reversals that found no line, ascending.
    pub without_line: Vec<DealIx>,
    /// Ids of the rules that [`Line::of_rule`] names, in byte order.
    pub of_rules: Vec<String>,
}

/// Takes back what the mirrored reversals of the window take of `lines`. Earlier reversals of the same deals count, in any
/// fiscal year.
///
/// # Errors
/// A number that is too large, or a condition without a value.
pub fn take_back_lines(
    inputs: &Inputs,
    rules: &RuleBook,
    lines: &OriginalLines,
) -> Result<TakenBack, (RuleIx, Fault)> {
    let of_rules = of_rules(rules, lines);
    let versions = Mirrors::new(inputs, rules)?;
    let mut taken = TakenBack { of_rules, ..TakenBack::default() };
    for (original, reversals) in by_original(inputs) {
        let mut found = vec![false; reversals.len()];
        let mirrored: Vec<Mirrored> =
            reversals.iter().map(|(reversal, taken)| versions.of(inputs, reversal, *taken)).collect();
        for line in lines.of_deal(original) {
            let mut before = whole(0);
            for (place, mirrored) in mirrored.iter().enumerate() {
                let MatchedReversal { rule, deal, .. } = *mirrored.reversal;
                if !mirrored.covers(inputs, line) {
                    continue;
                }
                let after = &before + &mirrored.part;
                if inputs.window.computes(inputs.tables.deals.close_date[deal]) {
                    found[place] = true;
                    let clawback = clawback_line(inputs, mirrored, line, (&before, &after));
                    let mut clawback = clawback.map_err(|fault| (rule, fault))?;
                    clawback.of_rule = of_rule(&taken.of_rules, &line.rule_id).into();
                    taken.lines.entry(rule).or_default().push(clawback);
                }
                before = after;
            }
        }
        let in_window = |deal: &DealIx| inputs.window.computes(inputs.tables.deals.close_date[*deal]);
        let without =
            reversals.iter().zip(found).filter(|(_, found)| !found).map(|((reversal, _), _)| reversal.deal);
        taken.without_line.extend(without.filter(in_window));
    }
    taken.without_line.sort_unstable();
    Ok(taken)
}

/// The lines that the mirrored reversals of the window are about: those that `lines_of` finds of the deals that are computed, and
/// those of `posted` for deals of fiscal years that are not.
pub(crate) fn original_lines(
    inputs: &Inputs,
    posted: &OriginalLines,
    lines_of: impl FnOnce(&(dyn Fn(DealIx) -> bool + Sync)) -> Vec<Line>,
    rules: &RuleBook,
) -> OriginalLines {
    let mut lines = OriginalLines::default();
    if inputs.clawbacks.is_empty() {
        return lines;
    }
    let mut wanted = vec![false; inputs.tables.deals.len()];
    let mut any = false;
    for original in by_original(inputs).into_keys() {
        if inputs.window.computes(inputs.tables.deals.close_date[original]) {
            wanted[original] = true;
            any = true;
        } else if let Some(posted) = posted.by_deal.get(&original) {
            lines.by_deal.insert(original, posted.clone());
        }
    }
    if !any {
        return lines;
    }
    let ids: Vec<Arc<str>> = rules.rules.iter().map(|rule| rule.id.as_str().into()).collect();
    for line in lines_of(&|deal| wanted[deal]) {
        let Line { payee, role, from_payee, amount, .. } = line;
        let rule_id = Arc::clone(&ids[line.rule]);
        lines.add(line.deal, OriginalLine { rule_id, payee, role, from_payee, amount });
    }
    lines
}

/// The lines with an amount of some deals, of all rules but those that take back; `of_rule` gives the lines of a rule.
pub(crate) fn lines_with_amounts<'l>(
    applies: &[Vec<FilledColumns>],
    of_rule: impl Fn(RuleIx) -> &'l LinesByPayee + Sync,
    is_wanted: impl Fn(DealIx) -> bool + Sync,
) -> Vec<Line> {
    let mut found = Vec::new();
    for rule in RuleIx::all(applies.len()) {
        let is_found = |line: &&Line| is_wanted(line.deal) && applies[rule][line.version].amount;
        let of_stretch =
            |stretch: &Vec<Line>| stretch.iter().filter(is_found).copied().collect::<Vec<Line>>();
        let of_rule: Vec<Vec<Line>> =
            of_rule(rule).stretches.par_iter().with_max_len(1).map(of_stretch).collect();
        found.extend(of_rule.into_iter().flatten());
    }
    found
}

/// The deals of earlier fiscal years whose lines the mirrored reversals of the window take back: they are not computed, so
/// their lines are known to a ledger alone.
pub fn originals_before(inputs: &Inputs) -> Vec<DealIx> {
    let close_date = &inputs.tables.deals.close_date;
    by_original(inputs)
        .into_keys()
        .filter(|original| !inputs.window.computes(close_date[*original]))
        .collect()
}

/// The rows of uncredited.csv of the reversals of the window that take nothing.
pub(crate) fn uncredited(inputs: &Inputs, taken: &TakenBack) -> Vec<(RuleIx, Uncredited)> {
    let row = |rule: RuleIx, deal, reason| {
        let row =
            Uncredited { deal, rule: Some(rule), payee: None, reason, retained: None, retained_credit: None };
        (rule, row)
    };
    let mut rows = Vec::new();
    let close_date = &inputs.tables.deals.close_date;
    for reversal in &inputs.clawbacks.reversals {
        if !inputs.window.computes(close_date[reversal.deal]) {
            continue;
        }
        match reversal.effect {
            Effect::Nothing(Reason::TwoRules) => {
                let rules = inputs.clawbacks.rules_of(reversal.deal);
                rows.extend(rules.map(|rule| row(rule, reversal.deal, Reason::TwoRules)));
            }
            Effect::Nothing(reason) => rows.push(row(reversal.rule, reversal.deal, reason)),
            Effect::Mirror(_) if taken.without_line.binary_search(&reversal.deal).is_ok() => {
                rows.push(row(reversal.rule, reversal.deal, Reason::NoLines));
            }
            Effect::Mirror(_) | Effect::Recompute(_) => {}
        }
    }
    rows
}

/// The mirrored reversals of each deal, in order, of deals one of whose reversals is in the window.
fn by_original<'a>(inputs: &Inputs<'a>) -> BTreeMap<DealIx, Vec<(&'a MatchedReversal, Taken)>> {
    let mut all: BTreeMap<DealIx, Vec<(&MatchedReversal, Taken)>> = BTreeMap::new();
    for reversal in &inputs.clawbacks.reversals {
        if let Effect::Mirror(taken) = reversal.effect {
            all.entry(taken.original).or_default().push((reversal, taken));
        }
    }
    let close_date = &inputs.tables.deals.close_date;
    let in_window =
        |(reversal, _): &(&MatchedReversal, Taken)| inputs.window.computes(close_date[reversal.deal]);
    all.retain(|_, reversals| reversals.iter().any(in_window));
    all
}

/// A version that mirrors, and whose lines it takes back.
type MirrorVersion<'a> = (&'a Mirror, Earners);

/// The versions that mirror, with the payees whose lines they take back.
struct Mirrors<'a> {
    /// `[rule][version]`; `None` for versions that mirror nothing.
    versions: Vec<Vec<Option<MirrorVersion<'a>>>>,
}

/// A mirrored reversal with what it takes of every line that it covers.
struct Mirrored<'m> {
    reversal: &'m MatchedReversal,
    version: Option<&'m MirrorVersion<'m>>,
    original: DealIx,
    part: Fraction,
}

impl<'a> Mirrors<'a> {
    fn new(inputs: &Inputs, rules: &'a RuleBook) -> Result<Self, (RuleIx, Fault)> {
        let of_version = |version: &'a Version| {
            let mirror = version.body.clawback().and_then(Clawback::mirror);
            mirror.map(|mirror| Ok((mirror, Earners::new(inputs, mirror.payees.as_ref())?))).transpose()
        };
        let of_rule = |(index, rule): (RuleIx, &'a apportion_rules::Rule)| {
            let versions: Result<Vec<_>, Fault> = rule.versions.iter().map(of_version).collect();
            versions.map_err(|fault| (index, fault))
        };
        Ok(Self { versions: rules.iter().map(of_rule).collect::<Result<_, _>>()? })
    }

    fn of<'m>(&'m self, inputs: &Inputs, reversal: &'m MatchedReversal, taken: Taken) -> Mirrored<'m> {
        let days = inputs.tables.deals.days_between(taken.original, reversal.deal);
        let version = self.versions[reversal.rule][reversal.version].as_ref();
        let schedule = version.and_then(|(mirror, _)| mirror.schedule.as_deref());
        Mirrored {
            reversal,
            version,
            original: taken.original,
            part: part(taken.part()) * share(schedule, days),
        }
    }
}

impl Mirrored<'_> {
    /// Whether it takes back a part of a line: by its rule, and by what its payee was when the original closed.
    fn covers(&self, inputs: &Inputs, line: &OriginalLine) -> bool {
        self.version.is_some_and(|(mirror, earners)| {
            mirror.covers(&line.rule_id) && earners.has(inputs.tables.state(line.payee, self.original))
        })
    }
}

fn clawback_line(
    inputs: &Inputs,
    mirrored: &Mirrored,
    line: &OriginalLine,
    (before, after): (&Fraction, &Fraction),
) -> Result<Line, Fault> {
    let MatchedReversal { deal, rule, version, .. } = *mirrored.reversal;
    let taken = take_back(line.amount, before, after, inputs.book.rounding).map_err(Fault::overflow(deal))?;
    Ok(Line {
        role: line.role,
        from_payee: line.from_payee,
        basis: line.amount,
        rate_e8: taken.rate_e8,
        uncapped: taken.amount,
        amount: taken.amount,
        ..Line::new(rule, version, deal, line.payee)
    })
}

/// The ids of all rules and of those that only posted lines name, in byte order.
fn of_rules(rules: &RuleBook, lines: &OriginalLines) -> Vec<String> {
    let mut all: Vec<String> = rules.rules.iter().map(|rule| rule.id.clone()).collect();
    let gone = |id: &&Arc<str>| rules.find(id).is_none();
    all.extend(lines.rule_ids().filter(gone).map(|id| id.to_string()));
    all.sort_unstable();
    all.dedup();
    all
}

fn of_rule(of_rules: &[String], id: &str) -> Option<OfRuleIx> {
    of_rules.binary_search_by(|known| known.as_str().cmp(id)).ok().and_then(OfRuleIx::new)
}
