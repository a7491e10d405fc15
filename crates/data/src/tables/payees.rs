//! The dense tables of payees and quotas.

use arrow::array::{Array, StringArray};

use super::frame::Frame;
use super::indices::PayeeIx;
use crate::states::{PayeeStates, StateIx};
use apportion_base::index::Optional;
use apportion_base::sorted::place_of;
use apportion_book::Period;

/// Payees in byte order of `payee_id`. All columns have one entry per payee ([`PayeeIx`]).
#[derive(Debug, Clone)]
pub struct Payees {
    /// `payee_id`.
    pub ids: StringArray,
    /// The columns that rules name, and `name`, as the payees' own rows have them.
    pub frame: Frame,
    /// What payees are on a day, as assignments make it: what rules see.
    pub states: PayeeStates,
}

impl Payees {
    /// How many there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// All of them, in order.
    #[inline]
    pub fn all(&self) -> impl DoubleEndedIterator<Item = PayeeIx> + ExactSizeIterator + Clone + use<> {
        PayeeIx::all(self.len())
    }

    /// The `payee_id`.
    #[inline]
    pub fn id(&self, payee: PayeeIx) -> &str {
        self.ids.value(payee.at())
    }

    /// The payee with this `payee_id`.
    pub fn with_id(&self, id: &str) -> Option<PayeeIx> {
        place_of(self.len(), |place| self.ids.value(place).cmp(id)).and_then(PayeeIx::new)
    }

    /// What a payee is on a day.
    #[inline]
    pub fn state(&self, payee: PayeeIx, day: i32) -> StateIx {
        self.states.on(payee, day)
    }

    /// Who manages a payee on a day; none also if that is nobody or leads to a cycle.
    #[inline]
    pub fn manager(&self, payee: PayeeIx, day: i32) -> Optional<PayeeIx> {
        self.states.manager(self.state(payee, day))
    }

    /// The managers above a payee on a day, from the nearest up. No day has a cycle of them.
    pub fn managers(&self, payee: PayeeIx, day: i32) -> impl Iterator<Item = PayeeIx> + '_ {
        std::iter::successors(self.manager(payee, day).get(), move |above| self.manager(*above, day).get())
    }
}

/// Quotas in order of payee, period and measure.
#[derive(Debug, Clone, Default)]
pub struct Quotas {
    /// The payee.
    pub payee: Vec<PayeeIx>,
    /// The period of the quota.
    pub period: Vec<Period>,
    /// What is measured; none for money of the kind that commissions name without saying so.
    pub measure: Vec<Option<String>>,
    /// The quota in millionths, of the major unit of the book's currency or of the unit of the measure; above 0.
    pub amount_e6: Vec<i64>,
}

impl Quotas {
    /// The row of a payee's quota for a period, if it has one of its own.
    pub fn row(&self, payee: PayeeIx, period: Period, measure: Option<&str>) -> Option<usize> {
        let from = self.payee.partition_point(|other| *other < payee);
        let rows = self.payee[from..].partition_point(|other| *other == payee);
        (from..from + rows)
            .find(|row| self.period[*row] == period && self.measure[*row].as_deref() == measure)
    }
}
