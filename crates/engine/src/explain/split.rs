//! A split with the steps of the largest-remainder method: exact shares, remainders, who got the units left over. The
//! parts themselves come from the engine's `split`.

use super::number::{Exact, Ratio};
use super::tree::{Note, Part, PayeeName, Split};
use apportion_base::money::{Minor, Overflow, Splitter};

/// A payee who shares in a split.
pub struct Sharer {
    pub key: PayeeName,
    pub units: i128,
    /// As shown; a role's units are its percent.
    pub shown: Exact,
    pub note: Note,
}

/// Splits, and keeps the steps for the explanation.
pub fn told(total: Minor, sharers: Vec<Sharer>, mine: usize, digits: u32) -> Result<Split, Overflow> {
    let units: Vec<i128> = sharers.iter().map(|sharer| sharer.units).collect();
    let mut amounts = Vec::new();
    Splitter::default().split(total, &units, &mut amounts)?;
    let sum: i128 = units.iter().sum();
    let parts: Vec<Part> = sharers
        .into_iter()
        .zip(&amounts)
        .map(|(sharer, &amount)| {
            let exact = Ratio::share(total, sharer.units, sum, digits);
            let floor =
                exact.map_or(amount, |exact| Minor::from_wide(exact.cut(digits).mantissa).unwrap_or(amount));
            Part {
                key: sharer.key,
                units: sharer.shown,
                exact,
                floor,
                extra: floor != amount,
                amount,
                note: sharer.note,
            }
        })
        .collect();
    let left = parts.iter().filter(|part| part.extra).count() as u64;
    let tie = is_tie(&parts, digits);
    Ok(Split { total, parts, mine, left, tie })
}

/// Whether a payee who did not get one of the units left over has as large a remainder as one who did.
fn is_tie(parts: &[Part], digits: u32) -> bool {
    let remainder = |part: &Part| part.exact.map(|exact| exact.remainder(digits));
    let same = |a: (i128, i128), b: (i128, i128)| {
        let wide = |x: i128, y: i128| x.checked_mul(y);
        matches!((wide(a.0, b.1), wide(b.0, a.1)), (Some(left), Some(right)) if left == right)
    };
    let got = parts.iter().filter(|part| part.extra).filter_map(remainder);
    got.clone().any(|value| {
        parts.iter().filter(|part| !part.extra).filter_map(remainder).any(|other| same(value, other))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(total: i64, units: &[i128]) -> Split {
        let sharer = |(index, &units): (usize, &i128)| Sharer {
            key: PayeeName { id: index.to_string(), name: None },
            units,
            shown: Exact::new(units, 0),
            note: Note::Nothing,
        };
        told(Minor::new(total), units.iter().enumerate().map(sharer).collect(), 0, 2).unwrap()
    }

    #[test]
    fn who_gets_the_cent_that_is_left() {
        let thirds = split(100, &[1, 1, 1]);
        assert_eq!((thirds.left, thirds.tie), (1, true));
        assert!(
            thirds.parts[0].extra && thirds.parts[0].floor.raw() == 33 && thirds.parts[0].amount.raw() == 34
        );
        let uneven = split(100, &[1, 2]);
        assert_eq!((uneven.left, uneven.tie), (1, false));
        assert!(uneven.parts[1].extra);
        let back = split(-100, &[1, 1, 1]);
        assert_eq!((back.parts[0].floor.raw(), back.parts[0].amount.raw()), (-33, -34));
        assert_eq!((split(100, &[1, 1]).left, split(100, &[1, 1]).tie), (0, false));
    }
}
