//! One export of one close: what is to be written, and how its texts are made.

use std::collections::BTreeMap;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_base::digest::sha256_hex;
use apportion_base::money::{Currency, Minor};
use apportion_book::config::describe::Choice;
use apportion_book::display_day;
use apportion_book::exports::{Detail, ExportSettings, LongNames, Negative, TextRule};

use crate::account;
use crate::close::Item;
use crate::days::{month_in_english, parts};
use crate::notes::Notes;
use crate::text::{Charset, would_run};

/// What all exports of a command have in common.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// The month, such as `2026-07`.
    pub period: String,
    /// Its first and last day, in days since 1970-01-01.
    pub month: (i32, i32),
    /// The day on which is paid.
    pub execution: i32,
    /// The time that files say they were made at.
    pub created: Created,
}

/// A time to the second, in no zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Created {
    /// Days since 1970-01-01.
    pub day: i32,
    /// Seconds since midnight.
    pub second: u32,
}

impl Created {
    /// `2026-08-14T00:00:00`.
    pub fn iso(self) -> String {
        let (hour, minute, second) = self.clock();
        format!("{}T{hour:02}:{minute:02}:{second:02}", display_day(self.day))
    }

    /// Hours, minutes and seconds.
    pub fn clock(self) -> (u32, u32, u32) {
        (self.second / 3_600, self.second / 60 % 60, self.second % 60)
    }
}

/// A payee who is paid, with all that is known of it.
#[derive(Debug, Clone)]
pub struct Payment {
    /// The payee.
    pub payee_id: String,
    /// Its name among payees; empty where none is known.
    pub name: String,
    /// What is paid, in minor units.
    pub amount: Minor,
    /// In which currency.
    pub currency: Currency,
    /// What it is made of.
    pub items: Vec<Item>,
    /// The columns of payees, as of the month's last day.
    pub own: BTreeMap<String, String>,
    /// The columns of payment_details.
    pub details: BTreeMap<String, String>,
    /// Rows that the frames of payees and payment_details have of it.
    pub rows: (Option<u32>, Option<u32>),
}

/// A row of a payroll file: a code and an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodedAmount {
    /// The code of the earning.
    pub code: String,
    /// Minor units.
    pub amount: i64,
}

/// A file that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// How a payment is found again in a file: by what stands there instead of its payee_id.
pub type Keys = BTreeMap<String, String>;

/// What a writer makes of payments.
#[derive(Debug, Default)]
pub struct Written {
    /// The files.
    pub files: Vec<OutputFile>,
    /// By what a file says of a payee: the payee_id.
    pub keys: Keys,
    /// By payee_id: the reference that the payee's bank shows, where there is one.
    pub references: BTreeMap<String, String>,
    /// Of a template: the column by which payees are told apart.
    pub key_column: Option<usize>,
}

/// One export of one close.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// Its settings.
    pub export: &'a ExportSettings,
    /// When, and of which month.
    pub occasion: &'a Occasion,
    /// The currency that it pays; several only where the format allows it.
    pub currency: Currency,
}

impl Payment {
    /// A cell of payment_details.
    pub fn detail(&self, column: &str) -> Option<&str> {
        self.details.get(column).map(String::as_str)
    }

    /// A cell that the format needs; a missing one is noted.
    pub fn needed(&self, column: &str, notes: &mut Notes) -> Option<&str> {
        let cell = self.detail(column);
        if cell.is_none() {
            let what = if self.details.is_empty() {
                "it has no row in payment_details on that day".to_owned()
            } else {
                format!("`{column}` is empty")
            };
            notes.bad(&self.payee_id, what);
        }
        cell
    }

    /// A text as messages and manifests may show it: without an account of the payee.
    pub fn shown(&self, text: &str) -> String {
        account::shown(&self.details, text)
    }

    /// The holder's name: account_name, else legal_name, else first and last name, else the name among payees.
    pub fn holder(&self) -> Option<String> {
        let joined = || match (self.detail("first_name"), self.detail("last_name")) {
            (Some(first), Some(last)) => Some(format!("{first} {last}")),
            (one, other) => one.or(other).map(str::to_owned),
        };
        self.detail("account_name")
            .or_else(|| self.detail("legal_name"))
            .map(str::to_owned)
            .or_else(joined)
            .or_else(|| (!self.name.trim().is_empty()).then(|| self.name.trim().to_owned()))
    }

    /// A column of payees or payment_details by its name, with or without its table.
    fn column(&self, name: &str) -> Option<&str> {
        let found = match name.split_once('.') {
            Some(("payees", column)) => self.own.get(column),
            Some(("payment_details", column)) => self.details.get(column),
            _ => self.own.get(name).or_else(|| self.details.get(name)),
        };
        found.map(String::as_str)
    }
}

