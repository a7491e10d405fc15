//! What a rule may name: tables in scope, columns by which a value depends, sources that must be there.

use std::cell::RefCell;

use super::ByColumn;
use crate::book::{Book, TableName};
use crate::config::{Item, Table, known_names};
use crate::data::{Catalogue, Used};
use crate::diagnostic::{Diagnostic, Span};
use crate::expr::{self, Expr, Scope, ScopeTable, Type};

/// The tables that an expression sees; contract, "Scope". The order is that of [`Scope::tables`].
pub(super) const DEALS: &[TableName] = &[TableName::Deals];
pub(super) const PAYEES: &[TableName] = &[TableName::Payees];
pub(super) const PAYEES_AND_DEALS: &[TableName] = &[TableName::Payees, TableName::Deals];
pub(super) const ENGAGEMENTS: &[TableName] = &[TableName::Engagements, TableName::Payees, TableName::Deals];
pub(super) const SPLITS: &[TableName] = &[TableName::Splits, TableName::Payees, TableName::Deals];

/// What all rules of a rule set are read against.
pub(super) struct Context<'a> {
    pub book: &'a Book,
    catalogue: &'a Catalogue,
    used: RefCell<Used>,
}

impl<'a> Context<'a> {
    pub(super) fn new(book: &'a Book, catalogue: &'a Catalogue) -> Self {
        Self { book, catalogue, used: RefCell::default() }
    }

    /// The columns that the rules read so far name.
    pub(super) fn into_used(self) -> Used {
        self.used.into_inner()
    }

    /// The condition under a key of a table, if the key is there.
    pub(super) fn condition(&self, table: &Table<'_>, key: &str, tables: &[TableName]) -> Option<Expr> {
        self.compile(&table.get(key)?, &self.scope(tables), Type::Boolean)
    }

    /// The number under a key of a table, if the key is there.
    pub(super) fn number(&self, table: &Table<'_>, key: &str, tables: &[TableName]) -> Option<Expr> {
        self.compile(&table.get(key)?, &self.scope(tables), Type::Number)
    }

    /// The condition on groups of engagements under a key of a table, if the key is there.
    pub(super) fn group_condition(&self, table: &Table<'_>, key: &str) -> Option<Expr> {
        let mut scope = self.scope(PAYEES_AND_DEALS);
        scope.tables.push(group());
        self.compile(&table.get(key)?, &scope, Type::Boolean)
    }

    /// Reports a source that a rule needs and the project does not have.
    pub(super) fn need_source(&self, table: &Table<'_>, source: TableName, span: Span, why: &str) {
        if self.catalogue.tables.get(&source).is_none_or(|schema| !schema.present) {
            let word = source.word();
            let message = format!("{} needs the source `{word}`: {why}", table.name());
            let help = format!("add `[sources.{word}]` with its `path` to apportion.toml");
            table.doc().report(Diagnostic::error("missing-source", message).at(span, "").help(help));
        }
    }

    /// The text column that a `by` names; a bare name is fine while one of `tables` has it.
    pub(super) fn by_column(&self, item: &Item<'_>, tables: &[TableName]) -> Option<ByColumn> {
        let text = item.text()?.value;
        let named = |table: TableName, column: &str| {
            let column = unquoted(column);
            let found = self.columns(table).iter().find(|(name, _)| name == column);
            found.map(|(name, of)| (table, name.clone(), *of))
        };
        let qualifier =
            text.split_once('.').and_then(|(table, rest)| Some((TableName::from_word(table)?, rest)));
        let candidates: Vec<(TableName, String, Type)> = match qualifier {
            Some((table, column)) if tables.contains(&table) => named(table, column).into_iter().collect(),
            Some(_) => Vec::new(),
            None => tables.iter().filter_map(|table| named(*table, &text)).collect(),
        };
        match candidates.as_slice() {
            [(table, column, Type::Text)] => {
                self.used.borrow_mut().entry(*table).or_default().insert(column.clone());
                Some(ByColumn { table: *table, column: column.clone() })
            }
            [(table, column, _)] => {
                let message = format!("`by` takes a text column, and `{}.{column}` is none", table.word());
                item.doc().report(item.error("wrong-type", message).help(self.text_columns(tables)));
                None
            }
            [] => {
                self.unknown_by(item, &text, qualifier, tables);
                None
            }
            several => {
                let names: Vec<String> =
                    several.iter().map(|(table, column, _)| format!("`{}.{column}`", table.word())).collect();
                let message = format!("`{text}` may be {}", names.join(" or "));
                item.doc()
                    .report(item.error("ambiguous-column", message).help("put the table before the name"));
                None
            }
        }
    }

