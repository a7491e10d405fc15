//! NACHA files of credits: PPD to persons, CCD to companies. Records of 94 characters, in blocks of ten.

mod read;

use std::collections::BTreeMap;

use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::{ExportFormat, display_day};

use crate::account::routing_number;
use crate::days::{Calendar, parts};
use crate::job::{Job, OutputFile, Payment, Written, hash};
use crate::notes::Notes;
use crate::text::Charset;

pub use read::read;

/// Characters of a record.
pub(crate) const WIDTH: usize = 94;
/// Records of a block.
const BLOCK: usize = 10;
/// The most of an entry, in cents.
const MOST: i128 = 9_999_999_999;
/// The most that the entries of a file come to, in cents.
const MOST_OF_FILE: i128 = 999_999_999_999;
/// The most of an entry on the day on which the file is made.
const MOST_SAME_DAY: i128 = 100_000_000;
/// The most entries of a file, by the trace number.
const MOST_ENTRIES: usize = 9_999_999;

/// What is the same for all entries of a file.
#[derive(Debug, Clone)]
struct Terms {
    destination: String,
    destination_name: String,
    origin: String,
    origin_name: String,
    company_name: String,
    company_id: String,
    discretionary: String,
    file_id: char,
    description: String,
    descriptive_date: String,
    odfi: String,
    line_end: &'static str,
    balanced: Option<Balanced>,
}

/// The company's own account of a balanced file.
#[derive(Debug, Clone)]
struct Balanced {
    routing: String,
    account: String,
    code: &'static str,
}

/// An entry, ready to be written.
#[derive(Debug, Clone)]
struct Entry {
    payee_id: String,
    code: &'static str,
    routing: String,
    account: String,
    /// In cents.
    amount: i128,
    id: String,
    name: String,
    addenda: Option<String>,
}

/// The files of some payments.
pub fn write(job: &Job<'_>, payments: &[Payment], notes: &mut Notes) -> Written {
    let mut written = Written::default();
    let terms = terms(job, notes);
    let entries: Vec<Entry> = payments.iter().filter_map(|payment| entry(job, payment, notes)).collect();
    let Some(terms) = terms else { return written };
    for entry in &entries {
        if let Some(other) = written.keys.insert(entry.id.clone(), entry.payee_id.clone()) {
            notes.unfit(&entry.payee_id, format!("its id in the file is that of payee `{other}`, too"));
        }
        written.references.insert(entry.payee_id.clone(), entry.id.clone());
    }
    warn(job, &entries, notes);
    let most = job.export.keys.whole("max_rows").map_or(MOST_ENTRIES, |most| most as usize);
    for (place, part) in entries.chunks(most).enumerate() {
        if let Some(refused) = too_much(job, &terms, part) {
            notes.error(refused);
            return written;
        }
        let Some(file_id) = modifier(terms.file_id, place) else {
            notes.error(job.error("max_rows", "there are more files than file ids from A to Z and 0 to 9"));
            return written;
        };
        let terms = Terms { file_id, ..terms.clone() };
        let stem = format!("{}-{}", job.reference(), job.export.name);
        let name = if place == 0 { format!("{stem}.ach") } else { format!("{stem}-{}.ach", place + 1) };
        written.files.push(OutputFile { name, bytes: file(job, &terms, part).into_bytes() });
    }
    written
}

/// What the entries of a file come to, in cents.
fn total(entries: &[Entry]) -> i128 {
    entries.iter().map(|entry| entry.amount).sum()
}

/// Entries that come to more than a file has room for, or than the entry that balances it may be.
fn too_much(job: &Job<'_>, terms: &Terms, entries: &[Entry]) -> Option<Diagnostic> {
    let total = total(entries);
    if terms.balanced.is_some() && total > MOST {
        let message = "the entry that balances a file would be more than 99,999,999.99, the most of an entry";
        return Some(job.error("balanced", message).help("a smaller `max_rows` makes more files"));
    }
    let message = "the entries of a file come to more than 9,999,999,999.99, the most of a batch";
    let refused = || job.error("max_rows", message).help("a smaller `max_rows` makes more files");
    (total > MOST_OF_FILE).then(refused)
}

