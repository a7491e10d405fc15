//! What a close makes of contracts: which policy is for each, and by how much what it made of each differs from the close before.

use std::collections::{BTreeMap, BTreeSet};

use super::contracts::{ContractReversal, Contracts};
use super::costs::{Costs, costs};
use super::schedule::Schedule;
use super::shares::{Judged, ScheduleRow, Share, as_it_was, schedules};
use crate::entry::Entry;
use crate::key::Names;
use crate::posted::Posted;
use crate::scope::Ground;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::money::Overflow;
use apportion_data::{DealIx, Tables};
use apportion_engine::capitalise::Capitalised;
use apportion_rules::{Policies, PolicyKind, PolicyTerms};

/// The movements of an asset, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AssetFigures {
    /// The asset before.
    pub opening: i128,
    /// What it has cost more.
    pub additions: i128,
    /// What has become an expense month by month.
    pub amortised: i128,
    /// What was written off.
    pub written_off: i128,
    /// The asset after: opening + additions − amortised − written_off.
    pub closing: i128,
}

impl AssetFigures {
    /// All of them, in the order of the file.
    pub fn all(&self) -> [i128; 5] {
        [self.opening, self.additions, self.amortised, self.written_off, self.closing]
    }

    /// Whether nothing is or moves.
    pub fn is_empty(&self) -> bool {
        self.all().iter().all(|figure| *figure == 0)
    }

    /// Adds those of another asset.
    pub fn add(&mut self, other: &Self) {
        self.opening += other.opening;
        self.additions += other.additions;
        self.amortised += other.amortised;
        self.written_off += other.written_off;
        self.closing += other.closing;
    }

    /// From what was so far in the close before to what is now.
    pub fn between(before: Option<&ScheduleRow>, now: &ScheduleRow) -> Self {
        let was = before.map_or((0, 0, 0), |row| (row.cost, row.amortised, row.written_off));
        Self {
            opening: was.0 - was.1 - was.2,
            additions: now.cost - was.0,
            amortised: now.amortised - was.1,
            written_off: now.written_off - was.2,
            closing: now.cost - now.amortised - now.written_off,
        }
    }
}

/// A row of assets.csv.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetRow {
    /// The contract.
    pub deal_id: String,
    /// The rule.
    pub rule_id: String,
    /// What moves.
    pub figures: AssetFigures,
}

/// What a close makes of contracts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assets {
    /// The assets of the close, in order of deal and rule; those with some figure.
    pub rows: Vec<AssetRow>,
    /// Everything that was ever capitalised, in order of deal, rule and payee.
    pub schedules: Vec<ScheduleRow>,
    /// Reversals of contracts, in order of their ids.
    pub reversals: Vec<ContractReversal>,
}

/// What the close before made of contracts.
#[derive(Debug, Clone, Default)]
pub struct AssetsBefore {
    /// Its schedules.
    pub schedules: Vec<ScheduleRow>,
    /// Its reversals.
    pub reversals: Vec<ContractReversal>,
}

