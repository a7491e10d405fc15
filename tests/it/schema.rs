//! The schemas hold for every file of the repository that they are for, and refuse what is wrong in ways that they can see.

use std::path::{Path, PathBuf};
use std::process::Command;

use apportion::schema::Schema;
use serde_json::{Map, Value};

use crate::support::repository;

/// What a schema has against a value, each with its place. Knows the words that our schemas use, and no others, so that none
/// is passed over; patterns are left to the readers.
fn against(schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let Value::Object(words) = schema else { panic!("{path}: {schema}") };
    for (word, rule) in words {
        let holds = match word.as_str() {
            "$schema" | "title" | "description" | "default" | "examples" | "format" | "pattern" => true,
            "type" => match rule {
                Value::Array(types) => types.iter().any(|one| is_of(value, one)),
                one => is_of(value, one),
            },
            "const" => value == rule,
            "enum" => rule.as_array().unwrap().contains(value),
            "anyOf" | "oneOf" => {
                let fits = |way: &&Value| {
                    let mut found = Vec::new();
                    against(way, value, path, &mut found);
                    found.is_empty()
                };
                let fitting = rule.as_array().unwrap().iter().filter(fits).count();
                if word == "anyOf" { fitting > 0 } else { fitting == 1 }
            }
            "required" => {
                let has = |key: &Value| {
                    value.as_object().is_none_or(|keys| keys.contains_key(key.as_str().unwrap()))
                };
                rule.as_array().unwrap().iter().all(has)
            }
            "properties" => {
                for (key, schema) in rule.as_object().unwrap() {
                    if let Some(value) = value.get(key) {
                        against(schema, value, &format!("{path}.{key}"), found);
                    }
                }
                true
            }
            "additionalProperties" => {
                let known = words.get("properties").and_then(Value::as_object);
                let others = value.as_object().into_iter().flatten();
                let others: Vec<_> =
                    others.filter(|(key, _)| known.is_none_or(|known| !known.contains_key(*key))).collect();
                if rule.is_object() {
                    others
                        .iter()
                        .for_each(|(key, value)| against(rule, value, &format!("{path}.{key}"), found));
                }
                rule != false || others.is_empty()
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    against(rule, item, &format!("{path}[{index}]"), found);
                }
                true
            }
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
            "maxItems" => value.as_array().is_none_or(|items| items.len() as u64 <= rule.as_u64().unwrap()),
            "minLength" => {
                value.as_str().is_none_or(|text| text.chars().count() as u64 >= rule.as_u64().unwrap())
            }
            "maxLength" => {
                value.as_str().is_none_or(|text| text.chars().count() as u64 <= rule.as_u64().unwrap())
            }
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
            "if" => {
                let mut unlike = Vec::new();
                against(rule, value, path, &mut unlike);
                if unlike.is_empty() {
                    against(&words["then"], value, path, found);
                }
                true
            }
            // with its `if`
            "then" => true,
            other => panic!("{path}: the test does not know `{other}`"),
        };
        if !holds {
            found.push(format!("{path}: {word}"));
        }
    }
}

fn is_of(value: &Value, ty: &Value) -> bool {
    match ty.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.as_i64().is_some(),
        other => panic!("the test does not know the type {other}"),
    }
}

/// As an editor's checker sees it: dates are strings.
fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(keys) => {
            Value::Object(keys.into_iter().map(|(key, value)| (key, json(value))).collect::<Map<_, _>>())
        }
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
    }
}

fn wrong(schema: Schema, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    against(&schema.value(), &json(toml::Value::Table(text.parse().unwrap())), "", &mut found);
    found
}

/// All files below a folder whose path fits, in order.
fn below(folder: &Path, fits: &dyn Fn(&str) -> bool, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && name != "out" && !name.starts_with('.') {
            below(&path, fits, found);
        } else if fits(&path.to_string_lossy()) {
            found.push(path);
        }
    }
}

