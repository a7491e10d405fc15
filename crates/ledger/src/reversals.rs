//! Reversals as closes know them: those that counted, those of the close before that are gone, and what takes more than there is.

use std::collections::{BTreeMap, BTreeSet};

use crate::folder::{FindingRow, ReversalRow};
use crate::scope::Ground;
use crate::vanished::accepted_in;
use apportion_base::money::{Minor, Overflow};
use apportion_contract::AcceptanceAction;
use apportion_data::{DealIx, Tables};
use apportion_engine::credit::Reason;
use apportion_engine::settle::{Clawbacks, Effect, KeptReversal, PeriodView, Taken};
use apportion_rules::RuleIx;

/// The word of a rule that computes deals again.
const RECOMPUTE: &str = "recompute";

/// The word of a rule that takes a part of lines.
const MIRROR: &str = "mirror";

/// A recomputed reversal that counted in the close before and is not in the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoneReversal {
    /// As the close before has it.
    pub row: ReversalRow,
    /// The deal that it reverses, which is settled.
    pub original: DealIx,
    /// What was decided; none stops the close.
    pub accepted: Option<AcceptanceAction>,
}

/// The recomputed reversals of the close before.
#[derive(Debug, Default)]
pub struct Reversals {
    /// Those that are not in the data any more, by id.
    pub gone: Vec<GoneReversal>,
    /// By original: id and size of each that counted before.
    before: BTreeMap<String, BTreeSet<(String, i128)>>,
}

impl Reversals {
    /// Looks for the recomputed reversals of the close before, whose reversals.csv has these rows.
    pub fn find(tables: &Tables, rows: &[ReversalRow], settles: impl Fn(DealIx) -> bool) -> Self {
        let rows: Vec<&ReversalRow> = rows.iter().filter(|row| row.method == RECOMPUTE).collect();
        if rows.is_empty() {
            return Self::default();
        }
        // The deals of the data that they name, by id.
        let named: BTreeSet<&str> =
            rows.iter().flat_map(|row| [row.deal_id.as_str(), &row.of_deal_id]).collect();
        let here: BTreeMap<&str, DealIx> = tables
            .deals
            .all()
            .filter(|deal| tables.effects.milestone(*deal).is_none())
            .map(|deal| (tables.deals.id(deal), deal))
            .filter(|(id, _)| named.contains(id))
            .collect();
        let mut found = Self::default();
        for row in rows.iter().copied() {
            let of_deal = found.before.entry(row.of_deal_id.clone()).or_default();
            of_deal.insert((row.deal_id.clone(), row.size_e6));
            let original = here.get(row.of_deal_id.as_str()).copied();
            let original = original.filter(|deal| settles(*deal));
            if let Some(original) = original.filter(|_| !here.contains_key(row.deal_id.as_str())) {
                let accepted = accepted_in(tables, &row.deal_id);
                found.gone.push(GoneReversal { row: row.clone(), original, accepted });
            }
        }
        found
    }

    /// Those that go on counting. Where nothing is decided they do, so that all else that is missing is found as well.
    fn kept(&self) -> impl Iterator<Item = &GoneReversal> {
        self.gone.iter().filter(|gone| gone.accepted != Some(AcceptanceAction::TakeBack))
    }

    /// What they take of the data.
    pub fn kept_sizes(&self) -> Vec<KeptReversal> {
        self.kept().map(|gone| KeptReversal { original: gone.original, size_e6: gone.row.size_e6 }).collect()
    }

    /// The deals whose recomputed reversals are others than in the close before.
    pub fn moved(&self, tables: &Tables, rows: &[ReversalRow]) -> BTreeSet<u32> {
        let mut now: BTreeMap<&str, BTreeSet<(String, i128)>> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.method == RECOMPUTE) {
            now.entry(&row.of_deal_id).or_default().insert((row.deal_id.clone(), row.size_e6));
        }
        let before = self.before.iter().map(|(deal, reversals)| (deal.as_str(), reversals));
        let none = BTreeSet::new();
        let gone = before.clone().filter(|(deal, reversals)| now.get(deal).unwrap_or(&none) != *reversals);
        let come = now.iter().filter(|(deal, _)| !self.before.contains_key(**deal)).map(|(deal, _)| *deal);
        let moved: BTreeSet<&str> = gone.map(|(deal, _)| deal).chain(come).collect();
        if moved.is_empty() {
            return BTreeSet::new();
        }
        let is_moved = |deal: &DealIx| moved.contains(tables.deals.id(*deal));
        let deals =
            tables.deals.all().filter(is_moved).filter(|deal| tables.effects.milestone(*deal).is_none());
        deals.map(DealIx::raw).collect()
    }
}

