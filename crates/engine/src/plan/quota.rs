//! A payee's quota for a period: a row of its own, or the sum of the rows of its parts; as it is, or by the days on which the payee is
//! there.

use apportion_base::money::Overflow;
use apportion_book::{Every, FiscalCalendar, Period};
use apportion_data::{PayeeIx, Quotas};
use num_bigint::BigInt;

use super::presence::{FULL_TIME_E9, Presence};
use crate::pay::fraction::{self, Fraction};

/// A quota as it counts, and the rows that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// In millionths, divided by `parts`.
    pub e6: i128,
    /// 1, but for prorated quotas that no decimal holds.
    pub parts: i128,
    /// Rows of the quotas, in order of time; one where the period has a row of its own.
    pub rows: Vec<usize>,
}

impl Quota {
    /// Whether it is 0, so that nothing can be measured on it.
    pub fn is_zero(&self) -> bool {
        self.e6 == 0
    }

    /// The quota in whole units.
    pub fn fraction(&self) -> Fraction {
        fraction::decimal(self.e6, 6) / fraction::whole(self.parts)
    }
}

/// The quotas that a commission is measured on.
#[derive(Debug, Clone)]
pub struct QuotaTerms<'a> {
    /// All quotas.
    pub quotas: &'a Quotas,
    /// The calendar of the book.
    pub calendar: FiscalCalendar,
    /// The `measure` of the quotas that count.
    pub measure: Option<&'a str>,
    /// The days by which they count; `None` where they count as they are.
    pub presence: Option<Presence<'a>>,
}

impl QuotaTerms<'_> {
    /// The quota of a payee for a period. Without a row of its own, that of a quarter is the sum of its months', that of a year of its
    /// quarters', each of them found in the same way. `None` where there is no row, and where a part has none.
    ///
    /// # Errors
    /// A prorated quota that does not fit. Amounts have 18 digits and periods a year of days, so that all of them do.
    pub fn of(&self, payee: PayeeIx, period: Period) -> Result<Option<Quota>, Overflow> {
        let mut rows = Vec::new();
        if !self.rows(payee, period, &mut rows) {
            return Ok(None);
        }
        let Some(presence) = &self.presence else {
            // Twelve numbers of 64 bits at most.
            let e6 = rows.iter().map(|row| i128::from(self.quotas.amount_e6[*row])).sum();
            return Ok(Some(Quota { e6, parts: 1, rows }));
        };
        let parts = rows.iter().map(|row| self.prorated_e6(presence, *row));
        let sum: Fraction = parts.sum();
        let whole = |number: &BigInt| i128::try_from(number).map_err(|_| Overflow);
        Ok(Some(Quota { e6: whole(sum.numer())?, parts: whole(sum.denom())?, rows }))
    }

    /// What a row of the quotas counts, in whole units.
    pub fn counts(&self, row: usize) -> Fraction {
        match &self.presence {
            None => fraction::decimal(self.quotas.amount_e6[row].into(), 6),
            Some(presence) => self.prorated_e6(presence, row) / fraction::whole(1_000_000),
        }
    }

    /// What a row counts by the days of its own period, in millionths.
    fn prorated_e6(&self, presence: &Presence, row: usize) -> Fraction {
        let (from, until) = self.days(row);
        let stretches = presence.stretches(self.quotas.payee[row], from, until);
        let there_e9: i128 = stretches.iter().map(|stretch| stretch.days() * stretch.fte_e9).sum();
        let days = i128::from(until) - i128::from(from) + 1;
        fraction::whole(self.quotas.amount_e6[row].into()) * fraction::whole(there_e9)
            / fraction::whole(days * FULL_TIME_E9)
    }

    /// The first and the last day of a row's period.
    pub fn days(&self, row: usize) -> (i32, i32) {
        let period = self.quotas.period[row];
        (self.calendar.first_day(period), self.calendar.last_day(period))
    }

    /// Finds the rows of a period in order of time; false where there are none, or a part has none.
    fn rows(&self, payee: PayeeIx, period: Period, rows: &mut Vec<usize>) -> bool {
        if let Some(row) = self.quotas.row(payee, period, self.measure) {
            rows.push(row);
            return true;
        }
        let parts = match period.every() {
            Every::Month => return false,
            Every::Quarter => Every::Month,
            Every::Year => Every::Quarter,
        };
        let mut day = self.calendar.first_day(period);
        while day <= self.calendar.last_day(period) {
            let part = self.calendar.period_of(day, parts);
            if !self.rows(payee, part, rows) {
                return false;
            }
            day = self.calendar.last_day(part) + 1;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quotas(rows: &[(&str, Option<&str>, i64)]) -> Quotas {
        let mut rows: Vec<_> = rows
            .iter()
            .map(|(period, measure, e6)| (Period::parse(period).unwrap(), measure.map(str::to_owned), *e6))
            .collect();
        rows.sort();
        Quotas {
            payee: vec![PayeeIx::FIRST; rows.len()],
            period: rows.iter().map(|row| row.0).collect(),
            measure: rows.iter().map(|row| row.1.clone()).collect(),
            amount_e6: rows.iter().map(|row| row.2).collect(),
        }
    }

    fn of(quotas: &Quotas, period: &str, measure: Option<&str>) -> Option<i128> {
        let terms = QuotaTerms { quotas, calendar: FiscalCalendar { starts: 7 }, measure, presence: None };
        terms.of(PayeeIx::FIRST, Period::parse(period).unwrap()).unwrap().map(|quota| quota.e6)
    }

    #[test]
    fn a_quarter_is_its_months_and_a_year_its_quarters() {
        // The fiscal year 2026 runs from July 2025 to June 2026.
        let rows = [
            ("2025-07", None, 1),
            ("2025-08", None, 2),
            ("2025-09", None, 4),
            ("2026-Q2", None, 8),
            ("2026-Q3", None, 16),
            ("2026-01", None, 1_000),
            ("2026-Q4", None, 32),
            ("2025-07", Some("seats"), 7),
        ];
        let all = quotas(&rows);
        assert_eq!([of(&all, "2026-Q1", None), of(&all, "2026-Q3", None)], [Some(7), Some(16)]);
        assert_eq!(of(&all, "2026", None), Some(7 + 8 + 16 + 32));
        assert_eq!((of(&all, "2025-07", Some("seats")), of(&all, "2026-Q1", Some("seats"))), (Some(7), None));
        let gap = quotas(&rows[..6]);
        assert_eq!(
            (of(&gap, "2026", None), of(&gap, "2026-Q4", None), of(&gap, "2026-02", None)),
            (None, None, None)
        );
    }
}
