//! run.json, typed: every key that [`apportion_contract::run_json`] describes and no other. Amounts stay texts here;
//! they are parsed where they are compared.

use serde::{Deserialize, Deserializer};

use super::calendar::{Period, PeriodName};
use super::channel;
use super::kinds;
use super::names::{Number, RuleNo};
use super::report::Finding;
use super::rounding::Rounding;
use apportion_base::diagnostic::Code;
use apportion_base::money::{Currency, format_scaled};
use apportion_contract::{IncompletePolicy, RUN, RuleKind, TableName};

/// run.json.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The name of the period.
    pub period: String,
    /// The day at whose end things are known; only where there are policies of the channel.
    #[serde(default)]
    pub as_of: Option<String>,
    /// What made the result.
    pub engine: Engine,
    /// The settings that decide an amount.
    pub book: BookFacts,
    /// The input files.
    pub inputs: Vec<InputFile>,
    /// The rule files and the project file.
    pub rule_files: Vec<RuleFile>,
    /// Whether texts in CSV files are as in the data.
    pub raw: bool,
    /// The other files of the result.
    pub outputs: Vec<OutputFile>,
    /// Rows by input table.
    pub rows: Vec<Rows>,
    /// Control totals by rule, in order of their ids.
    pub rules: Vec<RuleRow>,
    /// Totals over all rules.
    pub totals: Totals,
    /// What became of the won deals of the period.
    pub reconciliation: Vec<PartRow>,
    /// The months of the fiscal year before the period.
    pub prior: Vec<Prior>,
    /// Checked on the bytes, see [`super::seal`].
    #[serde(rename = "seal")]
    pub _seal: String,
}

/// What made the result.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Engine {
    /// The name of the program.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The settings of the project file that decide an amount.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookFacts {
    /// Name of the programme.
    pub name: String,
    /// Code of the currency.
    pub currency: String,
    /// The word of a rounding.
    pub rounding: String,
    /// Month, 1 to 12.
    pub fiscal_year_starts: u8,
    /// Days.
    pub fx_max_age_days: u32,
    /// `hold` or `pay`.
    pub incomplete: String,
}

/// A file that was read into a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputFile {
    /// Relative to the project's folder.
    pub path: String,
    /// The name of the table.
    pub table: String,
    /// Lower-case hex.
    pub sha256: String,
}

/// A rule file, or the project file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Relative to the project's folder.
    pub path: String,
    /// Lower-case hex.
    pub sha256: String,
}

/// Another file of the result.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputFile {
    /// Its name.
    pub file: String,
    /// Lower-case hex.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}

/// Rows of one input table: read = used + filtered + repeated + rejected.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// The name of the table.
    pub source: String,
    /// All rows.
    pub read: u64,
    /// Rows that were used.
    pub used: u64,
    /// Rows that the source's `where` left out, and those that name a deal that one left out.
    pub filtered: u64,
    /// Of the filtered rows those that name such a deal.
    pub of_filtered_deals: u64,
    /// Rows that equal another one.
    pub repeated: u64,
    /// Rows that were rejected.
    pub rejected: u64,
    /// Of the rejected rows those that come from the record of another rejected one.
    pub rejected_parts: u64,
    /// Rows after the end of a table.
    pub passed_over: u64,
}

/// The control totals of one rule. Amounts as text, `None` where the kind has no such thing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleRow {
    /// The rule.
    pub rule_id: String,
    /// The word of its kind.
    pub kind: String,
    /// Won deals of the period that it matched.
    pub deals_matched: u64,
    /// Its lines.
    pub lines: u64,
    /// What rates were applied to.
    #[serde(deserialize_with = "text_or_null")]
    pub basis: Option<String>,
    /// Credit to be shared.
    #[serde(deserialize_with = "text_or_null")]
    pub credit_total: Option<String>,
    /// Credit of its lines.
    #[serde(deserialize_with = "text_or_null")]
    pub credited: Option<String>,
    /// Credit that was kept back.
    #[serde(deserialize_with = "text_or_null")]
    pub credit_retained: Option<String>,
    /// Money to be shared.
    #[serde(deserialize_with = "text_or_null")]
    pub pool: Option<String>,
    /// Money that was kept back.
    #[serde(deserialize_with = "text_or_null")]
    pub retained: Option<String>,
    /// Its lines before caps.
    #[serde(deserialize_with = "text_or_null")]
    pub uncapped: Option<String>,
    /// What caps took.
    #[serde(deserialize_with = "text_or_null")]
    pub withheld: Option<String>,
    /// Its lines.
    #[serde(deserialize_with = "text_or_null")]
    pub amount: Option<String>,
}

