//! run.json, typed: every key of the contract's section 5 and no other. Amounts stay texts here; whether they are
//! amounts is asked where they are held against something.

use serde::{Deserialize, Deserializer};

use super::report::Finding;
use apportion_base::money::{Currency, Rounding, format_scaled};
use apportion_book::{FiscalCalendar, Period};
use apportion_results::RUN;
use apportion_rules::Kind;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub period: String,
    pub engine: Engine,
    pub book: BookFacts,
    pub inputs: Vec<InputFile>,
    pub rule_files: Vec<RuleFile>,
    pub outputs: Vec<OutputFile>,
    pub rows: Vec<Rows>,
    pub rules: Vec<RuleRow>,
    pub totals: Totals,
    pub prior: Vec<Prior>,
    /// Checked on the bytes, see [`apportion_results::seal_of`].
    #[serde(rename = "seal")]
    pub _seal: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Engine {
    pub name: String,
    pub version: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookFacts {
    pub name: String,
    pub currency: String,
    pub rounding: String,
    pub fiscal_year_starts: u8,
    pub fx_max_age_days: u32,
    pub incomplete: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputFile {
    pub path: String,
    pub table: String,
    pub sha256: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    pub path: String,
    pub sha256: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputFile {
    pub file: String,
    pub sha256: String,
    pub bytes: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    pub source: String,
    pub read: u64,
    pub used: u64,
    pub filtered: u64,
    pub rejected: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleRow {
    pub rule_id: String,
    pub kind: String,
    pub deals_matched: u64,
    pub lines: u64,
    #[serde(deserialize_with = "stated")]
    pub basis: Option<String>,
    #[serde(deserialize_with = "stated")]
    pub credit_total: Option<String>,
    #[serde(deserialize_with = "stated")]
    pub credited: Option<String>,
    #[serde(deserialize_with = "stated")]
    pub credit_retained: Option<String>,
    #[serde(deserialize_with = "stated")]
    pub pool: Option<String>,
    #[serde(deserialize_with = "stated")]
    pub retained: Option<String>,
    #[serde(deserialize_with = "stated")]
    pub uncapped: Option<String>,
    #[serde(deserialize_with = "stated")]
    pub withheld: Option<String>,
    #[serde(deserialize_with = "stated")]
    pub amount: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    pub lines: u64,
    pub payees: u64,
    pub uncredited: u64,
    pub rejects: u64,
    pub credited: String,
    pub amount: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    pub month: String,
    pub lines: u64,
    pub credited: String,
    pub amount: String,
}

/// A text or null; the key itself has to be there, which serde does not ask of an `Option` by itself.
fn stated<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(from)
}

/// What the proofs need to know of a run, understood.
#[derive(Debug, Clone)]
pub struct Terms {
    pub currency: Currency,
    /// Decimals of the currency.
    pub digits: u32,
    pub rounding: Rounding,
    pub calendar: FiscalCalendar,
    pub period: Period,
    /// First and last day of the period.
    pub days: (i32, i32),
    /// In the order of run.json.
    pub rules: Vec<(String, Kind)>,
}

impl Terms {
    /// Index of a rule in run.json.
    pub fn rule(&self, id: &str) -> Option<usize> {
        self.rules.iter().position(|(known, _)| known == id)
    }

    /// An amount as it is written, in minor units; `None` where it is not written as this currency writes amounts.
    pub fn minor(&self, text: &str) -> Option<i128> {
        minor(text, self.digits)
    }
}

/// Plain decimal text with exactly `digits` decimals, in minor units.
pub fn minor(text: &str, digits: u32) -> Option<i128> {
    let plain: String = text.chars().filter(|c| *c != '.').collect();
    let value: i128 = plain.parse().ok()?;
    // One way to write each amount: no leading zeros, no sign of zero, the point in its place.
    (format_scaled(value, digits) == text).then_some(value)
}

/// Reads run.json.
///
/// # Errors
/// `bad-run-json`: what serde found, with line and column.
pub fn read(bytes: &[u8]) -> Result<Manifest, Finding> {
    serde_json::from_slice(bytes)
        .map_err(|error| Finding::new("bad-run-json", RUN, format!("it is not as a run writes it: {error}")))
}

/// Understands what the manifest says of the run.
///
/// # Errors
/// `bad-run-json`, one for each value that means nothing.
pub fn terms(manifest: &Manifest) -> Result<Terms, Vec<Finding>> {
    let mut problems = Vec::new();
    let book = &manifest.book;
    let mut bad = |what: &str, value: &str| {
        problems.push(Finding::new("bad-run-json", RUN, format!("`{value}` is no {what}")));
    };
    let currency = Currency::from_code(&book.currency);
    let period = Period::parse(&manifest.period);
    let roundings = [Rounding::HalfAwayFromZero, Rounding::HalfEven];
    let rounding = roundings.into_iter().find(|rounding| rounding.word() == book.rounding);
    if currency.is_none() {
        bad("currency", &book.currency);
    }
    if period.is_none() {
        bad("period", &manifest.period);
    }
    if rounding.is_none() {
        bad("rounding", &book.rounding);
    }
    if !(1..=12).contains(&book.fiscal_year_starts) {
        bad("month", &book.fiscal_year_starts.to_string());
    }
    if !["hold", "pay"].contains(&book.incomplete.as_str()) {
        bad("choice for incomplete deals", &book.incomplete);
    }
    let mut rules = Vec::new();
    for row in &manifest.rules {
        match Kind::ALL.into_iter().find(|kind| kind.word() == row.kind) {
            Some(kind) => rules.push((row.rule_id.clone(), kind)),
            None => bad("kind of rule", &row.kind),
        }
    }
    if !manifest.rules.windows(2).all(|pair| pair[0].rule_id < pair[1].rule_id) {
        problems.push(Finding::new(
            "bad-run-json",
            RUN,
            "its rules are not in order of their ids, each once",
        ));
    }
    match (currency, period, rounding) {
        (Some(currency), Some(period), Some(rounding)) if problems.is_empty() => {
            let calendar = FiscalCalendar { starts: book.fiscal_year_starts };
            let days = (calendar.first_day(period), calendar.last_day(period));
            Ok(Terms { currency, digits: currency.digits(), rounding, calendar, period, days, rules })
        }
        _ => Err(problems),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_in_one_way() {
        assert_eq!(minor("-0.05", 2), Some(-5));
        assert_eq!(minor("1234.50", 2), Some(123_450));
        assert_eq!(minor("7", 0), Some(7));
        for text in ["", "-", "-0.00", "1.5", "01.50", "1.500", "+1.50", "1,000.00", ".50", "1.5.0", "1e2"] {
            assert_eq!(minor(text, 2), None, "{text:?}");
        }
    }
}
