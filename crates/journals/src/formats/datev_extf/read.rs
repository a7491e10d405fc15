//! Reads a Buchungsstapel again, as strictly as DATEV's own rules for it.

use super::columns::COLUMNS;
use super::{Batch, from_windows_1252, receipt};
use crate::formats::{ReadLine, ReadLines, balanced};
use crate::journal::Heading;
use crate::keys::JournalKeys;
use crate::text;

/// Reads a file.
pub(in crate::formats) fn read(
    bytes: &[u8],
    keys: &JournalKeys,
    heading: &Heading,
) -> Result<ReadLines, String> {
    let batch = Batch::new(keys, heading).map_err(|wrong| wrong.join("; "))?;
    let text = from_windows_1252(bytes).ok_or("it has a byte that is no character of Windows-1252")?;
    let body = text.strip_suffix("\r\n").ok_or("its last line does not end in CR LF")?;
    let lines: Vec<&str> = body.split("\r\n").collect();
    if lines.iter().any(|line| line.contains(['\r', '\n'])) {
        return Err("a line ends in something else than CR LF".to_owned());
    }
    let [header, names, bookings @ ..] = lines.as_slice() else {
        return Err("it has no two lines of header".to_owned());
    };
    let reference = title(header).ok_or("its header is not that of a Buchungsstapel")?;
    if batch.header(heading, &reference) != *header {
        return Err("its header is not that of this batch".to_owned());
    }
    if !names.split(';').eq(COLUMNS.iter().map(|(name, _)| *name)) {
        return Err("its second line is not the names of the 125 columns".to_owned());
    }
    if bookings.is_empty() {
        return Err("it has no bookings".to_owned());
    }
    let mut found = ReadLines::new();
    for (number, line) in (3_usize..).zip(bookings) {
        let sides =
            booking(line, &reference, heading, &batch).map_err(|why| format!("line {number}: {why}"))?;
        found.extend(sides.map(|(account, amount)| ReadLine {
            journal: reference.clone(),
            account,
            party: None,
            amount,
        }));
    }
    balanced(found)
}

/// The title of a batch.
fn title(header: &str) -> Option<String> {
    let cells = cells(header).ok()?;
    let [(mark, true), (version, false), (category, false), (name, true), (format, false), rest @ ..] =
        cells.as_slice()
    else {
        return None;
    };
    let is_theirs =
        [mark.as_str(), version, category, name, format] == ["EXTF", "700", "21", "Buchungsstapel", "13"];
    let (title, _) = rest.get(11)?;
    (is_theirs && cells.len() == 31).then(|| title.clone())
}

/// The two sides of a booking.
fn booking(
    line: &str,
    reference: &str,
    heading: &Heading,
    batch: &Batch,
) -> Result<[(String, i128); 2], String> {
    let cells = cells(line)?;
    if cells.len() != COLUMNS.len() {
        return Err(format!("it has {} fields and not 125", cells.len()));
    }
    for ((cell, is_quoted), (name, is_text)) in cells.iter().zip(&COLUMNS) {
        if is_quoted != is_text {
            let are = if *is_text { "is not in quotes" } else { "is in quotes" };
            return Err(format!("`{name}` {are}"));
        }
        if text::has_control(cell) {
            return Err(format!("`{name}` has a control character"));
        }
    }
    let cell = |number: usize| cells.get(number - 1).map_or("", |(cell, _)| cell.as_str());
    let cents = text::read_amount(cell(1), 2, ',', false)?;
    let unit = if heading.digits == 0 {
        100
    } else if heading.digits == 1 {
        10
    } else {
        1
    };
    if cents == 0 || cents % unit != 0 || cell(1).len() > 13 {
        return Err(format!("\"{}\" is no amount of the batch", cell(1)));
    }
    let sign = match cell(2) {
        "S" => 1,
        "H" => -1,
        other => return Err(format!("\"{other}\" is neither S nor H")),
    };
    for number in [7, 8] {
        let account = cell(number);
        let is_number = !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit());
        // One digit more than those of the ledger: a debtor or creditor.
        if !is_number || account.len() > batch.account_length + 1 {
            return Err(format!("\"{account}\" is no account of the batch"));
        }
    }
    if cell(9).len() > 4 || !cell(9).bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("\"{}\" is no BU-Schlüssel", cell(9)));
    }
    if cell(10) != text::by_pattern(heading.posting_date, "DDMM") {
        return Err(format!("\"{}\" is not the day of the posting", cell(10)));
    }
    if cell(11).is_empty() || cell(11).len() > 36 || !receipt(reference).starts_with(cell(11)) {
        return Err(format!("\"{}\" is not the batch's Belegfeld 1", cell(11)));
    }
    if cell(14).chars().count() > 60 {
        return Err("`Buchungstext` has more than 60 characters".to_owned());
    }
    if cell(114) != "0" {
        return Err("the booking is locked".to_owned());
    }
    let amount = cents / unit * sign;
    Ok([(cell(7).to_owned(), amount), (cell(8).to_owned(), -amount)])
}

/// The cells of a line, and which were in quotes.
fn cells(line: &str) -> Result<Vec<(String, bool)>, String> {
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let (cell, after) = match rest.strip_prefix('"') {
            Some(inner) => {
                let (text, after) = in_quotes(inner)?;
                ((text, true), after)
            }
            None => {
                let end = rest.find(';').unwrap_or(rest.len());
                let (cell, after) = rest.split_at(end);
                if cell.contains('"') {
                    return Err("a quote stands inside of a field".to_owned());
                }
                ((cell.to_owned(), false), after)
            }
        };
        cells.push(cell);
        match after.strip_prefix(';') {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(cells),
            None => return Err("something stands behind a quote".to_owned()),
        }
    }
}

/// The text up to the closing quote, and what follows it.
fn in_quotes(inner: &str) -> Result<(String, &str), String> {
    let mut text = String::new();
    let mut rest = inner;
    loop {
        let (before, after) = rest.split_once('"').ok_or("a quote is not closed")?;
        text.push_str(before);
        match after.strip_prefix('"') {
            Some(next) => {
                text.push('"');
                rest = next;
            }
            None => return Ok((text, after)),
        }
    }
}
