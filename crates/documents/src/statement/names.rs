//! The names of the files of statements.

use std::collections::BTreeMap;

use apportion_base::digest::sha256_hex;

/// The list of all files.
pub const INDEX: &str = "index.csv";

/// Endings of the files.
const ENDINGS: [&str; 6] = ["html", "xlsx", "csv", "md", "txt", "pdf"];

/// Names that are those of other files.
const TAKEN: [&str; 2] = ["index", "statements"];

/// A longer name is cut.
const LONGEST: usize = 100;

/// For each payee the name of its files without their ending: the id with everything but letters, digits, `-` and `_` written as `_`.
/// Where that makes two alike, capitals apart, or is over 100 long, the first 8 digits of the id's SHA-256 follow. The names depend on
/// all payees of the month, and not on those that are asked for.
pub fn file_stems<'p>(payees: impl IntoIterator<Item = &'p str>) -> BTreeMap<&'p str, String> {
    let plain: Vec<(&str, String)> = payees.into_iter().map(|payee| (payee, stem(payee))).collect();
    let mut alike: BTreeMap<String, u32> = TAKEN.map(|name| (name.to_owned(), 1)).into();
    for (_, stem) in &plain {
        *alike.entry(stem.to_ascii_lowercase()).or_default() += 1;
    }
    let digested = |payee: &str, stem: &str, digits: usize| {
        let kept = &stem[..stem.len().min(LONGEST - 1 - digits.min(64))];
        format!("{kept}-{}", &sha256_hex(payee.as_bytes())[..digits])
    };
    let mut named: BTreeMap<&str, String> = BTreeMap::new();
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for (payee, stem) in plain {
        let name = match alike[&stem.to_ascii_lowercase()] {
            1 if stem.len() <= LONGEST => stem,
            _ => digested(payee, &stem, 8),
        };
        *times.entry(name.to_ascii_lowercase()).or_default() += 1;
        named.insert(payee, name);
    }
    // An id may be what another one is made into.
    for (payee, name) in &mut named {
        if times[&name.to_ascii_lowercase()] > 1 {
            *name = digested(payee, &stem(payee), 64);
        }
    }
    named
}

fn stem(payee: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' };
    payee.chars().map(kept).collect()
}

/// Whether a file of this name can be one of a folder of statements.
pub fn is_ours(name: &str) -> bool {
    let of_statements = name.rsplit_once('.').is_some_and(|(stem, ending)| {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        ENDINGS.contains(&ending) && !stem.is_empty() && stem.chars().all(fits)
    });
    of_statements || apportion_contract::output::SYSTEM_FILES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_each_is_another() {
        let long = "x".repeat(300);
        let ids = ["284", "a/b", "A_B", "Müller & Söhne", "index", &long, "../x", "c"];
        let names = file_stems(ids);
        assert_eq!((names["284"].as_str(), names["c"].as_str()), ("284", "c"));
        assert_eq!(names["Müller & Söhne"], "M_ller___S_hne");
        assert_eq!(names["../x"], "___x");
        let digits = |id: &str| sha256_hex(id.as_bytes())[..8].to_owned();
        assert_eq!(names["a/b"], format!("a_b-{}", digits("a/b")));
        assert_eq!(names["A_B"], format!("A_B-{}", digits("A_B")));
        assert_eq!(names["index"], format!("index-{}", digits("index")));
        assert_eq!(names[long.as_str()], format!("{}-{}", "x".repeat(91), digits(&long)));
        assert!(names.values().all(|name| is_ours(&format!("{name}.html")) && name.len() <= 100));
    }

    #[test]
    fn an_id_that_is_another_ones_name_gets_a_name_of_its_own() {
        let taken = format!("a_b-{}", &sha256_hex(b"a/b")[..8]);
        let names = file_stems(["a/b", "a_b", &taken]);
        let mut all: Vec<&String> = names.values().collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 3, "{names:?}");
    }

    #[test]
    fn other_files_are_not_ours() {
        for name in ["a.doc", "a b.html", ".hidden.html", "html", "x/y.html", "run.json"] {
            assert!(!is_ours(name), "{name}");
        }
        assert!(is_ours(INDEX) && is_ours("a.pdf"));
    }
}
