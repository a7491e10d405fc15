//! A project read for explanations: nothing is settled yet, and it is known where every row stands.

use std::path::Path;

use super::{Progress, project_file};
use apportion_base::diagnostic::{Diagnostic, Files};
use apportion_base::digest::FileDigest;
use apportion_book::{self as book, Book, TableName};
use apportion_data::{self as data, Origins, Tables, Used};
use apportion_rules::{self as rules, RuleBook};

/// Everything that an explanation rests on.
#[derive(Debug, Clone)]
pub struct Traced {
    pub book: Book,
    pub rules: RuleBook,
    /// The texts that decide the amounts: the project file and the rule files.
    pub rule_files: Vec<FileDigest>,
    pub tables: Tables,
    pub origins: Origins,
}

/// Reads the project in a folder. `files` gathers the texts that diagnostics point into, also where this fails.
///
/// # Errors
///
/// Everything that is wrong with the step that failed, not only the first of it.
pub fn read_traced(
    project: &Path,
    files: &mut Files,
    progress: &dyn Progress,
) -> Result<Traced, Vec<Diagnostic>> {
    let book = book::read(project, files)?;
    let mut rule_files = vec![project_file(project)?];
    let opened = data::open(&book)?;
    let rules = rules::read(&book, opened.catalogue(), files)?;
    let (tables, origins) = opened.load_traced(&book, &also_shown(rules.used), progress)?;
    rule_files.extend(rules.files);
    Ok(Traced { book, rules: rules.book, rule_files, tables, origins })
}

/// The columns that rules name and those that an explanation shows beside them. These are columns of the contract, which
/// are read, checked and compared in any case: no row is used or rejected for their sake.
fn also_shown(mut used: Used) -> Used {
    if used.get(&TableName::Deals).is_some_and(|columns| columns.contains("discount")) {
        used.entry(TableName::Deals).or_default().insert("list_amount".to_owned());
    }
    used.entry(TableName::Engagements).or_default().insert("engagement_id".to_owned());
    used.entry(TableName::Splits).or_default().insert("role".to_owned());
    used
}
