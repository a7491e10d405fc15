//! Reads payees and their assignments and nothing else, for what is written about a close without settling it again.

use std::collections::BTreeSet;
use std::sync::Arc;

use apportion_base::diagnostic::Diagnostic;
use apportion_base::world::World;
use apportion_book::{Book, TableName};
use apportion_expr::Type;

use super::open::open_sources;
use super::progress::NoProgress;
use super::tables::catalogue::UsedColumns;
use super::tables::payees::Payees;

/// The payees of a project, and what is known of them.
#[derive(Debug)]
pub struct PayeesAlone {
    /// The payees, with all their columns.
    pub payees: Payees,
    /// Names and types of the columns.
    pub columns: Vec<(String, Type)>,
}

/// The payees of a project with all their columns.
///
/// # Errors
/// Everything that is wrong with their sources, and a file that can't be read.
pub fn payees_alone(world: &Arc<dyn World>, book: &Book) -> Result<PayeesAlone, Vec<Diagnostic>> {
    let of_payees = [TableName::Payees, TableName::Assignments];
    let sources = book.sources.iter().filter(|source| of_payees.contains(&source.table));
    let book = Book { sources: sources.cloned().collect(), ..book.clone() };
    let (opened, mistakes) = open_sources(world, &book);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let schema = opened.catalogue().tables.get(&TableName::Payees);
    let mut columns = schema.map(|schema| schema.columns.clone()).unwrap_or_default();
    // A column that comes in two types can't be one array, and nobody may need it.
    columns.retain(|(name, _)| !opened.mixed.contains_key(&(TableName::Payees, name.clone())));
    let names: BTreeSet<String> = columns.iter().map(|(name, _)| name.clone()).collect();
    let used: UsedColumns =
        [(TableName::Payees, names.clone()), (TableName::Assignments, names)].into_iter().collect();
    let tables = opened.load(&book, &used, &NoProgress)?;
    Ok(PayeesAlone { payees: tables.payees, columns })
}
