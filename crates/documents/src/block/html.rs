//! A document as one HTML file.

use maud::{Markup, html};

use super::{Block, Document, StepRole, Table, Waterfall, headings, sections};
use crate::language::Language;
use crate::page::{Page, scrolling};

/// A table of so many rows is printed on one sheet.
const SHORT: usize = 15;

/// The document as a page in the layout of all pages: it opens offline and can be printed.
pub fn html(document: &Document) -> String {
    let language = document.language;
    let sections = sections(&document.blocks);
    let body = html! {
        @if let Some(mark) = &document.mark {
            div.mark role="note" { (mark) }
            // On paper it stands on every page.
            div.watermark aria-hidden="true" { (mark) }
        }
        header {
            @if let Some(logo) = &document.logo { img.logo src=(logo) alt=""; }
            h1 { (document.title) }
            @for line in &document.lead { p.lead { (line) } }
        }
        @for section in &sections { (section_markup(language, section)) }
        @if !document.footer.is_empty() {
            footer { @for line in &document.footer { p { (line) } } }
        }
    };
    Page { title: &document.title, language, has_picture: document.logo.is_some() }.text(&body)
}

fn section_markup(language: Language, blocks: &[Block]) -> Markup {
    let is_rule = |block: &Block| matches!(block, Block::Heading(3, _));
    let first = blocks.iter().position(is_rule).unwrap_or(blocks.len());
    let (before, mut rest) = blocks.split_at(first);
    let mut rules: Vec<&[Block]> = Vec::new();
    while !rest.is_empty() {
        let next = rest[1..].iter().position(is_rule);
        let (rule, after) = rest.split_at(next.map_or(rest.len(), |place| place + 1));
        rules.push(rule);
        rest = after;
    }
    let headings = headings(blocks);
    html! {
        section {
            @for block in before { (markup(language, block, &headings)) }
            @for rule in rules { div.rule { @for block in rule { (markup(language, block, &headings)) } } }
        }
    }
}

/// `headings` are those of the section: the caption of a table that says the same is for those who do not see the page.
fn markup(language: Language, block: &Block, headings: &[&str]) -> Markup {
    match block {
        Block::Heading(2, text) => html! { h2 { (text) } },
        Block::Heading(3, text) => html! { h3 { (text) } },
        Block::Heading(_, text) => html! { h4 { (text) } },
        Block::Paragraph(text) => html! { p { (text) } },
        Block::Quote(text) => html! { blockquote { p { (text) } } },
        Block::Note(text) => html! { p.note { (text) } },
        Block::List(items) => html! { ul { @for item in items { li { (item) } } } },
        Block::Facts(facts) => html! {
            dl.facts { @for (name, cell) in facts { div { dt { (name) } dd { (cell.shown(language, None)) } } } }
        },
        Block::Waterfall(waterfall) => waterfall_markup(language, waterfall),
        Block::Table(table) => table_markup(language, table, headings.contains(&table.name.as_str())),
        Block::Signatures(people) => html! {
            div.signatures { @for person in people { div.signature { (person) } } }
        },
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
    let row = |cells: &[super::Cell]| {
        html! {
            tr {
                @for (place, currency) in places.iter().zip(&currencies) {
                    td.num[table.columns[*place].is_number] { (cells[*place].shown(language, *currency)) }
                }
            }
        }
    };
    scrolling(
        &table.name,
        &html! {
            table.short[table.rows.len() <= SHORT] {
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
    )
}
