//! `datev-extf`: DATEV's Buchungsstapel, EXTF 700, format version 13.

mod columns;
mod read;

use super::csv_file::file_part;
use super::{Description, Field, JournalFile, Limits, Most, Request, Rows, Written};
use crate::journal::{Heading, Journal};
use crate::keys::JournalKeys;
use crate::lines::{Pair, Side, pairs};
use crate::text;
use columns::COLUMNS;
use std::collections::BTreeSet;

pub(super) use read::read;

pub(super) const DESCRIPTION: Description = Description {
    word: "datev-extf",
    title: "DATEV, Buchungsstapel",
    file: "EXTF 700, format version 13: Windows-1252, CR LF, texts in quotes, a decimal comma; a file for each company, `EXTF_` and its reference. The batch is \
           not locked. DATEV does not tell that it has a batch already: its title and Belegfeld 1 show it",
    fields: &[
        Field {
            name: "Umsatz (ohne Soll/Haben-Kz)",
            holds: "the amount, above 0; over 9,999,999,999.99 on several lines",
            most: None,
        },
        Field {
            name: "Soll/Haben-Kennzeichen",
            holds: "`S` where Konto is debited, `H` where it is credited",
            most: None,
        },
        Field { name: "Konto", holds: "the account of a cost, or the first of two", most: None },
        Field {
            name: "Gegenkonto (ohne BU-Schlüssel)",
            holds: "the other account; where payees are kept the `vendor_id`, one digit longer",
            most: None,
        },
        Field {
            name: "BU-Schlüssel",
            holds: "`tax` of Konto: 4 digits, or empty",
            most: Some(Most::Error(4)),
        },
        Field { name: "Belegdatum", holds: "the posting date, as DDMM", most: None },
        Field {
            name: "Belegfeld 1",
            holds: "the reference, what it can't have as `-`",
            most: Some(Most::Error(36)),
        },
        Field {
            name: "Buchungstext",
            holds: "the step, the rule, and the payee, where payees are kept",
            most: Some(Most::Cut(60)),
        },
        Field {
            name: "KOST1 - Kostenstelle",
            holds: "the dimension `cost_center`, else the payee's cost center, of a cost",
            most: Some(Most::Error(36)),
        },
        Field {
            name: "KOST2 - Kostenstelle",
            holds: "another dimension, of a cost",
            most: Some(Most::Error(36)),
        },
        Field { name: "Festschreibung", holds: "`0`", most: None },
    ],
    needs: &["berater", "mandant"],
    limits: Limits {
        rows: Rows::Pairs,
        lines: usize::MAX,
        file_rows: 99_999,
        amount: Some(9_999_999_999),
        // The title of the batch.
        reference: 30,
    },
};

/// What the header says of a batch, as it is told.
#[derive(Debug, PartialEq, Eq)]
struct Batch {
    berater: u32,
    mandant: u32,
    account_length: usize,
    initials: String,
    chart: String,
    created: String,
}

impl Batch {
    fn new(keys: &JournalKeys, heading: &Heading) -> Result<Self, Vec<String>> {
        let mut wrong = Vec::new();
        let mut number = |key: &str, least: u32, most: u32, default: Option<u32>| {
            let told = keys.plain(key).map(|text| text.parse::<u32>().ok());
            let number =
                told.map_or(default, |number| number.filter(|number| (least..=most).contains(number)));
            if number.is_none() {
                wrong.push(format!("the format needs `{key}`: a number from {least} to {most}"));
            }
            number.unwrap_or_default()
        };
        let berater = number("berater", 1_001, 9_999_999, None);
        let mandant = number("mandant", 1, 99_999, None);
        let length = number("account_length", 4, 8, Some(4));
        let initials = keys.plain("initials").unwrap_or_default().to_owned();
        if !matches!(initials.len(), 0 | 2 | 4) || !initials.bytes().all(|byte| byte.is_ascii_uppercase()) {
            wrong.push(format!("`initials` is \"{initials}\": 2 or 4 capitals"));
        }
        let chart = keys.plain("chart").unwrap_or_default().to_owned();
        if !["", "03", "04"].contains(&chart.as_str()) {
            wrong.push(format!("`chart` is \"{chart}\": \"03\" or \"04\""));
        }
        if heading.digits > 2 {
            wrong.push(format!(
                "amounts of {} have {} decimals, and those of DATEV two",
                heading.currency, heading.digits
            ));
        }
        let batch = Self {
            berater,
            mandant,
            account_length: length as usize,
            initials,
            chart,
            created: format!("{}000", heading.created),
        };
        if wrong.is_empty() { Ok(batch) } else { Err(wrong) }
    }

