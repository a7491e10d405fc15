//! Marks of currencies beside amounts: the symbols that people write, and the codes of ISO 4217.

use crate::money::Currency;

/// The symbol or the code of a currency, as it is written beside an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark<'a>(&'a str);

impl<'a> Mark<'a> {
    /// The mark at the beginning of a text, and the rest behind it.
    pub(super) fn in_front(text: &'a str) -> Option<(Self, &'a str)> {
        if let Some(code) = text.get(..3)
            && is_code(code)
            && !text[3..].starts_with(char::is_alphabetic)
        {
            return Some((Self(code), &text[3..]));
        }
        // Of symbols that begin alike the longer one is meant: `R$` and not `R`.
        let longest = SYMBOLS.iter().map(|symbol| symbol.0).filter(|symbol| {
            let rest = text.strip_prefix(symbol);
            rest.is_some_and(|rest| {
                !symbol.ends_with(char::is_alphabetic) || !rest.starts_with(char::is_alphabetic)
            })
        });
        let length = match longest.map(str::len).max() {
            Some(length) => length,
            None => text.chars().next().filter(|first| is_currency(*first))?.len_utf8(),
        };
        let (mark, rest) = text.split_at(length);
        // An abbreviation may end in a point where a blank or nothing follows, so that it is no decimal sign: `kr. 5`, `-kr.`.
        let is_no_sign = |rest: &&str| rest.is_empty() || rest.starts_with(char::is_whitespace);
        let pointed = rest.strip_prefix('.').filter(is_no_sign);
        let abbreviated = mark.ends_with(char::is_alphabetic);
        Some((Self(mark), pointed.filter(|_| abbreviated).unwrap_or(rest)))
    }

    /// The mark at the end of a text, and the text before it.
    pub(super) fn behind(text: &'a str) -> Option<(&'a str, Self)> {
        if let Some(start) = text.len().checked_sub(3)
            && let Some(code) = text.get(start..)
            && is_code(code)
            && !text[..start].ends_with(char::is_alphabetic)
        {
            return Some((&text[..start], Self(code)));
        }
        // As above: `5 kr.`
        let bare = text.strip_suffix('.').filter(|text| text.ends_with(char::is_alphabetic)).unwrap_or(text);
        let longest = SYMBOLS.iter().map(|symbol| symbol.0).filter(|symbol| {
            let rest = bare.strip_suffix(symbol);
            rest.is_some_and(|rest| {
                !symbol.starts_with(char::is_alphabetic) || !rest.ends_with(char::is_alphabetic)
            })
        });
        let length = match longest.map(str::len).max() {
            Some(length) => length,
            None => bare.chars().next_back().filter(|last| is_currency(*last))?.len_utf8(),
        };
        let (rest, mark) = bare.split_at(bare.len() - length);
        Some((rest, Self(mark)))
    }

    /// As it is written, without a point behind an abbreviation.
    pub fn text(self) -> &'a str {
        self.0
    }

    /// Whether amounts of a currency are written with this mark.
    pub fn fits(self, currency: &str) -> bool {
        self.0 == currency || self.symbol().is_some_and(|symbol| symbol.2.contains(&currency))
    }

    /// The currency that it means without anything else being said; `None` where several currencies are written so.
    pub fn currency(self) -> Option<&'a str> {
        if is_code(self.0) {
            return Some(self.0);
        }
        self.symbol().and_then(|symbol| symbol.1)
    }

    /// All currencies that are written so; none for a code or a symbol that is not known.
    pub fn currencies(self) -> &'static [&'static str] {
        self.symbol().map_or(&[], |symbol| symbol.2)
    }

    /// The mark that a text is as a whole; `None` where it is none.
    pub fn whole(text: &'a str) -> Option<Self> {
        Self::in_front(text).filter(|(_, rest)| rest.is_empty()).map(|(mark, _)| mark)
    }

    fn symbol(self) -> Option<&'static Symbol> {
        SYMBOLS.iter().find(|symbol| symbol.0 == self.0)
    }
}

fn is_code(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_uppercase()) && Currency::from_code(text).is_some()
}

/// What is written, the currency that it means by itself, and all currencies that are written so.
type Symbol = (&'static str, Option<&'static str>, &'static [&'static str]);

