//! Files of journals: refused with a sentence, or lines whose debits are their credits in each journal.
#![no_main]

use std::collections::BTreeMap;

use apportion::journals::formats::Format;
use apportion::journals::journal::Heading;
use apportion::journals::keys::{JournalKeys, KeyText, Template};
use libfuzzer_sys::fuzz_target;

const SAP: &str = include_str!("../../fixtures/adventureworks-year/journals/sap-template.csv");

fn heading() -> Heading {
    Heading {
        period: "2026-07".to_owned(),
        document_date: 20_665,
        posting_date: 20_665,
        currency: "USD".to_owned(),
        digits: 2,
        memo: "Commission 2026-07".to_owned(),
        suffix: None,
        opened_on: 20_454,
        fiscal_year_from: 20_454,
        created: "20260731000000".to_owned(),
    }
}

fn keys() -> JournalKeys {
    let text = |(key, value): (&str, &str)| (key.to_owned(), KeyText::Constant(value.to_owned()));
    let texts = [
        ("journal_name", "GenJrn"),
        ("account_format", "{account}-{cost_center}-"),
        ("berater", "1001"),
        ("mandant", "456"),
    ];
    JournalKeys {
        tax: Some(KeyText::Constant("Tax Exempt".to_owned())),
        template: Some(Template { name: "upload.csv".to_owned(), bytes: SAP.as_bytes().to_vec() }),
        texts: texts.into_iter().map(text).collect(),
        ..JournalKeys::default()
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((first, bytes)) = input.split_first() else { return };
    let format = Format::ALL[usize::from(*first) % Format::ALL.len()];
    let Ok(lines) = format.read(bytes, &keys(), &heading()) else { return };
    let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
    for line in &lines {
        *sums.entry(&line.journal).or_default() += line.amount;
    }
    assert!(sums.values().all(|sum| *sum == 0), "{}: {sums:?}", format.word());
});
