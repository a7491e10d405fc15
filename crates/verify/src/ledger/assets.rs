//! What is capitalised: the assets of a close follow from those of the close before, from its schedules and from all entries.

use std::collections::{BTreeMap, BTreeSet};

use super::amounts::{is_rounded, units};
use super::closes::Close;
use super::entries::Entry;
use super::journals::Movement;
use super::{Evidence, wrong};
use crate::calendar::Date;
use crate::csv_file::records;
use crate::report::Findings;
use apportion_base::diagnostic::Diagnostic;
use apportion_base::money::format_scaled;
use apportion_contract::RuleKind;
use apportion_contract::output::assets::{
    ASSET_FILE, ASSET_FILES, ASSETS, CONTRACT_REVERSAL_FILE, CONTRACT_REVERSALS, SCHEDULE_FILE, SCHEDULES,
};

/// Deal, rule and payee.
type ShareKey = [String; 3];

/// Deal and rule.
type AssetKey = [String; 2];

/// What the closes so far make of costs that are capitalised.
#[derive(Debug, Default)]
pub struct RunningAssets {
    /// Σ earned, as the entries name deals; of clawbacks those whose lines they take back.
    costs: BTreeMap<ShareKey, i128>,
    shares: BTreeMap<ShareKey, Share>,
    /// The assets, where they are other than 0.
    closing: BTreeMap<AssetKey, i128>,
    /// Whether the close before had them.
    is_there: bool,
}

/// A row of schedules.csv.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Share {
    policy: String,
    close_date: String,
    starts: String,
    months: String,
    ended_on: String,
    cost: i128,
    amortised: i128,
    written_off: i128,
}

impl Share {
    /// What all shares of an asset have in common.
    fn terms(&self) -> [&str; 5] {
        [&self.policy, &self.close_date, &self.starts, &self.months, &self.ended_on]
    }
}

/// Proves the files about what is capitalised, where a close has them. Returns what journals book of it.
pub(super) fn prove(
    close: &Close,
    entries: &[Entry],
    running: &mut RunningAssets,
    evidence: &mut Evidence,
) -> Result<Vec<Movement>, Diagnostic> {
    running.add(entries);
    let listed = close.record.files.iter().filter(|file| ASSET_FILES.contains(&file.file.as_str())).count();
    if listed == 0 && !running.is_there {
        return Ok(Vec::new());
    }
    let findings = &mut evidence.assets;
    if listed != ASSET_FILES.len() {
        findings.push(wrong(close, ASSETS, "the close has not all files about what is capitalised"));
    }
    let originals = originals(close, findings)?;
    let shares = shares(close, findings)?;
    running.prove_costs(close, (&shares, &originals), findings);
    running.prove_schedules(close, &shares, findings);
    let moved = running.moved(&shares);
    let seen = running.prove_rows(close, &moved, findings)?;
    *evidence.assets_seen.get_or_insert(0) += seen;
    let movements = running.movements(&shares);
    running.shares = shares;
    running.is_there = true;
    Ok(movements)
}

/// By reversal: the deal that it reverses.
fn originals(close: &Close, findings: &mut Findings) -> Result<BTreeMap<String, String>, Diagnostic> {
    let mut originals = BTreeMap::new();
    records((&close.folder, false), &CONTRACT_REVERSAL_FILE, findings, |number, record, findings| {
        let cell = |place: usize| record.get(place).unwrap_or_default();
        let is_day = Date::parse(cell(2)).is_some_and(|day| {
            Date::last_of_month(&close.record.period).is_some_and(|last| day.days() <= last.days())
        });
        if !is_day {
            let message = "it is a reversal of no day until the end of the month";
            findings.push(wrong(close, CONTRACT_REVERSALS, message).row(number));
        }
        if originals.last_key_value().is_some_and(|(last, _): (&String, _)| last.as_str() >= cell(0)) {
            let message = "it comes after a row that it should precede";
            findings.push(wrong(close, CONTRACT_REVERSALS, message).row(number));
        }
        originals.insert(cell(0).to_owned(), cell(1).to_owned());
    })?;
    Ok(originals)
}

fn shares(close: &Close, findings: &mut Findings) -> Result<BTreeMap<ShareKey, Share>, Diagnostic> {
    let mut shares: BTreeMap<ShareKey, Share> = BTreeMap::new();
    records((&close.folder, false), &SCHEDULE_FILE, findings, |number, record, findings| {
        let cell = |place: usize| record.get(place).unwrap_or_default().to_owned();
        let key = [cell(0), cell(1), cell(2)];
        let sums = [8, 9, 10].map(|place| units(&cell(place), close.digits));
        let [Some(cost), Some(amortised), Some(written_off)] = sums else {
            findings.push(wrong(close, SCHEDULES, "it has an amount that is none").row(number));
            return;
        };
        if shares.last_key_value().is_some_and(|(last, _)| *last >= key) {
            findings.push(wrong(close, SCHEDULES, "it comes after a row that it should precede").row(number));
        }
        let [policy, close_date, starts, months, ended_on] = [3, 4, 5, 6, 7].map(cell);
        let share = Share { policy, close_date, starts, months, ended_on, cost, amortised, written_off };
        shares.insert(key, share);
    })?;
    Ok(shares)
}

