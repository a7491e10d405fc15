//! A case as a project in memory, so that it is settled like any other.

use std::sync::Arc;

use toml_edit::{DocumentMut, Item, Table as Keys};

use super::{Case, RulesUnderTest, Setting, Table};
use apportion_base::world::{Memory, World};

/// The file of a case's own rules.
const RULES: &str = "rules.toml";

/// The project file, the tables, and the rules where the case has its own.
pub fn world(case: &Case, setting: &Setting) -> Arc<dyn World> {
    let mut world = Memory::new();
    let mut sources = Keys::new();
    sources.set_implicit(true);
    for (&input, table) in &case.inputs {
        let keys = setting.source_of(case, input, &table.header);
        sources.insert(input.word(), Item::Table(keys));
        world.insert(format!("{}.csv", input.word()), csv(table));
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
    world.insert(apportion_book::PROJECT_FILE, file.to_string());
    for (path, content) in &case.files {
        world.insert(path, content.as_bytes());
    }
    if let RulesUnderTest::Own(rules) = &case.rules {
        world.insert(RULES, rules.text.as_bytes());
    }
    world.shared()
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
