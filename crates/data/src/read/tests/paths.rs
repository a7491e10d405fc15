use super::*;
use apportion_base::diagnostic::Code;

fn files(names: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "a\n1\n").unwrap();
    }
    folder
}

fn shown(root: &Path, paths: &[&str]) -> Vec<String> {
    resolve(&Disk::shared(), root, &source(paths)).unwrap().into_iter().map(|file| file.shown).collect()
}

fn codes(root: &Path, paths: &[&str]) -> Vec<&'static str> {
    resolve(&Disk::shared(), root, &source(paths))
        .unwrap_err()
        .into_iter()
        .map(|error| error.code.word())
        .collect()
}

#[test]
fn lists_and_globs() {
    let folder =
        files(&["data/b.csv", "data/a.csv", "data/B.csv", "data/deep/c.csv", "data/x.parquet", "d[1].csv"]);
    let root = folder.path();
    assert_eq!(shown(root, &["data/*.csv"]), ["data/B.csv", "data/a.csv", "data/b.csv"]);
    assert_eq!(
        shown(root, &["data/b.csv", "data/*.csv", "./data/a.csv"]),
        ["data/b.csv", "data/B.csv", "data/a.csv"]
    );
    assert_eq!(shown(root, &["data/**/c.csv"]), ["data/deep/c.csv"]);
    assert_eq!(shown(root, &["d[1].csv"]), ["d[1].csv"]);
    assert_eq!(shown(&root.join("data/deep"), &["../a.csv", "c.csv"]), ["../a.csv", "c.csv"]);
    let absolute = root.join("data/a.csv");
    assert_eq!(shown(root, &[absolute.to_str().unwrap()]), ["data/a.csv"]);
}

#[test]
fn a_folder_with_odd_letters() {
    let folder = files(&["odd [x]*/a.csv"]);
    assert_eq!(shown(&folder.path().join("odd [x]*"), &["*.csv"]), ["a.csv"]);
}

#[test]
fn what_is_not_there_is_said() {
    let folder = files(&["data/deals.csv", "data/notes.doc", "data/deals.parquet.gz"]);
    let root = folder.path();
    assert_eq!(codes(root, &["data/deal.csv", "none/*.csv", "data"]), ["missing-file"; 3]);
    assert_eq!(codes(root, &["data/notes.doc", "data/deals.parquet.gz"]), ["unknown-format"; 2]);
    assert_eq!(codes(root, &["data/***"]), ["missing-file"]);
    let error = resolve(&Disk::shared(), root, &source(&["data/deal.csv"])).unwrap_err().remove(0);
    assert!(error.help.iter().any(|help| help.contains("deals.csv")) && error.labels[0].span == span());
}

/// A network share that is gone, or a folder without permission: without an error, their rows would be lost silently.
#[cfg(unix)]
#[test]
fn a_glob_passes_over_nothing_that_may_have_rows() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = files(&["data/a.csv", "data/deep/b.csv", "closed/in/c.csv"]);
    let root = folder.path();
    symlink(root.join("gone/d.csv"), root.join("data/d.csv")).unwrap();
    assert_eq!(shown(root, &["data/a*.csv", "data/d*/*.csv"]), ["data/a.csv", "data/deep/b.csv"]);
    let error = resolve(&Disk::shared(), root, &source(&["data/*.csv"])).unwrap_err().remove(0);
    assert_eq!(error.code, Code::MissingFile);
    assert!(error.message.starts_with("`data/d.csv` fits `data/*.csv` and is no file"), "{}", error.message);
    let closed = root.join("closed/in");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    // The administrator may look into anything.
    if fs::read_dir(&closed).is_err() {
        let error = resolve(&Disk::shared(), root, &source(&["closed/*/*.csv"])).unwrap_err().remove(0);
        assert!(error.message.starts_with("`closed/in` can't be looked into"), "{}", error.message);
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}
