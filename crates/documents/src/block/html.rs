//! A document as one HTML file.

use std::cell::Cell as Counter;
use std::collections::BTreeSet;

use maud::{Markup, html};

use super::{
    Block, Cell, Chart, Document, Shape, StepRole, Table, Waterfall, contents, headings, is_heading, sections,
};
use crate::language::Language;
use crate::page::{Page, chart, scrolling};
use apportion_engine::charter::document::anchor;

/// A table of so many rows is printed on one sheet.
const SHORT: usize = 15;

/// The document as a page in the layout of all pages: it opens offline and can be printed.
pub fn html(document: &Document) -> String {
    let writer = Writer::new(document);
    let body = html! {
        @if let Some(mark) = &document.mark {
            div.mark role="note" { (mark) }
            // On paper it stands on every page.
            div.watermark aria-hidden="true" { (mark) }
        }
        header {
            @if let Some(logo) = &document.logo { img.logo src=(logo.address) alt=""; }
            h1 { (document.title) }
            @for line in &document.lead { p.lead { (line) } }
        }
        @for section in sections(&document.blocks, 2) { (writer.section(section)) }
        @if !document.footer.is_empty() {
            footer { @for line in &document.footer { p { (line) } } }
        }
    };
    let has_picture = document.logo.is_some();
    Page { title: &document.title, language: document.language, has_picture }.text(&body)
}

/// Writes the blocks of a document, in order.
struct Writer<'d> {
    document: &'d Document,
    language: Language,
    /// By heading: what links lead to it by. Names are unique, so of headings that are alike the first one has it.
    links: Vec<Option<String>>,
    /// How many headings are written.
    written: Counter<usize>,
}

impl<'d> Writer<'d> {
    fn new(document: &'d Document) -> Self {
        let is_linked = document.blocks.iter().any(|block| matches!(block, Block::Contents));
        let mut named = BTreeSet::new();
        let link = |block: &Block| match block {
            Block::Heading(level, text) => {
                let id = anchor(text);
                Some((is_linked && *level <= 3 && named.insert(id.clone())).then_some(id))
            }
            _ => None,
        };
        let links = document.blocks.iter().filter_map(link).collect();
        Self { document, language: document.language, links, written: Counter::new(0) }
    }

    fn section(&self, blocks: &[Block]) -> Markup {
        let headings = headings(blocks);
        let is_rule = |part: &[Block]| part.first().is_some_and(|first| is_heading(first, 3));
        html! {
            section {
                @for part in sections(blocks, 3) {
                    @let blocks = html! { @for block in part { (self.block(block, &headings)) } };
                    @if is_rule(part) { div.rule { (blocks) } } @else { (blocks) }
                }
            }
        }
    }

    /// `headings` are those of the section: the caption of a table that says the same is for those who do not see the page.
    fn block(&self, block: &Block, headings: &[&str]) -> Markup {
        let language = self.language;
        match block {
            Block::Heading(level, text) => self.heading(*level, text),
            Block::Paragraph(text) => html! { p { (text) } },
            Block::Quote(text) => html! { blockquote { p { (text) } } },
            Block::Note(text) => html! { p.note { (text) } },
            Block::List(items) => html! { ul { @for item in items { li { (item) } } } },
            Block::Facts(facts) => html! {
                dl.facts { @for (name, cell) in facts { div { dt { (name) } dd { (shown(language, cell, None)) } } } }
            },
            Block::Waterfall(waterfall) => waterfall_markup(language, waterfall),
            Block::Table(table) => table_markup(language, table, headings.contains(&table.name.as_str())),
            Block::Chart(chart) => {
                chart_markup(language, chart, headings.contains(&chart.table.name.as_str()))
            }
            Block::Drawing(drawing) => html! { (drawing) },
            Block::Signatures(people) => html! {
                div.signatures { @for person in people { div.signature { (person) } } }
            },
            Block::Contents => contents_markup(&contents(&self.document.blocks)),
        }
    }

    fn heading(&self, level: u8, text: &str) -> Markup {
        let place = self.written.replace(self.written.get() + 1);
        let link = self.links.get(place).and_then(Option::as_deref);
        match level {
            2 => html! { h2 id=[link] { (text) } },
            3 => html! { h3 id=[link] { (text) } },
            _ => html! { h4 { (text) } },
        }
    }
}

