//! What changed in the rules, and why.

use apportion::Error;
use apportion::block::{Block, Document};
use apportion::charter_document;

use super::Ground;

pub(super) fn add(document: &mut Document, ground: &Ground<'_>) -> Result<(), Error> {
    add_since(document, ground, ground.facts.insight.period.0 - 1)
}

/// Changes from the end of a day to the as-of day; for a viewer of the rules that can pay them and of the channel's policies.
pub(super) fn add_since(document: &mut Document, ground: &Ground<'_>, since: i32) -> Result<(), Error> {
    let until = ground.facts.insight.as_of.max(since);
    let said = match ground.sight.seen {
        Some(seen) => {
            let tables = &ground.sight.settlement.as_close().tables;
            ground.session.charter_changes_for(tables.payees.id(seen.viewer), since, until)?
        }
        None => ground.session.charter_changes(since, until),
    };
    let said = charter_document(&said);
    document.heading(2, "What changed in the rules");
    let lead = said.lead.into_iter().map(|line| Block::Paragraph(line.into()));
    document.blocks.extend(lead);
    // What were sections are parts of this one.
    document.blocks.extend(said.blocks.into_iter().map(|block| match block {
        Block::Heading(level, text) => Block::Heading(level + 1, text),
        other => other,
    }));
    Ok(())
}