/// First `digits` hex digits of a text's SHA-256, in capitals.
pub fn hash(digits: usize, text: &str) -> String {
    sha256_hex(text.as_bytes()).to_ascii_uppercase().chars().take(digits).collect()
}

impl Job<'_> {
    /// The beginning of references.
    pub fn prefix(&self) -> &str {
        self.export.keys.plain("reference").unwrap_or("APP")
    }

    /// R: the reference of the month.
    pub fn reference(&self) -> String {
        format!("{}-{}", self.prefix(), self.occasion.period)
    }

    /// An error about the export itself, at a key. The line of an account is not shown.
    pub fn error(&self, key: &str, message: impl Into<String>) -> Diagnostic {
        if ["debtor", "balanced"].contains(&key) {
            let message = format!("export `{}`: {}", self.export.name, message.into());
            return Diagnostic::error(Code::BadExport, message);
        }
        let span = self.export.keys.span(key).unwrap_or(&self.export.span);
        Diagnostic::error(Code::BadExport, message).at(span.clone(), "")
    }

    /// The text of a key for a payment, its placeholders filled; `rule` is the item that it is for. None without the key. No match is
    /// noted.
    pub fn text_of(
        &self,
        key: &str,
        payment: &Payment,
        rule: Option<&str>,
        notes: &mut Notes,
    ) -> Option<String> {
        let found = self.export.keys.text(key)?;
        let text = match &found.value {
            TextRule::Constant(text) => Some(text.as_str()),
            TextRule::By { by, is, otherwise } => {
                let value = match by.as_str() {
                    "rule" => rule,
                    "kind" => payment.own.get("kind").map(String::as_str),
                    column => payment.column(column),
                };
                let text = value.and_then(|value| is.get(value)).or(otherwise.as_ref()).map(String::as_str);
                if text.is_none() {
                    let value =
                        value.map_or("nothing".to_owned(), |value| format!("`{}`", payment.shown(value)));
                    notes.unfit(
                        &payment.payee_id,
                        format!("`{key}` says nothing for {value} of `{by}`, and has no `else`"),
                    );
                }
                text
            }
        };
        text.map(|text| self.filled(text, Some(payment)))
    }

    /// The text of a key that does not depend on a payee; without the key, the default.
    pub fn text(&self, key: &str, default: &str, notes: &mut Notes) -> String {
        match self.export.keys.text(key).map(|text| &text.value) {
            None => self.filled(default, None),
            Some(TextRule::Constant(text)) => self.filled(text, None),
            Some(TextRule::By { .. }) => {
                notes.error(self.error(
                    key,
                    format!("`{key}` can't depend on a column: it is of the file, not of a payee"),
                ));
                String::new()
            }
        }
    }

    /// Placeholders, filled.
    pub fn filled(&self, text: &str, payment: Option<&Payment>) -> String {
        if !text.contains('{') {
            return text.to_owned();
        }
        let (year, month, _) = parts(self.occasion.month.0);
        let english = month_in_english(month.parse().unwrap_or(1));
        let filled = text
            .replace("{period}", &self.occasion.period)
            .replace("{yyyy}", &year)
            .replace("{yy}", year.get(year.len().saturating_sub(2)..).unwrap_or_default())
            .replace("{mm}", &month)
            .replace("{MON}", english)
            .replace("{execution_date}", &display_day(self.occasion.execution))
            .replace("{reference}", &self.reference());
        match payment {
            Some(payment) => filled.replace("{payee_id}", &payment.payee_id),
            None => filled,
        }
    }

    /// A text of a payment in the characters of a format, at most `longest` long. Changes are noted, and what does not fit.
    pub fn fitted(
        &self,
        (payment, field): (&Payment, &str),
        text: &str,
        (charset, longest): (Charset, usize),
        notes: &mut Notes,
    ) -> Option<String> {
        let fitted = match charset.fit(text) {
            Ok(fitted) => fitted,
            Err(c) => {
                let what = format!(
                    "{field} has the character {}, which the format lacks: give an `account_name`",
                    shown(c)
                );
                notes.unfit(&payment.payee_id, what);
                return None;
            }
        };
        let count = fitted.chars().count();
        let cut =
            self.export.keys.choice::<LongNames>("long_names") == Some(LongNames::Cut) && field == "the name";
        let taken = if count <= longest {
            fitted
        } else if cut {
            fitted.chars().take(longest).collect::<String>().trim_end().to_owned()
        } else {
            notes.unfit(
                &payment.payee_id,
                format!("{field} has {count} characters, and the format takes {longest}"),
            );
            return None;
        };
        let (before, after) = (payment.shown(text), payment.shown(&taken));
        notes.change(Some(&payment.payee_id), field, &before, &after);
        Some(taken)
    }

    /// A text that stands in the file as it is: an id, a code. Anything that does not fit is noted.
    pub fn exact(
        &self,
        (payment, field): (&Payment, &str),
        text: &str,
        (fits, shape): (bool, &str),
        notes: &mut Notes,
    ) -> Option<String> {
        if fits && !would_run(text) {
            return Some(text.to_owned());
        }
        notes.bad(&payment.payee_id, format!("{field} is not {shape}"));
        None
    }

    /// The rows of a payment: one, or one for each code of its items. `keeps` says whether the format is known to take amounts below 0.
    pub fn rows(&self, payment: &Payment, keeps: bool, notes: &mut Notes) -> Vec<CodedAmount> {
        let rule = self.export.keys.text("earnings").map(|text| &text.value);
        let by_rule = matches!(rule, Some(TextRule::By { by, .. }) if by == "rule");
        let items = by_rule || self.export.keys.choice::<Detail>("detail") == Some(Detail::Rule);
        if !items {
            let code = self.text_of("earnings", payment, None, notes);
            // A text without a match was noted, and has no row.
            let code = if rule.is_none() { Some(String::new()) } else { code };
            return code.map(|code| CodedAmount { code, amount: payment.amount.raw() }).into_iter().collect();
        }
        let mut by_code: BTreeMap<String, i64> = BTreeMap::new();
        for item in &payment.items {
            let code = self.text_of("earnings", payment, Some(&item.name), notes);
            // Without codes, an item goes by its own name.
            let Some(code) = (if rule.is_none() { Some(item.name.clone()) } else { code }) else { continue };
            *by_code.entry(code).or_default() += item.amount.raw();
        }
        let rows = by_code.into_iter().map(|(code, amount)| CodedAmount { code, amount }).collect();
        self.without_negatives(payment, rows, keeps, notes)
    }

    /// The rows as `negative` says; rows of 0 are left out.
    fn without_negatives(
        &self,
        payment: &Payment,
        mut rows: Vec<CodedAmount>,
        keeps: bool,
        notes: &mut Notes,
    ) -> Vec<CodedAmount> {
        let default = if keeps { Negative::Keep } else { Negative::Net };
        let digits = payment.currency.digits();
        match self.export.keys.choice::<Negative>("negative").unwrap_or(default) {
            Negative::Keep => {}
            Negative::Error => {
                for row in rows.iter().filter(|row| row.amount < 0) {
                    let amount = Minor::new(row.amount).text(digits);
                    notes.unfit(&payment.payee_id, format!("its item `{}` is {amount}, below 0", row.code));
                }
            }
            Negative::Net => {
                for place in 0..rows.len() {
                    let below = rows[place].amount;
                    if below >= 0 {
                        continue;
                    }
                    let off = taken_off(&mut rows, place);
                    notes.netted.push(crate::notes::NettedItem {
                        payee_id: payment.payee_id.clone(),
                        code: rows[place].code.clone(),
                        amount: Minor::new(below).text(digits),
                        off,
                    });
                }
            }
        }
        rows.retain(|row| row.amount != 0);
        rows
    }
}

