//! Where the table of a source is in its files: `docs/reference/project.md#where-the-table-is`.

use super::SourceValue;
use crate::config::{Item, Table};
use crate::parameters::dialect as parameters;
use crate::values::byte_count;

/// Where the table is in a file.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// The row that names the columns.
    pub header: HeaderRow,
    /// Where the table ends before the file does.
    pub ends: Option<SourceValue<TableEnd>>,
    /// A range of cells of a workbook (`B4:H900`), or the name of a table or of a defined name.
    pub range: Option<SourceValue<String>>,
    /// What a compressed file may unpack to, in bytes.
    pub max_unpacked: MaxUnpacked,
}

/// Which row names the columns.
#[derive(Debug, Clone, Default)]
pub enum HeaderRow {
    /// The first one with a text.
    #[default]
    First,
    /// The one with this number; 1 is the first of the file, or of the range.
    Number(SourceValue<u32>),
    /// The first one that has a cell with this text.
    Text(SourceValue<String>),
    /// None: these are the names, in the order of the columns.
    Names(SourceValue<Vec<String>>),
}

/// Where a table ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableEnd {
    /// At the first row without a text.
    BlankRow,
    /// At the first row whose first cell begins with this text.
    Text(String),
}

/// A number of bytes that a compressed file may unpack to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxUnpacked(pub u64);

impl Default for MaxUnpacked {
    fn default() -> Self {
        Self(16 << 30)
    }
}

/// Reads where the table is.
pub(crate) fn layout(keys: &Table<'_>) -> Layout {
    let max_unpacked = keys.of(&parameters::MAX_UNPACKED).and_then(|item| byte_count(&item));
    Layout {
        header: header(keys),
        ends: keys.of(&parameters::ENDS).and_then(|item| ends(&item)),
        range: keys.of(&parameters::RANGE).and_then(|item| item.some_text()),
        max_unpacked: max_unpacked.map(MaxUnpacked).unwrap_or_default(),
    }
}

fn header(keys: &Table<'_>) -> HeaderRow {
    let item = keys.of(&parameters::HEADER);
    let item = item.as_ref();
    if item.is_none_or(|item| !item.is_flag()) {
        keys.misplaced(parameters::NAMES.key, "it names the columns of a file with `header = false`");
    }
    let Some(item) = item else { return HeaderRow::First };
    let header = if item.is_flag() {
        without_header(keys, item)
    } else if item.is_text() {
        item.some_text()
            .map(|text| HeaderRow::Text(SourceValue { value: text.value.trim().to_owned(), span: text.span }))
    } else {
        let number = item.whole(1..=parameters::MOST_ROWS);
        number.map(|number| HeaderRow::Number(SourceValue { value: number, span: item.span() }))
    };
    header.unwrap_or_default()
}

/// `header = false`, and the names that take its place.
fn without_header(keys: &Table<'_>, item: &Item<'_>) -> Option<HeaderRow> {
    if item.flag()? {
        item.wrong_type("the number of a row, a text of the header row, or false");
        return None;
    }
    let names = keys.need(parameters::NAMES.key, "names = [\"deal_id\", \"amount\"]")?;
    let texts = names.some_list("names of columns")?;
    let texts = texts.iter().filter_map(Item::text).map(|text| text.value.trim().to_owned());
    Some(HeaderRow::Names(SourceValue { value: texts.collect(), span: names.span() }))
}

fn ends(item: &Item<'_>) -> Option<SourceValue<TableEnd>> {
    let text = item.some_text()?;
    let value = match text.value.trim() {
        "blank-row" => TableEnd::BlankRow,
        text => TableEnd::Text(text.to_owned()),
    };
    Some(SourceValue { value, span: text.span })
}
