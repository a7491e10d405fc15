//! The parsed values of one column of a staging table: some bits to sixteen bytes per row, without an allocation per row.

use std::hash::{Hash, Hasher};

use arrow::array::Array;

use super::contract::{ColumnSpec, Domain, Kind, only_compared};
use super::hashed_keys::HashedKeys;
use super::intern::Interner;
use super::packed::Packed;
use super::parsed::{FIXED_BELOW, ParsedColumn, ParsedValues};
use super::tables::Moment;
use super::tables::indices::{NO_DAY, NONE};
use super::texts::Texts;

/// Null in a column of fixed-point integers.
pub(super) const NO_NUMBER: i64 = i64::MIN;
/// Null in a column of numeric attributes.
pub(super) const NO_WIDE: i128 = i128::MIN;
/// Sums of numeric attributes are below this: 18 digits with 9 decimals.
const WIDE_BELOW: u128 = 1_000_000_000_000_000_000_000_000_000;
/// Null in a column of points in time.
pub(super) const NO_MOMENT: Moment = Moment { seconds: i64::MIN, day: NO_DAY, offset: 0 };
/// Null in a column of flags.
pub(super) const NO_FLAG: u8 = 2;

/// Values by row; null is a sentinel of the type.
#[derive(Debug)]
pub(super) enum Values {
    /// Codes of texts; [`NONE`].
    Codes(Packed<u32>),
    /// Texts that are only compared.
    Texts(Texts),
    /// The same of a key, as hashes.
    Hashed(HashedKeys),
    /// Days since 1970-01-01; [`NO_DAY`].
    Days(Packed<i32>),
    /// Points in time; [`NO_MOMENT`].
    Moments(Vec<Moment>),
    /// Millionths of money, billionths of weights, percents and rates; [`NO_NUMBER`].
    Fixed(Packed<i64>),
    /// Billionths of attributes; [`NO_WIDE`].
    Wide(Vec<i128>),
    /// 0, 1 or [`NO_FLAG`]: won, true.
    Flags(Vec<u8>),
}

/// Which of [`Values`] a column has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Codes,
    Texts,
    Hashed,
    Days,
    Moments,
    Fixed,
    Wide,
    Flags,
}

impl Shape {
    fn new(kind: Kind, role: ColumnRole) -> Self {
        match kind {
            Kind::Text if role == ColumnRole::File => Self::Texts,
            Kind::Text | Kind::Period | Kind::Month | Kind::Word(_) => Self::Codes,
            Kind::Date => Self::Days,
            Kind::Time => Self::Moments,
            Kind::Number => Self::Wide,
            Kind::Money if role == ColumnRole::Attribute => Self::Wide,
            Kind::Money
            | Kind::Quota
            | Kind::Weight
            | Kind::Percent
            | Kind::Hundred
            | Kind::Share
            | Kind::Rate => Self::Fixed,
            Kind::Outcome | Kind::Boolean => Self::Flags,
        }
    }

    fn values(self) -> Values {
        match self {
            Self::Codes => Values::Codes(Packed::default()),
            Self::Texts => Values::Texts(Texts::default()),
            Self::Hashed => Values::Hashed(HashedKeys::default()),
            Self::Days => Values::Days(Packed::default()),
            Self::Moments => Values::Moments(Vec::new()),
            Self::Fixed => Values::Fixed(Packed::default()),
            Self::Wide => Values::Wide(Vec::new()),
            Self::Flags => Values::Flags(Vec::new()),
        }
    }
}

impl Values {
    fn equal(&self, a: usize, b: usize) -> bool {
        match self {
            Self::Codes(values) => values.get(a) == values.get(b),
            Self::Texts(texts) => texts.get(a) == texts.get(b),
            Self::Hashed(keys) => keys.equal(a, b),
            Self::Days(values) => values.get(a) == values.get(b),
            // However it is written, an instant is one.
            Self::Moments(values) => values[a].seconds == values[b].seconds,
            Self::Fixed(values) => values.get(a) == values.get(b),
            Self::Wide(values) => values[a] == values[b],
            Self::Flags(values) => values[a] == values[b],
        }
    }
}

