//! Results of this program, recognised by their run.json.

use std::path::Path;

use serde::Deserialize;

use apportion_base::ENGINE;
use apportion_base::world::{Entry, World};
use apportion_contract::{RUN, output};

/// A run.json that is longer is none of ours: it has some 150 bytes for each file that was read.
const LONGEST: u64 = 1 << 28;

/// What a result says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnResult {
    /// The period that was settled.
    pub period: String,
    /// The name of the book.
    pub book: String,
}

#[derive(Deserialize)]
struct RunJson {
    period: String,
    engine: Engine,
    book: BookName,
}

#[derive(Deserialize)]
struct Engine {
    name: String,
}

#[derive(Deserialize)]
struct BookName {
    name: String,
}

impl OwnResult {
    /// The result in a folder; `None` where its run.json is missing or not one that a run wrote. Whether its files are as they were
    /// written is for `verify` to say.
    ///
    /// # Errors
    /// What the system says where it does not let us read.
    pub fn read(world: &dyn World, folder: &Path) -> std::io::Result<Option<Self>> {
        let path = folder.join(RUN);
        if world.entry(&path) != Entry::File {
            return Ok(None);
        }
        let file = world.open(&path)?;
        if file.length() > LONGEST {
            return Ok(None);
        }
        let read = serde_json::from_slice::<RunJson>(&file.read_all()?).ok();
        let own = read.filter(|run| run.engine.name == ENGINE);
        Ok(own.map(|run| Self { period: run.period, book: run.book.name }))
    }
}

/// Whether a path is a file of a result: it has the name of one, beside a run.json of ours.
pub fn is_of_a_result(world: &dyn World, path: &Path) -> bool {
    let named = path.file_name().and_then(|name| name.to_str()).is_some_and(output::is_of_a_result);
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    named && matches!(OwnResult::read(world, &folder), Ok(Some(_)))
}

#[cfg(test)]
mod tests {
    use apportion_base::world::Memory;

    use super::*;

    fn run_json(engine: &str) -> String {
        format!(
            r#"{{"period": "2026-07", "engine": {{"name": "{engine}"}}, "book": {{"name": "N", "currency": "USD"}}}}"#
        )
    }

    #[test]
    fn a_result_is_known_by_its_run_json() {
        let world = Memory::new()
            .with("ours/run.json", run_json(ENGINE))
            .with("ours/payouts.csv", "")
            .with("theirs/run.json", run_json("sprint"))
            .with("theirs/payouts.csv", "")
            .with("other/run.json", "[1, 2]")
            .with("none/payouts.csv", "");
        let own = OwnResult { period: "2026-07".to_owned(), book: "N".to_owned() };
        assert_eq!(OwnResult::read(&world, Path::new("ours")).unwrap(), Some(own));
        for folder in ["theirs", "other", "none", "absent"] {
            assert_eq!(OwnResult::read(&world, Path::new(folder)).unwrap(), None, "{folder}");
        }
        assert!(is_of_a_result(&world, Path::new("ours/payouts.csv")));
        assert!(!is_of_a_result(&world, Path::new("ours/deals.csv")));
        assert!(!is_of_a_result(&world, Path::new("theirs/payouts.csv")));
    }
}
