//! Diagnostics as text, in the form that `rustc` made known.

use codespan_reporting::diagnostic::{Diagnostic as Shown, Label as ShownLabel, LabelStyle, Severity as ShownSeverity};
use codespan_reporting::files::SimpleFiles;
use codespan_reporting::term::{self, Config};

use super::{Diagnostic, Files, Severity};

/// The diagnostic as plain text with its places in `files`, ending in a newline.
pub fn render(diagnostic: &Diagnostic, files: &Files) -> String {
    let mut shown_files = SimpleFiles::new();
    for text in &files.texts {
        shown_files.add(text.name.clone(), text.text.to_string());
    }
    let severity = match diagnostic.severity {
        Severity::Error => ShownSeverity::Error,
        Severity::Warning => ShownSeverity::Warning,
        Severity::Note => ShownSeverity::Note,
    };
    let labels = diagnostic
        .labels
        .iter()
        .enumerate()
        .map(|(at, label)| {
            let style = if at == 0 { LabelStyle::Primary } else { LabelStyle::Secondary };
            ShownLabel::new(style, label.span.file.0 as usize, label.span.range.clone())
                .with_message(label.message.clone())
        })
        .collect();
    let shown = Shown::new(severity)
        .with_code(diagnostic.code)
        .with_message(diagnostic.message.clone())
        .with_labels(labels)
        .with_notes(diagnostic.help.iter().map(|help| format!("help: {help}")).collect());
    let mut text = String::new();
    match term::emit_into_string(&Config::default(), &shown_files, &shown) {
        Ok(rendered) => text.push_str(&rendered),
        // A span outside its text is our own mistake: the message must reach the reader all the same.
        Err(_) => text.push_str(&format!("error[{}]: {}\n", diagnostic.code, diagnostic.message)),
    }
    text
}
