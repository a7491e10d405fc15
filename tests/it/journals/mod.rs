//! Journals of closes, by the command: what accounting books, worked out by hand, and in every format.

mod reference;
mod refused;
mod stories;
mod year;

use std::collections::BTreeMap;

use crate::ledger::desk::{Desk, rows};

/// An account for each role.
pub const ACCOUNTS: &str = "\n[accounts]\nexpense = \"cost\"\naccrued = \"accrued\"\nadvance = \"advance\"\n\
    receivable = \"receivable\"\npayable = \"payable\"\nbank = \"bank\"\n";

/// A book with accounts.
pub fn with_accounts(book: &str) -> String {
    format!("{book}{ACCOUNTS}")
}

/// The rows of a close's double-entry journal.
pub fn journal(desk: &Desk, month: &str) -> Vec<BTreeMap<String, String>> {
    let (written, said) = desk.run(&["journal", "--close", month, "--format", "double-entry"]);
    assert!(written, "{said}");
    desk.prove();
    let close = desk.names("ledger/closes").into_iter().find(|close| close.ends_with(month)).unwrap();
    let folder = format!("ledger/exports/{close}/journal-double-entry");
    let file = desk.path(&format!("{folder}/journal.csv"));
    if file.exists() { rows(&std::fs::read_to_string(file).unwrap()) } else { Vec::new() }
}

/// The movements of a close as short texts: `ann earned tenth: cost to accrued 100.00`.
pub fn movements(desk: &Desk, month: &str) -> Vec<String> {
    let rows = journal(desk, month);
    let movement = |pair: &[BTreeMap<String, String>]| {
        let [debit, credit] = pair else { panic!("{pair:?}") };
        assert_eq!((&debit["debit"], debit["credit"].as_str()), (&credit["credit"], ""));
        let rule = if debit["rule"].is_empty() { String::new() } else { format!(" {}", debit["rule"]) };
        let (payee, step) = (&debit["payee"], &debit["memo"]);
        format!("{payee} {step}{rule}: {} to {} {}", debit["account"], credit["account"], debit["debit"])
    };
    rows.chunks(2).map(movement).collect()
}
