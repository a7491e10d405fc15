//! What can be seen of a column without knowing what it is for.

use std::collections::BTreeMap;

use apportion_base::money::Currency;
use apportion_base::notation::{
    DateFormat, DecimalSign, Group, NumberNotation, NumberText, nil_amount, record_id,
};
use apportion_data::read::{CellKind, RawType, SampleCell};

/// How many different values are kept.
const MOST_VALUES: usize = 5_000;
/// Texts that stand for an empty cell.
const NULLS: [&str; 12] =
    ["n/a", "#n/a", "na", "null", "none", "nil", "(blank)", "(null)", "-", "--", "\\n", "nan"];

/// The formats of dates that are tried, the more particular ones first.
const DATES: [&str; 29] = [
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M:%S%z",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y%m%d",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %d, %Y",
];

/// What is known of a column.
#[derive(Debug, Clone)]
pub struct ColumnFacts {
    pub name: String,
    /// Its place in the rows.
    pub index: usize,
    pub ty: RawType,
    pub filled: usize,
    pub empty: usize,
    /// The different values and how often each is there, as far as they were kept.
    pub values: BTreeMap<String, usize>,
    pub date: Option<DateFacts>,
    pub number: Option<NumberFacts>,
    /// Texts that stand for an empty cell.
    pub nulls: Vec<String>,
    /// Whether all values are ids of Salesforce records: of 15 characters, and of 18.
    pub record_ids: [bool; 2],
}

/// How dates are written.
#[derive(Debug, Clone)]
pub struct DateFacts {
    /// `None` where the file itself says that they are dates.
    pub pattern: Option<String>,
    /// Another format that reads all of them as other days.
    pub other: Option<String>,
    /// How many cells it does not read.
    pub unread: usize,
    /// The first day.
    pub first: i32,
}

/// How numbers are written.
#[derive(Debug, Clone)]
pub struct NumberFacts {
    pub notation: NumberNotation,
    /// A cell that another notation reads as another number, if the notation is not certain.
    pub doubtful: Option<String>,
    pub unread: usize,
    /// Marks of currencies and how often each is there.
    pub marks: BTreeMap<String, usize>,
    /// Whether cells are shown as percentages.
    pub percent: bool,
    /// The most decimals of a cell.
    pub decimals: u32,
}

impl ColumnFacts {
    pub fn new<'a>(
        index: usize,
        name: &str,
        cells: impl Iterator<Item = &'a SampleCell>,
        ty: RawType,
    ) -> Self {
        let cells: Vec<&SampleCell> = cells.collect();
        let is_null = |text: &str| NULLS.contains(&text.to_lowercase().as_str());
        let mut values: BTreeMap<String, usize> = BTreeMap::new();
        let mut nulls = Vec::new();
        let (mut filled, mut texts): (usize, Vec<&SampleCell>) = (0, Vec::new());
        for cell in cells.iter().filter(|cell| !cell.text.is_empty()) {
            filled += 1;
            if let Some(count) = values.get_mut(&cell.text) {
                *count += 1;
            } else if values.len() < MOST_VALUES {
                values.insert(cell.text.clone(), 1);
            }
            if is_null(&cell.text) {
                if !nulls.contains(&cell.text) {
                    nulls.push(cell.text.clone());
                }
            } else {
                texts.push(cell);
            }
        }
        let of_length = |length: usize| {
            !texts.is_empty()
                && texts.iter().all(|cell| cell.text.len() == length && record_id(&cell.text).is_some())
        };
        Self {
            name: name.to_owned(),
            index,
            ty,
            filled,
            empty: cells.len() - filled,
            date: date(&texts),
            number: number(&texts, ty),
            values,
            nulls,
            record_ids: [15, 18].map(of_length),
        }
    }

    /// Whether every value is `true` or `false`.
    pub fn is_boolean(&self) -> bool {
        self.ty == RawType::Boolean
            || self.is_all(|text| matches!(text.to_lowercase().as_str(), "true" | "false"))
    }

    /// Whether every value looks like the code of a currency, and most are one that is in use.
    pub fn is_currencies(&self) -> bool {
        let known = self.values.keys().filter(|text| Currency::from_code(text).is_some()).count();
        known * 2 > self.values.len()
            && self.is_all(|text| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()))
    }

    /// Whether no value is there twice.
    pub fn is_unique(&self) -> bool {
        self.filled > 0 && (self.values.values().all(|count| *count == 1))
    }

    fn is_all(&self, holds: impl Fn(&str) -> bool) -> bool {
        self.filled > 0 && self.values.keys().all(|text| holds(text))
    }

    /// Which share of the values another column has, in percent.
    pub fn overlap(&self, other: &Self) -> usize {
        let known = self.values.keys().filter(|value| !self.nulls.contains(value));
        let (mut all, mut found) = (0_usize, 0_usize);
        for value in known {
            all += 1;
            found += usize::from(other.values.contains_key(value));
        }
        (found * 100).checked_div(all).unwrap_or(0)
    }
}

