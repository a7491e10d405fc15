//! The texts of a column: which there are, and how often.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, AsArray, StringArray};
use arrow::datatypes::UInt32Type;

use apportion_data::Frame;

/// How often each text is in a column on these rows; `None` is an empty cell. A column that was not read is empty.
pub fn counts(
    frame: &Frame,
    column: &str,
    rows: impl ExactSizeIterator<Item = u32>,
) -> BTreeMap<Option<String>, u64> {
    let Some((keys, texts)) = texts(frame, column) else {
        return BTreeMap::from([(None, rows.len() as u64)]);
    };
    // One counter for each text, the last for empty cells.
    let mut of_key = vec![0_u64; texts.len() + 1];
    for row in rows {
        of_key[keys.key(row).unwrap_or(texts.len())] += 1;
    }
    let mut counts = BTreeMap::new();
    for (key, count) in of_key.into_iter().enumerate().filter(|(_, count)| *count > 0) {
        let text = (key < texts.len() && texts.is_valid(key)).then(|| texts.value(key).to_owned());
        *counts.entry(text).or_default() += count;
    }
    counts
}

/// The distinct texts of a column; `None` if there are so many that they must be ids.
pub fn distinct(frame: &Frame, column: &str) -> Option<BTreeSet<String>> {
    let Some((_, texts)) = texts(frame, column) else { return Some(BTreeSet::new()) };
    (texts.len() <= WORDS).then(|| texts.iter().flatten().map(str::to_owned).collect())
}

/// More different texts than this are ids, not words.
const WORDS: usize = 10_000;

/// For each row, the index of its text among the distinct texts of a column.
enum Keys<'a> {
    Dictionary(&'a arrow::array::UInt32Array),
    /// Each row has its own.
    Plain(&'a StringArray),
}

impl Keys<'_> {
    fn key(&self, row: u32) -> Option<usize> {
        let row = row as usize;
        match self {
            Self::Dictionary(keys) => keys.is_valid(row).then(|| keys.value(row) as usize),
            Self::Plain(texts) => texts.is_valid(row).then_some(row),
        }
    }
}

fn texts<'a>(frame: &'a Frame, column: &str) -> Option<(Keys<'a>, &'a StringArray)> {
    let array = frame.column(column)?;
    if let Some(dictionary) = array.as_dictionary_opt::<UInt32Type>() {
        return Some((Keys::Dictionary(dictionary.keys()), dictionary.values().as_string_opt()?));
    }
    let plain = array.as_string_opt::<i32>()?;
    Some((Keys::Plain(plain), plain))
}

/// Texts and their counts as a list for people, the most frequent first.
pub fn listed(counts: &BTreeMap<Option<String>, u64>, noun: &str) -> String {
    let mut sorted: Vec<(&Option<String>, &u64)> = counts.iter().collect();
    sorted.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let shown: Vec<String> = sorted
        .iter()
        .take(LISTED)
        .map(|(text, count)| {
            let text = text.as_ref().map_or_else(|| "an empty cell".to_owned(), |text| format!("`{text}`"));
            format!("{text} ({})", apportion_base::diagnostic::counted(**count, noun))
        })
        .collect();
    let ellipsis = if sorted.len() > LISTED { ", …" } else { "" };
    format!("{}{ellipsis}", shown.join(", "))
}

/// How many texts are listed.
const LISTED: usize = 8;
