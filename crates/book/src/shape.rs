//! Where the table of a source is in its files, and what becomes of its rows before the columns are taken:
//! `docs/reference/project.md#where-the-table-is`.

use std::collections::BTreeMap;

use super::source::{self, byte_count};
use super::{Source, SourceValue, TableName};
use crate::config::describe::Parameter;
use crate::config::{Item, Table};
use crate::parameters::shape as parameters;
use apportion_base::diagnostic::{Code, Span};
use apportion_contract::RejectCode;

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

/// What becomes of the rows of a source.
#[derive(Debug, Clone, Default)]
pub struct Reshape {
    /// Columns of the file whose empty cells take the value above.
    pub fill_down: Vec<SourceValue<String>>,
    /// A column of the file whose cells are lists.
    pub explode: Option<SourceValue<Explode>>,
    /// Look-ups into other files.
    pub joins: Vec<Join>,
    /// By our column: cells with more decimals are rounded to so many.
    pub decimals: BTreeMap<String, SourceValue<u32>>,
    /// Rows that are equal in all columns read count once.
    pub distinct: bool,
    /// Our columns in which the rows of one key are added up; empty where they are not.
    pub sum: Vec<SourceValue<String>>,
    /// Rejects that somebody knows of.
    pub accept: Vec<Accept>,
}

/// The `explode` of a source: a row for each part of a cell.
#[derive(Debug, Clone)]
pub struct Explode {
    /// The column of the file.
    pub column: String,
    /// What separates the parts.
    pub by: String,
}

/// A look-up into another file.
#[derive(Debug, Clone)]
pub struct Join {
    /// How the other file is read.
    pub source: Box<Source>,
    /// The place of the table.
    pub span: Span,
    /// Column of the source's file = column of the other file.
    pub on: Vec<(SourceValue<String>, SourceValue<String>)>,
    /// The columns of the other file that rows get.
    pub columns: Vec<SourceValue<String>>,
}

/// So many rejects of one code that are known and don't count.
#[derive(Debug, Clone)]
pub struct Accept {
    /// The code.
    pub code: SourceValue<RejectCode>,
    /// How many rows.
    pub most: u32,
    /// Why, for people.
    pub why: String,
}

/// Reads where the table is.
pub(super) fn layout(keys: &Table<'_>) -> Layout {
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

/// Reads what becomes of the rows of a source of `table`.
pub(super) fn reshape(table: TableName, keys: &Table<'_>) -> Reshape {
    let places = |item: &Item<'_>| Some(SourceValue { value: item.whole(0..=9)?, span: item.span() });
    Reshape {
        fill_down: texts(keys, &parameters::FILL_DOWN),
        explode: keys.of(&parameters::EXPLODE).and_then(|item| explode(&item)),
        joins: tables(keys, &parameters::JOINS, |keys| join(table, keys)),
        decimals: source::map(keys, &parameters::DECIMALS, places),
        distinct: keys.of(&parameters::DISTINCT).and_then(|item| item.flag()).unwrap_or(false),
        sum: texts(keys, &parameters::SUM),
        accept: tables(keys, &parameters::ACCEPT, accepted),
    }
}

/// A list of texts.
pub(super) fn texts(keys: &Table<'_>, key: &Parameter) -> Vec<SourceValue<String>> {
    keys.of(key).and_then(|item| item.texts()).unwrap_or_default()
}

/// A list of tables.
fn tables<T>(keys: &Table<'_>, key: &Parameter, read: impl Fn(&Table<'_>) -> Option<T>) -> Vec<T> {
    let list = keys.of(key).and_then(|item| item.list("tables")).unwrap_or_default();
    let name = format!("`{}`", key.key);
    list.iter().filter_map(|item| read(&item.table(&name)?)).collect()
}

fn explode(item: &Item<'_>) -> Option<SourceValue<Explode>> {
    let table = item.table("`explode`")?;
    table.keys(parameters::EXPLODE_KEYS.parameters);
    let column = table.of(&parameters::EXPLODE_COLUMN).and_then(|item| item.some_text());
    let by = table.of(&parameters::EXPLODE_BY).and_then(|item| {
        let by = item.text()?;
        if by.value.is_empty() {
            let message = "`by` is empty, and the parts of a cell need something between them".to_owned();
            item.doc().report(item.error(Code::EmptyText, message).help("write, for example, `by = \";\"`"));
            return None;
        }
        Some(by)
    });
    let value = Explode { column: column?.value, by: by?.value };
    Some(SourceValue { value, span: item.span() })
}

fn join(table: TableName, keys: &Table<'_>) -> Option<Join> {
    let source = source::of_join(table, keys);
    let on = keys.of(&parameters::JOIN_ON).and_then(|item| {
        let pairs = item.table("`on`")?.entries().into_iter();
        let pairs: Vec<_> = pairs.filter_map(|(ours, theirs)| Some((ours, theirs.text()?))).collect();
        if pairs.is_empty() {
            let message = "`on` is empty".to_owned();
            let help = "say which columns are compared: on = { \"Product\" = \"product_code\" }";
            item.doc().report(item.error(Code::EmptyList, message).help(help));
            return None;
        }
        Some(pairs)
    });
    let columns = keys.of(&parameters::JOIN_COLUMNS).and_then(|item| {
        let columns = item.some_list("columns of the other file")?;
        Some(columns.iter().filter_map(Item::text).collect())
    });
    Some(Join { source: Box::new(source?), span: keys.span(), on: on?, columns: columns? })
}

fn accepted(table: &Table<'_>) -> Option<Accept> {
    table.keys(parameters::ACCEPT_KEYS.parameters);
    let words: Vec<(&str, RejectCode)> = RejectCode::ALL.map(|code| (code.word(), code)).to_vec();
    let code = table.of(&parameters::ACCEPT_CODE);
    let code = code.and_then(|item| Some(SourceValue { value: item.choice(&words)?, span: item.span() }));
    let most = table.of(&parameters::ACCEPT_MOST).and_then(|item| item.whole(0..=1_000_000_000));
    let why = table.of(&parameters::ACCEPT_WHY).and_then(|item| item.some_text());
    Some(Accept { code: code?, most: most?, why: why?.value })
}
