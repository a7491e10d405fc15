//! Name resolution: the column of a scope that a name means, or a message where there is none or more than one.

use super::problem::{AMBIGUOUS, Problem, UNKNOWN_COLUMN, UNKNOWN_TABLE};
use super::scope::{ColumnRef, Scope, ScopeTable};
use super::syntax::Name;
use super::types::Type;
use apportion_base::diagnostic::nearest;

/// The most names that a help line lists before it ends in "…".
const LISTED: usize = 8;

/// The column that a name means, with or without the table before it.
pub(super) fn find(
    scope: &Scope,
    table: Option<&Name>,
    name: &Name,
) -> Result<(ColumnRef, Type), Box<Problem>> {
    match table {
        Some(table) => qualified(scope, table, name),
        None => bare(scope, name),
    }
}

/// Index and type of a table's column.
fn position(table: &ScopeTable, name: &str) -> Option<(usize, Type)> {
    let mut columns = table.columns.iter().enumerate();
    columns.find(|(_, (column, _))| column == name).map(|(index, (_, ty))| (index, *ty))
}

fn qualified(scope: &Scope, table: &Name, name: &Name) -> Result<(ColumnRef, Type), Box<Problem>> {
    let Some((index, found)) = scope.tables.iter().enumerate().find(|(_, t)| t.name == table.text) else {
        return joined_to_another(scope, table, name);
    };
    match position(found, &name.text) {
        Some((column, ty)) => Ok((ColumnRef { table: index, column }, ty)),
        None => Err(Box::new(unknown(&[found], name))),
    }
}

/// The column of a table whose columns the rows of others have beside their own, under names like `accounts.country`. Of several such
/// tables the first one is meant: rules put the deal before what is counted for it.
fn joined_to_another(scope: &Scope, table: &Name, name: &Name) -> Result<(ColumnRef, Type), Box<Problem>> {
    let wanted = format!("{}.{}", table.text, name.text);
    let mut of_rules = scope.tables.iter().enumerate().filter(|(_, other)| !other.name.is_empty());
    let hit = of_rules.find_map(|(index, other)| position(other, &wanted).map(|found| (index, found)));
    if let Some((index, (column, ty))) = hit {
        return Ok((ColumnRef { table: index, column }, ty));
    }
    let start = format!("{}.", table.text);
    let of_table = |other: &ScopeTable| -> Vec<(String, Type)> {
        let columns = other.columns.iter().filter(|_| !other.name.is_empty());
        columns.filter_map(|(column, ty)| Some((column.strip_prefix(&start)?.to_owned(), *ty))).collect()
    };
    match scope.tables.iter().map(of_table).find(|columns| !columns.is_empty()) {
        Some(columns) => Err(Box::new(unknown(&[&ScopeTable::new(&*table.text, columns)], name))),
        None => Err(Box::new(unknown_table(scope, table))),
    }
}

fn bare(scope: &Scope, name: &Name) -> Result<(ColumnRef, Type), Box<Problem>> {
    let hits: Vec<(usize, usize, Type)> = scope
        .tables
        .iter()
        .enumerate()
        .filter(|(_, table)| !table.qualified)
        .filter_map(|(index, table)| position(table, &name.text).map(|(column, ty)| (index, column, ty)))
        .collect();
    match hits[..] {
        [(table, column, ty)] => Ok((ColumnRef { table, column }, ty)),
        [] => {
            let bare: Vec<&ScopeTable> = scope.tables.iter().filter(|table| !table.qualified).collect();
            Err(Box::new(unknown(&bare, name)))
        }
        _ => Err(Box::new(ambiguous(scope, name, hits.iter().map(|(table, ..)| *table)))),
    }
}

fn unknown_table(scope: &Scope, table: &Name) -> Problem {
    let names: Vec<&str> =
        scope.tables.iter().map(|t| t.name.as_str()).filter(|name| !name.is_empty()).collect();
    let problem =
        Problem::new(UNKNOWN_TABLE, table.range.clone(), format!("there is no table `{}` here", table.text));
    if names.is_empty() {
        return problem.help("the columns of a file are named without a table");
    }
    let near = nearest(&table.text, names.iter().copied()).map(|name| format!("did you mean `{name}`? "));
    problem.help(format!("{}this expression sees {}", near.unwrap_or_default(), joined(&names, "and")))
}

fn ambiguous(scope: &Scope, name: &Name, tables: impl Iterator<Item = usize>) -> Problem {
    let tables: Vec<&str> =
        tables.filter_map(|index| scope.tables.get(index)).map(|table| table.name.as_str()).collect();
    let choices: Vec<String> =
        tables.iter().map(|table| format!("`{table}.{}`", spelled(&name.text))).collect();
    let message = format!("`{}` is a column of {}", name.text, joined(&tables, "and"));
    Problem::new(AMBIGUOUS, name.range.clone(), message).help(format!("write {}", joined(&choices, "or")))
}

fn unknown(tables: &[&ScopeTable], name: &Name) -> Problem {
    let places: Vec<&str> =
        tables.iter().map(|table| if table.name.is_empty() { "the file" } else { &table.name }).collect();
    let message = format!("there is no column `{}` in {}", name.text, joined(&places, "or"));
    let mut problem = Problem::new(UNKNOWN_COLUMN, name.range.clone(), message);
    if name.quoted {
        problem = problem.help(format!("a text is written in single quotes: '{}'", name.text));
    }
    let near = nearest(&name.text, tables.iter().flat_map(|t| &t.columns).map(|(column, _)| column.as_str()));
    for (table, place) in tables.iter().zip(places) {
        let guess = near.filter(|near| position(table, near).is_some());
        if let Some(help) = listing(table, place, guess, near.is_some()) {
            problem = problem.help(help);
        }
    }
    problem
}

/// A help line about the columns of a table. A guess, the nearest name, comes first; where the guess is a column of
/// another table (`guessed` without `guess`), there is no line.
fn listing(table: &ScopeTable, place: &str, guess: Option<&str>, guessed: bool) -> Option<String> {
    let mut others: Vec<&str> = table
        .columns
        .iter()
        .map(|(column, _)| column.as_str())
        .filter(|column| Some(*column) != guess)
        .collect();
    others.sort_unstable();
    let ellipsis = if others.len() > LISTED { ", …" } else { "" };
    others.truncate(LISTED);
    let listed = if others.is_empty() { None } else { Some(format!("{}{ellipsis}", others.join(", "))) };
    match (guess, listed) {
        (Some(guess), Some(listed)) => {
            Some(format!("did you mean `{}`? {place} also has: {listed}", spelled(guess)))
        }
        (Some(guess), None) => Some(format!("did you mean `{}`?", spelled(guess))),
        (None, Some(listed)) if !guessed => Some(format!("{place} has: {listed}")),
        _ => None,
    }
}

/// A name as it must be written: in double quotes unless it is plain.
fn spelled(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && name.chars().next().is_some_and(|c| !c.is_numeric())
        && !super::refuse::is_reserved_word(name);
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// Words as a list in a sentence: "a", "a and b", "a, b and c".
pub(super) fn joined<S: AsRef<str>>(words: &[S], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [most @ .., end] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} {last} {}", most.join(", "), end.as_ref())
        }
    }
}
