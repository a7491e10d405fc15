//! What each draw comes to: numbers by payee, rule, quarter and month, in one row for each draw.
//!
//! Periods that are over before the first open opportunity closes are the same in each draw, so that they are kept once.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use apportion_book::{Every, FiscalCalendar, Period};
use apportion_data::PayeeIx;
use apportion_engine::settle::{Tally, on_quotas};
use apportion_rules::{RuleBook, RuleIx};

/// Periods of one length that meet what is forecast, in order of time.
#[derive(Debug, Clone)]
pub struct Periods {
    pub all: Vec<Period>,
    /// The first day of each, days since 1970-01-01.
    first_days: Vec<i32>,
    /// How many of them are the same in each draw: these come first.
    settled: usize,
}

impl Periods {
    /// Those that meet `days`; from `open_from` on, draws differ.
    fn new(calendar: FiscalCalendar, every: Every, days: (i32, i32), open_from: i32) -> Self {
        let mut periods = Self { all: Vec::new(), first_days: Vec::new(), settled: 0 };
        let mut day = days.0;
        while day <= days.1 {
            let period = calendar.period_of(day, every);
            let last = calendar.last_day(period);
            periods.all.push(period);
            periods.first_days.push(calendar.first_day(period));
            periods.settled += usize::from(last < open_from);
            day = last + 1;
        }
        periods
    }

    fn of_day(&self, day: i32) -> Option<usize> {
        self.first_days.partition_point(|first| *first <= day).checked_sub(1)
    }
}

/// Numbers by subject and period.
#[derive(Debug, Clone)]
pub struct Block {
    pub periods: Periods,
    /// Its first place among the numbers that are the same in each draw.
    once: usize,
    /// Its first place in the row of a draw.
    row: usize,
}

impl Block {
    fn place_once(&self, subject: usize, period: usize) -> usize {
        self.once + subject * self.periods.all.len() + period
    }

    /// `None` where the number is the same in each draw.
    fn place_in_row(&self, subject: usize, period: usize) -> Option<usize> {
        let open = self.periods.all.len() - self.periods.settled;
        Some(self.row + subject * open + period.checked_sub(self.periods.settled)?)
    }
}

/// Where each number is.
#[derive(Debug)]
pub struct Layout {
    /// All cost by month.
    pub total: Block,
    /// Cost of each rule by quarter.
    pub rules: Block,
    /// Cost of each payee by quarter.
    pub payees: Block,
    /// By commission on quotas: what each payee attains in its periods.
    pub attained: Vec<(RuleIx, Block)>,
    /// By commission: whether a payee has a line in a period, in any draw.
    present: Vec<Vec<AtomicBool>>,
    once: usize,
    row: usize,
}

/// What a layout is made for.
#[derive(Debug, Clone, Copy)]
pub struct Extent<'a> {
    pub calendar: FiscalCalendar,
    pub period: Period,
    pub rules: &'a RuleBook,
    pub payees: usize,
    /// The first day from which draws differ, days since 1970-01-01.
    pub open_from: i32,
}

impl Layout {
    pub fn new(extent: Extent<'_>) -> Self {
        let Extent { calendar, period, rules, payees, open_from } = extent;
        let days = (calendar.first_day(period), calendar.last_day(period));
        let (mut once, mut row) = (0, 0);
        let mut block = |every, subjects: usize| {
            let periods = Periods::new(calendar, every, days, open_from);
            let (all, settled) = (periods.all.len(), periods.settled);
            let block = Block { periods, once, row };
            once += subjects * all;
            row += subjects * (all - settled);
            block
        };
        let total = block(Every::Month, 1);
        let of_rules = block(Every::Quarter, rules.rules.len());
        let of_payees = block(Every::Quarter, payees);
        let attained: Vec<(RuleIx, Block)> =
            on_quotas(rules).map(|(index, every)| (index, block(every, payees))).collect();
        let flags = |(_, block): &(RuleIx, Block)| {
            (0..payees * block.periods.all.len()).map(|_| AtomicBool::new(false)).collect()
        };
        let present = attained.iter().map(flags).collect();
        Self { total, rules: of_rules, payees: of_payees, attained, present, once, row }
    }

