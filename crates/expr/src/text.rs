//! Columns of texts, plain or dictionary-encoded. Operations on a dictionary are done once for each distinct text, which
//! makes most of the speed of conditions on payees and roles.

use std::cmp::Ordering;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray, UInt32Array};
use arrow::compute::take;
use arrow::convert;
use arrow::datatypes::{Int32Type, UInt32Type};

use super::error::Fault;

/// A column of texts.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    /// For each row of a dictionary-encoded column, an index into `values`, or null.
    pub keys: Option<UInt32Array>,
    /// The text of each row, or the texts of the dictionary. Either may have nulls.
    pub values: StringArray,
}

impl Texts {
    /// A column without a dictionary.
    pub fn plain(values: StringArray) -> Self {
        Self { keys: None, values }
    }

    /// The same text on every row.
    pub fn constant(text: &str) -> Self {
        Self::plain(StringArray::from(vec![text]))
    }

    /// Null on every row.
    pub fn null() -> Self {
        Self::plain(StringArray::new_null(1))
    }

    /// An Arrow column of strings in any layout.
    pub fn from_array(array: &ArrayRef) -> Result<Self, Fault> {
        if let Some(dictionary) = array.as_dictionary_opt::<UInt32Type>() {
            return Self::encoded(dictionary.keys().clone(), dictionary.values());
        }
        if let Some(dictionary) = array.as_dictionary_opt::<Int32Type>() {
            return Self::encoded(convert::integers(dictionary.keys())?, dictionary.values());
        }
        Ok(Self::plain(strings(array)?))
    }

    fn encoded(keys: UInt32Array, values: &ArrayRef) -> Result<Self, Fault> {
        Ok(Self { keys: Some(keys), values: strings(values)? })
    }

    pub fn len(&self) -> usize {
        self.keys.as_ref().map_or(self.values.len(), Array::len)
    }

    /// The text of a row; `None` is null.
    pub fn get(&self, row: usize) -> Option<&str> {
        let index = match &self.keys {
            None => row,
            Some(keys) if keys.is_null(row) => return None,
            Some(keys) => keys.value(row) as usize,
        };
        self.values.is_valid(index).then(|| self.values.value(index))
    }

    /// Rows by index; an index that is null makes a null. Strings are not copied.
    pub fn take(&self, index: &UInt32Array) -> Result<Self, Fault> {
        let keys = match &self.keys {
            None => index.clone(),
            Some(keys) => take(keys, index, None)?.as_primitive::<UInt32Type>().clone(),
        };
        Ok(Self { keys: Some(keys), values: self.values.clone() })
    }

    /// As an Arrow column without a dictionary.
    pub fn to_array(&self) -> Result<StringArray, Fault> {
        match &self.keys {
            None => Ok(self.values.clone()),
            Some(keys) => Ok(take(&self.values, keys, None)?.as_string::<i32>().clone()),
        }
    }

    /// The same without a dictionary that is longer than the column.
    fn compact(&self) -> Result<Self, Fault> {
        match &self.keys {
            Some(keys) if self.values.len() > keys.len() => Ok(Self::plain(self.to_array()?)),
            _ => Ok(self.clone()),
        }
    }

    /// Whether a predicate holds for each text; null for a null.
    pub fn test(&self, predicate: impl Fn(&str) -> bool) -> Result<BooleanArray, Fault> {
        let texts = self.compact()?;
        let results: BooleanArray = texts.values.iter().map(|text| text.map(&predicate)).collect();
        match &texts.keys {
            None => Ok(results),
            Some(keys) => Ok(take(&results, keys, None)?.as_boolean().clone()),
        }
    }

    /// A function of each text; null for a null.
    pub fn map(&self, rewrite: impl Fn(&str) -> String) -> Result<Self, Fault> {
        let texts = self.compact()?;
        let values: StringArray = texts.values.iter().map(|text| text.map(&rewrite)).collect();
        Ok(Self { keys: texts.keys, values })
    }

