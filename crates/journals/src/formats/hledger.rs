//! `hledger`: plain text of hledger and Ledger, a transaction for each payee.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{
    Description, Field, JournalFile, Limits, ReadLine, ReadLines, Request, UNLIMITED, Written, balanced,
};
use crate::journal::{Entry, Heading};
use crate::step::Step;
use crate::text;

pub(super) const DESCRIPTION: Description = Description {
    word: "hledger",
    title: "hledger and Ledger",
    file: "plain text in UTF-8: accounts and the commodity declared, then a transaction for each payee, with the reference as its code",
    fields: &[
        Field { name: "date", holds: "the posting date, as 2026-07-31", most: None },
        Field { name: "code", holds: "the reference", most: None },
        Field { name: "description", holds: "the payee, a bar, and `memo`", most: None },
        Field { name: "account", holds: "the account: without two blanks in a row", most: None },
        Field { name: "amount", holds: "the currency and the amount; below 0 a credit", most: None },
        Field { name: "payee, rule, step", holds: "tags of each posting", most: None },
    ],
    needs: &[],
    limits: Limits { ..UNLIMITED },
};

/// Entries of a journal payee by payee.
pub(super) fn by_payee(entries: &[Entry]) -> impl Iterator<Item = &[Entry]> {
    entries.chunk_by(|one, other| one.movement.payee == other.movement.payee)
}

/// Why a text can't be an account of hledger.
fn bad_account(account: &str) -> Option<String> {
    let is_bad = account.contains("  ")
        || account.trim() != account
        || text::has_control(account)
        || account.starts_with(['(', '[', '*', '!', ';', '"', '|', '='])
        || account.contains([';', '\u{a0}'])
        || account.split(':').any(|part| part.trim().is_empty());
    is_bad.then(|| format!("account `{account}` can't be written: hledger takes one blank at a time, no `;`, and no bracket at its beginning"))
}

pub(super) fn write(request: &Request<'_>) -> Result<Written, Vec<String>> {
    let heading = request.heading;
    let entries = || request.journals.iter().flat_map(|journal| &journal.entries);
    let accounts: BTreeSet<&str> =
        entries().flat_map(|entry| &entry.sides).map(|side| side.account.as_str()).collect();
    let mut wrong: Vec<String> = accounts.iter().filter_map(|account| bad_account(account)).collect();
    let one_line = |what: &str, text: &str| {
        (text::has_control(text) || text.trim() != text)
            .then(|| format!("{what} `{text}` can't be written on a line"))
    };
    wrong.extend(one_line("the memo", &heading.memo));
    let mut out = String::new();
    for account in &accounts {
        let _ = writeln!(out, "account {account}");
    }
    let sample = text::amount(1_000 * 10_i128.pow(heading.digits.min(9)), heading.digits);
    let point = if heading.digits == 0 { "." } else { "" };
    let _ = writeln!(out, "commodity {} {sample}{point}", heading.currency);
    let date = text::by_pattern(heading.posting_date, "YYYY-MM-DD");
    for journal in request.journals {
        if journal.reference.contains([')', '(']) || text::has_control(&journal.reference) {
            wrong.push(format!("the reference `{}` can't be a code of hledger", journal.reference));
        }
        for own in by_payee(&journal.entries) {
            // What stands before the bar is the payee to hledger.
            let payee = own.first().map_or("", |entry| entry.movement.payee.as_str());
            let description = format!("{payee} | {}", heading.memo).replace(';', ",");
            let _ = writeln!(out, "\n{date} * ({}) {description}", journal.reference);
            for entry in own {
                wrong.extend(one_line("payee", &entry.movement.payee));
                postings(&mut out, entry, heading);
            }
        }
    }
    wrong.sort_unstable();
    wrong.dedup();
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let file = JournalFile { name: "journal.journal".to_owned(), bytes: out.into_bytes() };
    Ok(Written { files: vec![file], changed: Vec::new() })
}

fn postings(out: &mut String, entry: &Entry, heading: &Heading) {
    let movement = &entry.movement;
    for (side, sign) in entry.sides.iter().zip([1, -1]) {
        let amount = text::amount(movement.amount * sign, heading.digits);
        let _ = writeln!(
            out,
            "    {}  {} {amount}  ; step: {}",
            side.account,
            heading.currency,
            movement.step.word()
        );
        let _ = writeln!(out, "    ; payee: {}", movement.payee);
        if let Some(rule) = &movement.rule {
            let _ = writeln!(out, "    ; rule: {rule}");
        }
    }
}

