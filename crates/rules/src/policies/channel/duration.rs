//! Lengths of time, as rules write them: `"90 days"`, `"2 business days"`, `"48 hours"`.

use super::model::Duration;
use apportion_base::diagnostic::Code;
use apportion_book::config::Item;
use apportion_book::config::describe::Shape;

/// The longest length of time, in whatever it is counted.
const MOST: u32 = 100_000;

/// Which lengths of time a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accepts {
    /// Days.
    Days,
    /// Days and business days.
    BusinessDays,
    /// Days, business days and hours.
    Hours,
}

/// Days.
pub(super) const DAYS: Shape = Shape::Pattern("^[0-9]{1,6} days?$");
/// Days or business days.
pub(super) const BUSINESS_DAYS: Shape = Shape::Pattern("^[0-9]{1,6} (business )?days?$");
/// Days, business days or hours.
pub(super) const HOURS: Shape = Shape::Pattern("^[0-9]{1,6} ((business )?days?|hours?)$");

impl Accepts {
    /// What it takes, in words.
    const fn accepted(self) -> &'static str {
        match self {
            Self::Days => "days such as \"90 days\"",
            Self::BusinessDays => "days such as \"5 days\" or \"3 business days\"",
            Self::Hours => "a length of time such as \"5 days\", \"2 business days\" or \"48 hours\"",
        }
    }

    const fn takes(self, duration: Duration) -> bool {
        match duration {
            Duration::Days(_) => true,
            Duration::BusinessDays(_) => !matches!(self, Self::Days),
            Duration::Hours(_) => matches!(self, Self::Hours),
        }
    }
}

/// A length of time in days.
pub(super) fn days(item: &Item<'_>) -> Option<Duration> {
    duration(item, Accepts::Days)
}

/// A length of time of a sort that the key takes.
pub(super) fn duration(item: &Item<'_>, accepts: Accepts) -> Option<Duration> {
    let text = item.text()?.value;
    let refuse = |message: String, help: &str| {
        item.doc().report(item.error(Code::InvalidNumber, message).help(help));
        None
    };
    let (name, accepted) = (item.name(), accepts.accepted());
    match parsed(&text) {
        None => refuse(
            format!("`{name}` takes {accepted}, and this is \"{text}\""),
            "a whole number, one blank, and `days`, `business days` or `hours`",
        ),
        Some(duration) if !accepts.takes(duration) => refuse(
            format!("`{name}` takes {accepted}, and this is \"{text}\""),
            "business days are for `decide_within` and `within`, hours for `decide_within` alone",
        ),
        Some(Duration::Days(number) | Duration::BusinessDays(number) | Duration::Hours(number))
            if number > MOST =>
        {
            refuse(format!("`{name}` is \"{text}\": that is too much"), "it is 100000 at most")
        }
        duration => duration,
    }
}

/// A whole number and its unit, singular or plural.
fn parsed(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_once(' ')?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = number.parse().ok()?;
    match unit {
        "day" | "days" => Some(Duration::Days(number)),
        "business day" | "business days" => Some(Duration::BusinessDays(number)),
        "hour" | "hours" => Some(Duration::Hours(number)),
        _ => None,
    }
}

impl Duration {
    /// As a rule writes it.
    pub fn text(self) -> String {
        let (number, unit) = match self {
            Self::Days(number) => (number, "day"),
            Self::BusinessDays(number) => (number, "business day"),
            Self::Hours(number) => (number, "hour"),
        };
        format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_whole_numbers_of_a_unit() {
        for (text, expected) in [
            ("90 days", Some(Duration::Days(90))),
            ("1 day", Some(Duration::Days(1))),
            ("0 days", Some(Duration::Days(0))),
            ("2 business days", Some(Duration::BusinessDays(2))),
            ("1 business day", Some(Duration::BusinessDays(1))),
            ("48 hours", Some(Duration::Hours(48))),
            ("1.5 days", None),
            ("-1 days", None),
            ("+1 days", None),
            ("90", None),
            ("90days", None),
            ("3 weeks", None),
            ("99999999999 days", None),
        ] {
            assert_eq!(parsed(text), expected, "{text}");
        }
    }

    #[test]
    fn a_duration_is_written_as_it_is_read() {
        for text in ["90 days", "1 day", "2 business days", "1 business day", "48 hours", "1 hour"] {
            assert_eq!(parsed(text).map(Duration::text).as_deref(), Some(text));
        }
    }
}
