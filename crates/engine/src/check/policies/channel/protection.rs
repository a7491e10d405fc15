//! Protection that is shorter than three quarters of the days that deals take.

use apportion_base::diagnostic::{Code, count, counted};
use apportion_rules::{Duration, Keyed, PolicyTerms};
use arrow::array::{Array, AsArray};
use arrow::datatypes::Date32Type;

use super::super::super::facts::Facts;
use super::super::super::finding::Finding;
use super::super::{PolicyPlace, versions};

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let Some(median) = Median::new(days_to_close(facts)) else { return Vec::new() };
    versions(facts).filter_map(|subject| too_short(facts, &subject, median)).collect()
}

/// From created_on to close, of the won deals of these days that have both in this order.
fn days_to_close(facts: &Facts<'_>) -> Vec<i32> {
    let deals = &facts.tables.deals;
    let created = deals.frame.column("created_on").and_then(|days| days.as_primitive_opt::<Date32Type>());
    let Some(created) = created else { return Vec::new() };
    let days = facts.won.iter().filter_map(|deal| {
        let created = created.is_valid(deal.at()).then(|| created.value(deal.at()))?;
        deals.close_date[*deal].checked_sub(created)
    });
    days.filter(|days| *days >= 0).collect()
}

/// What half of some deals take at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Median {
    /// Twice the days, as there may be a half.
    twice: i64,
    deals: u64,
}

impl Median {
    fn new(mut days: Vec<i32>) -> Option<Self> {
        days.sort_unstable();
        let upper = i64::from(*days.get(days.len() / 2)?);
        let lower = i64::from(*days.get((days.len() - 1) / 2)?);
        Some(Self { twice: lower + upper, deals: days.len() as u64 })
    }

    /// Whether a protection ends before three quarters of it.
    fn outlasts(self, days: u32) -> bool {
        8 * i64::from(days) < 3 * self.twice
    }

    fn text(self) -> String {
        let half = if self.twice % 2 == 0 { "" } else { ".5" };
        format!("{}{half}", count((self.twice / 2).unsigned_abs()))
    }

    /// The fewest whole days that are three quarters of it.
    fn enough(self) -> u64 {
        (3 * self.twice).unsigned_abs().div_ceil(8)
    }
}

/// A version with a protection that is too short: the shortest is told.
fn too_short(facts: &Facts<'_>, subject: &PolicyPlace<'_>, median: Median) -> Option<Finding> {
    let PolicyTerms::Registration(registration) = &subject.version.terms else { return None };
    let days = |(path, duration): (String, Duration)| match duration {
        Duration::Days(days) => Some((days, path)),
        Duration::BusinessDays(_) | Duration::Hours(_) => None,
    };
    let (days, path) = durations(&registration.protect).into_iter().filter_map(days).min()?;
    if !median.outlasts(days) {
        return None;
    }
    let message = format!(
        "`{}` protects for {}, and half of the {} {} took {} days or more from created_on to close",
        subject.policy.id,
        counted(u64::from(days), "day"),
        counted(median.deals, "won deal"),
        facts.in_days(),
        median.text()
    );
    let finding = subject.warning(Code::ShortProtection, message, &path).counted(median.deals, "deal");
    Some(finding.help(format!(
        "most registrations end before their deal closes; {} are three quarters of what half of the deals take",
        counted(median.enough(), "day")
    )))
}

/// All durations of a protection, with their paths.
fn durations(protect: &Keyed<Duration>) -> Vec<(String, Duration)> {
    match protect {
        Keyed::Plain(plain) => vec![("protect".to_owned(), *plain)],
        Keyed::By { is, otherwise, .. } => {
            let cases = is.iter().map(|(key, duration)| (format!("protect.is.{key}"), *duration));
            cases.chain(otherwise.map(|duration| ("protect.else".to_owned(), duration))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_may_be_half_a_day() {
        assert_eq!(Median::new(Vec::new()), None);
        let median = |days: &[i32]| Median::new(days.to_vec()).unwrap();
        assert_eq!(median(&[9, 1, 5]).text(), "5");
        assert_eq!(median(&[4, 1, 9, 5]).text(), "4.5");
        assert_eq!(median(&[0]).text(), "0");
    }

    #[test]
    fn three_quarters_are_enough() {
        let median = |days: &[i32]| Median::new(days.to_vec()).unwrap();
        // Three quarters of 120 days.
        assert!(median(&[120]).outlasts(89) && !median(&[120]).outlasts(90));
        assert_eq!(median(&[120]).enough(), 90);
        // Three quarters of 4.5 days are 3.375.
        assert!(median(&[4, 5]).outlasts(3) && !median(&[4, 5]).outlasts(4));
        assert_eq!(median(&[4, 5]).enough(), 4);
        assert!(!median(&[0]).outlasts(0));
    }
}
