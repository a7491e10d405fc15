//! A case as a project in memory, so that it is settled like any other.

use std::sync::Arc;

use toml_edit::{DocumentMut, Item, Table as Keys};

use super::{Case, RulesUnderTest, Setting, Table};
use apportion_base::world::{Memory, World};

/// The file of a case's own rules.
const RULES: &str = "rules.toml";

/// The file of what was before the first of the months that a case closes.
const OPENING: &str = "opening.csv";

/// The files of a case, in memory.
pub fn world(case: &Case, setting: &Setting) -> Arc<dyn World> {
    let mut world = Memory::new();
    for (path, bytes) in files(case, setting) {
        world.insert(path, bytes);
    }
    world.shared()
}

/// The project file, the tables, and the rules where the case has its own, by path.
pub fn files(case: &Case, setting: &Setting) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = Vec::new();
    let mut sources = Keys::new();
    sources.set_implicit(true);
    for (&input, table) in &case.inputs {
        let keys = setting.source_of(case, input, &table.header);
        sources.insert(input.word(), Item::Table(keys));
        all.push((format!("{}.csv", input.word()), csv(table)));
    }
    // Settings of tables that the case does not have are reported by the reader of the project file.
    for (name, item) in &case.sources {
        if !sources.contains_key(name) {
            sources.insert(name, item.clone());
        }
    }
    let mut file = DocumentMut::new();
    file.insert("book", Item::Table(setting.book_of(case, RULES)));
    file.insert("sources", Item::Table(sources));
    if !case.months.is_empty() {
        file.insert("ledger", Item::Table(setting.ledger_of(case, OPENING)));
    }
    all.push((apportion_book::PROJECT_FILE.to_owned(), file.to_string().into_bytes()));
    all.extend(case.opening.as_ref().map(|table| (OPENING.to_owned(), csv(table))));
    all.extend(case.files.iter().map(|(path, content)| (path.clone(), content.clone().into_bytes())));
    if let RulesUnderTest::Own(rules) = &case.rules {
        all.push((RULES.to_owned(), rules.text.as_bytes().to_vec()));
    }
    all
}

fn csv(table: &Table) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = csv::Writer::from_writer(&mut bytes);
    // Memory takes any number of bytes, and all rows of a table are as long as its header.
    for row in std::iter::once(&table.header).chain(&table.rows) {
        let _ = writer.write_record(row);
    }
    drop(writer);
    bytes
}
