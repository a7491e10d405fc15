//! `apportion actions`: what the channel should do now.

mod args;
mod csv;
mod due;
mod json;
mod page;
mod text;

pub use args::{ActionsArgs, EXAMPLES};

use args::ActionsFormat;

use std::io;

use super::options::Global;
use super::output::{ProtectedPaths, to_file};
use super::report::Reporter;
use super::{Ending, Failure, print_data, project};
use crate::session::Actions;
use crate::{Error, Session};
use apportion_base::diagnostic::{Code, Diagnostic};

/// Finds the actions of the day, and prints or writes them.
pub fn actions(args: &ActionsArgs, global: &Global, reporter: &Reporter) -> Result<Ending, Failure> {
    let folder = project::find(global)?;
    let session = Session::open(&folder)?;
    let actions = match &args.payee {
        Some(payee) => session.actions_of(payee, args.as_of)?,
        None => session.actions(args.as_of)?,
    };
    let made = made(&actions, format(args)).map_err(|error| {
        Error::from(Diagnostic::error(Code::CannotWrite, format!("could not make the list: {error}")))
    })?;
    match &args.out {
        None => print_data(&made)?,
        Some(out) => {
            to_file(out, &ProtectedPaths::projects([folder.as_path()]), |sink| sink.write_all(&made))?;
            reporter.note(&format!("Wrote {}", project::shown(out)));
        }
    }
    let is_finding = args.exit_code && !actions.actions.is_empty();
    Ok(if is_finding { Ending::Findings } else { Ending::Fine })
}

/// As it was asked for, or by the name of the file.
fn format(args: &ActionsArgs) -> ActionsFormat {
    let ending = args.out.as_ref().and_then(|out| out.extension()).unwrap_or_default();
    let is = |words: &[&str]| words.iter().any(|word| ending.eq_ignore_ascii_case(word));
    let by_name = match () {
        () if is(&["html", "htm"]) => ActionsFormat::Html,
        () if is(&["csv"]) => ActionsFormat::Csv,
        () if is(&["json"]) => ActionsFormat::Json,
        () => ActionsFormat::Text,
    };
    args.format.unwrap_or(by_name)
}

fn made(actions: &Actions, format: ActionsFormat) -> io::Result<Vec<u8>> {
    match format {
        ActionsFormat::Text => Ok(text::text(actions).into_bytes()),
        ActionsFormat::Csv => csv::csv(actions),
        ActionsFormat::Json => json::json(actions),
        ActionsFormat::Html => Ok(page::text(actions).into_bytes()),
    }
}
