//! A payee's quota for a period: a row of its own, or the sum of the rows of its parts.

use apportion_book::{Every, FiscalCalendar, Period};
use apportion_data::{PayeeIx, Quotas};

/// A quota, and the rows that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// In millionths.
    pub e6: i128,
    /// Rows of the quotas, in order of time; one where the period has a row of its own.
    pub rows: Vec<usize>,
}

/// The quota of a payee for a period. Without a row of its own, that of a quarter is the sum of its months', that of a
/// year of its quarters', each of them found in the same way. `None` where there is no row, and where a part has none.
pub fn quota(
    quotas: &Quotas,
    calendar: FiscalCalendar,
    payee: PayeeIx,
    period: Period,
    measure: Option<&str>,
) -> Option<Quota> {
    if let Some(row) = quotas.row(payee, period, measure) {
        return Some(Quota { e6: quotas.amount_e6[row].into(), rows: vec![row] });
    }
    let parts = match period.every() {
        Every::Month => return None,
        Every::Quarter => Every::Month,
        Every::Year => Every::Quarter,
    };
    let mut sum = Quota { e6: 0, rows: Vec::new() };
    let mut day = calendar.first_day(period);
    while day <= calendar.last_day(period) {
        let part = calendar.period_of(day, parts);
        let part_quota = quota(quotas, calendar, payee, part, measure)?;
        // Twelve numbers of 64 bits at most.
        sum.e6 += part_quota.e6;
        sum.rows.extend(part_quota.rows);
        day = calendar.last_day(part) + 1;
    }
    Some(sum)
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
        let calendar = FiscalCalendar { starts: 7 };
        let period = Period::parse(period).unwrap();
        quota(quotas, calendar, PayeeIx::FIRST, period, measure).map(|quota| quota.e6)
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
