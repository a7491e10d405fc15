//! Diagnostics as text, in the layout of `rustc`.
//!
//! What a terminal would obey, in a name or an id of the data, is shown escaped. A message is one line.
//!
//! `codespan-reporting` draws the source lines. Its gutter is one column wider than ours; [`tightened`] removes that column.

use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic as Shown, Label as ShownLabel, LabelStyle};
use codespan_reporting::files::{Error, Files as Lines};
use codespan_reporting::term::{self, Config};

use super::secret::without_accounts;
use super::{Diagnostic, FileId, Files, Label, Severity, SourceText};

/// Bytes of the longest line that is quoted whole. Of a longer one the part around its first label is.
const WIDEST: usize = 400;
/// Bytes that are quoted before a label of such a line.
const BEFORE: usize = 80;
use crate::terminal::{escaped, escaped_lines};

/// The diagnostic as plain text with its places in `files`, ending in a newline.
pub fn render(diagnostic: &Diagnostic, files: &Files) -> String {
    let mut text = header(diagnostic);
    if !diagnostic.labels.is_empty() {
        // A span outside its text is a fault of ours. The reader gets the message in any case.
        text.push_str(&places(diagnostic, files).unwrap_or_default());
    }
    for help in &diagnostic.help {
        let help = escaped_lines(help);
        let mut lines = help.lines();
        text.push_str(&format!("  = help: {}\n", lines.next().unwrap_or_default()));
        for line in lines {
            text.push_str(&format!("          {line}\n"));
        }
    }
    text
}

/// The diagnostic for a terminal: like [`render`], with the severity in colour and the message in bold.
pub fn render_coloured(diagnostic: &Diagnostic, files: &Files) -> String {
    let plain = render(diagnostic, files);
    let word = word_and_code(diagnostic);
    let colour = match diagnostic.severity {
        Severity::Error => "31",
        Severity::Warning => "33",
        Severity::Note => "36",
    };
    let rest = plain.strip_prefix(&header(diagnostic)).unwrap_or_default();
    let message = escaped(&diagnostic.message);
    format!("\x1b[1;{colour}m{word}\x1b[0m\x1b[1m: {message}\x1b[0m\n{rest}")
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// `error[code]: message`
fn header(diagnostic: &Diagnostic) -> String {
    format!("{}: {}\n", word_and_code(diagnostic), escaped(&diagnostic.message))
}

/// `error[code]`
fn word_and_code(diagnostic: &Diagnostic) -> String {
    format!("{}[{}]", diagnostic.severity.word(), diagnostic.code)
}

/// The labels with their source lines.
fn places(diagnostic: &Diagnostic, files: &Files) -> Option<String> {
    let quotation = Quotation { files, labels: &diagnostic.labels };
    let labels = diagnostic.labels.iter().enumerate().filter_map(|(index, label)| {
        let style = if index == 0 { LabelStyle::Primary } else { LabelStyle::Secondary };
        let range = quotation.visible(label)?;
        Some(ShownLabel::new(style, label.span.file, range).with_message(label.message.as_str()))
    });
    let shown = Shown::error().with_labels(labels.collect());
    let mut drawn = String::new();
    term::emit_to_string(&mut drawn, &Config::default(), &quotation, &shown).ok()?;
    // The first line is codespan's header. Ours replaces it.
    drawn.split_once('\n').map(|(_, places)| tightened(&without_accounts(&escaped_lines(places))))
}

/// The texts of a message, of whose long lines a part is quoted.
struct Quotation<'a> {
    files: &'a Files,
    labels: &'a [Label],
}

impl Quotation<'_> {
    fn text(&self, file: FileId) -> Result<&SourceText, Error> {
        self.files.get(file).ok_or(Error::FileMissing)
    }

    /// The bytes of a line that are quoted.
    fn part(&self, file: FileId, index: usize) -> Result<Range<usize>, Error> {
        let text = self.text(file)?;
        let max = text.line_of(text.text.len());
        let line = text.line(index).ok_or(Error::LineTooLarge { given: index, max })?;
        if line.len() <= WIDEST {
            return Ok(line);
        }
        let touches = |label: &&Label| {
            let range = &label.span.range;
            label.span.file == file && range.start < line.end && range.end >= line.start
        };
        let first = self.labels.iter().find(touches).map_or(line.start, |label| label.span.range.start);
        let boundary =
            |byte: usize| (0..=byte).rev().find(|byte| text.text.is_char_boundary(*byte)).unwrap_or(0);
        let start = boundary(first.saturating_sub(BEFORE).max(line.start));
        Ok(start..boundary((start + WIDEST).min(line.end)))
    }

    /// The part of a label that is quoted; `None` where it begins in a part of a line that is not.
    fn visible(&self, label: &Label) -> Option<Range<usize>> {
        let Range { start, end } = label.span.range.clone();
        let text = self.text(label.span.file).ok()?;
        // A label outside of its text is left to the drawing, which refuses it.
        if end > text.text.len() {
            return Some(start..end);
        }
        let first = self.part(label.span.file, text.line_of(start)).ok()?;
        let last = self.part(label.span.file, text.line_of(end)).ok()?;
        (start >= first.start && start <= first.end).then(|| start..end.min(last.end).max(start))
    }
}

