//! Accounts and their banks: which numbers can be right. What is wrong with one is said without it.

use std::collections::BTreeMap;

/// The length of an IBAN by country, as the registry of SWIFT has it.
const IBAN_LENGTHS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HN", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MN", 20),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("RU", 33),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
    ("YE", 30),
];

/// Countries of the European Economic Area, by their IBANs.
const EEA: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO";

/// Other countries of the SEPA area.
const SEPA_OUTSIDE_EEA: &str = "AD AL CH GB GI MC MD ME MK SM VA";

/// A country of which it is not certain that its banks take part yet.
const JOINING: &str = "RS";

/// ISO 3166, two letters, and Kosovo, which banks write as XK.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY \
     BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE \
     GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR \
     KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI \
     NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS \
     ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// Whether a list of words has one.
fn has(list: &str, word: &str) -> bool {
    word.len() == 2 && list.split_ascii_whitespace().any(|one| one == word)
}

/// What an IBAN's country means for a transfer in euros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SepaArea {
    /// In the European Economic Area.
    Inside,
    /// In the SEPA area, outside of the EEA.
    OutsideEea,
    /// Not certain.
    Joining,
    /// Not in the SEPA area.
    No,
}

/// Where an account in a country is.
pub fn sepa_area(country: &str) -> SepaArea {
    match country {
        _ if has(EEA, country) => SepaArea::Inside,
        _ if has(SEPA_OUTSIDE_EEA, country) => SepaArea::OutsideEea,
        _ if has(JOINING, country) => SepaArea::Joining,
        _ => SepaArea::No,
    }
}

/// An IBAN without blanks, in capitals.
///
/// # Errors
/// What is wrong with it, as the end of a sentence that begins with "its IBAN"; no character of it.
pub fn iban(text: &str) -> Result<String, String> {
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}'))
        .collect::<String>()
        .to_ascii_uppercase();
    if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err("has characters other than letters and digits".to_owned());
    }
    let country = plain.get(..2).unwrap_or_default();
    let Some((_, length)) = IBAN_LENGTHS.iter().find(|(known, _)| *known == country) else {
        return Err("begins with no country that has IBANs".to_owned());
    };
    if plain.len() != *length {
        return Err(format!("has {} characters, and those of {country} have {length}", plain.len()));
    }
    if !plain.get(2..4).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err("has no check digits".to_owned());
    }
    if remainder_97(&plain) != 1 {
        return Err("has the wrong check digits: a digit is mistyped, or two are exchanged".to_owned());
    }
    Ok(plain)
}

/// The remainder by 97 of an IBAN whose first four characters stand at its end, letters as numbers from 10 on.
fn remainder_97(iban: &str) -> u32 {
    let (head, tail) = iban.split_at(4);
    let number = |byte: u8| match byte {
        b'0'..=b'9' => (u32::from(byte - b'0'), 10),
        _ => (u32::from(byte.to_ascii_uppercase() - b'A') + 10, 100),
    };
    tail.bytes()
        .chain(head.bytes())
        .map(number)
        .fold(0, |rest, (digits, places)| (rest * places + digits) % 97)
}

/// A BIC of 8 or 11 characters, in capitals.
///
/// # Errors
/// What is wrong with it, as the end of a sentence that begins with "its BIC".
pub fn bic(text: &str) -> Result<String, String> {
    let plain = text.trim().to_ascii_uppercase();
    if plain.len() != 8 && plain.len() != 11 {
        return Err("has neither 8 nor 11 characters".to_owned());
    }
    let bytes = plain.as_bytes();
    let letters = bytes.iter().take(6).all(u8::is_ascii_alphabetic);
    let rest = bytes.iter().skip(6).all(u8::is_ascii_alphanumeric);
    if !letters || !rest {
        return Err("is not four letters of a bank, two of a country, and letters or digits".to_owned());
    }
    if !plain.get(4..6).is_some_and(|country| has(COUNTRIES, country)) {
        return Err("names no country in its fifth and sixth letters".to_owned());
    }
    Ok(plain)
}

