//! `apportion schema`: JSON Schemas of the files that people write, for their editors.

use std::path::{Path, PathBuf};

use clap::Args;

use super::report::Reporter;
use super::{Ending, Failure, print_data};
use crate::schema::Schema;
use apportion_base::diagnostic::{Code, Diagnostic};

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
    pub of: Option<Schema>,

    /// Write into this folder instead of printing; what is there is replaced
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Prints a schema, or writes it or all of them.
pub fn schema(args: &SchemaArgs, reporter: &Reporter) -> Result<Ending, Failure> {
    let Some(folder) = &args.out else {
        print_data(args.of.unwrap_or(Schema::Project).text()?.as_bytes())?;
        return Ok(Ending::Fine);
    };
    for schema in args.of.map_or_else(|| Schema::ALL.to_vec(), |schema| vec![schema]) {
        let path = folder.join(schema.file_name());
        let text = schema.text()?;
        write(folder, &path, &text).map_err(|error| {
            Diagnostic::error(
                Code::CannotWrite,
                format!("`{}` could not be written: {error}", path.display()),
            )
        })?;
        reporter.note(&format!("Wrote {}", path.display()));
    }
    Ok(Ending::Fine)
}

/// Written under another name and renamed, so that no editor reads half of it.
fn write(folder: &Path, path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let beside = path.with_extension("json.new");
    std::fs::write(&beside, text)?;
    std::fs::rename(&beside, path)
}
