//! What can be known of the sources without reading a row: files, headers, expressions over them, and the columns
//! that rules may name. Everything wrong with the project file's sources is found here.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;

use apportion_base::diagnostic::{Code, Diagnostic, Span, nearest};
use apportion_base::letters::{folded, is_deceptive, named};
use apportion_base::world::World;
use apportion_book::{Book, ColumnFrom, HeaderRow, Source, SourceValue, TableName};
use apportion_contract::is_assignable;
use apportion_expr::{Expr, ExprText, Scope, ScopeTable, Type, compile};

use super::accounts;
use super::contract::{self, ColumnSpec, Kind};
use super::mapping::{Binding, FileOf, attribute_kind};
use super::open_file::OpenFile;
use super::read;
use super::read::file::SourceFile;
use super::read::header::RawColumn;
use super::tables::catalogue::{Catalogue, TableSchema, UsedColumns};
use super::typed_columns::{seen_columns, seen_type};

/// The sources of a project after files were found, headers read, and `where` and `expr` compiled. No row has been
/// read.
#[derive(Debug)]
pub struct OpenSources {
    pub(super) sources: Vec<OpenSource>,
    catalogue: Catalogue,
    /// Attributes that sources give in different types.
    pub(super) mixed: BTreeMap<(TableName, String), Diagnostic>,
    /// Of deals: by the name of what was in the file before it was converted, the attribute that is.
    sources_of: BTreeMap<String, String>,
}

/// The files of one source.
#[derive(Debug)]
pub(super) struct OpenSource {
    /// Index into `Book::sources`.
    pub(super) index: usize,
    pub(super) files: Vec<OpenFile>,
}

/// Opens all sources of a project of a world. Reads headers and no rows; all mistakes are returned together.
pub fn open(world: &Arc<dyn World>, book: &Book) -> Result<OpenSources, Vec<Diagnostic>> {
    let (opened, mistakes) = look(world, book);
    if mistakes.is_empty() { Ok(opened) } else { Err(mistakes) }
}

/// Opens all sources as far as that can be done, and returns what is wrong with them beside it: for people who are still
/// writing the project file. Rows are for [`OpenSources::profiles`] alone where something is wrong.
pub fn look(world: &Arc<dyn World>, book: &Book) -> (OpenSources, Vec<Diagnostic>) {
    let mut mistakes = Vec::new();
    for table in TableName::always_needed() {
        if book.sources.iter().all(|source| source.table != table) {
            let message = format!("there is no source of {}, which every project needs", table.word());
            let help = format!("add a table [sources.{}] with a `path` to the project file", table.word());
            mistakes.push(Diagnostic::error(Code::MissingSource, message).help(help));
        }
    }
    let (opened, found) = open_sources(world, book);
    mistakes.extend(found);
    (opened, mistakes)
}

/// Opens the sources of a book, whichever tables they are of.
pub(super) fn open_sources(world: &Arc<dyn World>, book: &Book) -> (OpenSources, Vec<Diagnostic>) {
    let mut mistakes = Vec::new();
    let mut sources = Vec::new();
    for (index, source) in book.sources.iter().enumerate() {
        match read::resolve(world, &book.root, source) {
            Ok(found) => {
                mistakes.extend(keys_of_other_formats(source, &found));
                let files = found
                    .into_iter()
                    .map(|file| file.dated_in(book.timezone.clone()).with_times(times_of(source)));
                let files = files.filter_map(|file| open_file(book, source, file, &mut mistakes));
                sources.push(OpenSource { index, files: files.collect() });
            }
            Err(found) => mistakes.extend(found),
        }
    }
    // Files of one source share most mistakes.
    let mut known = HashSet::new();
    let distinct: Vec<Diagnostic> =
        mistakes.into_iter().filter(|mistake| known.insert(format!("{mistake:?}"))).collect();
    let ColumnNames { catalogue, mixed, sources_of } = catalogue(book, &sources);
    (OpenSources { sources, catalogue, mixed, sources_of }, distinct)
}

impl OpenSources {
    /// The columns that rules may name.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// That none of these columns comes in more than one type.
    ///
    /// # Errors
    /// Those that do.
    pub(super) fn check_mixed(&self, used: &UsedColumns) -> Result<(), Vec<Diagnostic>> {
        let is_used =
            |table: &TableName, name: &String| used.get(table).is_some_and(|names| names.contains(name));
        let mixed = self.mixed.iter().filter(|((table, name), _)| is_used(table, name));
        let mixed: Vec<Diagnostic> = mixed.map(|(_, mistake)| mistake.clone()).collect();
        if mixed.is_empty() { Ok(()) } else { Err(mixed) }
    }

