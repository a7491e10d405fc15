//! Every format: what is written is read again and equal to the cent, and a file that somebody damaged is told.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{Format, Request};
use crate::journal::{Heading, Journal, Payees, journals};
use crate::keys::{JournalKeys, KeyText, PayeeCells};
use crate::made::{compare, export};
use crate::movement::{Leg, Movement};
use crate::step::Step;
use crate::text;
use apportion_base::diagnostic::Code;
use apportion_book::AccountRole;

pub(super) fn heading() -> Heading {
    let day = |text| text::iso_day(text).unwrap_or_default();
    Heading {
        period: "2026-07".to_owned(),
        document_date: day("2026-07-31"),
        posting_date: day("2026-07-31"),
        currency: "USD".to_owned(),
        digits: 2,
        memo: "Commission 2026-07".to_owned(),
        suffix: None,
        opened_on: day("2026-01-01"),
        fiscal_year_from: day("2026-01-01"),
        created: "20260731000000".to_owned(),
    }
}

/// The formats with a layout of their own; what fills a template has tests beside it.
const FIXED: [Format; 8] = [
    Format::DoubleEntry,
    Format::NetSuite,
    Format::QuickBooksOnline,
    Format::Xero,
    Format::Dynamics365,
    Format::DatevExtf,
    Format::Beancount,
    Format::Hledger,
];

/// Keys that every format can do with.
fn keys(format: Format) -> JournalKeys {
    let text = |text: &str| KeyText::Constant(text.to_owned());
    let mut keys = JournalKeys { tax: Some(text("")), ..JournalKeys::default() };
    match format {
        Format::Xero => keys.tax = Some(text("Tax Exempt")),
        Format::Dynamics365 => {
            keys.texts.insert("journal_name".to_owned(), text("GenJrn"));
            keys.texts.insert("account_format".to_owned(), text("{account}-{cost_center}-"));
        }
        Format::DatevExtf => {
            keys.texts.insert("berater".to_owned(), text("1001"));
            keys.texts.insert("mandant".to_owned(), text("456"));
        }
        Format::DoubleEntry
        | Format::NetSuite
        | Format::QuickBooksOnline
        | Format::SapF2548
        | Format::Beancount
        | Format::Hledger => {}
    }
    keys
}

/// The account of a role as the format names accounts.
fn account(format: Format, role: AccountRole) -> String {
    let (name, number) = match role {
        AccountRole::Expense => ("Expenses:Cost", "6050"),
        AccountRole::Asset => ("Assets:Contracts", "1350"),
        AccountRole::Amortisation => ("Expenses:Amortisation", "6060"),
        AccountRole::Accrued => ("Liabilities:Accrued", "2150"),
        AccountRole::Advance => ("Assets:Advances", "1250"),
        AccountRole::Receivable => ("Assets:Clawbacks", "1260"),
        AccountRole::Payable => ("Liabilities:Payable", "2110"),
        AccountRole::Bank => ("Assets:Bank", "1010"),
    };
    if format == Format::Beancount { name } else { number }.to_owned()
}

fn movement(format: Format, payee: &str, step: Step, amount: i128) -> Movement {
    use AccountRole::{Accrued, Advance, Amortisation, Asset, Bank, Expense, Payable, Receivable};
    let (debit, credit, rule) = match step {
        Step::Earned | Step::Guarantee => (Expense, Accrued, Some("tenth")),
        Step::Adjustment => (Bank, Accrued, None),
        Step::Advance => (Advance, Accrued, Some("ramp")),
        Step::Recovery => (Accrued, Advance, Some("ramp")),
        Step::Forgiven => (Expense, Advance, Some("ramp")),
        Step::Paid => (Accrued, Payable, None),
        Step::Receivable | Step::Moved => (Receivable, Accrued, None),
        Step::Capitalised => (Asset, Expense, Some("tenth")),
        Step::Amortised | Step::WrittenOff => (Amortisation, Asset, Some("tenth")),
        Step::Payment => (Payable, Bank, None),
    };
    let leg = |role| Leg { role, account: account(format, role) };
    let (debit, credit) = if amount < 0 { (credit, debit) } else { (debit, credit) };
    Movement {
        payee: payee.to_owned(),
        step,
        rule: rule.map(str::to_owned),
        debit: leg(debit),
        credit: leg(credit),
        amount: amount.abs(),
    }
}

pub(super) fn some_movements(format: Format) -> Vec<Movement> {
    let of = |payee, step, amount| movement(format, payee, step, amount);
    vec![
        of("P-01", Step::Earned, 1_234_567),
        of("P-01", Step::Paid, 1_234_567),
        of("P-02", Step::Earned, -7_001),
        of("P-02", Step::Receivable, 7_001),
        of("P-03", Step::Advance, 20_000),
        of("P-03", Step::Paid, 20_000),
    ]
}

