//! Dictionaries: which place a value has among those of a row group, in order of appearance.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use arrow::array::StringArray;
use foldhash::fast::FixedState;
use parquet::basic::Type;
use parquet::data_type::{ByteArray, FixedLenByteArray};
use parquet::errors::{ParquetError, Result};
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnDescriptor;

use super::Dictionary;
use apportion_data::NONE;

/// A longer text is not written as minimum or maximum. Readers do not need one.
const LONGEST_NOTED: usize = 64;

/// The values of one column of a row group.
pub trait Places {
    type Value: Copy;

    /// The place of a value, new or known.
    fn place(&mut self, value: Self::Value) -> u32;

    fn len(&self) -> usize;

    /// The values in order of their places.
    ///
    /// # Errors
    /// A number with more digits than its column.
    fn dictionary(&self) -> Result<Dictionary>;

    /// The least and greatest, where they are worth noting.
    fn statistics(&self, nulls: u64) -> Option<Statistics>;
}

/// Texts that have codes.
pub struct TextPlaces<'a> {
    texts: &'a StringArray,
    /// By code: its place, or [`NONE`].
    places: Vec<u32>,
    /// The codes in order of their places.
    codes: Vec<u32>,
    noted: bool,
}

impl<'a> TextPlaces<'a> {
    /// `noted` is whether the minimum and maximum are written, by which readers find rows.
    pub fn new(texts: &'a StringArray, noted: bool) -> Self {
        Self { texts, places: vec![NONE; arrow::array::Array::len(texts)], codes: Vec::new(), noted }
    }

    fn texts(&self) -> impl Iterator<Item = &'a str> {
        self.codes.iter().map(|code| self.texts.value(*code as usize))
    }
}

impl Places for TextPlaces<'_> {
    type Value = u32;

    fn place(&mut self, code: u32) -> u32 {
        let place = &mut self.places[code as usize];
        if *place == NONE {
            // No more than there are codes.
            *place = self.codes.len() as u32;
            self.codes.push(code);
        }
        *place
    }

    fn len(&self) -> usize {
        self.codes.len()
    }

    fn dictionary(&self) -> Result<Dictionary> {
        let mut values = Vec::new();
        self.texts().for_each(|text| plain_text(text, &mut values));
        Ok(Dictionary { values, count: self.len() })
    }

    fn statistics(&self, nulls: u64) -> Option<Statistics> {
        let (least, greatest) = (self.texts().min()?, self.texts().max()?);
        let bound = |text: &str| Some(ByteArray::from(text.as_bytes().to_vec()));
        (self.noted && least.len().max(greatest.len()) <= LONGEST_NOTED)
            .then(|| Statistics::byte_array(bound(least), bound(greatest), None, Some(nulls), false))
    }
}

/// A text as the format's "plain" encoding has it: its length, its bytes.
pub fn plain_text(text: &str, out: &mut Vec<u8>) {
    // Texts come from arrays whose offsets have 32 bits.
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}

/// Numbers, which may repeat often or hardly ever.
pub struct NumberPlaces {
    physical: Type,
    /// No number is as large as this.
    bound: Option<i128>,
    places: HashMap<i128, u32, FixedState>,
    /// In order of their places.
    numbers: Vec<i128>,
    /// Numbers come in runs.
    last: Option<(i128, u32)>,
}

impl NumberPlaces {
    /// Numbers that fit into the column's type: 32 or 64 bits, or 16 bytes.
    pub fn new(column: &ColumnDescriptor) -> Self {
        let digits = u32::try_from(column.type_precision()).ok().filter(|digits| *digits > 0);
        let bound = digits.and_then(|digits| 10_i128.checked_pow(digits));
        Self {
            physical: column.physical_type(),
            bound,
            places: HashMap::default(),
            numbers: Vec::new(),
            last: None,
        }
    }
}

impl Places for NumberPlaces {
    type Value = i128;

    fn place(&mut self, number: i128) -> u32 {
        if let Some((last, place)) = self.last
            && last == number
        {
            return place;
        }
        let place = match self.places.entry(number) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                // No more than a row group has rows.
                let place = *new.insert(self.numbers.len() as u32);
                self.numbers.push(number);
                place
            }
        };
        self.last = Some((number, place));
        place
    }

    fn len(&self) -> usize {
        self.numbers.len()
    }

    fn dictionary(&self) -> Result<Dictionary> {
        if self.numbers.iter().any(|number| self.bound.is_some_and(|bound| number.abs() >= bound)) {
            return Err(ParquetError::General("a number with more digits than its column".to_owned()));
        }
        let mut values = Vec::new();
        for number in &self.numbers {
            match self.physical {
                Type::INT32 => values.extend_from_slice(&(*number as i32).to_le_bytes()),
                Type::INT64 => values.extend_from_slice(&(*number as i64).to_le_bytes()),
                _ => values.extend_from_slice(&number.to_be_bytes()),
            }
        }
        Ok(Dictionary { values, count: self.len() })
    }

    fn statistics(&self, nulls: u64) -> Option<Statistics> {
        let (least, greatest) = (self.numbers.iter().min().copied(), self.numbers.iter().max().copied());
        let bytes = |number: i128| FixedLenByteArray::from(number.to_be_bytes().to_vec());
        Some(match self.physical {
            Type::INT32 => {
                let bound = |number| number as i32;
                Statistics::int32(least.map(bound), greatest.map(bound), None, Some(nulls), false)
            }
            Type::INT64 => {
                let bound = |number| number as i64;
                Statistics::int64(least.map(bound), greatest.map(bound), None, Some(nulls), false)
            }
            _ => Statistics::fixed_len_byte_array(
                least.map(bytes),
                greatest.map(bytes),
                None,
                Some(nulls),
                false,
            ),
        })
    }
}
