//! Why a report can't be made.

use std::fmt;

use apportion::Error;
use apportion::diagnostic::{Code, Diagnostic, Files};
use apportion::money::Overflow;
use arrow::error::ArrowError;
use polars::error::PolarsError;

/// Why a report can't be made.
#[derive(Debug)]
pub enum Fault {
    /// A number that can't be held.
    Overflow,
    /// The data frame engine says no: a mistake of ours.
    Frames(String),
    /// What the engine found.
    Found(Vec<Diagnostic>),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overflow => f.write_str("a sum of the report has more than 38 digits"),
            Self::Frames(said) => write!(f, "a mistake in apportion: {said}"),
            Self::Found(found) => match found.first() {
                Some(first) => f.write_str(&first.message),
                None => f.write_str("it can't be made"),
            },
        }
    }
}

impl std::error::Error for Fault {}

impl From<Overflow> for Fault {
    fn from(_: Overflow) -> Self {
        Self::Overflow
    }
}

impl From<PolarsError> for Fault {
    fn from(error: PolarsError) -> Self {
        Self::Frames(error.to_string())
    }
}

impl From<ArrowError> for Fault {
    fn from(error: ArrowError) -> Self {
        Self::Frames(error.to_string())
    }
}

impl From<Vec<Diagnostic>> for Fault {
    fn from(found: Vec<Diagnostic>) -> Self {
        Self::Found(found)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        if let Fault::Found(found) = fault {
            return Self::new(found, Files::default());
        }
        let code = match &fault {
            Fault::Found(_) | Fault::Overflow => Code::NumberTooLarge,
            Fault::Frames(_) => Code::Internal,
        };
        Diagnostic::error(code, fault.to_string()).into()
    }
}
