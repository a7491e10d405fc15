//! Which engagements may count for a deal: its own, those of the deal it renews, those of its account.
//!
//! An engagement that names a lost deal is never paid, with any reach.

use apportion_data::{NONE, Tables};
use apportion_rules::Reach;

/// Engagement rows by account: those that name it, or a deal of it. Built once, and only where a rule reaches that far.
#[derive(Debug, Clone, Default)]
pub struct AccountIndex {
    offsets: Vec<u32>,
    rows: Vec<u32>,
}

impl AccountIndex {
    /// Groups the engagements by account with a counting sort.
    pub fn new(tables: &Tables) -> Self {
        let mut offsets = vec![0_u32; tables.deals.accounts as usize + 1];
        for_each_account(tables, |account, _| offsets[account as usize + 1] += 1);
        for at in 1..offsets.len() {
            offsets[at] += offsets[at - 1];
        }
        let mut rows = vec![0_u32; offsets.last().copied().unwrap_or(0) as usize];
        let mut next = offsets.clone();
        for_each_account(tables, |account, row| {
            let slot = &mut next[account as usize];
            rows[*slot as usize] = row;
            *slot += 1;
        });
        Self { offsets, rows }
    }

    fn of(&self, account: u32) -> &[u32] {
        match self.offsets.get(account as usize..=account as usize + 1) {
            Some(&[from, until]) => &self.rows[from as usize..until as usize],
            _ => &[],
        }
    }
}

/// Calls `each` with the accounts of every engagement: the one it names and, if another, that of its deal.
fn for_each_account(tables: &Tables, mut each: impl FnMut(u32, u32)) {
    let engagements = &tables.engagements;
    for row in 0..engagements.payee.len() {
        let deal = engagements.deal[row];
        let of_deal = if deal == NONE { NONE } else { tables.deals.account[deal as usize] };
        if deal != NONE && !tables.deals.won[deal as usize] {
            continue;
        }
        let own = engagements.account[row];
        if own != NONE {
            each(own, row as u32);
        }
        if of_deal != NONE && of_deal != own {
            each(of_deal, row as u32);
        }
    }
}

/// Appends the engagement rows within reach of a won deal, each once.
pub fn candidates(tables: &Tables, accounts: &AccountIndex, reach: Reach, deal: u32, rows: &mut Vec<u32>) {
    let start = rows.len();
    let named = |deal: u32| {
        let by_deal = &tables.engagements.by_deal;
        by_deal[deal as usize]..by_deal[deal as usize + 1]
    };
    if reach.deal {
        rows.extend(named(deal));
    }
    if reach.prior {
        let prior = tables.deals.renews[deal as usize];
        if prior != NONE && tables.deals.won[prior as usize] {
            rows.extend(named(prior));
        }
    }
    if reach.account {
        let account = tables.deals.account[deal as usize];
        if account != NONE {
            rows.extend(accounts.of(account));
        }
    }
    if usize::from(reach.deal) + usize::from(reach.prior) + usize::from(reach.account) > 1 {
        rows[start..].sort_unstable();
        let mut kept = start;
        for at in start..rows.len() {
            if at == start || rows[at] != rows[kept - 1] {
                rows[kept] = rows[at];
                kept += 1;
            }
        }
        rows.truncate(kept);
    }
}
