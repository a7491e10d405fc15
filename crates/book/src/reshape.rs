//! What becomes of the rows of a source before the columns are taken: `docs/reference/project.md#where-the-table-is`.

use std::collections::BTreeMap;

use super::dialect::{dialect, with_paths};
use super::{Source, SourceValue, TableName};
use crate::config::{Item, Table};
use crate::parameters::reshape as parameters;
use crate::values::{map, tables, texts};
use apportion_base::diagnostic::{Code, Span};
use apportion_contract::RejectCode;

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

/// Reads what becomes of the rows of a source of `table`.
pub(crate) fn reshape(table: TableName, keys: &Table<'_>) -> Reshape {
    let places = |item: &Item<'_>| Some(SourceValue { value: item.whole(0..=9)?, span: item.span() });
    Reshape {
        fill_down: texts(keys, &parameters::FILL_DOWN),
        explode: keys.of(&parameters::EXPLODE).and_then(|item| explode(&item)),
        joins: tables(keys, &parameters::JOINS, |keys| join(table, keys)),
        decimals: map(keys, &parameters::DECIMALS, places),
        distinct: keys.of(&parameters::DISTINCT).and_then(|item| item.flag()).unwrap_or(false),
        sum: texts(keys, &parameters::SUM),
        accept: tables(keys, &parameters::ACCEPT, accepted),
    }
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
    let source = of_join(table, keys);
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

/// The other file of a join.
fn of_join(table: TableName, keys: &Table<'_>) -> Option<Source> {
    keys.keys(parameters::JOIN_KEYS.parameters);
    let fill_down = texts(keys, &parameters::FILL_DOWN);
    let source = dialect(table, keys);
    with_paths(table, keys, Source { reshape: Reshape { fill_down, ..Reshape::default() }, ..source })
}
