//! Ids of records as Salesforce writes them: 15 characters in which case counts, or 18 in which it does not.

/// The suffix's characters: each says which of five letters are capitals.
const SUFFIX: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// The 18 characters of the record with an id of 15 or 18; `None` where the text is no such id.
///
/// Of 18 characters the last three repeat which of the letters before are capitals. Where they say so of an id that lost
/// its case, as in a spreadsheet's comparison, the case is restored; where they contradict it, it is no id.
pub fn record_id(text: &str) -> Option<String> {
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    match text.len() {
        15 => Some(format!("{text}{}", suffix(text))),
        18 => {
            let (id, given) = text.split_at(15);
            let given = given.to_ascii_uppercase();
            if suffix(id) == given {
                return Some(format!("{id}{given}"));
            }
            let letters = || id.bytes().filter(u8::is_ascii_alphabetic);
            let one_case =
                letters().all(|c| c.is_ascii_uppercase()) || letters().all(|c| c.is_ascii_lowercase());
            let restored = restored(id, &given)?;
            (one_case && suffix(&restored) == given).then(|| format!("{restored}{given}"))
        }
        _ => None,
    }
}

fn suffix(id: &str) -> String {
    let of_five = |five: &[u8]| {
        let capitals = five.iter().rev().fold(0, |bits, c| bits << 1 | usize::from(c.is_ascii_uppercase()));
        char::from(SUFFIX[capitals])
    };
    id.as_bytes().chunks(5).map(of_five).collect()
}

/// The id with the case that a suffix says.
fn restored(id: &str, suffix: &str) -> Option<String> {
    let capitals: Vec<usize> =
        suffix.bytes().map(|c| SUFFIX.iter().position(|known| *known == c)).collect::<Option<_>>()?;
    let cased = id.chars().enumerate().map(|(place, c)| {
        let capital = capitals.get(place / 5).is_some_and(|bits| bits >> (place % 5) & 1 == 1);
        if capital { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
    });
    Some(cased.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_record_become_one() {
        for (text, expected) in [
            ("0018000000OgEZm", Some("0018000000OgEZmAAN")),
            ("0018000000OgEZmAAN", Some("0018000000OgEZmAAN")),
            ("0018000000ogezmaan", Some("0018000000OgEZmAAN")),
            ("0018000000OGEZMAAN", Some("0018000000OgEZmAAN")),
            ("0018000000OgEZmAAA", None),
            ("000000000000000", Some("000000000000000AAA")),
            ("ABCDEFGHIJKLMNO", Some("ABCDEFGHIJKLMNO555")),
            ("0018000000OgEZ", None),
            ("0018000000OgEZmA", None),
            ("0018000000OgEZ-", None),
            ("0018000000OgE\u{e4}", None),
            ("000000000000000A-A", None),
            ("", None),
        ] {
            assert_eq!(record_id(text).as_deref(), expected, "{text}");
        }
    }
}
