//! Sources that no rule needs, and settings of columns that nothing reads.

use std::collections::BTreeMap;

use crate::kinds::{self, Counts};
use apportion_base::diagnostic::{Code, Span, nearest};
use apportion_book::{ColumnFrom, Dates, Source, TableName};
use apportion_data::contract_columns;

use super::assignments;
use super::facts::Facts;
use super::finding::Finding;
use super::quotas;

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let optional = [TableName::Engagements, TableName::Assignments, TableName::Splits, TableName::Quotas];
    let mut found: Vec<Finding> = optional
        .into_iter()
        .filter(|table| !needed(facts, *table))
        .flat_map(|table| facts.book.sources.iter().filter(move |source| source.table == table))
        .map(unused_source)
        .collect();
    for source in &facts.book.sources {
        let columns = settings(source);
        let unused = columns
            .into_iter()
            .filter(|(name, _)| !is_used(facts, source.table, name) && !is_read(source, name));
        found.extend(unused.map(|(name, span)| unused_column(facts, source, name, span)));
    }
    found
}

/// Whether a rule needs the rows of a table.
fn needed(facts: &Facts<'_>, table: TableName) -> bool {
    match table {
        TableName::Quotas => return quotas::needed(facts),
        TableName::Assignments => return assignments::needed(facts),
        _ => {}
    }
    let mut versions = facts.rules.rules.iter().flat_map(|rule| &rule.versions);
    versions.any(|version| match kinds::of(&version.body).counts() {
        Counts::Engagements(_) => table == TableName::Engagements,
        Counts::Splits(_) => table == TableName::Splits,
        Counts::Milestones => table == TableName::Milestones,
        Counts::Credits | Counts::Lines => false,
    })
}

fn unused_source(source: &Source) -> Finding {
    let word = source.table.word();
    Finding::note(Code::UnusedSource, format!("no rule uses {word}: they are read and checked for nothing"))
        .at(source.span.clone(), "")
        .help("nothing to do if a rule is still to come; else take the source out")
}

/// The columns that a source says something about, and where.
fn settings(source: &Source) -> BTreeMap<&str, Span> {
    let mut named: BTreeMap<&str, Span> = BTreeMap::new();
    let values = source.values.iter().map(|(name, placed)| (name, placed.span.clone()));
    let defaults = source.defaults.iter().map(|(name, placed)| (name, placed.span.clone()));
    let types = source.types.iter().map(|(name, placed)| (name, placed.span.clone()));
    let columns = source.columns.iter().map(|(name, from)| match from {
        ColumnFrom::Name(placed) | ColumnFrom::Mark(placed) => (name, placed.span.clone()),
        ColumnFrom::Expr(text) => (name, text.span.clone()),
    });
    let dates = match &source.dates {
        Dates::All(_) => None,
        Dates::ByColumn(by) => Some(by.iter().map(|(name, placed)| (name, placed.span.clone()))),
    };
    let dates = dates.into_iter().flatten();
    for (name, span) in values.chain(defaults).chain(types).chain(dates).chain(columns) {
        named.insert(name, span);
    }
    named
}

/// Whether a condition or an expression of a source may read a column of its file, of which `types` says something.
fn is_read(source: &Source, name: &str) -> bool {
    let exprs = source.columns.values().filter_map(|from| match from {
        ColumnFrom::Expr(text) => Some(text),
        ColumnFrom::Name(_) | ColumnFrom::Mark(_) => None,
    });
    source.types.contains_key(name) && exprs.chain(&source.condition).any(|text| text.text.contains(name))
}

fn is_used(facts: &Facts<'_>, table: TableName, name: &str) -> bool {
    contract_columns(table).any(|column| column == name)
        || facts.used.get(&table).is_some_and(|used| used.contains(name))
}

fn unused_column(facts: &Facts<'_>, source: &Source, name: &str, span: Span) -> Finding {
    let word = source.table.word();
    let message = format!("`{name}` of {word} is no column that `apportion` knows, and no rule names it");
    let mut known: Vec<&str> = contract_columns(source.table).collect();
    known.extend(facts.used.get(&source.table).into_iter().flatten().map(String::as_str));
    let finding = Finding::note(Code::UnusedColumn, message).at(span, "");
    match nearest(name, known) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("it is not read; nothing to do if a rule is still to come"),
    }
}
