//! JSON Schemas of the files that people write, so that editors complete and check them while they are written.
//!
//! The readers of these files are written by hand, for the sake of their messages; the types here only describe the same
//! shapes. That both agree (keys, required keys, choices) is proved by the tests of this room, which ask the readers. What a
//! schema can't say (shares add up to 100%, columns exist) is left to the readers.

// The shapes are described, never made.
#![allow(dead_code, reason = "only the description that is derived from a type is used")]

mod cases;
mod parts;
mod project;
mod rules;
mod sources;
#[cfg(test)]
mod tests;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

use apportion_base::diagnostic::{Code, Diagnostic};

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
            Self::Project => made::<project::Project>(),
            Self::Rules => made::<rules::RuleFile>(),
            Self::Cases => made::<cases::CaseFile>(),
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

fn made<T: JsonSchema>() -> Value {
    let mut settings = SchemaSettings::draft07();
    settings.inline_subschemas = true;
    let schema = SchemaGenerator::new(settings).into_root_schema_for::<T>();
    let mut value = schema.to_value();
    without_null(&mut value);
    // What it is stands on top.
    let mut sorted = serde_json::Map::new();
    if let Value::Object(keys) = &mut value {
        for key in ["$schema", "title", "description"] {
            sorted.extend(keys.remove(key).map(|value| (key.to_owned(), value)));
        }
        sorted.append(keys);
    }
    Value::Object(sorted)
}

/// A key that may be left out is `Option` in our types, and TOML has no null: takes the nulls out.
fn without_null(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_null),
        Value::Object(keys) => {
            keys.values_mut().for_each(without_null);
            if let Some(Value::Array(types)) = keys.get_mut("type") {
                types.retain(|one| one != "null");
                if let [one] = types.as_slice() {
                    let one = one.clone();
                    keys.insert("type".to_owned(), one);
                }
            }
            if let Some(Value::Array(choices)) = keys.get_mut("enum") {
                choices.retain(|one| !one.is_null());
            }
            let Some(Value::Array(ways)) = keys.get_mut("anyOf") else { return };
            ways.retain(|way| way.get("type").is_none_or(|of| of != "null"));
            if let [Value::Object(only)] = ways.as_mut_slice() {
                let only = std::mem::take(only);
                keys.remove("anyOf");
                for (key, value) in only {
                    keys.entry(key).or_insert(value);
                }
            }
        }
        _ => {}
    }
}
