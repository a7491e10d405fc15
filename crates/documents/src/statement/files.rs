//! The files of a close, of a draft or of a result, as they were written.

use std::collections::BTreeMap;

use super::lines::{LineId, LineTable};
use apportion_base::money::Currency;
use apportion_base::spreadsheet::unguarded;
use apportion_book::Period;
use apportion_contract::Reason;
use apportion_contract::output::ledger::{BALANCES, ENTRIES, FINDINGS, HELD};
use apportion_contract::{ATTAINMENT, LINES, UNCREDITED};
use apportion_ledger::balances::Balance;
use apportion_ledger::entry::Entry;
use apportion_ledger::folder::{read_balances, read_entries};
use apportion_ledger::key::Names;

/// What statements are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonthKind {
    /// A posted close.
    Close,
    /// The draft of one.
    Draft,
    /// A run, which knows what is earned alone.
    Result,
}

/// A month as its files say it.
#[derive(Debug)]
pub struct Month {
    /// What it is.
    pub kind: MonthKind,
    /// The name of the close, or the period of the result.
    pub name: String,
    /// The period.
    pub period: Period,
    /// Its last day.
    pub last_day: i32,
    /// The book's currency.
    pub currency: Currency,
    /// The ids that entries name.
    pub names: Names,
    /// All entries, in order.
    pub entries: Vec<Entry>,
    /// By payee, in order.
    pub balances: BTreeMap<String, Balance>,
    /// The lines of the month.
    pub lines: LineTable,
    /// By payee: what is held.
    pub(super) held: BTreeMap<String, Vec<WrittenHeld>>,
    /// By payee: how far it has come.
    pub(super) attainment: BTreeMap<String, Vec<WrittenAttainment>>,
    /// Deals that paid nobody under a rule.
    pub(super) uncredited: Vec<WrittenUncredited>,
    /// Findings: code, deal, rule, payee, amount.
    pub(super) findings: Vec<[String; 5]>,
    /// The closes of the fiscal year before this one: their balances by payee.
    pub year: Vec<(Period, BTreeMap<String, Balance>)>,
}

/// A row of held.csv.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrittenHeld {
    pub rule: String,
    pub key: LineId,
    pub close_date: i32,
    pub held: i128,
    pub share: String,
    pub by: String,
}

/// A row of attainment.csv.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrittenAttainment {
    pub rule: String,
    pub period: String,
    pub quota: Option<i128>,
    pub credit: i128,
    pub measure: Option<i128>,
    pub attained: Option<i128>,
    pub rate: i128,
}

/// A row of uncredited.csv.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrittenUncredited {
    pub deal: String,
    pub rule: String,
    pub payee: String,
    pub reason: Reason,
}

/// A file of a month: its bytes; none where the month has none of this name.
pub type FileOf<'a, E> = &'a dyn Fn(&'static str) -> Result<Option<Vec<u8>>, E>;

impl Month {
    /// A month that has nothing yet.
    pub fn new(kind: MonthKind, name: String, (period, last_day): (Period, i32), currency: Currency) -> Self {
        Self {
            kind,
            name,
            period,
            last_day,
            currency,
            names: Names::default(),
            entries: Vec::new(),
            balances: BTreeMap::new(),
            lines: LineTable::default(),
            held: BTreeMap::new(),
            attainment: BTreeMap::new(),
            uncredited: Vec::new(),
            findings: Vec::new(),
            year: Vec::new(),
        }
    }

    /// Reads its files. `refuse` makes an error of a file's name and of what is wrong with it.
    ///
    /// # Errors
    /// A file that can't be read, or is not what was written.
    pub fn read<E>(
        &mut self,
        file: FileOf<'_, E>,
        refuse: impl Fn(&'static str, &str) -> E,
    ) -> Result<(), E> {
        let digits = self.currency.digits();
        if self.kind != MonthKind::Result {
            if let Some(bytes) = file(ENTRIES)? {
                self.entries = read_entries(bytes, &mut self.names).map_err(|why| refuse(ENTRIES, &why))?;
            }
            if let Some(bytes) = file(BALANCES)? {
                self.balances = balances(&bytes, digits).map_err(|why| refuse(BALANCES, &why))?;
            }
            if let Some(bytes) = file(HELD)? {
                self.held = held(&bytes, digits).map_err(|why| refuse(HELD, &why))?;
            }
            if let Some(bytes) = file(FINDINGS)? {
                self.findings = findings(&bytes).map_err(|why| refuse(FINDINGS, &why))?;
            }
        }
        if let Some(bytes) = file(LINES)? {
            self.lines = LineTable::read(bytes).map_err(|why| refuse(LINES, &why))?;
        }
        if let Some(bytes) = file(UNCREDITED)? {
            self.uncredited = uncredited(&bytes).map_err(|why| refuse(UNCREDITED, &why))?;
        }
        if let Some(bytes) = file(ATTAINMENT)? {
            self.attainment = attainment(&bytes, digits).map_err(|why| refuse(ATTAINMENT, &why))?;
        }
        Ok(())
    }

    /// Adds an earlier close of the fiscal year.
    ///
    /// # Errors
    /// What is wrong with its balances, as the end of a sentence.
    pub fn add_earlier(&mut self, period: Period, balances: Vec<Balance>) {
        self.year.push((period, by_payee(balances)));
    }
}

fn by_payee(balances: Vec<Balance>) -> BTreeMap<String, Balance> {
    balances.into_iter().map(|balance| (balance.payee_id.clone(), balance)).collect()
}

fn balances(bytes: &[u8], digits: u32) -> Result<BTreeMap<String, Balance>, String> {
    read_balances(bytes, digits).map(by_payee)
}

/// The rows of a CSV file, with a place for each of these columns.
fn rows<const N: usize>(bytes: &[u8], columns: [&str; N]) -> Result<Vec<[String; N]>, String> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        let found = header.iter().position(|name| name == column);
        *place = found.ok_or_else(|| format!("it has no column `{column}`"))?;
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        rows.push(places.map(|place| unguarded(record.get(place).unwrap_or_default()).to_owned()));
    }
    Ok(rows)
}

