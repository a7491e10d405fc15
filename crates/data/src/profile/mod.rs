//! What the sources of a project are: their files, where each of our columns comes from, and the first rows as they are
//! read. `apportion sources` shows it.
//!
//! Cells are read as a run reads them, and only cells: keys and references are for `check`.

mod columns;
mod model;
mod rows;

use std::collections::BTreeSet;

use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Book, Source, TableName};

use super::open::OpenSources;
use super::open_file::OpenFile;
use super::tables::catalogue::UsedColumns;

pub use model::{ColumnOrigin, ColumnProfile, FileProfile, SourceProfile, UnreadableCell};

impl OpenSources {
    /// Reads the sources, of one table or of all. `used` are the attributes that rules name, and so many rows are kept as
    /// examples. A file that can't be read is an error of its source alone.
    pub fn profiles(
        &self,
        book: &Book,
        used: &UsedColumns,
        table: Option<TableName>,
        examples: usize,
    ) -> Vec<Result<SourceProfile, Diagnostic>> {
        let wanted = self.sources.iter().filter(|open| {
            let source = &book.sources[open.index];
            table.is_none_or(|table| source.table == table) && !open.files.is_empty()
        });
        let profile = |open: &super::open::OpenSource| {
            let source = &book.sources[open.index];
            let mut profile = profile(book, source, &open.files, used, examples)?;
            profile.source = open.index;
            Ok(profile)
        };
        wanted.map(profile).collect()
    }
}

fn profile(
    book: &Book,
    source: &Source,
    files: &[OpenFile],
    used: &UsedColumns,
    examples: usize,
) -> Result<SourceProfile, Diagnostic> {
    let names = columns::names(source, files, used);
    let mut tallies = rows::Tallies::new(names.len(), examples);
    let mut profiles = Vec::new();
    let mut bindings = Vec::new();
    for file in files {
        let plan = columns::plan(book, source, file, &names)?;
        profiles.push(rows::file(source, &plan, &mut tallies)?);
        bindings.push(plan);
    }
    let columns = names.iter().enumerate().map(|(index, name)| {
        columns::profile(
            source,
            name,
            bindings.iter().map(|plan| (plan.file, &plan.bindings[index])),
            &mut tallies,
        )
    });
    let columns = columns.collect();
    let read: BTreeSet<&str> = bindings.iter().flat_map(|plan| names_at(plan.file, &plan.wanted)).collect();
    let bound: BTreeSet<&str> = bindings.iter().flat_map(columns::bound).collect();
    let all = || files.iter().flat_map(|file| &file.header.columns).map(|column| column.name.as_str());
    let repeated = files.iter().flat_map(|file| &file.header.repeated).map(String::as_str);
    Ok(SourceProfile {
        table: source.table,
        source: 0,
        files: profiles,
        columns,
        expression_columns: once(all().filter(|name| read.contains(name) && !bound.contains(name))),
        not_read: once(all().chain(repeated).filter(|name| !read.contains(name))),
        first_rows: tallies.first_rows,
    })
}

/// The names of the columns at these places.
fn names_at<'a>(file: &'a OpenFile, places: &'a [usize]) -> impl Iterator<Item = &'a str> {
    places.iter().filter_map(|place| file.header.columns.get(*place)).map(|column| column.name.as_str())
}

/// Each name once, in order of its first occurrence.
fn once<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut known = BTreeSet::new();
    names.filter(|name| known.insert(*name)).map(str::to_owned).collect()
}
