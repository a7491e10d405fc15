//! Milestones of joint account plans that were done: on which days they count.

use std::collections::BTreeMap;

use apportion_data::{AddedDeal, DealIx, DoneMilestone, MilestoneRow, Milestones, Optional};
use apportion_rules::{Body, RuleBook};

/// What rules ask of the milestones that they pay for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AskedSides {
    /// A version pays for each that was done.
    pub own: bool,
    /// A version pays where each side of the plan has done one.
    pub joint: bool,
}

impl AskedSides {
    /// What the rules of a book ask.
    pub fn of(rules: &RuleBook) -> Self {
        let mut asked = Self::default();
        for version in rules.iter().flat_map(|(_, rule)| &rule.versions) {
            if let Body::Milestone(milestone) = &version.body {
                asked.joint |= milestone.both_sides;
                asked.own |= !milestone.both_sides;
            }
        }
        asked
    }
}

/// A milestone that was done, on a day on which it counts for some rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoneOn {
    /// Its row.
    pub row: usize,
    /// The day, since 1970-01-01.
    pub day: i32,
    /// Whether that is the day on which it was done.
    pub own: bool,
    /// Whether that is the day by which each side had done one as well.
    pub joint: bool,
}

/// The days on which milestones count, by row and then by day.
pub fn done(milestones: &Milestones, asked: AskedSides) -> Vec<DoneOn> {
    let plans = Plans::new(&milestones.rows);
    let mut all = Vec::new();
    for (row, milestone) in milestones.rows.iter().enumerate() {
        let Some(day) = milestone.done_on else { continue };
        let joint = plans.all_sides_by(milestone).map(|sides| sides.max(day)).filter(|_| asked.joint);
        let both = joint == Some(day);
        if asked.own || both {
            all.push(DoneOn { row, day, own: asked.own, joint: both });
        }
        if let Some(joint) = joint.filter(|_| !both) {
            all.push(DoneOn { row, day: joint, own: false, joint: true });
        }
    }
    all
}

/// The milestone as a row of the deals, which no rule matches that pays on deals.
pub fn as_deal(milestones: &Milestones, done: &DoneOn) -> AddedDeal {
    AddedDeal {
        id: milestones.rows.get(done.row).map(|row| row.id.clone()).unwrap_or_default(),
        won: false,
        close_date: done.day,
        amount_e6: 0,
        list_amount_e6: None,
        account: Optional::NONE,
        opportunity: Optional::NONE,
        renews: Optional::NONE,
        incomplete: false,
        row: None,
    }
}

/// The milestones among the deals, ascending; `places` are their rows of the deals.
pub fn among_deals(done: &[DoneOn], places: &[DealIx]) -> Vec<DoneMilestone> {
    let milestone = |(done, deal): (&DoneOn, &DealIx)| DoneMilestone {
        deal: *deal,
        row: done.row,
        own: done.own,
        joint: done.joint,
    };
    let mut all: Vec<DoneMilestone> = done.iter().zip(places).map(milestone).collect();
    all.sort_unstable_by_key(|milestone| milestone.deal);
    all
}

/// The sides that plans name.
struct Plans<'a> {
    /// By plan and side: the first day on which one of the side's milestones was done.
    sides: BTreeMap<&'a str, BTreeMap<&'a str, Option<i32>>>,
}

impl<'a> Plans<'a> {
    fn new(rows: &'a [MilestoneRow]) -> Self {
        let mut sides: BTreeMap<&str, BTreeMap<&str, Option<i32>>> = BTreeMap::new();
        for row in rows {
            if let (Some(plan), Some(side)) = (&row.plan_id, &row.side) {
                let first = sides.entry(plan).or_default().entry(side).or_default();
                *first = [*first, row.done_on].into_iter().flatten().min();
            }
        }
        Self { sides }
    }

    /// The day by which each side of a milestone's plan had done its first; `None` where it names fewer than two, or one has done none.
    fn all_sides_by(&self, milestone: &MilestoneRow) -> Option<i32> {
        let sides = self.sides.get(milestone.plan_id.as_deref()?).filter(|sides| sides.len() > 1)?;
        let days: Option<Vec<i32>> = sides.values().copied().collect();
        days?.into_iter().max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_data::PayeeIx;

    /// Milestones `M0`, `M1` and so on: plan, side, and the day on which each was done; `-` is none.
    fn milestones(rows: &[(&str, &str, Option<i32>)]) -> Milestones {
        let text = |text: &str| Some(text.to_owned()).filter(|text| text != "-");
        let row = |(place, (plan, side, done_on)): (usize, &(&str, &str, Option<i32>))| MilestoneRow {
            id: format!("M{place}"),
            plan_id: text(plan),
            account: Optional::NONE,
            payee: PayeeIx::FIRST,
            side: text(side),
            due_on: 0,
            done_on: *done_on,
        };
        Milestones { rows: rows.iter().enumerate().map(row).collect(), ..Milestones::default() }
    }

    /// Row, day, whether the day is its own, whether it is that of all sides.
    fn days(rows: &[(&str, &str, Option<i32>)], asked: (bool, bool)) -> Vec<(usize, i32, bool, bool)> {
        let asked = AskedSides { own: asked.0, joint: asked.1 };
        done(&milestones(rows), asked).iter().map(|done| (done.row, done.day, done.own, done.joint)).collect()
    }

    #[test]
    fn each_that_was_done_counts_on_its_day() {
        let rows = [("J", "a", Some(5)), ("J", "b", None), ("-", "-", Some(2))];
        assert_eq!(days(&rows, (true, false)), [(0, 5, true, false), (2, 2, true, false)]);
        assert_eq!(days(&rows, (false, false)), []);
    }

    #[test]
    fn with_both_sides_the_first_of_each_is_waited_for() {
        for (about, rows, expected) in [
            (
                "a's first is 10, so b's of 20",
                vec![("J", "a", Some(10)), ("J", "b", Some(20))],
                vec![(0, 20), (1, 20)],
            ),
            (
                "b's first, not its last",
                vec![("J", "a", Some(32)), ("J", "b", Some(10)), ("J", "b", Some(60))],
                vec![(0, 32), (1, 32), (2, 60)],
            ),
            ("a side that has done nothing", vec![("J", "a", Some(1)), ("J", "b", None)], vec![]),
            ("one side alone", vec![("J", "a", Some(1)), ("J", "a", Some(2))], vec![]),
            (
                "three sides",
                vec![("J", "a", Some(1)), ("J", "b", Some(2)), ("J", "c", Some(3))],
                vec![(0, 3), (1, 3), (2, 3)],
            ),
            ("no plan names no sides", vec![("-", "a", Some(1)), ("-", "b", Some(2))], vec![]),
            (
                "a milestone of no side waits for both",
                vec![("J", "a", Some(1)), ("J", "b", Some(2)), ("J", "-", Some(1))],
                vec![(0, 2), (1, 2), (2, 2)],
            ),
            ("plans are apart", vec![("J", "a", Some(1)), ("K", "b", Some(2))], vec![]),
        ] {
            let found: Vec<(usize, i32)> =
                days(&rows, (false, true)).into_iter().map(|(row, day, ..)| (row, day)).collect();
            assert_eq!(found, expected, "{about}");
        }
    }

    #[test]
    fn where_both_are_asked_a_milestone_may_have_two_days() {
        let rows = [("J", "a", Some(10)), ("J", "b", Some(20))];
        assert_eq!(
            days(&rows, (true, true)),
            [(0, 10, true, false), (0, 20, false, true), (1, 20, true, true)]
        );
    }
}