    /// The attribute of deals whose amount before its conversion has this name.
    pub(super) fn source_of(&self, table: TableName, name: &str) -> Option<&String> {
        self.sources_of.get(name).filter(|_| table == TableName::Deals)
    }

    /// The paths of all files, in the order of the sources.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.sources.iter().flat_map(|source| &source.files).map(|open| open.file.path.as_path())
    }
}

/// The columns of a source's files that feed points in time.
fn times_of(source: &Source) -> BTreeSet<String> {
    let times = contract::spec_of(source).columns.iter().filter(|column| column.cell == Kind::Time);
    times
        .map(|column| match source.columns.get(column.name) {
            Some(ColumnFrom::Name(name)) => name.value.clone(),
            _ => column.name.to_owned(),
        })
        .collect()
}

/// Keys that mean nothing for the format of any file of the source.
fn keys_of_other_formats(source: &Source, files: &[SourceFile]) -> Vec<Diagnostic> {
    let layout = &source.layout;
    let header = match &layout.header {
        HeaderRow::First => None,
        HeaderRow::Number(row) => Some(&row.span),
        HeaderRow::Text(text) => Some(&text.span),
        HeaderRow::Names(names) => Some(&names.span),
    };
    let cells = "text files with cells, and workbooks";
    let keys = [
        (
            "sheet",
            source.sheet.as_ref().map(|sheet| &sheet.span),
            "workbooks",
            files.iter().any(SourceFile::is_workbook),
        ),
        (
            "range",
            layout.range.as_ref().map(|range| &range.span),
            "workbooks",
            files.iter().any(SourceFile::is_workbook),
        ),
        ("header", header, cells, files.iter().any(SourceFile::has_header_row)),
        (
            "ends",
            layout.ends.as_ref().map(|ends| &ends.span),
            cells,
            files.iter().any(SourceFile::has_header_row),
        ),
    ];
    let misplaced = keys.into_iter().filter(|(.., fits)| !fits).filter_map(|(key, span, formats, _)| {
        let message =
            format!("`{key}` means nothing here: it is for {formats}, and no file of the source is one");
        Some(
            Diagnostic::error(Code::MisplacedKey, message)
                .at(span?.clone(), "")
                .help(format!("take `{key}` out")),
        )
    });
    misplaced.chain(contradicting_types(source)).chain(quote_that_delimits(source, files)).collect()
}

/// `types` that make a text of a column of ours that is none: it would say nothing, and be thought to.
fn contradicting_types(source: &Source) -> Vec<Diagnostic> {
    let spec = contract::spec_of(source);
    let contradicts = |(name, ty): (&String, &apportion_book::SourceValue<apportion_book::ColumnType>)| {
        let column = spec.columns.iter().find(|column| column.name == name).map(|column| column.cell);
        let kind = contract::expr_type(column.or_else(|| contract::attribute_type(source.table, name))?);
        if kind == Type::Text || ty.value.expr_type() != Type::Text {
            return None;
        }
        let message = format!(
            "`{name}` of {} is {}, and `types` can't make it a text",
            source.table.word(),
            kind.noun()
        );
        Some(
            Diagnostic::error(Code::MisplacedKey, message)
                .at(ty.span.clone(), "")
                .help("`types` is for columns of your own; take this one out"),
        )
    };
    source.types.iter().filter_map(contradicts).collect()
}

/// A `quote` that is the delimiter that the files of a source have by their extension.
fn quote_that_delimits(source: &Source, files: &[SourceFile]) -> Option<Diagnostic> {
    let file =
        files.iter().find(|file| source.delimiter.is_none() && file.delimiter() == Some(source.quote))?;
    let message = format!("`quote` is the delimiter of {}", file.shown);
    Some(
        Diagnostic::error(Code::BadDelimiter, message)
            .at(source.span.clone(), "")
            .help("give `quote` another character, which occurs in no cell, or say the `delimiter`"),
    )
}

