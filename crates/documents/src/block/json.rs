//! A document as JSON, with all words and numbers as people read them: what a template of a PDF lays out.

use serde_json::{Value, json};

use super::{Block, Cell, Chart, Document, Rich, StepRole, Table, Waterfall, headings, sections};
use crate::language::Language;

/// The document as one JSON object. Its keys are those of the fields; a block says in `kind` what it is.
pub fn json(document: &Document) -> Value {
    let language = document.language;
    let mut blocks = Vec::with_capacity(document.blocks.len());
    for section in sections(&document.blocks, 2) {
        let headings = headings(section);
        blocks.extend(section.iter().map(|block| block_json(language, block, &headings)));
    }
    json!({
        "language": language.code(),
        "title": document.title,
        "mark": document.mark,
        "logo": document.logo.as_ref().map(|picture| &*picture.name),
        "lead": document.lead,
        "blocks": blocks,
        "footer": document.footer,
    })
}

/// `headings` are those of the section: a table that says the same needs no name.
fn block_json(language: Language, block: &Block, headings: &[&str]) -> Value {
    match block {
        Block::Heading(level, text) => json!({ "kind": "heading", "level": level, "text": text }),
        Block::Paragraph(text) => json!({ "kind": "paragraph", "text": text.json() }),
        Block::List(items) => {
            json!({ "kind": "list", "items": items.iter().map(Rich::json).collect::<Vec<_>>() })
        }
        Block::Quote(text) => json!({ "kind": "quote", "text": text.json() }),
        Block::Note(text) => json!({ "kind": "note", "text": text }),
        Block::Facts(facts) => {
            let shown = |(name, cell): &(String, Cell)| json!([name, cell.shown(language, None)]);
            json!({ "kind": "facts", "facts": facts.iter().map(shown).collect::<Vec<_>>() })
        }
        Block::Waterfall(waterfall) => waterfall_json(language, waterfall),
        Block::Table(table) | Block::Chart(Chart { table, .. }) => {
            table_json(language, table, headings.contains(&table.name.as_str()))
        }
        Block::Signatures(people) => json!({ "kind": "signatures", "people": people }),
        Block::Drawing(_) => json!({ "kind": "drawing" }),
        Block::Contents => json!({ "kind": "contents" }),
    }
}

fn waterfall_json(language: Language, waterfall: &Waterfall) -> Value {
    let rows = waterfall.steps.iter().map(|step| {
        let role = match step.role {
            StepRole::Change => "change",
            StepRole::Total => "total",
            StepRole::Beside => "beside",
        };
        json!({
            "label": step.label,
            "detail": step.detail,
            "amount": language.money(step.amount.minor, step.amount.currency),
            "role": role,
        })
    });
    json!({
        "kind": "waterfall",
        "steps": waterfall.steps_title,
        "amounts": waterfall.amounts_title,
        "rows": rows.collect::<Vec<_>>(),
    })
}

fn table_json(language: Language, table: &Table, is_named: bool) -> Value {
    let places = table.on_page();
    let currencies: Vec<_> = places.iter().map(|place| table.currency(*place)).collect();
    let cell = |cell: &Cell, currency| match cell {
        Cell::Rich(words) => words.json(),
        other => Value::String(other.shown(language, currency)),
    };
    let row = |cells: &Vec<Cell>| -> Vec<Value> {
        let shown = places.iter().zip(&currencies);
        shown.map(|(place, currency)| cell(&cells[*place], *currency)).collect()
    };
    let column =
        |place: &usize| json!({ "title": table.heading(*place), "number": table.columns[*place].is_number });
    json!({
        "kind": "table",
        "name": table.name,
        "named": is_named,
        "columns": places.iter().map(column).collect::<Vec<_>>(),
        "rows": table.rows.iter().map(row).collect::<Vec<_>>(),
        "total": table.total.as_ref().map(row),
    })
}
