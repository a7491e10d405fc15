//! A table from days to periods, because stage two needs the period at least once for every line.

use apportion_book::{Every, Period};

apportion_base::indices! {
    /// A period as a number: equal for days of one period, ascending with time.
    PeriodKey(u32);
}

/// The month, quarter and year of every day of a window.
#[derive(Debug, Clone)]
pub struct DayPeriods {
    from: i32,
    /// By day, then by length of period.
    keys: Vec<[PeriodKey; 3]>,
    periods: Vec<Period>,
}

impl DayPeriods {
    /// The periods of the days `from ..= until`, as `period_of` gives them: the days of one period follow each other.
    pub fn new(from: i32, until: i32, period_of: impl Fn(i32, Every) -> Period) -> Self {
        let mut periods: Vec<Period> = Vec::new();
        let mut last: [Option<PeriodKey>; 3] = [None; 3];
        let mut key = |day: i32, every: Every, last: &mut Option<PeriodKey>| {
            let period = period_of(day, every);
            match *last {
                Some(known) if periods[known] == period => known,
                _ => {
                    periods.push(period);
                    // There are fewer periods than days.
                    *last.insert(PeriodKey::new(periods.len() - 1).unwrap_or(PeriodKey::FIRST))
                }
            }
        };
        let keys = (from..=until).map(|day| {
            let [month, quarter, year] = &mut last;
            [key(day, Every::Month, month), key(day, Every::Quarter, quarter), key(day, Every::Year, year)]
        });
        let keys = keys.collect();
        Self { from, keys, periods }
    }

    /// The period that a day of the window falls in.
    pub fn key(&self, day: i32, every: Every) -> PeriodKey {
        let of_day = self.keys[(day - self.from) as usize];
        match every {
            Every::Month => of_day[0],
            Every::Quarter => of_day[1],
            Every::Year => of_day[2],
        }
    }

    /// All keys, in order.
    pub fn all(&self) -> impl Iterator<Item = PeriodKey> + use<> {
        PeriodKey::all(self.periods.len())
    }

    /// The period behind a key.
    pub fn period(&self, key: PeriodKey) -> Period {
        self.periods[key]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_book::FiscalCalendar;

    #[test]
    fn a_window_that_begins_on_any_day_has_its_periods_in_order() {
        // 2026-01-30 to 2026-04-02.
        let (from, until) = (20_483, 20_545);
        let calendar = FiscalCalendar { starts: 1 };
        let periods = DayPeriods::new(from, until, |day, every| calendar.period_of(day, every));
        let months: Vec<PeriodKey> = (from..=until).map(|day| periods.key(day, Every::Month)).collect();
        assert!(months.is_sorted());
        for day in from..=until {
            for every in [Every::Month, Every::Quarter, Every::Year] {
                assert_eq!(periods.period(periods.key(day, every)), calendar.period_of(day, every));
            }
        }
        // Four months, two quarters, one year.
        assert_eq!(periods.all().count(), 7);
    }
}
