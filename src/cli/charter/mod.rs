//! `apportion charter`: the rules as a document.

mod args;

pub use args::{CharterArgs, EXAMPLES};

use args::CharterFormat;

use super::options::Global;
use super::report::Reporter;
use super::{Ending, Failure, print_data, project};
use crate::Session;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_engine::charter::{CharterDays, Document};

/// Reads the project's rules, makes the document, prints it.
pub fn charter(args: &CharterArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let project = project::find(global)?;
    let session = Session::open(&project)?;
    let document = match (args.on, args.period, args.from, args.to) {
        (_, _, Some(from), Some(to)) if from <= to => session.charter_changes(from, to),
        (_, _, Some(_), Some(_)) => {
            let error = Diagnostic::error(Code::DaysReversed, "`--to` is before `--from`");
            return Err(error.help("name the earlier day first").into());
        }
        (Some(day), ..) => in_force(&session, CharterDays::On(day), reporter),
        (_, Some(period), ..) => in_force(&session, CharterDays::During(period), reporter),
        // The arguments select one of the three.
        _ => Document::default(),
    };
    let text = match args.format {
        CharterFormat::Markdown => document.markdown(),
        CharterFormat::Html => apportion_documents::charter::render(&document),
    };
    print_data(text.as_bytes())?;
    Ok(Ending::Fine)
}

/// The charter with examples from the project's cases. If cases can't be read, that is reported, and the charter has no
/// examples.
fn in_force(session: &Session, when: CharterDays, reporter: &Reporter) -> Document {
    let examples = session.examples().unwrap_or_else(|error| {
        reporter.all(&error);
        reporter.note("The charter is printed without examples.");
        None
    });
    session.charter(when, examples.as_ref())
}
