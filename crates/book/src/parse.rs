//! Reads `apportion.toml`: `docs/reference/project.md`.
//!
//! All errors of the file are reported at once. There is a [`Book`] only if there are none.

use std::io;
use std::path::Path;

use rust_decimal::Decimal;

use super::{
    Book, ForecastSettings, ReportSettings, Source, SourceValue, StatementSettings, TableName, accounts,
    exports, forecast, ledger, report, source, statements,
};
use crate::config::number::{hundredth, scaled};
use crate::config::{Doc, Item, Table};
use crate::parameters::book as keys;
use crate::values::{currency, glob};
use apportion_base::diagnostic::{Code, Diagnostic, Files, nearest};
use apportion_base::digest::FileDigest;
use apportion_base::money::Currency;
use apportion_base::notation::Zone;
use apportion_base::world::{self, World};
use apportion_contract::PROJECT_FILE;

/// Reads the project file of a folder of the world; its text is registered in `files` under its bare name.
///
/// # Errors
///
/// All problems of the file, in the order of their places: `no-project` or `cannot-read` where there is no readable
/// file, `toml-syntax`, `unknown-key`, `missing-key`, `wrong-type` and the codes of single keys.
pub fn read(world: &dyn World, project_dir: &Path, files: &mut Files) -> Result<Book, Vec<Diagnostic>> {
    let path = project_dir.join(PROJECT_FILE);
    let bytes = world.read(&path).map_err(|error| vec![unreadable(&path, &error)])?;
    let digest = FileDigest::new(PROJECT_FILE, &bytes);
    let text = world::text(bytes).map_err(|error| vec![unreadable(&path, &error)])?;
    parse(project_dir, digest, &text, files)
}

/// Reads the text of a project file whose folder is `root`.
fn parse(root: &Path, digest: FileDigest, text: &str, files: &mut Files) -> Result<Book, Vec<Diagnostic>> {
    let doc = Doc::new(PROJECT_FILE, text, files);
    let book = doc.parse().and_then(|table| top(root, digest, &doc.top(&table, PROJECT_FILE)));
    match book {
        Some(book) if doc.found_so_far() == 0 => Ok(book),
        _ => Err(doc.into_findings()),
    }
}

/// The error for a project file that can't be read.
fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    let shown = path.display();
    if error.kind() == io::ErrorKind::NotFound {
        Diagnostic::error(Code::NoProject, format!("there is no project file: {shown}"))
            .help("`apportion init` makes a small working project; inside a project, run in its folder")
    } else {
        Diagnostic::error(Code::CannotRead, format!("{shown} can't be read: {error}"))
            .help("it must be a text file in UTF-8 that this user may read")
    }
}

/// Reads the whole file. It goes on after an error, so that all problems are reported.
fn top(root: &Path, digest: FileDigest, file: &Table<'_>) -> Option<Book> {
    file.known(&["book", "sources", "ledger", "exports", "accounts", "statements", "report", "forecast"]);
    let sources = file
        .need("sources", "[sources.deals]")
        .and_then(|item| item.table("[sources]"))
        .map(|table| sources(&table));
    let exports = file.get("exports").and_then(|item| item.table("[exports]"));
    let exports = exports.map(|table| exports::exports(&table)).unwrap_or_default();
    let book = file.need("book", "[book]")?.table("[book]")?;
    book.keys(keys::BOOK.parameters);

    let name = book.of(&keys::NAME).and_then(|item| item.some_text());
    let currency = book.of(&keys::CURRENCY).and_then(|item| currency(&item));
    let starts = book.whole(&keys::FISCAL_YEAR_STARTS);
    let rounding = book.choice(&keys::ROUNDING);
    let rules = book.of(&keys::RULES).and_then(|item| rules(&item));
    let age = book.whole(&keys::FX_MAX_AGE_DAYS);
    let incomplete = book.choice(&keys::INCOMPLETE);
    let timezone = book.optional(&keys::TIMEZONE, timezone);

    let warn_over = book.of(&keys::WARN_OVER).map_or(Some(50_000_000), |item| part_of_amount(&item));

    // An error in the currency is reported once: amounts are read as those of some currency then.
    let any_currency = || Currency::from_code("USD");
    let ledger = match file.get("ledger").zip(currency.or_else(any_currency)) {
        Some((item, currency)) => {
            item.table("[ledger]").and_then(|table| ledger::read(&table, currency)).map(Some)
        }
        None => Some(None),
    };

    let accounts = file.get("accounts").map_or(Some(None), |item| {
        item.table("[accounts]").and_then(|table| accounts::read(&table)).map(Some)
    });

    let statements = match file.get("statements") {
        Some(item) => item.table("[statements]").and_then(|table| statements::read(&table)),
        None => Some(StatementSettings::default()),
    };

    let report = match file.get("report") {
        Some(item) => item.table("[report]").and_then(|table| report::read(&table)),
        None => Some(ReportSettings::default()),
    };
    let forecast = match file.get("forecast").zip(currency.or_else(any_currency)) {
        Some((item, currency)) => item.table("[forecast]").and_then(|table| forecast::read(&table, currency)),
        None => Some(ForecastSettings::default()),
    };

    let (payment_details, mut sources): (Vec<Source>, Vec<Source>) =
        sources?.into_iter().partition(|source| source.table == TableName::PaymentDetails);
    let with_channel = sources.iter().any(|source| source.table.is_of_channel());
    sources.iter_mut().for_each(|source| source.with_channel = with_channel);
    Some(Book {
        root: root.to_owned(),
        file: digest,
        name: name?.value,
        currency: currency?,
        fiscal_year_starts: u8::try_from(starts?).ok()?,
        rounding: rounding?,
        rules: rules?,
        fx_max_age_days: age?,
        incomplete: incomplete?,
        timezone: timezone?,
        warn_over_e8: warn_over?,
        sources,
        payment_details,
        exports,
        ledger: ledger?,
        accounts: accounts?,
        statements: statements?,
        report: report?,
        forecast: forecast?,
    })
}

