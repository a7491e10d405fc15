//! `apportion` settles who gets how much of a closed deal, by published rules, exactly and with its reasons.
//!
//! The way of the data is the way of the modules, top to bottom and never back:
//!
//! | room | what happens there |
//! |---|---|
//! | [`money`] | amounts, rates, currencies, the two roundings and `split`: the ground floor, it imports nothing of ours |
//! | [`diagnostic`] | what is wrong, where, and what to do: one type for every message |
//! | [`config`] | TOML with spans, shared by the project file and the rule files |
//! | [`expr`] | the SQL scalar expressions: text → typed tree → Arrow columns |
//! | [`book`] | the project file: currency, fiscal calendar, sources, where the rule files are |
//! | [`data`] | files → frames → contract tables and rejects |
//! | [`rules`] | rule files → typed rules; knows no data |
//! | [`plan`] | rules × tables: which deals, which engagements, which units |
//! | [`credit`] | stage one, by deal: pools and splits |
//! | [`pay`] | stage two, by payee: tiers, overrides, caps |
//! | [`settle`] | one run: drives `plan`, `credit` and `pay`, and adds up |
//! | [`statement`] | lines → files, control totals |
//! | [`charter`] | the rules in force as a document that a partner can read |
//! | [`verify`] | a result proved again from its files alone |
//! | [`project`] | the whole way, from a project's files to a settlement: what every command calls |
//! | [`schema`] | JSON Schemas of the files that people write, for editors |
//! | [`check`] | everything suspicious in rules and data, without paying anybody |
//! | [`explain`] | how an amount came about, step by step, and why there is none |
//! | [`diff`] | two settlements side by side: what differs, and why |
//! | [`page`] | the frame and the charts of the HTML pages |
//! | [`cases`] | worked examples as files, settled by the same road |
//! | [`cli`] | arguments, progress, what a person sees |

pub use apportion_base::{calendar, diagnostic, money, world};
pub use apportion_book::{self as book, config};
pub use apportion_data as data;
pub use apportion_documents::page;
pub use apportion_engine::{cases, charter, check, credit, diff, explain, pay, plan, project, settle};
pub use apportion_expr as expr;
pub use apportion_results as statement;
pub use apportion_rules as rules;
pub use apportion_verify as verify;

pub mod cli;
mod error;
pub mod schema;
mod session;

pub use error::Error;
pub use session::{Amount, Ask, Comparison, Explanation, Other, Payout, Session, Settlement};