/// Opens one file; `None` where its header cannot be read.
fn open_file(
    book: &Book,
    source: &Source,
    file: SourceFile,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<OpenFile> {
    let header = match file.header(source) {
        Ok(header) => header,
        Err(mistake) => {
            mistakes.push(mistake);
            return None;
        }
    };
    let seen = seen_columns(book.timezone.as_ref(), source, &header);
    let seen_as = |(place, column): (usize, &RawColumn)| {
        let ty = seen.get(&place).map_or(seen_type(column.ty), |seen| contract::expr_type(seen.kind));
        (column.name.clone(), ty)
    };
    let columns = header.columns.iter().enumerate().map(seen_as).collect();
    let scope = Scope { tables: vec![ScopeTable::new(String::new(), columns)], zone: book.timezone.clone() };
    let mut open = OpenFile::new(file, header, seen);
    if let Some(condition) = &source.condition {
        match compile(condition, &scope, Type::Boolean) {
            Ok(compiled) => open.condition = Some(compiled),
            Err(found) => {
                mistakes.extend(named_twice(&open, condition).map_or(found, |mistake| vec![mistake]))
            }
        }
    }
    for (name, from) in &source.columns {
        match from {
            ColumnFrom::Name(given) | ColumnFrom::Mark(given) if open.repeats(&given.value) => {
                mistakes.push(repeated(&open, &given.value, &given.span));
            }
            ColumnFrom::Name(given) | ColumnFrom::Mark(given) if open.place(&given.value).is_none() => {
                mistakes.push(no_such_column(source, &open, name, given));
            }
            ColumnFrom::Name(_) | ColumnFrom::Mark(_) => {}
            ColumnFrom::Expr(text) => match compile_column(source, name, text, &scope) {
                Ok(compiled) => {
                    open.exprs.insert(name.clone(), compiled);
                }
                Err(found) => {
                    mistakes.extend(named_twice(&open, text).map_or(found, |mistake| vec![mistake]))
                }
            },
        }
    }
    required_columns(book, source, &open, mistakes);
    summed_columns(source, &open, mistakes);
    Some(open)
}

/// The expression of a column, in its own type where the column takes that, else as a text that is read like a cell.
fn compile_column(
    source: &Source,
    name: &str,
    text: &ExprText,
    scope: &Scope,
) -> Result<(Expr, Type), Vec<Diagnostic>> {
    let spec = contract::spec_of(source).columns.iter().find(|spec| spec.name == name);
    let wanted = match (spec, source.types.get(name)) {
        (Some(spec), _) => Some(contract::expr_type(spec.cell)),
        (None, said) => contract::attribute_type(source.table, name)
            .map(contract::expr_type)
            .or_else(|| said.map(|said| said.value.expr_type())),
    };
    let tries: &[Type] = match wanted {
        Some(Type::Text) => &[Type::Text],
        Some(Type::Number) => &[Type::Number, Type::Text],
        Some(Type::Date) => &[Type::Date, Type::Text],
        Some(Type::Boolean) => &[Type::Boolean, Type::Text],
        None => &[Type::Text, Type::Number, Type::Date, Type::Boolean],
    };
    let mut first = None;
    for ty in tries {
        match compile(text, scope, *ty) {
            Ok(expr) => return Ok((expr, *ty)),
            Err(mistakes) => {
                first.get_or_insert(mistakes);
            }
        }
    }
    Err(first.unwrap_or_default())
}

fn no_such_column(source: &Source, file: &OpenFile, name: &str, given: &SourceValue<String>) -> Diagnostic {
    let message =
        format!("{} has no column `{}`, which `{name}` is to come from", file.file.shown, given.value);
    let mistake = Diagnostic::error(Code::MissingColumn, message).at(given.span.clone(), "not in the file");
    with_names(mistake, source, file, &given.value)
}

/// Two columns of a file have the name that is asked for.
fn repeated(file: &OpenFile, name: &str, span: &Span) -> Diagnostic {
    let message = format!("{} has two columns named `{name}`, and this names one of them", file.file.shown);
    Diagnostic::error(Code::DuplicateColumn, message)
        .at(span.clone(), "")
        .help("give one of them another name in the file; which one is meant can't be guessed")
}

/// An expression names a column whose name several columns of the file have.
fn named_twice(file: &OpenFile, text: &ExprText) -> Option<Diagnostic> {
    let named = file.header.repeated.iter().find(|name| {
        let quoted = format!("\"{}\"", name.replace('"', "\"\""));
        text.text.contains(&quoted)
            || text.text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == *name)
    })?;
    Some(repeated(file, named, &text.span))
}