fn made(format: Format) -> (Vec<Journal>, Vec<u8>) {
    let (keys, heading, movements) = (keys(format), heading(), some_movements(format));
    let journals = journals(format, &keys, &heading, &Payees::new(), &movements)
        .unwrap_or_else(|unfit| panic!("{unfit:?}"));
    let written = format.write(&Request { keys: &keys, heading: &heading, journals: &journals });
    let mut files = written.unwrap_or_else(|wrong| panic!("{wrong:?}")).files;
    assert_eq!(files.len(), 1, "{}", format.word());
    (journals, files.remove(0).bytes)
}

/// Whether a file is told as damaged: by its reader, or by what it comes to.
fn is_told(format: Format, journals: &[Journal], bytes: &[u8]) -> bool {
    let keys = keys(format);
    match format.read(bytes, &keys, &heading()) {
        Ok(read) => compare(format, &keys, journals, &read).is_err(),
        Err(_) => true,
    }
}

/// The last amount of a file.
fn last_amount(text: &str) -> (usize, usize) {
    let bytes = text.as_bytes();
    let is_digit = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_digit);
    let is_mark = |place: usize| matches!(bytes.get(place), Some(b'.' | b','));
    let found = (1..bytes.len()).rev().find(|mark| {
        is_mark(*mark)
            && is_digit(mark - 1)
            && is_digit(mark + 1)
            && is_digit(mark + 2)
            && !is_digit(mark + 3)
    });
    let mark = found.unwrap_or_else(|| panic!("no amount in {text}"));
    let start = (0..mark).rev().find(|place| !is_digit(*place)).map_or(0, |place| place + 1);
    (start, mark + 3)
}

/// Whether an amount's decimal mark is one behind a place.
fn is_amount(line: &str, place: usize) -> bool {
    let byte = |place: usize| line.as_bytes().get(place).copied().unwrap_or_default();
    byte(place).is_ascii_digit() && matches!(byte(place + 1), b'.' | b',') && byte(place + 2).is_ascii_digit()
}

/// The last of a part replaced; none where it is not there.
fn replaced(text: &str, part: &str, by: &str) -> Option<String> {
    let start = text.rfind(part)?;
    Some(format!("{}{by}{}", &text[..start], &text[start + part.len()..]))
}

/// Damages of a text, by name; none where the format has no place for one.
pub(super) fn damages(text: &str, format: Format) -> Vec<(&'static str, Option<String>)> {
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let lines: Vec<&str> = text.split_terminator(line_end).collect();
    let joined = |lines: &[&str]| lines.iter().map(|line| format!("{line}{line_end}")).collect::<String>();
    let (start, end) = last_amount(text);
    let amount = &text[start..end];
    let with_amount = |other: &str| Some(format!("{}{other}{}", &text[..start], &text[end..]));
    let mark = if amount.contains(',') { "," } else { "." };
    let date = ["YYYY-MM-DD", "MM/DD/YYYY", "DD/MM/YYYY", "YYYYMMDD"]
        .iter()
        .map(|pattern| text::by_pattern(heading().posting_date, pattern))
        .find(|date| text.contains(date));
    let expense = account(format, AccountRole::Payable);
    let has_amount = |line: &&str| (0..line.len().saturating_sub(3)).any(|place| is_amount(line, place));
    let middle = lines.len() / 2;
    let middle = middle + lines[middle..].iter().position(has_amount).unwrap_or_else(|| panic!("{text}"));
    let without = |place: usize| {
        let mut kept = lines.clone();
        kept.remove(place);
        joined(&kept)
    };
    vec![
        ("empty", Some(String::new())),
        ("no line end at its end", text.strip_suffix(line_end).map(str::to_owned)),
        ("half of it", Some(text.chars().take(text.chars().count() / 2).collect())),
        ("without its first line", Some(joined(&lines[1..]))),
        ("without its last line", Some(joined(&lines[..lines.len() - 1]))),
        ("without a line in the middle", Some(without(middle))),
        ("its last line twice", Some(format!("{text}{}{line_end}", lines[lines.len() - 1]))),
        ("a byte-order mark", Some(format!("\u{feff}{text}"))),
        ("a cent too much", with_amount(&format!("{}{mark}{:02}", &amount[..amount.len() - 3], 99))),
        ("another decimal mark", with_amount(&amount.replace(mark, if mark == "." { "," } else { "." }))),
        ("three decimals", with_amount(&format!("{amount}0"))),
        ("a sign twice", with_amount(&format!("--{amount}"))),
        ("no amount", with_amount("")),
        ("an amount of 0", with_amount(&format!("0{mark}00"))),
        ("letters for an amount", with_amount("twelve")),
        ("grouped thousands", with_amount(&format!("1'{amount}"))),
        ("another account", replaced(text, &expense, &account(format, AccountRole::Bank))),
        ("no account", replaced(text, &expense, "")),
        ("another day", date.and_then(|date| replaced(text, &date, &date.replace("31", "30")))),
        ("another currency", replaced(text, "USD", "EUR")),
        ("another reference", replaced(text, "APP-2026-07", "APP-2026-08")),
        ("a control character", replaced(text, "APP-2026-07", "APP-\u{1}2026-07")),
        ("a quote that opens", replaced(text, "APP-2026-07", "\"APP-2026-07")),
        ("a line of words", Some(format!("{text}Total{line_end}"))),
    ]
}

