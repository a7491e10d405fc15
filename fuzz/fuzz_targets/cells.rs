//! Cells: numbers against the grammar of the reference as a regular expression, for every notation, and dates that come
//! back as they were. The first two bytes of the input say the format of dates and the notation.
#![no_main]

use std::sync::OnceLock;

use apportion::book::{civil_from_days, display_day};
use apportion::data::fuzzing::{NumberCell, date_cell, number_cell};
use apportion::notation::{DecimalSign, Group, NumberNotation, NumberText, record_id};
use libfuzzer_sys::fuzz_target;
use regex::Regex;

const DATES: [&str; 10] = [
    "%Y-%m-%d",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%m/%d/%y",
    "%d %b %Y",
    "%Y-%m-%dT%H:%M:%S",
    "%Y%m%d",
    "%Y-%m-%d %H:%M:%S%z",
    "epoch-s",
    "epoch-ms",
];

fuzz_target!(|data: &[u8]| {
    let [dates_by, notation, bytes @ ..] = data else { return };
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    dates(DATES[usize::from(*dates_by) % DATES.len()], text);
    if let Some(id) = record_id(text) {
        assert_eq!(record_id(&id).as_deref(), Some(id.as_str()), "{text:?}");
    }
    let Some((place, notation)) = notation_of(*notation) else { return };
    let _ = NumberText::parse(text, notation);
    if text.contains(unlisted) || without_marks(text).contains(char::is_alphabetic) {
        return;
    }
    let number = number(text, place, notation);
    for kind in NumberCell::ALL {
        assert_eq!(
            number_cell(text, kind, notation),
            expected(number.as_ref(), kind),
            "{text:?} as {kind:?} by {notation:?}"
        );
    }
});

/// Symbols of a newer Unicode than the oracle's, and those that are part of longer ones in ways that the oracle does not know.
fn unlisted(c: char) -> bool {
    matches!(c, '\u{20c1}' | '/')
}

/// The marks with letters that the oracle knows.
const MARKS: [&str; 6] = ["US$", "USD", "EUR", "kr", "zł", "CHF"];

fn without_marks(text: &str) -> String {
    MARKS.iter().fold(text.to_owned(), |text, mark| text.replace(mark, ""))
}

fn dates(pattern: &str, text: &str) {
    let Some(day) = date_cell(text, pattern) else { return };
    let (year, _, _) = civil_from_days(day);
    assert!((1..=9999).contains(&year), "{text:?} by {pattern} is {}", display_day(day));
    // What it was read as can be read again.
    assert_eq!(date_cell(&display_day(day), "%Y-%m-%d"), Some(day));
    if pattern.starts_with("epoch") {
        let seconds: f64 = text.parse::<f64>().expect("a number") / if pattern == "epoch-s" { 1.0 } else { 1000.0 };
        assert!((seconds / 86_400.0 - f64::from(day)).abs() < 1.001, "{text:?} is {}", display_day(day));
        return;
    }
    let tens = (year / 10 % 10, year % 10);
    let shown = format!("{}{}", tens.0, tens.1);
    assert!(text.contains(&shown), "the year of {} is not in {text:?} by {pattern}", display_day(day));
}

const GROUPS: [Group; 6] =
    [Group::Comma, Group::Point, Group::Blank, Group::Apostrophe, Group::Indian, Group::None];

/// A notation and its place among all of them.
fn notation_of(byte: u8) -> Option<(usize, NumberNotation)> {
    let place = usize::from(byte) % 24;
    let decimal = if place % 2 == 0 { DecimalSign::Point } else { DecimalSign::Comma };
    let (group, percent) = (GROUPS[place / 2 % 6], place >= 12);
    (!group.is(decimal)).then_some((place, NumberNotation { decimal, group, percent }))
}

/// Sign, whole digits without leading zeros, decimals without trailing ones, percent sign; or a dash that is nothing.
enum Number {
    Digits { negative: bool, whole: String, fraction: String, percent: bool },
    Nothing,
}

fn number(text: &str, place: usize, notation: NumberNotation) -> Option<Number> {
    static GRAMMARS: OnceLock<Vec<OnceLock<(Regex, usize)>>> = OnceLock::new();
    static NOTHING: OnceLock<Regex> = OnceLock::new();
    let nothing = NOTHING.get_or_init(|| {
        let minus = "[-\u{2212}]";
        let forms = [
            format!("(?:{FRONT})?{minus}"),
            format!("{minus}(?:{FRONT})?"),
            format!("{minus}{BEHIND}"),
            format!("{BEHIND}{minus}"),
        ];
        Regex::new(&format!("\\A'?(?:{})\\z", forms.join("|"))).expect("a regular expression")
    });
    if nothing.is_match(text) {
        return Some(Number::Nothing);
    }
    let grammars = GRAMMARS.get_or_init(|| (0..24).map(|_| OnceLock::new()).collect());
    let (grammar, forms) = grammars[place].get_or_init(|| grammar(notation));
    let found = grammar.captures(text)?;
    let form = (0..*forms).find(|form| found.name(&format!("b{form}")).is_some())?;
    let body = found.name(&format!("b{form}"))?.as_str();
    let (whole, fraction) = body.split_once(notation.decimal.sign()).unwrap_or((body, ""));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let around = text.replacen(body, "", 1);
    Some(Number::Digits {
        negative: around.contains(['-', '\u{2212}', '(']),
        whole: digits(whole).trim_start_matches('0').to_owned(),
        fraction: digits(fraction).trim_end_matches('0').to_owned(),
        percent: around.contains('%'),
    })
}

