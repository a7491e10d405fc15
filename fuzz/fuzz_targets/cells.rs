//! Cells: numbers against the grammar of `docs/reference/numbers-and-dates.md` as a regular expression, and dates
//! that are the same when written and read again. The first byte of the input selects the notation.
#![no_main]

use std::sync::OnceLock;

use apportion::book::{civil_from_days, display_day};
use apportion::data::fuzzing::{NumberCell, date_cell, number_cell};
use libfuzzer_sys::fuzz_target;
use regex::Regex;

const DATES: [&str; 8] = [
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%m/%d/%y",
    "%d %b %Y",
    "%Y-%m-%dT%H:%M:%S",
    "%Y%m%d",
    "%Y-%m-%d %H:%M:%S%z",
];

fuzz_target!(|data: &[u8]| {
    let Some((&notation, bytes)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    dates(DATES[usize::from(notation & 7)], text);
    let comma = notation & 8 != 0;
    // A newer Unicode than the oracle's.
    if text.contains('\u{20c1}') {
        return;
    }
    let digits = digits(text, comma);
    for kind in NumberCell::ALL {
        assert_eq!(number_cell(text, kind, comma), expected(digits.as_ref(), kind), "{text:?} as {kind:?}");
    }
});

fn dates(pattern: &str, text: &str) {
    let Some(day) = date_cell(text, pattern) else { return };
    let (year, _, _) = civil_from_days(day);
    assert!((1..=9999).contains(&year), "{text:?} by {pattern} is {}", display_day(day));
    // What it was read as can be read again.
    assert_eq!(date_cell(&display_day(day), "%Y-%m-%d"), Some(day));
    let tens = (year / 10 % 10, year % 10);
    let shown = format!("{}{}", tens.0, tens.1);
    assert!(text.contains(&shown), "the year of {} is not in {text:?} by {pattern}", display_day(day));
}

/// Sign, whole digits without leading zeros, decimals without trailing ones.
type Digits = (bool, String, String);

fn digits(text: &str, comma: bool) -> Option<Digits> {
    static GRAMMARS: OnceLock<[Regex; 2]> = OnceLock::new();
    let grammars = GRAMMARS.get_or_init(|| {
        [(r"\.", ","), (",", r"\.")].map(|(point, group)| {
            let body = |n: u8| {
                format!(
                    r"(?:(?P<w{n}>[0-9]+|[0-9]{{1,3}}(?:{group}[0-9]{{3}})+)(?:{point}(?P<f{n}>[0-9]+))?|{point}(?P<g{n}>[0-9]+))"
                )
            };
            let forms = [
                format!(r"\p{{Sc}}?{}", body(0)),
                format!(r"(?P<minus>-\p{{Sc}}?|\p{{Sc}}-){}", body(1)),
                format!(r"(?P<open>\(\p{{Sc}}?|\p{{Sc}}\(){}\)", body(2)),
            ];
            Regex::new(&format!(r"\A(?:{})\z", forms.join("|"))).expect("a regular expression")
        })
    });
    let found = grammars[usize::from(comma)].captures(text)?;
    let part = |letters: &str| {
        letters
            .chars()
            .flat_map(|letter| (0..3).map(move |n| format!("{letter}{n}")))
            .find_map(|name| found.name(&name))
            .map_or("", |part| part.as_str())
            .replace(['.', ','], "")
    };
    let negative = found.name("minus").is_some() || found.name("open").is_some();
    let whole = part("w").trim_start_matches('0').to_owned();
    Some((negative, whole, part("fg").trim_end_matches('0').to_owned()))
}

fn expected(digits: Option<&Digits>, kind: NumberCell) -> Result<i128, &'static str> {
    let (negative, whole, fraction) = digits.ok_or("bad-number")?;
    let (decimals, most_whole) = match kind {
        NumberCell::Money | NumberCell::Quota => (6, 12),
        NumberCell::Weight | NumberCell::Percent | NumberCell::Rate => (9, 9),
        NumberCell::Attribute => (9, 18 - fraction.len().min(18)),
    };
    if fraction.len() > decimals {
        return Err("bad-number");
    }
    let (above, below) = match kind {
        NumberCell::Quota | NumberCell::Rate => (true, "bad-number"),
        NumberCell::Percent => (false, "bad-number"),
        _ => (false, "negative-weight"),
    };
    let bounded = !matches!(kind, NumberCell::Money | NumberCell::Attribute);
    let zero = whole.is_empty() && fraction.is_empty();
    if whole.len() > most_whole {
        let negative_factor = *negative && bounded && kind != NumberCell::Quota;
        return Err(if negative_factor { below } else { "too-large" });
    }
    if bounded && ((*negative && !zero) || (above && zero)) {
        return Err(below);
    }
    let digits = format!("0{whole}{fraction:0<decimals$}");
    let size: i128 = digits.parse().expect("at most 28 digits");
    if kind == NumberCell::Percent && size > 1_000_000_000_000 {
        return Err("bad-number");
    }
    Ok(if *negative { -size } else { size })
}
