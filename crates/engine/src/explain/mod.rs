//! Why an amount is what it is, step by step, and why there is none: for every line of a payee or a deal.
//!
//! Nothing is computed here in another way. The year is settled as a run settles it ([`YearIndex`]). An [`Explainer`]
//! shows the lines of that settlement, and the plans, units, splits, tiers and caps that made them, evaluated again
//! for one deal or one payee. Every step is compared with the line before it is shown.
//!
//! This module knows tables, rules and settlements; it opens no file and prints nothing. An explainer is built once and
//! answers any number of questions; the cost of a question depends on the size of its answer.
//!
//! | file | idea |
//! |---|---|
//! | `tree`, `number` | what an explanation consists of |
//! | `ground`, `csr` | the settled year and the ways to its lines |
//! | `facts`, `condition`, `split` | what a deal, a condition, a split looked like |
//! | `amounts`, `credits` | a line and its steps, as far as the kinds of rule share them |
//! | `case` | whose a deal is and why: claims, conflicts, price, gates |
//! | `governed` | what policies of the channel changed of a line |
//! | `nothing` | the first condition that failed |
//! | `words` | the sentences for that |
//! | `held` | the same amounts compared with a written result |

pub(crate) mod amounts;
pub mod case;
pub(crate) mod condition;
pub(crate) mod credits;
pub(crate) mod csr;
pub(crate) mod explainer;
pub(crate) mod facts;
pub mod governed;
pub(crate) mod nothing;
pub(crate) mod number;
pub(crate) mod split;
pub mod tree;
pub mod words;
pub(crate) mod year_index;

pub use explainer::{Explainer, Question};
pub use number::{Big, Exact, Ratio};
pub use year_index::YearIndex;
