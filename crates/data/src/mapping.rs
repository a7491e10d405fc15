//! Where the value of a column comes from in one file, and what is done to it before it is checked:
//! `columns`, `nulls`, `values`, `defaults`, `dates`, `numbers`. See `docs/reference/project.md#from-a-cell-to-a-value`.

use foldhash::HashMap;

use apportion_base::diagnostic::{Code, Diagnostic, Span};
use apportion_base::notation::{DateFormat, ISO_DATE, NumberNotation, Zone};
use apportion_book::{Book, ColumnFrom, Source};
use apportion_expr::{Expr, Type};

use super::cells;
use super::cells::cell::{Cell, CellFault, Notation};
use super::contract::{ColumnSpec, DefaultValue, Kind};
use super::notations::{date_format, kind_of, plain, time_format};
use super::open_file::OpenFile;
use super::read::header::RawType;
use super::rounding;

/// Where the value of a column comes from in one file.
#[derive(Debug, Clone, Copy)]
pub(super) enum From<'a> {
    /// A column of the file, by its place in the header.
    File(usize),
    Expr(&'a Expr, Type),
    /// The marks of currencies beside the amounts of a column of the file.
    Marks(usize),
    Nowhere,
}

/// Where a source's file gives the column `name`.
pub(super) fn origin<'a>(source: &Source, file: &'a OpenFile, name: &str) -> From<'a> {
    let named = match source.columns.get(name) {
        Some(ColumnFrom::Name(other)) => other.value.as_str(),
        Some(ColumnFrom::Expr(_)) => {
            return file.exprs.get(name).map_or(From::Nowhere, |(expr, ty)| From::Expr(expr, *ty));
        }
        Some(ColumnFrom::Mark(other)) => return file.place(&other.value).map_or(From::Nowhere, From::Marks),
        None => name,
    };
    file.place(named).map_or(From::Nowhere, From::File)
}

/// What an attribute is in one file, or `None` where the file does not have it.
pub(super) fn attribute_kind(source: &Source, file: &OpenFile, name: &str) -> Option<Kind> {
    let from = origin(source, file, name);
    if matches!(from, From::Nowhere) && !source.defaults.contains_key(name) {
        return None;
    }
    let joined = joined_name(source, file, name).and_then(|(other, name)| other.types.get(name));
    let said = source.types.get(name).or(joined).map(|said| kind_of(said.value));
    if let Some(own) = super::contract::attribute_type(source.table, name) {
        let fits = |said: &Kind| super::contract::expr_type(*said) == super::contract::expr_type(own);
        return Some(said.filter(fits).unwrap_or(own));
    }
    if said.is_some() {
        return said;
    }
    Some(match from {
        From::File(position) => match file.header.columns.get(position).map(|column| column.ty) {
            Some(RawType::Number) => Kind::Number,
            Some(RawType::Date) => Kind::Date,
            Some(RawType::Boolean) => Kind::Boolean,
            Some(RawType::Cells | RawType::Text) | None => Kind::Text,
        },
        From::Expr(_, Type::Number) => Kind::Number,
        From::Expr(_, Type::Date) => Kind::Date,
        From::Expr(_, Type::Boolean) => Kind::Boolean,
        From::Expr(_, Type::Text) | From::Marks(_) | From::Nowhere => Kind::Text,
    })
}

/// The default for null cells: its text, and how it is written.
#[derive(Debug, Clone)]
pub(super) struct DefaultCell {
    pub(super) text: String,
    pub(super) notation: Notation,
}

/// One column of a table as one file gives it.
#[derive(Debug)]
pub(super) struct Binding<'a> {
    /// Our name of the column.
    pub(super) name: String,
    pub(super) from: From<'a>,
    /// As cells of this file are to be read; two sources may call an attribute number and money.
    pub(super) kind: Kind,
    pub(super) notation: Notation,
    /// What texts become: `nulls` and `values`; an empty one is null.
    replaced: Option<HashMap<&'a str, &'a str>>,
    pub(super) default: Option<DefaultCell>,
    pub(super) required: bool,
    /// Cells with more decimals are rounded to so many.
    pub(super) decimals: Option<u32>,
    /// A text that names something, of a file whose numbers keep 15 digits: a longer one names something else.
    pub(super) id_of_numbers: bool,
}

