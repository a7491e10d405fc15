//! The arguments of `apportion init`.

use std::path::PathBuf;

use clap::Args;

use super::template::Template;

pub const EXAMPLES: &str = "\
It makes a small channel programme: rules of the usual kinds, an export of a CRM and one of a
partner portal, worked examples, and comments that explain them. It overwrites nothing: where a file
is in the way, nothing is written.

With --template channel it is a company that sells directly and through partners: who leads, who
registered what, who decides conflicts, which prices hold, and what partners must bring.

With --from it drafts a project from your own exports instead. It looks at the first rows of each
file, guesses how the file is written, which table it is and which column each of ours is, and
writes apportion.toml with the reason of each guess above it. What decides amounts, such as the
column of amounts or the currency, is asked: each question is shown, and is in the file as a comment
that begins with CONFIRM. The files stay where they are. In the end it shows what
`apportion sources` shows.

Examples:
  apportion init northwind && cd northwind
  apportion test
  apportion run --period 2026-Q2

  apportion init --template channel charter                    direct and partner sales

  apportion init --from opportunities.csv users.csv            a project in this folder
  apportion init --from exports/*.csv books                    one in the folder books";

#[derive(Debug, Args)]
pub struct InitArgs {
    /// What the project is about
    #[arg(long, value_enum, value_name = "TEMPLATE", default_value_t, conflicts_with = "from")]
    pub template: Template,

    /// Files of which a project is drafted: exports of a CRM, lists of people, rates
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub from: Vec<PathBuf>,

    /// Folder of the new project; made if it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
}