pub(super) fn read(bytes: &[u8], heading: &Heading) -> Result<ReadLines, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    if !text.ends_with('\n') {
        return Err("its last line does not end".to_owned());
    }
    let mut reader = Reader {
        heading,
        accounts: BTreeSet::new(),
        has_commodity: false,
        journal: None,
        lines: ReadLines::new(),
        open: 0,
        unnamed: None,
    };
    for (number, line) in (1_usize..).zip(text.lines()) {
        reader.line(line).map_err(|why| format!("line {number}: {why}"))?;
    }
    reader.end_transaction()?;
    if !reader.has_commodity {
        return Err("its commodity is not declared".to_owned());
    }
    if reader.lines.is_empty() {
        return Err("it has no postings".to_owned());
    }
    balanced(reader.lines)
}

/// What was read so far.
struct Reader<'a> {
    heading: &'a Heading,
    accounts: BTreeSet<&'a str>,
    has_commodity: bool,
    /// The code of the transaction.
    journal: Option<String>,
    lines: ReadLines,
    /// What the transaction comes to so far.
    open: i128,
    /// A posting whose payee was not read yet.
    unnamed: Option<usize>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) -> Result<(), String> {
        if line.is_empty() {
            return self.end_transaction();
        }
        if let Some(account) = line.strip_prefix("account ") {
            if bad_account(account).is_some() || !self.accounts.insert(account) {
                return Err(format!("account `{account}` is declared twice, or is none"));
            }
            return Ok(());
        }
        if let Some(commodity) = line.strip_prefix("commodity ") {
            self.has_commodity = commodity.split(' ').next() == Some(&self.heading.currency);
            return Ok(());
        }
        if let Some(tag) = line.strip_prefix("    ; ") {
            return self.tag(tag);
        }
        if let Some(posting) = line.strip_prefix("    ") {
            return self.posting(posting);
        }
        self.end_transaction()?;
        let date = text::by_pattern(self.heading.posting_date, "YYYY-MM-DD");
        let after = line.strip_prefix(&date).and_then(|line| line.strip_prefix(" * ("));
        let (code, memo) =
            after.and_then(|line| line.split_once(") ")).ok_or("it is no transaction of the posting date")?;
        let own = format!(" | {}", self.heading.memo).replace(';', ",");
        if code.is_empty() || !memo.ends_with(&own) {
            return Err("it is no transaction of this journal".to_owned());
        }
        self.journal = Some(code.to_owned());
        Ok(())
    }

    fn posting(&mut self, posting: &str) -> Result<(), String> {
        let journal = self.journal.clone().ok_or("a posting stands outside of a transaction")?;
        if self.unnamed.is_some() {
            return Err("the posting before it names no payee".to_owned());
        }
        let (account, rest) = posting.split_once("  ").ok_or("it has no amount")?;
        if !self.accounts.contains(account) {
            return Err(format!("account `{account}` is not declared"));
        }
        let (amount, step) = rest.split_once("  ; step: ").ok_or("it has no step")?;
        Step::from_word(step).ok_or_else(|| format!("there is no step \"{step}\""))?;
        let amount = amount.strip_prefix(&self.heading.currency).and_then(|amount| amount.strip_prefix(' '));
        let amount = amount.ok_or("it is in another currency")?;
        let amount = text::read_amount(amount, self.heading.digits, '.', true)?;
        if amount == 0 {
            return Err("the amount is 0".to_owned());
        }
        self.open += amount;
        self.unnamed = Some(self.lines.len());
        self.lines.push(ReadLine { journal, account: account.to_owned(), party: None, amount });
        Ok(())
    }

    fn tag(&mut self, tag: &str) -> Result<(), String> {
        if let Some(payee) = tag.strip_prefix("payee: ") {
            let place = self.unnamed.take().ok_or("a payee stands without a posting")?;
            if let Some(line) = self.lines.get_mut(place) {
                line.party = Some(payee.to_owned());
            }
            return Ok(());
        }
        match tag.strip_prefix("rule: ") {
            Some(rule) if !rule.is_empty() => Ok(()),
            _ => Err(format!("there is no tag \"{tag}\"")),
        }
    }

    fn end_transaction(&mut self) -> Result<(), String> {
        if self.unnamed.is_some() {
            return Err("a posting names no payee".to_owned());
        }
        self.journal = None;
        if std::mem::take(&mut self.open) != 0 {
            return Err("debits and credits of a transaction are not equal".to_owned());
        }
        Ok(())
    }
}