impl<'f> Lines<'f> for Quotation<'_> {
    type FileId = FileId;
    type Name = &'f str;
    type Source = &'f str;

    fn name(&'f self, file: FileId) -> Result<&'f str, Error> {
        self.text(file).map(|text| text.name.as_str())
    }

    fn source(&'f self, file: FileId) -> Result<&'f str, Error> {
        self.text(file).map(|text| text.text.as_ref())
    }

    fn line_index(&'f self, file: FileId, byte: usize) -> Result<usize, Error> {
        self.text(file).map(|text| text.line_of(byte))
    }

    fn line_range(&'f self, file: FileId, index: usize) -> Result<Range<usize>, Error> {
        self.part(file, index)
    }

    fn column_number(&'f self, file: FileId, _: usize, byte: usize) -> Result<usize, Error> {
        self.text(file).map(|text| text.position(byte).1)
    }
}

/// Turns codespan's `14 │ text` into `14│ text`: drops the column of the blank before the gutter, trailing blanks and
/// empty lines at the end.
fn tightened(places: &str) -> String {
    let gutter = places.chars().position(|c| c != ' ').unwrap_or(0);
    // The gutter is aligned with `  = help`, also for line numbers of one digit.
    let widen = if gutter < 3 { " " } else { "" };
    let mut lines: Vec<String> = places
        .lines()
        .map(|line| {
            let kept = line.chars().enumerate().filter(|(column, _)| column + 1 != gutter).map(|(_, c)| c);
            format!("{widen}{}", kept.collect::<String>().trim_end())
        })
        .collect();
    while lines.last().is_some_and(|line| matches!(line.trim(), "" | "│")) {
        lines.pop();
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Code, Span};
    use super::*;

    fn files() -> (Files, super::super::FileId) {
        let mut files = Files::default();
        let text = format!("{}when = \"amount > 0 AND deal_typ = 'renewal'\"\n", "\n".repeat(13));
        let id = files.add("rules/renewals.toml", text);
        (files, id)
    }

    fn misspelt(file: super::super::FileId, position: usize) -> Diagnostic {
        Diagnostic::error(Code::UnknownColumn, "there is no column `deal_typ` in deals")
            .at(Span { file, range: position..position + 8 }, "")
            .help("did you mean `deal_type`? deals also has: account_id, amount, channel, …")
    }

    #[test]
    fn a_place_is_shown_with_its_line_and_a_caret() {
        let (files, id) = files();
        assert_eq!(
            render(&misspelt(id, 36), &files),
            "error[unknown-column]: there is no column `deal_typ` in deals\n  \
               ┌─ rules/renewals.toml:14:24\n  \
               │\n\
             14│ when = \"amount > 0 AND deal_typ = 'renewal'\"\n  \
               │                        ^^^^^^^^\n  \
               = help: did you mean `deal_type`? deals also has: account_id, amount, channel, …\n"
        );
    }

    #[test]
    fn line_numbers_of_one_digit_stand_in_the_same_column() {
        let mut files = Files::default();
        let id = files.add("a.toml", "id = \"x\"\nid = \"y\"\n");
        let twice = Diagnostic::error(Code::DuplicateRule, "two rules have this id")
            .at(Span { file: id, range: 9..17 }, "again here")
            .at(Span { file: id, range: 0..8 }, "first here");
        assert_eq!(
            render(&twice, &files),
            "error[duplicate-rule]: two rules have this id\n  \
               ┌─ a.toml:2:1\n  \
               │\n \
              1│ id = \"x\"\n  \
               │ -------- first here\n \
              2│ id = \"y\"\n  \
               │ ^^^^^^^^ again here\n"
        );
    }

    #[test]
    fn a_message_without_a_place_is_a_line_and_its_help() {
        let bare = Diagnostic::warning(Code::NoWonDeals, "no deal closed in 2026-07").help("one\ntwo");
        assert_eq!(
            render(&bare, &Files::default()),
            "warning[no-won-deals]: no deal closed in 2026-07\n  = help: one\n          two\n"
        );
    }

    #[test]
    fn a_span_outside_its_text_still_shows_the_message() {
        let (files, id) = files();
        assert!(render(&misspelt(id, 9999), &files).starts_with("error[unknown-column]: there is no"));
    }

    #[test]
    fn of_a_long_line_the_part_with_the_place_is_quoted() {
        let mut files = Files::default();
        let entries: Vec<String> = (0..4_000).map(|position| format!("\"käse{position:04}\" = 1")).collect();
        let text = format!("[a]\nis = {{ {} }}\nb = 1\n", entries.join(", "));
        let place = text.find("\"käse2000").unwrap();
        let id = files.add("a.toml", text.clone());
        let whole = Span { file: id, range: 0..text.len() };
        let absent = Diagnostic::error(Code::DuplicateRule, "twice")
            .at(Span { file: id, range: place..place + 11 }, "here")
            .at(Span { file: id, range: 4..6 }, "not quoted");
        let shown = render(&absent, &files);
        assert!(shown.contains("a.toml:2:32008\n"), "{shown}");
        assert!(
            shown.contains("^^^^^^^^^^ here") && shown.contains("\"käse2000\" = 1, \"käse2001\""),
            "{shown}"
        );
        assert!(shown.len() < 1_500, "{shown}");
        let shown = render(&Diagnostic::error(Code::DuplicateRule, "all of it").at(whole, ""), &files);
        assert!(shown.len() < 1_500 && shown.contains("[a]"), "{shown}");
    }

    #[test]
    fn colours_wrap_the_header_only() {
        let (files, id) = files();
        let coloured = render_coloured(&misspelt(id, 36), &files);
        assert!(coloured.starts_with("\x1b[1;31merror[unknown-column]\x1b[0m\x1b[1m: there is"));
        assert!(coloured.ends_with("channel, …\n"));
    }
}
