//! Closes of any kind: either everything is exported, and reads back to the cent by payee, or it ends in an error that names the payee.

use std::collections::BTreeMap;

use apportion_base::money::{Currency, Minor};
use proptest::prelude::*;

use super::Case;
use crate::close::{ClosedPayee, Item};

const NACHA: &str = "destination = \"121000248\"\ndestination_name = \"B\"\norigin = \"1234567890\"\norigin_name = \"A\"\ncompany_name = \"A\"\ncompany_id = \"1\"\n";

const FORMATS: [(&str, &str, &str); 15] = [
    ("adp-workforce-now", "USD", "batch = \"A\"\n"),
    ("adp-run", "USD", "company_code = \"R1\"\npay_frequency = \"M\"\n"),
    ("paychex-flex", "USD", ""),
    ("gusto", "USD", ""),
    ("paylocity", "USD", ""),
    ("datev-lodas", "EUR", "berater = \"1001\"\nmandant = \"456\"\n"),
    ("datev-lohn-und-gehalt", "EUR", "berater = \"1001\"\nmandant = \"456\"\n"),
    ("pain.001.001.09", "EUR", "debtor = { name = \"N\", iban = \"DE09028457998082047609\" }\n"),
    ("pain.001.001.03", "EUR", "debtor = { name = \"N\", iban = \"DE09028457998082047609\" }\n"),
    (
        "pain.001.001.09",
        "USD",
        "scheme = \"cgi\"\ndebtor = { name = \"N\", account = \"4412345678\", routing = \"021000021\", town = \"Ulm\", country = \"US\" }\n",
    ),
    ("nacha-ppd", "USD", NACHA),
    ("nacha-ccd", "USD", NACHA),
    (
        "template",
        "USD",
        "fixed = true\nheader = false\ndecimal = \"\"\ncolumns = [ { name = \"P\", value = \"payee_id\", width = 20 }, { name = \"A\", value = \"amount\", width = 12, align = \"right\", fill = \"0\" } ]\n",
    ),
    (
        "template",
        "USD",
        "detail = \"rule\"\nencoding = \"ascii\"\ncolumns = [ { name = \"P\", value = \"payee_id\" }, { name = \"C\", value = \"code\" }, { name = \"A\", value = \"amount\" } ]\n",
    ),
    (
        "template",
        "USD",
        "columns = [ { name = \"P\", value = \"payee_id\" }, { name = \"N\", value = \"name\" }, { name = \"A\", value = \"amount\" } ]\n",
    ),
];

/// Codes that the formats take.
fn earnings(format: &str) -> &'static str {
    match format {
        "adp-workforce-now" => "earnings = { by = \"rule\", is = { deals = \"C\" }, else = \"B\" }\n",
        "gusto" => "earnings = { by = \"rule\", is = { deals = \"commission\" }, else = \"bonus\" }\n",
        "datev-lodas" | "datev-lohn-und-gehalt" => {
            "earnings = { by = \"rule\", is = { deals = \"205\" }, else = \"206\" }\n"
        }
        "adp-run" | "paychex-flex" | "paylocity" => {
            "earnings = { by = \"rule\", is = { deals = \"COM\" }, else = \"BON\" }\n"
        }
        _ => "",
    }
}

/// What a file pays in all, in cents, by the few lines that it takes to look: not by our readers.
fn cents_of(format: &str, keys: &str, text: &str) -> i128 {
    let cents = |text: &str| -> i128 {
        let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
        assert!(part.len() == 2 || text.is_empty(), "{text}");
        format!("0{}{part}", whole.trim_start_matches('-')).parse::<i128>().unwrap()
            * if text.starts_with('-') { -1 } else { 1 }
    };
    let column = |delimiter: char, place: usize, skipped: usize| -> i128 {
        let mut reader = csv::ReaderBuilder::new();
        let reader = reader.has_headers(false).flexible(true).delimiter(delimiter as u8);
        let rows: Vec<csv::StringRecord> =
            reader.from_reader(text.as_bytes()).records().map(Result::unwrap).collect();
        rows[skipped..].iter().map(|row| cents(&row[place])).sum()
    };
    match format {
        "adp-workforce-now" => column(',', 4, 1),
        "adp-run" => column(',', 7, 2),
        "paychex-flex" => column(',', 10, 1),
        // A column for each kind of earning.
        "gusto" => {
            let columns = text.lines().next().unwrap().split(',').count();
            (3..columns).map(|place| column(',', place, 1)).sum()
        }
        "paylocity" => column(',', 4, 0),
        "datev-lodas" => text
            .lines()
            .filter(|line| line.starts_with("1;0"))
            .map(|line| cents(line.split(';').nth(5).unwrap()))
            .sum(),
        "datev-lohn-und-gehalt" => column(';', 6, 1),
        "nacha-ppd" | "nacha-ccd" => text
            .lines()
            .filter(|line| line.starts_with("622"))
            .map(|line| line[29..39].parse::<i128>().unwrap())
            .sum(),
        "template" if keys.contains("fixed") => {
            text.lines().map(|line| line.chars().skip(20).collect::<String>().parse::<i128>().unwrap()).sum()
        }
        "template" => column(',', 2, 1),
        _ => text
            .split("</InstdAmt>")
            .filter_map(|part| part.rsplit_once('>'))
            .filter(|(before, _)| before.ends_with('"'))
            .map(|(_, amount)| cents(amount))
            .sum(),
    }
}

