//! Whose a deal is, and what two dispute: for people and as JSON.

mod json;
mod text;

pub use json::deal as deal_json;
pub use text::{conflict as conflict_page, deal as deal_text};

use std::sync::Arc;

use super::super::options::Global;
use super::super::progress::Bars;
use super::super::report::Reporter;
use super::super::{Ending, Failure, print_with, project};
use super::args::ExplainArgs;
use super::print_as;
use crate::Session;

/// Explains a conflict and prints it.
pub fn explain_conflict(
    id: &str,
    args: &ExplainArgs,
    global: &Global,
    reporter: &Reporter,
) -> Result<Ending, Failure> {
    let folder = project::find(global)?;
    let bars = Arc::new(Bars::new(reporter));
    let answered = Session::open(&folder).and_then(|session| {
        let session = session.with_progress(Arc::<Bars>::clone(&bars)).known_at(args.known.as_of);
        session.explain_conflict(args.period, id)
    });
    bars.finish(reporter);
    let answer = answered?;
    let print_json = || {
        print_with(|out| {
            serde_json::to_writer_pretty(&mut *out, &json::conflict(&answer))?;
            out.write_all(b"\n")
        })
    };
    print_as(args.format, || conflict_page(&answer), print_json)?;
    Ok(Ending::Fine)
}
