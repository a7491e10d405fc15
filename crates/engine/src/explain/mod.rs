//! Why an amount is what it is, step by step, and why there is none: for every line of a payee or a deal.
//!
//! Nothing is computed here in a way of its own. The year is settled as a run settles it ([`Ground`]); what an
//! [`Explainer`] shows are the lines of that settlement, and the plans, units, splits, tiers and caps that made them,
//! asked again for one deal or one payee. Every step is held against the line before it is shown.
//!
//! This room knows tables, rules and settlements; it reads no file but through them and prints nothing. An explainer is
//! built once and asked any number of questions; a question costs what its answer holds.
//!
//! | file | idea |
//! |---|---|
//! | `tree`, `number` | what an explanation consists of |
//! | `ground`, `csr` | the settled year and the ways to its lines |
//! | `facts`, `condition`, `split` | what a deal, a condition, a split looked like |
//! | `amounts`, `credits` | a line and its steps, as far as the kinds of rule share them |
//! | `nothing` | the first condition that failed |
//! | `words` | the sentences for that |
//! | `held` | the same amounts held against a result that was written |

pub(crate) mod amounts;
pub(crate) mod condition;
pub(crate) mod credits;
pub(crate) mod csr;
pub(crate) mod explainer;
pub(crate) mod facts;
pub(crate) mod ground;
pub(crate) mod nothing;
pub(crate) mod number;
pub(crate) mod split;
pub mod tree;
pub mod words;

pub use explainer::{Explainer, Question};
pub use ground::Ground;
pub use number::{Exact, Ratio};
