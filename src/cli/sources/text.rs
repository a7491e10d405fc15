//! The sources for people.

use apportion_book::{Dates, Source};
use apportion_data::{ColumnOrigin, ColumnProfile, FileProfile, SourceProfile};

use super::super::number::{count, counted};
use super::super::table::shortened;
use crate::SourceReport;

/// How wide a cell of an example may be.
const EXAMPLE: usize = 20;
/// How wide the text of an expression may be.
const ORIGIN: usize = 34;
/// How many names of columns that are not read are listed.
const LISTED: usize = 30;
/// How wide a line of names may be.
const WIDTH: usize = 98;

/// All sources, each with its files, columns and first rows.
pub fn text(report: &SourceReport) -> String {
    let mut text = String::new();
    for profile in &report.sources {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&one(report, profile));
    }
    if report.sources.is_empty() {
        text.push_str("There is no source that can be read.\n");
    }
    text
}

fn one(report: &SourceReport, profile: &SourceProfile) -> String {
    let source = &report.book.sources[profile.source];
    let mut text =
        format!("{}, from {}\n", profile.table.word(), counted(profile.files.len() as u64, "file"));
    for file in &profile.files {
        text.push_str(&format!("  {}\n", of_file(file, source)));
    }
    for (key, value) in keys(source) {
        text.push_str(&format!("  {key} {value}\n"));
    }
    text.push('\n');
    text.push_str(&columns(profile));
    if profile.columns.iter().any(|column| column.origin == ColumnOrigin::OwnName) {
        text.push_str(
            "\n  by name: the file calls a column as we do, and `columns` does not say that it is meant\n",
        );
    }
    for example in profile.columns.iter().filter_map(|column| Some((column, column.example.as_ref()?))) {
        let (column, cell) = example;
        let what =
            if cell.text.is_empty() { "is empty".to_owned() } else { format!("`{}`", plain(&cell.text)) };
        text.push_str(&format!(
            "  can't be read: `{}` of {} row {} {what}; it takes {}\n",
            column.name,
            cell.file,
            count(cell.row),
            cell.accepted
        ));
    }
    for column in profile.columns.iter().filter(|column| !column.lacking.is_empty()) {
        text.push_str(&format!("  `{}` is not in {}\n", column.name, column.lacking.join(", ")));
    }
    text.push_str(&names("for expressions only", &profile.expression_columns));
    text.push_str(&names("not read", &profile.not_read));
    text
}

/// `data/deals.csv: CSV, separated by ";", header in row 3; 120 rows, 7 filtered`
fn of_file(file: &FileProfile, source: &Source) -> String {
    let layout = &file.layout;
    let mut parts = vec![layout.format.clone()];
    if let Some(delimiter) = layout.delimiter {
        let shown = if delimiter == '\t' { "tabs".to_owned() } else { format!("`{delimiter}`") };
        let said = if layout.names_delimiter { ", as its first line says" } else { "" };
        parts.push(format!("separated by {shown}{said}"));
        parts.push(encoding(source).to_owned());
    }
    if let Some(sheet) = &layout.sheet {
        parts.push(format!("sheet {}", plain(sheet)));
    }
    parts.extend(layout.header_row.map(|row| format!("header in row {}", count(row))));
    let mut rows = vec![counted(file.rows, "row")];
    for (number, what) in [
        (file.filtered, "filtered"),
        (file.broken, "whose cells can't be placed"),
        (file.passed_over, "behind the table's end"),
    ] {
        if number > 0 {
            rows.push(format!("{} {what}", count(number)));
        }
    }
    format!("{}: {}; {}", plain(&file.shown), parts.join(", "), rows.join(", "))
}

fn encoding(source: &Source) -> &'static str {
    match source.encoding {
        apportion_book::Encoding::Utf8 => "UTF-8",
        apportion_book::Encoding::Utf16 => "UTF-16",
        apportion_book::Encoding::Windows1252 => "Windows-1252",
    }
}

