//! `beancount`: plain text of beancount, a transaction for each payee.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::hledger::by_payee;
use super::{
    Description, Field, JournalFile, Limits, ReadLine, ReadLines, Request, UNLIMITED, Written, balanced,
};
use crate::journal::{Entry, Heading};
use crate::step::Step;
use crate::text;

pub(super) const DESCRIPTION: Description = Description {
    word: "beancount",
    title: "Beancount",
    file: "plain text in UTF-8: the commodity and accounts opened on the ledger's first day, then a transaction for each payee, with the reference as a link. \
           A book of several months keeps the `open` lines of one",
    fields: &[
        Field { name: "date", holds: "the posting date, as 2026-07-31", most: None },
        Field { name: "narration", holds: "`memo`", most: None },
        Field { name: "link", holds: "the reference", most: None },
        Field { name: "account", holds: "the account: `Expenses:Commission`", most: None },
        Field { name: "amount", holds: "the amount and the currency; below 0 a credit", most: None },
        Field { name: "payee, rule, step", holds: "metadata of each posting", most: None },
    ],
    needs: &[],
    limits: Limits { ..UNLIMITED },
};

/// Whether a text is an account of beancount.
fn is_account(account: &str) -> bool {
    let mut parts = account.split(':');
    let root = parts
        .next()
        .is_some_and(|root| ["Assets", "Liabilities", "Equity", "Income", "Expenses"].contains(&root));
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let rest: Vec<&str> = parts.collect();
    root && !rest.is_empty() && rest.into_iter().all(is_part)
}

/// A text in quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What stands in quotes; none where the quotes are wrong.
fn unquoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut plain = String::new();
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => plain.push(characters.next().filter(|c| ['\\', '"'].contains(c))?),
            '"' => return None,
            c => plain.push(c),
        }
    }
    Some(plain)
}

fn is_link(reference: &str) -> bool {
    !reference.is_empty() && reference.chars().all(|c| c.is_ascii_alphanumeric() || "-_/.".contains(c))
}

pub(super) fn write(request: &Request<'_>) -> Result<Written, Vec<String>> {
    let heading = request.heading;
    let entries = || request.journals.iter().flat_map(|journal| &journal.entries);
    let accounts: BTreeSet<&str> =
        entries().flat_map(|entry| &entry.sides).map(|side| side.account.as_str()).collect();
    let mut wrong: Vec<String> = accounts
        .iter()
        .filter(|account| !is_account(account))
        .map(|account| format!("account `{account}` is none of beancount: write Expenses:Commission, Liabilities:Accrued or Assets:Bank"))
        .collect();
    let links = request.journals.iter().map(|journal| &journal.reference);
    wrong.extend(
        links
            .filter(|link| !is_link(link))
            .map(|link| format!("the reference `{link}` can't be a link of beancount")),
    );
    let control = entries()
        .map(|entry| &entry.movement.payee)
        .chain([&heading.memo])
        .filter(|text| text::has_control(text));
    wrong.extend(control.map(|text| format!("`{text}` can't be written on a line")));
    if !wrong.is_empty() {
        wrong.sort_unstable();
        wrong.dedup();
        return Err(wrong);
    }
    let opened = text::by_pattern(heading.opened_on.min(heading.posting_date), "YYYY-MM-DD");
    let date = text::by_pattern(heading.posting_date, "YYYY-MM-DD");
    let mut out = format!(
        "option \"operating_currency\" \"{}\"\n{opened} commodity {}\n",
        heading.currency, heading.currency
    );
    for account in &accounts {
        let _ = writeln!(out, "{opened} open {account} {}", heading.currency);
    }
    for journal in request.journals {
        for own in by_payee(&journal.entries) {
            let _ = writeln!(out, "\n{date} * {} ^{}", quoted(&heading.memo), journal.reference);
            for entry in own {
                postings(&mut out, entry, heading);
            }
        }
    }
    let file = JournalFile { name: "journal.beancount".to_owned(), bytes: out.into_bytes() };
    Ok(Written { files: vec![file], changed: Vec::new() })
}

fn postings(out: &mut String, entry: &Entry, heading: &Heading) {
    let movement = &entry.movement;
    for (side, sign) in entry.sides.iter().zip([1, -1]) {
        let amount = text::amount(movement.amount * sign, heading.digits);
        let _ = writeln!(out, "  {}  {amount} {}", side.account, heading.currency);
        let _ = writeln!(out, "    payee: {}", quoted(&movement.payee));
        if let Some(rule) = &movement.rule {
            let _ = writeln!(out, "    rule: {}", quoted(rule));
        }
        let _ = writeln!(out, "    step: {}", quoted(movement.step.word()));
    }
}

