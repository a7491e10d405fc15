//! What the readers of all formats have in common: what was read, and its sum by payee.

use std::collections::BTreeMap;

use apportion_base::calendar::day_of_date;

use crate::job::Keys;

/// A payment that was read from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRow {
    /// What the file says of the payee.
    pub key: String,
    /// Minor units.
    pub amount: i64,
    /// The currency, where the file says it.
    pub currency: Option<String>,
}

/// An amount with just so many decimals.
///
/// # Errors
/// Anything else.
pub fn amount(text: &str, digits: u32, mark: char) -> Result<i64, String> {
    let wrong = || format!("`{text}` is no amount of this file");
    let (minus, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, part) =
        if digits == 0 { (unsigned, "") } else { unsigned.split_once(mark).ok_or_else(wrong)? };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || whole.len() > 18
        || part.len() != digits as usize
        || !are_digits(whole)
        || !are_digits(part)
    {
        return Err(wrong());
    }
    let units: i64 = format!("{whole}{part}").parse().map_err(|_| wrong())?;
    Ok(if minus { -units } else { units })
}

/// A day in the form 2026-08-31.
pub fn day_of(text: &str) -> Option<i32> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let shaped = year.len() == 4 && month.len() == 2 && day.len() == 2;
    if !shaped || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return None;
    }
    day_of_date(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// The sums of what was read, by payee_id and currency; `otherwise` is the currency of rows that say none.
///
/// # Errors
/// A row of nobody who is paid, and a sum that can't be held.
pub fn by_payee(
    rows: &[ReadRow],
    keys: &Keys,
    otherwise: &str,
) -> Result<BTreeMap<(String, String), i64>, String> {
    let mut sums: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in rows {
        let payee = keys.get(&row.key).ok_or("a row is of nobody whom the export pays")?;
        let currency = row.currency.as_deref().unwrap_or(otherwise);
        let sum = sums.entry((payee.clone(), currency.to_owned())).or_default();
        *sum = sum.checked_add(row.amount).ok_or("a sum is too large")?;
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_to_the_digit() {
        assert_eq!(amount("1250.25", 2, '.'), Ok(125_025));
        assert_eq!(amount("-80,00", 2, ','), Ok(-8_000));
        assert_eq!(amount("500", 0, '.'), Ok(500));
        for wrong in [
            "1250.2",
            "1250.255",
            "1,250.25",
            "1250",
            ".25",
            "",
            "-",
            "1e3.00",
            "+1.00",
            "١.00",
            "9999999999999999999.00",
        ] {
            assert!(amount(wrong, 2, '.').is_err(), "{wrong}");
        }
    }

    #[test]
    fn days_are_read_in_one_form() {
        assert_eq!(day_of("2026-08-14"), Some(20_679));
        for wrong in ["2026-8-14", "2026-08-32", "20260814", "2026-08-14T00", "-026-08-14"] {
            assert_eq!(day_of(wrong), None, "{wrong}");
        }
    }
}
