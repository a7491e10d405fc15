//! `apportion init`: a small working project to start from.

mod args;
mod from;
mod template;

use std::path::Path;

pub use args::{EXAMPLES, InitArgs};

use self::template::{FIRST_MONTH, PERIOD, Template};
use super::number::counted;
use super::output::new_file;
use super::report::Reporter;
use super::{Ending, Failure};
use crate::schema::Schema;
use apportion_base::diagnostic::{Code, Diagnostic};

/// The folder of the schemas that the files name in their first line.
const SCHEMAS: &str = "schemas";

/// Writes the project, unless something is in its way.
pub fn init(args: &InitArgs, reporter: &Reporter) -> Result<Ending, Failure> {
    if !args.from.is_empty() {
        return from::init(args, reporter);
    }
    let folder = &args.folder;
    let mut files: Vec<(String, String)> =
        args.template.files().iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    for schema in Schema::ALL {
        files.push((format!("{SCHEMAS}/{}", schema.file_name()), schema.text()?));
    }
    write(folder, &files)?;
    reporter.note(&next_steps(folder, args.template, files.len() as u64));
    Ok(Ending::Fine)
}

/// Writes new files, all or none of them.
fn write(folder: &Path, files: &[(String, String)]) -> Result<(), Failure> {
    let in_the_way: Vec<&str> =
        files.iter().map(|(path, _)| path.as_str()).filter(|path| is_there(&folder.join(path))).collect();
    if !in_the_way.is_empty() {
        return Err(refused(folder, &in_the_way).into());
    }
    for (path, text) in files {
        new_file(&folder.join(path), text).map_err(|error| {
            let message = format!("`{}` could not be written: {error}", folder.join(path).display());
            Diagnostic::error(Code::CannotWrite, message)
        })?;
    }
    Ok(())
}

/// Also a link that leads nowhere is in the way.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn refused(folder: &Path, in_the_way: &[&str]) -> Diagnostic {
    let count = counted(in_the_way.len() as u64, "file");
    let verb = if in_the_way.len() == 1 { "is" } else { "are" };
    let message = format!("{count} {verb} in the way in `{}`: nothing was written", folder.display());
    Diagnostic::error(Code::InTheWay, message)
        .help(format!("there already: {}", in_the_way.join(", ")))
        .help("name a folder that is empty or not there: `apportion init northwind`")
}

fn next_steps(folder: &Path, template: Template, files: u64) -> String {
    let here = folder.as_os_str().is_empty() || folder == Path::new(".");
    let place = if here { "this folder".to_owned() } else { format!("`{}`", folder.display()) };
    let mut text = format!("Wrote {} to {place}: {}\n\nNext:\n", counted(files, "file"), template.words());
    if !here {
        text.push_str(&format!("  cd {}\n", folder.display()));
    }
    text.push_str(&format!(
        "  apportion test                  the worked examples of its rules\n  \
           apportion check                 what is wrong or odd in rules and data\n  \
           apportion run --period {PERIOD}  what April to June 2026 come to, written to out/{PERIOD}; as often as you like\n\n\
         To close a month for good:\n  \
           apportion close --period {FIRST_MONTH} --by ann  a draft of April 2026, with a report\n  \
           apportion approve --by ben                 somebody else signs it\n  \
           apportion post                             it is closed; `apportion ledger` shows what was posted\n\n\
         README.md says what is where, and what a first change looks like."
    ));
    text
}