/// What the source does with rows.
fn keys(source: &Source) -> Vec<(&'static str, String)> {
    let mut keys: Vec<(&'static str, String)> = Vec::new();
    let list = |names: &[apportion_book::SourceValue<String>]| {
        names.iter().map(|name| format!("`{}`", name.value)).collect::<Vec<_>>().join(", ")
    };
    let reshape = &source.reshape;
    if !reshape.fill_down.is_empty() {
        keys.push(("filled down:", list(&reshape.fill_down)));
    }
    if let Some(explode) = &reshape.explode {
        let explode = &explode.value;
        keys.push(("a row for each part of", format!("`{}`, separated by `{}`", explode.column, explode.by)));
    }
    for join in &reshape.joins {
        let paths: Vec<&str> = join.source.paths.iter().map(|path| path.value.as_str()).collect();
        keys.push(("joined with", format!("{}: {}", paths.join(", "), list(&join.columns))));
    }
    if let Some(condition) = &source.condition {
        keys.push(("where", plain(&condition.text)));
    }
    if reshape.distinct {
        keys.push(("rows that are equal", "count once".to_owned()));
    }
    if !reshape.sum.is_empty() {
        keys.push(("rows of one key are added up in", list(&reshape.sum)));
    }
    if let Dates::All(pattern) = &source.dates
        && pattern != "%Y-%m-%d"
    {
        keys.push(("dates", pattern.clone()));
    }
    keys
}

fn columns(profile: &SourceProfile) -> String {
    let with_unreadable = profile.columns.iter().any(|column| column.unreadable > 0);
    let mut header: Vec<String> = ["column", "from", "type", "empty", "distinct"].map(str::to_owned).to_vec();
    if with_unreadable {
        header.push("unreadable".to_owned());
    }
    header.extend(profile.first_rows.iter().map(|(number, _)| format!("row {}", count(*number))));
    let mut rows = vec![header];
    for (index, column) in profile.columns.iter().enumerate() {
        let mut row = vec![column.name.clone(), origin(column), kind(column)];
        let is_read = !matches!(column.origin, ColumnOrigin::Absent);
        let number = |number: u64| if is_read { count(number) } else { String::new() };
        row.extend([number(column.nulls), number(column.distinct)]);
        if with_unreadable {
            row.push(if column.unreadable > 0 { count(column.unreadable) } else { String::new() });
        }
        let cells = profile.first_rows.iter().map(|(_, cells)| cells.get(index).and_then(Option::as_deref));
        row.extend(cells.map(|cell| shortened(&plain(cell.unwrap_or_default()), EXAMPLE)));
        rows.push(row);
    }
    aligned(&rows, 3..if with_unreadable { 6 } else { 5 })
}

/// The rows as lines; columns of `numbers` are aligned right.
fn aligned(rows: &[Vec<String>], numbers: std::ops::Range<usize>) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            if numbers.contains(&column) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        let line = format!("  {}", cells.collect::<Vec<_>>().join("  "));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn origin(column: &ColumnProfile) -> String {
    match &column.origin {
        ColumnOrigin::Mapped(name) => plain(name),
        ColumnOrigin::Expression(text) => shortened(&format!("expr {}", plain(text)), ORIGIN),
        ColumnOrigin::Marks(name) => format!("marks of {}", plain(name)),
        ColumnOrigin::OwnName => "by name".to_owned(),
        ColumnOrigin::Default(text) => format!("default `{}`", plain(text)),
        ColumnOrigin::Absent if column.required => "MISSING".to_owned(),
        ColumnOrigin::Absent => "-".to_owned(),
    }
}

fn kind(column: &ColumnProfile) -> String {
    let words = column.kind.words().replace('`', "");
    match &column.written {
        Some(written) => format!("{words} {written}"),
        None => words,
    }
}

/// `  not read (3): a, b, c`, in lines.
fn names(what: &str, names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let mut line = format!("  {what} ({}):", count(names.len() as u64));
    let mut text = String::new();
    for (index, name) in names.iter().take(LISTED).enumerate() {
        let last = index + 1 == names.len().min(LISTED);
        let name = format!(" {}{}", plain(name), if last { "" } else { "," });
        if line.chars().count() + name.chars().count() > WIDTH {
            text.push_str(&format!("{line}\n"));
            line = "   ".to_owned();
        }
        line.push_str(&name);
    }
    if names.len() > LISTED {
        line.push_str(", …");
    }
    format!("{text}{line}\n")
}

/// A text of a file for a terminal: without control characters, in one line.
fn plain(text: &str) -> String {
    let is_hidden =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if is_hidden(c) { '\u{fffd}' } else { c }).collect()
}
