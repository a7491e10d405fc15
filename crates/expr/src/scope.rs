//! What an expression may name.

use super::types::Type;
use apportion_base::notation::Zone;

/// The tables that an expression may name, with their columns.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// The tables in the order of [`Input::tables`](super::Input::tables).
    pub tables: Vec<ScopeTable>,
    /// Where instants in texts have their days; without it, where they say that they are.
    pub zone: Option<Zone>,
}

/// One table of a [`Scope`].
#[derive(Debug, Clone)]
pub struct ScopeTable {
    /// As written before the point: `deals`, `payees`, …; empty for the columns of a source's own file.
    pub name: String,
    /// Names and types of its columns.
    pub columns: Vec<(String, Type)>,
    /// Whether its columns are never meant by a bare name: the table has to stand before them.
    pub qualified: bool,
}

impl ScopeTable {
    /// A table whose columns may be named without it.
    pub fn new(name: impl Into<String>, columns: Vec<(String, Type)>) -> Self {
        Self { name: name.into(), columns, qualified: false }
    }
}

/// A column of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnRef {
    /// Index into [`Scope::tables`].
    pub table: usize,
    /// Index into [`ScopeTable::columns`].
    pub column: usize,
}

impl Scope {
    /// A scope of one table without a name: the columns of a source's own file.
    pub fn of_file(columns: Vec<(String, Type)>) -> Self {
        Self { tables: vec![ScopeTable::new(String::new(), columns)], zone: None }
    }

    /// Adds a table after the others.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, columns: Vec<(String, Type)>) -> Self {
        self.tables.push(ScopeTable::new(name, columns));
        self
    }

    /// Adds a table whose columns are named with it only.
    #[must_use]
    pub fn with_qualified(mut self, name: impl Into<String>, columns: Vec<(String, Type)>) -> Self {
        self.tables.push(ScopeTable { qualified: true, ..ScopeTable::new(name, columns) });
        self
    }

    /// Name and type of a column; `None` if it is not of this scope.
    pub fn column(&self, column: ColumnRef) -> Option<(&str, Type)> {
        let (name, ty) = self.tables.get(column.table)?.columns.get(column.column)?;
        Some((name, *ty))
    }
}
