//! The lines of a text, found without going over the text for each place.

use std::ops::Range;
use std::sync::Arc;

use super::SourceText;

impl SourceText {
    fn starts(&self) -> &[usize] {
        self.starts.get_or_init(|| {
            let newlines = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(newlines.map(|(place, _)| place + 1)).collect::<Arc<[usize]>>()
        })
    }

    /// The index of the line that a byte is on. A byte beyond the text is on the last one.
    pub(super) fn line_of(&self, byte: usize) -> usize {
        self.starts().partition_point(|start| *start <= byte) - 1
    }

    /// The bytes of a line, with its line break; `None` beyond the last one.
    pub(super) fn line(&self, index: usize) -> Option<Range<usize>> {
        let starts = self.starts();
        let start = *starts.get(index)?;
        Some(start..starts.get(index + 1).copied().unwrap_or(self.text.len()))
    }

    /// Line and column of a byte, counted from 1. A byte beyond the text counts as its end.
    pub(super) fn position(&self, byte: usize) -> (usize, usize) {
        let byte = if self.text.is_char_boundary(byte) { byte } else { self.text.len() };
        let line = self.line_of(byte);
        let start = self.line(line).map_or(0, |line| line.start);
        (line + 1, self.text[start..byte].chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Files;

    #[test]
    fn places_are_those_that_counting_gives() {
        let text = "a\nbé\n\n\nc";
        let mut files = Files::default();
        let id = files.add("a", text);
        let source = files.get(id).unwrap();
        for byte in (0..=text.len() + 2).filter(|byte| text.is_char_boundary(*byte) || *byte > text.len()) {
            let before = text.get(..byte).unwrap_or(text);
            let start = before.rfind('\n').map_or(0, |newline| newline + 1);
            let expected = (before.matches('\n').count() + 1, before[start..].chars().count() + 1);
            assert_eq!(source.position(byte), expected, "{byte}");
        }
        assert_eq!((source.line(1), source.line(4), source.line(5)), (Some(2..6), Some(8..9), None));
    }
}
