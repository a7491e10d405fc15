//! Journals of a close from what was posted to files that were read back.

use std::collections::BTreeMap;

use crate::chart::{Chart, NoAccount};
use crate::formats::{Format, ReadLine, Request, Written};
use crate::journal::{Heading, Journal, Payees, Unfit, journals};
use crate::keys::JournalKeys;
use crate::movement::{Movement, PayeeAccounts, PayeeFacts, movements, payment};
use crate::posted::PostedClose;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::Accounts;

/// So many payees are named beside an error.
const MOST_NAMED: usize = 5;

/// What accounts go by, of all payees, on two days.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// On the close's last day.
    pub now: BTreeMap<String, PayeeFacts>,
    /// On that of the close before.
    pub before: BTreeMap<String, PayeeFacts>,
}

/// What journals are made of.
#[derive(Debug, Clone, Copy)]
pub struct Ingredients<'a> {
    /// How accounts are found.
    pub chart: &'a Chart,
    /// Where they stand in the project file.
    pub accounts: Option<&'a Accounts>,
    /// What they go by.
    pub facts: &'a Facts,
}

/// The movements of a close, in order of payees.
///
/// # Errors
/// `no-account`: all accounts that are missing, with the payees that need them.
pub fn movements_of(posted: &PostedClose, given: Ingredients<'_>) -> Result<Vec<Movement>, Vec<Diagnostic>> {
    let none = PayeeFacts::default();
    let (mut all, mut missing) = (Vec::new(), Missing::default());
    for payee in &posted.payees {
        let facts = |by_payee: &'_ BTreeMap<String, PayeeFacts>| by_payee.get(&payee.payee).cloned();
        let now = facts(&given.facts.now).unwrap_or_else(|| none.clone());
        let before = posted.before.as_ref().map(|_| facts(&given.facts.before).unwrap_or_default());
        let accounts = PayeeAccounts {
            chart: given.chart,
            now: &now,
            before: before.as_ref(),
            day: posted.last_day,
            day_before: posted.before.as_ref().map_or(posted.last_day, |before| before.last_day),
        };
        match movements(payee, accounts) {
            Ok(own) => all.extend(own),
            Err(found) => missing.add(&payee.payee, found),
        }
    }
    missing.none_or(all, given.accounts)
}

/// What an export has paid: the movements of its payees.
///
/// # Errors
/// `no-account`.
pub fn payments_of<'p>(
    posted: &PostedClose,
    given: Ingredients<'_>,
    (export, payees): (&str, impl IntoIterator<Item = &'p str>),
) -> Result<Vec<Movement>, Vec<Diagnostic>> {
    let paid: BTreeMap<&str, i128> =
        posted.payees.iter().map(|payee| (payee.payee.as_str(), payee.paid)).collect();
    let (mut all, mut missing) = (Vec::new(), Missing::default());
    for payee in payees {
        let facts = given.facts.now.get(payee).cloned().unwrap_or_default();
        let now = PayeeFacts { export: Some(export.to_owned()), ..facts };
        let accounts = PayeeAccounts {
            chart: given.chart,
            now: &now,
            before: None,
            day: posted.last_day,
            day_before: posted.last_day,
        };
        match payment(payee, paid.get(payee).copied().unwrap_or_default(), accounts) {
            Ok(own) => all.extend(own),
            Err(found) => missing.add(payee, found),
        }
    }
    missing.none_or(all, given.accounts)
}

/// Accounts that are missing, and for whom.
#[derive(Debug, Default)]
struct Missing(BTreeMap<NoAccount, Vec<String>>);

impl Missing {
    fn add(&mut self, payee: &str, found: Vec<NoAccount>) {
        for missing in found {
            self.0.entry(missing).or_default().push(payee.to_owned());
        }
    }

    fn none_or<T>(self, value: T, accounts: Option<&Accounts>) -> Result<T, Vec<Diagnostic>> {
        if self.0.is_empty() {
            return Ok(value);
        }
        Err(self.0.iter().map(|(missing, payees)| missing.diagnostic(accounts, &named(payees))).collect())
    }
}

/// Some payees, for people.
fn named(payees: &[String]) -> String {
    let shown: Vec<String> = payees.iter().take(MOST_NAMED).map(|payee| format!("`{payee}`")).collect();
    let more = payees.len().saturating_sub(MOST_NAMED);
    let shown = shown.join(", ");
    if more == 0 { shown } else { format!("{shown} and {more} more") }
}

/// What was written, and what it comes to.
#[derive(Debug, Clone, Default)]
pub struct JournalExport {
    /// The files, and what was cut in them.
    pub written: Written,
    /// Journals by their references.
    pub references: Vec<String>,
    /// Σ debits.
    pub debits: i128,
    /// How many movements.
    pub movements: usize,
    /// How many payees.
    pub payees: usize,
}

