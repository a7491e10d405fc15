//! Folders and files that are there as a whole or not at all, on a disk. What a disk does that fails is the simulator's matter.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::world::Disk;

fn disk() -> Arc<dyn Store> {
    Arc::new(Disk)
}

fn ours(name: &str) -> bool {
    ["a.txt", "b.txt"].contains(&name)
}

fn stage(target: &Path) -> Result<Staging, Fault> {
    Staging::create(&disk(), target, ours)
}

fn staged(target: &Path, text: &str) -> Staging {
    let staging = stage(target).unwrap();
    staging.file("a.txt").unwrap().write_all(text.as_bytes()).unwrap();
    staging
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A folder with one file in it.
fn folder(path: PathBuf, file: &str) -> PathBuf {
    fs::create_dir(&path).unwrap();
    fs::write(path.join(file), "there").unwrap();
    path
}

#[test]
fn a_folder_replaces_another_as_a_whole() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("deep/er/x");
    for text in ["one", "two"] {
        let published = staged(&target, text).publish().unwrap();
        assert!(published.leftover.is_none() && published.unconfirmed.is_none());
        assert_eq!(fs::read_to_string(target.join("a.txt")).unwrap(), text);
    }
    drop(staged(&target, "three"));
    assert_eq!(fs::read_to_string(target.join("a.txt")).unwrap(), "two");
    assert_eq!(names(target.parent().unwrap()), ["x"]);
}

/// The earlier folder goes away with what is known to be in it. What was added at the last moment is kept, and reported.
#[test]
fn what_was_added_to_the_earlier_folder_is_kept() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("x");
    staged(&target, "one").publish().unwrap();
    let staging = staged(&target, "two");
    fs::write(target.join("thesis.txt"), "mine").unwrap();
    let (kept, why) = staging.publish().unwrap().leftover.unwrap();
    assert_eq!(fs::read_to_string(target.join("a.txt")).unwrap(), "two");
    assert_eq!(fs::read_to_string(kept.join("thesis.txt")).unwrap(), "mine");
    assert!(why.contains("it holds other files as well"), "{why}");
    staged(&target, "three").publish().unwrap();
    assert_eq!(names(&kept), ["a.txt", "thesis.txt"]);
}

#[test]
fn what_a_dead_process_left_is_cleared_and_nothing_else() {
    let root = tempfile::tempdir().unwrap();
    let path_of = |name: &str| root.path().join(name);
    folder(path_of(".x.0123456789abcdef.partial"), "a.txt");
    let kept = [
        folder(path_of(".x.partial"), "a.txt"),
        folder(path_of(".x.0123456789abcdee.partial"), "thesis.txt"),
        folder(path_of(".x.0123456789ABCDEF.partial"), "a.txt"),
        folder(path_of(".y.0123456789abcdef.partial"), "a.txt"),
        folder(path_of(".x.y.0123456789abcdef.partial"), "a.txt"),
    ];
    staged(&path_of("x"), "new").publish().unwrap();
    assert!(!path_of(".x.0123456789abcdef.partial").exists());
    for kept in kept {
        assert_eq!(names(&kept).len(), 1, "{}", kept.display());
    }
}

#[test]
fn a_folder_that_was_set_aside_gets_its_name_back() {
    let root = tempfile::tempdir().unwrap();
    let target = root.path().join("x");
    let aside = root.path().join(".x.0123456789abcdef.replaced");
    folder(aside.clone(), "a.txt");
    drop(stage(&target).unwrap());
    assert_eq!(fs::read_to_string(target.join("a.txt")).unwrap(), "there");
    assert_eq!(names(root.path()), ["x"]);
    // With the new one in its place, the earlier one only had to go.
    folder(aside, "b.txt");
    drop(stage(&target).unwrap());
    assert_eq!(names(root.path()), ["x"]);
    assert_eq!(names(&target), ["a.txt"]);
}

