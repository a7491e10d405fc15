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
    /// The places of the rows that are wanted, from 0 and ascending; `None` is all. Only readers of Parquet files ask, others hand out all
    /// rows.
    pub picked: Option<&'a [u64]>,
    /// Whether the digest of the file is wanted; without it, readers may leave it empty.
    pub digest: bool,
}

impl<'a> Projection<'a> {
    /// All rows, and the digest.
    pub fn whole(source: &'a Source, header: &'a Header, columns: &'a [usize]) -> Self {
        Self { source, header, columns, picked: None, digest: true }
    }
}

/// What a format has to read: the columns `wanted` of `header`, which is the file's own (before `unpivot`).
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) source: &'a Source,
    pub(super) header: &'a Header,
    pub(super) wanted: &'a [usize],
    pub(super) picked: Option<&'a [u64]>,
    pub(super) digest: bool,
}

impl<'a> Request<'a> {
    /// All rows, and the digest.
    pub(super) fn whole(
        file: &'a SourceFile,
        source: &'a Source,
        header: &'a Header,
        wanted: &'a [usize],
    ) -> Self {
        Self { file, source, header, wanted, picked: None, digest: true }
    }

    /// The names of the wanted columns, in their order.
    pub(super) fn names(&self) -> Vec<&'a str> {
        self.wanted
            .iter()
            .filter_map(|&index| self.header.columns.get(index))
            .map(|c| c.name.as_str())
            .collect()
    }
}
