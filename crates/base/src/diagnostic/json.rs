//! Diagnostics for machines: one JSON object on one line.

use serde::Serialize;

use super::{Diagnostic, Files, Label};

#[derive(Serialize)]
struct Line<'a> {
    severity: &'static str,
    code: &'static str,
    /// Where the code is explained.
    page: String,
    message: &'a str,
    labels: Vec<Place<'a>>,
    help: &'a [String],
}

/// A label's place. Lines and columns count from 1, columns in characters.
#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    message: &'a str,
}

/// The diagnostic as one line of JSON without its newline.
pub fn render_json(diagnostic: &Diagnostic, files: &Files) -> String {
    let line = Line {
        severity: diagnostic.severity.word(),
        code: diagnostic.code.word(),
        page: diagnostic.code.page(),
        message: &diagnostic.message,
        labels: diagnostic.labels.iter().filter_map(|label| place(label, files)).collect(),
        help: &diagnostic.help,
    };
    // The line holds strings and numbers only, so serialising can't fail.
    serde_json::to_string(&line).unwrap_or_default()
}

fn place<'a>(label: &'a Label, files: &'a Files) -> Option<Place<'a>> {
    let source = files.get(label.span.file)?;
    let (line, column) = source.position(label.span.range.start);
    let (end_line, end_column) = source.position(label.span.range.end);
    Some(Place { file: &source.name, line, column, end_line, end_column, message: &label.message })
}

#[cfg(test)]
mod tests {
    use super::super::{Code, Diagnostic, Span};
    use super::*;

    #[test]
    fn one_object_with_places() {
        let mut files = Files::default();
        let id = files.add("rules/a.toml", "a = 1\nb = \"é?\"\n");
        let diagnostic = Diagnostic::warning(Code::UnusedCase, "is \"odd\"")
            .at(Span { file: id, range: 13..14 }, "here")
            .help("fix");
        assert_eq!(
            render_json(&diagnostic, &files),
            "{\"severity\":\"warning\",\"code\":\"unused-case\",\"page\":\"docs/findings.md#unused-case\",\"message\":\"is \\\"odd\\\"\",\"labels\":[{\"file\":\
             \"rules/a.toml\",\"line\":2,\"column\":7,\"end_line\":2,\"end_column\":8,\"message\":\"here\"}],\
             \"help\":[\"fix\"]}"
        );
    }
}
