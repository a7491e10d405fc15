//! The worked example of a rule: its first case, with what came out.

use super::actual::ActualTables;
use super::{Bench, Case, CaseFile, CaseTable, Table, settle};
use apportion_base::diagnostic::Files;
use apportion_book::display_day;

/// A case that shows how a rule works.
#[derive(Debug, Clone)]
pub struct Example<'a> {
    /// The file.
    pub file: &'a CaseFile,
    /// A case of it.
    pub case: &'a Case,
    /// The lines of the rule in this case, as the engine computes them now: the columns of
    /// `docs/reference/outputs.md#linesparquet` that are not empty. Amounts have all decimals, rates are percents.
    pub lines: Table,
}

impl Bench {
    /// The first case, in the order of files and places, in which a rule is under test and makes a line; with `from`, a
    /// line of the version that is in force from that day on. Cases that can't be settled are passed over.
    ///
    /// `files` is what [`Bench::read`] filled.
    pub fn first_for(&self, rule_id: &str, from: Option<i32>, files: &Files) -> Option<Example<'_>> {
        let cases = self.case_files.iter().flat_map(|file| file.cases.iter().map(move |case| (file, case)));
        // What months are closed to is no example of a rule's lines.
        let of_period = cases.filter(|(_, case)| case.months.is_empty());
        of_period.filter(|(_, case)| self.setting.under_test(case).contains(rule_id)).find_map(
            |(file, case)| {
                let lines = self.lines_of(case, rule_id, from, files)?;
                (!lines.rows.is_empty()).then_some(Example { file, case, lines })
            },
        )
    }

    fn lines_of(&self, case: &Case, rule_id: &str, from: Option<i32>, files: &Files) -> Option<Table> {
        let settled = settle::settle(case, &self.setting, &mut files.clone()).ok()?;
        let columns: Vec<String> = CaseTable::Lines.columns().iter().map(|&name| name.to_owned()).collect();
        let mut table = ActualTables::new(&settled).table(CaseTable::Lines, &columns);
        let index = |name: &str| columns.iter().position(|column| column == name);
        let (id_at, from_at, from) = (index("rule_id")?, index("rule_from")?, from.map(display_day));
        table
            .rows
            .retain(|row| row[id_at] == rule_id && from.as_ref().is_none_or(|from| row[from_at] == *from));
        let says: Vec<bool> =
            (0..columns.len()).map(|index| table.rows.iter().any(|row| !row[index].is_empty())).collect();
        let keep = |row: Vec<String>| -> Vec<String> {
            row.into_iter().zip(&says).filter(|(_, says)| **says).map(|(cell, _)| cell).collect()
        };
        Some(Table { header: keep(table.header), rows: table.rows.into_iter().map(keep).collect() })
    }
}
