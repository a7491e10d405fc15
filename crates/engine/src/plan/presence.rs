//! On which days of a period a payee is there, and for which part of full time: what a prorated quota counts.
//! See `docs/reference/rules/commission.md#prorated-quotas`.

use arrow::array::{Array, AsArray, Date32Array, Decimal128Array};
use arrow::datatypes::{Date32Type, Decimal128Type};

use apportion_data::{PayeeIx, Payees, StateIx};

/// Full time, in billionths.
pub const FULL_TIME_E9: i128 = 1_000_000_000;

/// When payees are there, and for which part of full time.
#[derive(Debug, Clone)]
pub struct Presence<'a> {
    payees: &'a Payees,
    /// By payee; `None` where no file has the column.
    start: Option<&'a Date32Array>,
    end: Option<&'a Date32Array>,
    /// By state, in billionths.
    fte: Option<&'a Decimal128Array>,
}

/// Days that follow each other, on all of which a payee works the same part of full time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Its first day, in days since 1970-01-01.
    pub from: i32,
    /// Its last day.
    pub until: i32,
    /// The part of full time, in billionths.
    pub fte_e9: i128,
    /// What the payee is on these days.
    pub state: StateIx,
}

impl Stretch {
    /// How many days it has.
    pub fn days(&self) -> i128 {
        i128::from(self.until) - i128::from(self.from) + 1
    }
}

impl<'a> Presence<'a> {
    /// Of these payees, of whom `start_date`, `end_date` and `fte` were read.
    pub fn new(payees: &'a Payees) -> Self {
        let date = |column: &str| {
            payees.frame.column(column).and_then(|dates| dates.as_primitive_opt::<Date32Type>())
        };
        let fte = payees.states.frame.column("fte");
        Self {
            payees,
            start: date("start_date"),
            end: date("end_date"),
            fte: fte.and_then(|fte| fte.as_primitive_opt::<Decimal128Type>()),
        }
    }

    /// The days `from ..= until` on which a payee is there, in stretches of one part of full time and one state.
    pub fn stretches(&self, payee: PayeeIx, from: i32, until: i32) -> Vec<Stretch> {
        let date = |dates: Option<&Date32Array>| {
            dates.filter(|dates| dates.is_valid(payee.at())).map(|dates| dates.value(payee.at()))
        };
        let from = date(self.start).map_or(from, |start| start.max(from));
        let until = date(self.end).map_or(until, |end| end.min(until));
        let states = &self.payees.states;
        let mut stretches = Vec::new();
        let mut ends = until;
        // From the last one back: a state ends the day before the next one begins.
        for state in states.of(payee).rev() {
            let begins = states.begins(state).unwrap_or(from).max(from);
            if begins <= ends {
                stretches.push(Stretch { from: begins, until: ends, fte_e9: self.fte_e9(state), state });
                ends = begins - 1;
            }
        }
        stretches.reverse();
        stretches
    }

    fn fte_e9(&self, state: StateIx) -> i128 {
        match self.fte.filter(|fte| fte.is_valid(state.at())) {
            Some(fte) => fte.value(state.at()),
            None => FULL_TIME_E9,
        }
    }
}
