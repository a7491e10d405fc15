//! How a source writes numbers and currencies: its keys `numbers`, `decimal_comma` and `marks`.

use std::collections::BTreeMap;

use apportion_base::diagnostic::Code;
use apportion_base::notation::{DecimalSign, Group, Mark, NumberNotation};

use super::SourceValue;
use crate::config::{Item, Table};
use crate::parameters::dialect as parameters;
use crate::values::currency;

/// The `numbers` of a source: how numbers are written in its texts.
#[derive(Debug, Clone)]
pub enum Numbers {
    /// In all columns alike.
    All(NumberNotation),
    /// By column; the others are plain.
    ByColumn(BTreeMap<String, NumberNotation>),
}

impl Numbers {
    /// The notation of a column.
    pub fn of(&self, column: &str) -> NumberNotation {
        match self {
            Self::All(notation) => *notation,
            Self::ByColumn(columns) => columns.get(column).copied().unwrap_or(NumberNotation::PLAIN),
        }
    }

    /// The notation of what belongs to no column.
    pub fn whole(&self) -> NumberNotation {
        match self {
            Self::All(notation) => *notation,
            Self::ByColumn(_) => NumberNotation::PLAIN,
        }
    }

    /// Whether some column has another decimal sign than the numbers of JSON and of spreadsheets.
    pub fn have_commas(&self) -> bool {
        let comma = |notation: &NumberNotation| notation.decimal == DecimalSign::Comma;
        match self {
            Self::All(notation) => comma(notation),
            Self::ByColumn(columns) => columns.values().any(comma),
        }
    }
}

/// `numbers`, or `decimal_comma`, which is short for one of them.
pub(super) fn numbers(keys: &Table<'_>) -> Numbers {
    let comma = keys.of(&parameters::DECIMAL_COMMA);
    let flag = comma.as_ref().and_then(Item::flag).unwrap_or(false);
    let Some(item) = keys.of(&parameters::NUMBERS) else {
        let decimal = if flag { DecimalSign::Comma } else { DecimalSign::Point };
        return Numbers::All(NumberNotation::new(decimal));
    };
    if let Some(comma) = comma {
        let message = "`decimal_comma` and `numbers` both say how numbers are written";
        let error = comma.error(Code::MisplacedKey, message);
        comma.doc().report(error.help("write decimal = \",\" in `numbers`, and leave `decimal_comma` out"));
    }
    let Some(table) = item.table("`numbers`") else { return Numbers::All(NumberNotation::PLAIN) };
    let entries = table.entries();
    if !entries.is_empty() && entries.iter().all(|(_, item)| item.is_table()) {
        let columns = entries.iter().filter_map(|(column, item)| {
            let table = item.table(&format!("`{}`", item.name()))?;
            Some((column.value.clone(), notation(&table)))
        });
        return Numbers::ByColumn(columns.collect());
    }
    Numbers::All(notation(&table))
}

fn notation(table: &Table<'_>) -> NumberNotation {
    table.keys(parameters::NOTATION.parameters);
    let decimal = table.choice(&parameters::DECIMAL).unwrap_or(DecimalSign::Point);
    let group = table.of(&parameters::GROUP);
    let chosen = group.as_ref().and_then(Item::one_of::<Group>).unwrap_or(decimal.usual_group());
    if let Some(item) = group
        && chosen.is(decimal)
    {
        let message =
            format!("`{}` can't be between groups of digits and before the decimals", decimal.sign());
        let help = "say with `decimal` which sign is before the decimals: decimal = \",\" has group = \".\" unless said";
        item.doc().report(item.error(Code::UnknownChoice, message).help(help));
    }
    let percent = table.of(&parameters::PERCENT).and_then(|item| item.flag()).unwrap_or(false);
    NumberNotation { decimal, group: chosen, percent }
}

/// `marks`: symbols, and the currencies that they mean in this source.
pub(super) fn marks(keys: &Table<'_>) -> BTreeMap<String, SourceValue<String>> {
    let Some(table) = keys.of(&parameters::MARKS).and_then(|item| item.table("`marks`")) else {
        return BTreeMap::new();
    };
    let of_mark = |(mark, item): &(SourceValue<String>, Item<'_>)| {
        if Mark::whole(&mark.value).is_none() {
            let message = format!("`{}` is no symbol of a currency", mark.value);
            let help = "marks are written as in the cells: \"$\", \"kr\", \"¥\"";
            item.doc().report(item.error(Code::UnknownChoice, message).help(help));
        }
        let currency = currency(item)?;
        Some((mark.value.clone(), SourceValue { value: currency.code().to_owned(), span: item.span() }))
    };
    table.entries().iter().filter_map(of_mark).collect()
}
