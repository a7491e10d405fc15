//! What several tests need.

use std::path::{Path, PathBuf};

/// A path inside the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares a committed text with the one that the code makes now; `UPDATE_DOCS=1` writes it instead.
pub fn assert_committed(path: &str, made: &str) {
    let path = repository(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == made,
        "{} is not what the code makes of it; run the tests once with UPDATE_DOCS=1 and look at the change",
        path.display()
    );
}
