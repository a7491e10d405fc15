//! The purchases of accounts, counted: which one a deal is, and how long ago others were.
//! See `docs/reference/inputs.md#deals`.

use arrow::array::ArrayRef;

use super::frames::decimals;
use super::tables::indices::AccountIx;
use apportion_base::index::{Ix, Optional};

/// What is known of a deal when purchases are counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Purchase {
    pub(super) account: Optional<AccountIx>,
    /// Days since 1970-01-01.
    pub(super) day: i32,
    /// Whether it counts: it was won, its amount is not negative, and it reverses nothing.
    pub(super) counts: bool,
}

/// What a deal is to its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    /// From 1.
    nth: u32,
    days_since_first: i32,
    days_since_last: Option<i32>,
}

/// The place of each deal among the purchases of its account; none for a deal that does not count. Deals are in order of
/// close date and id.
pub(super) fn positions(deals: impl Iterator<Item = Purchase>, accounts: usize) -> Vec<Option<Position>> {
    // Number, day of the first and day of the last.
    let mut known: Vec<Option<(u32, i32, i32)>> = vec![None; accounts];
    let position = |purchase: Purchase| {
        let account = purchase.account.get().filter(|_| purchase.counts)?;
        let (before, first, last) = known[account.code() as usize].unwrap_or((0, purchase.day, purchase.day));
        known[account.code() as usize] = Some((before + 1, first, purchase.day));
        Some(Position {
            nth: before + 1,
            days_since_first: purchase.day - first,
            days_since_last: (before > 0).then_some(purchase.day - last),
        })
    };
    deals.map(position).collect()
}

/// A column that rules may name; `None` for another name.
pub(super) fn column(name: &str, positions: &[Option<Position>]) -> Option<ArrayRef> {
    let number: fn(&Position) -> Option<i128> = match name {
        "nth_of_account" => |position| Some(position.nth.into()),
        "days_since_first" => |position| Some(position.days_since_first.into()),
        "days_since_last" => |position| position.days_since_last.map(i128::from),
        _ => return None,
    };
    Some(decimals(positions.iter().map(|position| number(position.as_ref()?)), 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_counts_for_itself() {
        let deal = |account: Option<u32>, day: i32, counts: bool| Purchase {
            account: account.map(AccountIx::from_raw).into(),
            day,
            counts,
        };
        let deals = [
            deal(Some(1), 10, true),
            deal(Some(0), 11, true),
            deal(Some(1), 12, false),
            deal(None, 13, true),
            deal(Some(1), 20, true),
            deal(Some(1), 20, true),
        ];
        let found = positions(deals.into_iter(), 2);
        let shown: Vec<_> = found
            .iter()
            .map(|position| position.map(|index| (index.nth, index.days_since_first, index.days_since_last)))
            .collect();
        assert_eq!(
            shown,
            [
                Some((1, 0, None)),
                Some((1, 0, None)),
                None,
                None,
                Some((2, 10, Some(10))),
                Some((3, 10, Some(0)))
            ]
        );
    }
}
