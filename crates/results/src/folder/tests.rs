//! Which folders a result may take the place of.

use std::fs;
use std::io::Write;

use apportion_base::world::Disk;

use super::*;

fn disk() -> Arc<dyn Store> {
    Arc::new(Disk)
}

fn own(period: &str, book: &str) -> OwnResult {
    OwnResult { period: period.to_owned(), book: book.to_owned() }
}

fn run_json(own: &OwnResult) -> String {
    format!(
        r#"{{"period": "{}", "engine": {{"name": "apportion"}}, "book": {{"name": "{}"}}}}"#,
        own.period, own.book
    )
}

fn create(out: &Path) -> Result<ResultDraft, Diagnostic> {
    ResultDraft::create(&disk(), out, own("2026-07", "N"), ReplacePolicy::Same)
}

fn staged(out: &Path) -> ResultDraft {
    let staged = create(out).unwrap();
    let text = run_json(&staged.own);
    staged.file(RUN, |sink| sink.write_all(text.as_bytes())).unwrap();
    staged
}

fn all_names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_result_appears_whole_and_leaves_nothing_beside_it() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("deep/2026-07");
    assert!(staged(&out).publish().unwrap().is_empty());
    assert!(staged(&out).publish().unwrap().is_empty());
    assert_eq!(all_names(out.parent().unwrap()), ["2026-07"]);
    assert_eq!(all_names(&out), ["run.json"]);
}

#[test]
fn a_run_that_fails_leaves_the_earlier_result_alone() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("2026-07");
    staged(&out).publish().unwrap();
    let second = create(&out).unwrap();
    let error = second.file("payouts.csv", |_| Err(io::Error::other("disk full"))).unwrap_err();
    assert_eq!(error.code, Code::CannotWrite);
    drop(second);
    assert_eq!(all_names(root.path()), ["2026-07"]);
    assert_eq!(all_names(&out), ["run.json"]);
}

#[test]
fn folders_that_are_not_ours_are_not_touched() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("thesis");
    fs::create_dir(&out).unwrap();
    staged(&out).publish().unwrap();
    fs::write(out.join("notes.txt"), "mine").unwrap();
    assert_eq!(create(&out).err().unwrap().code, Code::NotAResult);
    fs::remove_file(out.join("run.json")).unwrap();
    assert_eq!(create(&out).err().unwrap().code, Code::NotAResult);
    assert_eq!(all_names(&out), ["notes.txt"]);
    fs::remove_file(out.join("notes.txt")).unwrap();
    for foreign in
        ["{}", "[1]", r#"{"period": "2026-07", "engine": {"name": "sprint"}, "book": {"name": "N"}}"#]
    {
        fs::write(out.join("run.json"), foreign).unwrap();
        let error = create(&out).err().unwrap();
        assert!(error.message.ends_with("is not one that a run wrote"), "{}", error.message);
        assert_eq!(fs::read_to_string(out.join("run.json")).unwrap(), foreign);
    }
    staged(&root.path().join("2026-07")).publish().unwrap();
    let inside = check_target(&Disk, &root.path().join("2026-07/more")).unwrap_err();
    assert!(inside.message.contains("it would be in the result"), "{}", inside.message);
    assert_eq!(check_target(&Disk, Path::new("/")).unwrap_err().code, Code::NotAResult);
}

#[test]
fn another_book_or_period_is_replaced_only_where_somebody_says_so() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("result");
    staged(&out).publish().unwrap();
    for (other, shown) in [
        (own("2026-08", "N"), "has the result of 2026-07, and this run is of 2026-08"),
        (own("2026-07", "M"), "has the result of 2026-07 of \"N\", and this run is of 2026-07 of \"M\""),
    ] {
        let error = ResultDraft::create(&disk(), &out, other.clone(), ReplacePolicy::Same).err().unwrap();
        assert_eq!(error.code, Code::OtherResult);
        assert!(error.message.ends_with(shown), "{}", error.message);
        assert!(ResultDraft::create(&disk(), &out, other, ReplacePolicy::Any).is_ok());
    }
}

#[test]
fn two_runs_do_not_write_one_result_at_once() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("2026-07");
    let first = staged(&out);
    assert_eq!(create(&out).err().unwrap().code, Code::ResultInUse);
    first.publish().unwrap();
    assert!(out.join(RUN).exists());
    create(&out).unwrap();
}

#[test]
fn a_result_does_not_replace_what_it_is_computed_from() {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("2026-07");
    staged(&out).publish().unwrap();
    let inside = out.join("../2026-07/payouts.csv");
    fs::write(&inside, "").unwrap();
    let beside = root.path().join("deals.csv");
    fs::write(&beside, "").unwrap();
    assert!(check_inputs(&Disk, &out, [beside.clone()]).is_ok());
    assert_eq!(check_inputs(&Disk, &out, [beside, inside]).unwrap_err().code, Code::ProjectFile);
}

#[cfg(unix)]
#[test]
fn a_protected_result_is_an_error_before_anything_is_replaced() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("2026-07");
    staged(&out).publish().unwrap();
    fs::set_permissions(&out, fs::Permissions::from_mode(0o555)).unwrap();
    let error = create(&out).err().unwrap();
    assert!(error.message.contains("is protected"), "{}", error.message);
    fs::set_permissions(&out, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(all_names(root.path()), ["2026-07"]);
}
