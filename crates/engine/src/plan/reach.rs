//! Which engagements may count for a deal: its own, those of the deal it renews, those of its account.
//!
//! An engagement that names a lost deal is never paid, with any reach.

use apportion_data::{AccountIx, DealIx, EngagementIx, Tables};
use apportion_rules::Reach;

/// Engagement rows by account: those that name it, or a deal of it. Built once, and only where a rule reaches that far.
#[derive(Debug, Clone, Default)]
pub struct AccountIndex {
    offsets: Vec<usize>,
    rows: Vec<EngagementIx>,
}

impl AccountIndex {
    /// Groups the engagements by account with a counting sort.
    pub fn new(tables: &Tables) -> Self {
        let mut offsets = vec![0_usize; tables.deals.accounts + 1];
        for_each_account(tables, |account, _| offsets[account.at() + 1] += 1);
        for index in 1..offsets.len() {
            offsets[index] += offsets[index - 1];
        }
        let mut rows = vec![EngagementIx::FIRST; offsets.last().copied().unwrap_or(0)];
        let mut next = offsets.clone();
        for_each_account(tables, |account, row| {
            let slot = &mut next[account];
            rows[*slot] = row;
            *slot += 1;
        });
        Self { offsets, rows }
    }

    fn of(&self, account: AccountIx) -> &[EngagementIx] {
        match self.offsets.get(account.at()..=account.at() + 1) {
            Some(&[from, until]) => &self.rows[from..until],
            _ => &[],
        }
    }
}

/// Calls `each` with the accounts of every engagement: the one it names and, if another, that of its deal.
fn for_each_account(tables: &Tables, mut each: impl FnMut(AccountIx, EngagementIx)) {
    let engagements = &tables.engagements;
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

/// Appends the engagement rows within reach of a won deal, each once.
pub fn candidates(
    tables: &Tables,
    accounts: &AccountIndex,
    reach: Reach,
    deal: DealIx,
    rows: &mut Vec<EngagementIx>,
) {
    let start = rows.len();
    let named = |deal: DealIx| tables.engagements.of_deal(deal);
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
}
