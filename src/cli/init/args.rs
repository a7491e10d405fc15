//! The arguments of `apportion init`.

use std::path::PathBuf;

use clap::Args;

pub const EXAMPLES: &str = "\
It makes a small channel programme: rules of every kind, an export of a CRM and one of a partner portal, worked
examples, and comments that explain them. It overwrites nothing: where a file is in the way, nothing is written.

Examples:
  apportion init northwind && cd northwind
  apportion test
  apportion run --period 2026-Q2";

#[derive(Debug, Args)]
pub struct InitArgs {
    /// Folder of the new project; made if it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
}
