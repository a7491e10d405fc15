//! Periods: what is read is written back as it was, and its days are those of no other period.
#![no_main]

use apportion::book::{FiscalCalendar, Period};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Some(period) = Period::parse(text) else { return assert!(!looks_like_one(text), "{text:?}") };
    assert!(looks_like_one(text), "{text:?}");
    assert_eq!(period.to_string(), text);
    for starts in 1..=12 {
        let calendar = FiscalCalendar { starts };
        let (first, last) = (calendar.first_day(period), calendar.last_day(period));
        assert!((27..=365).contains(&(last - first)), "{text} has {} days", last - first + 1);
        for (day, inside) in [(first, true), (last, true), (first - 1, false), (last + 1, false)] {
            assert_eq!(calendar.period_of(day, period.every()) == period, inside, "{text} from month {starts}");
        }
        let year = calendar.year_of(period);
        assert!(calendar.first_day(year) <= first && first <= calendar.last_day(year));
    }
});

fn looks_like_one(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    match shape.as_str() {
        "0000" => true,
        "0000-Q0" => ("1"..="4").contains(&&text[6..]),
        "0000-00" => ("01"..="12").contains(&&text[5..]),
        _ => false,
    }
}
