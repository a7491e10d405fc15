//! `assignments`: what payees are for a time.

use super::super::RejectCode;
use super::{CellType, DerivedColumn, Domain, InputColumn, InputTable, TableName};

/// The table `assignments`.
pub static ASSIGNMENTS: InputTable = InputTable {
    table: TableName::Assignments,
    name: "assignments",
    meaning: "What a payee is from one day to another, in place of its own row. An empty cell leaves what the payee's row says.",
    always_needed: false,
    columns: &[
        InputColumn::text("payee_id", "Whose assignment it is.")
            .of(Domain::Payee)
            .required()
            .later(&[RejectCode::UnknownPayee]),
        InputColumn::new("from", CellType::Date, "Its first day.").required(),
        InputColumn::new("until", CellType::Date, "Its last day; empty where it has no end."),
        InputColumn::text("kind", "What sort of payee it is meanwhile.").attribute(),
        InputColumn::text("tier", "The payee's level meanwhile.").attribute(),
        InputColumn::text("manager_id", "The payee who manages this one meanwhile.")
            .of(Domain::Payee)
            .later(&[RejectCode::UnknownManager, RejectCode::ManagerCycle]),
        InputColumn::text("currency", "The payee's own currency meanwhile: an ISO 4217 code.").attribute(),
        InputColumn::new(
            "fte",
            CellType::Share,
            "The part of full time that the payee works meanwhile: 0.5 is half, 0 is a leave.",
        )
        .attribute(),
        InputColumn::text("language", "The language of the payee's statements meanwhile.").attribute(),
    ],
    key: &[0, 1],
    one_of: &[],
    ordered: Some([1, 2]),
    derived: &[DerivedColumn {
        name: "on_assignment",
        cell: CellType::Boolean,
        meaning: "Whether an assignment of the payee is in force; a column of payees.",
        reserved: true,
    }],
};

/// Columns of payees that no assignment changes.
pub const LASTING: [&str; 4] = ["payee_id", "name", "start_date", "end_date"];

/// Whether an assignment can give a column of payees another value.
pub fn is_assignable(column: &str) -> bool {
    let own = |known: &str| ASSIGNMENTS.columns[..3].iter().any(|own| own.name == known);
    let computed = ASSIGNMENTS.derived.iter().any(|derived| derived.name == column);
    !LASTING.contains(&column) && !own(column) && !computed
}
