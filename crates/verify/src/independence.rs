//! Cargo keeps the engine out of this crate. What it can't keep out is the arithmetic of the ground floor, which the engine
//! uses as well; so this test does.

use std::fs;
use std::path::Path;

/// What the engine splits, rounds and counts days with.
const OF_THE_ENGINE: [&str; 5] =
    ["base::calendar", "money::split", "Splitter", "money::Rounding", "money::rounding"];

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.file_name().is_some_and(|name| name != "independence.rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn nothing_is_proved_with_the_arithmetic_of_the_engine() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 20);
    for (path, text) in found {
        for words in OF_THE_ENGINE {
            assert!(!text.contains(words), "{path} uses {words}");
        }
    }
}
