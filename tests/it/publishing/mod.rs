//! What is written, where, and what is never replaced; whatever ends a run, and whoever runs beside it.

mod interrupted;
mod outputs;
mod results;
mod system;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::findings::project;

/// A sound project, and the program in its folder.
pub struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        project::write(folder.path(), &[]);
        Self { folder }
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.at(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.at(path)).unwrap()
    }

    /// Other text in place of one that is there.
    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.text(path);
        assert!(text.contains(from), "{path} has no {from}");
        self.write(path, text.replace(from, to));
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_apportion"));
        command.args(arguments).current_dir(self.folder.path());
        command.stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> CommandEnd {
        let output = self.command(arguments).output().unwrap();
        CommandEnd::new(&output)
    }

    /// Runs July into `out`, which has to go well.
    pub fn close(&self) {
        let ended = self.run(&JULY);
        assert_eq!(ended.code, Some(0), "{}", ended.said);
    }

    /// The names in a folder, hidden ones too.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.at(folder)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// The close that most of these tests make.
pub const JULY: [&str; 5] = ["run", "--period", "2026-07", "--out", "out"];

/// How a command ended.
#[derive(Debug)]
pub struct CommandEnd {
    pub code: Option<i32>,
    /// What it wrote to stderr.
    pub said: String,
}

impl CommandEnd {
    fn new(output: &Output) -> Self {
        Self { code: output.status.code(), said: String::from_utf8_lossy(&output.stderr).into_owned() }
    }

    /// It could not do it, and this is why.
    pub fn refused(&self, code: &str) {
        assert_eq!(self.code, Some(2), "{}", self.said);
        assert!(self.said.starts_with(&format!("error[{code}]: ")), "{}", self.said);
        assert!(!self.said.contains("panicked"), "{}", self.said);
    }
}

/// Whether a folder is a result that holds together.
pub fn is_proven(out: &Path) -> bool {
    let files = apportion::verify::ProjectFiles { folder: None, required: false };
    apportion::verify::verify(out, files, None).is_ok_and(|report| report.proven())
}

/// The end of a command that must not wait for anything.
pub fn in_time(command: &mut Command) -> CommandEnd {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > until {
            child.kill().unwrap();
            panic!("it waits: {command:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    CommandEnd::new(&child.wait_with_output().unwrap())
}
