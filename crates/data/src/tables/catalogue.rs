//! Which columns there are, before a row is read.

use std::collections::{BTreeMap, BTreeSet};

use apportion_book::TableName;
use apportion_expr::Type;

/// The columns of each table that rules may name. It is made from the headers of files, without reading rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// The schema of each table.
    pub tables: BTreeMap<TableName, TableSchema>,
}

/// One table of a [`Catalogue`]. The table's own columns are always listed, also those that no file has (they are
/// null).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableSchema {
    /// Whether the table has a source.
    pub present: bool,
    /// Name and type of each column.
    pub columns: Vec<(String, Type)>,
}

/// The columns that rules name, by table. Columns that `apportion` knows are read in any case.
pub type UsedColumns = BTreeMap<TableName, BTreeSet<String>>;

/// Stands among the used columns of engagements where work of one day must be in the order of its ids
/// ([`Engagements::ids`](super::Engagements::ids)) and nobody names the ids. No file has this column: names of columns are trimmed.
pub const ORDER_OF_WORK: &str = " order of work";
