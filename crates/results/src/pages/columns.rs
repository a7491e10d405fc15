//! Rows of a column, page after page.

use arrow::array::StringArray;
use parquet::basic::Encoding;
use parquet::errors::Result;
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnDescPtr;

use super::places::{Places, plain_text};
use super::{Chunk, Pages, bits};

/// A column whose pages name values by their places in a dictionary.
pub struct DictionaryPages<P> {
    pages: Pages,
    places: P,
    levels: Vec<u32>,
    rows: Vec<u32>,
}

impl<P: Places> DictionaryPages<P> {
    pub fn new(column: ColumnDescPtr, places: P) -> Self {
        let pages = Pages::new(column, Encoding::RLE_DICTIONARY);
        Self { pages, places, levels: Vec::new(), rows: Vec::new() }
    }

    /// Adds rows, all of them values where the column may not be null.
    pub fn push(&mut self, rows: impl Iterator<Item = Option<P::Value>>) -> Result<()> {
        let places = rows.map(|row| row.map(|value| self.places.place(value)));
        part(places, &mut self.levels, &mut self.rows);
        let bits = bits::bits_below(self.places.len());
        self.pages.push(self.levels.len(), &self.levels, |out| {
            out.push(bits as u8);
            bits::hybrid(&self.rows, bits, out);
        })
    }

    pub fn close(self) -> Result<Chunk> {
        let statistics = self.places.statistics(self.pages.nulls as u64);
        self.pages.close(Some(self.places.dictionary()?), statistics)
    }
}

/// A column of 64-bit integers nearly all of which differ: each by what it is more than the one before.
pub struct Differences {
    pages: Pages,
    bounds: Option<(i64, i64)>,
    levels: Vec<u32>,
    rows: Vec<i64>,
}

impl Differences {
    pub fn new(column: ColumnDescPtr) -> Self {
        let pages = Pages::new(column, Encoding::DELTA_BINARY_PACKED);
        Self { pages, bounds: None, levels: Vec::new(), rows: Vec::new() }
    }

    pub fn push(&mut self, rows: impl Iterator<Item = Option<i64>>) -> Result<()> {
        part(rows, &mut self.levels, &mut self.rows);
        if let (Some(least), Some(greatest)) = (self.rows.iter().min(), self.rows.iter().max()) {
            let (low, high) = self.bounds.unwrap_or((*least, *greatest));
            self.bounds = Some((low.min(*least), high.max(*greatest)));
        }
        self.pages.push(self.levels.len(), &self.levels, |out| bits::differences(&self.rows, out))
    }

    pub fn close(self) -> Result<Chunk> {
        let (least, greatest) = self.bounds.unzip();
        let statistics = Statistics::int64(least, greatest, None, Some(self.pages.nulls as u64), false);
        self.pages.close(None, Some(statistics))
    }
}

/// Which rows have a value, as levels of a page, and the values of those that do.
fn part<T>(rows: impl Iterator<Item = Option<T>>, levels: &mut Vec<u32>, values: &mut Vec<T>) {
    levels.clear();
    values.clear();
    for row in rows {
        levels.push(u32::from(row.is_some()));
        values.extend(row);
    }
}

/// A column of texts nearly all of which differ within a row group, none of them null.
pub struct PlainTexts<'a> {
    pages: Pages,
    texts: &'a StringArray,
}

impl<'a> PlainTexts<'a> {
    pub fn new(column: ColumnDescPtr, texts: &'a StringArray) -> Self {
        Self { pages: Pages::new(column, Encoding::PLAIN), texts }
    }

    pub fn push(&mut self, codes: &[u32]) -> Result<()> {
        let texts = codes.iter().map(|code| self.texts.value(*code as usize));
        self.pages.push(codes.len(), &[], |out| texts.for_each(|text| plain_text(text, out)))
    }

    pub fn close(self) -> Result<Chunk> {
        self.pages.close(None, None)
    }
}
