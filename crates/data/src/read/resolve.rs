//! The paths and globs of a source → its files.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::file::SourceFile;
use super::joins::Joins;
use super::{fault, format};
use crate::own;
use apportion_base::diagnostic::Diagnostic;
use apportion_base::world::{Entry, GlobError, World, nameless, overlooked, pattern_below};
use apportion_book::{Source, SourceValue};

/// The files of a source: in the order of its paths, those of a glob in byte order, each file once.
///
/// Errors: `missing-file` for a path or glob without a file, `unknown-format` for a file whose extension says none.
pub fn resolve(
    world: &Arc<dyn World>,
    root: &Path,
    source: &Source,
) -> Result<Vec<SourceFile>, Vec<Diagnostic>> {
    let joins = Arc::new(Joins::resolve(world, root, source)?);
    let mut files = Vec::new();
    let mut errors = Vec::new();
    let mut seen = BTreeSet::new();
    for written in &source.paths {
        let paths = match matching(world.as_ref(), root, written) {
            Ok(paths) => paths,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        for path in paths {
            let shown = shown(root, &path);
            if !seen.insert(world.identity(&path)) {
                continue;
            }
            match format::of(&path) {
                Some(format) => files.push(SourceFile {
                    zone: None,
                    times: BTreeSet::new(),
                    path,
                    shown,
                    span: written.span.clone(),
                    format,
                    world: Arc::clone(world),
                    handle: OnceLock::new(),
                    joins: Arc::clone(&joins),
                }),
                None => errors.push(fault::unknown_format(&shown, written.span.clone())),
            }
        }
    }
    for written in &source.paths {
        // Another path of the source may name it as it is spelled.
        let missed = missed(world.as_ref(), root, written).into_iter();
        let missed = missed.filter(|path| !seen.contains(&world.identity(path)));
        errors.extend(
            missed.map(|path| fault::overlooked(&shown(root, &path), &written.value, written.span.clone())),
        );
    }
    if errors.is_empty() { Ok(files) } else { Err(errors) }
}

/// Files that a glob misses by upper and lower case alone.
fn missed(world: &dyn World, root: &Path, written: &SourceValue<String>) -> Vec<PathBuf> {
    let is_glob =
        written.value.contains(['*', '?', '[']) && world.entry(&root.join(&written.value)) != Entry::File;
    if is_glob { overlooked(world, &pattern_below(root, &written.value)) } else { Vec::new() }
}

/// The files that match a path or glob, at least one.
fn matching(
    world: &dyn World,
    root: &Path,
    written: &SourceValue<String>,
) -> Result<Vec<PathBuf>, Diagnostic> {
    let text = &written.value;
    let missing = |what: String| fault::missing_file(text, written.span.clone(), &what);
    let literal = root.join(text);
    match world.entry(&literal) {
        Entry::File => return Ok(vec![literal]),
        Entry::Folder => {
            return Err(missing(format!("`{text}` is a folder"))
                .help(format!("name the files in it, as in `{}/*.csv`", text.trim_end_matches('/'))));
        }
        Entry::Other => {
            return Err(missing(format!("`{text}` is a pipe or a device, and not a regular file")));
        }
        Entry::Absent => {}
    }
    if !text.contains(['*', '?', '[']) {
        // A folder on the way that this user may not look into hides what is in it.
        let error = match world.open(&literal) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(missing(format!("`{text}` can't be opened: {error}")));
            }
            _ => missing(format!("there is no file `{text}`")),
        };
        return Err(match near_file(world, &literal) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error,
        });
    }
    if root.to_str().is_none() {
        return Err(missing(format!(
            "`{text}` can't be looked for: the project's folder `{}` has a name that is not UTF-8",
            root.display()
        ))
        .help("rename the folder, or name the files without a pattern"));
    }
    if let Some(nameless) = nameless(world, &pattern_below(root, text)).first() {
        return Err(missing(format!(
            "`{}` fits `{text}` and has a name that is not UTF-8, so it can't be read",
            shown(root, nameless)
        ))
        .help("rename the file: results name the files that they are made of"));
    }
    let found = world.glob(&pattern_below(root, text)).map_err(|error| match error {
        GlobError::Pattern(error) => missing(format!("`{text}` is not a pattern of paths: {error}")),
        // A folder that can't be read may have rows: skipping it would lose them silently.
        GlobError::Unreadable { path, error } => {
            missing(format!("`{}` can't be looked into: {error}", shown(root, &path)))
        }
    })?;
    let mut paths = Vec::new();
    for path in found {
        match world.entry(&path) {
            Entry::File => paths.push(path),
            Entry::Folder => {}
            Entry::Other | Entry::Absent => {
                let shown = shown(root, &path);
                let why = match world.entry(&path) {
                    Entry::Other => "it is a pipe or a device",
                    _ => "the link leads nowhere",
                };
                return Err(missing(format!("`{shown}` fits `{text}` and is no file: {why}")));
            }
        }
    }
    let matched = paths.len();
    // A result is no input of the run that replaces it: what was found before the first run is found after it as well.
    paths.retain(|path| !own::is_of_a_result(world, path));
    match (paths.is_empty(), matched) {
        (false, _) => Ok(paths),
        (true, 0) => Err(missing(format!("no file matches `{text}`"))),
        (true, _) => Err(missing(format!("`{text}` matches nothing but files of results"))
            .help("to read a result, name its file without a pattern")),
    }
}

/// The most similar name in the same folder, for the help of a missing one.
fn near_file(world: &dyn World, path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let names = world.names(path.parent()?).ok()?;
    let names: Vec<String> = names.into_iter().filter_map(|name| name.into_string().ok()).collect();
    apportion_base::diagnostic::nearest(wanted, names.iter().map(String::as_str)).map(str::to_owned)
}

/// A path relative to the project's folder if it is within it, with `/` and without `.` and `..` where possible.
fn shown(root: &Path, path: &Path) -> String {
    let (root, path) = (plain(root), plain(path));
    let mut below = path.as_slice();
    let mut above = root.as_slice();
    while let (Some((a, rest_a)), Some((b, rest_b))) = (above.split_first(), below.split_first()) {
        if a != b {
            break;
        }
        (above, below) = (rest_a, rest_b);
    }
    // A file outside of the project's folder is shown by its relative path, which does not depend on the machine.
    let up = above.iter().map(|_| "..".to_owned());
    up.chain(below.iter().map(|part| part.to_string_lossy().into_owned())).collect::<Vec<_>>().join("/")
}

/// The parts of a path, with `..` taken back.
fn plain(path: &Path) -> Vec<&OsStr> {
    let mut parts: Vec<&OsStr> = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other.as_os_str()),
        }
    }
    parts
}
