//! `apportion.toml`.

use apportion_book::config::describe::{Default, Parameter, Record, Shape, Word};

use serde_json::Value;

use super::made::{Keys, about, record, table};
use super::sources::sources;

pub(super) const TITLE: &str = "apportion.toml";

/// The project file.
pub(super) fn file() -> Keys {
    let mut tables = Keys::new();
    tables.insert("book".to_owned(), Value::Object(record(&BOOK)));
    let sources = about("Where the rows of each table come from.", sources());
    tables.insert("sources".to_owned(), Value::Object(sources));
    table(
        "The project file of apportion: the book, where the data come from, where the rules are.",
        tables,
        vec!["book".into(), "sources".into()],
    )
}

/// `[book]`.
pub(super) const BOOK: Record = Record {
    about: "What is paid, and by which calendar.",
    parameters: &[
        Parameter::required(
            "name",
            Shape::SomeText,
            "name = \"Partner programme\"",
            "Name of the programme, as people see it.",
        ),
        Parameter::required(
            "currency",
            Shape::Currency,
            "currency = \"USD\"",
            "Currency of all amounts in rules and of everything that is paid: an ISO 4217 code.",
        ),
        Parameter::with_default(
            "fiscal_year_starts",
            Shape::Whole { least: 1, most: 12 },
            Default::Whole(1),
            "Month in which a fiscal year starts. A fiscal year is named after the calendar year in which it ends.",
        ),
        Parameter::with_default(
            "rounding",
            Shape::Choice(&[
                Word {
                    word: "half-away-from-zero",
                    meaning: "0.5 becomes 1 and -0.5 becomes -1, as in spreadsheets",
                },
                Word { word: "half-even", meaning: "0.5 becomes 0 and 1.5 becomes 2" },
            ]),
            Default::Text("half-away-from-zero"),
            "How the last digit is rounded.",
        ),
        Parameter::required(
            "rules",
            Shape::Patterns { example: "rules/*.toml" },
            "rules = [\"rules/*.toml\"]",
            "Rule files: paths or patterns, relative to this file.",
        ),
        Parameter::with_default(
            "fx_max_age_days",
            Shape::Whole { least: 0, most: 100_000 },
            Default::Whole(31),
            "An exchange rate older than this is no rate.",
        ),
        Parameter::with_default(
            "incomplete",
            Shape::Choice(&[
                Word { word: "hold", meaning: "It is not paid until the row is mended" },
                Word { word: "pay", meaning: "It is paid to those who are left" },
            ]),
            Default::Text("hold"),
            "What happens to a deal some of whose engagements or splits were rejected.",
        ),
        Parameter::optional(
            "timezone",
            Shape::SomeText,
            "Time zone in which instants have their days, by its name in the IANA database, such as \"Europe/Berlin\".",
        ),
    ],
};