#[test]
fn every_file_of_the_repository_fits_its_schema() {
    type IsOfKind<'a> = &'a dyn Fn(&str) -> bool;
    let kinds: [(Schema, IsOfKind<'_>, usize); 3] = [
        (Schema::Project, &|path| path.ends_with("/apportion.toml"), 4),
        (
            Schema::Rules,
            &|path| {
                path.ends_with(".toml")
                    && path.contains("/rules/")
                    && !path.ends_with("Cargo.toml")
                    && !path.contains("/rules/exports/")
            },
            12,
        ),
        (Schema::Cases, &|path| path.ends_with(".toml") && path.contains("/cases/"), 28),
    ];
    for (schema, fits, at_least) in kinds {
        let mut paths = Vec::new();
        below(&repository(""), fits, &mut paths);
        assert!(paths.len() >= at_least, "{schema:?}: {}", paths.len());
        for path in paths {
            let found = wrong(schema, &std::fs::read_to_string(&path).unwrap());
            assert!(found.is_empty(), "{}: {found:?}", path.display());
        }
    }
}

#[test]
fn the_rules_of_the_cases_fit_the_schema_where_they_are_to_be_settled() {
    let mut paths = Vec::new();
    below(&repository("tests/cases"), &|path| path.ends_with(".toml"), &mut paths);
    let mut rules = 0;
    for path in paths {
        let file: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        for case in file["case"].as_array().unwrap().iter().filter(|case| case.get("error").is_none()) {
            let found = wrong(Schema::Rules, case["rules"].as_str().unwrap());
            assert!(found.is_empty(), "{}: {}: {found:?}", path.display(), case["name"]);
            rules += 1;
        }
    }
    assert!(rules > 200);
}

#[test]
fn what_is_wrong_is_refused() {
    let book = "[book]\nname = \"n\"\ncurrency = \"USD\"\nrules = [\"a\"]\n";
    let sources = "[sources]\ndeals.path = \"a\"\npayees.path = [\"a\", \"b\"]\n";
    let project = |book: &str, sources: &str| wrong(Schema::Project, &format!("{book}{sources}"));
    assert!(project(book, sources).is_empty());
    assert_eq!(project(&book.replace("USD", "UDS"), sources), [".book.currency: enum"]);
    assert_eq!(
        project(&book.replace("name", "nam"), sources),
        [".book: additionalProperties", ".book: required"]
    );
    assert_eq!(
        project(&format!("{book}fiscal_year_starts = 13\n"), sources),
        [".book.fiscal_year_starts: maximum"]
    );
    assert_eq!(
        project(book, &sources.replace("payees", "payee")),
        [".sources: additionalProperties", ".sources: required"]
    );
    assert_eq!(
        project(book, &format!("{sources}deals.quoted = \"book-per-unit\"\n")),
        [".sources.deals: anyOf"]
    );

    let rule = "[[stipend]]\nid = \"a\"\neffective = { from = 2026-01-01 }\namount = \"5\"\n";
    assert!(wrong(Schema::Rules, rule).is_empty());
    assert_eq!(wrong(Schema::Rules, &format!("{rule}per = \"dea\"\n")), [".stipend[0].per: oneOf"]);
    assert_eq!(wrong(Schema::Rules, &rule.replace("\"5\"", "-5")), [".stipend[0].amount: anyOf"]);
    assert_eq!(wrong(Schema::Rules, &rule.replace("[[stipend]]", "[stipend]")), [".stipend: type"]);
    let credit = |added_keys: &str| {
        wrong(
            Schema::Rules,
            &format!("[[shared_credit]]\nid = \"a\"\neffective = {{ from = 2026-01-01 }}\n{added_keys}"),
        )
    };
    let roles = "roles = [ { role = \"a\", share = \"100%\" } ]\n";
    assert!(credit(roles).is_empty() && credit("model = \"equal\"\n").is_empty());
    assert_eq!(credit(""), [".shared_credit[0]: oneOf"]);
    assert_eq!(credit(&format!("{roles}model = \"equal\"\n")), [".shared_credit[0]: oneOf"]);
    assert_eq!(credit("model = \"time-decay\"\n"), [".shared_credit[0]: required"]);
    assert!(credit("model = \"time-decay\"\nhalf_life_days = 9\n").is_empty());
    let commission = "[[commission]]\nid = \"a\"\neffective = { from = 2026-01-01 }\ncredits = [\"b\"]\nevery = \"year\"\n\
                      tiers = [ { from = 0, rate = \"1%\" } ]\n";
    assert!(wrong(Schema::Rules, commission).is_empty());
    let capped = format!("{commission}cap = [ {{ amount = 1, per = \"deal\" }} ]\n");
    assert_eq!(
        wrong(Schema::Rules, &capped),
        [".commission[0].cap[0].per: oneOf", ".commission[0].cap[0]: required"]
    );
}

#[test]
fn the_command_prints_one_and_writes_all() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_apportion"));
        let output = command.current_dir(folder.path()).env_clear().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for (word, schema) in [("project", Schema::Project), ("rules", Schema::Rules), ("cases", Schema::Cases)] {
        assert_eq!(run(&["schema", word]), schema.text().unwrap());
    }
    assert_eq!(run(&["schema"]), Schema::Project.text().unwrap());
    assert_eq!(run(&["schema", "--out", "a/schemas"]), "");
    for schema in Schema::ALL {
        let written =
            std::fs::read_to_string(folder.path().join("a/schemas").join(schema.file_name())).unwrap();
        assert_eq!(written, schema.text().unwrap());
    }
}
