//! Settles a quarter by the library, and prints what came of it.

use std::process::ExitCode;

use apportion::book::Period;
use apportion::{Error, Session};

fn main() -> ExitCode {
    let Some(project) = std::env::args().nth(1) else { return ExitCode::from(2) };
    match payouts(&project) {
        Ok(payouts) => println!("settled {payouts} payouts"),
        Err(error) => {
            error.diagnostics().iter().for_each(|found| println!("{}: {}", found.code, found.message));
        }
    }
    ExitCode::SUCCESS
}

fn payouts(project: &str) -> Result<usize, Error> {
    let session = Session::open(project)?;
    let quarter = session.settle(Period::Quarter { year: 2014, quarter: 2 })?;
    Ok(quarter.payouts()?.len())
}
