//! Ids of payees that people take for one: the oldest way to be paid twice.

use apportion_base::diagnostic::{Code, counted};
use apportion_base::letters::is_invisible;
use apportion_data::PayeeIx;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

use super::facts::Facts;
use super::finding::Finding;

pub fn findings(facts: &Facts<'_>) -> Option<Finding> {
    let payees = &facts.tables.payees;
    let mut by_look: BTreeMap<String, Vec<PayeeIx>> = BTreeMap::new();
    for payee in payees.all() {
        by_look.entry(look(payees.id(payee))).or_default().push(payee);
    }
    let groups: Vec<Vec<&str>> = by_look
        .into_values()
        .filter(|alike| alike.len() > 1)
        .map(|alike| alike.into_iter().map(|payee| payees.id(payee)).collect())
        .collect();
    if groups.is_empty() {
        return None;
    }
    let ids: usize = groups.iter().map(Vec::len).sum();
    let message = format!("{} have ids that look like the id of another payee", counted(ids as u64, "payee"));
    let finding = Finding::warning(Code::LookAlikeIds, message)
        .counted(ids as u64, "payee")
        .examples(groups.iter().map(|ids| shown(ids)))
        .help("each of them is a payee of its own and is paid on its own work: see whether two of them are one person");
    let mut sources =
        facts.book.sources.iter().filter(|source| source.table == apportion_book::TableName::Payees);
    Some(match (sources.next(), sources.next()) {
        (Some(source), None) => finding.at(source.span.clone(), "read by this source"),
        _ => finding,
    })
}

/// What a person sees of an id: without what is invisible, in lower case, letters that look alike as one.
fn look(id: &str) -> String {
    if id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-' || matches!(byte, b'2'..=b'9'))
        && !id.contains(['m', 'l'])
    {
        return id.to_owned();
    }
    let visible: String = id.chars().filter(|c| !is_invisible(*c)).collect();
    skeleton(&visible).collect::<String>().to_lowercase()
}

/// `P1 and p1 (upper and lower case)`
fn shown(ids: &[&str]) -> String {
    let named: Vec<String> = ids.iter().map(|id| escaped(id, ids)).collect();
    format!("{} ({})", named.join(" and "), difference(ids))
}

/// How the ids of a group differ, by the weakest difference that explains them all.
fn difference(ids: &[&str]) -> &'static str {
    let alike = |as_seen: fn(&str) -> String| ids.windows(2).all(|pair| as_seen(pair[0]) == as_seen(pair[1]));
    if alike(str::to_lowercase) {
        "upper and lower case"
    } else if alike(|id| id.nfc().collect()) {
        "an accent as a part of its letter or by itself"
    } else if alike(|id| id.chars().filter(|c| !is_invisible(*c)).collect()) {
        "characters that can't be seen"
    } else {
        "letters that look alike"
    }
}

/// An id in which what the others of the group do not have is written as its number, unless it is of ASCII.
fn escaped(id: &str, ids: &[&str]) -> String {
    let is_own = |c: char| !c.is_ascii() && ids.iter().any(|other| !other.contains(c));
    let write = |c: char| if is_own(c) { c.escape_unicode().to_string() } else { c.to_string() };
    id.chars().map(write).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_look_alike_have_one_look() {
        for (a, b, why) in [
            ("P1", "p1", "upper and lower case"),
            ("P1", "P\u{200b}1", "characters that can't be seen"),
            ("Ren\u{e9}", "Rene\u{301}", "an accent as a part of its letter or by itself"),
            ("Pal", "\u{420}al", "letters that look alike"),
            ("P-10", "P-1O", "letters that look alike"),
            ("modern", "rnodern", "letters that look alike"),
            ("E-l", "E-1", "letters that look alike"),
        ] {
            assert_eq!(look(a), look(b), "{a} {b}");
            assert_eq!(difference(&[a, b]), why, "{a} {b}");
        }
        for (a, b) in [("P-10", "P-01"), ("ann", "anna"), ("E-03", "E-04"), ("Ren\u{e9}", "Rene")] {
            assert_ne!(look(a), look(b), "{a} {b}");
        }
    }

    #[test]
    fn what_differs_is_shown_by_its_number() {
        assert_eq!(shown(&["P1", "P\u{200b}1"]), "P1 and P\\u{200b}1 (characters that can't be seen)");
        assert_eq!(shown(&["P1", "p1"]), "P1 and p1 (upper and lower case)");
        assert!(shown(&["Ren\u{e9}", "Rene\u{301}"]).starts_with("Ren\\u{e9} and Rene\\u{301} ("));
    }
}
