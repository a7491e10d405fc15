//! The formats: what each takes, how it is written, and how it is read again.
//!
//! A format's [`Description`] has its fields with what they come from and what they may hold. Writers take names and lengths from it, readers compare files
//! with it, and the tables of the reference are made of it.

mod beancount;
mod csv_file;
mod datev_extf;
mod double_entry;
mod dynamics_365;
mod hledger;
mod netsuite;
mod quickbooks_online;
mod sap_f2548;
#[cfg(test)]
mod tests;
mod xero;

use crate::journal::{Heading, Journal};
use crate::keys::JournalKeys;
use crate::lines::Side;

/// A format of journals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Ours: two rows a movement.
    DoubleEntry,
    /// NetSuite's import of journal entries.
    NetSuite,
    /// QuickBooks Online's import of journal entries.
    QuickBooksOnline,
    /// Xero's import of manual journals.
    Xero,
    /// The entity General journal of Dynamics 365 Finance.
    Dynamics365,
    /// The app Upload General Journal Entries of SAP S/4HANA.
    SapF2548,
    /// DATEV's Buchungsstapel.
    DatevExtf,
    /// Plain text of beancount.
    Beancount,
    /// Plain text of hledger and Ledger.
    Hledger,
}

/// A field of a format.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// As the file has it.
    pub name: &'static str,
    /// What stands there, for people.
    pub holds: &'static str,
    /// How many characters it has at most, and what happens to more.
    pub most: Option<Most>,
}

/// The most characters of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Most {
    /// More are cut, and told: a text for people.
    Cut(usize),
    /// More are an error: an id.
    Error(usize),
}

/// What a format is.
#[derive(Debug, Clone, Copy)]
pub struct Description {
    /// Its name after `--format`.
    pub word: &'static str,
    /// Whose it is.
    pub title: &'static str,
    /// What the file is: encoding, line ends, how a journal is told from another.
    pub file: &'static str,
    /// Its fields in order.
    pub fields: &'static [Field],
    /// Keys of its `[exports.NAME]` that it has to be told.
    pub needs: &'static [&'static str],
    /// What it takes.
    pub limits: Limits,
}

/// What a row is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// An account, with what goes there in all.
    Lines,
    /// Two accounts, with what goes from one to the other in all.
    Pairs,
    /// The movements, one by one.
    Movements,
}

/// What a format takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// What a row is made of.
    pub rows: Rows,
    /// The most lines of a journal; more are journals of their own, payee by payee.
    pub lines: usize,
    /// The most rows of a file.
    pub file_rows: usize,
    /// The most whole units of an amount; more are several rows.
    pub amount: Option<i128>,
    /// The most characters of a journal's reference.
    pub reference: usize,
}

impl Limits {
    /// The same for files of at most so many rows: no journal is longer than its file. A pair stands on two rows.
    #[must_use]
    pub fn within(self, most: Option<usize>) -> Self {
        let Some(most) = most else { return self };
        let lines = if self.rows == Rows::Pairs { (most / 2).max(1) } else { most };
        Self { lines: self.lines.min(lines), ..self }
    }
}

/// Nothing is limited.
const UNLIMITED: Limits = Limits {
    rows: Rows::Movements,
    lines: usize::MAX,
    file_rows: usize::MAX,
    amount: None,
    reference: usize::MAX,
};

/// What a writer is given.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The keys.
    pub keys: &'a JournalKeys,
    /// What all journals have in common.
    pub heading: &'a Heading,
    /// The journals.
    pub journals: &'a [Journal],
}

/// A file of journals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What a writer made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// The files.
    pub files: Vec<JournalFile>,
    /// Texts that were cut or changed: what it is, before, after.
    pub changed: Vec<[String; 3]>,
}

/// What was read of a file: amounts by journal, account and who is named.
pub type ReadLines = Vec<ReadLine>;

