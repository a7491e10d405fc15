//! Descriptions of the tables that people write: which keys there are, what each takes, and what it means.
//!
//! They are constants beside the readers. The readers take keys, defaults and choices from them ([`Table::of`],
//! [`Table::choice`], [`Table::keys`]); schemas for editors and the tables of the reference are made from them.
//!
//! [`Table::of`]: super::Table::of
//! [`Table::choice`]: super::Table::choice
//! [`Table::keys`]: super::Table::keys

use crate::{Every, TableName};
use apportion_contract::ReachWord;

/// A table of a file: what it is, and its keys.
#[derive(Debug, Clone, Copy)]
pub struct Record {
    /// What the table is, in a sentence.
    pub about: &'static str,
    /// Its keys, in the order in which they are offered.
    pub parameters: &'static [Parameter],
}

/// A key of a table.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// As it is written.
    pub key: &'static str,
    /// What it takes.
    pub shape: Shape,
    /// Whether it must be there, and what holds without it.
    pub need: Presence,
    /// What it means, in a sentence or two.
    pub meaning: &'static str,
}

impl Parameter {
    /// A key that must be there; `example` shows the whole assignment, such as `amount = "250"`.
    pub const fn required(
        key: &'static str,
        shape: Shape,
        example: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self { key, shape, need: Presence::Required { example }, meaning }
    }

    /// A key that may be left out.
    pub const fn optional(key: &'static str, shape: Shape, meaning: &'static str) -> Self {
        Self { key, shape, need: Presence::Optional, meaning }
    }

    /// A key that has a value where it is left out.
    pub const fn with_default(
        key: &'static str,
        shape: Shape,
        default: Default,
        meaning: &'static str,
    ) -> Self {
        Self { key, shape, need: Presence::Default(default), meaning }
    }

    /// An assignment that shows what to write, where the key is required; otherwise empty.
    pub const fn example(&self) -> &'static str {
        match self.need {
            Presence::Required { example } => example,
            Presence::Optional | Presence::Default(_) => "",
        }
    }
}

/// Whether a key must be there.
#[derive(Debug, Clone, Copy)]
pub enum Presence {
    /// It must; `example` is a whole assignment.
    Required {
        /// Such as `amount = "250"`.
        example: &'static str,
    },
    /// It may be left out; its meaning says what holds then.
    Optional,
    /// It may be left out and has this value then.
    Default(Default),
}

/// The value of a key that is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Default {
    /// A string, also a word of a choice or an expression.
    Text(&'static str),
    /// A list of strings.
    Texts(&'static [&'static str]),
    /// A whole number.
    Whole(u32),
    /// `true` or `false`.
    Flag(bool),
}

