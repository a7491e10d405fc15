//! Settles a quarter by the library, and prints what came of it.

use std::path::Path;
use std::process::ExitCode;

use apportion::book::Period;
use apportion::close::{Unwatched, close};
use apportion::diagnostic::Files;

fn main() -> ExitCode {
    let Some(project) = std::env::args().nth(1) else { return ExitCode::from(2) };
    let period = Period::Quarter { year: 2014, quarter: 2 };
    match close(Path::new(&project), period, &mut Files::default(), &Unwatched) {
        Ok(closed) => println!("settled {} lines", closed.settlement.lines.len()),
        Err(findings) => findings.iter().for_each(|finding| println!("{}: {}", finding.code, finding.message)),
    }
    ExitCode::SUCCESS
}
