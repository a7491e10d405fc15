//! `[exports.NAME]` of the project file: what a close is written as for payroll, banks and books.

mod format;
mod read;
mod value;

use apportion_base::diagnostic::Span;
use apportion_expr::ExprText;

use crate::SourceValue;

pub use format::{
    Alignment, Detail, ExportFamily, ExportFormat, LongNames, Negative, QuoteStyle, Scheme, Sign,
    TextEncoding,
};
pub(crate) use read::exports;
pub use read::template_keys;
pub use value::{ExportKeys, ExportValue, TextRule};

/// The longest name of an export.
pub const LONGEST_EXPORT_NAME: usize = 60;

/// One `[exports.NAME]`: its name, its format, and its keys as they were written, each of the shape that the format's description
/// says.
#[derive(Debug, Clone)]
pub struct ExportSettings {
    /// Its name: letters, digits, `-` and `_`.
    pub name: String,
    /// The place of its header.
    pub span: Span,
    /// What is written.
    pub format: SourceValue<ExportFormat>,
    /// Whom it pays; without it everybody.
    pub payees: Option<ExprText>,
    /// All other keys.
    pub keys: ExportKeys,
}
