//! `apportion explain --close`: what a close posted and paid, and why.

mod json;
mod text;

use std::sync::Arc;

use super::args::ExplainArgs;
use super::print_as;
use crate::cli::options::Global;
use crate::cli::progress::Bars;
use crate::cli::report::Reporter;
use crate::cli::{Ending, Failure, close, disk, print_data, project};
use crate::{CloseInquiry, Session};
use apportion_book::Period;

pub use text::page;

/// Explains and prints.
pub fn explain_close(
    args: &ExplainArgs,
    period: Period,
    global: &Global,
    reporter: &Reporter,
) -> Result<Ending, Failure> {
    let folder = project::find(global)?;
    let bars = Arc::new(Bars::new(reporter));
    let session = Session::open(&folder)?.with_progress(Arc::<Bars>::clone(&bars));
    let inquiry = CloseInquiry { payee: args.payee.clone(), deal: args.deal.clone() };
    let answered = session.explain_close(&disk(), period, &inquiry);
    bars.finish(reporter);
    let answer = answered?;
    print_as(args.format, || page(&answer), || print_data(&close::pretty(&json::json(&answer))?))?;
    for why in &answer.not_kept {
        reporter.note(&format!("Cells and terms can't be shown as they were: {why}"));
    }
    Ok(Ending::Fine)
}