/// How many columns of a file are listed in a message.
const LISTED: usize = 40;

/// Adds the nearest name, or all names, of the file's columns, and what may be wrong with how the file is read.
fn with_names(mistake: Diagnostic, source: &Source, file: &OpenFile, given: &str) -> Diagnostic {
    if let Some(other) = file.file.looks_like() {
        return mistake.help(other);
    }
    let names = || file.header.columns.iter().map(|column| column.name.as_str());
    let known = names().take(LISTED).map(named).collect::<Vec<_>>().join(", ");
    let unlisted = match names().count().saturating_sub(LISTED) {
        0 => String::new(),
        unlisted => format!(", and {unlisted} more"),
    };
    let alike = names().find(|name| name.contains(is_deceptive) && folded(name) == folded(given));
    let mistake = match (alike, nearest(given, names())) {
        (Some(alike), _) => mistake.help(format!(
            "the file's name has a blank that is none of the keyboard's, or a character that can't be seen: write it as {}",
            named(alike)
        )),
        (None, Some(near)) => mistake.help(format!("did you mean {}?", named(near))),
        (None, None) => mistake,
    };
    let mistake = match delimiter_of(file) {
        Some(delimiter) => mistake.help(format!(
            "the header has one column with {delimiter} in its name; is the file read with the wrong delimiter? \
             delimiter = {delimiter}"
        )),
        None => mistake,
    };
    let mistake = match file.file.header_row_with(source, given) {
        Some(row) => mistake.help(format!(
            "row {row} has a cell `{given}`; if it names the columns, say so: header = {row}"
        )),
        None if names().any(|name| name.contains('\u{fffd}')) => mistake.help(
            "some names have bytes that are no text: say how the file is written, `encoding = \"windows-1252\"`",
        ),
        None => mistake,
    };
    mistake.help(format!("the file has: {known}{unlisted}"))
}

/// The delimiter that a header of one column has in its name.
fn delimiter_of(file: &OpenFile) -> Option<&'static str> {
    let [only] = file.header.columns.as_slice() else { return None };
    [(';', "\";\""), ('\t', "\"\\t\""), ('|', "\"|\""), (',', "\",\"")]
        .into_iter()
        .find(|(delimiter, _)| only.name.contains(*delimiter))
        .map(|(_, shown)| shown)
}

fn required_columns(book: &Book, source: &Source, file: &OpenFile, mistakes: &mut Vec<Diagnostic>) {
    let spec = contract::spec_of(source);
    let given = |column: &ColumnSpec| {
        source.columns.contains_key(column.name)
            || source.defaults.contains_key(column.name)
            || file.place(column.name).is_some()
    };
    for column in spec.columns {
        if file.repeats(column.name) && !source.columns.contains_key(column.name) {
            mistakes.push(repeated(file, column.name, &source.span));
        } else if column.required && !given(column) {
            let message = format!(
                "{} has no column `{}`, which {} need",
                file.file.shown,
                column.name,
                source.table.word()
            );
            mistakes.push(missing(source, file, column.name, message));
        }
        // A default that no cell could be is found once, here.
        if let Err(mistake) =
            Binding::new(book, FileOf { source, file }, column.name, column.cell, Some(column))
        {
            mistakes.push(mistake);
        }
    }
    for name in contract::reserved(source.table) {
        if source.columns.contains_key(name) || file.place(name).is_some() {
            let message = format!(
                "{} has a column `{name}`, and {}.{name} is computed",
                file.file.shown,
                source.table.word()
            );
            let mistake = Diagnostic::error(Code::ComputedColumn, message)
                .at(source.span.clone(), "read by this source");
            mistakes.push(mistake.help(
                "give the column another name in the file: rules could not say which of the two they mean",
            ));
        }
    }
    let one_of: Vec<&ColumnSpec> = spec.one_of.iter().map(|index| &spec.columns[*index]).collect();
    if let Some(first) = one_of.first()
        && !one_of.iter().any(|column| given(column))
    {
        let names: Vec<String> = one_of.iter().map(|column| format!("`{}`", column.name)).collect();
        let none = match names.as_slice() {
            [a, b] => format!("neither {a} nor {b}"),
            _ => format!("none of {}", names.join(", ")),
        };
        let message = format!("{} has {none}, and {} need one of them", file.file.shown, source.table.word());
        mistakes.push(missing(source, file, first.name, message));
    }
}

