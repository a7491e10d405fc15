//! `apportion charter`: the rules as a document.

mod args;

pub use args::{CharterArgs, EXAMPLES};

use args::CharterFormat;

use super::args::Global;
use super::report::Reporter;
use super::{Ending, Failure, print_data, project};
use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_book as book;
use apportion_data as data;
use apportion_engine::cases::{Bench, FOLDER};
use apportion_engine::charter::{self, Document, Examples, When};
use apportion_rules as rules;

/// Reads the project's rules, makes the document, prints it.
pub fn charter(args: &CharterArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let project = project::find(global)?;
    let mut files = Files::default();
    let (book, rules) = match read(&project, &mut files) {
        Ok(read) => read,
        Err(diagnostics) => return Err(Failure { diagnostics, files }),
    };
    let document = match (args.on, args.period, args.from, args.to) {
        (_, _, Some(from), Some(to)) if from <= to => charter::changes(&book, &rules, from, to),
        (_, _, Some(_), Some(_)) => {
            let error = Diagnostic::error(Code::DaysReversed, "`--to` is before `--from`");
            return Err(error.help("name the earlier day first").into());
        }
        (Some(day), ..) => in_force(&project, &book, &rules, When::On(day), reporter),
        (_, Some(period), ..) => in_force(&project, &book, &rules, When::During(period), reporter),
        // The arguments ask for one of the three.
        _ => Document::default(),
    };
    let text = match args.format {
        CharterFormat::Markdown => document.markdown(),
        CharterFormat::Html => apportion_documents::charter::render(&document),
    };
    print_data(text.as_bytes())?;
    Ok(Ending::Fine)
}

/// The project file and the rules; of the data, the headers only, which rules are typed against.
fn read(
    project: &std::path::Path,
    files: &mut Files,
) -> Result<(book::Book, rules::RuleBook), Vec<Diagnostic>> {
    let book = book::read(project, files)?;
    let opened = data::open(&book)?;
    let rules = rules::read(&book, opened.catalogue(), files)?;
    Ok((book, rules.book))
}

/// The charter with examples from the project's cases. If cases can't be read, that is reported, and the charter has no
/// examples.
fn in_force(
    project: &std::path::Path,
    book: &book::Book,
    rules: &rules::RuleBook,
    when: When,
    reporter: &Reporter,
) -> Document {
    let mut files = Files::default();
    let examples = if project.join(FOLDER).is_dir() {
        match Bench::read(Some(project), &[], &mut files) {
            Ok(bench) => Some(Examples { bench, files }),
            Err(found) => {
                for diagnostic in &found {
                    reporter.diagnostic(diagnostic, &files);
                }
                reporter.note("The charter is printed without examples.");
                None
            }
        }
    } else {
        None
    };
    charter::in_force(book, rules, when, examples.as_ref())
}
