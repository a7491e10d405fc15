//! Paylocity: pay entry, without a header.

use super::{PayrollRow, Sheet, decoded, read_row, records, register, two_decimals};
use crate::days::parts;
use crate::job::{Job, Payment, Written};
use crate::notes::Notes;
use crate::read::ReadRow;
use crate::text::Charset;

/// Columns without a cost center.
const COLUMNS: usize = 7;

fn width(job: &Job<'_>) -> usize {
    COLUMNS + usize::from(job.export.keys.text("cost_column").is_some())
}

/// The files of some payments.
pub fn write(job: &Job<'_>, payments: &[Payment], notes: &mut Notes) -> Written {
    let mut written = Written::default();
    if let Some(other) = job.export.keys.plain("cost_column").filter(|column| *column != "CostCenter1") {
        let message = format!("`cost_column` can't be \"{other}\"");
        notes.error(job.error("cost_column", message).help("`CostCenter1`"));
        return written;
    }
    let mut rows = Vec::new();
    for payment in payments {
        let number = payment.needed("employee_number", notes).map(str::to_owned).and_then(|number| {
            let shape = (is_word(&number, 10), "an employee id of at most 10 letters or digits");
            job.exact((payment, "its employee number"), &number, shape, notes)
        });
        let center = payment.detail("cost_center").unwrap_or_default();
        let shape = (center.len() <= 10 && Charset::Ascii.has_all(center), "at most 10 characters of ASCII");
        let center = match width(job) {
            COLUMNS => Some(None),
            _ => job.exact((payment, "its cost center"), center, shape, notes).map(Some),
        };
        let mut coded = job.rows(payment, false, notes);
        coded.retain(|row| {
            let shape = (is_word(&row.code, 10), "at most 10 letters or digits");
            job.exact((payment, "its earnings code"), &row.code, shape, notes).is_some()
        });
        let (Some(number), Some(center)) = (number, center) else { continue };
        register(&mut written, &number, "the employee number", payment, notes);
        for row in coded {
            let amount = two_decimals(row.amount, '.');
            let mut cells: Vec<String> =
                [number.as_str(), "E", &row.code, "", &amount, "", ""].map(str::to_owned).into();
            cells.extend(center.clone());
            rows.push(PayrollRow { payee_id: payment.payee_id.clone(), key: number.clone(), cells });
        }
    }
    let (year, month, day) = parts(job.occasion.execution);
    let stem = format!("PL{month}{day}{}", year.get(2..).unwrap_or_default());
    let sheet = Sheet {
        stem,
        ending: ".csv",
        head: String::new(),
        delimiter: b',',
        charset: Charset::Ascii,
        row_end: "",
    };
    if !rows.is_empty() {
        written.files = sheet.files(job, &rows);
    }
    written
}

fn is_word(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Reads a file again.
///
/// # Errors
/// What is wrong with it.
pub fn read(job: &Job<'_>, bytes: &[u8]) -> Result<Vec<ReadRow>, String> {
    let text = decoded(bytes, Charset::Ascii)?;
    let row = |cells: Vec<String>| {
        let empty = [3, 5, 6].into_iter().all(|place| cells[place].is_empty());
        if cells[1] != "E" || !empty || !is_word(&cells[2], 10) {
            return Err("a row is no earning, or has hours or a rate".to_owned());
        }
        let row = read_row(cells[0].clone(), &cells[4], '.')?;
        if row.amount == 0 { Err("a row pays nothing".to_owned()) } else { Ok(row) }
    };
    records(&text, b',', width(job))?.into_iter().map(row).collect()
}
