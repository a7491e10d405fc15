//! The arguments of `close`, `approve` and `post`.

use clap::Args;

use crate::cli::options::{AsOf, ReportFormat, parse_period};
use apportion_book::Period;

pub const CLOSE_EXAMPLES: &str = "\
A close posts one month: what its deals earned, what turned out differently for closed months,
adjustments, and what each payee is paid. `close` prepares a draft of the first open month in the
ledger's folder. It pays nobody and may be made again at will; `approve` signs it, and `post` makes
it a close, for good.

Examples:
  apportion close --period 2026-07 --by ann
  apportion approve --by ben --note 'compared with the bank'
  apportion post
  apportion close --period 2026-07 --by ann --post      where the project asks for no approvals

Exit codes:
  0  a draft was written
  1  no draft: somebody has to decide first (something has vanished, true-ups are large, a rule
     of a closed month was rewritten); with --post also: posted, and the disk did not confirm it
  2  it could not be done: usage, another month is open, rules, data files or disk";

pub const APPROVE_EXAMPLES: &str = "\
An approval signs the digest of the draft. The preparer's own name and a name that is there already
do not count, and a draft that is made again with other content has to be signed again.

Example:
  apportion approve --by ben --note 'compared with the bank'

Exit codes: 0 approved; 2 could not be approved.";

pub const POST_EXAMPLES: &str = "\
Everything that the draft rests on is read again: data, rules, project file, ledger. If a byte
differs, nothing is posted. What is posted is never rewritten; a mistake is corrected by a later
close.

Example:
  apportion post

Exit codes: 0 posted; 1 posted, and the disk did not confirm it; 2 could not be posted.";

#[derive(Debug, Args)]
pub struct CloseArgs {
    /// The month: the first that is still open
    #[arg(long, value_name = "MONTH", env = "APPORTION_PERIOD", hide_env_values = true)]
    #[arg(value_parser = parse_period)]
    pub period: Period,

    #[command(flatten)]
    pub known: AsOf,

    /// Who prepares it
    #[arg(long, value_name = "NAME", env = "APPORTION_BY", hide_env_values = true)]
    pub by: String,

    /// Post it as well, where the project asks for no approvals
    #[arg(long)]
    pub post: bool,

    /// How the report on stdout is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: ReportFormat,
}

#[derive(Debug, Args)]
pub struct ApproveArgs {
    /// Who approves it: somebody else than the preparer
    #[arg(long, value_name = "NAME", env = "APPORTION_BY", hide_env_values = true)]
    pub by: String,

    /// What to keep beside the approval
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,

    /// How the answer on stdout is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: ReportFormat,
}

#[derive(Debug, Args)]
pub struct PostArgs {
    /// How the answer on stdout is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: ReportFormat,
}
