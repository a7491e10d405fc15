//! The charter and the plan letter as documents of blocks: their sentences come as Markdown.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::block::{Block, Cell, Column, Document, Mark, Rich, Table};
use crate::language::Language;
use crate::phrase::Phrase;
use apportion_engine::charter::Prose;
use apportion_engine::charter::document::{Block as Said, Document as SaidDocument, Table as SaidTable};

/// The charter, or what else the rules say in sentences, as a document.
pub fn document(said: &SaidDocument) -> Document {
    let mut document = Document::new(said.language, &said.title);
    document.lead.push(plain(said.lead.as_str()));
    // A table has the name of the heading that it stands under.
    let mut heading = said.title.clone();
    for block in &said.blocks {
        if let Said::Heading(_, text) = block {
            heading = plain(text.as_str());
        }
        document.blocks.push(of_said(block, &heading, said.language));
    }
    document
}

fn of_said(block: &Said, heading: &str, language: Language) -> Block {
    match block {
        Said::Heading(level, text) => Block::Heading(*level, plain(text.as_str())),
        Said::Paragraph(text) => Block::Paragraph(rich(text.as_str())),
        Said::List(items) => Block::List(items.iter().map(|item| rich(item.as_str())).collect()),
        Said::Quote(text) => Block::Quote(rich(text.as_str())),
        Said::Table(table) => Block::Table(of_table(table, heading)),
        Said::Contents => Block::Contents,
        Said::Signatures(people) => {
            let signs = Phrase::SignatureAndDay.text(language);
            let line = |person: &Prose| format!("{} – {signs}", plain(person.as_str()));
            Block::Signatures(people.iter().map(line).collect())
        }
    }
}

fn of_table(said: &SaidTable, name: &str) -> Table {
    let column = |(title, is_number): (&Prose, &bool)| {
        let title = plain(title.as_str());
        if *is_number { Column::number("", title) } else { Column::text("", title) }
    };
    let columns = said.header.iter().zip(&said.numbers).map(column).collect();
    let mut table = Table::new("", name, columns);
    for row in &said.rows {
        table.row(row.iter().map(|cell| Cell::Rich(rich(cell.as_str()))).collect());
    }
    table
}

/// The words of Markdown within a line, with its marks.
pub fn rich(markdown: &str) -> Rich {
    let mut words = Rich::default();
    let mut marks = Vec::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::Strong) => marks.push(Mark::Strong),
            Event::Start(Tag::Emphasis) => marks.push(Mark::Emphasis),
            Event::End(TagEnd::Strong | TagEnd::Emphasis) => {
                marks.pop();
            }
            Event::Text(text) => words.push(marks.last().copied().unwrap_or(Mark::Plain), &text),
            Event::Code(text) => words.push(Mark::Code, &text),
            _ => {}
        }
    }
    words
}

/// The words of Markdown within a line, without its marks.
pub fn plain(markdown: &str) -> String {
    rich(markdown).plain()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::html;

    #[test]
    fn marks_are_no_words() {
        assert_eq!(
            plain("the deal’s `received_share` \\* 2, **all** of it"),
            "the deal’s received_share * 2, all of it"
        );
    }

    #[test]
    fn links_lead_to_headings_and_marks_stay() {
        let mut said = SaidDocument { title: "Rules".to_owned(), ..SaidDocument::default() };
        said.blocks.push(Said::Contents);
        said.heading(2, Prose::ours("A \\& B (`x-y`)"));
        said.paragraph(Prose::ours("**Pays.** \\<i\\> of `a < b`, *now*"));
        let page = html(&document(&said));
        assert!(page.contains("<a href=\"#a--b-x-y\">A &amp; B (x-y)</a>"), "{page}");
        assert!(page.contains("<h2 id=\"a--b-x-y\">"), "{page}");
        assert!(
            page.contains("<strong>Pays.</strong> &lt;i&gt; of <code>a &lt; b</code>, <em>now</em>"),
            "{page}"
        );
    }
}