fn chart_markup(language: Language, chart: &Chart, is_named: bool) -> Markup {
    let name = &chart.table.name;
    let picture = match chart.shape {
        Shape::Bars => chart::bars(name, &chart.marks(language)),
        Shape::Histogram => chart::histogram(name, &chart.bins(language)),
        Shape::Dots { across, allowed } => {
            let (dots, lines) = chart.dots(across, allowed);
            chart::dots(name, &dots, &lines)
        }
    };
    html! {
        @if !is_named { p.caption { (name) } }
        (picture)
        @if let Some(note) = &chart.note { p.muted { (note) } }
    }
}

/// A list of headings, those of the second level inside of their sections.
fn contents_markup(headings: &[(u8, &str)]) -> Markup {
    let link = |text: &str| html! { a href={ "#" (anchor(text)) } { (text) } };
    let mut sections: Vec<(Option<&str>, Vec<&str>)> = Vec::new();
    for &(level, text) in headings {
        match sections.last_mut() {
            Some((_, rules)) if level == 3 => rules.push(text),
            None if level == 3 => sections.push((None, vec![text])),
            _ => sections.push((Some(text), Vec::new())),
        }
    }
    html! {
        ul {
            @for (section, rules) in &sections {
                li {
                    @if let Some(section) = section { (link(section)) }
                    @if !rules.is_empty() { ul { @for rule in rules { li { (link(rule)) } } } }
                }
            }
        }
    }
}

fn shown(language: Language, cell: &Cell, column: Option<apportion_base::money::Currency>) -> Markup {
    match cell {
        Cell::Rich(words) => html! { (words) },
        Cell::Lines(lines) => {
            html! { @for (place, line) in lines.iter().enumerate() { @if place > 0 { br; } (line) } }
        }
        Cell::Change(change) if change.minor != 0 => {
            let class = if change.minor > 0 { "gain" } else { "loss" };
            html! { span class=(class) { (cell.shown(language, column)) } }
        }
        other => html! { (other.shown(language, column)) },
    }
}

fn waterfall_markup(language: Language, waterfall: &Waterfall) -> Markup {
    let Waterfall { steps_title, amounts_title, steps, .. } = waterfall;
    scrolling(
        steps_title,
        &html! {
            table.waterfall {
                thead { tr { th scope="col" { (steps_title) } th.num scope="col" { (amounts_title) } } }
                tbody {
                    @for step in steps {
                        tr.total[step.role == StepRole::Total].beside[step.role == StepRole::Beside] {
                            th scope="row" {
                                (step.label)
                                @if let Some(detail) = &step.detail { br; span.muted { (detail) } }
                            }
                            td.num { (language.money(step.amount.minor, step.amount.currency)) }
                        }
                    }
                }
            }
        },
    )
}

fn table_markup(language: Language, table: &Table, is_named: bool) -> Markup {
    let places = table.on_page();
    let currencies: Vec<_> = places.iter().map(|place| table.currency(*place)).collect();
    let row = |cells: &[Cell]| {
        html! {
            tr {
                @for (place, currency) in places.iter().zip(&currencies) {
                    @let cell = &cells[*place];
                    // What it is sorted by, where its text is no number for a program.
                    @let value = (table.is_sortable && cell.is_number()).then(|| cell.plain());
                    td.num[table.columns[*place].is_number] data-value=[value] { (shown(language, cell, *currency)) }
                }
            }
        }
    };
    let scrolled = scrolling(
        &table.name,
        &html! {
            table.short[table.rows.len() <= SHORT].sortable[table.is_sortable] {
                caption.quiet[is_named] { (table.name) }
                thead {
                    tr {
                        @for place in &places {
                            th.num[table.columns[*place].is_number] scope="col" { (table.heading(*place)) }
                        }
                    }
                }
                tbody { @for cells in &table.rows { (row(cells)) } }
                @if let Some(total) = &table.total { tfoot { (row(total)) } }
            }
        },
    );
    // One that is sorted is looked through: a long one scrolls in itself.
    if table.is_sortable && table.rows.len() > SHORT {
        html! { div.tall { (scrolled) } }
    } else {
        scrolled
    }
}
