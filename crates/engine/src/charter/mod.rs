//! The rules as a document that a partner can read: what each one pays, in sentences made from its parameters, why it
//! exists, since when, and a worked example.
//!
//! Pure: rules and cases in, a [`Document`] out, which is Markdown or an HTML page. Only the plan letter of one payee knows data: the
//! payee's columns and quotas. Nothing here knows amounts paid, or reads a clock: the caller gives the day.
//!
//! | file | idea |
//! |---|---|
//! | `facts` | what a rule version says, fact by fact; each kind adds its own |
//! | `condition`, `names`, `words` | formulas, columns and numbers in words |
//! | `policy_facts` | what a hold, a draw or payment terms say |
//! | `versioned`, `chapter` | a version of a rule or a policy, and what a chapter says of it |
//! | `policies` | the chapters of holds, draws and payment terms |
//! | `in_force`, `changes` | the two documents |
//! | `letter` | the plan letter of one payee |
//! | `terms`, `example` | the words that are used, the first case of a rule |
//! | `prose`, `document`, `html` | text that is safe to write, blocks, and how they are rendered |

pub(crate) mod changes;
pub(crate) mod channel_facts;
mod chapter;
pub(crate) mod condition;
pub mod document;
pub(crate) mod example;
pub(crate) mod facts;
pub(crate) mod in_force;
pub(crate) mod letter;
pub(crate) mod names;
pub(crate) mod policies;
pub(crate) mod policy_facts;
pub(crate) mod prose;
pub(crate) mod terms;
pub(crate) mod versioned;
pub(crate) mod words;

pub use document::Document;
pub use example::Examples;
pub use in_force::CharterDays;
pub use letter::{Letter, letter};
pub use prose::Prose;

use apportion_book::Book;
use apportion_rules::RuleBook;

/// A text from outside as Markdown within a line, escaped so that none of it is read as markup.
pub fn escape_markdown(text: &str) -> String {
    prose::Prose::text(text).to_string()
}

/// Which part of what a hold keeps may be paid, in words, as Markdown.
pub fn release_in_words(hold: &apportion_rules::Hold) -> String {
    condition::value(&hold.release).to_string()
}

/// The rules in force on a day or in a period; `examples` are the project's cases, where it has some.
pub fn in_force(book: &Book, rules: &RuleBook, when: CharterDays, examples: Option<&Examples>) -> Document {
    in_force::document(book, rules, when, examples)
}

/// What changed from one day to another, and why.
pub fn changes(book: &Book, rules: &RuleBook, from: i32, to: i32) -> Document {
    changes::document(book, rules, from, to)
}
