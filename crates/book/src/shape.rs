//! Where the table of a source is in its files, and what becomes of its rows before the columns are taken:
//! `docs/reference/project.md#where-the-table-is`.

use std::collections::BTreeMap;

use super::source::{self, byte_count};
use super::{Placed, Source, TableName};
use crate::config::{Item, Table};
use apportion_base::diagnostic::{Code, Span};
use apportion_contract::RejectCode;

/// Where the table is in a file.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// The row that names the columns.
    pub header: HeaderRow,
    /// Where the table ends before the file does.
    pub ends: Option<Placed<Ends>>,
    /// A range of cells of a workbook (`B4:H900`), or the name of a table or of a defined name.
    pub range: Option<Placed<String>>,
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
    Number(Placed<u32>),
    /// The first one that has a cell with this text.
    Text(Placed<String>),
    /// None: these are the names, in the order of the columns.
    Names(Placed<Vec<String>>),
}

/// Where a table ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ends {
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
    pub fill_down: Vec<Placed<String>>,
    /// A column of the file whose cells are lists.
    pub explode: Option<Placed<Explode>>,
    /// Look-ups into other files.
    pub joins: Vec<Join>,
    /// By our column: cells with more decimals are rounded to so many.
    pub decimals: BTreeMap<String, Placed<u32>>,
    /// Rows that are equal in all columns read count once.
    pub distinct: bool,
    /// Our columns in which the rows of one key are added up; empty where they are not.
    pub sum: Vec<Placed<String>>,
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
    pub on: Vec<(Placed<String>, Placed<String>)>,
    /// The columns of the other file that rows get.
    pub columns: Vec<Placed<String>>,
}

/// So many rejects of one code that are known and don't count.
#[derive(Debug, Clone)]
pub struct Accept {
    /// The code.
    pub code: Placed<RejectCode>,
    /// How many rows.
    pub most: u32,
    /// Why, for people.
    pub why: String,
}

pub(super) const LAYOUT_KEYS: &[&str] = &["header", "names", "ends", "range", "max_unpacked"];
pub(super) const RESHAPE_KEYS: &[&str] =
    &["fill_down", "explode", "joins", "decimals", "distinct", "sum", "accept"];
/// Keys of a join beside those of its file's dialect.
pub(super) const JOIN_KEYS: &[&str] = &["path", "on", "columns"];

/// Reads where the table is.
pub(super) fn layout(keys: &Table<'_>) -> Layout {
    Layout {
        header: header(keys),
        ends: keys.get("ends").and_then(|item| ends(&item)),
        range: keys.get("range").and_then(|item| item.some_text()),
        max_unpacked: keys
            .get("max_unpacked")
            .and_then(|item| byte_count(&item))
            .map(MaxUnpacked)
            .unwrap_or_default(),
    }
}

fn header(keys: &Table<'_>) -> HeaderRow {
    let names = keys.get("names");
    let Some(item) = keys.get("header") else {
        if names.is_some() {
            keys.misplaced("names", "it names the columns of a file with `header = false`");
        }
        return HeaderRow::First;
    };
    if item.is_flag() {
        if item.flag() == Some(true) {
            item.wrong_type("a row number, a text of the header row, or false");
            return HeaderRow::First;
        }
        let names = keys.need("names", "names = [\"deal_id\", \"amount\"]").and_then(|item| {
            let texts = item.some_list("names of columns")?;
            let texts = texts.iter().filter_map(Item::text);
            let names = texts.map(|text| text.value.trim().to_owned()).collect();
            Some(Placed { value: names, span: item.span() })
        });
        return names.map_or(HeaderRow::First, HeaderRow::Names);
    }
    if names.is_some() {
        keys.misplaced("names", "it names the columns of a file with `header = false`");
    }
    if item.is_text() {
        let text = item.some_text();
        return text.map_or(HeaderRow::First, |text| {
            HeaderRow::Text(Placed { value: text.value.trim().to_owned(), span: text.span })
        });
    }
    let number = item.whole(1..=1_048_576);
    number.map_or(HeaderRow::First, |number| HeaderRow::Number(Placed { value: number, span: item.span() }))
}

