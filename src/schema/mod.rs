//! JSON Schemas of the files that people write, so that editors complete and check them while they are written.
//!
//! They are made from the descriptions of tables and keys: those of the kinds of rule are beside their readers, those
//! of the project file and of case files are here. The tests of this folder prove that readers and schemas agree
//! (keys, required keys, choices). What a schema can't say (shares add up to 100%, columns exist) is left to the
//! readers.

mod cases;
mod made;
mod project;
mod rules;
mod sources;
#[cfg(test)]
mod tests;

use serde_json::Value;

use apportion_base::diagnostic::{Code, Diagnostic};
use made::Keys;

/// A file that people write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Schema {
    /// apportion.toml
    Project,
    /// Rule files
    Rules,
    /// Case files
    Cases,
}

impl Schema {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Project, Self::Rules, Self::Cases];

    /// Name of the file in which `--out` writes it.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Project => "project.json",
            Self::Rules => "rules.json",
            Self::Cases => "cases.json",
        }
    }

    /// The schema: draft 7, which editors' TOML tools know, without references. Dates of TOML are strings to it.
    pub fn value(self) -> Value {
        match self {
            Self::Project => made(project::TITLE, project::file()),
            Self::Rules => made(rules::TITLE, rules::file()),
            Self::Cases => made(cases::TITLE, cases::file()),
        }
    }

    /// The schema as a text that ends in a newline.
    ///
    /// # Errors
    /// None that we know of: JSON can always be written.
    pub fn text(self) -> Result<String, Diagnostic> {
        serde_json::to_string_pretty(&self.value()).map(|text| text + "\n").map_err(|error| {
            Diagnostic::error(Code::CannotWrite, format!("could not make the schema: {error}"))
        })
    }
}

/// A schema with its title first.
fn made(title: &str, mut file: Keys) -> Value {
    let mut keys = Keys::new();
    keys.insert("$schema".to_owned(), "http://json-schema.org/draft-07/schema#".into());
    keys.insert("title".to_owned(), title.into());
    keys.append(&mut file);
    Value::Object(keys)
}
