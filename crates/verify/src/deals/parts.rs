//! Lines of a bucket of deals, as small as they can be: a result has millions of them, and what takes time is memory.

use std::collections::BTreeMap;

use rayon::slice::ParallelSliceMut;

use super::{Part, Shape};
use crate::names::{DealNo, PayeeNo, RoleNo, RuleDeal, RuleNo};

/// Lines of a stretch. A full one is left as it is: one list of all would be copied whenever it grows.
const STRETCH: usize = 1 << 14;
/// In the place of units that do not fit.
const WIDE: i64 = i64::MIN;

/// A [`Part`], with units of 64 bits.
#[derive(Debug, Clone, Copy)]
struct SmallPart {
    deal: DealNo,
    role: Option<RoleNo>,
    rule: RuleNo,
    payee: PayeeNo,
    row: u64,
    rate: i64,
    basis: i64,
    credit_total: i64,
    pool: i64,
    credited: i64,
    uncapped: i64,
    /// [`WIDE`] where they do not fit.
    units: i64,
    units_total: i64,
    shape: Shape,
    /// Whether there is an amount before caps.
    pays: bool,
}

/// Lines in file order.
#[derive(Debug, Default)]
pub(super) struct Parts {
    stretches: Vec<Vec<SmallPart>>,
    /// By row: units and their total where one of them does not fit.
    wide: BTreeMap<u64, (i128, i128)>,
}

impl Parts {
    /// Takes a line.
    pub(super) fn push(&mut self, part: Part) {
        let narrow = i64::try_from(part.units).ok().filter(|units| *units != WIDE);
        let units = narrow.zip(i64::try_from(part.units_total).ok());
        if units.is_none() {
            self.wide.insert(part.row, (part.units, part.units_total));
        }
        let (units, units_total) = units.unwrap_or((WIDE, 0));
        let Part { deal, role, rule, payee, shape, row, rate, basis, credit_total, pool, credited, .. } =
            part;
        let (uncapped, pays) = (part.uncapped, part.before_gates.is_some());
        if self.stretches.last().is_none_or(|last| last.len() == STRETCH) {
            self.stretches.push(Vec::with_capacity(STRETCH));
        }
        if let Some(last) = self.stretches.last_mut() {
            last.push(SmallPart {
                deal,
                role,
                rule,
                payee,
                row,
                rate,
                basis,
                credit_total,
                pool,
                credited,
                uncapped,
                units,
                units_total,
                shape,
                pays,
            });
        }
    }

    /// The line of a place.
    pub(super) fn get(&self, place: usize) -> Option<Part> {
        let small = *self.stretches.get(place / STRETCH)?.get(place % STRETCH)?;
        let SmallPart { deal, role, rule, payee, row, rate, basis, credit_total, pool, .. } = small;
        let SmallPart { credited, uncapped, units, units_total, shape, pays, .. } = small;
        let (units, units_total) = match units {
            WIDE => *self.wide.get(&row)?,
            _ => (units.into(), units_total.into()),
        };
        Some(Part {
            deal,
            role,
            rule,
            payee,
            shape,
            row,
            rate,
            basis,
            credit_total,
            pool,
            credited,
            uncapped,
            before_gates: pays.then_some(uncapped),
            units,
            units_total,
        })
    }

    /// The places of all lines, by rule and deal and then in file order.
    pub(super) fn by_deal(&self) -> Vec<(RuleDeal, usize)> {
        let parts = self.stretches.iter().flatten().enumerate();
        let mut places: Vec<(RuleDeal, usize)> = Vec::with_capacity(self.stretches.len() * STRETCH);
        places.extend(parts.map(|(place, part)| (RuleDeal::new(part.rule, part.deal), place)));
        places.par_sort_unstable();
        places
    }

    /// Makes room for the next bucket.
    pub(super) fn clear(&mut self) {
        self.stretches.clear();
        self.wide.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Number;

    #[test]
    fn wide_units_are_kept_whole() {
        let mut parts = Parts::default();
        let units: [(i128, i128); 4] = [
            (1, 2),
            (i128::from(WIDE), 7),
            (10_i128.pow(37), 10_i128.pow(37)),
            (5, i128::from(i64::MAX) + 1),
        ];
        for (row, (units, units_total)) in (1..).zip(units) {
            parts.push(Part {
                deal: DealNo::new(0),
                role: None,
                rule: RuleNo::new(0),
                payee: PayeeNo::new(0),
                shape: Shape::Pool,
                row,
                rate: 0,
                basis: 0,
                credit_total: 0,
                pool: 0,
                credited: 0,
                uncapped: 0,
                before_gates: None,
                units,
                units_total,
            });
        }
        for (place, units) in units.into_iter().enumerate() {
            let part = parts.get(place).unwrap();
            assert_eq!((part.units, part.units_total, part.before_gates), (units.0, units.1, None));
        }
        assert!(parts.get(units.len()).is_none());
    }
}
