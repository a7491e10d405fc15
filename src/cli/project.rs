//! Finds the project: by flag, by environment variable, or from the current folder upwards.

use std::path::{Path, PathBuf};

use super::options::Global;
use apportion_base::diagnostic::{Code, Diagnostic};

/// Name of the project file.
pub const PROJECT_FILE: &str = "apportion.toml";

/// The project's folder.
pub fn find(global: &Global) -> Result<PathBuf, Diagnostic> {
    if let Some(named) = &global.project {
        // Naming the file itself is what one does after completing the path with the Tab key.
        return Ok(match named.parent() {
            Some(folder) if named.is_file() && named.ends_with(PROJECT_FILE) => or_here(folder),
            _ => named.clone(),
        });
    }
    let here = std::env::current_dir().map_err(|error| {
        Diagnostic::error(Code::NoProject, format!("the current folder can't be read: {error}"))
    })?;
    above(&here).map(Path::to_path_buf).ok_or_else(|| {
        Diagnostic::error(
            Code::NoProject,
            format!("there is no `{PROJECT_FILE}` in `{}` or above", here.display()),
        )
        .help("go to a project's folder, or name it with `--project DIR`")
    })
}

/// The nearest folder with a project file, from `start` upwards.
pub fn above(start: &Path) -> Option<&Path> {
    start.ancestors().find(|folder| folder.join(PROJECT_FILE).is_file())
}

/// A path in messages: relative to the current folder, if it is inside.
pub fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).display().to_string()
}

fn or_here(folder: &Path) -> PathBuf {
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_path_buf() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_project_above_is_meant() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("book/rules/deep");
        std::fs::create_dir_all(&inner).unwrap();
        assert_eq!(above(&inner), None);
        std::fs::write(root.path().join("book").join(PROJECT_FILE), "").unwrap();
        assert_eq!(above(&inner), Some(root.path().join("book").as_path()));
    }
}
