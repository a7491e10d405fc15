//! Commissions that are capitalised and become an expense over months.

use apportion::ledger::accruals::schedule::Elapsed;
use apportion::money::Rounding;

use super::story::{ALL, Deal, case, row, table};
use super::{Vector, cents, decimal, vectors};

/// A policy for all costs.
fn policy(months: &str, starts: &str) -> String {
    format!(
        "[[capitalise]]\nid = \"contracts\"\neffective = {{ from = 2012-01-01 }}\nrules = [\"all\"]\nmonths = {months}\n\
         starts = \"{starts}\"\n"
    )
}

/// A commission on a deal that closed on a day, of which all is Pat's.
fn commission(amount: &str, day: &str, (months, starts): (&str, &str)) -> String {
    case("a commission", &format!("{ALL}{}", policy(months, starts)), &[Deal::new("D", day, amount)])
}

/// The month of 2026 and later by its place from 0.
fn month(place: usize) -> String {
    format!("{}-{:02}", 2026 + place / 12, place % 12 + 1)
}

/// A month that is closed, with what it adds, amortises and leaves.
fn assets(place: usize, figures: &[(&str, &str)]) -> String {
    let (names, cells): (Vec<&str>, Vec<&str>) = figures.iter().copied().unzip();
    format!("[[case.month]]\nperiod = \"{}\"\n{}", month(place), table("assets", &[row(&names), row(&cells)]))
}

/// What a month costs.
pub fn one_month(vector: &Vector) -> Vec<String> {
    let (amount, months) = (vector.input("commission"), vector.input("months"));
    let mut text = commission(&amount, "2026-01-10", (&months, "month"));
    for place in 0..2 {
        text += &assets(place, &[("amortised", &vector.published("month"))]);
    }
    vec![text]
}

/// Every month of the contract, and the one after it.
pub fn whole_life(vector: &Vector) -> Vec<String> {
    let (amount, months) = (vector.input("commission"), vector.input("months"));
    let mut text = commission(&amount, "2026-01-10", (&months, "month"));
    let months: usize = months.parse().unwrap();
    // A third of a cent more each month: the second of three has a cent less.
    let expense = |place: usize| if place % 3 == 1 { "416.66" } else { "416.67" };
    let number = |wanted: &str| (0..months).filter(|place| expense(*place) == wanted).count().to_string();
    assert_eq!(number("416.67"), vector.published("months_at_416_67"));
    assert_eq!(number("416.66"), vector.published("months_at_416_66"));
    assert_eq!(expense(0), vector.published("month_1"));
    let mut left = decimal(&vector.published("sum"));
    for place in 0..months {
        left -= decimal(expense(place));
        text += &assets(place, &[("amortised", expense(place)), ("closing", &cents(left))]);
    }
    assert!(left.is_zero());
    text += &format!(
        "[[case.month]]\nperiod = \"{}\"\n{}",
        month(months),
        table("assets", &[row(&["amortised"])])
    );
    vec![text]
}

/// First an asset, then a month of it.
pub fn capitalised(vector: &Vector) -> Vec<String> {
    let entry = &vector.expected["entry_1"];
    let (asset, expense) = (&entry["Dr deferred commission"], &entry["Cr commission contra expense"]);
    assert_eq!(asset, expense);
    let amount = super::text(asset);
    let mut text =
        commission(&vector.input("commission"), "2026-01-10", (&vector.input("months"), "next-month"));
    text += &assets(0, &[("additions", &amount), ("amortised", "0.00"), ("closing", &amount)]);
    text += &assets(1, &[("additions", "0.00"), ("amortised", &vector.published("month"))]);
    vec![text]
}

/// The same in each month, whatever the day.
pub fn evenly_by_month(vector: &Vector) -> Vec<String> {
    let months = vector.all_published("evenly_by_month");
    let day = &vector.input("start")[..10];
    let amount = vector.input("amount");
    let mut text = commission(&amount, day, (&months.len().to_string(), "month"));
    // The ledger begins in January; the months before the deal have no asset.
    for place in 0..5 {
        text += &format!(
            "[[case.month]]\nperiod = \"{}\"\n{}",
            month(place),
            table("assets", &[row(&["amortised"])])
        );
    }
    for (place, expense) in (5..).zip(&months) {
        text += &assets(place, &[("amortised", expense)]);
    }
    vec![text]
}

/// By seconds and by days, as the source cuts months.
#[test]
fn granularities() {
    let vector = vectors().into_iter().find(|vector| vector.id == "amortise-granularity").unwrap();
    assert_eq!(
        (vector.input("start").as_str(), vector.input("end").as_str()),
        ("2026-06-15T12:00Z", "2026-10-13T12:00Z")
    );
    let amount: i128 = vector.input("amount").parse().unwrap();
    let movements = |passed: [i128; 5]| {
        let of = passed[4];
        let mut before = 0;
        let part = |passed: i128| {
            let elapsed = Elapsed { passed, of };
            let so_far = elapsed.of_cost(amount * 100, Rounding::HalfAwayFromZero).unwrap();
            cents(rust_decimal::Decimal::new(
                i64::try_from(so_far - std::mem::replace(&mut before, so_far)).unwrap(),
                2,
            ))
        };
        passed.map(part).to_vec()
    };
    // From noon of 15 June to the ends of June, July, August and September, and to noon of 13 October.
    let half_days = [31, 93, 155, 215, 240];
    assert_eq!(movements(half_days.map(|half| half * 43_200)), vector.all_published("by_second"));
    // The first day counts whole and the last not at all.
    assert_eq!(movements([16, 47, 78, 108, 120]), vector.all_published("by_day"));
}
