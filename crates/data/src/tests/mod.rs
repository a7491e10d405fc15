//! Small projects in memory, opened and loaded as a run does it.

mod added;
mod added_deals;
mod assigned;
mod channel;
mod hashed;
mod kept;
mod mistakes;
mod order;
mod rejected;
mod written;

use std::path::Path;

use apportion_base::diagnostic::{Diagnostic, Files};
use apportion_base::world::Memory;
use apportion_book::{self as book, TableName};

use super::{AccountIx, Catalogue, Engagements, Ix, NoProgress, Optional, Tables, UsedColumns, open};

/// The plain numbers of a column.
fn codes<I: Ix>(column: &[Optional<I>]) -> Vec<u32> {
    column.iter().map(|index| index.code()).collect()
}

/// The project file's `[book]`, with every rule file absent.
const BOOK: &str =
    "[book]\nname = \"Test\"\ncurrency = \"USD\"\nfiscal_year_starts = 1\nrules = [\"rules/*.toml\"]\n";

/// A project under construction.
struct Project {
    /// Further keys of `[book]`.
    book: String,
    sources: String,
    files: Vec<(String, Vec<u8>)>,
    used: UsedColumns,
}

impl Project {
    fn new() -> Self {
        Self { book: String::new(), sources: String::new(), files: Vec::new(), used: UsedColumns::new() }
    }

    /// A source that reads `content`; `added` are further keys of its table.
    fn source(mut self, table: &str, file: &str, content: impl Into<Vec<u8>>, added: &str) -> Self {
        self.sources.push_str(&format!("[[sources.{table}]]\npath = \"{file}\"\n{added}\n"));
        self.files.push((file.to_string(), content.into()));
        self
    }

    fn uses(mut self, table: TableName, columns: &[&str]) -> Self {
        self.used.entry(table).or_default().extend(columns.iter().map(ToString::to_string));
        self
    }

    /// Two deals and three payees that nothing is wrong with.
    fn usual() -> Self {
        let deals = "deal_id,outcome,close_date,amount\nD1,won,2026-02-01,100\nD2,lost,2026-02-02,200\n";
        Self::new().source("deals", "deals.csv", deals, "").with_payees()
    }

    fn with_payees(self) -> Self {
        self.source("payees", "payees.csv", "payee_id,name\nP1,Ann\nP2,Bob\nP3,Cy\n", "")
    }

    /// The files of the project, and its book.
    fn book(&self) -> (std::sync::Arc<dyn apportion_base::world::World>, book::Book) {
        let mut world = Memory::new().with("apportion.toml", format!("{BOOK}{}{}", self.book, self.sources));
        for (name, content) in &self.files {
            world.insert(name, content);
        }
        let world = world.shared();
        let book = book::read(world.as_ref(), Path::new(""), &mut Files::default()).unwrap();
        (world, book)
    }

    fn run(&self) -> Result<(Catalogue, Tables), Vec<Diagnostic>> {
        let mut world = Memory::new().with("apportion.toml", format!("{BOOK}{}{}", self.book, self.sources));
        for (name, content) in &self.files {
            world.insert(name, content);
        }
        let world = world.shared();
        let book = book::read(world.as_ref(), Path::new(""), &mut Files::default())?;
        let opened = open(&world, &book)?;
        let catalogue = opened.catalogue().clone();
        opened.load(&book, &self.used, &NoProgress).map(|tables| (catalogue, tables))
    }

    fn load(&self) -> Tables {
        self.run().unwrap().1
    }

    /// `code: message` of everything that stops the project.
    fn mistakes(&self) -> Vec<String> {
        let found = self.run().err().unwrap_or_default();
        found.iter().map(|mistake| format!("{}: {}", mistake.code, mistake.message)).collect()
    }
}

/// A reject without its message: `table file:row key column code value`.
fn lines(tables: &Tables) -> Vec<String> {
    let line = |reject: &super::Reject| {
        format!(
            "{} {}:{} [{}] {} {} `{}`{}",
            reject.table.word(),
            reject.file,
            reject.row,
            reject.key,
            reject.column,
            reject.code.word(),
            reject.value,
            if reject.rejected { "" } else { " kept" }
        )
    };
    tables.rejects.iter().map(line).collect()
}

/// read, used, filtered, rejected.
fn counts(tables: &Tables, table: TableName) -> [u64; 4] {
    let counts = tables.counts.iter().find(|counts| counts.table == table).unwrap();
    [counts.read, counts.used, counts.filtered, counts.rejected]
}
