//! Settles a quarter by the library, and prints what came of it.

use std::process::ExitCode;

use apportion::book::Period;
use apportion::{Error, Session};

fn main() -> ExitCode {
    let Some(project) = std::env::args().nth(1) else { return ExitCode::from(2) };
    match settled_lines(&project) {
        Ok(lines) => println!("settled {lines} lines"),
        Err(error) => {
            error.diagnostics().iter().for_each(|found| println!("{}: {}", found.code, found.message));
        }
    }
    ExitCode::SUCCESS
}

fn settled_lines(project: &str) -> Result<usize, Error> {
    let session = Session::open(project)?;
    let quarter = session.settle(Period::Quarter { year: 2014, quarter: 2 })?;
    Ok(quarter.lines()?.num_rows())
}
