//! Documents as pages. Where a page says how many there are, Typst lays a document out at least twice: the first time it knows of no page. The
//! pages of an earlier document say as much, if they are as many; Typst then only checks that what was asked of them is true of the new ones.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use typst::World;
use typst::comemo::{Constraint, Track as _};
use typst::diag::{SourceDiagnostic, SourceResult};
use typst::engine::{Engine, Route, Sink, Traced};
use typst::foundations::{Output as _, StyleChain, Target, TargetElem};
use typst::introspection::Introspector;
use typst::utils::Protected;
use typst_layout::{PagedDocument, PagedIntrospector};

use crate::world::Page;

/// Documents of more pages are rare, and what is remembered of them is large.
const MOST_PAGES: usize = 64;

/// What earlier documents were like.
#[derive(Default)]
pub struct Earlier(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    /// The number of pages, by the number of rows.
    counts: BTreeMap<usize, usize>,
    /// One document of each number of pages.
    pages: BTreeMap<usize, Arc<PagedIntrospector>>,
}

impl Earlier {
    /// A document that has as many pages as one of so many rows may have.
    fn like(&self, rows: usize) -> Option<Arc<PagedIntrospector>> {
        let seen = self.0.lock().ok()?;
        let (_, count) = seen.counts.range(..=rows).next_back().or_else(|| seen.counts.iter().next())?;
        seen.pages.get(count).cloned()
    }

    fn remember(&self, rows: usize, document: &PagedDocument) {
        let count = document.pages().len();
        let Ok(mut seen) = self.0.lock() else { return };
        if count <= MOST_PAGES {
            seen.counts.insert(rows, count);
            seen.pages.entry(count).or_insert_with(|| Arc::clone(document.introspector()));
        }
    }
}

/// Rows and paragraphs of a document: what the number of its pages hangs on.
pub fn rows(document: &Value) -> usize {
    let blocks = document.get("blocks").and_then(Value::as_array);
    let rows = |block: &Value| block.get("rows").and_then(Value::as_array).map_or(0, Vec::len);
    blocks.into_iter().flatten().map(|block| 1 + rows(block)).sum()
}

/// Lays a document out. What it looks like does not hang on earlier ones: a guess that is wrong is dropped.
///
/// # Errors
/// What the template is told.
pub fn lay_out(page: &Page<'_>) -> Result<PagedDocument, Vec<SourceDiagnostic>> {
    // A template of one's own may ask for anything, and may be content with more than one answer.
    if !page.press.is_built_in() {
        return compile(page);
    }
    let earlier = &page.press.earlier;
    let guessed = earlier.like(page.rows).and_then(|like| once(page, like.as_ref()).ok().flatten());
    let document = guessed.map_or_else(|| compile(page), Ok)?;
    earlier.remember(page.rows, &document);
    Ok(document)
}

/// As Typst does it.
fn compile(page: &Page<'_>) -> Result<PagedDocument, Vec<SourceDiagnostic>> {
    typst::compile(page).output.map_err(|found| found.to_vec())
}

/// Lays a document out once, as if its pages were those of another; none where that is not true of what it asked.
fn once(page: &Page<'_>, like: &dyn Introspector) -> SourceResult<Option<PagedDocument>> {
    let world: &dyn World = page;
    let (world, traced, mut sink) = (world.track(), Traced::default(), Sink::new());
    let library = world.library();
    let main = world.source(world.main());
    let Ok(main) = main else { return Ok(None) };
    let traced = traced.track();
    let module = typst_eval::eval(world, library, traced, sink.track_mut(), Route::default().track(), &main)?;
    let target = TargetElem::target.set(Target::Paged).wrap();
    let styles = StyleChain::new(&library.styles);
    let asked = Constraint::new();
    let introspector = Protected::new(like.track_with(&asked));
    let mut engine =
        Engine { library, world, introspector, traced, sink: sink.track_mut(), route: Route::default() };
    let document = PagedDocument::create(&mut engine, &module.content(), styles.chain(&target))?;
    let introspector: &dyn Introspector = document.introspector().as_ref();
    Ok((asked.validate(introspector) && sink.delayed().is_empty()).then_some(document))
}
