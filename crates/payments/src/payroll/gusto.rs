//! Gusto: earnings by employee, a row for each of them and a column for each code in use.

use std::collections::BTreeMap;

use apportion_base::diagnostic::Code;

use super::{PayrollRow, Sheet, decoded, read_row, records, register, two_decimals};
use crate::job::{Job, Payment, Written};
use crate::notes::Notes;
use crate::read::ReadRow;
use crate::text::Charset;

/// The columns of earnings that can be imported, in the order of Gusto's template.
const EARNINGS: [&str; 4] = ["bonus", "commission", "correction_payment", "reimbursement"];
const NAMES: [&str; 3] = ["last_name", "first_name", "gusto_employee_id"];

/// An employee: names and id, and what is paid by code.
type Employee<'p> = (&'p Payment, [String; 3], BTreeMap<&'static str, i64>);

/// The files of some payments.
pub fn write(job: &Job<'_>, payments: &[Payment], notes: &mut Notes) -> Written {
    let mut written = Written::default();
    let mut people: Vec<Employee<'_>> = Vec::new();
    for payment in payments {
        let name = |column: &str, notes: &mut Notes| {
            let text = payment.needed(column, notes)?.to_owned();
            let shape = (
                text.chars().count() <= 100 && Charset::Utf8.has_all(&text),
                "a name of at most 100 characters",
            );
            job.exact((payment, &format!("`{column}`")), &text, shape, notes)
        };
        let (last, first) = (name("last_name", notes), name("first_name", notes));
        let id = employee_id(job, payment, notes);
        let mut by_code: BTreeMap<&'static str, i64> = BTreeMap::new();
        for row in job.rows(payment, false, notes) {
            match EARNINGS.into_iter().find(|code| *code == row.code) {
                Some(code) => {
                    by_code.insert(code, row.amount);
                }
                None => notes.unfit(
                    &payment.payee_id,
                    format!("`{}` is no column that Gusto imports: {}", row.code, EARNINGS.join(", ")),
                ),
            }
        }
        let (Some(last), Some(first), Some(id)) = (last, first, id) else { continue };
        let key = key(&id, &last, &first);
        register(
            &mut written,
            &key,
            if id.is_empty() { "the name" } else { "the employee id" },
            payment,
            notes,
        );
        people.push((payment, [last, first, id], by_code));
    }
    let used: Vec<&str> = EARNINGS
        .into_iter()
        .filter(|code| people.iter().any(|(.., by_code)| by_code.contains_key(code)))
        .collect();
    let row = |(payment, names, by_code): &Employee<'_>| {
        let mut cells = names.to_vec();
        cells.extend(
            used.iter()
                .map(|code| by_code.get(code).map_or(String::new(), |amount| two_decimals(*amount, '.'))),
        );
        PayrollRow { payee_id: payment.payee_id.clone(), key: String::new(), cells }
    };
    let rows: Vec<PayrollRow> = people.iter().map(row).collect();
    let columns: Vec<&str> = NAMES.into_iter().chain(used.iter().copied()).collect();
    let sheet = Sheet {
        stem: format!("gusto-{}", job.occasion.period),
        ending: ".csv",
        head: format!("{}\r\n", columns.join(",")),
        delimiter: b',',
        charset: Charset::Utf8,
        row_end: "",
    };
    if !rows.is_empty() {
        written.files = sheet.files(job, &rows);
    }
    written
}

fn employee_id(job: &Job<'_>, payment: &Payment, notes: &mut Notes) -> Option<String> {
    let Some(id) = payment.detail("employee_number") else {
        notes.warn(
            Code::BankMayRefuse,
            format!("payee `{}` has no employee number; Gusto goes by the name alone", payment.payee_id),
            "give its gusto_employee_id in payment_details, as `employee_number`",
        );
        return Some(String::new());
    };
    let fits = id.len() == 6 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    job.exact(
        (payment, "its employee number"),
        id,
        (fits, "a gusto_employee_id of 6 letters or digits"),
        notes,
    )
}

/// What tells an employee: the id, else the name, capitals aside.
fn key(id: &str, last: &str, first: &str) -> String {
    if id.is_empty() { format!("{}|{}", last.to_lowercase(), first.to_lowercase()) } else { id.to_owned() }
}

/// Reads a file again.
///
/// # Errors
/// What is wrong with it.
pub fn read(_: &Job<'_>, bytes: &[u8]) -> Result<Vec<ReadRow>, String> {
    let text = decoded(bytes, Charset::Utf8)?;
    let (head, rows) = text.split_once("\r\n").ok_or("it has no line")?;
    let columns: Vec<&str> = head.split(',').collect();
    let earnings = columns.strip_prefix(&NAMES).ok_or("it does not begin as the format does")?;
    let ordered = EARNINGS.into_iter().filter(|code| earnings.contains(code));
    if earnings.is_empty() || !ordered.eq(earnings.iter().copied()) {
        return Err("its columns are none that Gusto imports".to_owned());
    }
    let mut read = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for cells in records(rows, b',', columns.len())? {
        let key = key(&cells[2], &cells[0], &cells[1]);
        if !seen.insert(key.clone()) {
            return Err("an employee has two rows".to_owned());
        }
        for cell in cells[NAMES.len()..].iter().filter(|cell| !cell.is_empty()) {
            let row = read_row(key.clone(), cell, '.')?;
            if row.amount == 0 {
                return Err("an amount is 0, which would take another away".to_owned());
            }
            read.push(row);
        }
    }
    Ok(read)
}