/// The file id so many files after one.
fn modifier(first: char, place: usize) -> Option<char> {
    let all = ('A'..='Z').chain('0'..='9');
    all.skip_while(|id| *id != first).nth(place)
}

/// What tells a file from others of a day: destination, origin, day of creation, and the file ids.
pub fn identity(job: &Job<'_>, files: usize) -> Vec<String> {
    let text = |key: &str| job.export.keys.plain(key).unwrap_or_default().to_owned();
    let first = job.export.keys.plain("file_id").and_then(|id| id.chars().next()).unwrap_or('A');
    let day = display_day(job.occasion.created.day);
    let ids = (0..files).filter_map(|place| modifier(first, place));
    ids.map(|id| format!("{}|{}|{day}|{id}", text("destination"), text("origin"))).collect()
}

fn terms(job: &Job<'_>, notes: &mut Notes) -> Option<Terms> {
    let mut right = true;
    let mut text = |key: &str, default: &str, most: usize, notes: &mut Notes| {
        let text = job.text(key, default, notes);
        match Charset::Ascii.fit(&text) {
            Ok(fitted) if fitted.len() <= most => fitted,
            Ok(_) => {
                notes.error(job.error(key, format!("`{key}` is longer than {most} characters")));
                right = false;
                text
            }
            Err(c) => {
                let shown = crate::job::shown(c);
                notes.error(
                    job.error(key, format!("`{key}` has the character {shown}, which the format lacks")),
                );
                right = false;
                text
            }
        }
    };
    let is_ppd = job.export.format.value == ExportFormat::NachaPpd;
    let (year, ..) = parts(job.occasion.month.0);
    let date = job.filled(&format!("{{MON}} {}", year.get(2..).unwrap_or_default()), None);
    let destination = text("destination", "", 9, notes);
    let origin = text("origin", "", 10, notes);
    let terms = Terms {
        destination_name: text("destination_name", "", 23, notes),
        origin_name: text("origin_name", "", 23, notes),
        company_name: text("company_name", "", 16, notes),
        company_id: text("company_id", "", 10, notes),
        discretionary: text("discretionary", "", 20, notes),
        file_id: text("file_id", "A", 1, notes).chars().next().unwrap_or(' '),
        description: text("entry_description", if is_ppd { "PAYROLL" } else { "COMMISSION" }, 10, notes),
        descriptive_date: text("descriptive_date", &date, 6, notes),
        odfi: text("odfi", destination.get(..8).unwrap_or_default(), 8, notes),
        line_end: if text("line_end", "crlf", 4, notes) == "lf" { "\n" } else { "\r\n" },
        balanced: None,
        origin: if origin.len() == 9 { format!(" {origin}") } else { origin },
        destination,
    };
    let mut refuse = |key: &str, why: &str| {
        notes.error(job.error(key, format!("`{key}` {why}")));
        right = false;
    };
    if let Err(why) = routing_number(&terms.destination) {
        refuse("destination", &format!("is the bank's routing number, and this {why}"));
    }
    if terms.origin.len() != 10 {
        refuse("origin", "has 10 characters, as the bank says; a routing number has 9");
    }
    if !(terms.file_id.is_ascii_uppercase() || terms.file_id.is_ascii_digit()) {
        refuse("file_id", "is one of A to Z and 0 to 9");
    }
    if is_ppd && !terms.description.starts_with("PAYROLL") {
        refuse(
            "entry_description",
            "begins with PAYROLL: since March 2026 banks refuse other credits of pay to persons",
        );
    }
    if terms.odfi.len() != 8 || !terms.odfi.bytes().all(|byte| byte.is_ascii_digit()) {
        refuse("odfi", "is 8 digits");
    }
    for (key, text) in [("company_name", &terms.company_name), ("company_id", &terms.company_id)] {
        if text.trim().is_empty() {
            refuse(key, "is empty");
        }
    }
    let balanced = match job.export.keys.table("balanced") {
        None => None,
        Some(keys) => {
            let (routing, account) =
                (keys.plain("routing").unwrap_or_default(), keys.plain("account").unwrap_or_default());
            if let Err(why) = routing_number(routing) {
                refuse("balanced", &format!("has a routing number that {why}"));
            }
            if account.is_empty() || account.len() > 17 || !Charset::Ascii.has_all(account) {
                refuse("balanced", "has an account that is not 1 to 17 characters of ASCII");
            }
            let code = if keys.plain("account_type") == Some("savings") { "37" } else { "27" };
            Some(Balanced { routing: routing.to_owned(), account: account.to_owned(), code })
        }
    };
    right.then_some(Terms { balanced, ..terms })
}