/// One column of a [`super::sheet::StagingTable`].
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) domain: Domain,
    pub(super) role: ColumnRole,
    pub(super) shape: Shape,
    /// False where no file gives it: then there are no values, and every row is null.
    pub(super) present: bool,
    pub(super) values: Values,
    /// The texts of the codes, if the column has codes of its own ([`Domain::Own`]).
    pub(super) own: Interner,
    /// Codes of the raw texts, kept where values may differ from them and a later finding may quote them.
    pub(super) raw_text: Option<Vec<u32>>,
    /// Amounts from here on (in absolute value) keep their text: they may become too large by conversion.
    pub(super) long_from: Option<i64>,
    /// Row and text of those, by row.
    pub(super) long: Vec<(u32, String)>,
}

/// The final codes of the texts that were new in a chunk.
struct FreshCodes {
    codes: Vec<u32>,
}

impl FreshCodes {
    /// Gives the fresh texts of a chunk their codes, which are those of `added` from `known` on.
    fn new(parsed: &ParsedColumn, known: usize, added: &mut Interner) -> Self {
        let mut codes = match &parsed.values {
            ParsedValues::New(texts) => added.intern_all((0..texts.len()).map(|row| texts.value(row))),
            _ => added.intern_all(parsed.fresh.texts()),
        };
        // there are fewer texts than rows, and rows are counted in 32 bits
        let known = u32::try_from(known).unwrap_or(NONE);
        codes.iter_mut().for_each(|code| *code += known);
        Self { codes }
    }

    fn code(&self, code: u32) -> u32 {
        if code == NONE {
            return NONE;
        }
        // fresh codes are counted from the top
        self.codes.get((NONE - 1 - code) as usize).copied().unwrap_or(code)
    }
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
    /// An empty column of the contract. `named`: a rule names it.
    pub(super) fn contract(spec: &ColumnSpec, named: bool) -> Self {
        let column = Self { domain: spec.domain, ..Self::new(spec.name, spec.cell, ColumnRole::Contract) };
        if only_compared(spec) && !named { column.shaped(Shape::Texts) } else { column }
    }

    /// An empty column of another kind.
    pub(super) fn new(name: &str, kind: Kind, role: ColumnRole) -> Self {
        let shape = Shape::new(kind, role);
        Self {
            name: name.to_string(),
            kind,
            domain: Domain::Own,
            role,
            shape,
            present: false,
            values: shape.values(),
            own: Interner::default(),
            raw_text: None,
            long_from: None,
            long: Vec::new(),
        }
    }

    /// Appends the rows of a chunk, the first of which becomes row `first` of the staging table. Texts that are new get the codes
    /// from `known` on that `added` gives them.
    pub(super) fn append(&mut self, parsed: ParsedColumn, first: u32, known: usize, added: &mut Interner) {
        let codes = FreshCodes::new(&parsed, known, added);
        self.extend(parsed, first, &codes);
    }

    /// Appends to a column with codes of its own.
    pub(super) fn append_own(&mut self, parsed: ParsedColumn, first: u32) {
        let codes = FreshCodes::new(&parsed, 0, &mut self.own);
        self.extend(parsed, first, &codes);
    }

    /// Reserves memory for this many additional rows.
    pub(super) fn reserve(&mut self, rows: usize) {
        if !self.present {
            return;
        }
        match &mut self.values {
            Values::Codes(all) => all.reserve(rows),
            Values::Days(all) => all.reserve(rows),
            Values::Fixed(all) => all.reserve(rows),
            Values::Texts(_) => {}
            Values::Hashed(keys) => keys.reserve(rows),
            Values::Moments(all) => all.reserve_exact(rows),
            Values::Wide(all) => all.reserve_exact(rows),
            Values::Flags(all) => all.reserve_exact(rows),
        }
        if let Some(all) = &mut self.raw_text {
            all.reserve_exact(rows);
        }
    }