    /// Reports a `by` that names no column that it may name.
    fn unknown_by(
        &self,
        item: &Item<'_>,
        text: &str,
        qualifier: Option<(TableName, &str)>,
        tables: &[TableName],
    ) {
        let allowed = words(tables);
        let (message, help) = match qualifier {
            Some((table, _)) if !tables.contains(&table) => (
                format!(
                    "`{}` can depend on a column of {allowed} here, not of {}",
                    item.name(),
                    table.word()
                ),
                self.text_columns(tables),
            ),
            Some((table, column)) => (
                format!("there is no column `{column}` in {}", table.word()),
                known_names(unquoted(column), table.word(), self.texts(table)),
            ),
            None => {
                let names = tables.iter().flat_map(|table| self.texts(*table));
                (
                    format!("there is no column `{text}` in {allowed}"),
                    known_names(unquoted(text), &allowed, names),
                )
            }
        };
        item.doc().report(item.error("unknown-column", message).help(help));
    }

    /// Help that lists the text columns of some tables.
    fn text_columns(&self, tables: &[TableName]) -> String {
        let names: Vec<String> = tables
            .iter()
            .flat_map(|table| self.texts(*table).map(|column| format!("{}.{column}", table.word())))
            .collect();
        format!("text columns: {}", names.join(", "))
    }

    /// Names of the text columns of a table.
    fn texts(&self, table: TableName) -> impl Iterator<Item = &'a str> {
        self.columns(table).iter().filter(|(_, of)| *of == Type::Text).map(|(name, _)| name.as_str())
    }

    fn columns(&self, table: TableName) -> &'a [(String, Type)] {
        self.catalogue.tables.get(&table).map_or(&[], |schema| schema.columns.as_slice())
    }

    fn scope(&self, tables: &[TableName]) -> Scope {
        let table = |name: &TableName| ScopeTable {
            name: name.word().to_owned(),
            columns: self.columns(*name).to_vec(),
        };
        Scope { tables: tables.iter().map(table).collect() }
    }

    /// Compiles an expression and notes the columns that it names.
    fn compile(&self, item: &Item<'_>, scope: &Scope, wanted: Type) -> Option<Expr> {
        let expr = match expr::compile(&item.expression()?, scope, wanted) {
            Ok(expr) => expr,
            Err(found) => {
                item.doc().report_all(found);
                return None;
            }
        };
        let mut used = self.used.borrow_mut();
        for column in expr.columns() {
            let Some(table) = scope.tables.get(column.table) else { continue };
            // The group of `require` is no table of the data.
            let Some(name) = TableName::from_word(&table.name) else { continue };
            if let Some((column, _)) = table.columns.get(column.column) {
                used.entry(name).or_default().insert(column.clone());
            }
        }
        drop(used);
        Some(expr)
    }
}

/// The group of engagements that `require` sees.
fn group() -> ScopeTable {
    let columns = [
        ("touches", Type::Number),
        ("weight", Type::Number),
        ("first_on", Type::Date),
        ("last_on", Type::Date),
    ];
    ScopeTable {
        name: "group".to_owned(),
        columns: columns.into_iter().map(|(name, of)| (name.to_owned(), of)).collect(),
    }
}

/// `"odd name"` is written in double quotes, as in expressions.
fn unquoted(name: &str) -> &str {
    name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name)
}

/// `payees or deals`.
fn words(tables: &[TableName]) -> String {
    tables.iter().map(|table| table.word()).collect::<Vec<_>>().join(" or ")
}
