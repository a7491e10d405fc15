//! A document as blocks, and the Markdown that they are.

use super::prose::Prose;
use apportion_base::language::Language;

/// A document: a title, a line below it, and what follows.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The language of its headings, its numbers and its days.
    pub language: Language,
    /// The title.
    pub title: String,
    /// The first paragraph: what the document is about.
    pub lead: Prose,
    /// All that follows.
    pub blocks: Vec<Block>,
}

/// A block of a document: it begins on a new line.
#[derive(Debug, Clone)]
pub enum Block {
    /// 2 is a section, 3 a rule, 4 a part of a rule.
    Heading(u8, Prose),
    /// A paragraph.
    Paragraph(Prose),
    /// A list with bullets.
    List(Vec<Prose>),
    /// A quoted reason, such as the `why` of a rule.
    Quote(Prose),
    /// A table.
    Table(Table),
    /// Links to all headings of the first two levels that follow.
    Contents,
    /// Lines to sign: who signs on each.
    Signatures(Vec<Prose>),
}

/// A small table; columns of numbers are right-aligned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The heading of each column.
    pub header: Vec<Prose>,
    /// By column: whether it holds numbers.
    pub numbers: Vec<bool>,
    /// The cells of each row, one for each column.
    pub rows: Vec<Vec<Prose>>,
}

impl Table {
    /// A table without rows: the heading of each column, and whether it is one of numbers.
    pub fn new(header: &[(&str, bool)]) -> Self {
        Self {
            header: header.iter().map(|(name, _)| Prose::ours(*name)).collect(),
            numbers: header.iter().map(|(_, number)| *number).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Prose>) {
        self.rows.push(cells);
    }
}

impl Document {
    /// Adds a heading of a level: 2 is a chapter.
    pub fn heading(&mut self, level: u8, text: Prose) {
        self.blocks.push(Block::Heading(level, text));
    }

    /// Adds a paragraph.
    pub fn paragraph(&mut self, text: Prose) {
        self.blocks.push(Block::Paragraph(text));
    }

    /// The whole document.
    pub fn markdown(&self) -> String {
        format!("# {}\n\n{}\n\n{}", Prose::text(&self.title), self.lead, self.body())
    }

    /// What follows the title and the line below it.
    pub fn body(&self) -> String {
        let blocks: Vec<String> = self.blocks.iter().map(|block| self.block(block)).collect();
        blocks.join("\n")
    }

    fn block(&self, block: &Block) -> String {
        match block {
            Block::Heading(level, text) => format!("{} {text}\n", "#".repeat(usize::from(*level))),
            Block::Paragraph(text) => format!("{text}\n"),
            Block::List(items) => items.iter().map(|item| format!("- {item}\n")).collect(),
            Block::Quote(text) => format!("> {text}\n"),
            Block::Table(table) => table_text(table),
            Block::Contents => self.contents(),
            Block::Signatures(people) => table_text(&signatures(people, self.language)),
        }
    }

    fn contents(&self) -> String {
        let after = self.blocks.iter().skip_while(|block| !matches!(block, Block::Contents));
        let headings = after.filter_map(|block| match block {
            Block::Heading(level @ (2 | 3), text) => Some((*level, text)),
            _ => None,
        });
        headings
            .map(|(level, text)| {
                let indent = "  ".repeat(usize::from(level) - 2);
                format!("{indent}- [{text}](#{})\n", anchor(text.as_str()))
            })
            .collect()
    }
}

/// The name by which a heading can be linked to: letters, digits and hyphens of its text, as most Markdown tools do.
pub fn anchor(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Lines to sign, which Markdown has none of, as a table.
fn signatures(people: &[Prose], language: Language) -> Table {
    let header = match language {
        Language::English => ["who", "signature", "day"],
        Language::German => ["Wer", "Unterschrift", "Datum"],
        Language::French => ["Qui", "Signature", "Date"],
        Language::Spanish => ["Quién", "Firma", "Fecha"],
    };
    let mut table = Table::new(&header.map(|name| (name, false)));
    for person in people {
        let line = |length| Prose::ours("\\_".repeat(length));
        table.row(vec![person.clone(), line(24), line(12)]);
    }
    table
}

fn table_text(table: &Table) -> String {
    let row = |cells: &[Prose]| {
        let cells: Vec<&str> = cells.iter().map(Prose::as_str).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rules: Vec<&str> = table.numbers.iter().map(|number| if *number { "---:" } else { "---" }).collect();
    let mut text = row(&table.header);
    text.push_str(&format!("| {} |\n", rules.join(" | ")));
    table.rows.iter().for_each(|cells| text.push_str(&row(cells)));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_markdown() {
        let mut document =
            Document { title: "A_b".to_owned(), lead: Prose::ours("On a day."), ..Document::default() };
        document.blocks.push(Block::Contents);
        document.heading(2, Prose::ours("One, two (`x-y`)"));
        document.blocks.push(Block::List(vec![Prose::ours("a"), Prose::ours("b")]));
        let mut table = Table::new(&[("role", false), ("share", true)]);
        table.row(vec![Prose::ours("closed"), Prose::ours("50%")]);
        document.blocks.push(Block::Table(table));
        assert_eq!(
            document.markdown(),
            "# A\\_b\n\nOn a day.\n\n- [One, two (`x-y`)](#one-two-x-y)\n\n## One, two (`x-y`)\n\n- a\n- b\n\n\
             | role | share |\n| --- | ---: |\n| closed | 50% |\n"
        );
    }
}
