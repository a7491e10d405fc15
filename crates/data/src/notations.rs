//! How the cells of a column are written, by the keys of its source.

use apportion_base::notation::{DateFormat, ISO_DATE, NumberNotation, Zone};
use apportion_book::{ColumnType, Dates, Source};

use super::cells::cell::Notation;
use super::contract::Kind;

/// What a column of a type is read as.
pub(super) fn kind_of(ty: ColumnType) -> Kind {
    match ty {
        ColumnType::Text => Kind::Text,
        ColumnType::Number => Kind::Number,
        ColumnType::Money => Kind::Money,
        ColumnType::Date | ColumnType::Time => Kind::Date,
        ColumnType::Boolean => Kind::Boolean,
    }
}

pub(super) fn plain(notation: &Notation) -> Notation {
    Notation { number: NumberNotation::PLAIN, ..notation.clone() }
}

/// How the cells of a column of the file are written, which expressions see in the type that `types` gives it under the
/// name `name`.
pub(super) fn seen_notation(zone: Option<&Zone>, source: &Source, name: &str) -> Notation {
    Notation { date: date_format(zone, source, name), number: source.numbers.of(name) }
}

/// How dates of a column are written.
pub(super) fn date_format(zone: Option<&Zone>, source: &Source, name: &str) -> DateFormat {
    let time = source.types.get(name).is_some_and(|said| said.value == ColumnType::Time);
    let format = match &source.dates {
        Dates::All(_) if time => DateFormat::rfc3339(),
        Dates::All(pattern) => DateFormat::new(pattern),
        Dates::ByColumn(patterns) => match patterns.get(name) {
            Some(pattern) => DateFormat::new(&pattern.value),
            None if time => DateFormat::rfc3339(),
            None => DateFormat::new(ISO_DATE),
        },
    };
    format.in_zone(zone)
}

/// How points in time of a column are written: as RFC 3339 has them, and as the source says of its dates; only so where it says it of
/// the column.
pub(super) fn time_format(zone: Option<&Zone>, source: &Source, name: &str) -> DateFormat {
    let format = match &source.dates {
        Dates::All(pattern) if pattern == ISO_DATE => DateFormat::rfc3339(),
        Dates::All(pattern) => DateFormat::rfc3339().or(DateFormat::new(pattern)),
        Dates::ByColumn(patterns) => match patterns.get(name) {
            Some(pattern) => DateFormat::new(&pattern.value),
            None => DateFormat::rfc3339(),
        },
    };
    format.in_zone(zone)
}
