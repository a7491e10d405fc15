//! Two closes of one month side by side: what each payee would have by the one and by the other.

use std::collections::{BTreeMap, BTreeSet};

use crate::balances::Balance;

/// A figure that is compared, in minor units of the book's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// Σ earned, adjustments among it.
    Earned,
    /// Σ released, adjustments among it.
    Released,
    /// What is held at the end of the month.
    Held,
    /// What draws that are not recoverable add.
    Guarantee,
    /// What is taken for debts.
    Taken,
    /// What a recoverable draw advances.
    Advance,
    /// What is recovered of earlier advances.
    Recovery,
    /// What is forgiven of them.
    Forgiven,
    /// What is paid.
    Paid,
    /// What is carried to the next close.
    Carried,
    /// What is owed of draws.
    Owed,
}

impl Figure {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::Earned,
        Self::Released,
        Self::Held,
        Self::Guarantee,
        Self::Taken,
        Self::Advance,
        Self::Recovery,
        Self::Forgiven,
        Self::Paid,
        Self::Carried,
        Self::Owed,
    ];

    /// The word in a table and in files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Earned => "earned",
            Self::Released => "released",
            Self::Held => "held",
            Self::Guarantee => "guarantee",
            Self::Taken => "taken",
            Self::Advance => "advance",
            Self::Recovery => "recovery",
            Self::Forgiven => "forgiven",
            Self::Paid => "paid",
            Self::Carried => "carried",
            Self::Owed => "owed",
        }
    }

    /// The figure of a balance.
    pub fn of(self, row: &Balance) -> i128 {
        let payment = &row.payment;
        match self {
            Self::Earned => row.net() + row.held_change.wide(),
            Self::Released => row.net(),
            Self::Held => row.held_out.wide(),
            Self::Guarantee => payment.guarantee.wide(),
            Self::Taken => payment.taken.wide(),
            Self::Advance => payment.advance.wide(),
            Self::Recovery => payment.recovery.wide(),
            Self::Forgiven => payment.forgiven.wide(),
            Self::Paid => payment.paid.wide(),
            Self::Carried => payment.carried_out.wide(),
            Self::Owed => payment.owed_out.wide(),
        }
    }
}

/// Both figures of each sort, in the order of [`Figure::ALL`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FigurePairs([(i128, i128); Figure::ALL.len()]);

impl FigurePairs {
    fn new(before: Option<&Balance>, after: Option<&Balance>) -> Self {
        let of = |row: Option<&Balance>, figure: Figure| row.map_or(0, |row| figure.of(row));
        Self(Figure::ALL.map(|figure| (of(before, figure), of(after, figure))))
    }

    fn add(&mut self, other: &Self) {
        for ((before, after), (more_before, more_after)) in self.0.iter_mut().zip(other.0) {
            *before += more_before;
            *after += more_after;
        }
    }

    /// Each figure before and after.
    pub fn iter(&self) -> impl Iterator<Item = (Figure, i128, i128)> + '_ {
        Figure::ALL.into_iter().zip(self.0).map(|(figure, (before, after))| (figure, before, after))
    }

    /// Those that differ.
    pub fn changed(&self) -> impl Iterator<Item = (Figure, i128, i128)> + '_ {
        self.iter().filter(|(_, before, after)| before != after)
    }

    /// What is paid, before and after.
    pub fn paid(&self) -> (i128, i128) {
        let paid = self.iter().find(|(figure, ..)| *figure == Figure::Paid);
        paid.map_or((0, 0), |(_, before, after)| (before, after))
    }
}

/// A payee whose figures differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayeeFiguresChange {
    /// The payee.
    pub payee_id: String,
    /// Its name; that of after where both sides have one.
    pub name: String,
    /// The figures.
    pub figures: FigurePairs,
    /// The draw behind the guarantee, where another one is, before and after.
    pub guarantee: Option<(String, String)>,
    /// The recoverable draw, where another one is in force, before and after.
    pub draw: Option<(String, String)>,
    /// What is paid in the payee's currency, where that differs: `90.00 EUR`.
    pub paid_amount: Option<(PaidAmount, PaidAmount)>,
}