/// A file of a source.
#[derive(Clone, Copy)]
pub(super) struct FileOf<'a> {
    pub(super) source: &'a Source,
    pub(super) file: &'a OpenFile,
}

impl<'a> Binding<'a> {
    /// How the column `name` is read from a file; `spec` is `None` for an attribute.
    pub(super) fn new(
        book: &Book,
        FileOf { source, file }: FileOf<'a>,
        name: &str,
        kind: Kind,
        spec: Option<&ColumnSpec>,
    ) -> Result<Self, Diagnostic> {
        let notation = notation(book.timezone.as_ref(), (source, file), name, kind);
        let default = match source.defaults.get(name).map(|text| (text.value.trim(), &text.span)) {
            Some((text, span)) if !text.is_empty() => Some(default(name, kind, text, span, &notation)?),
            _ => spec
                .and_then(|spec| match spec.default {
                    DefaultValue::Null => None,
                    DefaultValue::Text(text) => Some(text),
                    DefaultValue::BookCurrency => Some(book.currency.code()),
                })
                .map(|text| DefaultCell { text: text.to_string(), notation: plain(&notation) }),
        };
        let required = spec.is_some_and(|spec| spec.required);
        let replaced = replacements(source, Some(name));
        let decimals = source.reshape.decimals.get(name).map(|places| places.value);
        let id_of_numbers = kind == Kind::Text && name.ends_with("_id") && file.file.is_workbook();
        let from = origin(source, file, name);
        Ok(Self {
            name: name.to_owned(),
            from,
            kind,
            notation,
            replaced,
            default,
            required,
            decimals,
            id_of_numbers,
        })
    }

    /// A column of the file itself, which an expression names: compared between rows as the text that it is.
    pub(super) fn raw(source: &'a Source, from: From<'a>) -> Self {
        let notation = Notation { date: DateFormat::new(ISO_DATE), number: NumberNotation::PLAIN };
        let replaced = replacements(source, None);
        Self {
            name: String::new(),
            from,
            kind: Kind::Text,
            notation,
            replaced,
            default: None,
            required: false,
            decimals: None,
            id_of_numbers: false,
        }
    }

    /// Whether rows can be anything but null here.
    pub(super) fn gives_something(&self) -> bool {
        self.default.is_some() || !matches!(self.from, From::Nowhere)
    }

    /// Whether a value may differ from the raw text.
    pub(super) fn changes(&self) -> bool {
        self.replaces() || self.default.is_some()
    }

    /// Whether `nulls` or `values` replace some texts.
    pub(super) fn replaces(&self) -> bool {
        self.replaced.is_some()
    }

    /// A number with the decimals that `decimals` of the source leaves; `None` where it has no more.
    pub(super) fn rounded<'b>(
        &self,
        cell: Cell<'_>,
        notation: &Notation,
        buffer: &'b mut String,
    ) -> Option<Cell<'b>> {
        rounding::cell(cell, self.decimals?, (self.kind, notation), buffer)
    }

    /// The cell after `nulls` and `values`; `buffer` is for the text of a typed cell.
    pub(super) fn mapped<'b>(&'b self, cell: Cell<'b>, buffer: &mut String) -> Cell<'b> {
        let Some(replaced) = &self.replaced else { return cell };
        let meant = cell.text(buffer).and_then(|text| replaced.get(text).copied());
        match meant {
            Some("") => Cell::Null,
            Some(meant) => Cell::Text(meant),
            None => cell,
        }
    }
}

