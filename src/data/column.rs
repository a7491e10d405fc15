//! The values of one column of a table, as parsed, row by row: four to sixteen bytes a row and no allocation each.

use super::contract::{ColumnSpec, Domain, Kind};
use super::tables::{NO_DAY, NONE};

/// No number in a column of fixed-point integers.
pub(super) const NO_NUMBER: i64 = i64::MIN;
/// No number in a column of attributes.
pub(super) const NO_WIDE: i128 = i128::MIN;
/// No truth value.
pub(super) const NO_FLAG: u8 = 2;

/// Values by row; null is a sentinel of the type.
#[derive(Debug)]
pub(super) enum Values {
    /// Codes of texts; [`NONE`].
    Codes(Vec<u32>),
    /// Days since 1970-01-01; [`NO_DAY`].
    Days(Vec<i32>),
    /// Millionths of money, billionths of weights, percents and rates; [`NO_NUMBER`].
    Fixed(Vec<i64>),
    /// Billionths of attributes; [`NO_WIDE`].
    Wide(Vec<i128>),
    /// 0, 1 or [`NO_FLAG`]: won, true.
    Flags(Vec<u8>),
}

impl Values {
    fn new(kind: Kind, attribute: bool) -> Self {
        match kind {
            Kind::Text | Kind::Period => Self::Codes(Vec::new()),
            Kind::Date => Self::Days(Vec::new()),
            Kind::Number => Self::Wide(Vec::new()),
            Kind::Money if attribute => Self::Wide(Vec::new()),
            Kind::Money | Kind::Quota | Kind::Weight | Kind::Percent | Kind::Rate => Self::Fixed(Vec::new()),
            Kind::Outcome | Kind::Boolean => Self::Flags(Vec::new()),
        }
    }

    fn equal(&self, a: usize, b: usize) -> bool {
        match self {
            Self::Codes(values) => values[a] == values[b],
            Self::Days(values) => values[a] == values[b],
            Self::Fixed(values) => values[a] == values[b],
            Self::Wide(values) => values[a] == values[b],
            Self::Flags(values) => values[a] == values[b],
        }
    }
}

/// One column of a [`super::sheet::Sheet`].
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) domain: Domain,
    pub(super) role: ColumnRole,
    /// False where no file gives it: then there are no values, and every row is null.
    pub(super) present: bool,
    pub(super) values: Values,
    /// Codes of the texts as they stood, where the values may be others and a later finding may quote them.
    pub(super) stood: Option<Vec<u32>>,
    /// Amounts from here on (in absolute value) keep their text: they may become too large by conversion.
    pub(super) long_from: Option<i64>,
    /// Row and text of those, by row.
    pub(super) long: Vec<(u32, String)>,
}

/// Why a column is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnRole {
    /// The contract lists it.
    Contract,
    /// A rule names it.
    Attribute,
    /// A `where` or an `expr` names it: a column of the file itself.
    File,
}

impl Column {
    /// An empty column of the contract.
    pub(super) fn contract(spec: &ColumnSpec) -> Self {
        Self { domain: spec.domain, ..Self::new(spec.name, spec.kind, ColumnRole::Contract) }
    }

    /// An empty column of another kind.
    pub(super) fn new(name: &str, kind: Kind, role: ColumnRole) -> Self {
        Self {
            name: name.to_string(),
            kind,
            domain: Domain::Own,
            role,
            present: false,
            values: Values::new(kind, role == ColumnRole::Attribute),
            stood: None,
            long_from: None,
            long: Vec::new(),
        }
    }

    /// Whether two rows have the same value.
    pub(super) fn equal(&self, a: usize, b: usize) -> bool {
        !self.present || self.values.equal(a, b)
    }

    /// The text's code, or [`NONE`].
    pub(super) fn code(&self, row: usize) -> u32 {
        match &self.values {
            Values::Codes(codes) if self.present => codes[row],
            _ => NONE,
        }
    }

    /// The day, or [`NO_DAY`].
    pub(super) fn day(&self, row: usize) -> i32 {
        match &self.values {
            Values::Days(days) if self.present => days[row],
            _ => NO_DAY,
        }
    }

    /// The fixed-point integer, or [`NO_NUMBER`].
    pub(super) fn fixed(&self, row: usize) -> i64 {
        match &self.values {
            Values::Fixed(numbers) if self.present => numbers[row],
            _ => NO_NUMBER,
        }
    }

    /// The flag, or [`NO_FLAG`].
    pub(super) fn flag(&self, row: usize) -> u8 {
        match &self.values {
            Values::Flags(flags) if self.present => flags[row],
            _ => NO_FLAG,
        }
    }

    /// The code of the text as it stood in the file, or [`NONE`] where nothing stood there.
    pub(super) fn stood(&self, row: usize) -> u32 {
        self.stood.as_ref().map_or_else(|| self.code(row), |codes| codes[row])
    }
}