#[derive(Debug, Clone)]
struct Somebody {
    id: String,
    name: String,
    amount: i64,
    deals: i64,
    negative: &'static str,
}

fn somebody() -> impl Strategy<Value = Somebody> {
    let id = prop_oneof![
        "[0-9]{1,6}",
        "[A-Z]{1,3}-[0-9]{1,4}",
        "[a-zA-Z0-9/_.:é@ -]{1,40}",
        "[=+@-][A-Z]{2}",
        "[א-ת]{2,5}",
        "[,;\"'&<>]{1,6}",
        "[a-z]{90,120}"
    ];
    let name = prop_oneof![
        "[A-Z][a-z]{1,10} [A-Z][a-z]{1,12}",
        "[A-Za-zäöüßéñøł&'’ -]{1,80}",
        "[\\u{4e00}-\\u{4e10}]{2,3}",
        "[א-ת]{2,5} [א-ת]{2,8}",
        "[a-zA-Z]{71,200}",
        "[=+@-][A-Za-z]{3}",
    ];
    let amount = prop_oneof![
        1_i64..1_000,
        1_i64..100_000_000,
        9_999_999_i64..10_000_000_001,
        Just(1_i64),
        Just(999_999_999_999_999_i64),
        Just(i64::MAX / 2),
    ];
    let deals = prop_oneof![Just(0_i64), -10_000_000_i64..10_000_000];
    (id, name, amount, deals, prop_oneof![Just("keep"), Just("net"), Just("error")])
        .prop_map(|(id, name, amount, deals, negative)| Somebody { id, name, amount, deals, negative })
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    #[test]
    fn all_of_it_or_an_error_that_names_the_payee(
        people in prop::collection::vec(somebody(), 1..5),
        format in 0..FORMATS.len(),
    ) {
        let (format, code, keys) = FORMATS[format];
        let currency = Currency::from_code(code).unwrap();
        let mut by_id: BTreeMap<String, Somebody> = BTreeMap::new();
        for one in people {
            let id = one.id.trim().to_owned();
            if !id.is_empty() {
                by_id.insert(id, one);
            }
        }
        let mut paid = Vec::new();
        let mut details = String::from(
            "payee_id,from,employee_number,company_code,first_name,last_name,iban,routing_number,account_number,account_type,account_name\n",
        );
        let mut payees = String::from("payee_id,kind\n");
        for (place, (id, one)) in by_id.iter().enumerate() {
            let items = [("deals", one.deals), ("carried", one.amount - one.deals)];
            let items = items.into_iter().filter(|(_, amount)| *amount != 0);
            let items = items.map(|(name, amount)| Item { name: name.to_owned(), amount: Minor::new(amount) }).collect();
            paid.push(ClosedPayee { payee_id: id.clone(), name: String::new(), amount: Minor::new(one.amount), currency, items });
            payees.push_str(&format!("{},employee\n", quoted(id)));
            let number = if format == "gusto" { format!("ABC{:03}", place + 100) } else { (place + 100).to_string() };
            details.push_str(&format!(
                "{},2026-01-01,{number},ABC,Ann,{},DE65261964603287767307,021000021,12345{place},checking,{}\n",
                quoted(id),
                quoted(&one.name),
                quoted(&one.name)
            ));
        }
        let negative = by_id.values().next().map_or("net", |one| one.negative);
        let negative = if earnings(format).is_empty() { String::new() } else { format!("negative = \"{negative}\"\n") };
        let exports = format!("[exports.x]\nformat = \"{format}\"\n{keys}{}{negative}", earnings(format));
        let wanted: BTreeMap<String, i64> = paid.iter().map(|payee| (payee.payee_id.clone(), payee.amount.raw())).collect();
        let mut case = Case::new(&exports, &details, paid);
        case.payees = payees;
        match case.prepared() {
            // That the files read back to the cent is proved before they are given out; a difference would be an error of its own.
            Ok(prepared) => {
                let got: BTreeMap<String, i64> = prepared[0]
                    .manifest
                    .payments
                    .iter()
                    .map(|payment| (payment.payee_id.clone(), crate::read::amount(&payment.amount, 2, '.').unwrap()))
                    .collect();
                let in_all: i128 = wanted.values().map(|amount| i128::from(*amount)).sum();
                prop_assert_eq!(got, wanted);
                let texts = prepared[0].files.iter().map(|file| String::from_utf8_lossy(&file.bytes));
                prop_assert_eq!(texts.map(|text| cents_of(format, keys, &text)).sum::<i128>(), in_all);
            }
            Err(found) => {
                for error in &found {
                    let code = error.code.word();
                    prop_assert!(
                        ["bad-payment-details", "payment-does-not-fit"].contains(&code),
                        "{}: {} {:?}", code, error.message, error.help
                    );
                    let named = by_id.keys().any(|id| error.help.iter().any(|line| line.starts_with(&format!("`{id}`: "))));
                    prop_assert!(named, "{:?}", error.help);
                }
            }
        }
    }
}
