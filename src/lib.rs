//! `apportion` settles who gets how much of a closed deal, by published rules, exactly and with its reasons.
//!
//! ```
//! use apportion::{Inquiry, Session};
//!
//! let session = Session::open("fixtures/adventureworks")?;
//! let quarter = session.settle("2014-Q2".parse()?)?;
//! for payout in quarter.payouts()? {
//!     println!("{:12} {:>12}", payout.payee_id, payout.amount.to_string());
//! }
//! let first = quarter.payouts()?[0].payee_id;
//! println!("{}", session.explain(Some(quarter.period()), &Inquiry::payee(first))?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Session`] can [`settle`](Session::settle), [`explain`](Session::explain), [`diff`](Session::diff) with other
//! rules, [`check`](Session::check), and describe its rules as a [`charter`](Session::charter). A [`Settlement`]
//! gives its payouts and lines, as values and as Arrow record batches, and writes the files of a result. An [`Error`]
//! has everything that was found wrong, with its places. A project is a folder, or files in memory
//! ([`world::Memory`]):
//!
//! ```
//! use apportion::{Session, world::Memory};
//!
//! let files = Memory::new()
//!     .with("apportion.toml", r#"
//!         [book]
//!         name = "A dollar"
//!         currency = "USD"
//!         rules = ["rules.toml"]
//!         [sources]
//!         deals = { path = "deals.csv" }
//!         engagements = { path = "engagements.csv" }
//!         payees = { path = "payees.csv" }
//!     "#)
//!     .with("rules.toml", r#"
//!         [[shared_credit]]
//!         id = "even"
//!         why = "Who worked on a deal shares it."
//!         effective = { from = 2026-01-01 }
//!         rate = "100%"
//!         model = "equal"
//!     "#)
//!     .with("deals.csv", "deal_id,outcome,close_date,amount\nD1,won,2026-01-15,1.00\n")
//!     .with("engagements.csv", "deal_id,payee_id,role\nD1,ann,any\nD1,ben,any\nD1,cat,any\n")
//!     .with("payees.csv", "payee_id\nann\nben\ncat\n");
//! let month = Session::in_memory(files)?.settle("2026-01".parse()?)?;
//! let payouts: Vec<String> = month.payouts()?.iter().map(|payout| payout.amount.to_string()).collect();
//! assert_eq!(payouts, ["0.34", "0.33", "0.33"]);
//! assert_eq!(month.lines()?.num_rows(), 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The parts
//!
//! Data goes through these modules from top to bottom and never back:
//!
//! | module | what happens there |
//! |---|---|
//! | [`world`] | where files come from: a disk, or memory |
//! | [`store`] | where files are written: folders and files that are there as a whole or not at all |
//! | [`index`] | index types: the number of a deal can't be taken for that of a payee |
//! | [`money`] | amounts, rates, currencies, the two roundings and `split` |
//! | [`diagnostic`] | what is wrong, where, and what to do: one type for every message |
//! | [`config`] | TOML with spans, shared by the project file and the rule files |
//! | [`contract`] | the files that we read and write, as data: tables, columns, types, words |
//! | [`expr`] | the SQL scalar expressions: text → typed tree → Arrow columns |
//! | [`book`] | the project file: currency, fiscal calendar, sources, where the rule files are |
//! | [`data`] | files → frames → typed tables and rejects |
//! | [`rules`] | rule files → typed rules; knows no data |
//! | [`channel`] | what the policies of the channel make of the tables before anything is credited |
//! | [`plan`] | rules × tables: which deals, which engagements, which units |
//! | [`credit`] | stage one, by deal: pools and splits |
//! | [`pay`] | stage two, by payee: tiers, overrides, caps |
//! | [`kinds`] | a folder for each kind of rule: its plan, kernel, explanation, checks and words |
//! | [`settle`] | one run: drives `plan`, `credit` and `pay`, and adds up |
//! | [`results`] | lines → files, control totals |
//! | [`ledger`] | months that are closed for good: entries, holds, draws, payments |
//! | [`journals`] | what accounting books of a close, in the formats that it takes |
//! | [`payments`] | files that payroll and banks take, made of a close |
//! | [`charter`] | the rules in force as a document that a partner can read |
//! | [`verify`] | a result proved again from its files alone |
//! | [`project`] | the whole way, from a project's files to a settlement: what every command calls |
//! | [`schema`] | JSON Schemas of the files that people write, for editors |
//! | [`check`] | everything suspicious in rules and data, found without paying |
//! | [`explain`] | how an amount came about, step by step, and why there is none |
//! | [`diff`] | two settlements side by side: what differs, and why |
//! | [`actions`] | what the channel should do now, and what pay depends on it |
//! | [`forecast`] | what a plan will cost: what is open drawn many times, each draw settled |
//! | [`block`], [`language`] | documents of blocks as text, Markdown, pages, CSV and workbooks, in four languages |
//! | [`statement`] | what a payee is paid for a month and how that came about, as a document |
//! | [`page`] | the frame and the charts of the HTML pages |
//! | [`cases`] | worked examples as files, settled in the same way |
//! | [`cli`] | arguments, progress, what a person sees |

