//! Files that payroll takes: a row for each payee and code.

pub mod adp_run;
pub mod adp_workforce_now;
pub mod datev;
pub mod gusto;
pub mod paychex;
pub mod paylocity;

use std::collections::BTreeMap;

use apportion_base::money::Minor;

use crate::job::{Job, OutputFile, Payment, Written};
use crate::notes::Notes;
use crate::read::{ReadRow, amount};
use crate::text::Charset;

/// Between the parts of a key; no field that is part of one may have it.
pub const KEY_MARK: char = '|';

/// A row of a payroll file.
#[derive(Debug, Clone)]
pub struct PayrollRow {
    /// Whose it is.
    pub payee_id: String,
    /// What the file says of the payee.
    pub key: String,
    /// The cells.
    pub cells: Vec<String>,
}

/// Where the rows of a file go: its name without its end, that end, and the lines before the rows.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Name of the file without its ending.
    pub stem: String,
    /// The ending, with its point.
    pub ending: &'static str,
    /// Lines before the rows, each with its end.
    pub head: String,
    /// Between cells.
    pub delimiter: u8,
    /// The characters that the file may have.
    pub charset: Charset,
    /// What each row ends with beside the line end.
    pub row_end: &'static str,
}

impl Sheet {
    /// The files of some rows: several where an export says how many rows a file may have. Rows of a payee stay together as long as
    /// they fit into one file.
    pub fn files(&self, job: &Job<'_>, rows: &[PayrollRow]) -> Vec<OutputFile> {
        let most = job.export.keys.whole("max_rows").map_or(usize::MAX, |most| most as usize);
        let mut parts: Vec<Vec<&PayrollRow>> = vec![Vec::new()];
        for of_payee in rows.chunk_by(|a, b| a.payee_id == b.payee_id) {
            let open = parts.last().map_or(0, Vec::len);
            if open > 0 && open + of_payee.len() > most {
                parts.push(Vec::new());
            }
            for row in of_payee {
                if parts.last().is_some_and(|part| part.len() >= most) {
                    parts.push(Vec::new());
                }
                if let Some(part) = parts.last_mut() {
                    part.push(row);
                }
            }
        }
        parts.iter().enumerate().map(|(place, part)| self.file(place, part)).collect()
    }

    fn file(&self, place: usize, rows: &[&PayrollRow]) -> OutputFile {
        let mut text = self.head.clone();
        for row in rows {
            let cells: Vec<String> = row.cells.iter().map(|cell| quoted(cell, self.delimiter)).collect();
            text.push_str(&cells.join(&char::from(self.delimiter).to_string()));
            text.push_str(self.row_end);
            text.push_str("\r\n");
        }
        let name = match place {
            0 => format!("{}{}", self.stem, self.ending),
            _ => format!("{}-{}{}", self.stem, place + 1, self.ending),
        };
        OutputFile { name, bytes: encoded(&text, self.charset) }
    }
}

/// The bytes of a text in a character set.
pub fn encoded(text: &str, charset: Charset) -> Vec<u8> {
    match charset {
        Charset::Windows1252 => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        Charset::Adp | Charset::Ascii | Charset::Sepa | Charset::Utf8 => text.as_bytes().to_vec(),
    }
}

/// A cell, quoted where it has to be.
pub fn quoted(cell: &str, delimiter: u8) -> String {
    if cell.contains([char::from(delimiter), '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// An amount in the major unit with two decimals.
pub fn two_decimals(amount: i64, mark: char) -> String {
    let text = Minor::new(amount).text(2);
    if mark == '.' { text } else { text.replace('.', &mark.to_string()) }
}

/// Registers what a file says of a payee; two payees of whom it says the same are noted.
pub fn register(written: &mut Written, key: &str, what: &str, payment: &Payment, notes: &mut Notes) {
    match written.keys.get(key) {
        Some(other) if *other != payment.payee_id => {
            let message = format!("{what} is that of payee `{other}`, too");
            notes.bad(&payment.payee_id, message);
        }
        Some(_) => {}
        None => {
            written.keys.insert(key.to_owned(), payment.payee_id.clone());
        }
    }
}

/// The company of a payee: that of its details, else that of the export.
pub fn company(job: &Job<'_>, payment: &Payment, notes: &mut Notes) -> Option<String> {
    let own = payment.detail("company_code").map(str::to_owned);
    let company = own.or_else(|| job.text_of("company_code", payment, None, notes));
    if company.is_none() {
        notes.bad(&payment.payee_id, "`company_code` is empty, and the export does not say it");
    }
    company
}

/// Rows by the file that they go into, in order of its name.
pub type ByFile<K> = BTreeMap<K, Vec<PayrollRow>>;

/// The records of a delimited file after its head. Each has to have as many cells as there are columns.
///
/// # Errors
/// What is wrong with the file.
pub fn records(text: &str, delimiter: u8, columns: usize) -> Result<Vec<Vec<String>>, String> {
    if !text.ends_with("\r\n") && !text.is_empty() {
        return Err("its last line has no end".to_owned());
    }
    if text.replace("\r\n", "").contains(['\r', '\n']) {
        return Err("a line does not end in CR LF".to_owned());
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = records.len() + 1;
        if record.len() != columns {
            return Err(format!("row {line} has {} cells, and there are {columns} columns", record.len()));
        }
        records.push(record.iter().map(str::to_owned).collect());
    }
    Ok(records)
}

/// The text of a file in a character set, which it may not leave.
///
/// # Errors
/// What is wrong with it.
pub fn decoded(bytes: &[u8], charset: Charset) -> Result<String, String> {
    let text = match charset {
        Charset::Windows1252 => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
        _ => {
            String::from_utf8(bytes.to_vec()).map_err(|_| "it is not the text that was written".to_owned())?
        }
    };
    match text.chars().find(|c| !matches!(c, '\r' | '\n') && !charset.has(*c)) {
        Some(c) => Err(format!("it has the character {}, which the format lacks", crate::job::shown(c))),
        None => Ok(text),
    }
}

/// What follows the head that a file must have.
///
/// # Errors
/// Another head.
pub fn after_head<'t>(text: &'t str, head: &str) -> Result<&'t str, String> {
    text.strip_prefix(head).ok_or_else(|| "it does not begin as the format does".to_owned())
}

/// A row that was read, of these texts.
///
/// # Errors
/// An amount that is none.
pub fn read_row(key: String, text: &str, mark: char) -> Result<ReadRow, String> {
    Ok(ReadRow { key, amount: amount(text, 2, mark)?, currency: None })
}
