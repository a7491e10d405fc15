//! Where each of our columns comes from.

use std::collections::BTreeSet;

use apportion_base::diagnostic::Diagnostic;
use apportion_base::notation::{DecimalSign, Group, NumberNotation};
use apportion_book::{Book, ColumnFrom, Source};
use apportion_expr::Type;

use super::model::{ColumnOrigin, ColumnProfile};
use super::rows::Tallies;
use crate::contract::{self, Kind};
use crate::currencies::Marks;
use crate::intake::FilePlan;
use crate::load::named_columns;
use crate::mapping::{Binding, FileOf, From, attribute_kind};
use crate::nulls::Nulls;
use crate::open_file::OpenFile;
use crate::read::header::RawType;
use crate::tables::catalogue::UsedColumns;

/// The columns to look at: those of the table, then attributes that the project file or rules name.
pub(super) fn names(source: &Source, files: &[OpenFile], used: &UsedColumns) -> Vec<String> {
    let spec = contract::spec_of(source);
    let mut names: Vec<String> = spec.columns.iter().map(|column| column.name.to_owned()).collect();
    let ruled = used.get(&source.table).into_iter().flatten().filter(|name| {
        contract::derived(source.table).all(|(derived, _)| derived != name.as_str())
            && files.iter().any(|file| attribute_kind(source, file, name).is_some())
    });
    let given = source.columns.keys().chain(source.defaults.keys());
    let mut attributes: BTreeSet<&String> = given.chain(ruled).collect();
    attributes.retain(|name| spec.columns.iter().all(|column| column.name != name.as_str()));
    names.extend(attributes.into_iter().cloned());
    names
}

/// How a file is read into these columns.
pub(super) fn plan<'a>(
    book: &'a Book,
    source: &'a Source,
    file: &'a OpenFile,
    names: &[String],
) -> Result<FilePlan<'a>, Diagnostic> {
    let spec = contract::spec_of(source);
    let place = FileOf { source, file };
    let binding = |(index, name): (usize, &String)| match spec.columns.get(index) {
        Some(column) => Binding::new(book, place, name, column.cell, Some(column)),
        None => {
            let kind = attribute_kind(source, file, name).unwrap_or(Kind::Text);
            Binding::new(book, place, name, kind, None)
        }
    };
    let bindings = names.iter().enumerate().map(binding).collect::<Result<Vec<_>, _>>()?;
    let named = named_columns(file);
    let places = bindings.iter().filter_map(|binding| match binding.from {
        From::File(place) | From::Marks(place) => Some(place),
        From::Expr(..) | From::Nowhere => None,
    });
    let wanted: BTreeSet<usize> = places.chain(named.iter().copied()).collect();
    Ok(FilePlan {
        spec,
        file,
        nulls: Nulls::new(source),
        wanted: wanted.into_iter().collect(),
        bindings,
        marks: Marks { source, book: book.currency.code() },
        named: named.into_iter().collect(),
        part: None,
    })
}

/// The columns of a file that our columns are.
pub(super) fn bound<'a>(plan: &'a FilePlan<'_>) -> impl Iterator<Item = &'a str> {
    plan.bindings.iter().filter_map(|binding| match binding.from {
        From::File(place) | From::Marks(place) => {
            plan.file.header.columns.get(place).map(|column| column.name.as_str())
        }
        From::Expr(..) | From::Nowhere => None,
    })
}

/// What is known of a column; `files` are all files with how they give it.
pub(super) fn profile<'a>(
    source: &Source,
    name: &str,
    files: impl Iterator<Item = (&'a OpenFile, &'a Binding<'a>)>,
    tallies: &mut Tallies,
) -> ColumnProfile {
    let files: Vec<_> = files.collect();
    let from_file = |(_, binding): &&(&OpenFile, &Binding)| !matches!(binding.from, From::Nowhere);
    let first = files.iter().find(from_file).or(files.first());
    let lacking = match files.iter().any(|file| from_file(&file)) {
        true => {
            files.iter().filter(|file| !from_file(file)).map(|(file, _)| file.file.shown.clone()).collect()
        }
        false => Vec::new(),
    };
    let spec = contract::spec_of(source).columns.iter().find(|column| column.name == name);
    let tally = tallies.take(name);
    let (origin, kind, written, default) = match first {
        Some((file, binding)) => (
            origin(source, name, binding),
            binding.kind,
            written(file, binding),
            binding.default.as_ref().map(|default| default.text.clone()),
        ),
        None => (ColumnOrigin::Absent, Kind::Text, None, None),
    };
    ColumnProfile {
        name: name.to_owned(),
        origin,
        lacking,
        kind,
        written,
        required: spec.is_some_and(|spec| spec.required),
        default,
        nulls: tally.nulls,
        distinct: tally.values.len() as u64,
        unreadable: tally.unreadable,
        example: tally.example,
    }
}

fn origin(source: &Source, name: &str, binding: &Binding) -> ColumnOrigin {
    match (&binding.from, source.columns.get(name)) {
        (From::File(_), Some(ColumnFrom::Name(from))) => ColumnOrigin::Mapped(from.value.clone()),
        (From::Expr(..), Some(ColumnFrom::Expr(text))) => ColumnOrigin::Expression(text.text.to_string()),
        (From::Marks(_), Some(ColumnFrom::Mark(from))) => ColumnOrigin::Marks(from.value.clone()),
        (From::File(_), _) => ColumnOrigin::OwnName,
        _ => match &binding.default {
            Some(default) => ColumnOrigin::Default(default.text.clone()),
            None => ColumnOrigin::Absent,
        },
    }
}

/// How the cells of a column are written, where the file does not say it itself.
fn written(file: &OpenFile, binding: &Binding) -> Option<String> {
    let raw = match binding.from {
        From::File(place) | From::Marks(place) => file.header.columns.get(place).map(|column| column.ty),
        From::Expr(_, ty) if ty != Type::Text => return None,
        From::Expr(..) => Some(RawType::Text),
        From::Nowhere => None,
    };
    if !matches!(raw, Some(RawType::Cells | RawType::Text)) {
        return None;
    }
    match contract::expr_type(binding.kind) {
        Type::Number => Some(sample(binding.notation.number)),
        Type::Date => Some(binding.notation.date.pattern().to_owned()),
        Type::Text | Type::Boolean => None,
    }
}

/// A number in a notation.
fn sample(notation: NumberNotation) -> String {
    let whole = match notation.group {
        Group::Comma => "1,234",
        Group::Point => "1.234",
        Group::Blank => "1 234",
        Group::Apostrophe => "1'234",
        Group::Indian => "1,00,234",
        Group::None => "1234",
    };
    let point = if notation.decimal == DecimalSign::Comma { ',' } else { '.' };
    let percent = if notation.percent { "%" } else { "" };
    format!("{whole}{point}50{percent}")
}