    /// The first line.
    fn header(&self, heading: &Heading, reference: &str) -> String {
        let date = |day| text::by_pattern(day, "YYYYMMDD");
        let (year, month, _) = text::civil(heading.posting_date);
        let first = date(apportion_book::days_from_civil(year, month, 1));
        let application = if reference.len() <= 16 { reference } else { "" };
        [
            quoted("EXTF"),
            "700".to_owned(),
            "21".to_owned(),
            quoted("Buchungsstapel"),
            "13".to_owned(),
            self.created.clone(),
            String::new(),
            quoted("AP"),
            quoted("apportion"),
            quoted(""),
            self.berater.to_string(),
            self.mandant.to_string(),
            date(heading.fiscal_year_from),
            self.account_length.to_string(),
            first,
            date(heading.month_end()),
            quoted(reference),
            quoted(&self.initials),
            "1".to_owned(),
            "0".to_owned(),
            // Not locked.
            "0".to_owned(),
            quoted(&heading.currency),
            String::new(),
            quoted(""),
            String::new(),
            String::new(),
            quoted(&self.chart),
            String::new(),
            String::new(),
            quoted(""),
            quoted(application),
        ]
        .join(";")
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A reference as Belegfeld 1: what it can't have is `-`.
fn receipt(reference: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_$%-/".contains(c);
    reference.chars().map(|c| if fits(c) { c } else { '-' }).collect()
}

/// The account of a side: a payee's own one, where payees are kept.
pub(super) fn shown(side: &Side) -> String {
    side.party.clone().unwrap_or_else(|| side.account.clone())
}

pub(super) fn write(request: &Request<'_>) -> Result<Written, Vec<String>> {
    let (keys, heading) = (request.keys, request.heading);
    let batch = Batch::new(keys, heading)?;
    let others: Vec<&String> = keys.dimensions.keys().filter(|name| *name != "cost_center").collect();
    if others.len() > 1 {
        return Err(vec![
            "`dimensions` has more than `cost_center` and one other, and a line of DATEV has KOST1 and KOST2"
                .to_owned(),
        ]);
    }
    let (mut written, mut wrong, mut changed) = (Written::default(), BTreeSet::new(), BTreeSet::new());
    for journal in request.journals {
        let mut rows = rows_of(
            journal,
            heading,
            &batch,
            (others.first().map(|name| name.as_str()), &mut wrong, &mut changed),
        );
        let most = keys.max_rows.unwrap_or(usize::MAX).clamp(1, DESCRIPTION.limits.file_rows);
        let parts: Vec<Vec<String>> = if rows.is_empty() {
            Vec::new()
        } else {
            let mut parts = Vec::new();
            while rows.len() > most {
                let rest = rows.split_off(most);
                parts.push(std::mem::replace(&mut rows, rest));
            }
            parts.push(rows);
            parts
        };
        for (number, rows) in (1_usize..).zip(parts) {
            let part = if number == 1 { String::new() } else { format!("-{number}") };
            let reference = format!("{}{part}", journal.reference);
            let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
            let lines = [batch.header(heading, &reference), names.join(";")].into_iter().chain(rows);
            let content: String = lines.flat_map(|line| [line, "\r\n".to_owned()]).collect();
            match windows_1252(&content) {
                Ok(bytes) => written
                    .files
                    .push(JournalFile { name: format!("EXTF_{}.csv", file_part(&reference)), bytes }),
                Err(c) => {
                    wrong.insert(format!(
                        "\"{c}\" of journal `{}` is no character of Windows-1252",
                        journal.reference
                    ));
                }
            }
        }
    }
    written.changed = changed.into_iter().collect();
    if wrong.is_empty() { Ok(written) } else { Err(wrong.into_iter().collect()) }
}

/// What is gathered while rows are made: the dimension of KOST2, what is wrong, what was cut.
type Gathered<'a> = (Option<&'a str>, &'a mut BTreeSet<String>, &'a mut BTreeSet<[String; 3]>);

fn rows_of(
    journal: &Journal,
    heading: &Heading,
    batch: &Batch,
    (other, wrong, changed): Gathered<'_>,
) -> Vec<String> {
    let title = |c: char| c.is_ascii_alphanumeric() || "_.-/ ".contains(c);
    if !journal.reference.chars().all(title) {
        wrong.insert(format!(
            "the reference `{}` has other characters than a title of DATEV",
            journal.reference
        ));
    }
    let receipt = receipt(&journal.reference);
    let mut rows = Vec::new();
    for pair in pairs(journal) {
        for side in [&pair.key.first, &pair.key.second] {
            let account = shown(side);
            let most = batch.account_length + usize::from(side.party.is_some());
            let is_number =
                account.bytes().all(|byte| byte.is_ascii_digit()) && account.bytes().any(|byte| byte != b'0');
            if !is_number || account.len() > most {
                wrong.insert(format!("account `{account}` is no number of at most {most} digits"));
            }
        }
        let said =
            [pair.key.rule.as_deref(), pair.key.first.party.as_deref().or(pair.key.second.party.as_deref())];
        let whole =
            said.into_iter().flatten().fold(pair.key.step.word().to_owned(), |text, part| text + " " + part);
        let booked = text::cut(&whole, 60).to_owned();
        if booked != whole {
            changed.insert(["Buchungstext".to_owned(), whole, booked.clone()]);
        }
        let cost = &pair.key.first;
        let center = cost.dimensions.get("cost_center").or(cost.cost_center.as_ref());
        let second = other.and_then(|name| cost.dimensions.get(name));
        for (name, value) in [("KOST1", center), ("KOST2", second)] {
            let fits = |value: &String| {
                value.chars().count() <= 36
                    && value.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ' ')
            };
            if value.is_some_and(|value| !fits(value)) {
                wrong.insert(format!(
                    "{name} \"{}\" is not 36 letters, digits and blanks at most",
                    value.map_or("", String::as_str)
                ));
            }
        }
        if !cost.tax.is_empty() && (cost.tax.len() > 4 || !cost.tax.bytes().all(|byte| byte.is_ascii_digit()))
        {
            wrong.insert(format!("the BU-Schlüssel \"{}\" is not 4 digits", cost.tax));
        }
        for part in text::in_parts(pair.amount, heading.digits, 9_999_999_999) {
            rows.push(row(&pair, part, (heading, &receipt, &booked), [center, second]));
        }
    }
    rows
}