fn ends(item: &Item<'_>) -> Option<Placed<Ends>> {
    let text = item.some_text()?;
    let value = match text.value.trim() {
        "blank-row" => Ends::BlankRow,
        text => Ends::Text(text.to_owned()),
    };
    Some(Placed { value, span: text.span })
}

/// Reads what becomes of the rows of a source of `table`.
pub(super) fn reshape(table: TableName, keys: &Table<'_>) -> Reshape {
    let texts = |key: &str| keys.get(key).and_then(|item| item.texts()).unwrap_or_default();
    let sum = texts("sum");
    let distinct = keys.get("distinct").and_then(|item| item.flag()).unwrap_or(false);
    Reshape {
        fill_down: texts("fill_down"),
        explode: keys.get("explode").and_then(|item| explode(&item)),
        joins: joins(table, keys),
        decimals: source::map(keys, "decimals", |item| {
            Some(Placed { value: item.whole(0..=9)?, span: item.span() })
        }),
        distinct,
        sum,
        accept: accept(keys),
    }
}

fn explode(item: &Item<'_>) -> Option<Placed<Explode>> {
    let table = item.table("`explode`")?;
    table.known(&["column", "by"]);
    let column = table.need("column", "column = \"Owners\"").and_then(|item| item.some_text());
    let by = table.need("by", "by = \";\"").and_then(|item| item.text());
    let (column, by) = (column?, by?);
    if by.value.is_empty() {
        let message = "`by` is empty, and the parts of a cell need something between them".to_owned();
        item.doc().report(item.error(Code::EmptyText, message).help("write, for example, `by = \";\"`"));
        return None;
    }
    Some(Placed { value: Explode { column: column.value, by: by.value }, span: item.span() })
}

fn joins(table: TableName, keys: &Table<'_>) -> Vec<Join> {
    let Some(list) = keys.get("joins").and_then(|item| item.list("tables, each with a `path`")) else {
        return Vec::new();
    };
    list.iter().filter_map(|item| join(table, &item.table("`joins`")?)).collect()
}

fn join(table: TableName, keys: &Table<'_>) -> Option<Join> {
    let source = source::of_join(table, keys);
    let on = keys.need("on", "on = { \"Product\" = \"product_code\" }").and_then(|item| {
        let pairs = item.table("`on`")?;
        let pairs: Vec<_> =
            pairs.entries().into_iter().filter_map(|(ours, theirs)| Some((ours, theirs.text()?))).collect();
        if pairs.is_empty() {
            let message = "`on` is empty".to_owned();
            let help = "say which columns are compared: on = { \"Product\" = \"product_code\" }";
            item.doc().report(item.error(Code::EmptyList, message).help(help));
            return None;
        }
        Some(pairs)
    });
    let columns = keys.need("columns", "columns = [\"list_price\"]").and_then(|item| {
        Some(item.some_list("columns of the other file")?.iter().filter_map(Item::text).collect())
    });
    Some(Join { source: Box::new(source?), span: keys.span(), on: on?, columns: columns? })
}

fn accept(keys: &Table<'_>) -> Vec<Accept> {
    let Some(list) = keys.get("accept").and_then(|item| item.list("tables with `code`, `most` and `why`"))
    else {
        return Vec::new();
    };
    list.iter().filter_map(accepted).collect()
}

fn accepted(item: &Item<'_>) -> Option<Accept> {
    let table = item.table("`accept`")?;
    table.known(&["code", "most", "why"]);
    let words: Vec<(&str, RejectCode)> = RejectCode::ALL.map(|code| (code.word(), code)).to_vec();
    let code = table.need("code", "code = \"unknown-deal\"").and_then(|item| {
        Some(Placed { value: item.choice(&words)?, span: item.span() })
    });
    let most = table.need("most", "most = 40").and_then(|item| item.whole(0..=1_000_000_000));
    let why = table.need("why", "why = \"test accounts\"").and_then(|item| item.some_text());
    Some(Accept { code: code?, most: most?, why: why?.value })
}