/// Journals in files, which were read back and are equal to the movements to the cent.
///
/// # Errors
/// `journal-does-not-fit`: everything that the format does not take. `journal-differs` where what was read is not what was posted.
pub fn export(
    format: Format,
    keys: &JournalKeys,
    heading: &Heading,
    payees: &Payees,
    movements: &[Movement],
) -> Result<JournalExport, Vec<Diagnostic>> {
    if movements.is_empty() {
        return Ok(JournalExport::default());
    }
    let needs = format.description().needs.iter();
    let missing: Vec<&str> = needs
        .copied()
        .filter(|key| {
            let is_told = match *key {
                "tax" => keys.tax.is_some(),
                "entity" => keys.entity.is_some(),
                "template" => keys.template.is_some(),
                key => keys.texts.contains_key(key),
            };
            !is_told
        })
        .collect();
    if !missing.is_empty() {
        let word = format.word();
        let message = format!("a journal of format `{word}` needs {}", missing.join(", "));
        let help = format!("add to apportion.toml: [exports.books] with format = \"{word}\" and these keys");
        return Err(vec![Diagnostic::error(Code::JournalDoesNotFit, message).help(help)]);
    }
    let journals = journals(format, keys, heading, payees, movements)
        .map_err(|unfit| unfit.iter().map(|unfit| unfit.diagnostic(format)).collect::<Vec<_>>())?;
    let request = Request { keys, heading, journals: &journals };
    let written = format.write(&request).map_err(|wrong| {
        let of_format = |why: String| {
            let message = format!("a journal of format `{}` can't be written: {why}", format.word());
            Diagnostic::error(Code::JournalDoesNotFit, message)
        };
        wrong.into_iter().map(of_format).collect::<Vec<_>>()
    })?;
    let mut read: Vec<ReadLine> = Vec::new();
    for file in &written.files {
        let lines = format.read(&file.bytes, keys, heading).map_err(|why| vec![differs(&file.name, &why)])?;
        read.extend(lines);
    }
    compare(format, keys, &journals, &read).map_err(|why| vec![differs("the journal", &why)])?;
    let mut own: Vec<&str> = movements.iter().map(|movement| movement.payee.as_str()).collect();
    own.dedup();
    Ok(JournalExport {
        references: journals.iter().map(|journal| journal.reference.clone()).collect(),
        debits: movements.iter().map(|movement| movement.amount).sum(),
        movements: movements.len(),
        payees: own.len(),
        written,
    })
}

fn differs(file: &str, why: &str) -> Diagnostic {
    let message = format!("what was read back of {file} is not what was posted: {why}; nothing is written");
    Diagnostic::error(Code::JournalDiffers, message)
}

/// The sums of an account and of who is named there.
type Sums = BTreeMap<(String, Option<String>), i128>;

/// What was read adds up to the movements, by account and by who is named.
pub(crate) fn compare(
    format: Format,
    keys: &JournalKeys,
    journals: &[Journal],
    read: &[ReadLine],
) -> Result<(), String> {
    let mut expected = Sums::new();
    for entry in journals.iter().flat_map(|journal| &journal.entries) {
        for (side, sign) in entry.sides.iter().zip([1, -1]) {
            *expected.entry(format.shown(keys, side)).or_default() += entry.movement.amount * sign;
        }
    }
    let mut found = Sums::new();
    // A batch that is too long for one file has a number behind its reference.
    let is_ours = |journal: &str| {
        let mut own = journals.iter().map(|own| own.reference.as_str());
        own.any(|own| journal.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
    };
    if let Some(line) = read.iter().find(|line| !is_ours(&line.journal)) {
        return Err(format!("there is no journal `{}`", line.journal));
    }
    for line in read {
        *found.entry((line.account.clone(), line.party.clone())).or_default() += line.amount;
    }
    expected.retain(|_, sum| *sum != 0);
    found.retain(|_, sum| *sum != 0);
    if expected == found {
        return Ok(());
    }
    let differs = expected.iter().find(|(key, sum)| found.get(*key) != Some(*sum)).map(|(key, _)| key);
    let differs = differs.or_else(|| found.keys().find(|key| !expected.contains_key(*key)));
    let (account, party) = differs.cloned().unwrap_or_default();
    let of_party = party.map_or_else(String::new, |party| format!(" of `{party}`"));
    Err(format!("the sum of account `{account}`{of_party} is another"))
}

impl Unfit {
    fn diagnostic(&self, format: Format) -> Diagnostic {
        let error = |message: String| Diagnostic::error(Code::JournalDoesNotFit, message);
        match self {
            Self::NoText(found, payee) => {
                let value = match &found.value {
                    Some(value) => format!("{} \"{value}\"", found.by),
                    None => format!("an empty {}", found.by),
                };
                error(format!("`{}` has no text for {value}, which payee `{payee}` has", found.key))
                    .help("add it under `is`, or an `else`")
            }
            Self::NoVendor(payee) => {
                let message =
                    format!("payee `{payee}` has no `vendor_id`, and the journal keeps payees on its line");
                error(message).help("add the column to payment_details, or take the role out of `by_payee`")
            }
            Self::Text(what, text, why) => {
                error(format!("{what} `{text}` does not fit `{}`: {why}", format.word()))
            }
        }
    }
}