const BLANK: &str = r"[\p{White_Space}&&[^\p{Cc}]]*";
const FRONT: &str = r"(?:US\$|USD|EUR|CHF|\p{Sc}|(?:kr|zł)(?:\.[\p{White_Space}&&[^\p{Cc}]])?)[\p{White_Space}&&[^\p{Cc}]]*";
const BEHIND: &str = r"[\p{White_Space}&&[^\p{Cc}]]*(?:US\$|USD|EUR|CHF|\p{Sc}|(?:kr|zł)\.?)";

/// All forms of a number in a notation, and how many there are.
fn grammar(notation: NumberNotation) -> (Regex, usize) {
    let point = if notation.decimal == DecimalSign::Point { r"\." } else { "," };
    let grouped = |sign: &str| format!("[0-9]+|[0-9]{{1,3}}(?:{sign}[0-9]{{3}})+");
    let whole = match notation.group {
        Group::Comma => grouped(","),
        Group::Point => grouped(r"\."),
        Group::Blank => grouped(r"[\p{White_Space}&&[^\p{Cc}]]"),
        Group::Apostrophe => grouped("['\u{2019}]"),
        Group::Indian => "[0-9]+|[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}".to_owned(),
        Group::None => "[0-9]+".to_owned(),
    };
    let (minus, sign) = ("[-\u{2212}]", "[-+\u{2212}]");
    let percent = if notation.percent { format!("{BLANK}%") } else { "[^\\s\\S]".to_owned() };
    let forms = [
        "BODY".to_owned(),
        format!("{FRONT}BODY"),
        format!("BODY{BEHIND}"),
        format!("{sign}BODY"),
        format!("{sign}{FRONT}BODY"),
        format!("{FRONT}{sign}BODY"),
        format!("{sign}BODY{BEHIND}"),
        format!("BODY{minus}"),
        format!("{FRONT}BODY{minus}"),
        format!("BODY{minus}{BEHIND}"),
        format!("BODY{BEHIND}{minus}"),
        r"\(BODY\)".to_owned(),
        format!(r"{FRONT}\(BODY\)"),
        format!(r"\(BODY\){BEHIND}"),
        format!(r"\({FRONT}BODY\)"),
        format!(r"\(BODY{BEHIND}\)"),
        format!("{sign}?BODY{percent}"),
        format!("BODY{percent}{minus}"),
        format!(r"\(BODY{percent}\)"),
    ];
    let with_body = |(place, form): (usize, &String)| {
        let body = format!("(?P<b{place}>(?:{whole})(?:{point}[0-9]+)?|{point}[0-9]+)");
        form.replace("BODY", &body)
    };
    let all: Vec<String> = forms.iter().enumerate().map(with_body).collect();
    (Regex::new(&format!("\\A'?(?:{})\\z", all.join("|"))).expect("a regular expression"), forms.len())
}

fn expected(number: Option<&Number>, kind: NumberCell) -> Result<i128, &'static str> {
    let (negative, whole, fraction) = match number.ok_or("bad-number")? {
        Number::Nothing if kind == NumberCell::Money => return Ok(0),
        Number::Nothing => return Err("bad-number"),
        Number::Digits { negative, whole, fraction, percent: true } if kind != NumberCell::Percent => {
            let padded = format!("{whole:0>2}");
            let (whole, hundredths) = padded.split_at(padded.len() - 2);
            let fraction = format!("{hundredths}{fraction}");
            // A whole part of more than 18 digits is only known to be huge.
            if padded.len() > 18 {
                (*negative, padded.clone(), fraction.trim_end_matches('0').to_owned())
            } else {
                let whole = whole.trim_start_matches('0').to_owned();
                (*negative, whole, fraction.trim_end_matches('0').to_owned())
            }
        }
        Number::Digits { negative, whole, fraction, .. } => (*negative, whole.clone(), fraction.clone()),
    };
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
        let negative_factor = negative && bounded && kind != NumberCell::Quota;
        return Err(if negative_factor { below } else { "too-large" });
    }
    if bounded && ((negative && !zero) || (above && zero)) {
        return Err(below);
    }
    let digits = format!("0{whole}{fraction:0<decimals$}");
    let size: i128 = digits.parse().expect("at most 28 digits");
    if kind == NumberCell::Percent && size > 1_000_000_000_000 {
        return Err("bad-number");
    }
    Ok(if negative { -size } else { size })
}
