//! Which columns of a file are wanted.

use apportion_book::Source;

use super::file::SourceFile;
use super::header::Header;

/// Columns of a file that are to be read.
#[derive(Debug, Clone, Copy)]
pub struct Projection<'a> {
    /// The source that the file belongs to.
    pub source: &'a Source,
    /// The header of the file.
    pub header: &'a Header,
    /// Places in the header, in the order in which the columns are handed out.
    pub columns: &'a [usize],
}

/// What a format has to read: the columns `wanted` of `header`, which is the file's own (before `unpivot`).
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) source: &'a Source,
    pub(super) header: &'a Header,
    pub(super) wanted: &'a [usize],
}

impl<'a> Request<'a> {
    /// The names of the wanted columns, in their order.
    pub(super) fn names(&self) -> Vec<&'a str> {
        self.wanted
            .iter()
            .filter_map(|&index| self.header.columns.get(index))
            .map(|c| c.name.as_str())
            .collect()
    }
}