/// Takes a row below 0 off the others, the last first; the codes that it came off.
fn taken_off(rows: &mut [CodedAmount], place: usize) -> Vec<String> {
    let mut off = Vec::new();
    let mut open = -rows[place].amount;
    for other in (0..rows.len()).rev() {
        let part = open.min(rows[other].amount.max(0));
        if part > 0 {
            rows[other].amount -= part;
            open -= part;
            off.push(rows[other].code.clone());
        }
    }
    rows[place].amount = -open;
    off
}

/// A character for people: as it is, or by its number where it can't be seen.
pub fn shown(c: char) -> String {
    if c.is_control() || c.is_whitespace() { format!("U+{:04X}", u32::from(c)) } else { format!("`{c}`") }
}

/// A choice of an export's key, or its default.
pub fn choice<T: Choice>(export: &ExportSettings, key: &str, default: T) -> T {
    export.keys.choice(key).unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(amounts: &[i64]) -> Vec<CodedAmount> {
        let row = |(place, amount): (usize, &i64)| CodedAmount { code: format!("c{place}"), amount: *amount };
        amounts.iter().enumerate().map(row).collect()
    }

    #[test]
    fn what_is_below_0_comes_off_the_last_items_first() {
        let mut all = rows(&[500, -700, 100, 300]);
        assert_eq!(taken_off(&mut all, 1), ["c3", "c2", "c0"]);
        assert_eq!(all.iter().map(|row| row.amount).collect::<Vec<_>>(), [200, 0, 0, 0]);
        let mut one = rows(&[-5, 30]);
        assert_eq!(taken_off(&mut one, 0), ["c1"]);
        assert_eq!(one.iter().map(|row| row.amount).collect::<Vec<_>>(), [0, 25]);
    }

    #[test]
    fn a_time_without_a_zone() {
        assert_eq!(Created { day: 20_679, second: 0 }.iso(), "2026-08-14T00:00:00");
        assert_eq!(Created { day: 0, second: 86_399 }.iso(), "1970-01-01T23:59:59");
    }
}
