//! run.json: what was read, what was written, and the control totals. Its keys, in the order in which they are written.

use super::Words;

/// A key of run.json.
#[derive(Debug, Clone, Copy)]
pub struct RunKey {
    /// Where it is: `rules[].basis` is the key `basis` of each element of the list `rules`.
    pub path: &'static str,
    /// What its value is.
    pub holds: RunType,
    /// Whether the value may be null.
    pub nullable: bool,
    /// Whether the key is there only in some results.
    pub optional: bool,
    /// What it says, in a sentence.
    pub meaning: &'static str,
}

/// What the value of a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunType {
    /// An object; its keys follow.
    Object,
    /// A list of objects; their keys follow.
    List,
    /// A text.
    Text,
    /// A text: one of a few words.
    Word(Words),
    /// A text: the name of a period.
    Period,
    /// A text: a day.
    Date,
    /// A text: the code of a currency.
    Currency,
    /// A text: a SHA-256 as 64 digits of lower-case hex.
    Sha256,
    /// A whole number, at least 0.
    Count,
    /// A number from 1 to 12.
    Month,
    /// A text: an amount in the book's currency, with all decimals of its minor unit.
    Amount,
    /// A text: a sum of amounts as they were read, with at least these decimals.
    Sum,
    /// `true` or `false`.
    Flag,
}

impl RunType {
    /// For people: a few words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::List => "list of objects",
            Self::Text => "text",
            Self::Word(_) => "word",
            Self::Period => "period",
            Self::Date => "date",
            Self::Currency => "currency code",
            Self::Sha256 => "SHA-256, hex",
            Self::Count => "count",
            Self::Month => "number, 1 to 12",
            Self::Amount => "amount, as text",
            Self::Sum => "sum of amounts, as text",
            Self::Flag => "true or false",
        }
    }
}

const fn key(path: &'static str, holds: RunType, meaning: &'static str) -> RunKey {
    RunKey { path, holds, nullable: false, optional: false, meaning }
}

/// A control total, null where the rule's kind has no such thing.
const fn total(path: &'static str, meaning: &'static str) -> RunKey {
    RunKey { path, holds: RunType::Amount, nullable: true, optional: false, meaning }
}

