//! The words of the codes that are fixed by the files they are written to.

use std::collections::BTreeSet;

use crate::support::repository;

/// The words that an enumeration is written with: of `RejectCode` and `Reason`.
pub fn words_of(file: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(repository(file)).unwrap();
    let words = text.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next());
    words.filter(|word| is_code(word)).map(str::to_owned).collect()
}

fn is_code(word: &str) -> bool {
    !word.is_empty()
        && word.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}
