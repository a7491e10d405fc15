//! What of the cost of a contract has become an expense, as a close judges it: pure arithmetic on the shares of its payees.

use super::schedule::Schedule;
use apportion_base::money::{Overflow, Rounding};

/// How the cost of a contract under a rule becomes an expense, and what of it has: a payee's share of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleRow {
    /// The contract.
    pub deal_id: String,
    /// The rule.
    pub rule_id: String,
    /// The payee.
    pub payee_id: String,
    /// The policy and its schedule; none where no policy makes an asset of it any more.
    pub terms: Option<(String, Schedule)>,
    /// The day on which the contract ended.
    pub ended_on: Option<i32>,
    /// What the payee has earned for it so far, in minor units.
    pub cost: i128,
    /// What of it has become an expense month by month.
    pub amortised: i128,
    /// What of it was written off.
    pub written_off: i128,
}

/// A payee's share of the cost of a contract under a rule.
#[derive(Debug, Clone, Copy)]
pub struct Share<'a> {
    /// The payee.
    pub payee: &'a str,
    /// What the payee has earned for it so far.
    pub cost: i128,
    /// What the close before made of it.
    pub before: Option<&'a ScheduleRow>,
}

/// How the cost of a contract under a rule becomes an expense, as a close judges it.
#[derive(Debug, Clone)]
pub enum Judged {
    /// No policy makes an asset of it.
    NoAsset {
        /// The day on which the contract ended.
        ended_on: Option<i32>,
    },
    /// By a policy's schedule.
    Scheduled {
        /// The policy.
        policy: String,
        /// The schedule.
        schedule: Schedule,
        /// The day on which the contract ended.
        ended_on: Option<i32>,
    },
}

