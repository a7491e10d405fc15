//! ADP Workforce Now: paydata for import, a file for each company code.

use super::{
    ByFile, PayrollRow, Sheet, after_head, company, decoded, read_row, records, register, two_decimals,
};
use crate::job::{Job, Payment, Written};
use crate::notes::Notes;
use crate::read::ReadRow;
use crate::text::Charset;

/// The most that a row may have, in cents.
const MOST: i64 = 9_999_999;
/// The least.
const LEAST: i64 = -4_050_000;
/// The most rows that an amount is split over.
const MOST_PIECES: i64 = 10_000;
const CODE: &str = "Earnings 3 Code";
const AMOUNT: &str = "Earnings 3 Amount";
/// Columns that an export may ask for, in the order of the format.
const COST_COLUMNS: [&str; 2] = ["Temp Dept", "Temp Cost Number"];

/// The files of some payments.
pub fn write(job: &Job<'_>, payments: &[Payment], notes: &mut Notes) -> Written {
    let mut written = Written::default();
    let mut by_company: ByFile<String> = ByFile::new();
    let cost_column = cost_column(job, notes);
    let has_pay_number = job.export.keys.text("pay_number").is_some();
    for payment in payments {
        let company = company(job, payment, notes).and_then(|code| {
            let fits = (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
            job.exact((payment, "its company code"), &code, (fits, "2 or 3 letters or digits"), notes)
        });
        let batch = job.text_of("batch", payment, None, notes).and_then(|batch| {
            let fits = !batch.is_empty()
                && batch.len() <= 8
                && batch.bytes().all(|byte| byte.is_ascii_alphanumeric());
            job.exact((payment, "the batch id"), &batch, (fits, "1 to 8 letters or digits"), notes)
        });
        let number = file_number(job, payment, notes);
        let mut rows = job.rows(payment, true, notes);
        rows.retain(|row| code_fits(job, payment, &row.code, notes));
        let mut between = Vec::new();
        if has_pay_number {
            between.push(job.text_of("pay_number", payment, None, notes).unwrap_or_default());
        }
        if cost_column.is_some() {
            let center = payment.detail("cost_center").unwrap_or_default();
            let fits = center.len() <= 10 && Charset::Adp.has_all(center);
            between.extend(job.exact(
                (payment, "its cost center"),
                center,
                (fits, "at most 10 characters of ADP"),
                notes,
            ));
        }
        let (Some(company), Some(batch), Some(number)) = (company, batch, number) else { continue };
        let key = format!("{company}|{number}");
        register(&mut written, &key, "the file number", payment, notes);
        for row in rows {
            let limit = if row.amount < 0 { LEAST } else { MOST };
            if row.amount / limit > MOST_PIECES {
                let amount = two_decimals(row.amount, '.');
                notes.unfit(
                    &payment.payee_id,
                    format!("its amount of {amount} would take more than {MOST_PIECES} rows"),
                );
                continue;
            }
            for piece in pieces(row.amount, LEAST, MOST) {
                let mut cells = vec![company.clone(), batch.clone(), number.clone()];
                cells.extend(between.iter().cloned());
                cells.extend([row.code.clone(), two_decimals(piece, '.')]);
                let row = PayrollRow { payee_id: payment.payee_id.clone(), key: key.clone(), cells };
                by_company.entry(company.clone()).or_default().push(row);
            }
        }
    }
    for (company, rows) in &by_company {
        let sheet = Sheet {
            stem: format!("PR{company:_<3}EPI"),
            ending: ".csv",
            head: head(job),
            delimiter: b',',
            charset: Charset::Adp,
            row_end: "",
        };
        written.files.extend(sheet.files(job, rows));
    }
    written
}

/// The column of cost centers, where the export asks for one.
fn cost_column(job: &Job<'_>, notes: &mut Notes) -> Option<&'static str> {
    let asked = job.export.keys.plain("cost_column")?;
    let known = COST_COLUMNS.into_iter().find(|column| *column == asked);
    if known.is_none() {
        let message = format!("`cost_column` can't be \"{asked}\"");
        notes.error(job.error("cost_column", message).help("ADP has `Temp Dept` and `Temp Cost Number`"));
    }
    known
}

fn head(job: &Job<'_>) -> String {
    let mut columns = vec!["Co Code", "Batch ID", "File #"];
    if job.export.keys.text("pay_number").is_some() {
        columns.push("Pay #");
    }
    columns.extend(
        job.export
            .keys
            .plain("cost_column")
            .and_then(|asked| COST_COLUMNS.into_iter().find(|one| *one == asked)),
    );
    columns.extend([CODE, AMOUNT]);
    format!("{}\r\n", columns.join(","))
}

/// The file number: six digits, 000051 to 999999.
fn file_number(job: &Job<'_>, payment: &Payment, notes: &mut Notes) -> Option<String> {
    let number = payment.needed("employee_number", notes)?;
    let padded = format!("{number:0>6}");
    job.exact(
        (payment, "its employee number"),
        &padded,
        (is_file_number(&padded), "a file number from 000051 to 999999"),
        notes,
    )
}

fn is_file_number(text: &str) -> bool {
    text.len() == 6
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text.parse::<u32>().is_ok_and(|number| number >= 51)
}

fn code_fits(job: &Job<'_>, payment: &Payment, code: &str, notes: &mut Notes) -> bool {
    let shape =
        (is_code(code), "1 or 2 characters of A to Z, or a number from 0 to 79 without 40, 50, 60 and 61");
    job.exact((payment, "its earnings code"), code, shape, notes).is_some()
}

fn is_code(code: &str) -> bool {
    let few = (1..=2).contains(&code.len());
    let digits = code.bytes().all(|byte| byte.is_ascii_digit());
    let number = code.parse::<u32>().is_ok_and(|number| number <= 79 && ![40, 50, 60, 61].contains(&number));
    few && if digits {
        number
    } else {
        code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    }
}

/// An amount as rows of at most `most` and at least `least`.
pub fn pieces(amount: i64, least: i64, most: i64) -> Vec<i64> {
    let limit = if amount < 0 { least } else { most };
    let (full, rest) = (amount / limit, amount % limit);
    let mut pieces = vec![limit; usize::try_from(full).unwrap_or_default()];
    pieces.extend(Some(rest).filter(|rest| *rest != 0));
    pieces
}

/// Reads a file again.
///
/// # Errors
/// What is wrong with it.
pub fn read(job: &Job<'_>, bytes: &[u8]) -> Result<Vec<ReadRow>, String> {
    let text = decoded(bytes, Charset::Adp)?;
    let head = head(job);
    let columns = head.split(',').count();
    let row = |cells: Vec<String>| {
        let [company, _, number, .., code, amount] = cells.as_slice() else {
            return Err("a row is too short".to_owned());
        };
        if !is_file_number(number) || !is_code(code) {
            return Err("a file number or an earnings code is none".to_owned());
        }
        let row = read_row(format!("{company}|{number}"), amount, '.')?;
        if row.amount == 0 || !(LEAST..=MOST).contains(&row.amount) {
            return Err(format!("ADP does not take {amount} in one row"));
        }
        Ok(row)
    };
    records(after_head(&text, &head)?, b',', columns)?.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_amounts_are_split_without_a_cent_lost() {
        assert_eq!(pieces(9_999_999, LEAST, MOST), [9_999_999]);
        assert_eq!(pieces(20_000_000, LEAST, MOST), [9_999_999, 9_999_999, 2]);
        assert_eq!(pieces(-4_050_001, LEAST, MOST), [-4_050_000, -1]);
        assert_eq!(pieces(-1, LEAST, MOST), [-1]);
    }

    #[test]
    fn codes_are_those_that_adp_takes() {
        for right in ["C", "B", "AB", "0", "79", "7", "A1"] {
            assert!(is_code(right), "{right}");
        }
        for wrong in ["", "40", "50", "60", "61", "80", "COM", "c", "-1", "Ä"] {
            assert!(!is_code(wrong), "{wrong}");
        }
    }
}
