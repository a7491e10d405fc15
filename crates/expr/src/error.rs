//! Why an expression has no value.

use std::fmt;

use arrow::error::ArrowError;

/// A row on which an expression has no value, such as a number of more than 38 digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvalError {
    /// The first such output row.
    pub row: usize,
    /// The reason, as a clause that can follow "on deal D-17: ".
    pub message: String,
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EvalError {}

/// Why values could not be computed, before it is known on which row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault(pub String);

impl Fault {
    pub fn new(message: &str) -> Self {
        Self(message.to_owned())
    }
}

impl From<ArrowError> for Fault {
    fn from(error: ArrowError) -> Self {
        Self(error.to_string())
    }
}
