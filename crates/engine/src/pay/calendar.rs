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
    /// The periods of the days `from ..= until`, as `period_of` gives them.
    pub fn new(from: i32, until: i32, period_of: impl Fn(i32, Every) -> Period) -> Self {
        let mut periods = Vec::new();
        let keys = (from..=until)
            .map(|day| {
                [Every::Month, Every::Quarter, Every::Year].map(|every| {
                    let period = period_of(day, every);
                    let index = periods.iter().position(|known| *known == period).unwrap_or_else(|| {
                        periods.push(period);
                        periods.len() - 1
                    });
                    // There are fewer periods than days.
                    PeriodKey::new(index).unwrap_or(PeriodKey::FIRST)
                })
            })
            .collect();
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
