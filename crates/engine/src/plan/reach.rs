//! Which engagements may count for a deal: its own, those of the deal it renews, those of its account.
//!
//! An engagement that names a lost deal is never paid, with any reach.

use std::collections::BTreeMap;

use super::{Bound, Inputs};
use apportion_base::sorted::group;
use apportion_book::TableName;
use apportion_data::{AccountIx, DealIx, EngagementIx, Engagements, Tables};
use apportion_rules::Reach;

/// Engagement rows by account: those that name it, or a deal of it. Built once, and only where a rule reaches that far.
#[derive(Debug, Clone, Default)]
pub struct AccountIndex {
    offsets: Vec<usize>,
    rows: Vec<EngagementIx>,
}

impl AccountIndex {
    /// Groups the engagements by account with a counting sort.
    pub fn new(tables: &Tables, engagements: &Engagements) -> Self {
        let mut offsets = vec![0_usize; tables.deals.accounts + 1];
        for_each_account((tables, engagements), |account, _| offsets[account.at() + 1] += 1);
        for index in 1..offsets.len() {
            offsets[index] += offsets[index - 1];
        }
        let mut rows = vec![EngagementIx::FIRST; offsets.last().copied().unwrap_or(0)];
        let mut next = offsets.clone();
        for_each_account((tables, engagements), |account, row| {
            let slot = &mut next[account];
            rows[*slot] = row;
            *slot += 1;
        });
        Self { offsets, rows }
    }

    /// How many engagements are within reach of a deal by its account.
    pub fn of_deal(&self, tables: &Tables, deal: DealIx) -> usize {
        tables.deals.account[deal].get().map_or(0, |account| self.of(account).len())
    }

    fn of(&self, account: AccountIx) -> &[EngagementIx] {
        &self.rows[group(&self.offsets, account.at())]
    }
}

/// Calls `each` with the accounts of every engagement: the one it names and, if another, that of its deal.
fn for_each_account(
    (tables, engagements): (&Tables, &Engagements),
    mut each: impl FnMut(AccountIx, EngagementIx),
) {
    for row in engagements.all() {
        let deal = engagements.deal[row].get();
        if deal.is_some_and(|deal| !tables.deals.won[deal]) {
            continue;
        }
        let own = engagements.account[row].get();
        let of_deal = deal.and_then(|deal| tables.deals.account[deal].get());
        if let Some(own) = own {
            each(own, row);
        }
        if let Some(of_deal) = of_deal.filter(|of_deal| Some(*of_deal) != own) {
            each(of_deal, row);
        }
    }
}

/// Engagements within reach of the deals of one part of them: more are in memory at a time only where a single deal has more.
const PAIRS: usize = 1 << 20;

/// Deals in the parts in which they are processed, each small enough to be near the processor.
pub fn parts<'d>(inputs: &Inputs, reach: Option<Reach>, deals: &'d [DealIx]) -> Vec<&'d [DealIx]> {
    if !reach.is_some_and(|reach| reach.account) {
        return deals.chunks(inputs.partition).collect();
    }
    // Of a large account each deal reaches all engagements.
    let mut parts = Vec::new();
    let (mut first, mut pairs) = (0, 0);
    for (index, deal) in deals.iter().enumerate() {
        let more = inputs.accounts.of_deal(inputs.tables, *deal);
        if index > first && (pairs + more > PAIRS || index - first >= inputs.partition) {
            parts.push(&deals[first..index]);
            (first, pairs) = (index, 0);
        }
        pairs += more;
    }
    if first < deals.len() {
        parts.push(&deals[first..]);
    }
    parts
}

/// The place of the payees among the tables that `engaged` sees.
const PAYEES: usize = 1;

/// Which deals have the same engagements within reach, of which the same ones count: those of an account, if `engaged` asks for no
/// more of a deal than its day.
pub struct Sets {
    /// By deal: its set. `None` where each deal has a set of its own.
    pub set_of: Option<Vec<u32>>,
    /// By set: its first deal.
    pub first: Option<Vec<DealIx>>,
}

impl Sets {
    /// The sets of some deals, which ascend.
    pub fn new(tables: &Tables, engaged: Option<&Bound>, reach: Reach, deals: &[DealIx]) -> Self {
        // What payees are depends on the day as well.
        let changing = |engaged: &Bound| engaged.uses(PAYEES) && tables.payees.states.change();
        let asks = |engaged| asks_for_the_day(engaged).map(|by_day| by_day || changing(engaged));
        let by_day = match engaged.map_or(Some(false), asks) {
            Some(by_day) if reach.account && deals.len() > 1 => by_day,
            _ => return Self { set_of: None, first: None },
        };
        let mut known: BTreeMap<(AccountIx, i32), u32> = BTreeMap::new();
        let (mut set_of, mut first) = (Vec::with_capacity(deals.len()), Vec::new());
        for deal in deals {
            let alone = reach.prior && tables.deals.renews[*deal].get().is_some();
            let account = tables.deals.account[*deal].get().filter(|_| !alone);
            let next = u32::try_from(first.len()).unwrap_or(u32::MAX);
            let day = if by_day { tables.deals.close_date[*deal] } else { 0 };
            let set = account.map_or(next, |account| *known.entry((account, day)).or_insert(next));
            if set == next {
                first.push(*deal);
            }
            set_of.push(set);
        }
        Self { set_of: Some(set_of), first: Some(first) }
    }
}

/// Whether a condition asks for the day on which a deal closed; `None` if it asks for anything else of a deal.
pub(crate) fn asks_for_the_day(engaged: &Bound) -> Option<bool> {
    let expr = engaged.expr();
    let mut asks = false;
    for column in expr.columns() {
        let table = expr.scope().tables.get(column.table)?;
        if table.name == TableName::Deals.word() {
            if expr.scope().column(column)?.0 != "close_date" {
                return None;
            }
            asks = true;
        }
    }
    Some(asks)
}

/// Appends the engagement rows within reach of a won deal, each once.
pub fn candidates(inputs: &Inputs, reach: Reach, deal: DealIx, rows: &mut Vec<EngagementIx>) {
    let Inputs { tables, engagements, accounts, .. } = inputs;
    let start = rows.len();
    let named = |deal: DealIx| engagements.of_deal(deal);
    if reach.deal {
        rows.extend(named(deal));
    }
    if reach.prior
        && let Some(prior) = tables.deals.renews[deal].get()
        && tables.deals.won[prior]
    {
        rows.extend(named(prior));
    }
    if reach.account
        && let Some(account) = tables.deals.account[deal].get()
    {
        rows.extend(accounts.of(account));
    }
    if usize::from(reach.deal) + usize::from(reach.prior) + usize::from(reach.account) > 1 {
        rows[start..].sort_unstable();
        let mut kept = start;
        for index in start..rows.len() {
            if index == start || rows[index] != rows[kept - 1] {
                rows[kept] = rows[index];
                kept += 1;
            }
        }
        rows.truncate(kept);
    }
    if !engagements.copies.is_empty() {
        once_each(engagements, deal, start, rows);
    }
}

/// Of work that is there for each deal of its opportunity, leaves the row of the deal itself, or else the first.
fn once_each(engagements: &Engagements, deal: DealIx, start: usize, rows: &mut Vec<EngagementIx>) {
    let named = |row: EngagementIx| engagements.deal[row].get() == Some(deal);
    rows[start..].sort_unstable_by_key(|row| (engagements.work(*row), !named(*row), *row));
    let mut found = rows.split_off(start);
    found.dedup_by_key(|row| engagements.work(*row));
    found.sort_unstable();
    rows.append(&mut found);
}
