//! A case as a project folder of its own, so that it goes the same road as every other.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, Table as Keys};

use super::{Case, Setting, Table, UnderTest};

/// The file of a case's own rules.
const RULES: &str = "rules.toml";

/// A folder that goes when the case is done.
pub struct Project {
    folder: PathBuf,
}

impl Project {
    /// Writes the project file, the tables, and the rules where the case has its own.
    pub fn write(case: &Case, setting: &Setting) -> io::Result<Self> {
        let project = Self { folder: new_folder()? };
        let mut sources = Keys::new();
        sources.set_implicit(true);
        for (&input, table) in &case.inputs {
            let keys = setting.source_of(case, input, &table.header);
            sources.insert(input.word(), Item::Table(keys));
            std::fs::write(project.folder.join(format!("{}.csv", input.word())), csv(table)?)?;
        }
        // What the case says of tables that it does not have is a mistake that the project file's reader finds.
        for (name, item) in &case.sources {
            if !sources.contains_key(name) {
                sources.insert(name, item.clone());
            }
        }
        let mut file = DocumentMut::new();
        file.insert("book", Item::Table(setting.book_of(case, RULES)));
        file.insert("sources", Item::Table(sources));
        std::fs::write(project.folder.join(apportion_book::PROJECT_FILE), file.to_string())?;
        if let UnderTest::Own(rules) = &case.rules {
            std::fs::write(project.folder.join(RULES), rules.text.as_bytes())?;
        }
        Ok(project)
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        // A folder that stays behind in the system's temporary folder harms nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A new folder under the system's temporary one; its name is nobody's business and stands in no result.
fn new_folder() -> io::Result<PathBuf> {
    let unique = RandomState::new().hash_one(std::process::id());
    let folder = std::env::temp_dir().join(format!("apportion-case-{unique:016x}"));
    std::fs::create_dir(&folder)?;
    Ok(folder)
}

fn csv(table: &Table) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&table.header)?;
    for row in &table.rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}
