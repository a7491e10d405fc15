//! Spellings of numbers: a table that can be read, and the property that no text is read as another number.

use proptest::prelude::*;

use super::*;

fn notation(decimal: DecimalSign, group: Group) -> NumberNotation {
    NumberNotation { decimal, group, percent: false }
}

/// What a text is in a notation, as plain digits and the mark beside it.
fn shown(text: &str, notation: NumberNotation) -> Option<String> {
    let written = NumberText::parse(text, notation)?;
    let (mantissa, scale) = written.value().scaled()?;
    let number = crate::money::format_scaled(mantissa, scale);
    Some(written.mark.map_or(number.clone(), |mark| format!("{number} {}", mark.text())))
}

#[test]
fn the_grammar() {
    for (text, expected) in [
        ("0", Some("0")),
        ("12", Some("12")),
        ("007", Some("7")),
        (".5", Some("0.5")),
        ("-.5", Some("-0.5")),
        ("1.50", Some("1.5")),
        ("1.5000000000000000000000000000", Some("1.5")),
        ("1,234", Some("1234")),
        ("12,345,678.9", Some("12345678.9")),
        ("35836.001000000004", Some("35836.001000000004")),
        // signs
        ("-5", Some("-5")),
        ("\u{2212}5", Some("-5")),
        ("5-", Some("-5")),
        ("1200.00-", Some("-1200")),
        ("5\u{2212}", Some("-5")),
        ("+5", Some("5")),
        ("(5)", Some("-5")),
        ("(1,234.50)", Some("-1234.5")),
        ("'-70", Some("-70")),
        ("'70", Some("70")),
        ("-0", Some("0")),
        // marks
        ("$5", Some("5 $")),
        ("-$5", Some("-5 $")),
        ("$-5", Some("-5 $")),
        ("$ 5", Some("5 $")),
        ("$ 1,234.50", Some("1234.5 $")),
        ("US$ 5", Some("5 US$")),
        ("USD 1,234.50", Some("1234.5 USD")),
        ("USD1,234.50", Some("1234.5 USD")),
        ("5 USD", Some("5 USD")),
        ("5USD", Some("5 USD")),
        ("€1,000.25", Some("1000.25 €")),
        ("5\u{a0}€", Some("5 €")),
        ("5$", Some("5 $")),
        ("($5)", Some("-5 $")),
        ("$(5)", Some("-5 $")),
        ("(5) €", Some("-5 €")),
        ("(5 €)", Some("-5 €")),
        ("5- €", Some("-5 €")),
        ("kr 5", Some("5 kr")),
        ("5 kr.", Some("5 kr")),
        ("kr.5", Some("0.5 kr")),
        // no numbers
        ("", None),
        ("-", None),
        ("$-", None),
        ("()", None),
        ("$", None),
        (".", None),
        ("+", None),
        ("'", None),
        ("5.", None),
        ("5.€", None),
        ("1e3", None),
        ("1E3", None),
        ("1 000", None),
        ("- 5", None),
        ("5 -", None),
        ("( 5)", None),
        ("--5", None),
        ("-5-", None),
        ("+-5", None),
        ("-(5)", None),
        ("(-5)", None),
        ("(5-)", None),
        ("(+5)", None),
        ("5+", None),
        ("$$5", None),
        ("$5€", None),
        ("$5 USD", None),
        ("($-5)", None),
        ("(5", None),
        ("5)", None),
        ("50%", None),
        (",123", None),
        ("1,23", None),
        ("1,2345", None),
        ("1234,567", None),
        ("12,345,67", None),
        ("1,,234", None),
        ("1,234,", None),
        ("1.2.3", None),
        ("1.234,5", None),
        ("1.-5", None),
        ("0x10", None),
        ("inf", None),
        ("NaN", None),
        ("XYZ 5", None),
        ("usd 5", None),
        ("''5", None),
        ("１２", None),
    ] {
        assert_eq!(shown(text, NumberNotation::PLAIN).as_deref(), expected, "{text}");
    }
}

#[test]
fn a_text_of_another_notation_says_which() {
    let comma = NumberNotation::new(DecimalSign::Comma);
    for (own, text, needed) in [
        (NumberNotation::PLAIN, "4.711,98 €", Some("{ decimal = \",\" }")),
        (NumberNotation::PLAIN, "1\u{a0}234,56", Some("{ decimal = \",\", group = \" \" }")),
        (NumberNotation::PLAIN, "1'234.50", Some("{ group = \"'\" }")),
        (NumberNotation::PLAIN, "1,00,000.00", Some("{ group = \"indian\" }")),
        (NumberNotation::PLAIN, "50%", Some("{ percent = true }")),
        (comma, "1200.00-", Some("{ decimal = \".\" }")),
        (NumberNotation::PLAIN, "12", None),
        (NumberNotation::PLAIN, "n/a", None),
    ] {
        assert_eq!(own.needed_by(text), needed, "{text}");
    }
}