/// The shares of each asset.
fn by_asset(shares: &BTreeMap<ShareKey, Share>) -> BTreeMap<[&str; 2], Vec<(&ShareKey, &Share)>> {
    let mut assets: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (key, share) in shares {
        let [deal, rule, _] = key;
        assets.entry([deal.as_str(), rule.as_str()]).or_default().push((key, share));
    }
    assets
}

/// What has passed of a schedule with a day, and of how much; none where its terms are none.
fn passed(share: &Share, through: Date) -> Option<(i128, i128)> {
    let close_date = Date::parse(&share.close_date)?;
    let months = share.months.parse::<i64>().ok().filter(|months| *months > 0)?;
    let between = through.months() - close_date.months();
    let (passed, of) = match share.starts.as_str() {
        "next-month" => (between, months.into()),
        "month" => (between + 1, months.into()),
        "day" => {
            (through.days() + 1 - close_date.days(), close_date.later(months).days() - close_date.days())
        }
        _ => return None,
    };
    Some((passed.clamp(0, of), of))
}

impl RunningAssets {
    fn add(&mut self, entries: &[Entry]) {
        let is_milestone = |entry: &Entry| entry.kind == RuleKind::Milestone.word();
        for entry in entries.iter().filter(|entry| entry.is_line() && !is_milestone(entry)) {
            let [payee, rule, deal, _, _, of_rule, of_deal] = &entry.key;
            let key = match of_deal.is_empty() {
                true => [deal, rule, payee],
                false => [of_deal, of_rule, payee],
            };
            *self.costs.entry(key.map(Clone::clone)).or_default() += entry.earned;
        }
    }

    /// Each share's cost is what its entries earned, and every payee of an asset has a share.
    fn prove_costs(
        &self,
        close: &Close,
        (shares, originals): (&BTreeMap<ShareKey, Share>, &BTreeMap<String, String>),
        findings: &mut Findings,
    ) {
        let assets: BTreeSet<[&str; 2]> = by_asset(shares).into_keys().collect();
        let mut costs: BTreeMap<[&str; 3], i128> = BTreeMap::new();
        for ([deal, rule, payee], cost) in &self.costs {
            let deal = originals.get(deal).unwrap_or(deal);
            if assets.contains(&[deal.as_str(), rule.as_str()]) {
                *costs.entry([deal, rule, payee]).or_default() += cost;
            }
        }
        let shown = |cost: i128| format_scaled(cost, close.digits);
        for (key, share) in shares {
            let cost = costs.remove(&key.each_ref().map(String::as_str)).unwrap_or_default();
            if cost != share.cost {
                let message = format!("the cost of deal `{}` under `{}` for `{}`", key[0], key[1], key[2]);
                findings.push(wrong(close, SCHEDULES, message).numbers(shown(share.cost), shown(cost)));
            }
        }
        for ([deal, rule, payee], cost) in costs {
            let message = format!("`{payee}` has no share of deal `{deal}` under `{rule}`");
            findings.push(wrong(close, SCHEDULES, message).numbers("none", shown(cost)));
        }
        for [deal, rule, payee] in self.shares.keys().filter(|key| !shares.contains_key(*key)) {
            let message = format!("deal `{deal}` under `{rule}` for `{payee}` is not there any more");
            findings.push(wrong(close, SCHEDULES, message));
        }
    }

    /// Each asset has become an expense by its schedule, and what has none or has ended is written off.
    fn prove_schedules(&self, close: &Close, shares: &BTreeMap<ShareKey, Share>, findings: &mut Findings) {
        let Some(last) = Date::last_of_month(&close.record.period) else { return };
        for ([deal, rule], all) in by_asset(shares) {
            let mut tell = |message: &str| {
                findings.push(wrong(close, SCHEDULES, format!("deal `{deal}` under `{rule}`: {message}")));
            };
            let Some((_, first)) = all.first() else { continue };
            if all.iter().any(|(_, share)| share.terms() != first.terms()) {
                tell("its payees have not one schedule");
            }
            let is_over = first.policy.is_empty() || !first.ended_on.is_empty();
            let rest = |share: &Share| if is_over { share.cost - share.amortised } else { 0 };
            if all.iter().any(|(_, share)| share.written_off != rest(share)) {
                tell("what is written off is not what is left");
            }
            match self.is_amortised(close, (first, &all), last) {
                Some(true) => {}
                Some(false) => tell("it has not become an expense by its schedule"),
                None => tell("its schedule is none"),
            }
        }
    }

