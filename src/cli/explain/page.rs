//! What an explanation says, part by part. Text for a terminal ([`super::layout`]) and a document of blocks ([`super::blocks`]) are
//! both made of it, so that they say the same, with the same numbers.

use apportion_base::money::{Currency, rescale_exact};
use apportion_documents::block::{Cell, Money, Table};
use apportion_engine::explain::Exact;

/// Parts in order, with an indent in text that holds until it is changed.
#[derive(Debug, Default)]
pub struct Page {
    parts: Vec<Part>,
    indent: usize,
}

/// A part of an explanation.
#[derive(Debug)]
pub struct Part {
    /// How far it stands from the left edge in text.
    pub indent: usize,
    /// What it says.
    pub said: Said,
}

/// What a part says.
#[derive(Debug)]
pub enum Said {
    /// A line between parts of a text.
    Blank,
    /// What the explanation is about.
    Title(String),
    /// What follows is about this, with what it comes to: 2 is a section, 3 a line of a result.
    Heading(u8, String, Cell),
    /// A line that is not broken.
    Line(String),
    /// Sentences.
    Prose(String),
    /// One of several sentences that stand together.
    Item(String),
    /// A step with what it comes to, over the whole width.
    Result(String, Cell),
    /// A step or a fact by its name, with what it comes to. Without a name it belongs to the one before.
    Labelled(String, String, Cell),
    /// What all steps come to, by its name.
    Total(String, Cell),
    /// A table that belongs to the step before it.
    Under(Grid),
    /// A table by itself.
    Table(Table),
}

impl Page {
    /// What was said.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    fn say(&mut self, said: Said) {
        self.parts.push(Part { indent: self.indent, said });
    }

    pub fn indent(&mut self, indent: usize) {
        self.indent = indent;
    }

    pub fn blank(&mut self) {
        self.say(Said::Blank);
    }

    /// What the explanation is about.
    pub fn title(&mut self, text: &str) {
        self.say(Said::Title(text.to_owned()));
    }

    /// What follows is about this.
    pub fn heading(&mut self, level: u8, text: &str) {
        self.heading_with_result(level, text, Cell::Empty);
    }

    /// The same with what it comes to.
    pub fn heading_with_result(&mut self, level: u8, text: &str, result: Cell) {
        self.say(Said::Heading(level, text.to_owned(), result));
    }

    /// A line that is not broken.
    pub fn line(&mut self, text: &str) {
        self.say(Said::Line(text.to_owned()));
    }

    /// Sentences.
    pub fn prose(&mut self, text: &str) {
        self.say(Said::Prose(text.to_owned()));
    }

    /// One of several sentences that stand together.
    pub fn item(&mut self, text: &str) {
        self.say(Said::Item(text.to_owned()));
    }

    /// A step without a formula, with what it comes to.
    pub fn result(&mut self, text: &str, result: Cell) {
        self.say(Said::Result(text.to_owned(), result));
    }

    /// A fact by its name, or another one of the name before.
    pub fn labelled(&mut self, label: &str, text: &str) {
        self.labelled_result(label, text, Cell::Empty);
    }

    /// A step by its name, with what it comes to.
    pub fn labelled_result(&mut self, label: &str, text: &str, result: Cell) {
        self.say(Said::Labelled(label.to_owned(), text.to_owned(), result));
    }

    /// What all steps come to.
    pub fn total(&mut self, label: &str, total: Cell) {
        self.say(Said::Total(label.to_owned(), total));
    }

    /// A table that belongs to the step before it.
    pub fn under(&mut self, grid: Grid) {
        self.say(Said::Under(grid));
    }

    /// A table by itself.
    pub fn table(&mut self, table: Table) {
        self.say(Said::Table(table));
    }
}

/// A table inside of an explanation: the first column has texts, the others numbers. Rows that it is about are marked, and rows may have
/// a note.
#[derive(Debug)]
pub struct Grid {
    pub header: Vec<String>,
    pub rows: Vec<GridRow>,
}

/// A row of a table inside of an explanation.
#[derive(Debug)]
pub struct GridRow {
    /// Whether the explanation is about it.
    pub is_mine: bool,
    pub cells: Vec<Cell>,
    /// What there is to say of it; empty where nothing.
    pub note: String,
}

impl Grid {
    pub fn new(header: &[&str]) -> Self {
        Self { header: header.iter().map(|cell| (*cell).to_owned()).collect(), rows: Vec::new() }
    }

    /// A row, with `note` after its last cell.
    pub fn row(&mut self, is_mine: bool, cells: Vec<Cell>, note: &str) {
        self.rows.push(GridRow { is_mine, cells, note: note.to_owned() });
    }
}

/// An amount.
pub fn amount(minor: impl Into<i128>, currency: Currency) -> Cell {
    Cell::Amount(Money::new(minor, currency))
}

/// An amount, a dash where there is none.
pub fn amount_or_dash(minor: Option<i128>, currency: Currency) -> Cell {
    minor.map_or_else(dash, |minor| amount(minor, currency))
}

/// A mark that there is nothing.
pub fn dash() -> Cell {
    Cell::text("-")
}

/// A fraction, shown in percent.
pub fn rate(fraction: Exact) -> Cell {
    // A rate has two decimals at least.
    let scale = fraction.scale.max(2);
    match rescale_exact(fraction.mantissa, fraction.scale, scale) {
        Ok(mantissa) => Cell::Rate(mantissa, scale),
        // More digits than any rate has.
        Err(_) => number(fraction),
    }
}

/// A number, with as many decimals as it needs.
pub fn number(number: Exact) -> Cell {
    Cell::Number(number.mantissa, number.scale)
}
