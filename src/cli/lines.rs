//! `apportion lines`: the lines of a result that was written, for people.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::options::LinesFile;
use super::output::{ProtectedPaths, to_file};
use super::project;
use super::report::Reporter;
use super::{Ending, Failure, write_stdout};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::world::open_regular;
use apportion_contract::LINES;
use apportion_data::read::guarded;
use apportion_documents::lines::{write_csv, write_xlsx};

pub const EXAMPLES: &str = "\
Columns are those of lines.parquet. Amounts have the digits of the currency, ids are texts. A sheet of a
workbook holds 1,048,575 lines; more of them are on further sheets. Equal lines give equal bytes.

Examples:
  apportion lines out/2026-07 > lines.csv
  apportion lines out/2026-07 --out /tmp/july.xlsx
  apportion lines out/2026-07 --format xlsx --out /dev/stdout | less

A file in the folder of a result is written by `apportion run --lines csv,xlsx`, which seals it with the others.

Exit codes: 0 written; 2 could not be read or written.";

#[derive(Debug, Args)]
pub struct LinesArgs {
    /// Folder of the result
    #[arg(value_name = "OUT")]
    pub result: PathBuf,

    /// CSV or a workbook [default: by the name of --out, else CSV]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<LinesFile>,

    /// The file to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// Write texts as they are, also those that a spreadsheet would run as a formula (=, +, -, @)
    #[arg(long)]
    pub raw: bool,
}

/// Writes the lines.
pub fn lines(args: &LinesArgs, reporter: &Reporter) -> Result<Ending, Failure> {
    let path = args.result.join(LINES);
    let file = open_regular(&path).map_err(|error| cannot_read(args, &error.to_string()))?;
    let is_workbook =
        |out: &PathBuf| out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    let by_name = if args.out.as_ref().is_some_and(is_workbook) { LinesFile::Xlsx } else { LinesFile::Csv };
    let format = args.format.unwrap_or(by_name);
    match &args.out {
        Some(out) => {
            to_file(out, &ProtectedPaths::projects([]), |sink| write(&file, format, args.raw, sink))?;
            reporter.note(&format!("Wrote {}", project::shown(out)));
        }
        None => {
            let mut bytes = Vec::new();
            write(&file, format, args.raw, &mut bytes)
                .map_err(|error| cannot_read(args, &error.to_string()))?;
            let failed =
                |error| Diagnostic::error(Code::CannotWrite, format!("could not write to stdout: {error}"));
            write_stdout(&bytes).map_err(failed)?;
        }
    }
    Ok(Ending::Fine)
}

fn write(file: &File, format: LinesFile, raw: bool, sink: &mut dyn Write) -> io::Result<()> {
    // The reader of damaged files may panic.
    let read = || -> io::Result<()> {
        let builder =
            ParquetRecordBatchReaderBuilder::try_new(file.try_clone()?).map_err(io::Error::other)?;
        let batches = builder.build().map_err(io::Error::other)?;
        match format {
            LinesFile::Csv => write_csv(sink, batches, raw),
            LinesFile::Xlsx => write_xlsx(sink, batches),
        }
    };
    guarded(read).map_err(io::Error::other)?
}

fn cannot_read(args: &LinesArgs, why: &str) -> Diagnostic {
    let path = args.result.join(LINES);
    Diagnostic::error(Code::CannotRead, format!("the lines in `{}` can't be written: {why}", path.display()))
        .help("name the folder that a run wrote, for example `apportion lines out/2026-07`; `apportion verify` says whether it is whole")
}