#[cfg(unix)]
#[test]
fn a_lock_file_of_somebody_else_keeps_its_content() {
    let root = tempfile::tempdir().unwrap();
    let (target, lock) = (root.path().join("x"), root.path().join(".x.lock"));
    fs::write(&lock, "mine").unwrap();
    staged(&target, "new").publish().unwrap();
    assert_eq!(fs::read_to_string(&lock).unwrap(), "mine");
    fs::remove_file(&lock).unwrap();

    let precious = root.path().join("precious.txt");
    fs::write(&precious, "mine").unwrap();
    std::os::unix::fs::symlink(&precious, &lock).unwrap();
    assert!(matches!(stage(&target), Err(Fault::ForeignLock(path)) if path == lock));
    assert_eq!(fs::read_to_string(&precious).unwrap(), "mine");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    assert!(matches!(stage(&target), Err(Fault::ForeignLock(_))));
}

/// However many take and give up a lock at once, one has it at a time.
#[test]
fn a_lock_is_held_by_one_at_a_time() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join(".x.lock");
    let (inside, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..500 {
                    if let LockAttempt::Held(lock) = Lock::take(&disk(), &path).unwrap() {
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        taken.fetch_add(1, Ordering::SeqCst);
                        inside.fetch_sub(1, Ordering::SeqCst);
                        drop(lock);
                    }
                }
            });
        }
    });
    assert!(taken.into_inner() > 0);
    assert!(!cfg!(unix) || !path.exists());
}

#[test]
fn a_file_is_replaced_as_a_whole() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("a.txt");
    for text in ["one", "two"] {
        replace_file(&Disk, &path, |sink| sink.write_all(text.as_bytes())).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    let fails = |sink: &mut dyn Write| {
        sink.write_all(b"half")?;
        Err(io::Error::other("planted"))
    };
    assert_eq!(replace_file(&Disk, &path, fails).unwrap_err().to_string(), "planted");
    assert_eq!(fs::read_to_string(&path).unwrap(), "two");
    assert_eq!(names(root.path()), ["a.txt"]);
    assert!(replace_file(&Disk, root.path(), fails).is_err());
}

#[cfg(unix)]
#[test]
fn links_stay_and_devices_are_written_to() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let root = tempfile::tempdir().unwrap();
    let path_of = |name: &str| root.path().join(name);
    fs::write(path_of("a.txt"), "one").unwrap();
    fs::set_permissions(path_of("a.txt"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("a.txt", path_of("link")).unwrap();
    replace_file(&Disk, &path_of("link"), |sink| sink.write_all(b"two")).unwrap();
    assert!(path_of("link").is_symlink());
    assert_eq!(fs::read_to_string(path_of("a.txt")).unwrap(), "two");
    assert_eq!(fs::metadata(path_of("a.txt")).unwrap().permissions().mode() & 0o777, 0o640);

    symlink("nowhere", path_of("dangling")).unwrap();
    assert!(replace_file(&Disk, &path_of("dangling"), |_| Ok(())).is_err());
    assert!(path_of("dangling").is_symlink() && !path_of("nowhere").exists());

    symlink("/dev/null", path_of("device")).unwrap();
    assert_eq!(target(&Disk, &path_of("device")).unwrap(), Target::Through(path_of("device")));
    replace_file(&Disk, &path_of("device"), |sink| sink.write_all(b"three")).unwrap();
    assert!(path_of("device").is_symlink());
}

/// What `/dev/stdout` leads to may be a regular file, which is not to be replaced behind the back of who opened it.
#[cfg(target_os = "linux")]
#[test]
fn what_is_open_in_a_process_is_written_to() {
    use std::os::fd::AsRawFd;
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("log.txt");
    fs::write(&path, "before,").unwrap();
    let open = fs::OpenOptions::new().append(true).open(&path).unwrap();
    let through = PathBuf::from(format!("/dev/fd/{}", open.as_raw_fd()));
    assert_eq!(target(&Disk, &through).unwrap(), Target::Through(through.clone()));
    replace_file(&Disk, &through, |sink| sink.write_all(b"after")).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "before,after");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let root = tempfile::tempdir().unwrap();
    let pipe = root.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if made.is_ok_and(|status| status.success()) {
        assert!(Disk.open(&pipe).unwrap_err().to_string().contains("a pipe or a device"));
        assert!(Disk.open(root.path()).unwrap_err().to_string().contains("a folder"));
    }
}