/// Currencies that write `$`.
const DOLLARS: &[&str] = &[
    "USD", "ARS", "AUD", "BBD", "BMD", "BND", "BSD", "BZD", "CAD", "CLP", "COP", "CUP", "CVE", "DOP", "FJD",
    "GYD", "HKD", "JMD", "KYD", "LRD", "MXN", "NAD", "NZD", "SBD", "SGD", "SRD", "TTD", "TWD", "UYU", "XCD",
];
const POUNDS: &[&str] = &["GBP", "EGP", "FKP", "GIP", "LBP", "SDG", "SHP", "SSP", "SYP"];
const YEN: &[&str] = &["JPY", "CNY"];
const KRONER: &[&str] = &["DKK", "ISK", "NOK", "SEK"];
const RUPEES: &[&str] = &["INR", "LKR", "MUR", "NPR", "PKR", "SCR"];
const RIALS: &[&str] = &["IRR", "OMR", "QAR", "SAR", "YER"];
const FRANCS: &[&str] = &["CHF"];
const WON: &[&str] = &["KRW", "KPW"];

/// The symbols. Several meanings and no first one: the writer has to say which.
#[rustfmt::skip]
const SYMBOLS: &[Symbol] = &[
    ("$", None, DOLLARS), ("\u{ff04}", None, DOLLARS), ("\u{fe69}", None, DOLLARS),
    ("US$", Some("USD"), &["USD"]), ("U$S", None, &["USD", "UYU"]),
    ("A$", Some("AUD"), &["AUD"]), ("AU$", Some("AUD"), &["AUD"]),
    ("C$", Some("CAD"), &["CAD", "NIO"]), ("CA$", Some("CAD"), &["CAD"]),
    ("HK$", Some("HKD"), &["HKD"]), ("NZ$", Some("NZD"), &["NZD"]),
    ("S$", Some("SGD"), &["SGD"]), ("SG$", Some("SGD"), &["SGD"]),
    ("NT$", Some("TWD"), &["TWD"]), ("MX$", Some("MXN"), &["MXN"]), ("R$", Some("BRL"), &["BRL"]),
    ("\u{20ac}", Some("EUR"), &["EUR"]),
    ("\u{a3}", Some("GBP"), POUNDS), ("\u{ffe1}", Some("GBP"), POUNDS), ("\u{20a4}", None, POUNDS),
    ("\u{a5}", None, YEN), ("\u{ffe5}", None, YEN),
    ("JP\u{a5}", Some("JPY"), &["JPY"]), ("CN\u{a5}", Some("CNY"), &["CNY"]),
    ("\u{5186}", Some("JPY"), &["JPY"]), ("\u{5143}", Some("CNY"), &["CNY"]),
    ("kr", None, KRONER), ("Kr", None, KRONER), ("KR", None, KRONER),
    ("\u{20b9}", Some("INR"), &["INR"]), ("Rs", None, RUPEES), ("\u{20a8}", None, RUPEES),
    ("Fr", Some("CHF"), FRANCS), ("SFr", Some("CHF"), FRANCS),
    ("z\u{142}", Some("PLN"), &["PLN"]), ("K\u{10d}", Some("CZK"), &["CZK"]), ("Ft", Some("HUF"), &["HUF"]),
    ("lei", None, &["RON", "MDL"]), ("\u{43b}\u{432}", Some("BGN"), &["BGN"]), ("din", Some("RSD"), &["RSD"]),
    ("R", Some("ZAR"), &["ZAR"]), ("RM", Some("MYR"), &["MYR"]), ("Rp", Some("IDR"), &["IDR"]),
    ("S/", Some("PEN"), &["PEN"]),
    ("\u{20a9}", Some("KRW"), WON), ("\u{ffe6}", Some("KRW"), WON),
    ("\u{20bd}", Some("RUB"), &["RUB"]), ("\u{20ba}", Some("TRY"), &["TRY"]), ("TL", Some("TRY"), &["TRY"]),
    ("\u{20b4}", Some("UAH"), &["UAH"]), ("\u{20aa}", Some("ILS"), &["ILS"]), ("\u{20ab}", Some("VND"), &["VND"]),
    ("\u{20b1}", Some("PHP"), &["PHP", "CUP"]), ("\u{20a6}", Some("NGN"), &["NGN"]), ("\u{20a1}", Some("CRC"), &["CRC", "SVC"]),
    ("\u{20b5}", Some("GHS"), &["GHS"]), ("\u{20b8}", Some("KZT"), &["KZT"]), ("\u{20be}", Some("GEL"), &["GEL"]),
    ("\u{20bc}", Some("AZN"), &["AZN"]), ("\u{20b2}", Some("PYG"), &["PYG"]), ("\u{20ae}", Some("MNT"), &["MNT"]),
    ("\u{20ad}", Some("LAK"), &["LAK"]), ("\u{e3f}", Some("THB"), &["THB"]), ("\u{17db}", Some("KHR"), &["KHR"]),
    ("\u{9f3}", Some("BDT"), &["BDT"]), ("\u{58f}", Some("AMD"), &["AMD"]), ("\u{60b}", Some("AFN"), &["AFN"]),
    ("\u{fdfc}", None, RIALS), ("\u{20c0}", Some("KGS"), &["KGS"]), ("\u{20c1}", Some("SAR"), &["SAR"]),
];