/// All keys of run.json, in order.
pub static RUN_KEYS: &[RunKey] = {
    use RunType::{
        Amount, Count, Currency, Date, Flag, List, Month, Object, Period, Sha256, Sum, Text, Word,
    };
    &[
        key("period", Period, "The period that was paid."),
        RunKey {
            optional: true,
            ..key(
                "as_of",
                Date,
                "The day at whose end registrations, decisions and the like are known. Only in results of projects with policies of the channel.",
            )
        },
        key("engine", Object, "What made the result."),
        key("engine.name", Text, "The name of the program."),
        key("engine.version", Text, "Its version."),
        key("book", Object, "The settings of the project file that decide an amount."),
        key("book.name", Text, "Name of the programme."),
        key("book.currency", Currency, "The book's currency."),
        key("book.rounding", Word(Words::Roundings), "How amounts are rounded."),
        key("book.fiscal_year_starts", Month, "The month in which a fiscal year starts."),
        key("book.fx_max_age_days", Count, "How many days old an exchange rate may be."),
        key("book.incomplete", Word(Words::Incomplete), "What happens to a deal with rejected engagements."),
        key("inputs", List, "The input files, by path."),
        key("inputs[].path", Text, "The file, relative to the project's folder."),
        key("inputs[].table", Word(Words::Tables), "The table that it was read into."),
        key("inputs[].sha256", Sha256, "The digest of its bytes."),
        key(
            "rule_files",
            List,
            "The rule files, the project file, and the last close of a ledger whose lines were taken back, by path.",
        ),
        key("rule_files[].path", Text, "The file, relative to the project's folder."),
        key("rule_files[].sha256", Sha256, "The digest of its bytes."),
        key(
            "raw",
            Flag,
            "Whether texts in CSV files are as in the data. Otherwise one that a spreadsheet would run as a formula has an apostrophe before it.",
        ),
        key("outputs", List, "The other files of the result."),
        key("outputs[].file", Text, "The name of the file."),
        key("outputs[].sha256", Sha256, "The digest of its bytes."),
        key("outputs[].bytes", Count, "Its length in bytes."),
        key("rows", List, "Rows by input table: read = used + filtered + repeated + rejected."),
        key("rows[].source", Word(Words::Tables), "The input table."),
        key("rows[].read", Count, "Rows that were read."),
        key("rows[].used", Count, "Rows that were used, also those that `sum` added to another one."),
        key(
            "rows[].filtered",
            Count,
            "Rows for which the source's `where` is not true, or that name a deal for which it is not.",
        ),
        key("rows[].of_filtered_deals", Count, "Of the filtered rows those that name such a deal."),
        key("rows[].repeated", Count, "Rows that equal another one, of sources with `distinct`."),
        key("rows[].rejected", Count, "Rows that were rejected."),
        key(
            "rows[].rejected_parts",
            Count,
            "Of the rejected rows those that come from the record of another rejected one.",
        ),
        key("rows[].passed_over", Count, "Rows after the end of a table, which are not among those read."),
        key("rules", List, "The control totals of each rule, by id."),
        key("rules[].rule_id", Text, "The rule."),
        key("rules[].kind", Word(Words::Kinds), "Its kind."),
        key("rules[].deals_matched", Count, "Won deals of the period that a version of the rule matched."),
        key("rules[].lines", Count, "Lines of the rule."),
        total("rules[].basis", "The sum of what rates were applied to, each deal once."),
        total("rules[].credit_total", "The credit to be shared: credited and retained."),
        total("rules[].credited", "Credit of all lines."),
        total("rules[].credit_retained", "Credit that was kept back."),
        total("rules[].pool", "The money to be shared: uncapped and retained."),
        total("rules[].retained", "Money that was kept back."),
        total("rules[].uncapped", "The sum of all lines before caps."),
        total("rules[].withheld", "What caps took: uncapped less amount."),
        total("rules[].amount", "The sum of all lines."),
        key("totals", Object, "The totals over all rules."),
        key("totals.lines", Count, "Lines of lines.parquet."),
        key("totals.payees", Count, "Payees with an amount: rows of payouts.csv."),
        key("totals.uncredited", Count, "Rows of uncredited.csv."),
        key("totals.rejects", Count, "Rows of rejects.csv."),
        key("totals.credited", Amount, "Credit of all lines."),
        key("totals.amount", Amount, "What is paid in all."),
        key("reconciliation", List, "What became of the won deals of the period that were read."),
        key("reconciliation[].part", Word(Words::Parts), "The part; `read` is the sum of the others."),
        key("reconciliation[].deals", Count, "How many deals."),
        key("reconciliation[].amount", Sum, "Their amounts, so far as they could be read and converted."),
        key("prior", List, "The months of the fiscal year before the period."),
        key("prior[].month", Period, "The month."),
        key("prior[].lines", Count, "Lines of the month."),
        key("prior[].credited", Amount, "Their credit."),
        key("prior[].amount", Amount, "Their sum."),
        key("seal", Sha256, "The digest of all bytes of the file before this key."),
    ]
};

/// The bytes between the last value before the seal and the seal's digits.
pub const BEFORE_SEAL: &str = ",\n  \"seal\": \"";
/// The bytes after the seal's digits, with which the file ends.
pub const AFTER_SEAL: &str = "\"\n}\n";

/// The keys directly below a path (`rules[]`, `totals`), in order: each with the last part of its path.
pub fn keys_of(parent: &str) -> impl Iterator<Item = (&'static str, &'static RunKey)> {
    RUN_KEYS.iter().filter_map(move |key| {
        let (above, last) = key.path.rsplit_once('.').unwrap_or(("", key.path));
        (above == parent).then_some((last, key))
    })
}

#[cfg(test)]
mod tests {
    use super::super::settings::BOOK_SETTINGS;
    use super::*;

    #[test]
    fn every_key_has_its_parent_before_it() {
        for (index, key) in RUN_KEYS.iter().enumerate() {
            assert!(key.meaning.ends_with('.'), "{}", key.path);
            let Some((above, _)) = key.path.rsplit_once('.') else { continue };
            let parent = RUN_KEYS[..index].iter().find(|other| other.path == above.trim_end_matches("[]"));
            let list = above.ends_with("[]");
            let expected = if list { RunType::List } else { RunType::Object };
            assert_eq!(parent.map(|parent| parent.holds), Some(expected), "{}", key.path);
        }
    }

    #[test]
    fn the_book_has_its_settings() {
        let settings: Vec<&str> = BOOK_SETTINGS.iter().map(|setting| setting.key).collect();
        assert_eq!(keys_of("book").map(|(key, _)| key).collect::<Vec<_>>(), settings);
    }
}
