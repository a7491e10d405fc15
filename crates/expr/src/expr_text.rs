//! An expression in its file.

use std::sync::Arc;

use apportion_base::diagnostic::Span;

/// An expression as written, and its place in a file.
#[derive(Debug, Clone)]
pub struct ExprText {
    /// The expression itself, with the escapes of the file resolved.
    pub text: Arc<str>,
    /// The whole expression in its file, without the quotes around it.
    pub span: Span,
    /// Byte offset in the file of each byte of `text`, and of its end. TOML escapes make the two differ.
    pub offsets: Arc<[usize]>,
}

impl ExprText {
    /// The place in the file of some bytes of `text`.
    pub fn place(&self, range: std::ops::Range<usize>) -> Span {
        let offset = |byte: usize| self.offsets.get(byte).copied().unwrap_or(self.span.range.end);
        let start = offset(range.start);
        Span { file: self.span.file, range: start..offset(range.end).max(start) }
    }
}
