//! What policies of the channel changed of a line: as rows of a block for people, and as JSON.

mod json;
mod rows;

pub use json::{decided, decision, gate, gate_step, registration, shared};
pub use rows::decision_line;
