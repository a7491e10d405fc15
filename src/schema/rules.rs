//! Rule files, from the descriptions of the kinds.

use apportion_rules::{Constraint, Description, Kind, PolicyKind, describe, describe_policy};
use serde_json::{Value, json};

use super::made::{Keys, about, list, object, record, table};

pub(super) const TITLE: &str = "Rules of apportion";

/// A rule file: lists of tables, by kind.
pub(super) fn file() -> Keys {
    let kinds = Kind::ALL.map(|kind| {
        let description = describe(kind);
        let tables = about(description.about, list(rule(description), 0, None));
        (kind.word().to_owned(), Value::Object(tables))
    });
    let policies = PolicyKind::ALL.map(|kind| {
        let described = describe_policy(kind).table;
        let tables = about(described.about, list(record(&described), 0, None));
        (kind.word().to_owned(), Value::Object(tables))
    });
    table(
        "Rules of apportion: who earns what on which deals, since when, and why. Tables with one id are versions of one rule.",
        kinds.into_iter().chain(policies).collect(),
        Vec::new(),
    )
}

/// One table of a kind.
fn rule(description: &Description) -> Keys {
    let mut keys = object(description.table.about, description.parameters());
    keys.extend(description.constraints.iter().flat_map(constraint));
    keys
}

fn constraint(constraint: &Constraint) -> Vec<(String, Value)> {
    match constraint {
        Constraint::OneOf(keys) => {
            let ways: Vec<Value> = keys.iter().map(|key| json!({ "required": [key] })).collect();
            vec![("oneOf".to_owned(), ways.into())]
        }
        Constraint::With { key, is, needs } => {
            let decides = json!({ "properties": { *key: { "const": is } }, "required": [key] });
            vec![("if".to_owned(), decides), ("then".to_owned(), json!({ "required": [needs] }))]
        }
    }
}
