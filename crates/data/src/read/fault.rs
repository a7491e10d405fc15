//! The messages about files that can't be read as a whole.

use std::fmt::Display;

use super::{SourceFile, format};
use apportion_base::diagnostic::{Code, Diagnostic, Span};
pub use apportion_base::diagnostic::{guarded, hush_guarded_panics};

fn about(file: &SourceFile, code: Code, message: String) -> Diagnostic {
    Diagnostic::error(code, message).at(file.span.clone(), "the file comes from here")
}

/// A file that is corrupt, truncated, or that the system does not hand out.
pub(super) fn unreadable(file: &SourceFile, reason: impl Display) -> Diagnostic {
    about(file, Code::UnreadableFile, format!("cannot read `{}`: {reason}", file.shown))
        .help("the file may be damaged, cut off, or of another format than its extension says")
}

/// A file without a header.
pub(super) fn empty_file(file: &SourceFile) -> Diagnostic {
    about(file, Code::EmptyFile, format!("`{}` names no column: it is empty, or its header is", file.shown))
        .help("the first record names the columns; a file without data records is fine")
}

/// Two columns have the same name, so it is ambiguous.
pub(super) fn duplicate_column(file: &SourceFile, name: &str) -> Diagnostic {
    about(file, Code::DuplicateColumn, format!("`{}` has two columns named `{name}`", file.shown))
        .help("give one of them another name")
}

/// Bytes that are no text in the encoding of the source; `row` is a data record, 0 the header.
pub(super) fn bad_encoding(file: &SourceFile, encoding: &str, row: Option<u64>) -> Diagnostic {
    let place = match row {
        None => String::new(),
        Some(0) => " in the header".to_owned(),
        Some(row) => format!(" in data record {row}"),
    };
    let message = format!("`{}` is not {encoding}: it has bytes that are no text{place}", file.shown);
    about(file, Code::BadEncoding, message).help(
        "say how the file is written: `encoding = \"windows-1252\"` or `\"utf-16\"`, or save it as UTF-8",
    )
}

/// A quote that swallows the rest of the file.
pub(super) fn unclosed_quote(file: &SourceFile, quote: u8, row: u64) -> Diagnostic {
    let quote = char::from(quote);
    let place = if row == 0 { "the header".to_owned() } else { format!("data record {row}") };
    let message = format!(
        "a quote {quote} that opens in {place} of `{}` is never closed: all that follows is one cell",
        file.shown
    );
    about(file, Code::UnclosedQuote, message).help(format!(
        "close the quote, write a quote inside a quoted cell twice, or set another `quote` than {quote}"
    ))
}

/// A column of a kind that has no place in a rule.
pub(super) fn unsupported_column(file: &SourceFile, name: &str, kind: &str) -> Diagnostic {
    about(file, Code::UnsupportedColumn, format!("column `{name}` of `{}` is of type {kind}", file.shown))
        .help("columns can be text, numbers, dates, timestamps or booleans")
}

/// A sheet that the workbook does not have.
pub(super) fn unknown_sheet(file: &SourceFile, name: &str, place: Span, sheets: &[String]) -> Diagnostic {
    let error =
        Diagnostic::error(Code::UnknownSheet, format!("`{}` has no sheet named `{name}`", file.shown))
            .at(place, "");
    let known = sheets.iter().map(String::as_str);
    match apportion_base::diagnostic::nearest(name, known) {
        Some(near) => error.help(format!("did you mean `{near}`? it has: {}", sheets.join(", "))),
        None => error.help(format!("it has: {}", sheets.join(", "))),
    }
}

/// A path or glob without a file.
pub(super) fn missing_file(written: &str, place: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::MissingFile, what.to_owned())
        .at(place, "")
        .help(format!("`{written}` is looked for relative to the folder of the project file"))
}

/// A file that a pattern misses by upper and lower case.
pub(super) fn overlooked(shown: &str, written: &str, place: Span) -> Diagnostic {
    let message = format!("`{shown}` fits `{written}` but for upper and lower case, and would not be read");
    Diagnostic::error(Code::OverlookedFile, message)
        .at(place, "")
        .help("rename it, or add its name to the `path`; give what is no data another extension")
}

/// An extension that says no format.
pub(super) fn unknown_format(shown: &str, place: Span) -> Diagnostic {
    Diagnostic::error(
        Code::UnknownFormat,
        format!("the extension of `{shown}` says no format that can be read"),
    )
    .at(place, "")
    .help(format!("known are {}", format::KNOWN))
}
