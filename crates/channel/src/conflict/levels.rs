//! The clock of a conflict: which level has to decide it until when.

use apportion_rules::Level;

use crate::clock::Clock;

/// When a level has to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelDays {
    /// Its place among the levels of the rule.
    pub level: usize,
    /// The first day on which it may decide, days since 1970-01-01; `None` beyond the calendar.
    pub begins: Option<i32>,
    /// The last day on which it has to; `None` beyond the calendar.
    pub due: Option<i32>,
}

/// The levels that a conflict has, in order; skipped ones are not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Timeline(Vec<LevelDays>);

/// Where a conflict stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// The level that runs, or ran last.
    pub level: LevelDays,
    /// Whether it is past its due day.
    pub is_overdue: bool,
}

impl Timeline {
    /// The clock of a conflict of a day. It begins at the second level, if it is escalated and there is one. `events` are the days on which
    /// a claimant asked for the next level, ascending: such a day is the running level's last one, if it is not the last level.
    pub fn new(day: i32, levels: &[Level], is_escalated: bool, events: &[i32], clock: Clock) -> Self {
        let skipped = usize::from(is_escalated && levels.len() > 1);
        let (mut begins, mut base) = (Some(day), Some(day));
        let mut days = Vec::new();
        for (place, level) in levels.iter().enumerate().skip(skipped) {
            let due = base.and_then(|base| clock.last_day(base, level.within));
            let ended = begins.filter(|_| place + 1 < levels.len()).and_then(|begins| {
                events.iter().copied().find(|event| *event >= begins && due.is_none_or(|due| *event <= due))
            });
            let due = ended.or(due);
            days.push(LevelDays { level: place, begins, due });
            base = due;
            begins = due.and_then(|due| due.checked_add(1));
        }
        Self(days)
    }

    /// The days of a level; `None` if it is skipped.
    pub fn of(&self, level: usize) -> Option<&LevelDays> {
        self.0.iter().find(|days| days.level == level)
    }

    /// Where it stands on a day; `None` without levels.
    pub fn on(&self, day: i32) -> Option<Standing> {
        let is_running = |days: &&LevelDays| days.due.is_none_or(|due| day <= due);
        let running = self.0.iter().find(is_running).map(|level| (level, false));
        let (level, is_overdue) = running.or_else(|| self.0.last().map(|last| (last, true)))?;
        Some(Standing { level: *level, is_overdue })
    }

    /// All levels, in order.
    pub fn into_levels(self) -> Vec<LevelDays> {
        self.0
    }
}
