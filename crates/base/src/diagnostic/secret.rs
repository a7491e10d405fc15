//! Account numbers in source lines that are quoted: no message shows more of one than its last four characters.

use super::nearest;

/// Characters of an account that are shown.
const SHOWN: usize = 4;

/// Characters of an IBAN, blanks aside.
const IBAN: std::ops::RangeInclusive<usize> = 15..=34;

/// Keys under which accounts stand. A key that is spelt a little otherwise may hold one, too.
const KEYS: [&str; 5] = ["account", "account_number", "iban", "debtor", "balanced"];

/// Lines with stars in place of all but the last characters of each account, so that every place stays where it is.
pub(super) fn without_accounts(lines: &str) -> String {
    lines.split_inclusive('\n').map(line).collect()
}

fn line(line: &str) -> String {
    let mut letters: Vec<char> = line.chars().collect();
    let holds_accounts = words(line).any(|word| nearest(word, KEYS).is_some());
    let mut place = 0;
    while place < letters.len() {
        let starts_word = place == 0 || !letters[place - 1].is_ascii_alphanumeric();
        let length = if !starts_word {
            0
        } else if is_iban(&letters[place..]) {
            extent(&letters[place..])
        } else if holds_accounts && is_number(&letters, place) {
            digits(&letters[place..])
        } else {
            0
        };
        hide(&mut letters[place..place + length]);
        place += length.max(1);
    }
    letters.into_iter().collect()
}

/// Words that may be keys. An amount is none of an account, though the words are alike.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let all = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    all.filter(|word| word.len() > 3 && !word.starts_with("amount"))
}

/// Whether letters begin with two letters and two digits, and go on as long as an IBAN.
fn is_iban(letters: &[char]) -> bool {
    let begins = matches!(letters, [a, b, c, d, ..] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit());
    begins && IBAN.contains(&letters[..extent(letters)].iter().filter(|letter| **letter != ' ').count())
}

/// How far letters, digits and the blanks between groups of four go on.
fn extent(letters: &[char]) -> usize {
    let group =
        |from: usize| letters[from..].iter().take_while(|letter| letter.is_ascii_alphanumeric()).count();
    let mut end = group(0);
    while letters.get(end) == Some(&' ') && matches!(group(end + 1), 1..=4) {
        end += 1 + group(end + 1);
    }
    end
}

fn digits(letters: &[char]) -> usize {
    letters.iter().take_while(|letter| letter.is_ascii_digit()).count()
}

/// Whether a text of nothing but digits, more than are shown, begins at a place; or a number behind an equals sign, as somebody writes who
/// forgets the quotes.
fn is_number(letters: &[char], place: usize) -> bool {
    let count = digits(&letters[place..]);
    let around = (place.checked_sub(1).and_then(|before| letters.get(before)), letters.get(place + count));
    let is_quoted = matches!(around, (Some('"'), Some('"')) | (Some('\''), Some('\'')));
    let is_value = || letters[..place].iter().rev().find(|letter| **letter != ' ') == Some(&'=');
    count > SHOWN && (is_quoted || is_value())
}

fn hide(letters: &mut [char]) {
    let shown = letters.len().saturating_sub(SHOWN);
    letters[..shown].iter_mut().filter(|letter| **letter != ' ').for_each(|letter| *letter = '*');
}

#[cfg(test)]
mod tests {
    use super::super::{Code, Diagnostic, Files, Span, render};
    use super::*;

    #[test]
    fn accounts_are_stars_but_for_their_ends() {
        for (line, shown) in [
            (
                r#"debtor = { nme = "N", iban = "DE09028457998082047609" }"#,
                r#"debtor = { nme = "N", iban = "******************7609" }"#,
            ),
            (r#"ibna = "GB82 WEST 1234 5698 7654 32""#, r#"ibna = "**** **** **** **** ***4 32""#),
            (r#"acount = '123456789'"#, r#"acount = '*****6789'"#),
            ("balanced = { account =  5551234567 }", "balanced = { account =  ******4567 }"),
            (
                r#"balanced = { routing = "121000248", acct = "99" }"#,
                r#"balanced = { routing = "*****0248", acct = "99" }"#,
            ),
        ] {
            assert_eq!(without_accounts(line), shown);
        }
    }

    #[test]
    fn a_message_quotes_no_account() {
        let mut files = Files::default();
        let text = "[exports.partners]\ndebitor = { name = \"N\", iban = \"DE09028457998082047609\" }\n";
        let id = files.add("apportion.toml", text);
        let found =
            Diagnostic::error(Code::UnknownKey, "unknown key").at(Span { file: id, range: 19..26 }, "");
        let said = render(&found, &files);
        assert!(said.contains("debitor") && said.contains("******************7609"), "{said}");
        assert!(!said.contains("0476"), "{said}");
    }

    #[test]
    fn what_is_no_account_stays() {
        for line in [
            r#"amount = "1000000""#,
            "when = \"close_date >= 2026-07-01 AND deal_id = 'OP2026'\"\n",
            "sha256 = \"ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12\"",
            "14│ id = \"rep-accelerator-2026\"",
        ] {
            assert_eq!(without_accounts(line), line);
        }
    }
}
