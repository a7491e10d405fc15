//! Cases that close months: the project as each of the months finds it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::settle::{led_back, open};
use super::{Case, CaseTable, Outcome, RulesUnderTest, Setting, Table, project};
use crate::project::Project;
use apportion_base::diagnostic::{Diagnostic, Files, Span};
use apportion_base::world::World;
use apportion_book::{Period, SourceValue, TableName};
use apportion_expr::ExprText;

/// A month of a case that closes months.
#[derive(Debug, Clone)]
pub struct CaseMonth {
    /// The month that is closed.
    pub period: Period,
    /// The day at whose end things are known, as in a case.
    pub as_of: Option<i32>,
    /// Rules that take the place of the case's own from this month on.
    pub rules: Option<ExprText>,
    /// Rate tables that are others from this month on: path and content.
    pub files: Vec<(String, String)>,
    /// Tables that are others from this month on.
    pub inputs: BTreeMap<TableName, Table>,
    /// The code of what stops the close.
    pub error: Option<SourceValue<String>>,
    /// Its header in its file.
    pub span: Span,
}

impl Case {
    /// The files of the project as one of the months finds them, by path.
    pub fn files_of_month(&self, setting: &Setting, month: usize) -> Vec<(String, Vec<u8>)> {
        project::files(&self.as_of(month), setting)
    }

    /// Opens the project of one of the months in a world that has its files, and does something with it. What is wrong points into the
    /// case.
    ///
    /// # Errors
    /// What is wrong with the project, and what `work` says.
    pub fn in_month<T>(
        &self,
        (setting, month): (&Setting, usize),
        world: &Arc<dyn World>,
        files: &mut Files,
        work: impl FnOnce(&Project) -> Result<T, Vec<Diagnostic>>,
    ) -> Result<T, Vec<Diagnostic>> {
        let case = self.as_of(month);
        // Marks the ids of the next files: the project file and rules made from the case.
        let written = files.add("", "");
        let done = open(&case, setting, world, files);
        let done = done.and_then(|project| work(&project.with_as_of(case.as_of)));
        done.map_err(|found| found.into_iter().map(|one| led_back(&case, written, files, one)).collect())
    }

    /// The case with the tables and rules of one of its months.
    fn as_of(&self, month: usize) -> Self {
        let mut case = self.clone();
        case.as_of = self.months.get(month).and_then(|month| month.as_of);
        for month in self.months.iter().take(month + 1) {
            case.inputs.extend(month.inputs.iter().map(|(input, table)| (*input, table.clone())));
            case.files.retain(|(path, _)| month.files.iter().all(|(own, _)| own != path));
            case.files.extend(month.files.iter().cloned());
            if let Some(rules) = &month.rules {
                case.rules = RulesUnderTest::Own(rules.clone());
            }
        }
        case
    }

    /// Compares the expected tables of one of the months with those that came out, which have all their columns.
    pub fn compare_month(&self, month: usize, came_out: &[(CaseTable, Table)], outcome: &mut Outcome) {
        for index in 0..self.expected.len() {
            let expected = &self.expected[index];
            if expected.month == Some(month) {
                let kind = expected.table_kind;
                let Some((_, actual)) = came_out.iter().find(|(known, _)| *known == kind) else { continue };
                outcome.compare(self, index, |columns| match columns {
                    Some(columns) => actual.with_columns(columns),
                    None => {
                        let usual = kind.usual_columns().iter().map(|&column| column.to_owned());
                        let usual = actual.with_columns(&usual.collect::<Vec<_>>());
                        usual.with_columns_that_say(|cell| !is_zero(cell))
                    }
                });
            }
        }
    }
}

/// An empty cell, or an amount of nothing.
fn is_zero(cell: &str) -> bool {
    cell.bytes().all(|byte| byte == b'0' || byte == b'.')
}
