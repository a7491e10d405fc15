//! A result to tamper with: a project that was run once, copied for every attempt.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use apportion::results::sealed;
use apportion::verify::{ProjectFiles, Report, verify};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::support::{copy_folder, repository};

/// One copy of the project with its result.
pub struct Bench {
    folder: TempDir,
}

impl Bench {
    /// A fresh copy of the result that no one has touched.
    pub fn new() -> Self {
        static ORIGINAL: OnceLock<TempDir> = OnceLock::new();
        let original = ORIGINAL.get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            copy_folder(&repository("tests/it/verify/project"), folder.path());
            let output = Command::new(env!("CARGO_BIN_EXE_apportion"))
                .args(["run", "--quiet", "--period", "2026-02", "--project"])
                .arg(folder.path())
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(1), "the project has rejects: {output:?}");
            folder
        });
        let folder = tempfile::tempdir().unwrap();
        copy_folder(original.path(), folder.path());
        Self { folder }
    }

    pub fn project(&self) -> &Path {
        self.folder.path()
    }

    pub fn out(&self) -> PathBuf {
        self.project().join("out/2026-02")
    }

    /// Proves the result as it is now.
    pub fn verify(&self) -> Report {
        verify(&self.out(), ProjectFiles { folder: Some(self.project()), required: true }, None).unwrap()
    }

    /// Codes of what is found, each once, in order.
    pub fn codes(&self) -> Vec<&'static str> {
        let mut codes: Vec<_> = self.verify().groups().map(|group| group.code.word()).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// Changes the text of a file of the result.
    pub fn edit(&self, name: &str, change: impl FnOnce(String) -> String) {
        let path = self.out().join(name);
        let before = fs::read_to_string(&path).unwrap();
        let after = change(before.clone());
        assert_ne!(before, after, "{name} was not changed");
        fs::write(path, after).unwrap();
    }

    /// run.json as a value.
    pub fn run(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.out().join("run.json")).unwrap()).unwrap()
    }

    /// Changes run.json as a value, and makes a new seal.
    pub fn edit_run(&self, change: impl FnOnce(&mut Value)) {
        self.edit("run.json", |text| {
            let mut run: Value = serde_json::from_str(&text).unwrap();
            change(&mut run);
            run.as_object_mut().unwrap().remove("seal");
            sealed(&serde_json::to_string_pretty(&run).unwrap())
        });
    }

    /// What a forger does last: digests and lengths of the files as they are now, and a new seal.
    pub fn cover(&self) {
        let path = self.out().join("run.json");
        let mut run: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for output in run["outputs"].as_array_mut().into_iter().flatten() {
            let name = output["file"].as_str().unwrap().to_owned();
            let Ok(bytes) = fs::read(self.out().join(name)) else { continue };
            let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            output["sha256"] = digest.into();
            output["bytes"] = bytes.len().into();
        }
        run.as_object_mut().unwrap().remove("seal");
        fs::write(path, sealed(&serde_json::to_string_pretty(&run).unwrap())).unwrap();
    }
}