/// A part of a deal's amount, in hundred-millionths.
fn part_of_amount(item: &Item<'_>) -> Option<i64> {
    let written = item.written(Code::BadRate, "a rate such as \"50%\" or 0.5")?;
    let fraction = if written.percent { hundredth(written.value).ok() } else { Some(written.value) };
    let fits = |fraction: &Decimal| {
        *fraction >= Decimal::ZERO && *fraction <= Decimal::from(1_000) && fraction.normalize().scale() <= 8
    };
    let fraction = fraction.filter(fits).filter(|fraction| written.percent || *fraction <= Decimal::ONE);
    if fraction.is_none() {
        let message = format!("`{}` is no part of an amount", item.name());
        let help = "a rate from \"0%\" to \"100000%\" with at most 8 decimals as a fraction";
        item.doc().report(item.error(Code::BadRate, message).help(help));
    }
    fraction.and_then(|fraction| scaled(fraction, 8))
}

/// A zone of the IANA database.
fn timezone(item: &Item<'_>) -> Option<Zone> {
    let name = item.text()?.value;
    let zone = Zone::from_name(&name);
    if zone.is_none() {
        let names = Zone::names();
        let near = nearest(&name, names.iter().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => {
                "zones have the names of the IANA database: \"Europe/Berlin\", \"America/New_York\", \"UTC\""
                    .to_owned()
            }
        };
        let message = format!("there is no time zone \"{name}\"");
        item.doc().report(item.error(Code::UnknownChoice, message).help(help));
    }
    zone
}

/// All sources, by table and then in the order of the file.
fn sources(table: &Table<'_>) -> Vec<Source> {
    let names: Vec<&str> = TableName::IN_PROJECT.into_iter().map(TableName::word).collect();
    table.known(&names);
    for needed in TableName::always_needed() {
        if table.get(needed.word()).is_none() {
            let message = format!("there is no source of {}", needed.word());
            let help = format!("every project needs `[sources.{}]` with its `path`", needed.word());
            let error = Diagnostic::error(Code::MissingSource, message).help(help);
            let first = table.entries().first().map(|(key, _)| key.span.clone());
            table.doc().report(match first {
                Some(place) => error.at(place, "the sources are here"),
                None => error,
            });
        }
    }
    TableName::IN_PROJECT
        .into_iter()
        .filter_map(|name| table.get(name.word()).map(|item| (name, item)))
        .flat_map(|(name, item)| sources_of(name, &item))
        .collect()
}

/// `[sources.deals]`, or each of `[[sources.deals]]`.
fn sources_of(name: TableName, item: &Item<'_>) -> Vec<Source> {
    let (items, shown) = if item.is_list() {
        (item.some_list("tables").unwrap_or_default(), format!("[[sources.{}]]", name.word()))
    } else {
        (vec![item.clone()], format!("[sources.{}]", name.word()))
    };
    items
        .iter()
        .filter_map(|item| item.table(&shown))
        .filter_map(|table| source::read(name, &table))
        .collect()
}