fn entry(job: &Job<'_>, payment: &Payment, notes: &mut Notes) -> Option<Entry> {
    let payee = &payment.payee_id;
    let routing = payment.needed("routing_number", notes).map(str::to_owned);
    let routing = routing.and_then(|text| {
        routing_number(&text).map_err(|why| notes.bad(payee, format!("its routing number {why}"))).ok()
    });
    let account = payment.needed("account_number", notes).map(str::to_owned).and_then(|account| {
        let fits =
            account.len() <= 17 && account.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !fits {
            notes.bad(payee, "its account number is not at most 17 letters, digits or dashes");
        }
        fits.then_some(account)
    });
    let code = match payment.needed("account_type", notes) {
        Some("savings") => Some("32"),
        Some(_) => Some("22"),
        None => None,
    };
    let name = payment.holder();
    if name.is_none() {
        notes.bad(payee, "it has no name: give an `account_name`");
    }
    let name = name.and_then(|name| job.fitted((payment, "the name"), &name, (Charset::Ascii, 22), notes));
    let amount = payment.amount.wide();
    let fits = amount <= MOST;
    if !fits {
        notes.unfit(payee, "its amount is more than 99,999,999.99, the most of an entry");
    }
    let addenda = match job.export.keys.text("addenda") {
        None => None,
        Some(_) => {
            let text = job.text_of("addenda", payment, None, notes)?;
            Some(job.fitted((payment, "the addenda"), &text, (Charset::Ascii, 80), notes)?)
        }
    };
    Some(Entry {
        payee_id: payee.clone(),
        code: code?,
        routing: routing?,
        account: account?,
        amount: fits.then_some(amount)?,
        id: individual_id(payee),
        name: name?.to_ascii_uppercase(),
        addenda,
    })
}

/// The payee_id where it can stand there, else a digest of it.
fn individual_id(payee_id: &str) -> String {
    let plain = payee_id.len() <= 15 && Charset::Ascii.has_all(payee_id) && payee_id.trim() == payee_id;
    if plain { payee_id.to_owned() } else { hash(15, payee_id) }
}

fn warn(job: &Job<'_>, entries: &[Entry], notes: &mut Notes) {
    let execution = job.occasion.execution;
    let federal = Calendar::FederalReserve;
    if !federal.is_open(execution) {
        let (day, next) = (display_day(execution), display_day(federal.next_open(execution)));
        notes.warn(
            Code::NoBankingDay,
            format!("{day} is no banking day of {}", federal.name()),
            format!("the bank takes the next, {next}; or say it: --execution-date {next}"),
        );
    }
    let mut seen: BTreeMap<(&str, &str, i128), &str> = BTreeMap::new();
    for entry in entries {
        if let Some(other) =
            seen.insert((entry.routing.as_str(), entry.account.as_str(), entry.amount), &entry.payee_id)
        {
            notes.warn(
                Code::RepeatedPayment,
                format!(
                    "payees `{other}` and `{}` get the same amount into the same account",
                    entry.payee_id
                ),
                "banks may take the second for a repeat of the first; see whether both are meant",
            );
        }
        if execution <= job.occasion.created.day && entry.amount > MOST_SAME_DAY {
            notes.warn(
                Code::BankMayRefuse,
                format!(
                    "payee `{}` gets more than 1,000,000 on the day on which the file is made",
                    entry.payee_id
                ),
                "same-day entries have at most 1,000,000; take a later --execution-date",
            );
        }
    }
}

/// Left, filled with blanks.
fn left(text: &str, width: usize) -> String {
    format!("{text:<width$}")
}

/// YYMMDD.
fn short_day(day: i32) -> String {
    let (year, month, day) = parts(day);
    format!("{}{month}{day}", year.get(2..).unwrap_or_default())
}

