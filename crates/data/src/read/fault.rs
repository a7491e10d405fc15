//! The messages about files that can't be read as a whole.

use std::fmt::Display;

use super::file::SourceFile;
use super::format;
use apportion_base::diagnostic::{Code, Diagnostic, Span};
pub use apportion_base::diagnostic::{guarded, hush_guarded_panics};

fn about(file: &SourceFile, code: Code, message: String) -> Diagnostic {
    Diagnostic::error(code, message).at(file.span.clone(), "the file comes from here")
}

/// A file that is corrupt, truncated, or that the system does not hand out.
pub(super) fn unreadable(file: &SourceFile, reason: impl Display) -> Diagnostic {
    about(file, Code::UnreadableFile, format!("cannot read `{}`: {reason}", file.shown)).help(
        file.looks_like()
            .unwrap_or("the file may be damaged, cut off, or of another format than its extension says"),
    )
}

/// A file without a header.
pub(super) fn empty_file(file: &SourceFile) -> Diagnostic {
    about(file, Code::EmptyFile, format!("`{}` names no column: it is empty, or its header is", file.shown))
        .help("the first record names the columns; a file without data records is fine")
}

/// Bytes that are no text in the encoding of the source, in a column of a row if that is known.
pub(super) fn bad_encoding(file: &SourceFile, encoding: &str, place: Option<(u64, &str)>) -> Diagnostic {
    let place = match place {
        None => String::new(),
        Some((row, "")) => format!(" in row {row}"),
        Some((row, column)) => format!(" in row {row}, column `{column}`"),
    };
    let message = format!("`{}` is not {encoding}: it has bytes that are no text{place}", file.shown);
    about(file, Code::BadEncoding, message).help(
        "say how the file is written: `encoding = \"windows-1252\"` or `\"utf-16\"`, or save it as UTF-8",
    )
}

/// A text whose lines end in a way that is not read: all of it would be its header.
pub(super) fn lone_returns(file: &SourceFile) -> Diagnostic {
    let message = format!("cannot read `{}`: its lines end with a carriage return (CR) alone", file.shown);
    about(file, Code::UnreadableFile, message).help(file.looks_like().unwrap_or(
        "save it with lines that end in LF or CRLF, for example: tr '\\r' '\\n' < old.csv > new.csv",
    ))
}

/// A quote that swallows the rest of the file.
pub(super) fn unclosed_quote(file: &SourceFile, quote: u8, row: u64) -> Diagnostic {
    let quote = char::from(quote);
    let message = format!(
        "a quote {quote} that opens in row {row} of `{}` is never closed: all that follows is one cell",
        file.shown
    );
    about(file, Code::UnclosedQuote, message).help(format!(
        "close the quote, write a quote inside a quoted cell twice, or set another `quote` than {quote}"
    ))
}

/// A record beyond all measure; row 0 where it is not known.
pub(super) fn record_too_long(file: &SourceFile, row: u64) -> Diagnostic {
    let place = if row == 0 { "a record".to_owned() } else { format!("the record of row {row}") };
    let message = format!("{place} of `{}` is longer than 16 MiB", file.shown);
    about(file, Code::RecordTooLong, message).help(
        "look for a quote that is never closed, or for another delimiter or line end than the source says",
    )
}

/// A text of a typed file beyond all measure.
pub(super) fn text_too_long(file: &SourceFile, column: &str) -> Diagnostic {
    let message = format!("a text in column `{column}` of `{}` is longer than 16 MiB", file.shown);
    about(file, Code::RecordTooLong, message).help("look for a document or a picture in a column of texts")
}

/// A compressed file that unpacks to more than the source allows.
pub(super) fn unpacks_too_large(file: &SourceFile, most: u64) -> Diagnostic {
    let message = format!("`{}` unpacks to more than {most} bytes", file.shown);
    about(file, Code::UnpacksTooLarge, message)
        .help("if the file is right, allow more: `max_unpacked = \"64 GiB\"`")
}

/// No row names the columns.
pub(super) fn no_header(file: &SourceFile, place: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::MissingHeader, format!("`{}` has no header row: {what}", file.shown))
        .at(place, "")
        .help("`header` is the number of the row that names the columns, or the text of one of its cells")
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

/// A range that the workbook does not have.
pub(super) fn unknown_range(file: &SourceFile, name: &str, place: Span, known: &[String]) -> Diagnostic {
    let message = format!("`{}` has no range, table or defined name `{name}`", file.shown);
    let error = Diagnostic::error(Code::UnknownRange, message).at(place, "");
    let near = apportion_base::diagnostic::nearest(name, known.iter().map(String::as_str));
    let error = match near {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error,
    };
    let has = if known.is_empty() { String::new() } else { format!("; it has: {}", known.join(", ")) };
    error.help(format!("write cells as `B4:H900`, or the name of a table or range of the workbook{has}"))
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
