//! A page of text: labels at the left, results at the right edge. What a terminal would obey is shown escaped.

use apportion_base::terminal::{escaped, width};

/// How wide the page is.
pub const WIDTH: usize = 100;
/// Where the text beside a label begins, within a block.
const LABEL: usize = 12;

/// Lines of text, with an indent that holds until it is changed.
#[derive(Debug, Default)]
pub struct Page {
    text: String,
    indent: usize,
}

impl Page {
    pub fn into_text(self) -> String {
        self.text
    }

    pub fn indent(&mut self, indent: usize) {
        self.indent = indent;
    }

    pub fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A line.
    pub fn line(&mut self, text: &str) {
        let line = format!("{:indent$}{}", "", escaped(text), indent = self.indent);
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A line with a result at the right edge.
    pub fn result(&mut self, text: &str, result: &str) {
        let used = self.indent + width(text) + width(result);
        let gap = WIDTH.saturating_sub(used).max(2);
        self.line(&format!("{text}{:gap$}{result}", ""));
    }

    /// A labelled line, wrapped where it is long.
    pub fn labelled(&mut self, label: &str, text: &str) {
        let most = WIDTH.saturating_sub(self.indent + LABEL).max(30);
        for (index, part) in wrapped(text, most).iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            self.line(&format!("{label:<LABEL$}{part}"));
        }
    }

    /// A labelled line with a result at the right edge; text that is too long is wrapped, and the result is on its
    /// last line.
    pub fn labelled_result(&mut self, label: &str, text: &str, result: &str) {
        let most = WIDTH.saturating_sub(self.indent + LABEL + width(result) + 2).max(30);
        let parts = wrapped(text, most);
        let last = parts.len().saturating_sub(1);
        for (index, part) in parts.iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            let line = format!("{label:<LABEL$}{part}");
            if index == last { self.result(&line, result) } else { self.line(&line) }
        }
    }

    /// Prose over the whole width.
    pub fn prose(&mut self, text: &str) {
        let bare = text.trim_start();
        let own = text.len() - bare.len();
        for part in wrapped(bare, WIDTH.saturating_sub(self.indent + own)) {
            self.line(&format!("{:own$}{part}", ""));
        }
    }

    /// Lines of a table, under the text of labelled lines.
    pub fn under(&mut self, table: &str) {
        for line in table.lines() {
            self.line(&format!("{:LABEL$}{line}", ""));
        }
    }
}

/// Text in lines of at most so many cells of a terminal, broken at spaces.
pub fn wrapped(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if line.is_empty() {
            line.push_str(word);
        } else if width(line) + 1 + width(word) <= most {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_at_the_right_edge() {
        let mut page = Page::default();
        page.indent(2);
        page.labelled_result("pool", "100.00 x 1%", "1.00");
        let text = page.into_text();
        assert!(text.starts_with("  pool        100.00 x 1%  ") && text.trim_end().chars().count() == WIDTH);
    }

    #[test]
    fn long_text_is_broken_at_spaces() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("incomprehensibilities", 7), ["incomprehensibilities"]);
    }
}