/// `sum` and `decimals` name columns of numbers.
fn summed_columns(source: &Source, file: &OpenFile, mistakes: &mut Vec<Diagnostic>) {
    let spec = contract::spec_of(source);
    let sums = source.reshape.sum.iter().map(|column| ("sum", &column.value, &column.span));
    let decimals = source.reshape.decimals.iter().map(|(name, places)| ("decimals", name, &places.span));
    for (key, name, span) in sums.chain(decimals) {
        let known = spec.columns.iter().find(|column| column.name == *name).map(|column| column.cell);
        let is_key = spec.key.iter().any(|index| spec.columns[*index].name == *name);
        match known.or_else(|| attribute_kind(source, file, name)) {
            Some(kind) if contract::expr_type(kind) == Type::Number && !is_key => {}
            Some(_) => {
                let message = format!("`{key}` names `{name}`, which is no column of numbers");
                let help = format!("if its cells are numbers, say so: types = {{ {name} = \"number\" }}");
                mistakes.push(Diagnostic::error(Code::MisplacedKey, message).at(span.clone(), "").help(help));
            }
            None => {
                let message =
                    format!("`{key}` names `{name}`, which is no column of {}", source.table.word());
                let mistake = Diagnostic::error(Code::MissingColumn, message).at(span.clone(), "");
                mistakes.push(
                    with_names(mistake, source, file, name)
                        .help("`sum` and `decimals` use our names of columns"),
                );
            }
        }
    }
}

fn missing(source: &Source, file: &OpenFile, name: &str, message: String) -> Diagnostic {
    let mistake =
        Diagnostic::error(Code::MissingColumn, message).at(source.span.clone(), "read by this source");
    let help = format!(
        "say which column of the file it is: columns = {{ {name} = \"…\" }}, or give it in `defaults`"
    );
    with_names(mistake, source, file, name).help(help)
}

/// What headers and the project file say of columns.
struct ColumnNames {
    catalogue: Catalogue,
    mixed: BTreeMap<(TableName, String), Diagnostic>,
    sources_of: BTreeMap<String, String>,
}

/// What rules may name, and the attributes that come in more than one type.
fn catalogue(book: &Book, sources: &[OpenSource]) -> ColumnNames {
    let mut catalogue = Catalogue::default();
    let mut sources_of = BTreeMap::new();
    let mut mixed = BTreeMap::new();
    for table in TableName::IN_PROJECT {
        let spec = contract::spec_in_book(book, table);
        let mut columns: Vec<(String, Type)> = spec
            .columns
            .iter()
            .map(|column| (column.name.to_string(), contract::expr_type(column.cell)))
            .collect();
        columns.extend(contract::derived(table).map(|(name, ty)| (name.to_string(), ty)));
        let present = book.sources.iter().any(|source| source.table == table);
        let listed = columns.len();
        let mut converted = Vec::new();
        for name in attribute_names(book, sources, table) {
            if columns[..listed].iter().any(|(known, _)| *known == name) {
                continue;
            }
            let kinds = attribute_kinds(book, sources, table, &name);
            let Some((_, kind)) = kinds.first() else { continue };
            if kinds.iter().any(|(_, kind)| *kind == Kind::Money) {
                converted.push((name.clone(), format!("source_{name}")));
            }
            if let Some((file, other)) =
                kinds.iter().find(|(_, other)| contract::expr_type(*other) != contract::expr_type(*kind))
            {
                let mistake = mixed_types(book, sources, &name, (kinds[0].0, *kind), (*file, *other));
                mixed.insert((table, name.clone()), mistake);
            }
            columns.push((name, contract::expr_type(*kind)));
        }
        if table == TableName::Payees {
            for (name, kind, at) in assigned_attributes(book, sources) {
                let own = attribute_kinds(book, sources, table, &name).first().copied();
                match own {
                    Some((file, other)) if contract::expr_type(other) != contract::expr_type(kind) => {
                        let mistake = mixed_types(book, sources, &name, (file, other), (at, kind));
                        mixed.insert((table, name), mistake);
                    }
                    Some(_) => {}
                    None if columns.iter().any(|(known, _)| *known == name) => {}
                    None => columns.push((name, contract::expr_type(kind))),
                }
            }
        }
        for (name, mistake) in repeated_attributes(book, sources, table) {
            if columns.iter().all(|(known, _)| *known != name) {
                columns.push((name.clone(), Type::Text));
                mixed.insert((table, name), mistake);
            }
        }
        if table == TableName::Deals {
            for (name, before) in converted {
                if columns.iter().all(|(known, _)| *known != before) {
                    columns.push((before.clone(), Type::Number));
                    sources_of.insert(before, name);
                }
            }
        }
        catalogue.tables.insert(table, TableSchema { present, columns });
    }
    accounts::add_columns(&mut catalogue);
    ColumnNames { catalogue, mixed, sources_of }
}

