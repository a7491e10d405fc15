//! One file of a source, opened: its header, and the expressions over its columns.

use std::collections::{BTreeMap, HashMap};

use apportion_expr::{Expr, Type};

use super::read::file::SourceFile;
use super::read::header::Header;
use super::typed_columns::TypedColumn;

/// One file of a source.
#[derive(Debug)]
pub(super) struct OpenFile {
    pub(super) file: SourceFile,
    pub(super) header: Header,
    /// The place of each column of the header.
    places: HashMap<String, usize>,
    pub(super) condition: Option<Expr>,
    /// By the column that they make.
    pub(super) exprs: BTreeMap<String, (Expr, Type)>,
    /// By place in the header: the columns that expressions see in another type than the file's.
    pub(super) seen: BTreeMap<usize, TypedColumn>,
}

impl OpenFile {
    pub(super) fn new(file: SourceFile, header: Header, seen: BTreeMap<usize, TypedColumn>) -> Self {
        let places =
            header.columns.iter().enumerate().map(|(index, column)| (column.name.clone(), index)).collect();
        Self { file, header, places, condition: None, exprs: BTreeMap::new(), seen }
    }

    /// The place of a column in the file.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// Whether several columns of the file have this name.
    pub(super) fn repeats(&self, name: &str) -> bool {
        self.header.repeated.binary_search_by(|repeated| repeated.as_str().cmp(name)).is_ok()
    }
}