#[test]
fn every_group_has_its_sign() {
    use DecimalSign::{Comma, Point};
    let german = NumberNotation::new(Comma);
    let indian = notation(Point, Group::Indian);
    let swiss = notation(Point, Group::Apostrophe);
    let french = notation(Comma, Group::Blank);
    let bare = notation(Comma, Group::None);
    for (notation, text, expected) in [
        (german, "1.234,50", Some("1234.5")),
        (german, "4.711,98 €", Some("4711.98 €")),
        (german, ",5", Some("0.5")),
        (german, "1,5", Some("1.5")),
        (german, "1.5", None),
        (german, "1,234.50", None),
        (german, "(€1.000,25)", Some("-1000.25 €")),
        (french, "1 234,56", Some("1234.56")),
        (french, "1\u{a0}234,56", Some("1234.56")),
        (french, "1\u{202f}234\u{2009}567,5", Some("1234567.5")),
        (french, "1 234,56 €", Some("1234.56 €")),
        (french, "12 34,5", None),
        (french, "1.234,56", None),
        (french, " 234", None),
        (french, "1\t234", None),
        (swiss, "1'234.50", Some("1234.5")),
        (swiss, "1\u{2019}234.50", Some("1234.5")),
        (swiss, "'1'234", Some("1234")),
        (swiss, "1,234.50", None),
        (indian, "1,00,000.00", Some("100000")),
        (indian, "12,34,56,789", Some("123456789")),
        (indian, "₹ 1,00,000", Some("100000 ₹")),
        (indian, "1,234", Some("1234")),
        (indian, "100,000", None),
        (indian, "1,0,000", None),
        (indian, "1,00,00", None),
        (bare, "1234,5", Some("1234.5")),
        (bare, "1.234,5", None),
        (bare, "1 234", None),
    ] {
        assert_eq!(shown(text, notation).as_deref(), expected, "{text} by {notation:?}");
    }
}

#[test]
fn a_percent_sign_divides_where_it_is_allowed() {
    let percent = NumberNotation { percent: true, ..NumberNotation::PLAIN };
    for (text, expected) in [
        ("50%", Some("0.5")),
        ("50 %", Some("0.5")),
        ("-7.25%", Some("-0.0725")),
        ("7.25%-", Some("-0.0725")),
        ("(50%)", Some("-0.5")),
        ("100%", Some("1")),
        ("1,234%", Some("12.34")),
        ("0%", Some("0")),
        ("0.5", Some("0.5")),
        ("%50", None),
        ("%", None),
        ("50%%", None),
        ("€50%", None),
        ("50%€", None),
    ] {
        assert_eq!(shown(text, percent).as_deref(), expected, "{text}");
    }
    // More digits than are kept are still too many.
    let huge = format!("{}%", "9".repeat(40));
    assert_eq!(NumberText::parse(&huge, percent).map(|written| written.value().whole), Some(HUGE));
}

#[test]
fn a_dash_beside_a_currency_is_nothing() {
    for (text, mark) in [
        ("-", Some("")),
        ("$-", Some("$")),
        ("$ -", Some("$")),
        ("- €", Some("€")),
        ("USD -", Some("USD")),
        ("\u{2212}", Some("")),
        ("- kr.", Some("kr")),
        ("-kr.", Some("kr")),
        ("z\u{142}.-", Some("z\u{142}")),
    ] {
        assert_eq!(nil_amount(text).map(|mark| mark.map_or("", Mark::text)), mark, "{text}");
    }
    for none in ["", "$", "--", "()", "-5", "+", "- -", "n/a"] {
        assert_eq!(nil_amount(none), None, "{none}");
    }
}

fn any_notation() -> impl Strategy<Value = NumberNotation> {
    let decimals = prop::sample::select(vec![DecimalSign::Point, DecimalSign::Comma]);
    let groups = prop::sample::select(vec![
        Group::Comma,
        Group::Point,
        Group::Blank,
        Group::Apostrophe,
        Group::Indian,
        Group::None,
    ]);
    (decimals, groups, any::<bool>())
        .prop_filter("a group that is the decimal sign", |(decimal, group, _)| !group.is(*decimal))
        .prop_map(|(decimal, group, percent)| NumberNotation { decimal, group, percent })
}

/// The whole part as a notation groups it.
fn grouped(whole: u64, group: Group) -> String {
    let digits = whole.to_string();
    let sign = match group {
        Group::Comma | Group::Indian => ",",
        Group::Point => ".",
        Group::Blank => "\u{202f}",
        Group::Apostrophe => "\u{2019}",
        Group::None => "",
    };
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        let left = digits.len() - place;
        let begins = match group {
            Group::Indian => left == 3 || (left > 3 && left % 2 == 1),
            _ => left.is_multiple_of(3),
        };
        if place > 0 && begins {
            text.push_str(sign);
        }
        text.push(digit);
    }
    text
}

