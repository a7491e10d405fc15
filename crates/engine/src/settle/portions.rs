//! How much of a period is in memory at once, where it need not be all of it.

use std::sync::Arc;

use apportion_base::memory;
use apportion_base::store::Spill;

/// How much is worked on together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Portions {
    /// Up to so many engagements are grouped by deal at once: some 2 GiB. Then all of them are credited together, which is faster.
    pub grouped_up_to: usize,
    /// Of more, so many are grouped and credited together: some 100 MiB, twice.
    pub engagements: usize,
    /// Lines of stage one whose payees are paid together: some 100 MiB, a few times over.
    pub lines: usize,
}

impl Default for Portions {
    fn default() -> Self {
        Self { grouped_up_to: 1 << 24, engagements: 1 << 20, lines: 1 << 20 }
    }
}

/// Bytes that an engagement takes while all are grouped.
const OF_GROUPED: u64 = 128;

/// Bytes that what is worked on takes, by portion: a few copies of engagements and lines, and what is made of them.
const OF_WORK: u64 = 512;

/// The least portion: with fewer, as much is made again for each as it has rows.
const LEAST: usize = 1 << 16;

impl Portions {
    /// Those of a budget of memory in bytes: no more than the default ones.
    fn within(budget: u64) -> Self {
        let default = Self::default();
        let rows = |bytes: u64, most: usize| usize::try_from(bytes).unwrap_or(usize::MAX).min(most);
        let portion = |most: usize| rows(budget / (8 * OF_WORK), most).max(LEAST);
        Self {
            grouped_up_to: rows(budget / (4 * OF_GROUPED), default.grouped_up_to),
            engagements: portion(default.engagements),
            lines: portion(default.lines),
        }
    }

    /// Memory that is needed for what is worked on.
    fn bytes(self) -> u64 {
        OF_WORK * (self.engagements + self.lines) as u64
    }
}

/// The memory that a period may take.
#[derive(Debug, Clone)]
pub struct Room {
    /// How much is worked on together.
    pub portions: Portions,
    /// Where lines of stage one are kept.
    pub spill: Arc<Spill>,
    budget: Option<u64>,
}

impl Room {
    /// As much as it takes.
    pub fn unlimited() -> Self {
        Self { portions: Portions::default(), spill: Spill::none(), budget: None }
    }

    /// So many bytes, beyond which lines are kept elsewhere. What was read of the tables stays in memory in any case.
    pub fn within(budget: u64, spill: Arc<Spill>) -> Self {
        Self { portions: Portions::within(budget), spill, budget: Some(budget) }
    }

    /// The same with other portions.
    #[must_use]
    pub fn with_portions(self, portions: Portions) -> Self {
        Self { portions, ..self }
    }

    /// The tables are read: what is left of the budget is for lines.
    pub(crate) fn limit_lines(&self) {
        let Some(budget) = self.budget else { return };
        // Where it can't be known what the tables take, half of the budget is for lines.
        let taken = memory::resident().unwrap_or(budget / 2);
        self.spill.limit(budget.saturating_sub(taken).saturating_sub(self.portions.bytes()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_budget_makes_small_portions() {
        assert_eq!(Portions::within(u64::MAX), Portions::default());
        assert_eq!(Portions::within(8 << 30), Portions::default());
        let small = Portions { grouped_up_to: 2048, engagements: LEAST, lines: LEAST };
        assert_eq!(Portions::within(1 << 20), small);
    }
}