    /// Whether shares have become an expense as they should; none where their schedule is none.
    fn is_amortised(
        &self,
        close: &Close,
        (first, all): (&Share, &[(&ShareKey, &Share)]),
        last: Date,
    ) -> Option<bool> {
        let before = |key: &ShareKey| self.shares.get(key);
        let known = all.iter().find_map(|(key, _)| before(key));
        let had_ended =
            known.is_some_and(|known| !known.policy.is_empty() && known.ended_on == first.ended_on);
        if first.policy.is_empty() || (!first.ended_on.is_empty() && had_ended) {
            let same = |(key, share): &(&ShareKey, &Share)| {
                share.amortised == before(key).map_or(0, |before| before.amortised)
            };
            return Some(all.iter().all(same));
        }
        let through = if first.ended_on.is_empty() { last } else { Date::parse(&first.ended_on)? };
        let (passed, of) = passed(first, through)?;
        let (mut cost, mut amortised) = (0_i128, 0_i128);
        for (_, share) in all {
            cost += share.cost;
            amortised += share.amortised;
            if !is_rounded(amortised, (cost.checked_mul(passed)?, of), close.rounding) {
                return Some(false);
            }
        }
        Some(true)
    }

    /// By asset: by how much cost, amortised and written off differ from the close before.
    fn moved(&self, shares: &BTreeMap<ShareKey, Share>) -> BTreeMap<AssetKey, [i128; 3]> {
        let mut moved: BTreeMap<AssetKey, [i128; 3]> = BTreeMap::new();
        for (key, share) in shares {
            let [deal, rule, _] = key;
            let sums = moved.entry([deal.clone(), rule.clone()]).or_default();
            let differs = self.difference(key, share);
            sums.iter_mut().zip(differs).for_each(|(sum, own)| *sum += own);
        }
        moved
    }

    fn difference(&self, key: &ShareKey, share: &Share) -> [i128; 3] {
        let before = self.shares.get(key).cloned().unwrap_or_default();
        [share.cost - before.cost, share.amortised - before.amortised, share.written_off - before.written_off]
    }

    /// The rows of assets.csv are these movements, from the asset before to the one after. Returns how many there are.
    fn prove_rows(
        &mut self,
        close: &Close,
        moved: &BTreeMap<AssetKey, [i128; 3]>,
        findings: &mut Findings,
    ) -> Result<u64, Diagnostic> {
        let mut before = std::mem::take(&mut self.closing);
        let mut last: Option<AssetKey> = None;
        let mut unseen: BTreeMap<&AssetKey, [i128; 3]> =
            moved.iter().map(|(key, sums)| (key, *sums)).filter(|(_, sums)| *sums != [0; 3]).collect();
        let closing = &mut self.closing;
        let count = records((&close.folder, false), &ASSET_FILE, findings, |number, record, findings| {
            let cell = |place: usize| record.get(place).unwrap_or_default();
            let mut tell = |message: &str| findings.push(wrong(close, ASSETS, message).row(number));
            let key = [cell(0).to_owned(), cell(1).to_owned()];
            if last.as_ref().is_some_and(|last| *last >= key) {
                tell("it comes after a row that it should precede");
            }
            last = Some(key.clone());
            let figures = [2, 3, 4, 5, 6].map(|place| units(cell(place), close.digits));
            let [Some(opening), Some(additions), Some(amortised), Some(written_off), Some(after)] = figures
            else {
                return tell("it has an amount that is none");
            };
            if opening + additions - amortised - written_off != after {
                tell("opening + additions - amortised - written_off is not closing");
            }
            if opening != before.remove(&key).unwrap_or_default() {
                tell("its opening is not the closing of the close before");
            }
            let sums = unseen.remove(&key).unwrap_or_default();
            if sums != [additions, amortised, written_off] {
                tell("its movements are not those of the schedules");
            }
            if after != 0 {
                closing.insert(key, after);
            }
        })?;
        for [deal, rule] in before.keys().chain(unseen.into_keys()) {
            let message = format!("deal `{deal}` under `{rule}` has an asset or moves, and no row");
            findings.push(wrong(close, ASSETS, message));
        }
        Ok(count.unwrap_or_default())
    }

    /// What journals book of it: by payee and rule.
    fn movements(&self, shares: &BTreeMap<ShareKey, Share>) -> Vec<Movement> {
        let mut sums: BTreeMap<(&str, &str), [i128; 3]> = BTreeMap::new();
        for (key, share) in shares {
            let [_, rule, payee] = key;
            let sums = sums.entry((payee, rule)).or_default();
            sums.iter_mut().zip(self.difference(key, share)).for_each(|(sum, own)| *sum += own);
        }
        let mut movements = Vec::new();
        for ((payee, rule), sums) in sums {
            for (step, amount) in ["capitalised", "amortised", "written-off"].into_iter().zip(sums) {
                let (payee, rule) = (payee.to_owned(), rule.to_owned());
                movements.push(Movement { payee, step, rule, amount });
            }
        }
        movements.retain(|movement| movement.amount != 0);
        movements
    }
}
