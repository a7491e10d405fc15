//! The keys of `[book]`: `docs/reference/project.md#book`.

use crate::config::describe::{Choice, Default, Number, Parameter, Record, Shape, Word};
use apportion_base::money::Rounding;
use apportion_contract::IncompletePolicy;

pub(crate) const NAME: Parameter = Parameter::required(
    "name",
    Shape::SomeText,
    "name = \"Partner programme\"",
    "Name of the programme, as people see it.",
);

pub(crate) const CURRENCY: Parameter = Parameter::required(
    "currency",
    Shape::Currency,
    "currency = \"USD\"",
    "Currency of all amounts in rules and of everything that is paid: an ISO 4217 code.",
);

pub(crate) const FISCAL_YEAR_STARTS: Parameter = Parameter::with_default(
    "fiscal_year_starts",
    Shape::Whole { least: 1, most: 12 },
    Default::Whole(1),
    "Month in which a fiscal year starts. A fiscal year is named after the calendar year in which it ends.",
);

pub(crate) const ROUNDING: Parameter = Parameter::with_default(
    "rounding",
    Shape::Choice(Rounding::WORDS),
    Default::Text(Rounding::HalfAwayFromZero.word()),
    "How the last digit is rounded.",
);

pub(crate) const RULES: Parameter = Parameter::required(
    "rules",
    Shape::Patterns { example: "rules/*.toml" },
    "rules = [\"rules/*.toml\"]",
    "Rule files: paths or patterns, relative to this file.",
);

pub(crate) const FX_MAX_AGE_DAYS: Parameter = Parameter::with_default(
    "fx_max_age_days",
    Shape::Whole { least: 0, most: 100_000 },
    Default::Whole(31),
    "An exchange rate older than this is no rate.",
);

pub(crate) const INCOMPLETE: Parameter = Parameter::with_default(
    "incomplete",
    Shape::Choice(IncompletePolicy::WORDS),
    Default::Text(IncompletePolicy::Hold.word()),
    "What happens to a deal some of whose engagements or splits were rejected.",
);

pub(crate) const TIMEZONE: Parameter = Parameter::optional(
    "timezone",
    Shape::SomeText,
    "Time zone in which instants have their days, by its name in the IANA database, such as \"Europe/Berlin\".",
);

pub(crate) const WARN_OVER: Parameter = Parameter::with_default(
    "warn_over",
    Shape::Number(Number::Rate),
    Default::Text("50%"),
    "`check` warns where all rules together pay more than this part of a deal's amount. It changes no amount.",
);

/// `[book]`.
pub const BOOK: Record = Record {
    about: "What is paid, and by which calendar.",
    parameters: &[
        NAME,
        CURRENCY,
        FISCAL_YEAR_STARTS,
        ROUNDING,
        RULES,
        FX_MAX_AGE_DAYS,
        INCOMPLETE,
        TIMEZONE,
        WARN_OVER,
    ],
};

impl Choice for Rounding {
    const ALL: &'static [Self] = &[Self::HalfAwayFromZero, Self::HalfEven];
    const WORDS: &'static [Word] = &[
        Word {
            word: Self::HalfAwayFromZero.word(),
            meaning: "0.5 becomes 1 and -0.5 becomes -1, as in spreadsheets",
        },
        Word { word: Self::HalfEven.word(), meaning: "0.5 becomes 0 and 1.5 becomes 2" },
    ];
}

impl Choice for IncompletePolicy {
    const ALL: &'static [Self] = &Self::ALL;
    const WORDS: &'static [Word] = &[
        Word { word: Self::Hold.word(), meaning: "It is not paid until the row is corrected" },
        Word { word: Self::Pay.word(), meaning: "It is paid to those who are left" },
    ];
}