/// An amount in the currency in which a payee is paid, in its minor units.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaidAmount {
    /// Minor units.
    pub minor: i128,
    /// The code; empty where the payee is on the other side only.
    pub currency: String,
}

/// Two closes of one month, compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BalanceChanges {
    /// Sums over all payees of either side.
    pub total: FigurePairs,
    /// Payees with a figure that differs: the biggest change of what is paid first, then by payee_id.
    pub payees: Vec<PayeeFiguresChange>,
    /// How many payees have a row on either side.
    pub all: u64,
}

/// Holds the balances of two closes of one month side by side. Both are in order of payee_id.
pub fn compare(before: &[Balance], after: &[Balance]) -> BalanceChanges {
    let by_id = |rows: &'_ [Balance]| -> BTreeMap<String, usize> {
        rows.iter().enumerate().map(|(place, row)| (row.payee_id.clone(), place)).collect()
    };
    let (was, is) = (by_id(before), by_id(after));
    let ids: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let mut changes = BalanceChanges { all: ids.len() as u64, ..BalanceChanges::default() };
    for id in ids {
        let one = was.get(id).map(|place| &before[*place]);
        let other = is.get(id).map(|place| &after[*place]);
        let figures = FigurePairs::new(one, other);
        changes.total.add(&figures);
        let change = PayeeFiguresChange {
            payee_id: id.clone(),
            name: other.or(one).map(|row| row.name.clone()).unwrap_or_default(),
            figures,
            guarantee: pair(one, other, |row| row.guarantee_id.clone().unwrap_or_default()),
            draw: pair(one, other, |row| row.draw.clone().map(|(id, _)| id).unwrap_or_default()),
            paid_amount: pair(one, other, |row| PaidAmount {
                minor: row.payment.paid_amount.wide(),
                currency: row.paid_currency.clone(),
            }),
        };
        let differs = change.figures.changed().next().is_some()
            || change.guarantee.is_some()
            || change.draw.is_some()
            || change.paid_amount.is_some();
        if differs {
            changes.payees.push(change);
        }
    }
    let moved = |change: &PayeeFiguresChange| {
        let (before, after) = change.figures.paid();
        std::cmp::Reverse((after - before).abs())
    };
    changes.payees.sort_by_key(moved);
    changes
}

/// Something of both sides, where it differs.
fn pair<T: Default + PartialEq>(
    before: Option<&Balance>,
    after: Option<&Balance>,
    of: impl Fn(&Balance) -> T,
) -> Option<(T, T)> {
    let side = |row: Option<&Balance>| row.map(&of).unwrap_or_default();
    let (was, is) = (side(before), side(after));
    (was != is).then_some((was, is))
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_base::money::Minor;

    fn row(id: &str, lines: i64, held_change: i64, paid: i64) -> Balance {
        let mut row = Balance { payee_id: id.to_owned(), ..Balance::default() };
        row.lines = Minor::new(lines);
        row.held_change = Minor::new(held_change);
        row.held_out = Minor::new(held_change);
        row.payment.paid = Minor::new(paid);
        row
    }

    #[test]
    fn the_biggest_movers_come_first_and_sums_are_over_all() {
        let before = [row("a", 100, 0, 100), row("b", 50, 0, 50), row("c", 7, 0, 7)];
        let after = [row("a", 100, 20, 80), row("c", 7, 0, 7), row("d", 500, 0, 500)];
        let changes = compare(&before, &after);
        let ids: Vec<&str> = changes.payees.iter().map(|payee| payee.payee_id.as_str()).collect();
        assert_eq!((ids, changes.all), (vec!["d", "b", "a"], 4));
        assert_eq!(changes.total.paid(), (157, 587));
        let of_a: Vec<_> = changes.payees[2].figures.changed().collect();
        assert_eq!(of_a, [(Figure::Released, 100, 80), (Figure::Held, 0, 20), (Figure::Paid, 100, 80)]);
        assert_eq!(compare(&before, &before).payees, []);
    }
}
