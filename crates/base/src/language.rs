//! How numbers, amounts and dates are written in a language.

use crate::calendar::{Period, civil_from_days};
use crate::money::{Currency, format_scaled};

/// A language in which documents are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
}

/// A blank at which no line is broken.
const FIXED_BLANK: char = '\u{a0}';
/// The narrow one, which French writes between thousands.
const NARROW_BLANK: char = '\u{202f}';

/// Marks of numbers.
struct Marks {
    decimal: char,
    thousands: char,
    /// Numbers with fewer digits before the mark are not grouped.
    grouped_from: usize,
    /// Between a number and its percent sign, where there is a blank.
    percent: &'static str,
    /// Whether the currency comes before the amount.
    currency_first: bool,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::English, Self::German, Self::French, Self::Spanish];

    /// The code of ISO 639: `en`, `de`, `fr`, `es`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
        }
    }

    /// The language with this code, in small letters or capitals.
    ///
    /// ```
    /// use apportion_base::language::Language;
    /// assert_eq!(Language::from_code("DE"), Some(Language::German));
    /// assert_eq!(Language::from_code("nl"), None);
    /// ```
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(code))
    }

    /// Its place among texts in all languages.
    pub const fn place(self) -> usize {
        match self {
            Self::English => 0,
            Self::German => 1,
            Self::French => 2,
            Self::Spanish => 3,
        }
    }

    const fn marks(self) -> Marks {
        match self {
            Self::English => {
                Marks { decimal: '.', thousands: ',', grouped_from: 4, percent: "%", currency_first: true }
            }
            Self::German => Marks {
                decimal: ',',
                thousands: '.',
                grouped_from: 4,
                percent: "\u{a0}%",
                currency_first: false,
            },
            Self::French => Marks {
                decimal: ',',
                thousands: NARROW_BLANK,
                grouped_from: 4,
                percent: "\u{202f}%",
                currency_first: false,
            },
            // The Academy: no mark in numbers of four digits.
            Self::Spanish => Marks {
                decimal: ',',
                thousands: '.',
                grouped_from: 5,
                percent: "\u{a0}%",
                currency_first: false,
            },
        }
    }

    /// A fixed-point number of `scale` decimals: `-1,234.50`, `-1.234,50`.
    pub fn number(self, mantissa: i128, scale: u32) -> String {
        let plain = format_scaled(mantissa, scale);
        let marks = self.marks();
        let (sign, rest) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
        let (whole, part) = rest.split_once('.').unwrap_or((rest, ""));
        let mut text = String::with_capacity(plain.len() + plain.len() / 3 + 2);
        text.push_str(sign);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index) % 3 == 0 && whole.len() >= marks.grouped_from {
                text.push(marks.thousands);
            }
            text.push(digit);
        }
        if !part.is_empty() {
            text.push(marks.decimal);
            text.push_str(part);
        }
        text
    }

    /// The same without zeros at the end of the decimals.
    pub fn short_number(self, mantissa: i128, scale: u32) -> String {
        let (mut mantissa, mut scale) = (mantissa, scale);
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        self.number(mantissa, scale)
    }

    /// A fraction of `scale` decimals, at least 2, as a percent: `7.5%`, `7,5 %`.
    pub fn percent(self, mantissa: i128, scale: u32) -> String {
        format!("{}{}", self.short_number(mantissa, scale.saturating_sub(2)), self.marks().percent)
    }

    /// An amount of minor units with its currency: `USD 1,234.50`, `1.234,50 USD`.
    pub fn money(self, minor: i128, currency: Currency) -> String {
        let number = self.number(minor, currency.digits());
        if self.marks().currency_first {
            format!("{}{FIXED_BLANK}{number}", currency.code())
        } else {
            format!("{number}{FIXED_BLANK}{}", currency.code())
        }
    }

    /// A day, in days since 1970-01-01: `31 Jul 2026`, `31.07.2026`, `31/07/2026`.
    pub fn date(self, day: i32) -> String {
        let (year, month, of_month) = civil_from_days(day);
        match self {
            Self::English => {
                let name = self.month_name(month);
                format!("{of_month} {} {year}", name.get(..3).unwrap_or(name))
            }
            Self::German => format!("{of_month:02}.{month:02}.{year:04}"),
            Self::French | Self::Spanish => format!("{of_month:02}/{month:02}/{year:04}"),
        }
    }

    /// The format in which spreadsheets write a day alike.
    pub const fn date_format(self) -> &'static str {
        match self {
            Self::English => "d mmm yyyy",
            Self::German => "dd\\.mm\\.yyyy",
            Self::French | Self::Spanish => "dd\\/mm\\/yyyy",
        }
    }

    /// A period: `July 2026`, `juillet 2026`, `julio de 2026`; quarters and years as `Q3 2026`, `2026`.
    pub fn period(self, period: Period) -> String {
        match (period, self) {
            (Period::Month { year, month }, Self::Spanish) => {
                format!("{} de {year}", self.month_name(month))
            }
            (Period::Month { year, month }, _) => format!("{} {year}", self.month_name(month)),
            (Period::Quarter { year, quarter }, Self::English | Self::German) => format!("Q{quarter} {year}"),
            (Period::Quarter { year, quarter }, Self::French | Self::Spanish) => format!("T{quarter} {year}"),
            (Period::Year { year }, _) => year.to_string(),
        }
    }

    fn month_name(self, month: u8) -> &'static str {
        const NAMES: [[&str; 4]; 12] = [
            ["January", "Januar", "janvier", "enero"],
            ["February", "Februar", "février", "febrero"],
            ["March", "März", "mars", "marzo"],
            ["April", "April", "avril", "abril"],
            ["May", "Mai", "mai", "mayo"],
            ["June", "Juni", "juin", "junio"],
            ["July", "Juli", "juillet", "julio"],
            ["August", "August", "août", "agosto"],
            ["September", "September", "septembre", "septiembre"],
            ["October", "Oktober", "octobre", "octubre"],
            ["November", "November", "novembre", "noviembre"],
            ["December", "Dezember", "décembre", "diciembre"],
        ];
        NAMES.get(usize::from(month).wrapping_sub(1)).map_or("?", |names| names[self.place()])
    }
}

