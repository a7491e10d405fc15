//! Which exports of a close were marked as sent, and whom they pay: manifest.json and sent.json of their folders.

use std::io;
use std::path::Path;

use serde_json::Value;

use crate::text::iso_day;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::world::World;
use apportion_contract::output::SYSTEM_FILES;
use apportion_contract::output::ledger::MANIFEST;

/// The marks of an export beside its files.
const SENT: &str = "sent.json";

/// An export that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentExport {
    /// Its name.
    pub name: String,
    /// The day on which it pays.
    pub execution_date: i32,
    /// Whom it pays, in byte order.
    pub payees: Vec<String>,
}

/// The exports of a close that are marked as sent, by name. `folder` is that of the close's exports.
///
/// # Errors
/// `unreadable-ledger` where a manifest or a mark is not what was written.
pub fn sent_exports(world: &dyn World, folder: &Path) -> Result<Vec<SentExport>, Diagnostic> {
    let names = match world.names(folder) {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            let message = format!("could not read `{}`: {error}", folder.display());
            return Err(Diagnostic::error(Code::CannotRead, message));
        }
    };
    let mut found = Vec::new();
    for name in names.iter().filter_map(|name| name.to_str()) {
        // Hidden names are those of folders that were being written; a journal pays nobody.
        if name.starts_with('.') || name.starts_with("journal-") || SYSTEM_FILES.contains(&name) {
            continue;
        }
        let path = folder.join(name);
        let Some(marks) = json(world, &path, SENT)? else { continue };
        if !is_sent(&marks) {
            continue;
        }
        let manifest = json(world, &path, MANIFEST)?;
        let export = manifest.as_ref().and_then(|manifest| export(name, manifest));
        found.push(export.ok_or_else(|| damaged(&path.join(MANIFEST)))?);
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// Whether the last mark says that it was sent, and not that this is undone.
fn is_sent(marks: &Value) -> bool {
    let last = match marks {
        Value::Array(all) => all.last(),
        Value::Object(own) => {
            own.get("marks").and_then(Value::as_array).map_or(Some(marks), |all| all.last())
        }
        _ => None,
    };
    last.is_some_and(|mark| {
        !["undo", "undone"].iter().any(|key| mark.get(key).is_some_and(|value| *value != Value::Bool(false)))
    })
}

fn export(name: &str, manifest: &Value) -> Option<SentExport> {
    let payee = |payee: &Value| match payee {
        Value::String(id) => Some(id.clone()),
        other => other.get("payee_id")?.as_str().map(str::to_owned),
    };
    let payees: Option<Vec<String>> = manifest.get("payees")?.as_array()?.iter().map(payee).collect();
    let mut payees = payees?;
    payees.sort_unstable();
    payees.dedup();
    let execution_date = iso_day(manifest.get("execution_date")?.as_str()?)?;
    Some(SentExport { name: name.to_owned(), execution_date, payees })
}

/// A file of JSON; none where it is not there.
fn json(world: &dyn World, folder: &Path, name: &str) -> Result<Option<Value>, Diagnostic> {
    let path = folder.join(name);
    match world.read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|_| damaged(&path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            Err(Diagnostic::error(Code::CannotRead, format!("could not read `{}`: {error}", path.display())))
        }
    }
}

fn damaged(path: &Path) -> Diagnostic {
    let message = format!("`{}` is not what an export writes", path.display());
    Diagnostic::error(Code::UnreadableLedger, message).help("write the export again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_base::world::Memory;

    #[test]
    fn what_was_sent_last_and_not_undone_is_sent() {
        let manifest =
            r#"{ "execution_date": "2026-08-15", "payees": [{ "payee_id": "b" }, { "payee_id": "a" }] }"#;
        let world = Memory::new()
            .with("x/one/manifest.json", manifest)
            .with("x/one/sent.json", r#"[{ "by": "ann" }]"#)
            .with("x/two/manifest.json", manifest)
            .with("x/two/sent.json", r#"[{ "by": "ann" }, { "by": "ann", "undo": true }]"#)
            .with("x/three/manifest.json", manifest)
            .with("x/journal-xero/manifest.json", "{}");
        let found = sent_exports(&world, Path::new("x")).unwrap_or_default();
        let day = iso_day("2026-08-15").unwrap_or_default();
        let payees = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(found, [SentExport { name: "one".to_owned(), execution_date: day, payees }]);
        assert_eq!(sent_exports(&world, Path::new("y")), Ok(Vec::new()));
        let world = world.with("x/one/manifest.json", "{}");
        assert_eq!(
            sent_exports(&world, Path::new("x")).map_err(|error| error.code),
            Err(Code::UnreadableLedger)
        );
    }
}
