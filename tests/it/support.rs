//! What several tests need.

use std::path::{Path, PathBuf};

/// A path inside the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares a committed text with the one that the code makes now; `UPDATE_DOCS=1` writes it instead, where it is another one: a page
/// that stays as it is may be another test's to write, or be read by it.
pub fn assert_committed(path: &str, made: &str) {
    let path = repository(path);
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    if committed != made && std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, made).unwrap();
        return;
    }
    assert!(
        committed == made,
        "{} is not what the code makes of it; run the tests once with UPDATE_DOCS=1 and look at the change",
        path.display()
    );
}

/// Copies all files below a folder into another one, beside what it has.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to);
        } else {
            std::fs::copy(from, to).unwrap();
        }
    }
}
