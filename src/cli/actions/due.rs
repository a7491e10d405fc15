//! Actions by when they are due.

use apportion_engine::actions::Action;

use crate::session::Actions;

/// Days from the as-of day on, itself among them, that are `this week`.
const WEEK: i32 = 7;

/// When something is due, seen from the as-of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// Its day is past.
    Overdue,
    /// Within seven days.
    ThisWeek,
    /// After that.
    Later,
    /// It has no day.
    NoDay,
}

impl Due {
    /// All, in order.
    pub const ALL: [Self; 4] = [Self::Overdue, Self::ThisWeek, Self::Later, Self::NoDay];

    /// When an action is due.
    pub fn of(action: &Action, as_of: i32) -> Self {
        match action.due {
            None => Self::NoDay,
            Some(due) if due < as_of => Self::Overdue,
            Some(due) if due < as_of.saturating_add(WEEK) => Self::ThisWeek,
            Some(_) => Self::Later,
        }
    }

    /// As people read it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Overdue => "Overdue",
            Self::ThisWeek => "This week",
            Self::Later => "Later",
            Self::NoDay => "Without a day",
        }
    }
}

/// The actions that are due then, in order.
pub fn due(actions: &Actions, when: Due) -> impl Iterator<Item = &Action> + Clone {
    actions.actions.iter().filter(move |action| Due::of(action, actions.as_of) == when)
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_engine::actions::ActionKind;

    #[test]
    fn a_week_is_the_day_and_six_more() {
        let due = |due: Option<i32>| {
            let action = Action {
                kind: ActionKind::Deliver,
                payee_id: None,
                subject: String::new(),
                due,
                stake: None,
                why: String::new(),
            };
            Due::of(&action, 100)
        };
        let days = [Some(99), Some(100), Some(106), Some(107), None];
        let expected = [Due::Overdue, Due::ThisWeek, Due::ThisWeek, Due::Later, Due::NoDay];
        assert_eq!(days.map(due), expected);
    }
}
