//! docs/reference has every key that people can write and every column that a run writes. It is compared with the
//! program's own descriptions: the JSON Schemas, and the files of a result.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::repository;

fn printed(arguments: &[&str], folder: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apportion"));
    let output = command.args(arguments).current_dir(folder).env_clear().output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn schema(name: &str) -> Value {
    serde_json::from_str(&printed(&["schema", name], &repository(""))).unwrap()
}

/// The names in backticks that begin the rows of a page's tables. A row may be about several.
fn rows(page: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(repository("docs/reference").join(page)).unwrap();
    let after =
        |line: &'_ str| line.strip_prefix("| `").or_else(|| line.strip_prefix("| [`")).map(str::to_owned);
    let first = text.lines().filter_map(after).filter_map(|row| row.split(" |").next().map(str::to_owned));
    first.flat_map(|cell| cell.split('`').step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// The keys of an object of a schema.
fn keys(object: &Value) -> BTreeSet<String> {
    object["properties"].as_object().unwrap().keys().cloned().collect()
}

/// The keys of all objects in a schema.
fn keys_below(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(object) => {
            found.extend(
                object
                    .get("properties")
                    .and_then(Value::as_object)
                    .into_iter()
                    .flat_map(|keys| keys.keys().cloned()),
            );
            object.values().for_each(|value| keys_below(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| keys_below(value, found)),
        _ => {}
    }
}

#[test]
fn every_parameter_of_every_kind_of_rule_is_in_the_reference() {
    let rules = schema("rules");
    let pages = ["rules.md", "numbers-and-dates.md", "rules/rate-tables.md"];
    let shared: BTreeSet<String> = pages.into_iter().flat_map(rows).collect();
    for (kind, list) in rules["properties"].as_object().unwrap() {
        let described = rows(&format!("rules/{kind}.md"));
        let rule = &list["items"];
        let missing: Vec<_> = keys(rule).difference(&described).cloned().collect();
        assert!(missing.is_empty(), "docs/reference/rules/{kind}.md lacks {missing:?}");
        let mut nested = BTreeSet::new();
        keys_below(rule, &mut nested);
        let missing: Vec<_> =
            nested.iter().filter(|key| !described.contains(*key) && !shared.contains(*key)).collect();
        assert!(missing.is_empty(), "the reference of {kind} lacks {missing:?}");
    }
}

#[test]
fn every_key_of_the_project_file_is_in_the_reference() {
    // How numbers are written has a page of its own.
    let described: BTreeSet<String> = ["project.md", "numbers-and-dates.md", "exports.md", "accounts.md"]
        .into_iter()
        .flat_map(rows)
        .collect();
    let project = schema("project");
    let tables = keys(&project["properties"]["sources"]);
    assert_eq!(tables.difference(&rows("inputs.md")).count(), 0, "docs/reference/inputs.md lacks a table");
    let mut written = BTreeSet::new();
    keys_below(&project, &mut written);
    // `expr` and `mark` are described with `columns`, and the tables are on another page.
    let missing: Vec<_> = written.difference(&described).filter(|key| !tables.contains(*key)).collect();
    assert_eq!(
        missing,
        ["book", "exports", "expr", "forecast", "ledger", "mark", "report", "sources", "statements"],
        "docs/reference/project.md lacks a key"
    );
}

#[test]
fn every_column_and_key_of_a_result_is_in_the_reference() {
    let folder = tempfile::tempdir().unwrap();
    printed(&["init", "-q"], folder.path());
    printed(&["run", "-q", "--period", "2026-Q2"], folder.path());
    let result = folder.path().join("out/2026-Q2");
    let mut written = BTreeSet::new();
    for file in std::fs::read_dir(&result).unwrap().map(|entry| entry.unwrap().path()) {
        match file.extension().and_then(|extension| extension.to_str()) {
            Some("csv") => {
                let text = std::fs::read_to_string(&file).unwrap();
                written.extend(text.lines().next().unwrap().split(',').map(str::to_owned));
            }
            Some("json") => {
                let manifest: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
                written.extend(manifest.as_object().unwrap().keys().cloned());
                written.extend(manifest["rules"][0].as_object().unwrap().keys().cloned());
            }
            _ => {
                let file = std::fs::File::open(&file).unwrap();
                let reader =
                    parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
                written.extend(reader.schema().fields().iter().map(|field| field.name().clone()));
            }
        }
    }
    let missing: Vec<_> = written.difference(&rows("outputs.md")).cloned().collect();
    assert!(missing.is_empty(), "docs/reference/outputs.md lacks {missing:?}");
}
