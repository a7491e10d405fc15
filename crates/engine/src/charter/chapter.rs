//! What the chapter of a rule or a policy says of its versions.

use super::document::{Block, Document, Table};
use super::facts::{self, Change, Fact};
use super::prose::Prose;
use super::versioned::Versioned;
use super::words;
use apportion_book::Book;
use apportion_rules::RuleBook;

/// Reason, dates and facts of one version.
pub fn add_version(document: &mut Document, (book, rules): (&Book, &RuleBook), version: Versioned<'_>) {
    if let Some(why) = version.why() {
        document.blocks.push(Block::Quote(why));
    }
    let rank = match version.rank() {
        (number, all) if all > 1 => format!(", version {number} of {all}"),
        _ => String::new(),
    };
    document.paragraph(Prose::ours(format!(
        "*In force {}{rank}.*",
        words::in_force(version.from(), version.until())
    )));
    add_facts(document, &version.facts(book, rules));
}

/// What a version says, fact by fact.
pub fn add_facts(document: &mut Document, facts: &[Fact]) {
    for fact in facts {
        document.paragraph(Prose::ours(format!("**{}.** {}", fact.label, fact.says)));
        if !fact.items.is_empty() {
            document.blocks.push(Block::List(fact.items.clone()));
        }
        if let Some(table) = &fact.table {
            document.blocks.push(Block::Table(table.clone()));
        }
    }
}

/// All versions, and what each one changed and why; nothing where there is but one.
pub fn add_history(document: &mut Document, (book, rules): (&Book, &RuleBook), versions: &[Versioned<'_>]) {
    if versions.len() < 2 {
        return;
    }
    document.heading(4, Prose::ours("History"));
    let mut before: Option<Vec<Fact>> = None;
    for (index, version) in versions.iter().enumerate() {
        let when = words::in_force(version.from(), version.until());
        let why = version.why().map_or(String::new(), |why| format!(" {why}"));
        document.paragraph(Prose::ours(format!("**Version {}**, {when}.{why}", index + 1)));
        let said = version.facts(book, rules);
        if let Some(before) = before {
            document.blocks.push(changes_table(&facts::changes(&before, &said)));
        }
        before = Some(said);
    }
}

/// Facts before and after.
pub fn changes_table(changes: &[Change]) -> Block {
    if changes.is_empty() {
        return Block::Paragraph(Prose::ours("Nothing but its dates, its title or its reason changed."));
    }
    let mut table = Table::new(&[("what", false), ("before", false), ("after", false)]);
    for change in changes {
        let side = |side: &Option<Prose>| side.clone().unwrap_or_else(|| Prose::ours("–"));
        table.row(vec![Prose::ours(change.label), side(&change.before), side(&change.after)]);
    }
    Block::Table(table)
}
