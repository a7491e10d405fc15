//! The codes of a dictionary, kept from chunk to chunk.

use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, StringArray};

use super::super::intern::Interner;
use super::super::tables::indices::NONE;

/// Codes of the dictionary that the last chunk of a column had, which nearly always is that of the next: a row group has
/// one for all its chunks.
#[derive(Debug, Default)]
pub(crate) struct LastDictionary(Mutex<Option<CachedDictionary>>);

#[derive(Debug)]
struct CachedDictionary {
    texts: StringArray,
    /// By key: the code, or [`NONE`] where the text was not known before the file.
    codes: Arc<[u32]>,
}

impl LastDictionary {
    pub(super) fn codes(&self, texts: &StringArray, known: &Interner) -> Arc<[u32]> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some(last) if is_same(&last.texts, texts) => Arc::clone(&last.codes),
            _ => {
                let mut codes = vec![NONE; texts.len()];
                known.find_all((0..texts.len()).map(|key| (key, texts.value(key))), &mut codes);
                let found = CachedDictionary { texts: texts.clone(), codes: codes.into() };
                Arc::clone(&last.insert(found).codes)
            }
        }
    }
}

/// Whether two arrays are the same memory.
fn is_same(a: &StringArray, b: &StringArray) -> bool {
    a.values().ptr_eq(b.values()) && a.offsets().ptr_eq(b.offsets())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dictionary_is_looked_up_once() {
        let mut known = Interner::default();
        let _ = ["a", "b"].map(|text| known.intern(text));
        let last = LastDictionary::default();
        let texts = StringArray::from(vec!["b", "x", "a"]);
        let found = last.codes(&texts, &known);
        assert_eq!(*found, [1, NONE, 0]);
        // The next chunk has the same memory; what only looks alike is looked up again.
        assert!(Arc::ptr_eq(&found, &last.codes(&texts.clone(), &known)));
        let alike = StringArray::from(vec!["b", "x", "a"]);
        assert!(!Arc::ptr_eq(&found, &last.codes(&alike, &known)));
        assert_eq!(*last.codes(&StringArray::from(vec!["a"]), &known), [0]);
    }
}