/// A format that reads nearly all texts.
fn date(cells: &[&SampleCell]) -> Option<DateFacts> {
    let first = cells.first()?;
    if cells.iter().all(|cell| cell.kind == CellKind::Date) {
        let iso = DateFormat::new("%Y-%m-%d");
        let first = cells.iter().filter_map(|cell| iso.parse(&cell.text)).min().unwrap_or(0);
        return Some(DateFacts { pattern: None, other: None, unread: 0, first });
    }
    // A number is a date only where its digits are one.
    let is_number = |cell: &SampleCell| cell.text.bytes().all(|byte| byte.is_ascii_digit());
    let digits = cells.iter().all(|cell| is_number(cell));
    if !digits && !first.text.bytes().any(|byte| byte.is_ascii_digit()) && first.kind != CellKind::Date {
        return None;
    }
    let mut fits: Vec<(&str, usize, i32)> = Vec::new();
    for pattern in DATES.into_iter().filter(|pattern| digits == (*pattern == "%Y%m%d")) {
        let format = DateFormat::new(pattern);
        let days: Vec<i32> = cells.iter().filter_map(|cell| format.parse(&cell.text)).collect();
        // Years that no deal has are no dates: `20123456` is a number.
        let likely = days.iter().all(|day| (0..40_000).contains(day));
        if likely && days.len() * 10 >= cells.len() * 9 && !days.is_empty() {
            fits.push((pattern, cells.len() - days.len(), days.into_iter().min().unwrap_or(0)));
        }
    }
    let fewest = fits.iter().map(|(_, unread, _)| *unread).min()?;
    fits.retain(|(_, unread, _)| *unread == fewest);
    let (pattern, unread, first) = *fits.first()?;
    let days = |pattern: &str| {
        let format = DateFormat::new(pattern);
        cells.iter().map(|cell| format.parse(&cell.text)).collect::<Vec<_>>()
    };
    let read = days(pattern);
    let other =
        fits[1..].iter().find(|(other, ..)| days(other) != read).map(|(other, ..)| (*other).to_owned());
    Some(DateFacts { pattern: Some(pattern.to_owned()), other, unread, first })
}

const NOTATIONS: [(DecimalSign, Group); 6] = [
    (DecimalSign::Point, Group::Comma),
    (DecimalSign::Comma, Group::Point),
    (DecimalSign::Comma, Group::Blank),
    (DecimalSign::Point, Group::Blank),
    (DecimalSign::Point, Group::Apostrophe),
    (DecimalSign::Point, Group::Indian),
];

/// The notation that reads nearly all texts.
fn number(cells: &[&SampleCell], ty: RawType) -> Option<NumberFacts> {
    if cells.is_empty() || matches!(ty, RawType::Date | RawType::Boolean) {
        return None;
    }
    let texts: Vec<&str> =
        cells.iter().filter(|cell| cell.kind == CellKind::Text).map(|cell| cell.text.as_str()).collect();
    let percent = cells.iter().any(|cell| cell.kind == CellKind::Percent || cell.text.ends_with('%'));
    let dates = cells.iter().filter(|cell| cell.kind == CellKind::Date).count();
    if dates * 10 > cells.len() {
        return None;
    }
    let notations = NOTATIONS.map(|(decimal, group)| NumberNotation { decimal, group, percent });
    let reads = |notation: NumberNotation, text: &str| {
        NumberText::parse(text, notation).is_some() || nil_amount(text).is_some()
    };
    let unread = |notation: NumberNotation| texts.iter().filter(|text| !reads(notation, text)).count();
    let (notation, missed) = notations
        .map(|notation| (notation, unread(notation)))
        .into_iter()
        .min_by_key(|(_, missed)| *missed)?;
    if missed * 10 > cells.len() {
        return None;
    }
    let value =
        |notation: NumberNotation, text: &str| NumberText::parse(text, notation).map(NumberText::value);
    let rivals = notations.into_iter().filter(|other| *other != notation && unread(*other) == missed);
    let doubtful = rivals.clone().find_map(|other| {
        let differs = |text: &&&str| value(other, text) != value(notation, text);
        texts.iter().find(differs).map(|text| (*text).to_owned())
    });
    let mut marks: BTreeMap<String, usize> = BTreeMap::new();
    let mut decimals = 0;
    for text in &texts {
        let written = NumberText::parse(text, notation);
        let mark = written.and_then(|written| written.mark).or_else(|| nil_amount(text).flatten());
        if let Some(mark) = mark {
            *marks.entry(mark.text().to_owned()).or_default() += 1;
        }
        decimals = decimals.max(written.map_or(0, |written| written.digits.scale));
    }
    let plain = cells.iter().filter(|cell| cell.kind != CellKind::Text);
    let scale = plain.filter_map(|cell| cell.text.split_once('.')).map(|(_, digits)| digits.len()).max();
    let decimals = decimals.max(u32::try_from(scale.unwrap_or(0)).unwrap_or(0));
    Some(NumberFacts { notation, doubtful, unread: missed, marks, percent, decimals })
}