/// Words with something in place of each `{}`, in order. What is filled in is taken letter by letter.
///
/// ```
/// use apportion_base::language::filled;
/// assert_eq!(filled("{} of {}", &["{}", "b"]), "{} of b");
/// ```
pub fn filled(words: &str, values: &[&str]) -> String {
    let mut parts = words.split("{}");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (place, part) in parts.enumerate() {
        text.push_str(values.get(place).copied().unwrap_or_default());
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::day_of_date;

    #[test]
    fn numbers_are_written_as_they_are_there() {
        let amounts =
            |minor: i128, digits| Language::ALL.map(|language| language.number(minor, digits)).join(" | ");
        assert_eq!(amounts(-123_450, 2), "-1,234.50 | -1.234,50 | -1\u{202f}234,50 | -1234,50");
        assert_eq!(
            amounts(123_456_789, 2),
            "1,234,567.89 | 1.234.567,89 | 1\u{202f}234\u{202f}567,89 | 1.234.567,89"
        );
        assert_eq!(amounts(999, 0), "999 | 999 | 999 | 999");
        assert_eq!(amounts(-5, 3), "-0.005 | -0,005 | -0,005 | -0,005");
    }

    #[test]
    fn rates_and_money() {
        let rates = Language::ALL.map(|language| language.percent(7_500_000, 8));
        assert_eq!(rates, ["7.5%", "7,5\u{a0}%", "7,5\u{202f}%", "7,5\u{a0}%"]);
        assert_eq!(Language::English.percent(0, 8), "0%");
        assert_eq!(Language::English.percent(1_234_567_800_000_000, 8), "1,234,567,800%");
        let yen = Currency::from_code("JPY").unwrap();
        let money = Language::ALL.map(|language| language.money(-12_345, yen));
        let german = "-12.345\u{a0}JPY";
        assert_eq!(money, ["JPY\u{a0}-12,345", german, "-12\u{202f}345\u{a0}JPY", german]);
    }

    #[test]
    fn days_and_periods() {
        let day = day_of_date(2026, 7, 1).unwrap();
        let dates = Language::ALL.map(|language| language.date(day));
        assert_eq!(dates, ["1 Jul 2026", "01.07.2026", "01/07/2026", "01/07/2026"]);
        let august = Period::Month { year: 2026, month: 8 };
        let months = Language::ALL.map(|language| language.period(august));
        assert_eq!(months, ["August 2026", "August 2026", "août 2026", "agosto de 2026"]);
        assert_eq!(Language::French.period(Period::Quarter { year: 2026, quarter: 3 }), "T3 2026");
    }
}