/// Bytes of a file as characters, one each, and back.
fn as_characters(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect())
}

fn as_bytes(text: &str, format: Format) -> Vec<u8> {
    if format != Format::DatevExtf {
        return text.as_bytes().to_vec();
    }
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(0x81)).collect()
}

#[test]
fn twenty_damaged_files_of_each_format_are_told() {
    for format in FIXED {
        let (journals, bytes) = made(format);
        assert!(!is_told(format, &journals, &bytes), "{}", format.word());
        let whole = as_characters(&bytes);
        let mut told = 0;
        for (name, damaged) in damages(&whole, format) {
            let Some(damaged) = damaged.filter(|damaged| *damaged != whole) else { continue };
            assert!(is_told(format, &journals, &as_bytes(&damaged, format)), "{}: {name}", format.word());
            told += 1;
        }
        let mut broken = bytes.clone();
        let middle = broken.len() / 2;
        broken.insert(middle, if format == Format::DatevExtf { 0x81 } else { 0xff });
        assert!(is_told(format, &journals, &broken), "{}: a byte that is no character", format.word());
        assert!(told + 1 >= 20, "{}: {told}", format.word());
    }
}

#[test]
fn what_is_kept_by_payee_names_its_vendor() {
    for format in [Format::NetSuite, Format::QuickBooksOnline, Format::DatevExtf] {
        let mut keys = keys(format);
        keys.by_payee = Some(BTreeSet::from([AccountRole::Payable]));
        let movements = some_movements(format);
        let vendor = |number: &str| PayeeCells(BTreeMap::from([("vendor_id".to_owned(), number.to_owned())]));
        let mut payees: Payees = [("P-01", "70001"), ("P-02", "70002")]
            .into_iter()
            .map(|(id, number)| (id.to_owned(), vendor(number)))
            .collect();
        let missing =
            export(format, &keys, &heading(), &payees, &movements).expect_err("one has no vendor_id");
        assert!(missing[0].message.contains("payee `P-03` has no `vendor_id`"), "{missing:?}");
        payees.insert("P-03".to_owned(), vendor("70003"));
        let made = export(format, &keys, &heading(), &payees, &movements)
            .unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let text = as_characters(&made.written.files[0].bytes);
        // Nothing is paid to P-02.
        assert!(
            ["70001", "70003"].iter().all(|number| text.contains(number)) && !text.contains("70002"),
            "{text}"
        );
    }
}

#[test]
fn each_company_has_a_balanced_journal() {
    for format in FIXED {
        let mut keys = keys(format);
        let is = [("1", "A1"), ("2", "B2")].map(|(code, entity)| (code.to_owned(), entity.to_owned()));
        keys.entity = Some(KeyText::By {
            by: "company_code".to_owned(),
            is: is.into(),
            otherwise: Some("C3".to_owned()),
        });
        let cells = |code: &str| PayeeCells(BTreeMap::from([("company_code".to_owned(), code.to_owned())]));
        let payees: Payees = [("P-01".to_owned(), cells("1")), ("P-02".to_owned(), cells("2"))].into();
        let made = export(format, &keys, &heading(), &payees, &some_movements(format))
            .unwrap_or_else(|wrong| panic!("{wrong:?}"));
        assert_eq!(made.references, ["APP-2026-07-A1", "APP-2026-07-B2", "APP-2026-07-C3"]);
        let files = match format {
            Format::DoubleEntry | Format::NetSuite | Format::Beancount | Format::Hledger => 1,
            Format::QuickBooksOnline | Format::Xero | Format::Dynamics365 | Format::DatevExtf => 3,
            Format::SapF2548 => 0,
        };
        assert_eq!(made.written.files.len(), files, "{}", format.word());
    }
}