    /// Whether each row has a text; no nulls.
    pub fn is_not_null(&self) -> BooleanArray {
        (0..self.len()).map(|row| Some(self.get(row).is_some())).collect()
    }
}

/// Any array of strings as `Utf8`.
fn strings(array: &ArrayRef) -> Result<StringArray, Fault> {
    Ok(convert::texts(array)?)
}

/// Whether `test` holds for the order of the bytes of `left` and `right`, on each row; null where one of them is null. A
/// column of length one is a constant.
pub(super) fn compare(
    left: &Texts,
    right: &Texts,
    test: impl Fn(Ordering) -> bool,
) -> Result<BooleanArray, Fault> {
    if right.len() == 1 {
        let Some(constant) = right.get(0) else { return Ok(BooleanArray::new_null(left.len())) };
        return left.test(|text| test(text.cmp(constant)));
    }
    if left.len() == 1 {
        let Some(constant) = left.get(0) else { return Ok(BooleanArray::new_null(right.len())) };
        return right.test(|text| test(constant.cmp(text)));
    }
    Ok((0..left.len()).map(|row| Some(test(left.get(row)?.cmp(right.get(row)?)))).collect())
}

/// Whether each text matches its pattern.
pub(super) fn like(value: &Texts, pattern: &Texts) -> Result<BooleanArray, Fault> {
    if pattern.len() == 1 {
        let Some(pattern) = pattern.get(0) else { return Ok(BooleanArray::new_null(value.len())) };
        return value.test(|text| matches(text, pattern));
    }
    if value.len() == 1 {
        let Some(value) = value.get(0) else { return Ok(BooleanArray::new_null(pattern.len())) };
        return pattern.test(|pattern| matches(value, pattern));
    }
    Ok((0..value.len()).map(|row| Some(matches(value.get(row)?, pattern.get(row)?))).collect())
}

/// SQL's LIKE without escapes: `%` is any run of characters, `_` is one character, every other character is itself.
pub(super) fn matches(text: &str, pattern: &str) -> bool {
    let (mut text, mut pattern) = (text, pattern);
    // Where to continue after a mismatch: the pattern after the last `%`, and the text that `%` was tried on.
    let mut retry: Option<(&str, &str)> = None;
    loop {
        let mut rest = pattern.chars();
        let mut left = text.chars();
        let matched = match (rest.next(), left.next()) {
            (Some('%'), _) => {
                pattern = rest.as_str();
                retry = Some((pattern, text));
                continue;
            }
            (Some('_'), Some(_)) => true,
            (Some(wanted), Some(found)) => wanted == found,
            (None, None) => return true,
            _ => false,
        };
        if matched {
            (text, pattern) = (left.as_str(), rest.as_str());
            continue;
        }
        let Some((behind, from)) = retry else { return false };
        let mut from = from.chars();
        if from.next().is_none() {
            return false;
        }
        (text, pattern) = (from.as_str(), behind);
        retry = Some((behind, text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_knows_runs_and_characters() {
        for (text, pattern, expected) in [
            ("", "", true),
            ("", "%", true),
            ("", "_", false),
            ("abc", "abc", true),
            ("abc", "a%", true),
            ("abc", "%c", true),
            ("abc", "%b%", true),
            ("abc", "a_c", true),
            ("abc", "a__c", false),
            ("aXbXc", "a%X%c", true),
            ("aab", "%ab", true),
            ("mississippi", "%iss%ip%", true),
            ("mississippi", "%iss%ix%", false),
            ("Größe", "Gr__e", true),
            ("Größe", "Gr_e", false),
            ("a%c", "a\\%c", false),
            ("a\\xc", "a\\%c", true),
            ("ABC", "abc", false),
            ("€", "_", true),
            ("abc", "abc%%", true),
            ("abc", "%%abc_", false),
        ] {
            assert_eq!(matches(text, pattern), expected, "{text} LIKE {pattern}");
        }
    }
}