    fn extend(&mut self, parsed: ParsedColumn, first: u32, codes: &FreshCodes) {
        match (&mut self.values, parsed.values) {
            (Values::Codes(all), ParsedValues::New(_)) => all.extend(codes.codes.iter().copied()),
            (Values::Codes(all), ParsedValues::Codes(new)) => {
                all.extend(new.into_iter().map(|code| codes.code(code)))
            }
            (Values::Texts(all), ParsedValues::Texts(new)) => all.push(new),
            (Values::Hashed(all), ParsedValues::Hashed(new, noted)) => {
                all.extend(new);
                noted.iter().for_each(|(row, text)| all.note(first + row, text));
            }
            (Values::Days(all), ParsedValues::Days(new)) => all.extend(new),
            (Values::Moments(all), ParsedValues::Moments(new)) => all.extend(new),
            (Values::Fixed(all), ParsedValues::Fixed(new)) => all.extend(new),
            (Values::Wide(all), ParsedValues::Wide(new)) => all.extend(new),
            (Values::Flags(all), ParsedValues::Flags(new)) => all.extend(new),
            // the chunk was filled after this column's shape
            _ => unreachable!("a chunk has the shapes of its sheet"),
        }
        if let (Some(all), Some(new)) = (&mut self.raw_text, parsed.raw_text) {
            all.extend(new.into_iter().map(|code| codes.code(code)));
        }
        self.long.extend(parsed.long.into_iter().map(|(row, text)| (first + row, text)));
    }

    /// Frees the values. Afterwards the column is like one that no file has.
    pub(super) fn forget(&mut self) {
        self.present = false;
        self.values = self.shape.values();
    }

    fn shaped(self, shape: Shape) -> Self {
        Self { shape, values: shape.values(), ..self }
    }

    /// Keeps texts that are only compared as hashes.
    pub(super) fn keep_hashes(&mut self) {
        if self.shape == Shape::Texts {
            (self.shape, self.values) = (Shape::Hashed, Shape::Hashed.values());
        }
    }

    /// Whether two rows have the same value.
    pub(super) fn equal(&self, a: usize, b: usize) -> bool {
        !self.present || self.values.equal(a, b)
    }

    /// Feeds the value of a row to a hasher: equal values, equal hashes.
    pub(super) fn hash(&self, row: usize, hasher: &mut impl Hasher) {
        if !self.present {
            return;
        }
        match &self.values {
            Values::Codes(values) => hasher.write_u32(values.get(row)),
            Values::Texts(texts) => texts.get(row).hash(hasher),
            Values::Hashed(keys) => hasher.write_u64(keys.number(row)),
            Values::Days(values) => hasher.write_i32(values.get(row)),
            Values::Moments(values) => hasher.write_i64(values[row].seconds),
            Values::Fixed(values) => hasher.write_i64(values.get(row)),
            Values::Wide(values) => hasher.write_i128(values[row]),
            Values::Flags(values) => hasher.write_u8(values[row]),
        }
    }

    /// Whether a row may have no value; quickly, of columns of texts.
    pub(super) fn has_nulls(&self) -> bool {
        match &self.values {
            Values::Texts(texts) if self.present => texts.has_nulls(),
            Values::Hashed(keys) if self.present => keys.has_nulls(),
            Values::Codes(codes) if self.present => codes.iter().any(|code| code == NONE),
            _ => true,
        }
    }

