//! Every crate of ours stops at an overflow. What a build without that setting does is tried by `tests/outside/run`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_crate_is_tried() {
    let tried: BTreeSet<&str> = apportion::CRATES.probes().iter().map(|probe| probe.name()).collect();
    let crates = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("crates")).unwrap();
    let names = crates.map(|folder| format!("apportion-{}", folder.unwrap().file_name().to_str().unwrap()));
    // The first two depend on nothing of ours and compute nothing: types of columns, and descriptions of files. The last is
    // for tests.
    let without = ["apportion-arrow", "apportion-contract", "apportion-simulator"];
    let names = names.filter(|name| !without.contains(&name.as_str()));
    let known: BTreeSet<String> = names.chain(["apportion".to_owned()]).collect();
    assert_eq!(tried, known.iter().map(String::as_str).collect(), "src/lib.rs: CRATES");
    assert_eq!(apportion::CRATES.check(), Ok(()));
}
