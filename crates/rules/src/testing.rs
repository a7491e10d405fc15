//! Rule snippets in, rules or findings out: for the tests of this crate.

#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "it serves tests, which want to fail")]

use std::path::PathBuf;

use super::context::Context;
use super::read::rule_set;
use super::{Body, RuleBook, policies};
use apportion_base::diagnostic::{Diagnostic, FileId, Files, Span, render};
use apportion_base::digest::FileDigest;
use apportion_base::money::{Currency, Rounding};
use apportion_book::config::{self, sort};
use apportion_book::{Book, IncompletePolicy, SourceValue, TableName};
use apportion_data::{Catalogue, TableSchema, UsedColumns};
use apportion_expr::Type;

/// What every rule of the tests begins with, after its header.
pub const ID: &str = "id = \"x\"\neffective = { from = 2026-01-01 }\n";

/// A book in US dollars whose rule files are `rules/*.toml`.
pub fn book() -> Book {
    let span = Span { file: FileId(0), range: 0..0 };
    Book {
        root: PathBuf::from("project"),
        file: FileDigest::new("apportion.toml", b""),
        name: "Test".to_owned(),
        currency: Currency::from_code("USD").unwrap(),
        fiscal_year_starts: 1,
        rounding: Rounding::HalfAwayFromZero,
        rules: vec![SourceValue { value: "rules/*.toml".to_owned(), span }],
        fx_max_age_days: 31,
        incomplete: IncompletePolicy::Hold,
        timezone: None,
        warn_over_e8: 50_000_000,
        sources: Vec::new(),
        payment_details: Vec::new(),
        exports: Vec::new(),
        ledger: None,
        accounts: None,
        statements: apportion_book::StatementSettings::default(),
        report: apportion_book::ReportSettings::default(),
        forecast: apportion_book::ForecastSettings::default(),
    }
}

/// All tables, with some of their columns and a few attributes.
pub fn catalogue() -> Catalogue {
    use Type::{Date, Number, Text};
    let tables = [
        (
            TableName::Deals,
            vec![
                ("deal_id", Text),
                ("close_date", Date),
                ("amount", Number),
                ("currency", Text),
                ("deal_type", Text),
                ("channel", Text),
                ("Odd Name", Text),
                ("seats", Number),
            ],
        ),
        (
            TableName::Engagements,
            vec![
                ("deal_id", Text),
                ("payee_id", Text),
                ("role", Text),
                ("occurred_on", Date),
                ("weight", Number),
                ("activity", Text),
            ],
        ),
        (
            TableName::Payees,
            vec![
                ("payee_id", Text),
                ("kind", Text),
                ("tier", Text),
                ("currency", Text),
                ("start_date", Date),
            ],
        ),
        (TableName::Splits, vec![("deal_id", Text), ("payee_id", Text), ("percent", Number), ("role", Text)]),
        (TableName::Quotas, vec![("payee_id", Text), ("period", Text), ("amount", Number)]),
        (TableName::Territories, vec![("territory_id", Text), ("payee_id", Text), ("channel", Text)]),
        (
            TableName::Registrations,
            vec![("registration_id", Text), ("payee_id", Text), ("kind", Text), ("channel", Text)],
        ),
        (
            TableName::Certificates,
            vec![("payee_id", Text), ("course", Text), ("earned_on", Date), ("expires_on", Date)],
        ),
        (
            TableName::ServiceEvents,
            vec![("payee_id", Text), ("kind", Text), ("opened_at", Date), ("minutes_to_answer", Number)],
        ),
        (
            TableName::Milestones,
            vec![("payee_id", Text), ("side", Text), ("approved_by", Text), ("done_on", Date)],
        ),
    ];
    let tables = tables
        .into_iter()
        .map(|(name, columns)| {
            let columns =
                columns.into_iter().map(|(name, column_type)| (name.to_owned(), column_type)).collect();
            (name, TableSchema { present: true, columns })
        })
        .collect();
    Catalogue { tables }
}

/// The catalogue of a project without the source of one table.
pub fn catalogue_without(table: TableName) -> Catalogue {
    let mut catalogue = catalogue();
    if let Some(schema) = catalogue.tables.get_mut(&table) {
        schema.present = false;
    }
    catalogue
}

fn read(
    texts: &[&str],
    book: &Book,
    catalogue: &Catalogue,
) -> (RuleBook, UsedColumns, Vec<Diagnostic>, Files) {
    let (mut files, mut found) = (Files::default(), Vec::new());
    let named = |(index, text): (usize, &&str)| (format!("rules/{index}.toml"), (*text).to_owned());
    let texts: Vec<(String, String)> = texts.iter().enumerate().map(named).collect();
    let context = Context::new(book, catalogue, policies::made(&texts));
    let rules = rule_set(&context, &texts, None, &mut files, &mut found);
    sort(&mut found);
    (rules, context.into_used(), found, files)
}

/// The rules of texts that must be fine.
pub fn rules(texts: &[&str]) -> (RuleBook, UsedColumns) {
    let (rules, used, found, files) = read(texts, &book(), &catalogue());
    assert!(found.is_empty(), "{}", found.iter().map(|error| render(error, &files)).collect::<String>());
    (rules, used)
}

/// The body of the one rule of a text that must be fine: a header, the common keys, and `keys`.
pub fn body(kind: &str, keys: &str) -> Body {
    let (mut book, _) = rules(&[&format!("{CREDIT}[[{kind}]]\n{ID}{keys}")]);
    let rule = book.rules.iter_mut().find(|rule| rule.id == "x").unwrap();
    rule.versions.remove(0).body
}

/// A shared_credit rule `credit`, for rules that need one.
pub const CREDIT: &str =
    "[[shared_credit]]\nid = \"credit\"\neffective = { from = 2026-01-01 }\nmodel = \"equal\"\n";

/// What is wrong with texts, as shown to people.
pub fn shown(texts: &[&str]) -> String {
    let (_, _, found, files) = read(texts, &book(), &catalogue());
    config::testing::shown(&found, &files)
}

/// What is wrong with texts, a line each: `code: message @ the text at its places`.
pub fn wrong(texts: &[&str]) -> Vec<String> {
    wrong_with(texts, &book(), &catalogue())
}

/// As [`wrong`], with another book and catalogue.
pub fn wrong_with(texts: &[&str], book: &Book, catalogue: &Catalogue) -> Vec<String> {
    let (_, _, found, files) = read(texts, book, catalogue);
    let slice =
        |span: &Span| files.get(span.file).map(|file| file.text[span.range.clone()].to_owned()).unwrap();
    found
        .iter()
        .map(|error| {
            let places: Vec<String> = error.labels.iter().map(|label| slice(&label.span)).collect();
            format!("{}: {} @ {}", error.code, error.message, places.join(" | "))
        })
        .collect()
}

/// As [`wrong`], for one rule: a header, the common keys, and `keys`.
pub fn wrong_in(kind: &str, keys: &str) -> Vec<String> {
    wrong(&[&format!("{CREDIT}[[{kind}]]\n{ID}{keys}")])
}
