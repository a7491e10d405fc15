//! `apportion sources`: what is read and how, before the first run.

mod args;
mod json;
mod text;

use std::path::Path;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::world::Disk;

pub use args::{EXAMPLES, SourcesArgs};

use self::args::SourcesFormat;
use super::options::Global;
use super::report::Reporter;
use super::{Ending, Failure, print_data, project};
use crate::{Error, SourceReport};

/// Shows the sources of the project.
pub fn sources(args: &SourcesArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let folder = project::find(global)?;
    let rows = usize::try_from(args.rows).unwrap_or(usize::MAX);
    let report = SourceReport::read(&Disk::shared(), &folder, args.table, rows)?;
    let data = match args.format {
        SourcesFormat::Table => text::text(&report).into_bytes(),
        SourcesFormat::Json => json::json(&report).map_err(|error| {
            Diagnostic::error(Code::CannotWrite, format!("could not make the overview: {error}"))
        })?,
    };
    print_data(&data)?;
    if !report.rules_read {
        reporter.note("The rules could not be read; columns that only they name are not shown.");
    }
    if report.mistakes.is_empty() {
        return Ok(Ending::Fine);
    }
    Err(Error::new(report.mistakes, report.files))
}

/// The overview of a project for people, where it can be made.
pub fn overview(folder: &Path) -> Result<(String, Vec<Diagnostic>), Failure> {
    let report = SourceReport::read(&Disk::shared(), folder, None, args::SHOWN_ROWS)?;
    Ok((text::text(&report), report.mistakes))
}
