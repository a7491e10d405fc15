//! `apportion` settles who gets how much of a closed deal, by published rules, exactly and with its reasons.
//!
//! The way of the data is the way of the modules, top to bottom and never back:
//!
//! | module | what it does |
//! |---|---|
//! | [`money`] | amounts, rates, currencies, the two roundings and `split`: the ground floor, it imports nothing of ours |
//! | [`diagnostic`] | what is wrong, where, and what to do: one type for every message |
//! | [`config`] | TOML with spans, shared by the project file and the rule files |
//! | [`contract`] | the files that we read and write, as data: tables, columns, types, words |
//! | [`expr`] | the SQL scalar expressions: text → typed tree → Arrow columns |
//! | [`book`] | the project file: currency, fiscal calendar, sources, where the rule files are |
//! | [`data`] | files → frames → contract tables and rejects |
//! | [`rules`] | rule files → typed rules; knows no data |
//! | [`plan`] | rules × tables: which deals, which engagements, which units |
//! | [`credit`] | stage one, by deal: pools and splits |
//! | [`pay`] | stage two, by payee: tiers, overrides, caps |
//! | [`kinds`] | a folder for each kind of rule: its plan, kernel, explanation, checks and words |
//! | [`settle`] | one run: drives `plan`, `credit` and `pay`, and adds up |
//! | [`statement`] | lines → files, control totals |
//! | [`charter`] | the rules in force as a document that a partner can read |
//! | [`verify`] | a result proved again from its files alone |
//! | [`close`] | the whole way, from a project's folder to a settlement: what every command calls |
//! | [`schema`] | JSON Schemas of the files that people write, for editors |
//! | [`check`] | everything suspicious in rules and data, without paying anybody |
//! | [`explain`] | how an amount came about, step by step, and why there is none |
//! | [`diff`] | two settlements side by side: what differs, and why |
//! | [`page`] | the frame and the charts of the HTML pages |
//! | [`cases`] | worked examples as files, settled by the same road |
//! | [`cli`] | arguments, progress, what a person sees |

pub use apportion_base::{calendar, diagnostic, money, overflow};
pub use apportion_book::{self as book, config};
pub use apportion_contract as contract;
pub use apportion_data as data;
pub use apportion_documents::page;
pub use apportion_engine::{cases, charter, check, close, credit, diff, explain, kinds, pay, plan, settle};
pub use apportion_expr as expr;
pub use apportion_results as statement;
pub use apportion_rules as rules;
pub use apportion_verify as verify;

pub mod cli;
pub mod schema;

apportion_base::overflow_probe!();

/// All crates of this library; each has to stop at an overflow.
pub static CRATES: overflow::Guard = overflow::Guard::new(&[
    apportion_base::OVERFLOW,
    apportion_expr::OVERFLOW,
    apportion_book::OVERFLOW,
    apportion_data::OVERFLOW,
    apportion_rules::OVERFLOW,
    apportion_engine::OVERFLOW,
    apportion_results::OVERFLOW,
    apportion_verify::OVERFLOW,
    apportion_documents::OVERFLOW,
    crate::OVERFLOW,
]);
