//! The arguments of `apportion verify`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

pub const EXAMPLES: &str = "\
It reads only the folder that a run wrote and, if they are there, the files that the run read, to
compare their digests. No amount is computed from inputs: the files have to agree with each other
to the last cent.

Examples:
  apportion verify out/2026-07
  apportion verify out/2026-07 --inputs        what the run read has to be here, unchanged, as well
  apportion verify /mnt/archive/2026-07 --digest 5f2c…   the result has this digest
  apportion verify ledger                      every close so far: chain, digests, identities
  apportion verify ledger --replay             and each close settled again from its kept inputs
  apportion verify out/2026-07 --format json | jq '.proofs[] | select(.result != \"proven\")'

The digest that it prints is that of run.json, which has the digests of all other files. Keep it in
a safe place: it shows later whether a whole result was exchanged, which the files alone can't. That
of a ledger is of its last close.json, which has the digests of all closes before it.

Exit codes:
  0  proven. Inputs or rule files that were changed since are a warning: the result is as it was,
     and it is no longer the one that they would give
  1  not proven: the findings say what, where, and what was expected there; with --inputs also
     where what the run read is missing or was changed
  2  could not be read: no such folder, no run.json, disk";

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Folder of the result; or `ledger`, for the ledger of the project
    #[arg(value_name = "OUT")]
    pub out: PathBuf,

    /// Of a result: fail if inputs or rule files are missing or changed; without it, that is only
    /// reported
    #[arg(long)]
    pub inputs: bool,

    /// Of a ledger: settle each close again from its kept inputs, and compare every file
    #[arg(long)]
    pub replay: bool,

    /// The SHA-256 of run.json as it was noted when the result was written; of a ledger that of a
    /// close.json, noted when it was the last
    #[arg(long, value_name = "SHA256", value_parser = parse_digest)]
    pub digest: Option<String>,

    /// How the proofs on stdout are written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    #[arg(env = "APPORTION_FORMAT", hide_env_values = true)]
    pub format: VerifyFormat,
}

/// How proofs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VerifyFormat {
    /// For people; findings go to stderr
    Table,
    /// All of it, findings included, for a script
    Json,
}

fn parse_digest(text: &str) -> Result<String, String> {
    let is_one = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_one { Ok(text.to_lowercase()) } else { Err("write the 64 hex digits of a SHA-256".to_owned()) }
}