#![deny(missing_docs)]

pub use apportion_base::{
    calendar, diagnostic, digest, index, money, notation, overflow, spreadsheet, store, terminal, world,
};
pub use apportion_book::{self as book, config};
pub use apportion_channel as channel;
pub use apportion_contract as contract;
pub use apportion_data as data;
pub use apportion_documents::charter::document as charter_document;
pub use apportion_documents::{block, language, page, statement};
pub use apportion_engine::{
    access, actions, cases, charter, check, credit, diff, disputes, explain, gates, kinds, pay, plan,
    project, settle,
};
pub use apportion_expr as expr;
pub use apportion_forecast as forecast;
pub use apportion_journals as journals;
pub use apportion_ledger as ledger;
pub use apportion_payments as payments;
pub use apportion_results as results;
pub use apportion_rules as rules;
pub use apportion_verify as verify;

pub mod cli;
mod csv_file;
mod draft;
mod error;
pub mod schema;
mod session;

pub use apportion_documents::lines::LinesFormat;
pub use apportion_results::ReplacePolicy;
pub use csv_file::csv_file;
pub use draft::{Draft, FileUse, draft};
pub use error::Error;
pub use session::{
    AccessGrant, AccessReport, Accruals, Actions, Amount, ApprovedDraft, CloseComparison, CloseExplanation,
    CloseInquiry, ComparedCloses, Comparison, ConflictExplanation, ExplainedEntry, ExplainedMove,
    ExplainedPayment, ExplainedSubject, Explanation, ExportOutcome, ExportRequest, ForecastRequest, Inquiry,
    JournalReport, JournalRequest, OWN_GROUPS, OtherInputs, Payout, PlanForecast, PostedClose, ReportSource,
    SeenClaim, SeenConflict, SeenDeal, SeenInquiry, SeenPeriod, Session, Settlement, SourceReport,
    StatementFormat, StatementRequest, StatementSource, Statements, Writing, WrittenForecast, WrittenResult,
    WrittenStatements, arrow_file,
};

apportion_base::overflow_probe!();

/// All crates of this library; each has to stop at an overflow.
pub static CRATES: overflow::Guard = overflow::Guard::new(&[
    apportion_base::OVERFLOW,
    apportion_expr::OVERFLOW,
    apportion_book::OVERFLOW,
    apportion_data::OVERFLOW,
    apportion_rules::OVERFLOW,
    apportion_channel::OVERFLOW,
    apportion_engine::OVERFLOW,
    apportion_forecast::OVERFLOW,
    apportion_results::OVERFLOW,
    apportion_ledger::OVERFLOW,
    apportion_journals::OVERFLOW,
    apportion_verify::OVERFLOW,
    apportion_documents::OVERFLOW,
    apportion_payments::OVERFLOW,
    crate::OVERFLOW,
]);
