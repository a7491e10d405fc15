//! Reads TOML and keeps the place of every value, for the project file, rule files and case files.
//!
//! A [`Doc`] is one text. [`Table`] and [`Item`] read typed values from it and report to it what is wrong. A reader goes
//! on after an error, so that all problems of a file are reported at once. Numbers are exact ([`number`]), and every byte of
//! an expression has a place in the file.

pub mod describe;
mod item;
pub mod number;
mod strings;
mod table;

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use toml::de::DeTable;

use apportion_base::diagnostic::{Code, Diagnostic, FileId, Files, Span, nearest};

pub use item::{Item, WrittenNumber};
pub use table::Table;

/// One TOML text, and the diagnostics reported while it is read.
#[derive(Debug)]
pub struct Doc {
    file: FileId,
    text: Arc<str>,
    found: RefCell<Vec<Diagnostic>>,
}

impl Doc {
    /// Registers a text in `files` under the name that messages show. A byte-order mark is dropped.
    pub fn new(name: impl Into<String>, text: &str, files: &mut Files) -> Self {
        let text: Arc<str> = text.strip_prefix('\u{feff}').unwrap_or(text).into();
        let file = files.add(name, text.clone());
        Self { file, text, found: RefCell::default() }
    }

    /// Parses the text. If it is not TOML, that is reported and there is no table.
    pub fn parse(&self) -> Option<DeTable<'_>> {
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        let mut last_line = None;
        for error in &errors {
            let range = error.span().unwrap_or(0..0);
            // One mistake makes several errors on its line, and the first of them is enough.
            let line = self.line_of(range.start);
            if last_line != Some(line) {
                let message = format!("this is not TOML: {}", error.message());
                self.report(
                    Diagnostic::error(Code::TomlSyntax, message).at(self.span(self.visible(range)), ""),
                );
            }
            last_line = Some(line);
        }
        errors.is_empty().then(|| table.into_inner())
    }

    /// A reader of the top table, which messages call `name`.
    pub fn top<'d>(&'d self, table: &'d DeTable<'d>, name: &str) -> Table<'d> {
        Table::new(self, name.to_owned(), table, 0..0)
    }

    /// Adds a diagnostic.
    pub fn report(&self, finding: Diagnostic) {
        self.found.borrow_mut().push(finding);
    }

    /// Adds several diagnostics.
    pub fn report_all(&self, findings: impl IntoIterator<Item = Diagnostic>) {
        self.found.borrow_mut().extend(findings);
    }

    /// The number of diagnostics so far, by which a reader sees whether a part of the text is correct.
    pub fn found_so_far(&self) -> usize {
        self.found.borrow().len()
    }

    /// The place of a range of bytes of this text.
    pub fn span(&self, range: Range<usize>) -> Span {
        Span { file: self.file, range }
    }

    /// All diagnostics, in the order of their places.
    pub fn into_findings(self) -> Vec<Diagnostic> {
        let mut found = self.found.into_inner();
        sort(&mut found);
        found
    }

    /// The text of a range of bytes.
    fn raw(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or("")
    }

    /// Number of line ends before a byte.
    fn line_of(&self, byte: usize) -> usize {
        self.text.bytes().take(byte).filter(|byte| *byte == b'\n').count()
    }

    /// Widens an empty range at the end of a line to the character before it: otherwise no caret is shown.
    fn visible(&self, range: Range<usize>) -> Range<usize> {
        let before = self.text.get(..range.start).and_then(|text| text.chars().next_back());
        match before {
            Some(last) if range.is_empty() && last != '\n' => range.start - last.len_utf8()..range.end,
            _ => range,
        }
    }
}

/// Sorts diagnostics by place: file, then byte. Those without a place come first.
pub fn sort(found: &mut [Diagnostic]) {
    found
        .sort_by_key(|finding| finding.labels.first().map(|label| (label.span.file, label.span.range.start)));
}

/// Help for an unknown name: the most similar known name and the others. `owner` is what has these names.
pub fn known_names<'a>(given: &str, owner: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    if known.is_empty() {
        return format!("{owner} has none");
    }
    match nearest(given, known.iter().copied()) {
        Some(near) if known.len() == 1 => format!("did you mean `{near}`?"),
        Some(near) => {
            let others: Vec<&str> = known.into_iter().filter(|name| *name != near).collect();
            format!("did you mean `{near}`? {owner} also has: {}", others.join(", "))
        }
        None => format!("{owner} has: {}", known.join(", ")),
    }
}

/// Helpers for the tests of this crate and of those that depend on it: TOML in, rendered diagnostics out.
#[doc(hidden)]
pub mod testing {
    use super::*;
    use apportion_base::diagnostic::render;

    /// Reads a text as `test.toml` and returns the result of `read` and the rendered diagnostics.
    pub fn read<T>(text: &str, read: impl FnOnce(&Table<'_>) -> T) -> (Option<T>, String) {
        let mut files = Files::default();
        let doc = Doc::new("test.toml", text, &mut files);
        let value = doc.parse().map(|table| read(&doc.top(&table, "the file")));
        (value, shown(&doc.into_findings(), &files))
    }

    /// Rendered diagnostics, one after the other. The width of the gutter and empty lines are left out, because tests should
    /// not depend on the renderer's layout.
    pub fn shown(found: &[Diagnostic], files: &Files) -> String {
        let lines: Vec<String> =
            found.iter().flat_map(|finding| essential(&render(finding, files))).collect();
        lines.join("\n")
    }

    fn essential(rendered: &str) -> Vec<String> {
        let line = |line: &str| {
            let trimmed = line.trim();
            let number: String = trimmed.chars().take_while(char::is_ascii_digit).collect();
            match trimmed[number.len()..].trim_start() {
                "" | "│" => None,
                rest if rest.starts_with(['│', '┌', '=']) => Some(format!("{number}{rest}")),
                _ => Some(line.to_owned()),
            }
        };
        rendered.lines().filter_map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_not_toml_is_shown_with_its_place() {
        let (_, shown) = testing::read("a = 1\nb = \nc = \"x\n", |_| ());
        assert!(shown.contains("error[toml-syntax]: this is not TOML"), "{shown}");
        assert!(shown.contains("test.toml:2:"), "{shown}");
        assert!(shown.contains("test.toml:3:"), "{shown}");
    }

    #[test]
    fn a_key_that_is_given_twice_is_an_error() {
        let (value, shown) = testing::read("a = 1\na = 2\n", |_| ());
        assert!(value.is_none());
        assert!(shown.contains("test.toml:2:1"), "{shown}");
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        let (value, shown) = testing::read("\u{feff}a = 1\n", |table| table.get("a").is_some());
        assert_eq!((value, shown.as_str()), (Some(true), ""));
    }

    #[test]
    fn help_names_the_nearest_and_the_others() {
        let known = ["amount", "deal_type", "channel"];
        assert_eq!(
            known_names("deal_typ", "deals", known),
            "did you mean `deal_type`? deals also has: amount, channel"
        );
        assert_eq!(known_names("zzz", "deals", known), "deals has: amount, deal_type, channel");
    }
}