/// The attributes that assignments give to payees, each with what it is in the first file that has it.
fn assigned_attributes(book: &Book, sources: &[OpenSource]) -> Vec<(String, Kind, FileAt)> {
    let table = TableName::Assignments;
    let names = attribute_names(book, sources, table).into_iter().filter(|name| is_assignable(name));
    let attribute = |name: String| {
        let known = contract::spec(table).columns.iter().any(|column| column.name == name);
        let (file, kind) =
            attribute_kinds(book, sources, table, &name).first().copied().filter(|_| !known)?;
        Some((name, kind, file))
    };
    names.filter_map(attribute).collect()
}

/// Names that several columns of a file have, which a rule that names one of them is told.
fn repeated_attributes(book: &Book, sources: &[OpenSource], table: TableName) -> Vec<(String, Diagnostic)> {
    let of_table = sources.iter().filter(|open| book.sources[open.index].table == table);
    let files =
        of_table.flat_map(|open| open.files.iter().map(move |file| (&book.sources[open.index], file)));
    files
        .flat_map(|(source, file)| {
            let names = file.header.repeated.iter().filter(|name| !source.columns.contains_key(*name));
            names.map(|name| (name.clone(), repeated(file, name, &source.span)))
        })
        .collect()
}

/// A file by source (of [`OpenSources::sources`]) and place in it.
type FileAt = (usize, usize);

/// What an attribute is in each file that has it, in order of source and file.
pub(super) fn attribute_kinds(
    book: &Book,
    sources: &[OpenSource],
    table: TableName,
    name: &str,
) -> Vec<(FileAt, Kind)> {
    let of_table = sources.iter().enumerate().filter(|(_, open)| book.sources[open.index].table == table);
    of_table
        .flat_map(|(index, open)| {
            open.files.iter().enumerate().map(move |(nth, file)| ((index, nth), open.index, file))
        })
        .filter_map(|(index, source, file)| {
            attribute_kind(&book.sources[source], file, name).map(|kind| (index, kind))
        })
        .collect()
}

/// All names of a table that could be attributes, in order of source, then as the files have them.
fn attribute_names(book: &Book, sources: &[OpenSource], table: TableName) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut seen: HashSet<&str> = HashSet::default();
    for open in sources {
        let source = &book.sources[open.index];
        if source.table != table {
            continue;
        }
        let headers =
            open.files.iter().flat_map(|file| &file.header.columns).map(|column| column.name.as_str());
        let given = source.columns.keys().chain(source.defaults.keys()).map(String::as_str);
        for name in headers.chain(given) {
            if seen.insert(name) {
                names.push(name.to_string());
            }
        }
    }
    names
}

fn mixed_types(
    book: &Book,
    sources: &[OpenSource],
    name: &str,
    (one, one_kind): (FileAt, Kind),
    (other, other_kind): (FileAt, Kind),
) -> Diagnostic {
    let shown = |(source, file): FileAt| &sources[source].files[file].file.shown;
    let span = |(source, _): FileAt| book.sources[sources[source].index].span.clone();
    let word = |kind: Kind| match contract::expr_type(kind) {
        Type::Text => "text",
        Type::Number => "number",
        Type::Date => "date",
        Type::Boolean => "boolean",
    };
    let message = format!(
        "`{name}` is {} in {} and {} in {}; a column that rules name has one type",
        word(one_kind),
        shown(one),
        word(other_kind),
        shown(other)
    );
    Diagnostic::error(Code::MixedTypes, message)
        .at(span(one), format!("{} here", word(one_kind)))
        .at(span(other), format!("{} here", word(other_kind)))
        .help(format!("give it one type in `types`, as types = {{ {name} = \"{}\" }}", word(one_kind)))
}