/// The globs of the rule files.
fn rules(item: &Item<'_>) -> Option<Vec<SourceValue<String>>> {
    let globs = item.some_list("paths or globs of rule files")?;
    globs.iter().map(glob).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::IncompletePolicy;
    use crate::config::testing::shown;
    use crate::{ColumnFrom, ColumnType, Dates, Encoding, RateQuotation};
    use apportion_base::money::Rounding;
    use apportion_base::world::{Disk, Memory};

    const SOURCES: &str = "[sources.deals]\npath = \"deals.csv\"\n[sources.payees]\npath = \"payees.csv\"\n";
    const BOOK: &str = "[book]\nname = \"Test\"\ncurrency = \"USD\"\nrules = [\"rules/*.toml\"]\n";

    fn digest(text: &str) -> FileDigest {
        FileDigest::new(PROJECT_FILE, text.as_bytes())
    }

    fn good(text: &str) -> Book {
        let mut files = Files::default();
        parse(Path::new("project"), digest(text), text, &mut files)
            .unwrap_or_else(|found| panic!("{}", shown(&found, &files)))
    }

    fn bad(text: &str) -> String {
        let mut files = Files::default();
        let found = parse(Path::new("project"), digest(text), text, &mut files).unwrap_err();
        shown(&found, &files)
    }

    /// Headlines of what is wrong with a `[sources.…]` body added to a good project.
    fn bad_source(table: &str, body: &str) -> String {
        match table {
            "deals" => bad(&format!("{BOOK}[sources.payees]\npath = \"p.csv\"\n[sources.deals]\n{body}")),
            _ => bad(&format!("{BOOK}{SOURCES}[sources.{table}]\n{body}")),
        }
    }

    #[test]
    fn defaults() {
        let book = good(&format!("{BOOK}{SOURCES}"));
        assert_eq!(book.name, "Test");
        assert_eq!(book.currency.code(), "USD");
        assert_eq!(book.fiscal_year_starts, 1);
        assert_eq!(book.rounding, Rounding::HalfAwayFromZero);
        assert_eq!(book.fx_max_age_days, 31);
        assert_eq!(book.incomplete, IncompletePolicy::Hold);
        assert_eq!(book.rules[0].value, "rules/*.toml");
        let tables: Vec<_> = book.sources.iter().map(|source| source.table).collect();
        assert_eq!(tables, [TableName::Deals, TableName::Payees]);
        let deals = &book.sources[0];
        assert_eq!(deals.paths[0].value, "deals.csv");
        assert!(matches!(&deals.dates, Dates::All(format) if format == "%Y-%m-%d"));
        assert_eq!((deals.delimiter, deals.quote, deals.numbers.have_commas()), (None, b'"', false));
        assert_eq!((deals.encoding, deals.quoted), (Encoding::Utf8, RateQuotation::BookPerUnit));
    }

    #[test]
    fn the_example_of_the_contract() {
        let book = good(
            r#"
[book]
name = "Northwind channel programme"
currency = "USD"
fiscal_year_starts = 7
rounding = "half-even"
rules = ["rules/*.toml"]
fx_max_age_days = 0
incomplete = "pay"

[sources.deals]
path = ["data/deals.csv", "data/more-*.csv.gz"]
columns = { deal_id = "Opportunity ID", amount = "Amount", outcome = { expr = "lower(\"Stage\")" } }
where = "\"Stage\" IN ('Won', 'Lost')"
dates = { close_date = "%d.%m.%Y" }
types = { seats = "number" }
values = { deal_type = { "New Business" = "new" } }
defaults = { deal_type = "new", seats = 1_000.50, checked = true, since = 2026-01-01 }
nulls = ["N/A"]
delimiter = "\t"
quote = "'"
encoding = "windows-1252"
decimal_comma = true

[[sources.engagements]]
path = "a.xlsx"
sheet = "Log"

[[sources.engagements]]
path = "b.parquet"

[sources.payees]
path = "payees.csv"

[sources.fx_rates]
path = "fx.csv"
unpivot = { name = "currency", value = "rate", keep = ["Date"] }
quoted = "unit-per-book"
"#,
        );
        assert_eq!((book.fiscal_year_starts, book.fx_max_age_days), (7, 0));
        assert_eq!((book.rounding, book.incomplete), (Rounding::HalfEven, IncompletePolicy::Pay));
        let deals = &book.sources[0];
        assert_eq!(deals.paths.len(), 2);
        assert!(matches!(&deals.columns["amount"], ColumnFrom::Name(name) if name.value == "Amount"));
        assert!(
            matches!(&deals.columns["outcome"], ColumnFrom::Expr(expr) if &*expr.text == "lower(\"Stage\")")
        );
        assert_eq!(&*deals.condition.as_ref().unwrap().text, "\"Stage\" IN ('Won', 'Lost')");
        assert!(matches!(&deals.dates, Dates::ByColumn(by) if by["close_date"].value == "%d.%m.%Y"));
        assert_eq!(deals.types["seats"].value, ColumnType::Number);
        assert_eq!(deals.values["deal_type"].value["New Business"], "new");
        let defaults: Vec<_> =
            deals.defaults.iter().map(|(key, value)| (key.as_str(), value.value.as_str())).collect();
        assert_eq!(
            defaults,
            [("checked", "true"), ("deal_type", "new"), ("seats", "1000.50"), ("since", "2026-01-01")]
        );
        assert_eq!(deals.nulls, ["N/A"]);
        assert_eq!((deals.delimiter, deals.quote, deals.numbers.have_commas()), (Some(b'\t'), b'\'', true));
        assert_eq!(deals.encoding, Encoding::Windows1252);
        let tables: Vec<_> = book.sources.iter().map(|source| source.table.word()).collect();
        assert_eq!(tables, ["deals", "engagements", "engagements", "payees", "fx_rates"]);
        assert_eq!(book.sources[1].sheet.as_ref().unwrap().value, "Log");
        let rates = book.sources.last().unwrap();
        assert_eq!(rates.quoted, RateQuotation::UnitPerBook);
        assert_eq!(rates.unpivot.as_ref().unwrap().value.keep, ["Date"]);
    }

    #[test]
    fn a_folder_without_a_project_file_says_how_to_get_one() {
        let folder = tempfile::tempdir().unwrap();
        let found = read(&Disk, folder.path(), &mut Files::default()).unwrap_err();
        assert_eq!(found[0].code, Code::NoProject);
        assert!(found[0].message.ends_with("apportion.toml"), "{}", found[0].message);
        assert!(found[0].help[0].contains("`apportion init`"));
    }

    #[test]
    fn a_project_file_is_read_from_its_folder() {
        let text = format!("\u{feff}{BOOK}{SOURCES}");
        let world = Memory::new().with("a/apportion.toml", &text);
        let book = read(&world, Path::new("a"), &mut Files::default()).unwrap();
        assert_eq!(book.root, Path::new("a"));
        assert_eq!(book.file, digest(&text));
        let world = world.with("a/apportion.toml", b"[book]\nname = \"\xff\"\n");
        let found = read(&world, Path::new("a"), &mut Files::default()).unwrap_err();
        assert_eq!(found[0].code, Code::CannotRead);
        assert_eq!(found[0].message, "a/apportion.toml can't be read: stream did not contain valid UTF-8");
    }

    #[test]
    fn all_problems_come_out_at_once() {
        let shown =
            bad("[book]\ncurency = \"USD\"\nfiscal_year_starts = 13\nrounding = \"bankers\"\nrules = []\n\
             [sources.deal]\npath = \"x.csv\"\n");
        let heads: Vec<&str> = shown.lines().filter(|line| line.starts_with("error")).collect();
        assert_eq!(
            heads,
            [
                "error[missing-key]: [book] needs the key `name`",
                "error[missing-key]: [book] needs the key `currency`",
                "error[unknown-key]: [book] has no key `curency`",
                "error[invalid-number]: `fiscal_year_starts` takes a whole number from 1 to 12",
                "error[unknown-choice]: `rounding` can't be \"bankers\"",
                "error[empty-list]: `rules` is empty",
                "error[unknown-key]: [sources] has no key `deal`",
                "error[missing-source]: there is no source of deals",
                "error[missing-source]: there is no source of payees",
            ]
        );
    }

    #[test]
    fn an_unknown_currency_is_shown_with_the_nearest() {
        assert_eq!(
            bad(&format!("[book]\nname = \"x\"\ncurrency = \"usd\"\nrules = [\"r.toml\"]\n{SOURCES}")),
            "\
error[unknown-currency]: there is no currency \"usd\"
┌─ apportion.toml:3:12
3│ currency = \"usd\"
│            ^^^^^
= help: did you mean `USD`? ISO 4217 writes currencies in three capitals"
        );
    }

    #[test]
    fn a_date_format_that_makes_no_date_is_shown() {
        let shown = bad_source("quotas", "path = \"q.csv\"\ndates = \"%d/%m\"\n");
        assert!(shown.starts_with("error[bad-date-format]: \"%d/%m\" does not make a date"), "{shown}");
        assert!(shown.contains("apportion.toml:11:9"), "{shown}");
        let shown =
            bad_source("quotas", "path = \"q.csv\"\ndates = { a = \"%Y-%m-%J\", b = \"%d/%m/%y\" }\n");
        assert!(shown.contains("\"%Y-%m-%J\""), "{shown}");
        assert!(!shown.contains("\"%d/%m/%y\" does"), "{shown}");
        for fine in ["%d %b %Y", "%Y%m%d", "%Y-%m-%dT%H:%M:%S", "%m/%d/%y", "%F", "%B %e, %Y"] {
            good(&format!("{BOOK}{SOURCES}[sources.quotas]\npath = \"q.csv\"\ndates = \"{fine}\"\n"));
        }
    }

    #[test]
    fn what_is_wrong_in_a_source() {
        let cases = [
            ("deals", "", "missing-key", "[sources.deals] needs the key `path`"),
            ("deals", "path = []", "empty-list", "`path` is empty"),
            (
                "deals",
                "path = 1",
                "wrong-type",
                "`path` takes a string or a list of strings, and this is a number",
            ),
            ("deals", "path = \"***\"", "bad-glob", "\"***\" is not a glob"),
            ("deals", "path = \"a\"\ncolums = {}", "unknown-key", "[sources.deals] has no key `colums`"),
            ("deals", "path = \"a\"\ncolumns = { x = 1 }", "wrong-type", "`x` takes the name of a column"),
            (
                "deals",
                "path = \"a\"\ncolumns = { x = { exp = \"1\" } }",
                "unknown-key",
                "`x` has no key `exp`",
            ),
            ("deals", "path = \"a\"\ntypes = { x = \"int\" }", "unknown-choice", "`x` can't be \"int\""),
            (
                "deals",
                "path = \"a\"\nvalues = { x = \"y\" }",
                "wrong-type",
                "`x` takes a table, and this is a string",
            ),
            (
                "deals",
                "path = \"a\"\ndefaults = { x = 1e3 }",
                "invalid-number",
                "the number of `x` is not a plain number",
            ),
            ("deals", "path = \"a\"\ndelimiter = \";;\"", "bad-delimiter", "`delimiter` takes one character"),
            ("deals", "path = \"a\"\nquote = \"“\"", "bad-delimiter", "`quote` takes one character"),
            (
                "deals",
                "path = \"a\"\nencoding = \"latin1\"",
                "unknown-choice",
                "`encoding` can't be \"latin1\"",
            ),
            (
                "deals",
                "path = \"a\"\ndecimal_comma = \"yes\"",
                "wrong-type",
                "`decimal_comma` takes true or false",
            ),
            (
                "deals",
                "path = \"a\"\nunpivot = { name = \"n\" }",
                "missing-key",
                "`unpivot` needs the key `value`",
            ),
            (
                "deals",
                "path = \"a\"\nquoted = \"unit-per-book\"",
                "misplaced-key",
                "`quoted` means nothing here",
            ),
            ("fx_rates", "path = \"a\"\nquoted = \"x\"", "unknown-choice", "`quoted` can't be \"x\""),
            (
                "deals",
                "path = \"a\"\nnulls = [1]",
                "wrong-type",
                "`nulls` takes a string, and this is a number",
            ),
        ];
        for (table, body, code, message) in cases {
            let shown = bad_source(table, &format!("{body}\n"));
            assert!(shown.contains(&format!("error[{code}]: {message}")), "{body}\n{shown}");
        }
    }

    #[test]
    fn the_fixtures_are_projects() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
        for name in ["adventureworks", "adventureworks-fx", "adventureworks-year", "ravenstack"] {
            let mut files = Files::default();
            let book = read(&Disk, &fixtures.join(name), &mut files);
            let book = book.unwrap_or_else(|found| panic!("{name}: {}", shown(&found, &files)));
            assert!(!book.sources.is_empty());
        }
    }
}