/// Whether a character is a currency symbol: one of Unicode's general category Sc (Unicode 17). Those that are not in the
/// list above are read, and fit no currency.
fn is_currency(symbol: char) -> bool {
    matches!(
        symbol,
        '$' | '\u{a2}'..='\u{a5}'
            | '\u{58f}'
            | '\u{60b}'
            | '\u{7fe}'..='\u{7ff}'
            | '\u{9f2}'..='\u{9f3}'
            | '\u{9fb}'
            | '\u{af1}'
            | '\u{bf9}'
            | '\u{e3f}'
            | '\u{17db}'
            | '\u{20a0}'..='\u{20c1}'
            | '\u{a838}'
            | '\u{fdfc}'
            | '\u{fe69}'
            | '\u{ff04}'
            | '\u{ffe0}'..='\u{ffe1}'
            | '\u{ffe5}'..='\u{ffe6}'
            | '\u{11fdd}'..='\u{11fe0}'
            | '\u{1e2ff}'
            | '\u{1ecb0}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_mark_is_taken() {
        for (text, mark, rest) in [
            ("US$ 5", "US$", " 5"),
            ("$5", "$", "5"),
            ("USD5", "USD", "5"),
            ("R$5", "R$", "5"),
            ("R 5", "R", " 5"),
            ("RSD 5", "RSD", " 5"),
            ("kr. 5", "kr", " 5"),
            ("kr.5", "kr", ".5"),
            ("\u{a4}5", "\u{a4}", "5"),
        ] {
            let (found, left) = Mark::in_front(text).unwrap();
            assert_eq!((found.text(), left), (mark, rest), "{text}");
        }
        for (text, mark, rest) in [
            ("5 kr.", "kr", "5 "),
            ("5 z\u{142}", "z\u{142}", "5 "),
            ("5EUR", "EUR", "5"),
            ("5 US$", "US$", "5 "),
        ] {
            let (left, found) = Mark::behind(text).unwrap();
            assert_eq!((found.text(), left), (mark, rest), "{text}");
        }
        for none in ["XYZ 5", "usd 5", "USDT 5", "krona 5", "5", "", "Frank 5", "é5"] {
            assert_eq!(Mark::in_front(none), None, "{none}");
        }
        for none in ["5 XYZ", "5 usd", "5 USDT", "5", "", "5%", "5."] {
            assert_eq!(Mark::behind(none), None, "{none}");
        }
    }

    #[test]
    fn a_symbol_fits_each_currency_that_is_written_so() {
        let mark = |text| Mark::whole(text).unwrap();
        assert!(mark("$").fits("USD") && mark("$").fits("CAD") && !mark("$").fits("EUR"));
        assert!(mark("US$").fits("USD") && !mark("US$").fits("CAD"));
        assert!(mark("EUR").fits("EUR") && !mark("EUR").fits("USD"));
        assert!(!mark("\u{a4}").fits("USD"));
        for ambiguous in ["$", "\u{a5}", "kr"] {
            assert_eq!(mark(ambiguous).currency(), None);
        }
        assert_eq!(mark("\u{a3}").currency(), Some("GBP"));
        assert_eq!(mark("CHF").currency(), Some("CHF"));
        assert_eq!(mark("\u{20ac}").currency(), Some("EUR"));
    }

    #[test]
    fn every_symbol_means_currencies_that_there_are() {
        for (text, main, all) in SYMBOLS {
            assert!(all.iter().all(|code| Currency::from_code(code).is_some()), "{text}");
            assert!(main.is_none_or(|main| all.contains(&main)), "{text}");
            assert_eq!(SYMBOLS.iter().filter(|symbol| symbol.0 == *text).count(), 1, "{text}");
        }
    }
}
