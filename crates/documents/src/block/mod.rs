//! What documents are made of: headings, paragraphs, waterfalls, tables with typed cells, notes, lines to sign. From these
//! blocks come text, Markdown, HTML, CSV and workbooks, so that a number looks alike everywhere.
//!
//! | file | idea |
//! |---|---|
//! | `table` | tables and their cells |
//! | `rich` | words with marks |
//! | `picture` | pictures of tables |
//! | `text`, `markdown`, `html`, `csv`, `workbook` | one way of writing each |
//! | `json` | what a template of a PDF lays out |
//! | `sheet` | sheets of a workbook that are filled row by row |
//!
//! Texts come from the data, and each way of writing escapes them: no name is markup, a formula, or something that a terminal
//! obeys.

mod csv;
mod html;
mod json;
mod markdown;
mod picture;
mod rich;
pub mod sheet;
mod table;
mod text;
mod workbook;

pub use self::csv::csv;
pub use html::html;
pub use json::json;
pub use markdown::markdown;
pub use picture::{Chart, Shape};
pub use rich::{Mark, Rich};
pub use table::{Cell, Column, Money, Place, Table};
pub use text::text;
pub use workbook::workbook;

use std::sync::Arc;

use maud::Markup;

use crate::language::Language;

/// A document.
#[derive(Debug, Clone)]
pub struct Document {
    /// The language of its words and numbers.
    pub language: Language,
    /// What it is.
    pub title: String,
    /// A word that stands on every page, such as DRAFT.
    pub mark: Option<String>,
    /// A picture beside the title.
    pub logo: Option<Picture>,
    /// Lines below the title.
    pub lead: Vec<String>,
    /// All that follows.
    pub blocks: Vec<Block>,
    /// Small lines at the end.
    pub footer: Vec<String>,
}

/// A picture that many documents share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The name under which a template of a PDF finds it, such as `logo.svg`.
    pub name: Arc<str>,
    /// The picture itself, as a `data:` address.
    pub address: Arc<str>,
}

/// A part of a document.
#[derive(Debug, Clone)]
pub enum Block {
    /// A heading: 2 is a section, 3 a rule, which stays on one page where it fits.
    Heading(u8, String),
    /// A paragraph.
    Paragraph(Rich),
    /// A list.
    List(Vec<Rich>),
    /// A quoted reason.
    Quote(Rich),
    /// Something to know, set apart.
    Note(String),
    /// Facts with a name each.
    Facts(Vec<(String, Cell)>),
    /// How one amount becomes another.
    Waterfall(Waterfall),
    /// A table.
    Table(Table),
    /// A table as a picture.
    Chart(Chart),
    /// A drawing of numbers that stand in a table as well: pages have it, and everything else leaves it out.
    Drawing(Markup),
    /// Lines to sign: who signs on each.
    Signatures(Vec<String>),
    /// The headings of the first two levels that follow, with links to them.
    Contents,
}

/// How one amount becomes another: the changes add up to the total.
#[derive(Debug, Clone)]
pub struct Waterfall {
    /// Its name in data.
    pub key: &'static str,
    /// The heading of its steps.
    pub steps_title: String,
    /// The heading of its amounts.
    pub amounts_title: String,
    /// The steps, those that add up before their total.
    pub steps: Vec<Step>,
}

/// A step of a waterfall.
#[derive(Debug, Clone)]
pub struct Step {
    /// What it is.
    pub label: String,
    /// Why, in smaller letters.
    pub detail: Option<String>,
    /// How much.
    pub amount: Money,
    /// What it does to the sum.
    pub role: StepRole,
}

/// What a step does to the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepRole {
    /// It is added.
    Change,
    /// What all changes before it add up to, since the total before.
    Total,
    /// It stands beside the sum.
    Beside,
}

impl Document {
    /// An empty document.
    pub fn new(language: Language, title: impl Into<String>) -> Self {
        Self {
            language,
            title: title.into(),
            mark: None,
            logo: None,
            lead: Vec::new(),
            blocks: Vec::new(),
            footer: Vec::new(),
        }
    }

    /// Adds a heading.
    pub fn heading(&mut self, level: u8, text: impl Into<String>) {
        self.blocks.push(Block::Heading(level, text.into()));
    }

    /// Adds a paragraph.
    pub fn paragraph(&mut self, text: impl Into<Rich>) {
        self.blocks.push(Block::Paragraph(text.into()));
    }

    /// Adds a table.
    pub fn table(&mut self, table: Table) {
        self.blocks.push(Block::Table(table));
    }

    /// Adds a picture of a table.
    pub fn chart(&mut self, chart: Chart) {
        self.blocks.push(Block::Chart(chart));
    }

    /// Its tables, in order.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            Block::Chart(chart) => Some(&chart.table),
            _ => None,
        })
    }
}

impl Waterfall {
    /// Adds a step that changes the sum.
    pub fn change(&mut self, label: impl Into<String>, amount: Money) -> &mut Step {
        self.step(label, amount, StepRole::Change)
    }

    /// Adds a step.
    pub fn step(&mut self, label: impl Into<String>, amount: Money, role: StepRole) -> &mut Step {
        let place = self.steps.len();
        self.steps.push(Step { label: label.into(), detail: None, amount, role });
        &mut self.steps[place]
    }
}

/// The headings of the first two levels that come behind the contents: level and words. None without contents.
fn contents(blocks: &[Block]) -> Vec<(u8, &str)> {
    let after = blocks.iter().skip_while(|block| !matches!(block, Block::Contents));
    after
        .filter_map(|block| match block {
            Block::Heading(level @ (2 | 3), text) => Some((*level, text.as_str())),
            _ => None,
        })
        .collect()
}

/// Blocks up to the next heading of a level, the heading first: 2 are sections, 3 what is in them.
fn sections(blocks: &[Block], level: u8) -> Vec<&[Block]> {
    let mut found = Vec::new();
    let mut rest = blocks;
    while !rest.is_empty() {
        let next = rest[1..].iter().position(|block| is_heading(block, level));
        let (section, after) = rest.split_at(next.map_or(rest.len(), |place| place + 1));
        found.push(section);
        rest = after;
    }
    found
}

fn is_heading(block: &Block, level: u8) -> bool {
    matches!(block, Block::Heading(own, _) if *own == level)
}

/// The words of the headings of a section: a table whose name is one of them needs no other above it.
fn headings(section: &[Block]) -> Vec<&str> {
    let mut words = Vec::new();
    for block in section {
        if let Block::Heading(_, text) = block {
            words.push(text.as_str());
        }
    }
    words
}

#[cfg(test)]
mod tests;
