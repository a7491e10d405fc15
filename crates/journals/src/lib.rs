//! Journals of closes: what accounting books of what was earned, advanced, paid and owed.
//!
//! ```text
//! closes ─► posted     what a close posted of each payee
//!           movement   what it moves between accounts; pure
//!           chart      which account a role has, for a rule and a payee
//!           journal    movements in their context: the company that books, dimensions, who is named; in parts
//!           lines      their sides added up
//!           formats    written, and read again
//!           made       all of it, with what was read held against what was posted
//! ```
//!
//! Of all modules only [`posted`] and [`chart`] read files.

#![deny(missing_docs)]

pub mod chart;
pub mod formats;
pub mod journal;
pub mod keys;
pub mod lines;
pub mod made;
pub mod movement;
pub mod posted;
pub mod step;
pub mod text;

apportion_base::overflow_probe!();