/// What a key takes.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Any string.
    Text,
    /// A string with some characters other than blanks.
    SomeText,
    /// A string of one character.
    Character,
    /// A string that fits a regular expression.
    Pattern(&'static str),
    /// One of some words.
    Choice(&'static [Word]),
    /// The code of a currency.
    Currency,
    /// A day: a date of TOML, or a string.
    Day,
    /// `true` or `false`.
    Flag,
    /// A whole number within limits, both included.
    Whole {
        /// The lowest.
        least: u32,
        /// The highest.
        most: u32,
    },
    /// A number with decimals, exactly as it is written.
    Number(Number),
    /// A number, or numbers by a text column of one of some tables: `{ by = …, is = { … }, else = … }`, or by the rows of
    /// a file: `{ table = …, value = … }`.
    NumberBy(Number, &'static [TableName]),
    /// A string with an expression that is true or false.
    Condition(Scope),
    /// A string with an expression that is a number.
    Expression(Scope),
    /// The value of a cell of a data file: a string, a number or a boolean.
    Cell,
    /// A table.
    Record(&'static Record),
    /// A list.
    List {
        /// What its elements take.
        item: &'static Shape,
        /// How many elements there are at least.
        least: usize,
        /// How many elements there are at most.
        most: Option<usize>,
    },
    /// A list of paths or patterns of files, at least one.
    Patterns {
        /// One that many projects have.
        example: &'static str,
    },
    /// A table whose keys are not known beforehand.
    Map(&'static Shape),
    /// One of several shapes.
    Either(&'static [Shape]),
    /// A shape with a sentence of its own about it.
    About(&'static str, &'static Shape),
}

impl Shape {
    /// A list with at least one element.
    pub const fn some(item: &'static Shape) -> Self {
        Self::List { item, least: 1, most: None }
    }

    /// A list, perhaps empty.
    pub const fn list(item: &'static Shape) -> Self {
        Self::List { item, least: 0, most: None }
    }
}

/// What a number is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// A fraction of one: `"10%"` or `0.10`.
    Rate,
    /// Money in the major unit of the book's currency: `"250"` or `1250.50`.
    Amount,
    /// A plain number of something, such as weight or engagements.
    Measure,
    /// With a percent sign a part of a quota, without one an amount.
    Threshold,
}

impl Number {
    /// The keys of a number of this kind that depends on a text column.
    pub fn by_column(self) -> &'static Record {
        const BY: Parameter = Parameter::required(
            "by",
            Shape::Text,
            "by = \"payees.tier\"",
            "The column, such as \"payees.tier\" or \"deals.deal_type\".",
        );
        const fn is(values: &'static Shape) -> Parameter {
            Parameter::required(
                "is",
                Shape::Map(values),
                "is = { gold = \"500\" }",
                "The value for each text of the column.",
            )
        }
        const fn or_else(value: Shape) -> Parameter {
            Parameter::optional("else", value, "The value for any other text, and where there is none.")
        }
        /// The record for one kind of number.
        macro_rules! record {
            ($number:ident) => {{
                const VALUE: Shape = Shape::Number(Number::$number);
                const RECORD: Record = Record {
                    about: "A value that depends on a text column. No match and no `else`: no line, and the deal is shown \
                            as `no-rate`.",
                    parameters: &[BY, is(&VALUE), or_else(VALUE)],
                };
                &RECORD
            }};
        }
        match self {
            Self::Rate => record!(Rate),
            Self::Amount => record!(Amount),
            Self::Measure => record!(Measure),
            Self::Threshold => record!(Threshold),
        }
    }
}

const TABLE: Parameter = Parameter::required(
    "table",
    Shape::SomeText,
    "table = \"rates/partners.csv\"",
    "The file, by its path from the folder of apportion.toml.",
);
const VALUE: Parameter = Parameter::required(
    "value",
    Shape::SomeText,
    "value = \"rate\"",
    "The column of the file that has the values.",
);
const MATCH: Parameter = Parameter::optional(
    "match",
    Shape::list(&Shape::Text),
    "The columns that are compared, besides dates and ranges. Without it, all others.",
);

impl Number {
    /// The keys of a number that the rows of a file decide.
    pub fn by_table() -> &'static Record {
        const RECORD: Record = Record {
            about: "A value that depends on several columns or on ranges: the row of a CSV file with the most cells that \
                    match. No row: no line, and the deal is shown as `no-rate`.",
            parameters: &[TABLE, VALUE, MATCH],
        };
        &RECORD
    }
}

/// The columns that an expression sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Tables of the project, in the order in which bare names are looked up.
    pub tables: &'static [TableName],
    /// Whether it also sees `touches`, `weight`, `first_on` and `last_on` of a payee's engagements on a deal.
    pub group: bool,
    /// Whether it also sees the deal that a reversal reverses, as `original`.
    pub original: bool,
    /// Whether it also sees `period_end`, the last day of the month that is closed.
    pub period_end: bool,
    /// Whether it also sees `claim`: what one who claims a deal did for it.
    pub claim: bool,
    /// Whether it also sees `segment`, and nothing else that is made of deals.
    pub segment: bool,
}

impl Scope {
    /// The columns of some tables.
    pub const fn new(tables: &'static [TableName]) -> Self {
        Self { tables, group: false, original: false, period_end: false, claim: false, segment: false }
    }

    /// The columns of some tables, and `period_end`.
    pub const fn with_period_end(tables: &'static [TableName]) -> Self {
        Self { period_end: true, ..Self::new(tables) }
    }

    /// The columns of some tables, and those of a claim.
    pub const fn with_claim(tables: &'static [TableName]) -> Self {
        Self { claim: true, ..Self::new(tables) }
    }

    /// The columns of some tables, and the deal's segment.
    pub const fn with_segment(tables: &'static [TableName]) -> Self {
        Self { segment: true, ..Self::new(tables) }
    }

    /// The columns of some tables, and those of a group of engagements.
    pub const fn with_group(tables: &'static [TableName]) -> Self {
        Self { group: true, ..Self::new(tables) }
    }

    /// The columns of some tables, and those of the deal that a reversal reverses.
    pub const fn with_original(tables: &'static [TableName]) -> Self {
        Self { original: true, ..Self::new(tables) }
    }
}

/// A word of a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// As it is written.
    pub word: &'static str,
    /// What it means; empty where the word says it.
    pub meaning: &'static str,
}

impl Word {
    /// A word that says what it means.
    pub const fn plain(word: &'static str) -> Self {
        Self { word, meaning: "" }
    }
}

/// A type whose values are the words of a choice.
pub trait Choice: Copy + 'static {
    /// All values, in the order in which they are offered.
    const ALL: &'static [Self];
    /// Their words, in the same order.
    const WORDS: &'static [Word];

    /// The value with this word.
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().zip(Self::WORDS).find(|(_, known)| known.word == word).map(|(value, _)| *value)
    }
}

impl Choice for Every {
    const ALL: &'static [Self] = &[Self::Month, Self::Quarter, Self::Year];
    const WORDS: &'static [Word] = &[
        Word { word: "month", meaning: "A calendar month" },
        Word { word: "quarter", meaning: "A fiscal quarter" },
        Word { word: "year", meaning: "A fiscal year" },
    ];
}

impl Choice for ReachWord {
    const ALL: &'static [Self] = &Self::ALL;
    const WORDS: &'static [Word] = &[
        Word { word: Self::Deal.word(), meaning: "Engagements that name the deal" },
        Word { word: Self::Prior.word(), meaning: "Engagements that name the deal it renews" },
        Word { word: Self::Account.word(), meaning: "Engagements of its account" },
    ];
}

/// Defines an enum whose values are words that people write, each with its meaning, and implements [`Choice`] for it.
///
/// [`Choice`]: crate::config::describe::Choice
#[macro_export]
macro_rules! choices {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident {
            $($variant:ident = $word:literal, $meaning:literal;)+
        }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $visibility enum $name {
            $(#[doc = $meaning] $variant,)+
        }

        impl $name {
            /// As it is written.
            #[allow(dead_code, reason = "a choice that only its reader knows needs no word")]
            $visibility const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl $crate::config::describe::Choice for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            const WORDS: &'static [$crate::config::describe::Word] =
                &[$($crate::config::describe::Word { word: $word, meaning: $meaning }),+];
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_period_are_those_that_it_writes() {
        for (every, word) in Every::ALL.iter().zip(Every::WORDS) {
            assert_eq!(every.word(), word.word);
            assert_eq!(Every::from_word(word.word), Some(*every));
        }
        assert_eq!(Every::from_word("week"), None);
    }
}