/// A line of a file that was read again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadLine {
    /// Which journal.
    pub journal: String,
    /// The account, as the file has it.
    pub account: String,
    /// Who is named.
    pub party: Option<String>,
    /// Above 0 a debit, below 0 a credit.
    pub amount: i128,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::DoubleEntry,
        Self::NetSuite,
        Self::QuickBooksOnline,
        Self::Xero,
        Self::Dynamics365,
        Self::SapF2548,
        Self::DatevExtf,
        Self::Beancount,
        Self::Hledger,
    ];

    /// Its description.
    pub const fn description(self) -> &'static Description {
        match self {
            Self::DoubleEntry => &double_entry::DESCRIPTION,
            Self::NetSuite => &netsuite::DESCRIPTION,
            Self::QuickBooksOnline => &quickbooks_online::DESCRIPTION,
            Self::Xero => &xero::DESCRIPTION,
            Self::Dynamics365 => &dynamics_365::DESCRIPTION,
            Self::SapF2548 => &sap_f2548::DESCRIPTION,
            Self::DatevExtf => &datev_extf::DESCRIPTION,
            Self::Beancount => &beancount::DESCRIPTION,
            Self::Hledger => &hledger::DESCRIPTION,
        }
    }

    /// Its name after `--format`.
    pub const fn word(self) -> &'static str {
        self.description().word
    }

    /// The format with this name.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }

    /// What it takes.
    pub const fn limits(self) -> Limits {
        self.description().limits
    }

    /// Whether payees are kept where no key says so: movements are shown one by one, and each names its payee.
    pub fn keeps_payees(self) -> bool {
        self.limits().rows == Rows::Movements
    }

    /// Whether a line names a payee by its number in accounting.
    pub fn names_vendors(self) -> bool {
        match self {
            Self::NetSuite | Self::QuickBooksOnline | Self::Dynamics365 | Self::DatevExtf => true,
            Self::DoubleEntry | Self::Xero | Self::SapF2548 | Self::Beancount | Self::Hledger => false,
        }
    }

    /// Whether lines of costs have the payee's cost center beside dimensions.
    pub fn has_cost_center(self) -> bool {
        match self {
            Self::Dynamics365 | Self::DatevExtf => true,
            Self::DoubleEntry
            | Self::NetSuite
            | Self::QuickBooksOnline
            | Self::Xero
            | Self::SapF2548
            | Self::Beancount
            | Self::Hledger => false,
        }
    }

    /// Writes journals.
    ///
    /// # Errors
    /// Sentences: what does not fit, all of it.
    pub fn write(self, request: &Request<'_>) -> Result<Written, Vec<String>> {
        match self {
            Self::DoubleEntry => double_entry::write(request),
            Self::NetSuite => netsuite::write(request),
            Self::QuickBooksOnline => quickbooks_online::write(request),
            Self::Xero => xero::write(request),
            Self::Dynamics365 => dynamics_365::write(request),
            Self::SapF2548 => sap_f2548::write(request),
            Self::DatevExtf => datev_extf::write(request),
            Self::Beancount => beancount::write(request),
            Self::Hledger => hledger::write(request),
        }
    }

    /// Reads a file again: everything that the format demands of it is looked at, and that each journal in it is balanced.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn read(self, bytes: &[u8], keys: &JournalKeys, heading: &Heading) -> Result<ReadLines, String> {
        match self {
            Self::DoubleEntry => double_entry::read(bytes, heading),
            Self::NetSuite => netsuite::read(bytes, keys, heading),
            Self::QuickBooksOnline => quickbooks_online::read(bytes, keys, heading),
            Self::Xero => xero::read(bytes, keys, heading),
            Self::Dynamics365 => dynamics_365::read(bytes, keys, heading),
            Self::SapF2548 => sap_f2548::read(bytes, keys, heading),
            Self::DatevExtf => datev_extf::read(bytes, keys, heading),
            Self::Beancount => beancount::read(bytes, heading),
            Self::Hledger => hledger::read(bytes, heading),
        }
    }

    /// How a side's account and party stand in a file: what read lines are compared by.
    pub fn shown(self, keys: &JournalKeys, side: &Side) -> (String, Option<String>) {
        match self {
            Self::Dynamics365 => (dynamics_365::shown(keys, side), None),
            Self::DatevExtf => (datev_extf::shown(side), None),
            Self::Xero | Self::SapF2548 => (side.account.clone(), None),
            Self::DoubleEntry | Self::NetSuite | Self::QuickBooksOnline | Self::Beancount | Self::Hledger => {
                (side.account.clone(), side.party.clone())
            }
        }
    }
}

/// Each journal of a file is balanced.
fn balanced(lines: ReadLines) -> Result<ReadLines, String> {
    let mut sums: std::collections::BTreeMap<&str, i128> = std::collections::BTreeMap::new();
    for line in &lines {
        *sums.entry(&line.journal).or_default() += line.amount;
    }
    if let Some((journal, _)) = sums.into_iter().find(|(_, sum)| *sum != 0) {
        return Err(format!("debits and credits of journal `{journal}` are not equal"));
    }
    Ok(lines)
}

/// The format has a place for these dimensions and no others.
fn only_dimensions(keys: &JournalKeys, known: &[&str]) -> Result<(), Vec<String>> {
    let unknown: Vec<String> = keys
        .dimensions
        .keys()
        .filter(|name| !known.contains(&name.as_str()))
        .map(|name| format!("the format has no dimension `{name}`; it has {}", known.join(", ")))
        .collect();
    if unknown.is_empty() { Ok(()) } else { Err(unknown) }
}