/// Totals over all rules.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Lines.
    pub lines: u64,
    /// Payees with an amount.
    pub payees: u64,
    /// Rows of uncredited.csv.
    pub uncredited: u64,
    /// Rows of rejects.csv.
    pub rejects: u64,
    /// Credit of all lines, as text.
    pub credited: String,
    /// Amounts of all lines, as text.
    pub amount: String,
}

/// A part of the won deals of the period.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartRow {
    /// The word of the part.
    pub part: String,
    /// How many deals.
    pub deals: u64,
    /// Their amounts, as text.
    pub amount: String,
}

/// A month of the fiscal year before the period.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    /// Its name.
    pub month: String,
    /// Its lines.
    pub lines: u64,
    /// Their credit, as text.
    pub credited: String,
    /// Their amounts, as text.
    pub amount: String,
}

/// A text or null. The key itself is required, which serde does not do for an `Option`.
fn text_or_null<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(from)
}

/// What run.json says of the run, as the proofs need it.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The book's currency.
    pub currency: Currency,
    /// Decimals of the currency.
    pub digits: u32,
    /// The book's rounding.
    pub rounding: Rounding,
    /// The period that was paid.
    pub period: Period,
    /// Id and kind of each rule, in the order of run.json.
    pub rules: Vec<(String, RuleKind)>,
    /// Whether texts in CSV files are as in the data.
    pub raw: bool,
    /// Whether payees, and so their managers, may be others on other days.
    pub payees_change: bool,
}

impl Terms {
    /// The number of a rule, by its id.
    pub fn rule(&self, id: &str) -> Option<RuleNo> {
        self.rules.iter().position(|(known, _)| known == id).map(RuleNo::new)
    }

    /// The id of a rule.
    pub fn id(&self, rule: RuleNo) -> &str {
        &self.rules[rule.index()].0
    }

    /// The kind of a rule.
    pub fn kind(&self, rule: RuleNo) -> RuleKind {
        self.rules[rule.index()].1
    }

    /// Whether lines of a rule are about milestones: the id of one stands in the place of a deal's, and may be that of a deal as well.
    pub fn pays_milestones(&self, rule: Option<RuleNo>) -> bool {
        rule.is_some_and(|rule| self.kind(rule) == RuleKind::Milestone)
    }

    /// Whether a rule pays on a running total, so that the result says how far payees have come.
    pub fn has_commission(&self) -> bool {
        self.rules.iter().any(|(_, kind)| kinds::amount(*kind) == kinds::Amount::RunningTotal)
    }

    /// Whether a rule takes back lines of others.
    pub fn has_clawback(&self) -> bool {
        self.rules.iter().any(|(_, kind)| kinds::amount(*kind) == kinds::Amount::TakenBack)
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
    serde_json::from_slice(bytes).map_err(|error| {
        Finding::new(Code::BadRunJson, RUN, format!("it is not as a run writes it: {error}"))
    })
}

/// What the manifest says of the run.
///
/// # Errors
/// `bad-run-json`, one for each value that means nothing.
pub fn terms(manifest: &Manifest) -> Result<Terms, Vec<Finding>> {
    let mut problems = Vec::new();
    let book = &manifest.book;
    let mut bad = |what: &str, value: &str| {
        problems.push(Finding::new(Code::BadRunJson, RUN, format!("`{value}` is no {what}")));
    };
    let currency = Currency::from_code(&book.currency);
    let period = PeriodName::parse(&manifest.period);
    let rounding = Rounding::from_word(&book.rounding);
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
    if !IncompletePolicy::ALL.iter().any(|choice| choice.word() == book.incomplete) {
        bad("choice for incomplete deals", &book.incomplete);
    }
    if let Some(as_of) = manifest.as_of.as_deref().filter(|day| !channel::is_day(day)) {
        bad("day", as_of);
    }
    let mut rules = Vec::new();
    for row in &manifest.rules {
        match RuleKind::from_word(&row.kind) {
            Some(kind) => rules.push((row.rule_id.clone(), kind)),
            None => bad("kind of rule", &row.kind),
        }
    }
    if !manifest.rules.windows(2).all(|pair| pair[0].rule_id < pair[1].rule_id) {
        problems.push(Finding::new(
            Code::BadRunJson,
            RUN,
            "its rules are not in order of their ids, each once",
        ));
    }
    match (currency, period, rounding) {
        (Some(currency), Some(period), Some(rounding)) if problems.is_empty() => {
            let period = Period::new(period, book.fiscal_year_starts);
            let assignments = TableName::Assignments.word();
            let payees_change = manifest.inputs.iter().any(|input| input.table == assignments);
            let (digits, raw) = (currency.digits(), manifest.raw);
            Ok(Terms { currency, digits, rounding, period, rules, raw, payees_change })
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