    /// Numbers of a draw.
    pub fn row(&self) -> usize {
        self.row
    }

    /// Whether a payee has a line in a period of a commission in any draw; commissions by their place.
    pub fn is_present(&self, commission: usize, payee: usize, period: usize) -> bool {
        let periods = self.attained.get(commission).map_or(0, |(_, block)| block.periods.all.len());
        let flags = self.present.get(commission).and_then(|flags| flags.get(payee * periods + period));
        flags.is_some_and(|flag| flag.load(Ordering::Relaxed))
    }
}

/// Counts into the numbers that are the same in each draw, or into the row of one.
#[derive(Debug)]
pub struct CellTally<'a> {
    layout: &'a Layout,
    is_once: bool,
    cells: Vec<i64>,
    /// Whether a number did not fit into 64 bits.
    is_too_large: bool,
}

impl<'a> CellTally<'a> {
    /// What is the same in each draw.
    pub fn once(layout: &'a Layout) -> Self {
        Self { layout, is_once: true, cells: vec![0; layout.once], is_too_large: false }
    }

    /// What a draw adds.
    pub fn row(layout: &'a Layout) -> Self {
        Self { layout, is_once: false, cells: vec![0; layout.row], is_too_large: false }
    }

    /// The numbers; `None` where one is too large.
    pub fn cells(self) -> Option<Vec<i64>> {
        (!self.is_too_large).then_some(self.cells)
    }

    fn add(&mut self, block: &Block, (subject, period): (usize, usize), value: i128) {
        let place = match self.is_once {
            true => Some(block.place_once(subject, period)),
            false => block.place_in_row(subject, period),
        };
        let cell = place.and_then(|place| self.cells.get_mut(place));
        let sum = cell.as_deref().and_then(|cell| cell.checked_add(i64::try_from(value).ok()?));
        match cell.zip(sum) {
            Some((cell, sum)) => *cell = sum,
            None => self.is_too_large = true,
        }
    }
}

impl Tally for CellTally<'_> {
    fn line(&mut self, payee: PayeeIx, rule: RuleIx, day: i32, amount: i128) {
        let layout = self.layout;
        for (block, subject) in [(&layout.total, 0), (&layout.rules, rule.at()), (&layout.payees, payee.at())]
        {
            if let Some(period) = block.periods.of_day(day) {
                self.add(block, (subject, period), amount);
            }
        }
    }

    fn attained(&mut self, payee: PayeeIx, rule: RuleIx, period: Period, attained_e6: i128) {
        let layout = self.layout;
        let Some(place) = layout.attained.iter().position(|(other, _)| *other == rule) else { return };
        let (Some((_, block)), Some(flags)) = (layout.attained.get(place), layout.present.get(place)) else {
            return;
        };
        let Some(nth) = block.periods.all.iter().position(|other| *other == period) else { return };
        self.add(block, (payee.at(), nth), attained_e6);
        if let Some(flag) = flags.get(payee.at() * block.periods.all.len() + nth) {
            flag.store(true, Ordering::Relaxed);
        }
    }
}

/// What all draws come to.
#[derive(Debug)]
pub struct Cells {
    pub layout: Layout,
    pub once: Vec<i64>,
    /// By draw.
    pub rows: Vec<Vec<i64>>,
}

impl Cells {
    /// By draw: the sum of a subject's numbers over some periods of a block.
    pub fn values(&self, block: &Block, subject: usize, periods: Range<usize>) -> Vec<i128> {
        let once: i128 =
            periods.clone().map(|period| number(&self.once, Some(block.place_once(subject, period)))).sum();
        let open: Vec<Option<usize>> =
            periods.map(|period| block.place_in_row(subject, period)).filter(Option::is_some).collect();
        let of_row = |row: &Vec<i64>| once + open.iter().map(|place| number(row, *place)).sum::<i128>();
        self.rows.iter().map(of_row).collect()
    }
}

fn number(cells: &[i64], place: Option<usize>) -> i128 {
    place.and_then(|place| cells.get(place)).map_or(0, |cell| i128::from(*cell))
}
