//! A column of an input table, and what its cells may be.

use std::borrow::Cow;

use super::super::RejectCode;

/// A column of an input table.
#[derive(Debug, Clone, Copy)]
pub struct InputColumn {
    /// Its name in files, in `columns` and in rules.
    pub name: &'static str,
    /// What a cell must be.
    pub cell: CellType,
    /// Which things its values name.
    pub domain: Domain,
    /// Whether every row needs a value.
    pub required: bool,
    /// What an empty cell means, unless the project file's `defaults` says otherwise.
    pub default: DefaultValue,
    /// Codes of rejects that name this column and are found after its cells were read, when rows are compared with other
    /// tables. The readers keep such a cell as it was written, because the reject quotes it.
    pub later: &'static [RejectCode],
    /// Whether only rules and outputs use it: no amount depends on it unless a rule names it.
    pub attribute: bool,
    /// What it holds, in a sentence.
    pub meaning: &'static str,
}

/// What a cell of a column must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellType {
    /// Any text.
    Text,
    /// `won` or `lost`.
    Outcome,
    /// A date in the format of the source.
    Date,
    /// A text that names a period.
    Period,
    /// A text that names a month.
    Month,
    /// One of some words.
    Word(&'static [&'static str]),
    /// An amount in the currency of its row: at most 6 decimals, below 10^12.
    Money,
    /// An amount in book currency that is above 0.
    Quota,
    /// At least 0; at most 9 decimals, below 10^9.
    Weight,
    /// 0 to 1000; at most 9 decimals.
    Percent,
    /// 0 to 1; at most 9 decimals.
    Share,
    /// Above 0; at most 9 decimals, below 10^9.
    Rate,
    /// A number among the attributes: at most 9 decimals and 18 digits.
    Number,
    /// `true` or `false`, in any case.
    Boolean,
    /// A point in time: RFC 3339, also with a blank for `T`, without seconds or offset, or a date.
    Time,
    /// 0 to 100; at most 9 decimals.
    Hundred,
}

impl CellType {
    /// Decimals of the integers in which such cells are held; 0 for what is not a number.
    pub const fn decimals(self) -> u32 {
        match self {
            Self::Money | Self::Quota => 6,
            Self::Weight | Self::Percent | Self::Hundred | Self::Share | Self::Rate | Self::Number => 9,
            Self::Text
            | Self::Outcome
            | Self::Date
            | Self::Period
            | Self::Month
            | Self::Word(_)
            | Self::Boolean
            | Self::Time => 0,
        }
    }

    /// Whether it holds percents: a sign says nothing new, and a cell that a spreadsheet shows as one is a hundredfold.
    pub const fn is_percent(self) -> bool {
        matches!(self, Self::Percent | Self::Hundred)
    }

    /// For people: a few words.
    pub fn words(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Text => "text",
            Self::Outcome => "`won` or `lost`",
            Self::Date => "date",
            Self::Period => "period: `2026-07`, `2026-Q3` or `2026`",
            Self::Month => "month: `2026-07`",
            Self::Word(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                return words.join(", ").into();
            }
            Self::Money => "money",
            Self::Quota => "money above 0",
            Self::Weight => "number, at least 0",
            Self::Percent => "number, 0 to 1000",
            Self::Share => "number, 0 to 1",
            Self::Rate => "number above 0",
            Self::Number => "number",
            Self::Boolean => "`true` or `false`",
            Self::Time => "time",
            Self::Hundred => "number, 0 to 100",
        })
    }
}

/// Which things the values of a column name. Columns of one domain, of all tables, share their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// Ids of deals.
    Deal,
    /// Ids of payees.
    Payee,
    /// Ids of accounts.
    Account,
    /// Ids of opportunities.
    Opportunity,
    /// Ids of registrations.
    Registration,
    /// Ids of decisions.
    Decision,
    /// Nothing that another column names.
    Own,
}

/// What an empty cell means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultValue {
    /// Nothing is known.
    Null,
    /// The same as this text.
    Text(&'static str),
    /// The same as the code of the book's currency.
    BookCurrency,
}

impl InputColumn {
    /// An optional column of any type.
    pub(super) const fn new(name: &'static str, cell: CellType, meaning: &'static str) -> Self {
        Self {
            name,
            cell,
            domain: Domain::Own,
            required: false,
            default: DefaultValue::Null,
            later: &[],
            attribute: false,
            meaning,
        }
    }

    /// An optional column of texts.
    pub(super) const fn text(name: &'static str, meaning: &'static str) -> Self {
        Self::new(name, CellType::Text, meaning)
    }

    /// The same, and every row needs a value.
    pub(super) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same, with values that name things of a domain.
    pub(super) const fn of(self, domain: Domain) -> Self {
        Self { domain, ..self }
    }

    /// The same, with a meaning of empty cells.
    pub(super) const fn or(self, default: DefaultValue) -> Self {
        Self { default, ..self }
    }

    /// The same, with codes that are found after its cells were read.
    pub(super) const fn later(self, later: &'static [RejectCode]) -> Self {
        Self { later, ..self }
    }

    /// The same, used by rules and outputs only.
    pub(super) const fn attribute(self) -> Self {
        Self { attribute: true, ..self }
    }
}

/// The columns of one list and then of another, `N` in all.
pub(super) const fn joined<const A: usize, const B: usize, const N: usize>(
    first: [InputColumn; A],
    then: [InputColumn; B],
) -> [InputColumn; N] {
    assert!(A + B == N);
    let mut all = [first[0]; N];
    let mut index = 0;
    while index < N {
        all[index] = if index < A { first[index] } else { then[index - A] };
        index += 1;
    }
    all
}
