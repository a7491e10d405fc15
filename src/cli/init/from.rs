//! `apportion init --from`: a project drafted from files.

use std::path::{Path, PathBuf};

use apportion_base::diagnostic::{Code, Diagnostic, Files};
use apportion_base::world::Disk;
use apportion_data::read::has_known_format;

use super::super::number::counted;
use super::super::report::Reporter;
use super::super::sources;
use super::super::{Ending, Failure, print_data};
use super::{InitArgs, write};
use crate::{Draft, Error, draft};

/// The name of the project file in the list of files to write.
const PROJECT: &str = "apportion.toml";

/// Drafts the project, writes it, and shows its sources.
pub fn init(args: &InitArgs, reporter: &Reporter) -> Result<Ending, Failure> {
    let (files, folder) = files_and_folder(args);
    let draft = draft(&Disk::shared(), &files, &folder);
    let draft = draft.map_err(|mistakes| Error::new(mistakes, Files::default()))?;
    if draft.files.iter().all(|file| file.tables.is_empty()) {
        return Err(nothing_read(&draft).into());
    }
    let (path, rules) = draft.rules.clone();
    write(&folder, &[(PROJECT.to_owned(), draft.project.clone()), (path, rules)])?;
    print_data(uses(&draft).as_bytes())?;
    let (overview, mistakes) = sources::overview(&folder)?;
    print_data(overview.as_bytes())?;
    print_data(questions(&draft).as_bytes())?;
    for mistake in &mistakes {
        reporter.note(&format!("still missing: {}", mistake.message));
    }
    reporter.note(&next_steps(&folder, !mistakes.is_empty()));
    Ok(Ending::Fine)
}

/// The last value of `--from` is the folder where it is no file with data.
fn files_and_folder(args: &InitArgs) -> (Vec<PathBuf>, PathBuf) {
    let mut files = args.from.clone();
    let named = args.folder != Path::new(".");
    let is_folder = |path: &PathBuf| !path.is_file() && (path.is_dir() || !has_known_format(path));
    match files.last() {
        Some(last) if !named && files.len() > 1 && is_folder(last) => {
            let folder = files.pop().unwrap_or_default();
            (files, folder)
        }
        _ => (files, args.folder.clone()),
    }
}

/// No file was taken for a table.
fn nothing_read(draft: &Draft) -> Diagnostic {
    let message = "none of the files was taken for a table; nothing was written".to_owned();
    let mut mistake = Diagnostic::error(Code::MissingSource, message);
    for file in &draft.files {
        mistake = mistake.help(format!("{}: {}", file.path.display(), file.why));
    }
    mistake.help("name the columns yourself: docs/how-to/own-data.md begins with an empty folder")
}

fn uses(draft: &Draft) -> String {
    let mut text = String::from("What the files were taken for:\n");
    for file in &draft.files {
        let tables: Vec<&str> = file.tables.iter().map(|table| table.word()).collect();
        let tables = if tables.is_empty() { "not read".to_owned() } else { tables.join(", ") };
        text.push_str(&format!("  {}: {tables} ({})\n", file.path.display(), file.why));
    }
    text.push('\n');
    text
}

fn questions(draft: &Draft) -> String {
    let count = draft.questions.len() as u64;
    if count == 0 {
        return String::new();
    }
    let mut text = format!(
        "\n{} to confirm, because money depends on it (CONFIRM in {PROJECT}):\n",
        counted(count, "guess").replace("guesss", "guesses")
    );
    for (index, question) in draft.questions.iter().enumerate() {
        text.push_str(&format!("  {}. {question}\n", index + 1));
    }
    text
}

fn next_steps(folder: &Path, incomplete: bool) -> String {
    let here = folder.as_os_str().is_empty() || folder == Path::new(".");
    let mut text = String::from("\nNext:\n");
    if !here {
        text.push_str(&format!("  cd {}\n", folder.display()));
    }
    if incomplete {
        text.push_str("  add to apportion.toml what is missing, then\n");
    }
    text.push_str(
        "  apportion sources    what is read, after each change of apportion.toml\n  \
           apportion check      what is wrong or suspicious\n",
    );
    text
}