/// A routing number: nine digits.
///
/// # Errors
/// What is wrong with it, as the end of a sentence that begins with "its routing number".
pub fn routing_number(text: &str) -> Result<String, String> {
    let plain = text.trim();
    if plain.len() != 9 || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("is not nine digits".to_owned());
    }
    if plain.bytes().all(|byte| byte == b'0') {
        return Err("is all zeros".to_owned());
    }
    let sum: u32 = plain
        .bytes()
        .zip([3, 7, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    if !sum.is_multiple_of(10) {
        return Err("has the wrong check digit: a digit is mistyped, or two are exchanged".to_owned());
    }
    Ok(plain.to_owned())
}

/// A country: two letters of ISO 3166, in capitals.
///
/// # Errors
/// What is wrong with it, as the end of a sentence that begins with "its country".
pub fn country(text: &str) -> Result<String, String> {
    let plain = text.trim().to_ascii_uppercase();
    if has(COUNTRIES, &plain) {
        Ok(plain)
    } else {
        Err("is not the two letters of one in ISO 3166".to_owned())
    }
}

/// The most of an account that is ever shown.
pub fn masked(account: &str) -> String {
    let characters: Vec<char> = account.chars().collect();
    // Of a short one, four characters would be most of it.
    let shown = if characters.len() > 8 { 4 } else { 0 };
    let tail: String = characters[characters.len() - shown..].iter().collect();
    format!("…{tail}")
}

/// The columns of payment_details that hold accounts and their banks' numbers.
pub(crate) const COLUMNS: [&str; 3] = ["iban", "account_number", "routing_number"];

/// A text as messages and manifests may show it: without an account of these payment_details.
pub fn shown(details: &BTreeMap<String, String>, text: &str) -> String {
    let accounts = COLUMNS.into_iter().filter_map(|column| details.get(column).map(String::as_str));
    without(&accounts.collect::<Vec<_>>(), text)
}

/// A text which has an account in it or none: of an account of more than four characters nothing but its end is shown, blanks and dashes in
/// it aside.
fn without(accounts: &[&str], text: &str) -> String {
    let plain = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let shown = plain(text).to_uppercase();
    let is_in = |account: &&str| {
        let account = plain(account).to_uppercase();
        account.len() > 4 && shown.contains(&account)
    };
    if accounts.iter().any(is_in) { masked(text) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ibans_of_the_samples_are_right() {
        for right in [
            "DE09028457998082047609",
            "BE72536889307716",
            "CH0225323063368134316",
            "gb82 west 1234 5698 7654 32",
        ] {
            assert!(iban(right).is_ok(), "{right}");
        }
        assert_eq!(iban("DE09 0284 5799 8082 0476 09").as_deref(), Ok("DE09028457998082047609"));
    }

    #[test]
    fn a_wrong_iban_is_told_without_it() {
        let wrong = [
            ("DE09028457998082047608", "the wrong check digits"),
            ("DE0902845799808204760", "has 21 characters"),
            ("US09028457998082047609", "no country"),
            ("DE09-0284-5799", "other than letters and digits"),
            ("", "other than letters and digits"),
            ("DEXX028457998082047609", "no check digits"),
        ];
        for (text, part) in wrong {
            let why = iban(text).unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
            assert!(text.len() < 6 || !why.contains(&text[4..]), "{why}");
        }
    }

    #[test]
    fn every_exchange_of_two_digits_of_a_routing_number_is_told() {
        assert!(routing_number("021000021").is_ok() && routing_number("121000248").is_ok());
        for wrong in ["000000000", "021000022", "210000021", "02100002", "02100002a"] {
            assert!(routing_number(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn bics_and_countries() {
        for right in ["OPSHDEW0", "KWBZBE60", "deutdeff500"] {
            assert!(bic(right).is_ok(), "{right}");
        }
        for wrong in ["OPSHXXW0", "OPSHDE", "1PSHDEW0", "OPSHDEW01"] {
            assert!(bic(wrong).is_err(), "{wrong}");
        }
        assert_eq!((country("de").as_deref(), country("UK").is_err()), (Ok("DE"), true));
        assert_eq!(COUNTRIES.split_ascii_whitespace().count(), 250);
        assert_eq!(
            [sepa_area("FR"), sepa_area("GB"), sepa_area("RS"), sepa_area("US")],
            [SepaArea::Inside, SepaArea::OutsideEea, SepaArea::Joining, SepaArea::No]
        );
    }

    #[test]
    fn a_text_with_an_account_in_it_is_not_shown() {
        let accounts = ["DE09 0284 5799 8082 0476 09", "8877-1", "77"];
        for (text, shown) in [
            ("DE09\u{a0}0284\u{a0}5799\u{a0}8082\u{a0}0476\u{a0}09", "…6\u{a0}09"),
            ("to de09028457998082047609", "…7609"),
            ("88771", "…"),
            ("Commission 77", "Commission 77"),
            ("DE09", "DE09"),
        ] {
            assert_eq!(without(&accounts, text), shown);
        }
    }

    #[test]
    fn never_more_than_four_characters_are_shown() {
        assert_eq!(
            (masked("DE09028457998082047609"), masked("12345678")),
            ("…7609".to_owned(), "…".to_owned())
        );
    }
}