/// A reading of a text that is written another way than the parser: every spelling of every number that is at hand.
fn spellings(body: &str, negative: bool, mark: &str) -> Vec<String> {
    match (negative, mark) {
        (false, "") => vec![body.to_owned(), format!("+{body}"), format!("'{body}")],
        (false, mark) => vec![
            format!("{mark}{body}"),
            format!("{mark} {body}"),
            format!("{body}{mark}"),
            format!("{body}\u{a0}{mark}"),
            format!("+{mark}{body}"),
        ],
        (true, "") => vec![
            format!("-{body}"),
            format!("\u{2212}{body}"),
            format!("{body}-"),
            format!("({body})"),
            format!("'-{body}"),
        ],
        (true, mark) => vec![
            format!("-{mark}{body}"),
            format!("{mark}-{body}"),
            format!("{mark} -{body}"),
            format!("{mark}{body}-"),
            format!("{body}- {mark}"),
            format!("-{body} {mark}"),
            format!("({mark}{body})"),
            format!("{mark} ({body})"),
            format!("({body}) {mark}"),
        ],
    }
}

proptest! {
    /// Whatever a number looks like in any notation, another notation reads it as the same number or not at all, unless the text
    /// is one of the few that have two readings; those are the ones that `other` tells.
    #[test]
    fn every_spelling_is_read_as_the_same_number(
        whole in 0_u64..1_000_000_000_000, fraction in 0_u32..1_000_000, negative: bool, with_groups: bool,
        mark in prop::sample::select(vec!["", "$", "€", "US$", "USD", "kr", "zł", "CHF"]), own in any_notation(),
        zeros in 0_usize..4,
    ) {
        let size = if with_groups { grouped(whole, own.group) } else { whole.to_string() };
        let body = format!("{size}{}{fraction:06}{}", own.decimal.sign(), "0".repeat(zeros));
        let expected = {
            let (mantissa, scale) = strip_zeros(i128::from(whole) * 1_000_000 + i128::from(fraction), 6);
            (if negative { -mantissa } else { mantissa }, scale)
        };
        for text in spellings(&body, negative, mark) {
            let found = NumberText::parse(&text, own);
            prop_assert_eq!(found.and_then(|found| found.digits.scaled()), Some(expected), "{}", text);
            prop_assert_eq!(found.and_then(|found| found.mark).map_or("", Mark::text), mark, "{}", text);
        }
    }

    /// A text is read by an oracle that knows nothing of the parser: each digit counts, and all that is not a digit has its place.
    #[test]
    fn what_is_read_has_the_digits_of_the_text(text in "[-+('0-9.,)% $€]{0,16}", own in any_notation()) {
        let Some(found) = NumberText::parse(&text, own) else { return Ok(()) };
        let point = own.decimal.sign();
        let digits = |part: &str| part.chars().filter(char::is_ascii_digit).collect::<String>();
        let (whole, fraction) = match text.split_once(point) {
            Some((whole, fraction)) => (digits(whole), digits(fraction)),
            None => (digits(&text), String::new()),
        };
        let all: i128 = format!("0{whole}{fraction}").parse().unwrap();
        let scale = u32::try_from(fraction.len()).unwrap() + if found.percent { 2 } else { 0 };
        let negative = text.contains('-') || text.contains('(');
        let expected = strip_zeros(if negative { -all } else { all }, scale);
        prop_assert_eq!(found.value().scaled(), Some(expected));
    }

    /// Found by the fuzz target `cells`: where no group is written, `87\0498` was 87498.
    #[test]
    fn a_control_character_is_part_of_no_number(
        whole in 0_u64..1_000_000_000_000, negative: bool, with_groups: bool, control in prop::char::range('\0', '\u{1f}'),
        mark in prop::sample::select(vec!["", "$", "USD"]), own in any_notation(), place: prop::sample::Index,
    ) {
        let size = if with_groups { grouped(whole, own.group) } else { whole.to_string() };
        for mut text in spellings(&format!("{size}{}5", own.decimal.sign()), negative, mark) {
            let places: Vec<usize> = text.char_indices().map(|(index, _)| index).chain([text.len()]).collect();
            text.insert(places[place.index(places.len())], control);
            prop_assert_eq!(NumberText::parse(&text, own), None, "{:?}", text);
        }
    }

    #[test]
    fn a_hundredfold_is_undone(mantissa: i64, scale in 0_u32..17) {
        let digits = Digits::from_scaled(i128::from(mantissa), scale);
        let (hundred, scale) = strip_zeros(i128::from(mantissa) * 100, scale);
        prop_assert_eq!(digits.hundredfold(), Digits::from_scaled(hundred, scale));
    }

    #[test]
    fn nothing_panics(text in "[-+'0-9.,()%$€ \u{a0}a-zA-Z\u{2212}]{0,30}", own in any_notation()) {
        let _ = (NumberText::parse(&text, own), nil_amount(&text), record_id(&text));
    }

    #[test]
    fn typed_and_written_are_the_same(mantissa: i64, scale in 0_u32..12) {
        let text = crate::money::format_scaled(i128::from(mantissa), scale);
        let typed = Digits::from_scaled(i128::from(mantissa), scale);
        prop_assert_eq!(NumberText::parse(&text, NumberNotation::PLAIN).map(|found| found.digits), Some(typed));
    }
}