/// The sum of routing numbers without their check digits, its last ten digits.
pub(crate) fn entry_hash<'r>(routing: impl Iterator<Item = &'r str>) -> u64 {
    let number = |routing: &str| routing.get(..8).and_then(|digits| digits.parse::<u64>().ok()).unwrap_or(0);
    routing.map(number).sum::<u64>() % 10_000_000_000
}

fn file(job: &Job<'_>, terms: &Terms, entries: &[Entry]) -> String {
    let mut records = vec![header(job, terms, entries)];
    let class = if terms.balanced.is_some() { "200" } else { "220" };
    records.push(batch_header(job, terms, class));
    let mut counted = 0_usize;
    let mut trace = 0_usize;
    for entry in entries {
        trace += 1;
        counted += 1 + usize::from(entry.addenda.is_some());
        records.extend(entry_records(terms, entry, trace));
    }
    let credits = total(entries);
    let mut routing: Vec<&str> = entries.iter().map(|entry| entry.routing.as_str()).collect();
    let debits = match &terms.balanced {
        None => 0,
        Some(own) => {
            trace += 1;
            counted += 1;
            let debit = Entry {
                payee_id: String::new(),
                code: own.code,
                routing: own.routing.clone(),
                account: own.account.clone(),
                amount: credits,
                id: "OFFSET".to_owned(),
                name: terms.company_name.to_ascii_uppercase(),
                addenda: None,
            };
            records.extend(entry_records(terms, &debit, trace));
            routing.push(&own.routing);
            credits
        }
    };
    let hash = entry_hash(routing.into_iter());
    records.push(format!(
        "8{class}{counted:06}{hash:010}{debits:012}{credits:012}{}{}{}0000001",
        left(&terms.company_id, 10),
        left("", 25),
        terms.odfi
    ));
    let blocks = (records.len() + 1).div_ceil(BLOCK);
    records
        .push(format!("9000001{blocks:06}{counted:08}{hash:010}{debits:012}{credits:012}{}", left("", 39)));
    records.resize(blocks * BLOCK, "9".repeat(WIDTH));
    records.iter().map(|record| format!("{record}{}", terms.line_end)).collect()
}

fn header(job: &Job<'_>, terms: &Terms, entries: &[Entry]) -> String {
    let mut content =
        format!("{}\n{}\n{}\n", job.export.name, terms.origin, display_day(job.occasion.execution));
    for entry in entries {
        let (id, routing, account, amount) = (&entry.id, &entry.routing, &entry.account, entry.amount);
        content.push_str(&format!("{id}\t{routing}\t{account}\t{amount}\n"));
    }
    let (hour, minute, _) = job.occasion.created.clock();
    format!(
        "101 {}{}{}{hour:02}{minute:02}{}094101{}{}{}",
        terms.destination,
        terms.origin,
        short_day(job.occasion.created.day),
        terms.file_id,
        left(&terms.destination_name, 23),
        left(&terms.origin_name, 23),
        hash(8, &content)
    )
}

fn batch_header(job: &Job<'_>, terms: &Terms, class: &str) -> String {
    let kind = if job.export.format.value == ExportFormat::NachaPpd { "PPD" } else { "CCD" };
    format!(
        "5{class}{}{}{}{kind}{}{}{}   1{}0000001",
        left(&terms.company_name, 16),
        left(&terms.discretionary, 20),
        left(&terms.company_id, 10),
        left(&terms.description, 10),
        left(&terms.descriptive_date, 6),
        short_day(job.occasion.execution),
        terms.odfi
    )
}

fn entry_records(terms: &Terms, entry: &Entry, trace: usize) -> Vec<String> {
    let addenda = u8::from(entry.addenda.is_some());
    let mut records = vec![format!(
        "6{}{}{}{:010}{}{}  {addenda}{}{trace:07}",
        entry.code,
        entry.routing,
        left(&entry.account, 17),
        entry.amount,
        left(&entry.id, 15),
        left(&entry.name, 22),
        terms.odfi
    )];
    records.extend(entry.addenda.as_ref().map(|text| format!("705{}0001{trace:07}", left(text, 80))));
    records
}
