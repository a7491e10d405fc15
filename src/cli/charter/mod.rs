//! `apportion charter`: the rules as a document.

mod args;

pub use args::{CharterArgs, EXAMPLES};

use args::CharterFormat;

use std::time::{SystemTime, UNIX_EPOCH};

use super::options::Global;
use super::output::{ProtectedPaths, to_file};
use super::report::Reporter;
use super::{Ending, Failure, print_data, project};
use crate::Session;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::notation::Zone;
use apportion_book::Book;
use apportion_engine::charter::{CharterDays, Document};

/// Reads the project's rules, makes the document, prints it.
pub fn charter(args: &CharterArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let project = project::find(global)?;
    let session = Session::open(&project)?;
    let document = match (args.on.or(args.date), args.period, args.from, args.to) {
        (_, _, Some(from), Some(to)) if from <= to => session.charter_changes(from, to),
        (_, _, Some(_), Some(_)) => {
            let error = Diagnostic::error(Code::DaysReversed, "`--to` is before `--from`");
            return Err(error.help("name the earlier day first").into());
        }
        (day, ..) if args.payee.is_some() => {
            let day = day.map_or_else(|| today(session.book()), Ok)?;
            session.plan_letter(args.payee.as_deref().unwrap_or_default(), day)?
        }
        (Some(day), ..) => in_force(&session, CharterDays::On(day), reporter),
        (_, Some(period), ..) => in_force(&session, CharterDays::During(period), reporter),
        _ => in_force(&session, CharterDays::On(today(session.book())?), reporter),
    };
    let text = match format(args) {
        CharterFormat::Markdown => document.markdown(),
        CharterFormat::Html => apportion_documents::charter::render(&document),
    };
    match &args.out {
        None => print_data(text.as_bytes())?,
        Some(out) => {
            to_file(out, &ProtectedPaths::projects([project.as_path()]), |sink| {
                sink.write_all(text.as_bytes())
            })?;
            reporter.note(&format!("Wrote {}", project::shown(out)));
        }
    }
    Ok(Ending::Fine)
}

/// As it was asked for, or by the name of the file.
fn format(args: &CharterArgs) -> CharterFormat {
    let ending = args.out.as_ref().and_then(|out| out.extension()).unwrap_or_default();
    let is_page = ["html", "htm"].iter().any(|page| ending.eq_ignore_ascii_case(page));
    args.format.unwrap_or(if is_page { CharterFormat::Html } else { CharterFormat::Markdown })
}

/// The day that it is in the time zone of the book, or else in UTC.
fn today(book: &Book) -> Result<i32, Diagnostic> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let seconds = now.and_then(|now| i64::try_from(now.as_secs()).ok());
    let zone = book.timezone.clone().unwrap_or_else(Zone::utc);
    seconds.and_then(|seconds| zone.day(seconds)).ok_or_else(|| {
        Diagnostic::error(Code::NoPeriod, "the clock of this machine has no day of the calendar")
            .help("name the day, for example `--on 2026-07-01`")
    })
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