/// The shares of a contract under a rule as they are at the end of a month, whose last day is given; none of what is no asset and never was
/// one. What has no policy any more and what has ended is written off; the rest is spread by its schedule.
///
/// # Errors
/// A product of more than 38 digits.
pub fn schedules(
    (deal_id, rule_id): (&str, &str),
    group: &[Share<'_>],
    judged: Judged,
    (last, rounding): (i32, Rounding),
) -> Result<Option<Vec<ScheduleRow>>, Overflow> {
    let was_asset = group.iter().any(|share| share.before.is_some());
    let (terms, ended_on) = match judged {
        Judged::NoAsset { .. } if !was_asset => return Ok(None),
        Judged::NoAsset { ended_on } => (None, ended_on),
        Judged::Scheduled { policy, schedule, ended_on } => (Some((policy, schedule)), ended_on),
    };
    let amortised: Vec<i128> = match &terms {
        Some((_, schedule)) if !had_ended(group, ended_on) => {
            let through = ended_on.map_or(last, |day| day.min(last));
            let costs: Vec<i128> = group.iter().map(|share| share.cost).collect();
            schedule.elapsed(through).of_costs(&costs, rounding)?
        }
        _ => group.iter().map(|share| share.before.map_or(0, |row| row.amortised)).collect(),
    };
    let is_over = terms.is_none() || ended_on.is_some();
    let row = |(share, amortised): (&Share<'_>, i128)| ScheduleRow {
        deal_id: deal_id.to_owned(),
        rule_id: rule_id.to_owned(),
        payee_id: share.payee.to_owned(),
        terms: terms.clone(),
        ended_on,
        cost: share.cost,
        amortised,
        written_off: if is_over { share.cost - amortised } else { 0 },
    };
    Ok(Some(group.iter().zip(amortised).map(row).collect()))
}

/// What the close before said of a contract: of a deal that is gone it goes on.
pub fn as_it_was(group: &[Share<'_>]) -> Judged {
    match group.iter().find_map(|share| share.before) {
        None => Judged::NoAsset { ended_on: None },
        Some(ScheduleRow { terms: None, ended_on, .. }) => Judged::NoAsset { ended_on: *ended_on },
        Some(ScheduleRow { terms: Some((policy, schedule)), ended_on, .. }) => {
            Judged::Scheduled { policy: policy.clone(), schedule: *schedule, ended_on: *ended_on }
        }
    }
}

/// Whether the contract had ended on this day in the close before already: what comes later is written off, and nothing becomes an expense
/// month by month any more.
fn had_ended(group: &[Share<'_>], ended_on: Option<i32>) -> bool {
    let before = group.iter().find_map(|share| share.before);
    ended_on.is_some() && before.is_some_and(|row| row.terms.is_some() && row.ended_on == ended_on)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::accruals::AssetFigures;
    use apportion_book::FiscalCalendar;
    use apportion_book::Period;
    use apportion_rules::AmortisationStart::{Day, Month, NextMonth};

    /// What happens to a contract in a month: what two payees earn more, whether a policy is for it, and on which day of which month it ended.
    #[derive(Debug, Clone)]
    struct Happening {
        earned: [i64; 2],
        has_policy: bool,
        ended: Option<(u8, i32)>,
    }

    fn happening() -> impl Strategy<Value = Happening> {
        let earned = prop_oneof![3 => Just([0, 0]), 2 => [-9_999..9_999_i64, -500..500_i64]];
        let ended = prop_oneof![5 => Just(None), 1 => (0..12_u8, 0..28_i32).prop_map(Some)];
        let has_policy = prop::bool::weighted(0.85);
        (earned, has_policy, ended).prop_map(|(earned, has_policy, ended)| Happening {
            earned,
            has_policy,
            ended,
        })
    }

    fn of_ann(cost: i128, before: Option<&ScheduleRow>) -> [Share<'_>; 1] {
        [Share { payee: "ann", cost, before }]
    }

    fn first_day(month: usize) -> i32 {
        let calendar = FiscalCalendar { starts: 1 };
        let (year, month) =
            (2026 + i32::try_from(month / 12).unwrap(), u8::try_from(month % 12).unwrap() + 1);
        calendar.first_day(Period::Month { year, month })
    }

    proptest! {
        /// Through true-ups, clawbacks, ends and policies that come and go: in each month what was, comes and goes is what is left; what has
        /// ended leaves nothing; and over the whole life all of the cost became an expense.
        #[test]
        fn what_was_comes_and_goes_is_what_is_left(
            months in 1..15_i64,
            starts in prop::sample::select(vec![NextMonth, Month, Day]),
            story in prop::collection::vec(happening(), 1..14),
        ) {
            let schedule = Schedule { close_date: first_day(0) + 19, starts, months };
            let mut before: Vec<ScheduleRow> = Vec::new();
            let mut costs = [0_i128, 0];
            let mut expensed = 0;
            let quiet = Happening { earned: [0, 0], has_policy: true, ended: None };
            // After the story the contract goes on until its schedule is over.
            let whole: Vec<Happening> = story.into_iter().chain(vec![quiet; 32]).collect();
            for (month, happening) in whole.iter().enumerate() {
                let last = first_day(month + 1) - 1;
                costs.iter_mut().zip(happening.earned).for_each(|(cost, earned)| *cost += i128::from(earned));
                let ended_on = happening.ended.map(|(month, day)| first_day(month.into()) + day).filter(|day| *day <= last);
                let judged = match happening.has_policy {
                    true => Judged::Scheduled { policy: "p".to_owned(), schedule, ended_on },
                    false => Judged::NoAsset { ended_on },
                };
                let group: Vec<Share<'_>> = ["ann", "ben"].into_iter().zip(costs).enumerate().map(|(place, (payee, cost))| {
                    Share { payee, cost, before: before.get(place) }
                }).collect();
                let now = schedules(("D", "r"), &group, judged, (last, Rounding::HalfAwayFromZero)).unwrap();
                let Some(now) = now else {
                    prop_assert!(before.is_empty() && !happening.has_policy);
                    continue;
                };
                let mut sums = AssetFigures::default();
                for (place, row) in now.iter().enumerate() {
                    let AssetFigures { opening, additions, amortised, written_off, closing } =
                        AssetFigures::between(before.get(place), row);
                    prop_assert_eq!(opening + additions - amortised - written_off, closing);
                    let was = before.get(place).map_or(0, |row| row.cost - row.amortised - row.written_off);
                    prop_assert_eq!(opening, was);
                    expensed += amortised + written_off;
                    sums.add(&AssetFigures { opening, additions, amortised, written_off, closing });
                }
                if !happening.has_policy || ended_on.is_some() {
                    prop_assert_eq!(sums.closing, 0);
                } else {
                    // What is left is what the schedule leaves of all that was earned so far.
                    let cost: i128 = costs.iter().sum();
                    let elapsed = schedule.elapsed(last);
                    let left = cost - elapsed.of_cost(cost, Rounding::HalfAwayFromZero).unwrap();
                    prop_assert_eq!(sums.closing, left);
                    prop_assert!(now.iter().all(|row| row.written_off == 0));
                }
                before = now;
            }
            prop_assert_eq!(expensed, costs.iter().sum::<i128>());
            prop_assert!(before.iter().all(|row| row.amortised == row.cost));
        }

        /// What has ended and goes on having ended is written off, whatever comes later.
        #[test]
        fn what_comes_after_the_end_is_written_off(
            cost in -99_999..99_999_i128,
            later in prop::collection::vec(-9_999..9_999_i128, 1..5),
            months in 1..20_i64,
            ended in 0..12_usize,
        ) {
            let schedule = Schedule { close_date: first_day(0) + 9, starts: NextMonth, months };
            let ended_on = Some(first_day(ended) + 3);
            let judged = || Judged::Scheduled { policy: "p".to_owned(), schedule, ended_on };
            let at = |month: usize| (first_day(month + 1) - 1, Rounding::HalfAwayFromZero);
            let first = schedules(("D", "r"), &of_ann(cost, None), judged(), at(ended)).unwrap().unwrap();
            let (mut before, mut cost) = (first[0].clone(), cost);
            for (place, more) in later.into_iter().enumerate() {
                cost += more;
                                let now = schedules(("D", "r"), &of_ann(cost, Some(&before)), judged(), at(ended + place + 1)).unwrap().unwrap();
                let moved = AssetFigures::between(Some(&before), &now[0]);
                prop_assert_eq!((moved.additions, moved.amortised, moved.written_off), (more, 0, more));
                before = now[0].clone();
            }
        }
    }
}