/// What a close makes of contracts. `tables` are the data as deals were sold.
///
/// # Errors
/// `number-too-large`.
pub fn assets(
    (ground, names): (&Ground<'_>, &Names),
    tables: &Tables,
    (posted, entries): (&Posted, &[Entry]),
    before: AssetsBefore,
) -> Result<Assets, Diagnostic> {
    let policies = &ground.rules.policies;
    let contracts = Contracts::known((ground, names), tables, before.reversals);
    let asked = AskedRules::new(policies, &before.schedules);
    let is_asked = |rule: &str| asked.has(rule);
    let costs = costs(posted, entries, (&contracts, names), is_asked).map_err(too_large)?;
    let groups = groups(&costs, &before.schedules);
    let deal = |deal_id: &str| names.find(deal_id).and_then(|name| ground.deal(name));
    let deals: BTreeSet<DealIx> = groups.keys().filter_map(|(deal_id, _)| deal(deal_id)).collect();
    let deals: Vec<DealIx> = deals.into_iter().collect();
    let capitalised = Capitalised::new(tables, policies, &deals)?;
    let judge = Judge {
        tables,
        policies,
        contracts: &contracts,
        capitalised: &capitalised,
        deals: &deals,
        last: ground.days.last,
    };
    let (mut rows, mut all) = (Vec::new(), Vec::new());
    for ((deal_id, rule_id), group) in &groups {
        let judged = judge.judged(deal(deal_id), rule_id, group);
        let now = schedules((deal_id, rule_id), group, judged, (ground.days.last, ground.book.rounding));
        let Some(now) = now.map_err(too_large)? else { continue };
        let mut figures = AssetFigures::default();
        for (share, row) in group.iter().zip(&now) {
            figures.add(&AssetFigures::between(share.before, row));
        }
        if !figures.is_empty() {
            rows.push(AssetRow { deal_id: (*deal_id).to_owned(), rule_id: (*rule_id).to_owned(), figures });
        }
        all.extend(now);
    }
    Ok(Assets { rows, schedules: all, reversals: contracts.until(ground.days.last) })
}

fn too_large(error: Overflow) -> Diagnostic {
    Diagnostic::error(Code::NumberTooLarge, format!("the cost of a contract: {error}"))
}

/// The rules whose costs may be an asset: those that policies name, and those whose costs were one.
struct AskedRules<'a> {
    named: BTreeSet<&'a str>,
    all: bool,
}

impl<'a> AskedRules<'a> {
    fn new(policies: &'a Policies, before: &'a [ScheduleRow]) -> Self {
        let mut asked = Self { named: before.iter().map(|row| row.rule_id.as_str()).collect(), all: false };
        for (_, policy) in policies.of_kind(PolicyKind::Capitalise) {
            for version in &policy.versions {
                let PolicyTerms::Capitalise(capitalise) = &version.terms else { continue };
                match &capitalise.rules {
                    Some(rules) => asked.named.extend(rules.iter().map(String::as_str)),
                    None => asked.all = true,
                }
            }
        }
        asked
    }

    fn has(&self, rule: &str) -> bool {
        self.all || self.named.contains(rule)
    }
}

/// By contract and rule: the shares, in order of payees.
type Groups<'a> = BTreeMap<(&'a str, &'a str), Vec<Share<'a>>>;

fn groups<'a>(costs: &Costs<'a>, before: &'a [ScheduleRow]) -> Groups<'a> {
    let mut shares: BTreeMap<_, (i128, Option<&ScheduleRow>)> =
        costs.iter().map(|(key, cost)| (*key, (*cost, None))).collect();
    for row in before {
        let key = (row.deal_id.as_str(), row.rule_id.as_str(), row.payee_id.as_str());
        shares.entry(key).or_default().1 = Some(row);
    }
    let mut groups = Groups::new();
    for ((deal, rule, payee), (cost, before)) in shares {
        groups.entry((deal, rule)).or_default().push(Share { payee, cost, before });
    }
    groups
}

/// What contracts are judged with.
struct Judge<'a> {
    tables: &'a Tables,
    policies: &'a Policies,
    contracts: &'a Contracts,
    capitalised: &'a Capitalised<'a>,
    /// The deals that policies were asked about, in order.
    deals: &'a [DealIx],
    /// The last day of the month.
    last: i32,
}

impl Judge<'_> {
    /// A deal that is gone goes on as it was.
    fn judged(&self, deal: Option<DealIx>, rule: &str, group: &[Share<'_>]) -> Judged {
        let Some(deal) = deal else { return as_it_was(group) };
        let ended_on = self.contracts.ended_on(self.tables, deal, self.last);
        let place = self.deals.binary_search(&deal).unwrap_or(usize::MAX);
        let Some(terms) = self.capitalised.terms(place, rule) else { return Judged::NoAsset { ended_on } };
        let close_date = self.tables.deals.close_date[deal];
        Judged::Scheduled {
            policy: self.policies[terms.policy].id.clone(),
            schedule: Schedule { close_date, starts: terms.starts, months: terms.months },
            ended_on,
        }
    }
}