/// A number with so many decimals at most, in units of the last one.
fn scaled(text: &str, decimals: u32) -> Result<i128, String> {
    let wrong = || format!("`{text}` is no number with {decimals} decimals");
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = rest.split_once('.').unwrap_or((rest, ""));
    let missing = (decimals as usize).checked_sub(part.len()).ok_or_else(wrong)?;
    let digits = format!("{whole}{part}{}", "0".repeat(missing));
    if whole.is_empty() || digits.len() > 38 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    digits.parse::<i128>().map(|number| sign * number).map_err(|_| wrong())
}

fn maybe(text: &str, decimals: u32) -> Result<Option<i128>, String> {
    if text.is_empty() { Ok(None) } else { scaled(text, decimals).map(Some) }
}

fn held(bytes: &[u8], digits: u32) -> Result<BTreeMap<String, Vec<WrittenHeld>>, String> {
    let columns = [
        "payee_id",
        "rule_id",
        "deal_id",
        "role",
        "from_payee_id",
        "of_rule_id",
        "of_deal_id",
        "close_date",
        "held",
        "share",
        "by",
    ];
    let mut held: BTreeMap<String, Vec<WrittenHeld>> = BTreeMap::new();
    for row in rows(bytes, columns)? {
        let [payee, rule, deal, role, from_payee, of_rule, of_deal, close_date, amount, share, by] = row;
        let close_date = day(&close_date).ok_or_else(|| format!("`{close_date}` is no date"))?;
        let key = LineId { deal, role, from_payee, of_rule, of_deal };
        let row = WrittenHeld { rule, key, close_date, held: scaled(&amount, digits)?, share, by };
        held.entry(payee).or_default().push(row);
    }
    Ok(held)
}

/// `2026-07-31`.
fn day(text: &str) -> Option<i32> {
    let mut parts = text.splitn(3, '-').map(str::parse::<u32>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    apportion_book::day_of_date(i32::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

fn attainment(bytes: &[u8], digits: u32) -> Result<BTreeMap<String, Vec<WrittenAttainment>>, String> {
    let columns = ["payee_id", "rule_id", "period", "quota", "credit", "measure", "attainment", "rate"];
    let mut found: BTreeMap<String, Vec<WrittenAttainment>> = BTreeMap::new();
    for [payee, rule, period, quota, credit, measure, attained, rate] in rows(bytes, columns)? {
        found.entry(payee).or_default().push(WrittenAttainment {
            rule,
            period,
            quota: maybe(&quota, 6)?,
            credit: scaled(&credit, digits)?,
            measure: maybe(&measure, 9)?,
            attained: maybe(&attained, 6)?,
            rate: scaled(&rate, 8)?,
        });
    }
    Ok(found)
}

fn uncredited(bytes: &[u8]) -> Result<Vec<WrittenUncredited>, String> {
    let row = |[deal, rule, payee, reason]: [String; 4]| {
        let known = Reason::from_word(&reason).ok_or_else(|| format!("`{reason}` is no reason"))?;
        Ok(WrittenUncredited { deal, rule, payee, reason: known })
    };
    rows(bytes, ["deal_id", "rule_id", "payee_id", "reason"])?.into_iter().map(row).collect()
}

fn findings(bytes: &[u8]) -> Result<Vec<[String; 5]>, String> {
    rows(bytes, ["code", "deal_id", "rule_id", "payee_id", "amount"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_as_files_have_them() {
        assert_eq!(scaled("-0.05", 2), Ok(-5));
        assert_eq!(scaled("1200", 2), Ok(120_000));
        for text in ["", "-", "1.005", ".5", "1e3", "a"] {
            assert!(scaled(text, 2).is_err(), "{text}");
        }
        assert_eq!(day("1970-01-02"), Some(1));
        assert_eq!((day("1970-13-02"), day("1970")), (None, None));
    }
}