/// What becomes of texts in a column of the contract or of rules, or in one that the file alone has. Nulls come
/// first: a text among them is not looked up in `values`.
fn replacements<'a>(source: &'a Source, name: Option<&str>) -> Option<HashMap<&'a str, &'a str>> {
    let values = name.and_then(|name| source.values.get(name));
    let values =
        values.into_iter().flat_map(|values| &values.value).map(|(from, to)| (from.trim(), to.trim()));
    let nulls = source.nulls.iter().map(|null| (null.trim(), ""));
    let replaced: HashMap<_, _> = values.chain(nulls).collect();
    (!replaced.is_empty()).then_some(replaced)
}

/// Of a column that a join brings: how the other file is read, and its name there.
fn joined_name<'a>(source: &'a Source, file: &'a OpenFile, name: &str) -> Option<(&'a Source, &'a str)> {
    let From::File(position) = origin(source, file, name) else { return None };
    let column = file.header.columns.get(position)?;
    let join = source.reshape.joins.get(column.join?)?;
    Some((join.source.as_ref(), column.name.as_str()))
}

/// How cells of a column are written in this source.
fn notation(zone: Option<&Zone>, (source, file): (&Source, &OpenFile), name: &str, kind: Kind) -> Notation {
    let raw = match origin(source, file, name) {
        From::File(position) | From::Marks(position) => {
            file.header.columns.get(position).map(|column| column.ty)
        }
        From::Expr(..) | From::Nowhere => None,
    };
    let (written, name) = joined_name(source, file, name).unwrap_or((source, name));
    // What is a number in its file and comes as text, such as a float that is none, has a point.
    let number = if raw == Some(RawType::Number) {
        NumberNotation::PLAIN
    } else {
        written.numbers.of(amounts(written, name))
    };
    let date = match kind {
        Kind::Time => time_format(zone, written, name),
        _ => date_format(zone, written, name),
    };
    Notation { date, number }
}

/// The column whose cells hold the numbers of a column: of a currency by marks, the amounts beside which they are.
fn amounts<'a>(source: &'a Source, name: &'a str) -> &'a str {
    let Some(ColumnFrom::Mark(marked)) = source.columns.get(name) else { return name };
    let renames = |from: &ColumnFrom| matches!(from, ColumnFrom::Name(name) if name.value == marked.value);
    let ours = source.columns.iter().find(|(_, from)| renames(from)).map(|(ours, _)| ours.as_str());
    ours.unwrap_or(&marked.value)
}

/// Checks a default once, so that a bad one is an error of the project file and not of every row.
///
/// TOML numbers always have a decimal point; a text may be written as the cells are.
fn default(
    name: &str,
    kind: Kind,
    text: &str,
    span: &Span,
    notation: &Notation,
) -> Result<DefaultCell, Diagnostic> {
    let plain = plain(notation);
    let notations = if text.contains(',') { [notation, &plain] } else { [&plain, notation] };
    let mut accepted = String::new();
    for notation in notations {
        match check(kind, text, notation) {
            Ok(()) => return Ok(DefaultCell { text: text.to_string(), notation: notation.clone() }),
            Err(bad) => accepted = bad.accepted,
        }
    }
    let message = format!("the default `{text}` of `{name}` is not {accepted}");
    Err(Diagnostic::error(Code::BadDefault, message).at(span.clone(), "used where a cell is empty"))
}

fn check(kind: Kind, text: &str, notation: &Notation) -> Result<(), CellFault> {
    let cell = Cell::Text(text);
    match kind {
        Kind::Text => Ok(()),
        Kind::Outcome => cells::outcome(cell).map(drop),
        Kind::Boolean => cells::boolean(cell).map(drop),
        Kind::Period | Kind::Month | Kind::Word(_) => cells::named(kind, text),
        Kind::Time => cells::moment(cell, notation).map(drop),
        Kind::Date => cells::day(cell, notation).map(drop),
        Kind::Number => cells::number(cell, notation).map(drop),
        Kind::Money
        | Kind::Quota
        | Kind::Weight
        | Kind::Percent
        | Kind::Hundred
        | Kind::Share
        | Kind::Rate => cells::fixed(cell, kind, notation).map(drop),
    }
}