/// The reversals of the horizon that counted, and the kept ones, in the order of the file.
pub fn rows(ground: &Ground<'_>, clawbacks: &Clawbacks, reversals: &Reversals) -> Vec<ReversalRow> {
    let deals = &ground.tables.deals;
    let idle = without_lines(ground.years);
    let mut rows: Vec<ReversalRow> = reversals.kept().map(|gone| gone.row.clone()).collect();
    for reversal in &clawbacks.reversals {
        let (method, taken) = match reversal.effect {
            Effect::Nothing(_) => continue,
            Effect::Recompute(taken) => (RECOMPUTE, taken),
            Effect::Mirror(_) if idle.contains(&reversal.deal.raw()) => continue,
            Effect::Mirror(taken) => (MIRROR, taken),
        };
        if counts_in(ground, reversal.deal, (&reversal.effect, taken)) {
            rows.push(ReversalRow {
                deal_id: deals.id(reversal.deal).to_owned(),
                of_deal_id: deals.id(taken.original).to_owned(),
                rule_id: ground.rules[reversal.rule].id.clone(),
                method: method.to_owned(),
                size_e6: taken.size_e6,
            });
        }
    }
    rows.sort();
    rows
}

/// Whether a reversal is one of the horizon: its deal is settled. One that is recomputed is with the deal that it reverses as well, so that
/// the next close knows what counted.
fn counts_in(ground: &Ground<'_>, reversal: DealIx, (effect, taken): (&Effect, Taken)) -> bool {
    let of_drawn_in = matches!(effect, Effect::Recompute(_)) && ground.drawn_in.has(taken.original);
    ground.settles(reversal) || of_drawn_in
}

/// Mirrored reversals that found no line.
fn without_lines(years: &[PeriodView]) -> BTreeSet<u32> {
    let rows = years.iter().flat_map(|view| &view.uncredited);
    rows.filter(|row| row.reason == Reason::NoLines).map(|row| row.deal.raw()).collect()
}

/// What somebody should know of the reversals of the horizon: those that take more than there was, and those of deals that closed
/// before the horizon, whose own lines keep what was posted. By the deal that is reversed, with what is beyond.
///
/// # Errors
/// A number that can't be held.
pub fn findings(
    ground: &Ground<'_>,
    clawbacks: &Clawbacks,
    reversals: &Reversals,
) -> Result<Vec<FindingRow>, Overflow> {
    let deals = &ground.tables.deals;
    let mut sums: BTreeMap<(&str, DealIx, &str), i128> = BTreeMap::new();
    let mut add = |code, taken: Taken, rule, amount: i128| {
        if amount > 0 {
            *sums.entry((code, taken.original, rule)).or_default() += amount;
        }
    };
    for (gone, taken) in reversals.kept().zip(&clawbacks.kept) {
        add("over-reversed", *taken, gone.row.rule_id.as_str(), taken.beyond_e6());
    }
    for reversal in &clawbacks.reversals {
        let Some(taken) = reversal.effect.taken() else { continue };
        if !counts_in(ground, reversal.deal, (&reversal.effect, taken)) {
            continue;
        }
        let rule = id_of(ground, reversal.rule);
        add("over-reversed", taken, rule, taken.beyond_e6());
        let keeps = deals.close_date[taken.original] < ground.days.horizon && !ground.settles(taken.original);
        if keeps && matches!(reversal.effect, Effect::Recompute(_)) {
            add("beyond-horizon", taken, rule, taken.size_e6 - taken.beyond_e6());
        }
    }
    let (digits, rounding) = (ground.book.currency.digits(), ground.book.rounding);
    sums.into_iter()
        .map(|((code, original, rule), e6)| {
            Ok(FindingRow {
                code: code.to_owned(),
                deal_id: deals.id(original).to_owned(),
                rule_id: rule.to_owned(),
                amount: Some(Minor::from_wide(rounding.rescale(e6, 6, digits)?)?),
                ..FindingRow::default()
            })
        })
        .collect()
}

fn id_of<'g>(ground: &Ground<'g>, rule: RuleIx) -> &'g str {
    &ground.rules[rule].id
}