fn row(
    pair: &Pair,
    amount: i128,
    (heading, receipt, booked): (&Heading, &str, &str),
    [center, second]: [Option<&String>; 2],
) -> String {
    // Two decimals, also of a currency that has none.
    let cents = amount.abs()
        * if heading.digits == 0 {
            100
        } else if heading.digits == 1 {
            10
        } else {
            1
        };
    let cell = |(place, (_, is_text)): (usize, &(&str, bool))| {
        let value = match place + 1 {
            1 => text::amount(cents, 2).replace('.', ","),
            2 => if amount > 0 { "S" } else { "H" }.to_owned(),
            7 => shown(&pair.key.first),
            8 => shown(&pair.key.second),
            9 => pair.key.first.tax.clone(),
            10 => text::by_pattern(heading.posting_date, "DDMM"),
            11 => receipt.to_owned(),
            14 => booked.to_owned(),
            37 => center.cloned().unwrap_or_default(),
            38 => second.cloned().unwrap_or_default(),
            114 => "0".to_owned(),
            _ => String::new(),
        };
        if *is_text { quoted(&value) } else { value }
    };
    COLUMNS.iter().enumerate().map(cell).collect::<Vec<_>>().join(";")
}

/// What Windows-1252 has between 0x80 and 0x9f.
const BETWEEN: [(char, u8); 27] = [
    ('€', 0x80),
    ('‚', 0x82),
    ('ƒ', 0x83),
    ('„', 0x84),
    ('…', 0x85),
    ('†', 0x86),
    ('‡', 0x87),
    ('ˆ', 0x88),
    ('‰', 0x89),
    ('Š', 0x8a),
    ('‹', 0x8b),
    ('Œ', 0x8c),
    ('Ž', 0x8e),
    ('‘', 0x91),
    ('’', 0x92),
    ('“', 0x93),
    ('”', 0x94),
    ('•', 0x95),
    ('–', 0x96),
    ('—', 0x97),
    ('˜', 0x98),
    ('™', 0x99),
    ('š', 0x9a),
    ('›', 0x9b),
    ('œ', 0x9c),
    ('ž', 0x9e),
    ('Ÿ', 0x9f),
];

/// A text in Windows-1252, or a character that it does not have.
fn windows_1252(text: &str) -> Result<Vec<u8>, char> {
    let byte = |c: char| match c {
        '\u{80}'..='\u{9f}' => Err(c),
        c => match (u8::try_from(u32::from(c)), BETWEEN.iter().find(|(own, _)| *own == c)) {
            (Ok(byte), _) => Ok(byte),
            (Err(_), Some((_, byte))) => Ok(*byte),
            (Err(_), None) => Err(c),
        },
    };
    text.chars().map(byte).collect()
}

/// The text of bytes in Windows-1252; none where a byte is no character of it.
fn from_windows_1252(bytes: &[u8]) -> Option<String> {
    let character = |byte: &u8| match byte {
        0x80..=0x9f => BETWEEN.iter().find(|(_, own)| own == byte).map(|(c, _)| *c),
        byte => Some(char::from(*byte)),
    };
    bytes.iter().map(character).collect()
}