pub(super) fn read(bytes: &[u8], heading: &Heading) -> Result<ReadLines, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    if !text.ends_with('\n') {
        return Err("its last line does not end".to_owned());
    }
    let opened = text::by_pattern(heading.opened_on.min(heading.posting_date), "YYYY-MM-DD");
    let mut reader = Reader {
        heading,
        opened,
        accounts: BTreeSet::new(),
        has_commodity: false,
        has_option: false,
        journal: None,
        lines: ReadLines::new(),
        open: 0,
        missing: Vec::new(),
    };
    for (number, line) in (1_usize..).zip(text.lines()) {
        reader.line(line).map_err(|why| format!("line {number}: {why}"))?;
    }
    reader.end_transaction()?;
    if !reader.has_commodity || !reader.has_option {
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
    opened: String,
    accounts: BTreeSet<&'a str>,
    has_commodity: bool,
    has_option: bool,
    /// The link of the transaction.
    journal: Option<String>,
    lines: ReadLines,
    /// What the transaction comes to so far.
    open: i128,
    /// Metadata that the last posting has not shown yet.
    missing: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) -> Result<(), String> {
        if line.is_empty() {
            return self.end_transaction();
        }
        if let Some(metadata) = line.strip_prefix("    ") {
            return self.metadata(metadata);
        }
        if let Some(posting) = line.strip_prefix("  ") {
            return self.posting(posting);
        }
        self.end_transaction()?;
        if let Some(currency) = line.strip_prefix("option \"operating_currency\" ") {
            let is_own = unquoted(currency).as_deref() == Some(&self.heading.currency);
            self.has_option = is_own;
            return if is_own { Ok(()) } else { Err("it is in another currency".to_owned()) };
        }
        if let Some(rest) = line.strip_prefix(&self.opened) {
            if rest.strip_prefix(" commodity ") == Some(&self.heading.currency) {
                self.has_commodity = true;
                return Ok(());
            }
            if let Some(rest) = rest.strip_prefix(" open ") {
                let (account, currency) = rest.split_once(' ').ok_or("it opens no account")?;
                let is_new =
                    is_account(account) && currency == self.heading.currency && self.accounts.insert(account);
                return if is_new {
                    Ok(())
                } else {
                    Err(format!("account `{account}` is opened twice, or is none"))
                };
            }
        }
        let date = text::by_pattern(self.heading.posting_date, "YYYY-MM-DD");
        let rest = line
            .strip_prefix(&date)
            .and_then(|line| line.strip_prefix(" * "))
            .ok_or("it is no transaction of the posting date")?;
        let (narration, link) = rest.rsplit_once(" ^").ok_or("the transaction has no link")?;
        if unquoted(narration).as_deref() != Some(&self.heading.memo) || !is_link(link) {
            return Err("it is no transaction of this journal".to_owned());
        }
        self.journal = Some(link.to_owned());
        Ok(())
    }

    fn posting(&mut self, posting: &str) -> Result<(), String> {
        let journal = self.journal.clone().ok_or("a posting stands outside of a transaction")?;
        self.named()?;
        let (account, rest) = posting.split_once("  ").ok_or("it has no amount")?;
        if !self.accounts.contains(account) {
            return Err(format!("account `{account}` is not open"));
        }
        let (amount, currency) = rest.split_once(' ').ok_or("it has no currency")?;
        if currency != self.heading.currency {
            return Err("it is in another currency".to_owned());
        }
        let amount = text::read_amount(amount, self.heading.digits, '.', true)?;
        if amount == 0 {
            return Err("the amount is 0".to_owned());
        }
        self.open += amount;
        self.missing = vec!["payee", "step"];
        self.lines.push(ReadLine { journal, account: account.to_owned(), party: None, amount });
        Ok(())
    }

    fn metadata(&mut self, metadata: &str) -> Result<(), String> {
        let (key, value) = metadata.split_once(": ").ok_or("it is no metadata")?;
        let value = unquoted(value)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| format!("`{key}` has no text"))?;
        if key != "rule" && !self.missing.contains(&key) {
            return Err(format!("there is no metadata `{key}`, or it is there twice"));
        }
        match key {
            "payee" => {
                if let Some(line) = self.lines.last_mut() {
                    line.party = Some(value);
                }
            }
            "step" => {
                Step::from_word(&value).ok_or_else(|| format!("there is no step \"{value}\""))?;
            }
            _ => {}
        }
        self.missing.retain(|own| *own != key);
        Ok(())
    }

    /// The posting before has all of its metadata.
    fn named(&self) -> Result<(), String> {
        match self.missing.first() {
            Some(key) => Err(format!("a posting has no `{key}`")),
            None => Ok(()),
        }
    }

    fn end_transaction(&mut self) -> Result<(), String> {
        self.named()?;
        self.journal = None;
        if std::mem::take(&mut self.open) != 0 {
            return Err("debits and credits of a transaction are not equal".to_owned());
        }
        Ok(())
    }
}
