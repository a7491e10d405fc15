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
