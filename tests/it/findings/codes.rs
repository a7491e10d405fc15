//! The codes that the source can give, found in the source itself: whoever adds one must add its entry.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::support::repository;

/// Every code of a diagnostic, with a file that gives it. Those of `check` and `verify` are told elsewhere.
pub fn of_diagnostics() -> BTreeMap<String, String> {
    given_in(|name| !name.starts_with("crates/engine/src/check/") && !name.starts_with("crates/verify/"))
}

/// Every code that a verification can find, with a file that gives it.
pub fn of_verification() -> BTreeMap<String, String> {
    given_in(|name| name.starts_with("crates/verify/"))
}

fn given_in(which: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
    let texts = sources();
    let makers: BTreeSet<&str> = texts.iter().flat_map(|(_, text)| makers(text)).collect();
    assert!(
        makers.contains("error") && makers.contains("about"),
        "the source is laid out as it was: {makers:?}"
    );
    let mut codes = BTreeMap::new();
    for (name, text) in texts.iter().filter(|(name, _)| which(name)) {
        let all = makers.iter().copied().chain(["Finding::new"]);
        let given = all.flat_map(|maker| calls(text, maker)).chain(constants(text));
        for code in given.filter(|code| is_code(code)) {
            codes.entry(code.to_owned()).or_insert_with(|| name.clone());
        }
    }
    codes
}

/// The words that an enumeration is written with: of `RejectCode` and `Reason`.
pub fn words_of(file: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(repository(file)).unwrap();
    let words = text.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next());
    words.filter(|word| is_code(word)).map(str::to_owned).collect()
}

/// The texts of src without their tests.
fn sources() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let mut folders = vec![repository("src"), repository("crates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.extend((name != "tests").then_some(path));
            } else if name.ends_with(".rs")
                && !["tests.rs", "testing.rs", "sample.rs"].contains(&name.as_str())
            {
                texts.push((shown(&path), without_tests(&std::fs::read_to_string(&path).unwrap())));
            }
        }
    }
    texts.sort();
    texts
}

fn shown(path: &Path) -> String {
    path.strip_prefix(repository("")).unwrap().to_string_lossy().into_owned()
}

fn without_tests(text: &str) -> String {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned()
}

/// The functions that take a code, `Diagnostic::error` among them.
fn makers(text: &str) -> impl Iterator<Item = &str> {
    text.split("fn ").skip(1).filter_map(|rest| {
        let (head, _) = rest.split_once('{')?;
        let name = head.split(['(', '<']).next()?;
        let takes_code = head.contains("code: &'static str");
        (takes_code && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')).then_some(name)
    })
}

/// The codes that calls of a function are given: a literal before the call's first `;`, `{` or other literal.
fn calls<'t>(text: &'t str, maker: &str) -> Vec<&'t str> {
    // The diagnostics' own `new` takes what the others were given.
    let call = if maker == "new" { "Problem::new(".to_owned() } else { format!("{maker}(") };
    let is_name = |before: &str| before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let code = |rest: &'t str| {
        let (before, literal) = rest.split_once('"')?;
        (!before.contains([';', '{', '}']) && before.len() < 80).then(|| literal.split('"').next())?
    };
    let starts = text.match_indices(&call).filter(|(at, _)| !is_name(&text[..*at]));
    starts.filter_map(|(at, _)| code(&text[at + call.len()..])).collect()
}

/// Codes that have a name: `const SYNTAX: &str = "syntax";`.
fn constants(text: &str) -> impl Iterator<Item = &str> {
    let is_problem = text.contains("const UNSUPPORTED: &str");
    text.split(": &str = \"").skip(1).filter(move |_| is_problem).filter_map(|rest| rest.split('"').next())
}

fn is_code(word: &str) -> bool {
    !word.is_empty()
        && word.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}
