//! The files that `apportion` reads and writes, described once, as plain data.
//!
//! | module | what it describes |
//! |---|---|
//! | [`input`] | the tables that are read: columns, types, keys, defaults |
//! | [`output`] | the files of a result: columns, types, order |
//! | [`run_json`] | the keys of run.json |
//! | [`governance`], [`kinds`], [`reasons`], [`reconciliation`], [`rejects`], [`settings`] | the words that these files use, each with its meaning |
//! | [`markdown`] | all of this as Markdown tables, for the reference |
//!
//! Readers, writers, `verify`, schemas, worked cases and the reference take names, types and words from here. So a new input
//! table is one description here and one builder in `data`. Nothing here depends on anything else of ours, and nothing
//! here computes.

#![deny(missing_docs)]

pub mod governance;
pub mod input;
pub mod kinds;
pub mod markdown;
pub mod output;
pub mod reasons;
pub mod reconciliation;
pub mod rejects;
pub mod run_json;
pub mod settings;
mod words;

pub use input::{
    CellType, DefaultValue, DerivedColumn, Domain, InputColumn, InputTable, TYPED_ATTRIBUTES, TableName,
    is_assignable,
};
pub use kinds::{PolicyKind, RuleKind};
pub use output::{
    ATTAINMENT, CLAIMS, CONFLICTS, FILES, LINES, OPTIONAL_FILES, PAYOUTS, PRICE_AUDIT, RECONCILIATION,
    REJECTS, RUN, STATEMENTS, UNCREDITED,
};
pub use output::{LineColumn, LineShape, OutputColumn, OutputFile, OutputType};
pub use reasons::Reason;
pub use reconciliation::Part;
pub use rejects::{RejectAction, RejectCode};
pub use run_json::{RunKey, RunType};
pub use settings::{AcceptanceAction, IncompletePolicy, PROJECT_FILE, ReachWord};
pub use words::Words;
