//! Writes what came out into a case file, in place of the tables that differ. Everything else stays byte for byte.

use std::io;
use std::ops::Range;

use apportion_base::store::replace_file;
use apportion_base::world::Disk;

use super::{CaseFile, Outcome, Table};

/// What an update did to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileUpdate {
    /// Tables that were written.
    pub tables: usize,
}

/// Rewrites the expected tables of a file that came out differently. `outcomes` are those of its cases, in order;
/// `None` for a case that was not run. The file is written under another name and renamed.
///
/// # Errors
/// The file can't be read or written, or is no longer the one that was read.
pub fn update(file: &CaseFile, outcomes: &[Option<&Outcome>]) -> io::Result<FileUpdate> {
    let tables = replacements(file, outcomes);
    if !tables.is_empty() {
        let text = std::fs::read_to_string(&file.path)?;
        let written = with(&text, &tables).ok_or_else(|| io::Error::other("it has changed meanwhile"))?;
        replace_file(&Disk, &file.path, |sink| sink.write_all(written.as_bytes()))?;
    }
    Ok(FileUpdate { tables: tables.len() })
}

/// The strings to replace and the tables to put there.
fn replacements<'a>(file: &CaseFile, outcomes: &[Option<&'a Outcome>]) -> Vec<(Range<usize>, &'a Table)> {
    let mut tables: Vec<_> = file
        .cases
        .iter()
        .zip(outcomes)
        .filter_map(|(case, outcome)| outcome.map(|outcome| (case, outcome)))
        .flat_map(|(case, outcome)| {
            outcome.instead.iter().map(|(index, table)| (case.expected[*index].span.range.clone(), table))
        })
        .collect();
    tables.sort_by_key(|(range, _)| range.start);
    tables
}

/// The text with other tables at some places; `None` where a place does not hold a string.
fn with(text: &str, tables: &[(Range<usize>, &Table)]) -> Option<String> {
    // Places are counted without a byte-order mark.
    let (mark, text) = match text.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", text),
    };
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut written = mark.to_owned();
    let mut index = 0;
    for (range, table) in tables {
        let old = text.get(range.clone()).filter(|old| old.starts_with(['"', '\'']))?;
        debug_assert!(old.ends_with(['"', '\'']), "a value's place is the whole string");
        written.push_str(text.get(index..range.start)?);
        written.push_str(&string(table).replace('\n', line_end));
        index = range.end;
    }
    written.push_str(text.get(index..)?);
    Some(written)
}

/// A table as a TOML string.
fn string(table: &Table) -> String {
    let text = table.text();
    if text.contains("'''") || text.chars().any(|c| c.is_control() && c != '\n') {
        return toml_edit::Value::from(text).to_string();
    }
    format!("'''\n{text}'''")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{RulesUnderTest, Setting};
    use apportion_base::diagnostic::Files;

    /// Two cases of which the first is wrong, with comments and an order of keys that must stay.
    const TEXT: &str = "\u{feff}# on top\r\n[[case]]\r\nname = \"one\" # beside\r\nlines = \"\"\"\r\npayee_id | amount\r\nann | 9\r\n\"\"\" # behind\r\n\
        uncredited = '' # nothing yet\r\nperiod = \"2026-01\"\r\nrules = '''\r\n[[stipend]]\r\nid = \"s\"\r\neffective = { from = 2026-01-01 }\r\namount = 5\r\n'''\r\n\
        deals = '''\r\ndeal_id | outcome | close_date | amount\r\nD1 | won | 2026-01-15 | 1\r\n'''\r\n\
        payees = '''\r\npayee_id\r\nann\r\n'''\r\nengagements = '''\r\ndeal_id | payee_id | role\r\nD1 | ann | any\r\n'''\r\n# the end";

    #[test]
    fn only_the_tables_that_differ_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        std::fs::write(&path, TEXT).unwrap();
        let read = || {
            let mut files = Files::default();
            let file = CaseFile::read(&Disk, &path, "a.toml", &mut files).unwrap();
            assert!(matches!(file.cases[0].rules, RulesUnderTest::Own(_)));
            let outcome = file.cases[0].run(&Setting::plain(), &files);
            (file, outcome)
        };
        let (file, outcome) = read();
        assert_eq!(outcome.mismatches.len(), 2);
        assert_eq!(update(&file, &[None]).unwrap(), FileUpdate { tables: 0 });
        assert_eq!(update(&file, &[Some(&outcome)]).unwrap(), FileUpdate { tables: 2 });
        let expected = TEXT
            .replace(
                "\"\"\"\r\npayee_id | amount\r\nann | 9\r\n\"\"\"",
                "'''\r\npayee_id | amount\r\nann      |   5.00\r\n'''",
            )
            .replace("uncredited = ''", "uncredited = '''\r\ndeal_id | rule_id | reason\r\n'''");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
        let (_, outcome) = read();
        assert!(outcome.mismatches.is_empty(), "{:?}", outcome.mismatches);
    }

    #[test]
    fn texts_that_no_literal_string_holds_are_escaped() {
        let table = Table { header: vec!["a".to_owned()], rows: vec![vec!["'''".to_owned()]] };
        let read: toml_edit::DocumentMut = format!("x = {}", string(&table)).parse().unwrap();
        assert_eq!(read["x"].as_str(), Some(table.text().as_str()));
    }
}
