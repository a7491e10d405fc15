//! Statements: for each payee a document that says what is paid for a month and how that came about.
//!
//! | file | idea |
//! |---|---|
//! | `model` | what a statement says |
//! | `files`, `lines` | the files of a close, of a draft or of a result, as they were written |
//! | `known` | what the data and the rules of then say beside them: titles, customers, languages, managers |
//! | `gather` | from these to the statement of a payee |
//! | `paper` | from a statement to a document of blocks |
//! | `finance` | all of a month as one workbook |
//! | `names` | the names of files |
//!
//! Nothing is computed anew: a statement shows what was posted, and its parts add up to what its totals say.

mod files;
mod finance;
mod gather;
mod known;
mod lines;
mod model;
mod names;
mod paper;

pub use files::{Month, MonthKind};
pub use finance::workbook as finance_workbook;
pub use gather::Gatherer;
pub use known::{Known, own_language};
pub use lines::LineTable;
pub use model::{
    AdjustmentLine, Attainment, Change, EarnedLine, HeldChange, HeldLine, Inquiry, InquiryState, RuleLines,
    RuleName, Statement, TeamMember, TierLine, UnpaidDeal, YearMonth,
};
pub use names::{INDEX, file_stems, is_ours};
pub use paper::{CSV_HEADER, Letterhead, document};
