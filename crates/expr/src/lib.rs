//! SQL scalar expressions over columns: text → typed tree → Arrow arrays.
//!
//! Everything is type-checked before any data is read, and every number is an exact decimal. One evaluator serves whole
//! columns, groups and single rows. The language is described in docs/reference/expressions.md, and every example of that
//! page is evaluated by a test.
//!
//! | file | content |
//! |---|---|
//! | `types`, `scope`, `input`, `error` | the four types; what may be named; rows to evaluate on; why there is no value |
//! | `expr`, `expr_text` | an expression: compiled, then asked for its values; its place in a file |
//! | `lex`, `token` | text → tokens |
//! | `parse`, `syntax`, `refuse` | tokens → syntax tree; messages about what the language leaves out |
//! | `check`, `calls`, `names` | syntax tree → [`tree`], with types, and with columns found in a [`Scope`] |
//! | `evaluate`, `rows` | the tree over columns, a node at a time |
//! | `operators`, `functions`, `pattern`, `membership`, `bands` | values from values |
//! | `unread` | how many texts could not be read, and how many dates left the calendar |
//! | `value`, `decimal`, `text`, `date` | columns of the four types |
//! | `problem` | mistakes with their places |

#![deny(missing_docs)]

mod bands;
mod check;
mod date;
mod decimal;
mod error;
mod evaluate;
mod expr;
mod expr_text;
mod functions;
mod input;
mod lex;
mod membership;
mod names;
mod operators;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod outline;
mod parse;
mod pattern;
mod problem;
mod refuse;
mod rows;
mod scope;
mod syntax;
mod text;
mod token;
pub mod tree;
mod types;
mod unread;
mod value;

pub use error::EvalError;
pub use expr::{Expr, compile, compile_any, conditions};
pub use expr_text::ExprText;
pub use input::{Input, TableInput};
pub use pattern::Pattern;
pub use scope::{ColumnRef, Scope, ScopeTable};
pub use tree::Node;
pub use types::Type;

#[cfg(test)]
mod tests;

apportion_base::overflow_probe!();
