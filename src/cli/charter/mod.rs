//! `apportion charter`: the rules as a document.

mod args;

pub use args::{CharterArgs, EXAMPLES};

use args::CharterFormat;

use std::ffi::OsStr;
use std::time::{SystemTime, UNIX_EPOCH};

use super::options::Global;
use super::output::{ProtectedPaths, to_file};
use super::report::Reporter;
use super::{Ending, Failure, print_data, project};
use crate::Session;
use apportion_base::diagnostic::{Code, Diagnostic, Files};
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
    let bytes = written(&session, args, document, reporter)?;
    match &args.out {
        None => print_data(&bytes)?,
        Some(out) => {
            to_file(out, &ProtectedPaths::projects([project.as_path()]), |sink| sink.write_all(&bytes))?;
            reporter.note(&format!("Wrote {}", project::shown(out)));
        }
    }
    Ok(Ending::Fine)
}

/// The document as it was asked for.
fn written(
    session: &Session,
    args: &CharterArgs,
    said: Document,
    reporter: &Reporter,
) -> Result<Vec<u8>, Failure> {
    let format = format(args);
    if format == CharterFormat::Markdown {
        return Ok(said.markdown().into_bytes());
    }
    let mut document = apportion_documents::charter::document(&said);
    if args.payee.is_some() {
        document.logo = session.logo()?;
    }
    if format == CharterFormat::Html {
        return Ok(apportion_documents::block::html(&document).into_bytes());
    }
    let name = args
        .out
        .as_ref()
        .and_then(|out| out.file_name())
        .map_or("charter.pdf".into(), OsStr::to_string_lossy);
    let (bytes, missing) = session.on_paper(&document, (&*name, day(session, args)?))?;
    if let Some(warning) = missing {
        reporter.diagnostic(&warning, &Files::default());
    }
    Ok(bytes)
}

/// The day that a document is of: the last one that it is about.
fn day(session: &Session, args: &CharterArgs) -> Result<i32, Diagnostic> {
    let of_period = args.period.map(|period| session.book().calendar().last_day(period));
    args.on.or(args.date).or(args.to).or(of_period).map_or_else(|| today(session.book()), Ok)
}

/// As it was asked for, or by the name of the file.
fn format(args: &CharterArgs) -> CharterFormat {
    let ending = args.out.as_ref().and_then(|out| out.extension()).unwrap_or_default();
    let is_one_of = |endings: &[&str]| endings.iter().any(|known| ending.eq_ignore_ascii_case(known));
    let by_ending = if is_one_of(&["html", "htm"]) {
        CharterFormat::Html
    } else if is_one_of(&["pdf"]) {
        CharterFormat::Pdf
    } else {
        CharterFormat::Markdown
    };
    args.format.unwrap_or(by_ending)
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
