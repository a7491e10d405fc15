//! What a report is grouped by.

use std::collections::HashMap;

use apportion::book::civil_from_days;
use apportion::data::Tables;

use super::builder::Builder;
use super::{Ground, Values};

/// The word of what has no group.
const UNKNOWN: &str = "unknown";

/// Where the group of a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupSource {
    /// The month of the metric's own day.
    Month,
    /// The kind of the payee of a line.
    Kind,
    /// A column of the deal or the opportunity.
    Column,
}

/// A column by which a report is grouped.
#[derive(Debug, Clone)]
pub struct GroupColumn {
    /// Its name, as it was asked for.
    pub name: String,
    /// Where it comes from.
    pub source: GroupSource,
    /// By code: the word; the first is `unknown`. Months have none.
    pub words: Vec<String>,
    /// By deal, and then by what is open: the code. Empty of months and kinds.
    pub(crate) codes: Vec<u32>,
}

/// The columns by which a report is grouped.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    /// In the order in which they were asked for.
    pub columns: Vec<GroupColumn>,
}

impl Groups {
    pub(crate) fn new(by: &[String], tables: &Tables) -> Self {
        let column = |name: &String| match name.as_str() {
            "month" => GroupColumn::new(name, GroupSource::Month),
            "kind" => GroupColumn::of_kinds(name, tables),
            _ => GroupColumn::of_subjects(name, tables),
        };
        Self { columns: by.iter().map(column).collect() }
    }

    /// The first of its columns alone.
    #[must_use]
    pub fn first(&self, columns: usize) -> Self {
        Self { columns: self.columns.iter().take(columns).cloned().collect() }
    }

    /// The word of a code of a column.
    pub fn word(&self, column: usize, code: u32) -> String {
        let Some(column) = self.columns.get(column) else { return String::new() };
        if column.source == GroupSource::Month {
            return month_word(code);
        }
        column.words.get(code as usize).cloned().unwrap_or_else(|| UNKNOWN.to_owned())
    }

    /// The names of the columns of codes that subjects have.
    pub(crate) fn of_subjects(&self) -> Vec<String> {
        let own = self.columns.iter().enumerate().filter(|(_, column)| column.source == GroupSource::Column);
        own.map(|(place, _)| code_name(place)).collect()
    }

    /// The place of the kind of payees among the columns.
    pub(crate) fn kind(&self) -> Option<&GroupColumn> {
        self.columns.iter().find(|column| column.source == GroupSource::Kind)
    }
}

impl GroupColumn {
    fn new(name: &str, source: GroupSource) -> Self {
        Self { name: name.to_owned(), source, words: vec![UNKNOWN.to_owned()], codes: Vec::new() }
    }

    fn of_kinds(name: &str, tables: &Tables) -> Self {
        let mut column = Self::new(name, GroupSource::Kind);
        let frame = &tables.payees.states.frame;
        let mut codes = Codes::default();
        column.codes = codes.of(Values::of(frame, "kind"), frame.rows.max(tables.payees.states.len()));
        column.words.extend(codes.words);
        column
    }

    fn of_subjects(name: &str, tables: &Tables) -> Self {
        let mut column = Self::new(name, GroupSource::Column);
        let open = &tables.channel.opportunities;
        let mut codes = Codes::default();
        column.codes = codes.of(Values::of(&tables.deals.frame, name), tables.deals.len());
        column.codes.extend(codes.of(Values::of(&open.frame, name), open.len()));
        column.words.extend(codes.words);
        column
    }
}

/// The columns of groups of some subjects, by their numbers.
pub(super) fn with_groups(mut builder: Builder, ground: &Ground<'_>, subjects: &[u32]) -> Builder {
    for (place, column) in ground.groups.columns.iter().enumerate() {
        if column.source == GroupSource::Column {
            let code = |subject: &u32| column.codes.get(*subject as usize).copied().unwrap_or(0);
            builder = builder.codes(&code_name(place), subjects.iter().map(code).collect());
        }
    }
    builder
}

/// The number of what each row is about as `subject`, which may be missing, and the columns of its groups. Nothing, and what is not seen, is in
/// no group.
pub(super) fn about(builder: Builder, ground: &Ground<'_>, numbers: Vec<Option<u32>>) -> Builder {
    let is_seen =
        |number: &u32| ground.subjects.subject(*number).is_some_and(|subject| ground.sight.sees(subject));
    let seen = |number: &Option<u32>| number.filter(is_seen).unwrap_or(u32::MAX);
    let seen: Vec<u32> = numbers.iter().map(seen).collect();
    with_groups(builder, ground, &seen).some_codes("subject", numbers.into_iter())
}

/// Codes of texts, from 1.
#[derive(Debug, Default)]
struct Codes {
    places: HashMap<String, u32>,
    words: Vec<String>,
}

impl Codes {
    fn of(&mut self, values: Values<'_>, rows: usize) -> Vec<u32> {
        // A text that is named by its number is looked up once.
        let mut of_keys: Vec<Option<u32>> = Vec::new();
        let code = |row: usize| {
            let Some(key) = values.key(row) else { return self.of_row(values, row) };
            if of_keys.len() <= key as usize {
                of_keys.resize(key as usize + 1, None);
            }
            let known = &mut of_keys[key as usize];
            *known.get_or_insert_with(|| self.of_row(values, row))
        };
        (0..rows).map(code).collect()
    }

    fn of_row(&mut self, values: Values<'_>, row: usize) -> u32 {
        values.text(row).map_or(0, |text| self.code(&text))
    }

    fn code(&mut self, text: &str) -> u32 {
        if let Some(code) = self.places.get(text) {
            return *code;
        }
        self.words.push(text.to_owned());
        // There are fewer texts than rows, and rows have numbers of 32 bits.
        let code = u32::try_from(self.words.len()).unwrap_or(0);
        self.places.insert(text.to_owned(), code);
        code
    }
}

/// The name of the column of codes of a group.
pub(crate) fn code_name(place: usize) -> String {
    format!("g{place}")
}

/// The month of a day: months since January of the year 0.
pub(crate) fn month_of(day: i32) -> u32 {
    let (year, month, _) = civil_from_days(day);
    u32::try_from(year * 12 + i32::from(month) - 1).unwrap_or(0)
}

fn month_word(month: u32) -> String {
    format!("{:04}-{:02}", month / 12, month % 12 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months() {
        assert_eq!(month_word(month_of(0)), "1970-01");
        assert_eq!(month_word(month_of(364)), "1970-12");
        assert_eq!(month_word(month_of(365)), "1971-01");
    }
}
