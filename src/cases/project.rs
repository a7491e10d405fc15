//! A case as a project folder of its own, so that it goes the same road as every other.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io;
use std::path::{Path, PathBuf};

use super::{Case, Table};

/// A folder that goes when the case is done.
pub struct Project {
    folder: PathBuf,
}

impl Project {
    /// Writes the project file, the rules and the tables of a case.
    pub fn write(case: &Case) -> io::Result<Self> {
        let project = Self { folder: new_folder()? };
        let mut book = toml::Table::new();
        for (key, value) in [("name", "A case"), ("currency", "USD")] {
            book.insert(key.to_owned(), value.into());
        }
        book.insert("rules".to_owned(), vec!["rules.toml"].into());
        book.extend(case.book.clone());
        let mut sources = toml::Table::new();
        for (table, text) in case.inputs() {
            let mut source = case.sources.get(table).cloned().unwrap_or_default();
            source.insert("path".to_owned(), format!("{table}.csv").into());
            sources.insert(table.to_owned(), source.into());
            std::fs::write(project.folder.join(format!("{table}.csv")), csv(text)?)?;
        }
        let file: toml::Table =
            [("book".to_owned(), book.into()), ("sources".to_owned(), sources.into())].into_iter().collect();
        std::fs::write(
            project.folder.join("apportion.toml"),
            toml::to_string(&file).map_err(io::Error::other)?,
        )?;
        std::fs::write(project.folder.join("rules.toml"), &case.rules)?;
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

impl Case {
    fn inputs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("deals", Some(&self.deals)),
            ("payees", Some(&self.payees)),
            ("engagements", self.engagements.as_ref()),
            ("splits", self.splits.as_ref()),
            ("quotas", self.quotas.as_ref()),
            ("fx_rates", self.fx_rates.as_ref()),
        ]
        .into_iter()
        .filter_map(|(table, text)| text.map(|text| (table, text.as_str())))
    }
}

/// A new folder under the system's temporary one; its name is nobody's business and stands in no result.
fn new_folder() -> io::Result<PathBuf> {
    let unique = RandomState::new().hash_one(std::process::id());
    let folder = std::env::temp_dir().join(format!("apportion-case-{unique:016x}"));
    std::fs::create_dir(&folder)?;
    Ok(folder)
}

fn csv(text: &str) -> io::Result<Vec<u8>> {
    let table = Table::parse(text).map_err(io::Error::other)?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&table.header)?;
    for row in &table.rows {
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}
