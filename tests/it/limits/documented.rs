//! The table of limits in docs/guarantees.md: written from here, and held against the constants of the code.

use crate::support::{assert_committed, repository};
use apportion::diagnostic::Code;

const PAGE: &str = "docs/guarantees.md";
const BEGIN: &str = "<!-- limits -->\n";
const END: &str = "<!-- /limits -->\n";

/// What happens beyond a limit.
enum Beyond {
    Error(Code),
    Reject,
    Words(&'static str),
}

use Beyond::{Error, Reject, Words};

/// What is limited, to how much, what happens beyond it, and where the code says so: a file and a text in it.
type Limit = (&'static str, &'static str, Beyond, &'static str, &'static str);

const LIMITS: &[Limit] = &[
    (
        "a record of a text file, a text of a typed one",
        "16 MiB",
        Error(Code::RecordTooLong),
        "crates/data/src/read/input.rs",
        "16 << 20",
    ),
    (
        "rejected rows of a table",
        "1,000,000",
        Error(Code::TooManyRejects),
        "crates/data/src/staging.rs",
        "MOST_REJECTS: usize = 1_000_000",
    ),
    (
        "text of the rejects of a table",
        "256 MiB",
        Error(Code::TooManyRejects),
        "crates/data/src/staging.rs",
        "MOST_REJECTED_BYTES: usize = 256 << 20",
    ),
    (
        "what a compressed file unpacks to, without `max_unpacked`",
        "200 times its size, and 64 MiB in any case",
        Error(Code::UnpacksTooLarge),
        "crates/book/src/layout.rs",
        "MOST_RATIO: u64 = 200",
    ),
    (
        "the same, at most",
        "16 GiB",
        Error(Code::UnpacksTooLarge),
        "crates/book/src/layout.rs",
        "MOST_UNPACKED: u64 = 16 << 30",
    ),
    (
        "what a copy in `ledger/objects` unpacks to",
        "16 GiB",
        Error(Code::UnreadableFile),
        "crates/ledger/src/kept.rs",
        "MOST_UNPACKED: u64 = 16 << 30",
    ),
    (
        "rows of one table",
        "2^32 - 2",
        Error(Code::TooManyRows),
        "crates/data/src/staging.rs",
        "before + rows < NONE as usize",
    ),
    (
        "columns of a sheet",
        "16,384",
        Error(Code::UnreadableFile),
        "crates/data/src/read/workbook.rs",
        "MOST_COLUMNS: u32 = 16_384",
    ),
    (
        "input files kept open at a time",
        "64; more are opened for each reading and compared with what they were",
        Error(Code::UnreadableFile),
        "crates/base/src/world/disk.rs",
        "MOST_KEPT: usize = 64",
    ),
    (
        "an amount that is credited or paid",
        "18 digits at the minor unit",
        Error(Code::NumberTooLarge),
        "crates/base/src/money/minor.rs",
        "i64",
    ),
    (
        "an intermediate result",
        "38 digits",
        Words(
            "error [`number-too-large`](findings.md#number-too-large), or [`expression-failed`](findings.md#expression-failed) in a source",
        ),
        "crates/expr/src/decimal.rs",
        "38",
    ),
    (
        "money in the data",
        "6 decimals, below 10^12",
        Reject,
        "crates/contract/src/input/column.rs",
        "at most 6 decimals, below 10^12",
    ),
    (
        "weight, percent, exchange rate",
        "9 decimals, below 10^9",
        Reject,
        "crates/contract/src/input/column.rs",
        "at most 9 decimals, below 10^9",
    ),
    (
        "number of an attribute",
        "9 decimals, 18 digits",
        Reject,
        "crates/contract/src/input/column.rs",
        "at most 9 decimals and 18 digits",
    ),
    (
        "dates",
        "0001-01-01 to 9999-12-31",
        Words(
            "reject; in an expression null, and counted: [`date-beyond-calendar`](findings.md#date-beyond-calendar)",
        ),
        "crates/expr/src/date.rs",
        "LAST_DAY: i32 = 2_932_896",
    ),
    (
        "rate in a rule",
        "8 decimals as a fraction, below 10^10",
        Error(Code::BadRate),
        "crates/rules/src/numbers.rs",
        "rate",
    ),
    (
        "amount in a rule",
        "6 decimals, below 10^12",
        Error(Code::BadAmount),
        "crates/rules/src/numbers.rs",
        "AMOUNT_LIMIT: i64 = 1_000_000_000_000",
    ),
    (
        "rules of a book, versions of a rule, roles of a version",
        "65,535 each",
        Error(Code::TooManyRules),
        "crates/rules/src/versions.rs",
        "Code::TooManyRules",
    ),
    (
        "a rate table",
        "64 MiB, 1,000,000 rows, 60 columns that are compared",
        Error(Code::RateTableTooLarge),
        "crates/rules/src/tables/reader.rs",
        "MOST_ROWS: usize = 1_000_000",
    ),
    (
        "a table of accounts",
        "16 MiB, 100,000 rows",
        Error(Code::BadAccounts),
        "crates/journals/src/chart/table.rs",
        "MOST_ROWS: usize = 100_000",
    ),
    (
        "draws of a forecast",
        "100,000, and 2^30 figures of payees, rules and periods in all of them",
        Error(Code::BadDraws),
        "crates/forecast/src/limits.rs",
        "MOST_DRAWS: u32 = 100_000",
    ),
    (
        "levels of an override",
        "255",
        Error(Code::TooManyLevels),
        "crates/rules/src/kinds/overrides/parameters.rs",
        "MOST_LEVELS: usize = 255",
    ),
    (
        "`half_life_days`",
        "1,000,000",
        Error(Code::InvalidNumber),
        "crates/rules/src/kinds/shared_credit/parameters.rs",
        "MOST_DAYS: u32 = 1_000_000",
    ),
    (
        "text that an expression makes",
        "65,536 bytes",
        Error(Code::ExpressionFailed),
        "crates/expr/src/functions.rs",
        "MAX_TEXT: usize = 1 << 16",
    ),
    (
        "regular expression",
        "1,000 bytes, 1 MiB compiled",
        Error(Code::BadLiteral),
        "crates/expr/src/pattern.rs",
        "MAX_PATTERN: usize = 1_000",
    ),
    (
        "nesting of an expression",
        "48 parentheses, 100 operators deep",
        Error(Code::UnsupportedExpression),
        "crates/expr/src/parse.rs",
        "MAX_NESTING: usize = 48",
    ),
    (
        "pairs of a deal and an engagement of its account",
        "any number, 2^20 in memory at a time; above 1,000,000 `check` says so",
        Error(Code::WideReach),
        "crates/engine/src/check/reach.rs",
        "PAIRS: usize = 1_000_000",
    ),
    (
        "messages of one kind that people are shown",
        "10; of more the first 5, and how many more there are",
        Words("`--message-format json` and `--format csv` have all"),
        "crates/base/src/diagnostic/excerpt.rs",
        "MOST: usize = 10",
    ),
    (
        "rules of one kind on a deal that are looked at in pairs",
        "12; more are one finding",
        Error(Code::OverlappingRules),
        "crates/engine/src/check/overlap/crowds.rs",
        "CROWD: usize = 12",
    ),
    (
        "run.json of an earlier result",
        "256 MiB",
        Error(Code::NotAResult),
        "crates/data/src/own.rs",
        "LONGEST: u64 = 1 << 28",
    ),
    (
        "size of a file that is written",
        "that of the system (`ulimit -f`, free space)",
        Error(Code::CannotWrite),
        "src/cli/system.rs",
        "SIGXFSZ",
    ),
    ("memory", "that of the system (`ulimit -v`)", Error(Code::OutOfMemory), "src/cli/memory.rs", "SIGABRT"),
    (
        "threads",
        "that of the system (`ulimit -u`), 1,024",
        Error(Code::NoMoreThreads),
        "src/cli/options.rs",
        "1..=1024",
    ),
    ("runs that write one result", "1", Error(Code::ResultInUse), "crates/base/src/store/lock.rs", "lock"),
];

#[test]
fn every_limit_is_documented_as_the_code_has_it() {
    let mut table = String::from("| what | limit | beyond it |\n|---|---|---|\n");
    for (what, limit, beyond, file, text) in LIMITS {
        let code = std::fs::read_to_string(repository(file)).unwrap();
        assert!(code.contains(text), "{what}: {file} has no `{text}`");
        let beyond = match beyond {
            Error(code) => format!("[`{}`](findings.md#{})", code.word(), code.anchor()),
            Reject => "reject".to_owned(),
            Words(words) => (*words).to_owned(),
        };
        table.push_str(&format!("| {what} | {limit} | {beyond} |\n"));
    }
    let page = std::fs::read_to_string(repository(PAGE)).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    assert_committed(PAGE, &format!("{before}{BEGIN}{table}{END}{after}"));
}