    /// Whether a row has no value.
    pub(super) fn is_null(&self, row: usize) -> bool {
        !self.present
            || match &self.values {
                Values::Codes(values) => values.get(row) == NONE,
                Values::Texts(texts) => texts.get(row).is_none(),
                Values::Hashed(keys) => keys.is_null(row),
                Values::Days(values) => values.get(row) == NO_DAY,
                Values::Moments(values) => values[row] == NO_MOMENT,
                Values::Fixed(values) => values.get(row) == NO_NUMBER,
                Values::Wide(values) => values[row] == NO_WIDE,
                Values::Flags(values) => values[row] == NO_FLAG,
            }
    }

    /// Adds the numbers of other rows to one; nulls add nothing. False where the sum has too many digits: then nothing changes.
    pub(super) fn add_into(&mut self, row: usize, others: &[u32]) -> bool {
        if !self.present {
            return true;
        }
        let rows = || std::iter::once(row).chain(others.iter().map(|row| *row as usize));
        match &mut self.values {
            Values::Fixed(values) => {
                let numbers = rows().map(|row| values.get(row)).filter(|number| *number != NO_NUMBER);
                let sum = numbers.map(i128::from).reduce(|sum, number| sum + number);
                match sum.map(i64::try_from) {
                    None => {}
                    Some(Ok(sum)) if sum.unsigned_abs() < FIXED_BELOW.unsigned_abs() => values.set(row, sum),
                    Some(_) => return false,
                }
                if let Ok(index) = self.long.binary_search_by_key(&row, |(row, _)| *row as usize) {
                    self.long.remove(index);
                }
            }
            Values::Wide(values) => {
                let mut numbers = rows().map(|row| values[row]).filter(|number| *number != NO_WIDE);
                let sum = numbers.try_fold(None, |sum: Option<i128>, number| {
                    sum.unwrap_or(0)
                        .checked_add(number)
                        .filter(|sum| sum.unsigned_abs() < WIDE_BELOW)
                        .map(Some)
                });
                match sum {
                    None => return false,
                    Some(None) => {}
                    Some(Some(sum)) => values[row] = sum,
                }
            }
            // only numbers are added up: opening a source makes sure of that
            Values::Codes(_)
            | Values::Texts(_)
            | Values::Hashed(_)
            | Values::Days(_)
            | Values::Moments(_)
            | Values::Flags(_) => {}
        }
        true
    }

    /// The text's code, or [`NONE`].
    pub(super) fn code(&self, row: usize) -> u32 {
        match &self.values {
            Values::Codes(codes) if self.present => codes.get(row),
            _ => NONE,
        }
    }

    /// The day, or [`NO_DAY`].
    pub(super) fn day(&self, row: usize) -> i32 {
        match &self.values {
            Values::Days(days) if self.present => days.get(row),
            _ => NO_DAY,
        }
    }

    /// The point in time, if there is one.
    pub(super) fn moment(&self, row: usize) -> Option<Moment> {
        match &self.values {
            Values::Moments(moments) if self.present => {
                Some(moments[row]).filter(|moment| *moment != NO_MOMENT)
            }
            _ => None,
        }
    }

    /// The billionths of a number among the attributes, or [`NO_WIDE`].
    pub(super) fn wide(&self, row: usize) -> i128 {
        match &self.values {
            Values::Wide(numbers) if self.present => numbers[row],
            _ => NO_WIDE,
        }
    }

    /// The fixed-point integer, or [`NO_NUMBER`].
    pub(super) fn fixed(&self, row: usize) -> i64 {
        match &self.values {
            Values::Fixed(numbers) if self.present => numbers.get(row),
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

    /// The text, of a column whose texts are only compared.
    pub(super) fn text(&self, row: usize) -> Option<&str> {
        match &self.values {
            Values::Texts(texts) if self.present => texts.get(row),
            Values::Hashed(keys) if self.present => keys.text(row),
            _ => None,
        }
    }

    /// The code of the raw text in the file, or [`NONE`] if the cell is empty.
    pub(super) fn raw_text(&self, row: usize) -> u32 {
        self.raw_text.as_ref().map_or_else(|| self.code(row), |codes| codes[row])
    }
}
