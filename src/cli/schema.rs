//! `apportion schema`: JSON Schemas of the files that people write, for their editors.

use std::path::{Path, PathBuf};

use clap::Args;

use super::output::{ProtectedPaths, to_file};
use super::report::Reporter;
use super::{Ending, Failure, print_data};
use crate::schema::Schema;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::store::create_folders;
use apportion_base::world::{Disk, Entry, World};

pub const EXAMPLES: &str = "\
An editor with a TOML language server (Even Better TOML, taplo) completes and checks a file whose first line
names its schema:
  #:schema schemas/project.json          in apportion.toml
  #:schema ../schemas/rules.json         in rules/*.toml
  #:schema ../schemas/cases.json         in cases/*.toml

Examples:
  apportion schema rules                 print one
  apportion schema --out schemas         write all three: project.json, rules.json, cases.json";

#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Which file's schema [default: project; all of them with --out]
    pub wanted: Option<Schema>,

    /// Write into this folder instead of printing; schemas that are there are replaced
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Prints a schema, or writes it or all of them.
pub fn schema(args: &SchemaArgs, reporter: &Reporter) -> Result<Ending, Failure> {
    let Some(folder) = &args.out else {
        print_data(args.wanted.unwrap_or(Schema::Project).text()?.as_bytes())?;
        return Ok(Ending::Fine);
    };
    let schemas = args.wanted.map_or_else(|| Schema::ALL.to_vec(), |schema| vec![schema]);
    let paths = schemas.iter().map(|schema| folder.join(schema.file_name()));
    paths.clone().try_for_each(|path| refuse_no_schema(&path))?;
    create_folders(&Disk, folder).map_err(|error| {
        let message = format!("the folder `{}` could not be made: {error}", folder.display());
        Diagnostic::error(Code::CannotWrite, message)
    })?;
    for (schema, path) in schemas.iter().zip(paths) {
        let text = schema.text()?;
        to_file(&path, &ProtectedPaths::default(), |sink| sink.write_all(text.as_bytes()))?;
        reporter.note(&format!("Wrote {}", path.display()));
    }
    Ok(Ending::Fine)
}

/// A file that has the name of a schema and is none is somebody's, and stays.
fn refuse_no_schema(path: &Path) -> Result<(), Diagnostic> {
    let is_schema = |path: &Path| Disk.read_text(path).is_ok_and(|text| text.contains("\"$schema\""));
    if Disk.entry(path) != Entry::File || is_schema(path) {
        return Ok(());
    }
    let message = format!("`{}` is not a JSON Schema, and will not be replaced", path.display());
    Err(Diagnostic::error(Code::InTheWay, message).help("write into another folder with `--out`"))
}