/// 200 payees on their own lines: Xero takes 300 lines, so they are two journals, and each is balanced.
#[test]
fn more_lines_than_a_journal_takes_are_parts_by_payee() {
    let mut keys = keys(Format::Xero);
    keys.by_payee = Some(BTreeSet::from([AccountRole::Accrued, AccountRole::Payable]));
    let movements: Vec<Movement> = (0..200)
        .flat_map(|number| {
            let payee = format!("P-{number:03}");
            let of = |step, amount| movement(Format::Xero, &payee, step, amount);
            [of(Step::Earned, 100 + number), of(Step::Paid, 60)]
        })
        .collect();
    let made = export(Format::Xero, &keys, &heading(), &Payees::new(), &movements)
        .unwrap_or_else(|wrong| panic!("{wrong:?}"));
    assert_eq!(made.references, ["APP-2026-07", "APP-2026-07-2"]);
    assert_eq!(made.written.files.len(), 2);
}

/// `max_rows`: further files, each with journals that balance, and no file with more rows.
#[test]
fn files_have_no_more_rows_than_they_may() {
    for format in FIXED.into_iter().filter(|format| !matches!(format, Format::Beancount | Format::Hledger)) {
        let mut keys = keys(format);
        keys.max_rows = Some(4);
        let of = |number: i128| {
            let payee = format!("P-{number:02}");
            [movement(format, &payee, Step::Earned, 100 + number), movement(format, &payee, Step::Paid, 60)]
        };
        let movements: Vec<Movement> = (0..6).flat_map(of).collect();
        if format != Format::DatevExtf && format != Format::Dynamics365 {
            keys.by_payee = Some(BTreeSet::from([AccountRole::Accrued]));
        }
        let cells =
            |number: usize| PayeeCells(BTreeMap::from([("vendor_id".to_owned(), format!("7000{number}"))]));
        let payees: Payees = (0..6).map(|number| (format!("P-{number:02}"), cells(number))).collect();
        let made = export(format, &keys, &heading(), &payees, &movements)
            .unwrap_or_else(|wrong| panic!("{}: {wrong:?}", format.word()));
        let headers = if format == Format::DatevExtf { 2 } else { 1 };
        for file in &made.written.files {
            let rows = as_characters(&file.bytes).lines().count() - headers;
            assert!((1..=4).contains(&rows), "{}: {} has {rows} rows", format.word(), file.name);
        }
        if format == Format::DoubleEntry {
            let names: Vec<&str> = made.written.files.iter().map(|file| file.name.as_str()).collect();
            assert_eq!(
                names,
                [
                    "journal.csv",
                    "journal-2.csv",
                    "journal-3.csv",
                    "journal-4.csv",
                    "journal-5.csv",
                    "journal-6.csv"
                ]
            );
        }
    }
}

#[test]
fn large_amounts_are_several_lines_where_the_format_takes_no_more() {
    for (format, rows) in [(Format::NetSuite, 4), (Format::DatevExtf, 2), (Format::QuickBooksOnline, 2)] {
        let movements = [movement(format, "P-01", Step::Earned, 1_999_999_999_998)];
        let made = export(format, &keys(format), &heading(), &Payees::new(), &movements)
            .unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let text = as_characters(&made.written.files[0].bytes);
        let header = if format == Format::DatevExtf { 2 } else { 1 };
        assert_eq!(text.lines().count() - header, rows, "{text}");
    }
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Z]{1,3}-[0-9]{1,4}", "[=+@'\"\\\\;,#&%( )a-zA-Z0-9äß中-]{1,12}", "[a-z]{50,80}",]
        .prop_filter("an id is no blank", |text| !text.trim().is_empty())
}

proptest! {
    /// Odd ids, long ones, tiny and huge amounts: a journal is written and equal, or it says what does not fit.
    #[test]
    fn a_journal_is_equal_or_says_what_does_not_fit(
        parts in prop::collection::vec((texts(), 0..Step::ALL.len(), prop_oneof![1..1_000_i64, 1..90_000_000_000_000_i64]), 1..12),
        rule in texts(),
        turned in any::<bool>(),
    ) {
        for format in FIXED {
            let mut movements: Vec<Movement> = parts
                .iter()
                .map(|(payee, step, amount)| {
                    let amount = i128::from(*amount);
                    let mut one = movement(format, payee, Step::ALL[*step], if turned { -amount } else { amount });
                    one.rule = one.rule.map(|_| rule.clone());
                    one
                })
                .collect();
            movements.sort_by(|a, b| a.payee.cmp(&b.payee));
            match export(format, &keys(format), &heading(), &Payees::new(), &movements) {
                Ok(made) => prop_assert_eq!(made.debits, movements.iter().map(|one| one.amount).sum::<i128>()),
                Err(found) => {
                    prop_assert!(found.iter().all(|one| one.code == Code::JournalDoesNotFit), "{}: {found:?}", format.word());
                }
            }
        }
    }
}
