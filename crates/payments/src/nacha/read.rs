//! Reads a NACHA file again: lengths, blocks, counts, hashes and sums.

use super::{BLOCK, WIDTH, entry_hash};
use crate::account::routing_number;
use crate::job::Job;
use crate::read::ReadRow;
use crate::text::Charset;

/// What the records of a batch come to.
#[derive(Debug, Default)]
struct Totals {
    counted: u64,
    routing: Vec<String>,
    debits: i64,
    credits: i64,
}

/// Reads a file again.
///
/// # Errors
/// What is wrong with it.
pub fn read(job: &Job<'_>, bytes: &[u8]) -> Result<Vec<ReadRow>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not ASCII".to_owned())?;
    let records = records(text)?;
    let place = |wanted: char| records.iter().position(|record| record.starts_with(wanted));
    let [Some(1), Some(control)] = [place('5'), place('8')] else {
        return Err("its records are not those of a file with one batch".to_owned());
    };
    let (header, batch) = (records[0], records[1]);
    if !header.starts_with("101 ") || header.get(34..40) != Some("094101") {
        return Err("its first record is no file header".to_owned());
    }
    let sec = if job.export.format.value == apportion_book::ExportFormat::NachaPpd { "PPD" } else { "CCD" };
    if batch.get(50..53) != Some(sec) || (sec == "PPD" && batch.get(53..60) != Some("PAYROLL")) {
        return Err(
            "its batch is of another class, or its description does not begin with PAYROLL".to_owned()
        );
    }
    if batch.get(75..79) != Some("   1") {
        return Err("its batch header has a settlement date or no status".to_owned());
    }
    let (rows, totals) = entries(&records[2..control], batch)?;
    check_batch(records[control], batch, &totals)?;
    let end = records.get(control + 1).ok_or("it has no file control")?;
    check_file(end, records.len(), &totals)?;
    if records[control + 2..].iter().any(|record| record.bytes().any(|byte| byte != b'9')) {
        return Err("something stands behind its file control".to_owned());
    }
    Ok(rows)
}

/// The records of a file; each has its 94 characters and the line end of the first.
fn records(text: &str) -> Result<Vec<&str>, String> {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let whole = text.strip_suffix(end).ok_or("its last record has no end")?;
    let records: Vec<&str> = whole.split(end).collect();
    for (place, record) in records.iter().enumerate() {
        if record.len() != WIDTH || !Charset::Ascii.has_all(record) {
            return Err(format!("record {} has not 94 characters of ASCII", place + 1));
        }
    }
    if records.len() < 4 || !records.len().is_multiple_of(BLOCK) {
        return Err("its records are not whole blocks of ten".to_owned());
    }
    Ok(records)
}

fn number(record: &str, from: usize, to: usize) -> Result<i64, String> {
    let digits = record.get(from - 1..to).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| format!("positions {from} to {to} of a record are no number"))
}

fn entries(records: &[&str], batch: &str) -> Result<(Vec<ReadRow>, Totals), String> {
    let (mut rows, mut totals) = (Vec::new(), Totals::default());
    let mut trace = 0;
    let mut wants_addenda = false;
    for record in records {
        totals.counted += 1;
        if wants_addenda {
            let fits = record.starts_with("705") && record.get(83..87) == Some("0001");
            if !fits || number(record, 88, 94)? != trace {
                return Err("an addenda record is missing or of another entry".to_owned());
            }
            wants_addenda = false;
            continue;
        }
        if !record.starts_with('6') {
            return Err("a record of the batch is no entry".to_owned());
        }
        trace += 1;
        if record.get(79..87) != batch.get(79..87) || number(record, 88, 94)? != trace {
            return Err("trace numbers do not ascend from 1".to_owned());
        }
        let routing = record.get(3..12).unwrap_or_default();
        routing_number(routing).map_err(|why| format!("the routing number of entry {trace} {why}"))?;
        totals.routing.push(routing.to_owned());
        let amount = number(record, 30, 39)?;
        let (id, name) =
            (record.get(39..54).unwrap_or_default().trim(), record.get(54..76).unwrap_or_default());
        if amount <= 0
            || id.is_empty()
            || name.trim().is_empty()
            || record.get(12..29).is_none_or(|text| text.trim().is_empty())
        {
            return Err(format!("entry {trace} has no amount, account, id or name"));
        }
        match record.get(1..3) {
            Some("22" | "32") => {
                totals.credits += amount;
                rows.push(ReadRow { key: id.to_owned(), amount, currency: None });
            }
            Some("27" | "37") if batch.get(1..4) == Some("200") => totals.debits += amount,
            _ => return Err(format!("entry {trace} is neither a credit nor the company's debit")),
        }
        wants_addenda = match record.get(78..79) {
            Some("0") => false,
            Some("1") => true,
            _ => return Err(format!("entry {trace} does not say whether it has an addenda record")),
        };
    }
    if wants_addenda {
        return Err("an addenda record is missing".to_owned());
    }
    Ok((rows, totals))
}

fn check_batch(control: &str, batch: &str, totals: &Totals) -> Result<(), String> {
    if control.get(1..4) != batch.get(1..4)
        || control.get(44..54) != batch.get(40..50)
        || control.get(79..94) != batch.get(79..94)
    {
        return Err("the batch control is of another batch".to_owned());
    }
    if (totals.debits != 0) != (control.get(1..4) == Some("200"))
        || (totals.debits != 0 && totals.debits != totals.credits)
    {
        return Err("the batch is not balanced as it says".to_owned());
    }
    check_sums(control, 5, 10, totals)
}

/// Count, hash and sums, which stand one after the other.
fn check_sums(record: &str, from: usize, to: usize, totals: &Totals) -> Result<(), String> {
    let hash = i64::try_from(entry_hash(totals.routing.iter().map(String::as_str))).unwrap_or(0);
    let counted = i64::try_from(totals.counted).unwrap_or(0);
    let wanted = [
        (from, to, counted),
        (to + 1, to + 10, hash),
        (to + 11, to + 22, totals.debits),
        (to + 23, to + 34, totals.credits),
    ];
    for (from, to, wanted) in wanted {
        if number(record, from, to)? != wanted {
            return Err("a count, a hash or a sum is not that of the entries".to_owned());
        }
    }
    Ok(())
}

fn check_file(control: &str, records: usize, totals: &Totals) -> Result<(), String> {
    let blocks = i64::try_from(records / BLOCK).unwrap_or(0);
    if !control.starts_with('9') || number(control, 2, 7)? != 1 || number(control, 8, 13)? != blocks {
        return Err("the file control counts other batches or blocks".to_owned());
    }
    check_sums(control, 14, 21, totals)
}
