//! Lines of deals of earlier fiscal years, which a period does not compute: mirrored reversals take them back as a ledger has posted
//! them.

use std::fmt;
use std::sync::Arc;

use super::Project;
use crate::plan::Window;
use crate::settle::{self, OriginalLines};
use apportion_base::diagnostic::Diagnostic;
use apportion_base::digest::FileDigest;
use apportion_book::Period;
use apportion_data::{DealIx, Tables};
use apportion_rules::Kind;

/// Lines of some deals as they were posted.
#[derive(Debug, Clone, Default)]
pub struct PostedOriginals {
    /// The lines.
    pub lines: OriginalLines,
    /// The file that says what they are, such as the last close of a ledger; `None` where there is none.
    pub source: Option<FileDigest>,
}

/// Where posted lines come from.
pub trait PostedLines: fmt::Debug + Send + Sync {
    /// The lines of some deals. The tables get the roles that the lines have and no engagement has any more.
    ///
    /// # Errors
    /// A source that can't be read.
    fn lines(&self, tables: &mut Tables, wanted: &[DealIx]) -> Result<PostedOriginals, Diagnostic>;
}

impl Project {
    /// The project with lines that were posted before.
    #[must_use]
    pub fn with_posted(self, posted: Option<Arc<dyn PostedLines>>) -> Self {
        Self { posted, ..self }
    }

    /// The posted lines that the mirrored reversals of a period take back. They are asked for only where there are such reversals, of
    /// deals that the period does not compute.
    ///
    /// # Errors
    /// An expression of a clawback rule without a value, or a source that can't be read.
    pub fn posted_lines(
        &self,
        tables: &mut Arc<Tables>,
        period: Period,
    ) -> Result<PostedOriginals, Vec<Diagnostic>> {
        let has_clawbacks = self.rules.rules.iter().any(|rule| rule.kind == Kind::Clawback);
        let Some(posted) = self.posted.as_ref().filter(|_| has_clawbacks) else {
            return Ok(PostedOriginals::default());
        };
        let book = self.book();
        let window = Window::new(book.calendar(), period);
        let counted = settle::count(book, tables, &self.rules, window)?;
        let wanted = settle::originals_before(book, &counted, window);
        drop(counted);
        if wanted.is_empty() {
            return Ok(PostedOriginals::default());
        }
        posted.lines(Arc::make_mut(tables), &wanted).map_err(|error| vec![error])
    }
}
