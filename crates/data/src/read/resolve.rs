//! The paths and globs of a source → its files.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};

use super::{SourceFile, fault, format};
use apportion_base::diagnostic::Diagnostic;
use apportion_book::{Placed, Source};

/// The files of a source: in the order of its paths, those of a glob in byte order, each file once.
///
/// Errors: `missing-file` for a path or glob without a file, `unknown-format` for a file whose extension says none.
pub fn resolve(root: &Path, source: &Source) -> Result<Vec<SourceFile>, Vec<Diagnostic>> {
    let mut files = Vec::new();
    let mut errors = Vec::new();
    let mut seen = BTreeSet::new();
    for written in &source.paths {
        let paths = match matching(root, written) {
            Ok(paths) => paths,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        for path in paths {
            let shown = shown(root, &path);
            let identity = path.canonicalize().unwrap_or_else(|_| path.clone());
            if !seen.insert(identity) {
                continue;
            }
            match format::of(&path) {
                Some(format) => files.push(SourceFile { path, shown, span: written.span.clone(), format }),
                None => errors.push(fault::unknown_format(&shown, written.span.clone())),
            }
        }
    }
    if errors.is_empty() { Ok(files) } else { Err(errors) }
}

/// The files that one path or glob stands for, at least one.
fn matching(root: &Path, written: &Placed<String>) -> Result<Vec<PathBuf>, Diagnostic> {
    let text = &written.value;
    let missing = |what: String| fault::missing_file(text, written.span.clone(), &what);
    let literal = root.join(text);
    if literal.is_file() {
        return Ok(vec![literal]);
    }
    if literal.is_dir() {
        return Err(missing(format!("`{text}` is a folder"))
            .help(format!("name the files in it, as in `{}/*.csv`", text.trim_end_matches('/'))));
    }
    if !text.contains(['*', '?', '[']) {
        let error = missing(format!("there is no file `{text}`"));
        return Err(match near_file(&literal) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error,
        });
    }
    let pattern = if Path::new(text).is_absolute() {
        text.clone()
    } else {
        format!("{}/{text}", Pattern::escape(&root.to_string_lossy()))
    };
    let options = MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let found = glob::glob_with(&pattern, options)
        .map_err(|error| missing(format!("`{text}` is not a pattern of paths: {error}")))?;
    let mut paths = Vec::new();
    for entry in found {
        // What can't be looked into may hold rows: passing over it would lose them without a word.
        let path = entry.map_err(|error| {
            missing(format!("`{}` can't be looked into: {}", shown(root, error.path()), error.error()))
        })?;
        if path.is_file() {
            paths.push(path);
        } else if !path.is_dir() {
            let shown = shown(root, &path);
            return Err(missing(format!("`{shown}` fits `{text}` and is no file: the link leads nowhere")));
        }
    }
    paths.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
    if paths.is_empty() { Err(missing(format!("no file matches `{text}`"))) } else { Ok(paths) }
}

/// The name in the same folder that a missing one was most likely meant to be.
fn near_file(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let mut names: Vec<String> = std::fs::read_dir(path.parent()?)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    apportion_base::diagnostic::nearest(wanted, names.iter().map(String::as_str)).map(str::to_owned)
}

/// A path relative to the project's folder where it lies in it, with `/`, without `.` and `..` where they can go.
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
    // A file beside the project's folder is shown by the way to it, not by where the machine keeps it.
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
