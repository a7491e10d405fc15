//! Codes for the texts of a chunk's column: fast paths for common columns, and a general one for everything else.

use arrow::array::{Array, StringArray, UInt32Array};
use foldhash::HashSet;
use rayon::prelude::*;

use super::super::cells;
use super::super::cells::array::Cells;
use super::super::cells::cell::{Cell, is_marked};
use super::super::contract::Kind;
use super::super::intern::Lookup;
use super::super::parsed::ParsedValues;
use super::super::tables::indices::NONE;
use super::Filler;
use super::last_dictionary::LastDictionary;

/// Rows that are sampled to find out whether the texts of a column repeat.
const SAMPLE: usize = 256;

/// Rows whose texts are looked for by one thread.
const PART: usize = 1 << 12;

/// The temporary code of a new text, counted down from the top, until the staging table gives it its final code.
fn fresh_code(local: u32) -> u32 {
    NONE - 1 - local
}

impl<'a> Filler<'a, '_> {
    /// The column as codes; `raw_text` gets the codes of the raw texts.
    pub(super) fn coded(
        &mut self,
        dictionary: &LastDictionary,
        raw_text: Option<&mut Vec<u32>>,
    ) -> ParsedValues {
        let plain =
            raw_text.is_none() && !self.trim && !self.binding.changes() && self.binding.kind == Kind::Text;
        ParsedValues::Codes(match self.cells {
            Cells::Text(texts) if plain && self.are_new(texts) => return ParsedValues::New(texts.clone()),
            Cells::Text(texts) if plain && self.known.is_some_and(|known| known.len() > 0) => {
                self.known_texts(texts)
            }
            Cells::Dictionary(keys, texts) if plain && keys.null_count() + texts.null_count() == 0 => {
                self.plain_dictionary(dictionary, keys, texts)
            }
            Cells::Dictionary(keys, texts) => self.dictionary(keys, texts, raw_text),
            _ => self.texts(raw_text),
        })
    }

    fn texts(&mut self, mut raw_text: Option<&mut Vec<u32>>) -> Vec<u32> {
        let default = self.default();
        let (mut buffer, mut other) = (String::new(), String::new());
        let binding = self.binding;
        let mut out = Vec::with_capacity(self.rows);
        for row in 0..self.rows {
            let raw = self.raw(row);
            if let Some(raw_text) = &mut raw_text {
                raw_text.push(raw.text(&mut other).map_or(NONE, |text| self.code(text)));
            }
            let cell = binding.mapped(raw, &mut buffer);
            let code = cell.text(&mut other).map(|text| self.text_code(row, raw, text));
            out.push(self.code_or_default(row, raw, code, default));
        }
        out
    }

    /// Whether no text is known and nearly each is another: such texts get their codes where the staging table takes them, and not
    /// once here and once there.
    fn are_new(&self, texts: &StringArray) -> bool {
        let all_new = self.known.is_none_or(|known| known.len() == 0) && texts.null_count() == 0;
        let sample = texts.len().min(SAMPLE);
        let distinct = || (0..sample).map(|row| texts.value(row)).collect::<HashSet<&str>>().len();
        all_new && distinct() * 4 >= sample * 3 && !texts.iter().flatten().any(is_marked)
    }

    /// Codes of texts most of which are known, looked up in parallel.
    fn known_texts(&mut self, texts: &'a StringArray) -> Vec<u32> {
        let mut codes = vec![NONE; self.rows];
        if let Some(known) = self.known {
            let find = |(part, codes): (usize, &mut [u32])| {
                let rows = (0..codes.len()).map(|position| (position, part * PART + position));
                let there = rows.filter(|(_, row)| texts.is_valid(*row));
                known.find_all(there.map(|(position, row)| (position, texts.value(row))), codes);
            };
            // As in `FilePlan::parse`: only a thread of the pool may share its work there.
            match rayon::current_thread_index() {
                Some(_) => codes.par_chunks_mut(PART).with_max_len(1).enumerate().for_each(find),
                None => codes.chunks_mut(PART).enumerate().for_each(find),
            }
        }
        for (row, code) in codes.iter_mut().enumerate().filter(|(_, code)| **code == NONE) {
            if self.binding.required || texts.is_valid(row) {
                *code = self.unknown_text(row);
            }
        }
        codes
    }

    /// The code of a cell whose raw text is not known yet.
    fn unknown_text(&mut self, row: usize) -> u32 {
        let raw = self.raw(row);
        let code = raw.text(&mut String::new()).map(|text| self.code(text));
        self.code_or_default(row, raw, code, None)
    }

    /// Codes by key, for texts that are not changed and where no row is null.
    fn plain_dictionary(
        &mut self,
        last: &LastDictionary,
        keys: &UInt32Array,
        texts: &StringArray,
    ) -> Vec<u32> {
        let mut codes = match self.known {
            Some(known) => last.codes(texts, known).to_vec(),
            None => vec![NONE; texts.len()],
        };
        let code = |key: &u32| {
            let code = &mut codes[*key as usize];
            // Only here, because texts that no row has are no texts of the column.
            if *code == NONE {
                *code = fresh_code(self.fresh.intern(texts.value(*key as usize)));
            }
            *code
        };
        keys.values().iter().map(code).collect()
    }

    /// Each distinct text of the chunk is looked up once.
    fn dictionary(
        &mut self,
        keys: &UInt32Array,
        texts: &StringArray,
        mut raw_text: Option<&mut Vec<u32>>,
    ) -> Vec<u32> {
        let default = self.default();
        let binding = self.binding;
        let mut known: Vec<Option<(u32, Option<u32>)>> = vec![None; texts.len()];
        let mut buffer = String::new();
        let mut out = Vec::with_capacity(self.rows);
        for row in 0..self.rows {
            let raw = self.raw(row);
            let (raw_code, code) = match raw {
                Cell::Text(text) => {
                    let key = keys.value(row) as usize;
                    match known[key] {
                        Some(codes) => codes,
                        None => {
                            let raw_code = if raw_text.is_some() { self.code(text) } else { NONE };
                            let code = match binding.mapped(raw, &mut buffer) {
                                Cell::Text(text) => Some(self.code(text)),
                                _ => None,
                            };
                            known[key] = Some((raw_code, code));
                            (raw_code, code)
                        }
                    }
                }
                _ => (NONE, None),
            };
            if let Some(raw_text) = &mut raw_text {
                raw_text.push(raw_code);
            }
            if cells::is_named(binding.kind)
                && let Cell::Text(text) = binding.mapped(raw, &mut buffer)
            {
                self.text_code(row, raw, text);
            }
            out.push(self.code_or_default(row, raw, code, default));
        }
        out
    }

    /// The code of a row's text, which is checked where not every text is allowed.
    fn text_code(&mut self, row: usize, raw: Cell, text: &str) -> u32 {
        if let Err(bad) = cells::named(self.binding.kind, text) {
            self.bad(row, raw, Cell::Text(text), bad);
        }
        self.code(text)
    }

    /// `code` is `None` where the cell is null.
    fn code_or_default(&mut self, row: usize, raw: Cell, code: Option<u32>, default: Option<u32>) -> u32 {
        let code = code.or(default);
        if code.is_none() && self.binding.required {
            self.missing(row, raw);
        }
        code.unwrap_or(NONE)
    }

    fn default(&mut self) -> Option<u32> {
        self.binding.default.as_ref().map(|default| self.code(&default.text))
    }

    /// The code of a text: the one it has, or a [`fresh_code`].
    fn code(&mut self, text: &str) -> u32 {
        let lookup = Lookup::new(text);
        match self.known.and_then(|known| known.find(&lookup)) {
            Some(code) => code,
            None => fresh_code(self.fresh.intern_lookup(&lookup)),
        }
    }
}
