//! The arithmetic of `verify` and that of the engine give the same results.

use apportion::book::{FiscalCalendar, Period, day_of_date, display_day};
use apportion::money::{self, Minor, Overflow, Scaled, Splitter};
use apportion::plan::Window;
use apportion::verify::calendar::{self, Day, PeriodName};
use apportion::verify::rounding::{Rounding, TooWide};
use apportion::verify::split::{is_split, split};
use proptest::prelude::*;

/// Units of up to nine keys: none, a few, or as wide as a sum of declared units can be.
fn units() -> impl Strategy<Value = Vec<i128>> {
    let unit = prop_oneof![Just(0), 1..12_i128, 1..10_i128.pow(14), 1..10_i128.pow(36)];
    prop::collection::vec(unit, 1..9)
}

fn totals() -> impl Strategy<Value = i64> {
    prop_oneof![-1000..1000_i64, -10_i64.pow(18) + 1..10_i64.pow(18)]
}

/// The engine's split; `None` where its numbers are too wide.
fn engine(total: i64, units: &[i128]) -> Option<Vec<i64>> {
    let mut parts = Vec::new();
    let split = Splitter::default().split(Minor::new(total), units, &mut parts);
    split.ok().map(|_| parts.into_iter().map(Minor::raw).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn splits_agree(total in totals(), units in units()) {
        let ours = split(total, &units).unwrap();
        if let Some(theirs) = engine(total, &units) {
            prop_assert_eq!(&ours, &theirs);
        }
        // If all units are 0, nothing is split, with any total.
        let keys = units.iter().copied().zip(ours.iter().copied());
        prop_assert_ne!(is_split(keys), Some(false));
    }

    #[test]
    fn another_split_is_refused(total in totals(), mut units in units(), from in 0..9_usize, step in 0..9_usize, moved in 1..3_i64) {
        units.push(1);
        units.push(0);
        let from = from % units.len();
        let to = (from + 1 + step % (units.len() - 1)) % units.len();
        let mut parts = split(total, &units).unwrap();
        parts[from] -= moved;
        parts[to] += moved;
        prop_assert_ne!(is_split(units.iter().copied().zip(parts)), Some(true));
    }

    #[test]
    fn roundings_agree(a in any::<i128>(), b in any::<i64>(), narrow in 0..128_u32, dropped in 0..13_u32) {
        let (a, b) = (a >> narrow, i128::from(b));
        for (ours, theirs) in [
            (Rounding::HalfAwayFromZero, money::Rounding::HalfAwayFromZero),
            (Rounding::HalfEven, money::Rounding::HalfEven),
        ] {
            let expected = theirs.product(Scaled::new(a, 0), Scaled::new(b, dropped), 0).map_err(|Overflow| TooWide);
            // With zeros at the end the engine may drop digits that we keep: then both are right, and ours is known.
            match (ours.product(a, b, dropped), expected) {
                (ours, Ok(theirs)) => prop_assert_eq!(ours, Ok(theirs)),
                (Err(TooWide), Err(TooWide)) => {}
                (Ok(ours), Err(TooWide)) => prop_assert!(a % 10 == 0 || b % 10 == 0, "{}", ours),
            }
            prop_assert_eq!(Rounding::from_word(theirs.word()), Some(ours));
        }
    }

    #[test]
    fn days_agree(day in any::<i32>()) {
        prop_assert_eq!(Day(day).to_string(), display_day(day));
    }
}

#[test]
fn days_of_five_centuries_agree() {
    let (first, last) = (day_of_date(1780, 1, 1).unwrap(), day_of_date(2280, 1, 1).unwrap());
    assert!((first..last).all(|day| Day(day).to_string() == display_day(day)));
}

/// Every period of some years, under each of the twelve fiscal calendars.
#[test]
fn periods_agree() {
    for starts in 1..=12 {
        let fiscal = FiscalCalendar { starts };
        let names = (1999..2006).flat_map(|year| {
            let months = (1..=12).map(move |month| format!("{year}-{month:02}"));
            months.chain((1..=4).map(move |quarter| format!("{year}-Q{quarter}"))).chain([year.to_string()])
        });
        for name in names {
            let theirs = Period::parse(&name).unwrap();
            let ours = calendar::Period::new(PeriodName::parse(&name).unwrap(), starts);
            assert_eq!(ours.first_day().0, fiscal.first_day(theirs), "{name} from {starts}");
            assert_eq!(ours.last_day().0, fiscal.last_day(theirs), "{name} from {starts}");
            let prior: Vec<String> = ours.prior_months().map(|month| month.to_string()).collect();
            let window = Window::new(fiscal, theirs);
            let before = |month: &Period| fiscal.first_day(*month) < window.paid_from;
            let months = window.months().into_iter().filter(before);
            let expected: Vec<String> = months.map(|month| month.to_string()).collect();
            assert_eq!(prior, expected, "{name} from {starts}");
        }
    }
}
