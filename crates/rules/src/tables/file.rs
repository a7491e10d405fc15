//! The files of rate tables: found through the world like rule files, each read once, rows side by side.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::model::RateTable;
use super::reader::{TableText, read};
use crate::RuleBook;
use crate::Value;
use crate::context::Context;
use apportion_base::diagnostic::{Code, Diagnostic, FileId, Files, Span};
use apportion_base::digest::{FileDigest, sha256_hex};
use apportion_base::world::World;
use apportion_book::config::describe::Number;
use apportion_book::config::{Doc, Item, Table};
use apportion_book::{SourceValue, TableName};

/// A file may have so many bytes: a table is written by people, and its rows are all in memory.
const MOST_BYTES: u64 = 64 << 20;

/// A table that a rule asks for.
#[derive(Debug, Clone)]
pub(crate) struct TableRequest {
    /// The whole value in the rule file.
    pub span: Span,
    /// The file, relative to the project file.
    pub path: SourceValue<String>,
    /// The column of the values.
    pub value: SourceValue<String>,
    /// Columns that are compared besides dates and ranges; `None` compares all.
    pub only: Option<Vec<SourceValue<String>>>,
    /// Tables whose columns are in scope.
    pub scope: &'static [TableName],
    /// What the values are.
    pub number: Number,
}

/// A file of tables.
struct LoadedFile {
    text: Arc<str>,
    id: FileId,
}

/// Reads the tables that the rules of a context ask for, from below a folder, and puts them into the rules. What is wrong with them is added to
/// `found`.
pub(crate) fn load(
    (world, root): (&dyn World, &Path),
    context: &Context<'_>,
    rules: &mut RuleBook,
    files: &mut Files,
    found: &mut Vec<Diagnostic>,
) -> Vec<FileDigest> {
    let requests = context.table_requests();
    let mut paths: BTreeMap<&str, &TableRequest> = BTreeMap::new();
    for request in &requests {
        paths.entry(request.path.value.as_str()).or_insert(request);
    }
    let bytes: Vec<_> = paths
        .into_par_iter()
        .map(|(path, request)| (path, bytes(world, &root.join(path), request)))
        .collect();
    let mut loaded: BTreeMap<&str, LoadedFile> = BTreeMap::new();
    let mut digests = Vec::new();
    for (path, bytes) in bytes {
        match bytes {
            Ok((text, sha256)) => {
                let id = files.add(path, Arc::clone(&text));
                digests.push(FileDigest { path: path.to_owned(), sha256 });
                loaded.insert(path, LoadedFile { text, id });
            }
            Err(error) => found.push(error),
        }
    }
    // Columns are looked up by the context, which is of one thread; rows are read by all.
    let texts: Vec<Option<TableText<'_>>> = requests
        .iter()
        .map(|request| {
            let file = loaded.get(request.path.value.as_str())?;
            TableText::new(&file.text, file.id, request, context, found)
        })
        .collect();
    let tables: Vec<Option<Result<RateTable, Vec<Diagnostic>>>> =
        texts.par_iter().with_max_len(1).map(|text| text.as_ref().map(read)).collect();
    let mut good: Vec<Option<Arc<RateTable>>> = Vec::with_capacity(tables.len());
    for table in tables {
        match table {
            Some(Ok(table)) => good.push(Some(Arc::new(table))),
            Some(Err(wrong)) => {
                // Two rules may read one file alike: what is wrong with it is said once.
                found.extend(wrong.into_iter().filter(|one| !found.contains(one)).collect::<Vec<_>>());
                good.push(None);
            }
            None => good.push(None),
        }
    }
    let versions = rules.rules.iter_mut().flat_map(|rule| &mut rule.versions);
    for value in versions.flat_map(|version| version.body.values_mut()) {
        if let Value::Table(pending) = value
            && let Some(Some(table)) = good.get(pending.request)
        {
            *pending = Arc::clone(table);
        }
    }
    digests
}

/// Text and SHA-256 of a file.
fn bytes(world: &dyn World, path: &Path, request: &TableRequest) -> Result<(Arc<str>, String), Diagnostic> {
    let name = &request.path.value;
    let unreadable = |why: &str| {
        Diagnostic::error(Code::CannotRead, format!("{name} can't be read: {why}"))
            .at(request.path.span.clone(), "")
            .help("a rate table is a text file in UTF-8, by its path from the folder of apportion.toml")
    };
    let file = world.open(path).map_err(|error| unreadable(&error.to_string()))?;
    if file.length() > MOST_BYTES {
        let message =
            format!("{name} has more than {} MiB: that is too much for a rate table", MOST_BYTES >> 20);
        return Err(Diagnostic::error(Code::RateTableTooLarge, message)
            .at(request.path.span.clone(), "")
            .help("split it over several rules, each with a `when` and a table of its own"));
    }
    let bytes = file.read_all().and_then(|bytes| file.check_unchanged().map(|()| bytes));
    let bytes = bytes.map_err(|error| unreadable(&error.to_string()))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(unreadable("it grew while it was read"));
    }
    let sha256 = sha256_hex(&bytes);
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8"))?;
    Ok((text.into(), sha256))
}

/// The paths of rate tables in the text of a rule file, whether or not the rules are right.
pub(crate) fn written_paths(name: &str, text: &str) -> Vec<String> {
    let doc = Doc::new(name, text, &mut Files::default());
    let mut paths = Vec::new();
    if let Some(table) = doc.parse() {
        in_table(&doc.top(&table, name), &mut paths);
    }
    paths
}

fn in_table(table: &Table<'_>, paths: &mut Vec<String>) {
    if let (Some(path), Some(_)) = (table.get("table").filter(Item::is_text), table.get("value")) {
        paths.extend(path.text().map(|path| path.value));
    }
    for (_, item) in table.entries() {
        in_item(&item, paths);
    }
}

fn in_item(item: &Item<'_>, paths: &mut Vec<String>) {
    if item.is_table() {
        item.table("").iter().for_each(|table| in_table(table, paths));
    } else if item.is_list() {
        item.list("").iter().flatten().for_each(|item| in_item(item, paths));
    }
}
