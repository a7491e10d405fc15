//! ADP RUN: time sheet import.

use apportion_base::calendar::{civil_from_days, days_from_civil};
use apportion_book::display_day;

use super::{ByFile, PayrollRow, Sheet, after_head, decoded, read_row, records, register, two_decimals};
use crate::days::parts;
use crate::job::{Job, Payment, Written};
use crate::notes::Notes;
use crate::read::{ReadRow, day_of};
use crate::text::Charset;

const HEAD: &str = "##GENERIC## V1.0\r\nIID,Pay Frequency,Pay Period Start,Pay Period End,Employee ID,Earnings Code,Pay \
                    Hours,Dollars,Separate Check,Worked In Dept,Rate Code\r\n";
const COLUMNS: usize = 11;
const FREQUENCIES: [(&str, &str); 4] =
    [("W", "Weekly"), ("B", "Biweekly"), ("S", "Semimonthly"), ("M", "Monthly")];

/// The files of some payments, one for each company.
pub fn write(job: &Job<'_>, payments: &[Payment], notes: &mut Notes) -> Written {
    let mut written = Written::default();
    let frequency = job.text("pay_frequency", "", notes);
    let Some((letter, word)) = FREQUENCIES.into_iter().find(|(letter, _)| *letter == frequency) else {
        let message = format!("`pay_frequency` can't be \"{frequency}\"");
        notes.error(job.error("pay_frequency", message).help("W, B, S or M"));
        return written;
    };
    let Some((first, last)) = pay_period(job, letter, notes) else { return written };
    let separate = job.text("separate_check", "0", notes);
    let mut by_company: ByFile<String> = ByFile::new();
    if job.export.keys.text("company_code").is_none() {
        notes.error(job.error("format", "`adp-run` needs the key `company_code`, the company's IID"));
        return written;
    }
    for payment in payments {
        let person = person(job, payment, notes);
        let mut rows = job.rows(payment, false, notes);
        rows.retain(|row| {
            let shape = (is_code(&row.code), "1 to 10 letters or digits");
            job.exact((payment, "its earnings code"), &row.code, shape, notes).is_some()
        });
        let Some((company, number, department)) = person else { continue };
        let key = format!("{company}|{number}");
        register(&mut written, &key, "the employee number", payment, notes);
        for row in rows {
            let cells = [
                company.as_str(),
                letter,
                &american(first),
                &american(last),
                &number,
                &row.code,
                "",
                &two_decimals(row.amount, '.'),
                &separate,
                &department,
                "BASE",
            ];
            let cells = cells.map(str::to_owned).into();
            let row = PayrollRow { payee_id: payment.payee_id.clone(), key: key.clone(), cells };
            by_company.entry(company.clone()).or_default().push(row);
        }
    }
    let several = by_company.len() > 1;
    for (company, rows) in &by_company {
        let days = [first, last].map(|day| american(day).replace('/', ""));
        let mut stem = format!("{word}-{}-{}", days[0], days[1]);
        if several {
            stem = format!("{stem}-{company}");
        }
        let head = HEAD.to_owned();
        let sheet =
            Sheet { stem, ending: ".csv", head, delimiter: b',', charset: Charset::Ascii, row_end: "" };
        written.files.extend(sheet.files(job, rows));
    }
    written
}

/// What the file says of a payee: its company, number and department.
fn person(job: &Job<'_>, payment: &Payment, notes: &mut Notes) -> Option<(String, String, String)> {
    let company = job.text_of("company_code", payment, None, notes);
    let company = company.and_then(|code| {
        let fits = (1..=20).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        job.exact((payment, "the company's IID"), &code, (fits, "1 to 20 letters or digits"), notes)
    });
    let number = payment.needed("employee_number", notes).map(str::to_owned);
    let number = number.and_then(|number| {
        let fits = number.len() <= 20 && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
        job.exact((payment, "its employee number"), &number, (fits, "at most 20 letters or digits"), notes)
    });
    let department = match job.export.keys.text("cost_column") {
        None => Some(String::new()),
        Some(_) => {
            let center = payment.detail("cost_center").unwrap_or_default();
            let fits = center.len() <= 20 && Charset::Ascii.has_all(center);
            job.exact((payment, "its cost center"), center, (fits, "at most 20 characters of ASCII"), notes)
        }
    };
    Some((company?, number?, department?))
}

/// MM/DD/YYYY.
pub(super) fn american(day: i32) -> String {
    let (year, month, day) = parts(day);
    format!("{month}/{day}/{year}")
}

/// The first and the last day of the next payroll.
fn pay_period(job: &Job<'_>, letter: &str, notes: &mut Notes) -> Option<(i32, i32)> {
    if job.export.keys.text("pay_period").is_some() {
        let said = job.text("pay_period", "", notes);
        let days = said.split_once('/').and_then(|(first, last)| Some((day_of(first)?, day_of(last)?)));
        let days = days.filter(|(first, last)| first <= last);
        if days.is_none() {
            let message = format!("`pay_period` can't be \"{said}\"");
            notes.error(
                job.error("pay_period", message).help("two days: pay_period = \"2026-08-01/2026-08-31\""),
            );
        }
        return days;
    }
    let (year, month, day) = civil_from_days(job.occasion.execution);
    let first = days_from_civil(year, month, 1);
    let next =
        if month == 12 { days_from_civil(year + 1, 1, 1) } else { days_from_civil(year, month + 1, 1) };
    match letter {
        "M" => Some((first, next - 1)),
        "S" if day <= 15 => Some((first, first + 14)),
        "S" => Some((first + 15, next - 1)),
        _ => {
            let message = "a weekly or biweekly payroll has to say its days: `pay_period`";
            let execution = display_day(job.occasion.execution);
            notes.error(job.error("pay_frequency", message).help(format!(
                "--set {}.pay_period=FIRST/LAST, with the days of the payroll that is paid on {execution}",
                job.export.name
            )));
            None
        }
    }
}

fn is_code(code: &str) -> bool {
    (1..=10).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Reads a file again.
///
/// # Errors
/// What is wrong with it.
pub fn read(_: &Job<'_>, bytes: &[u8]) -> Result<Vec<ReadRow>, String> {
    let text = decoded(bytes, Charset::Ascii)?;
    let mut days: Option<Vec<String>> = None;
    let mut rows = Vec::new();
    for cells in records(after_head(&text, HEAD)?, b',', COLUMNS)? {
        let own: Vec<String> = cells[1..4].to_vec();
        if days.get_or_insert_with(|| own.clone()) != &own {
            return Err("its rows are of several payrolls".to_owned());
        }
        if !cells[6].is_empty() || cells[10] != "BASE" || !is_code(&cells[5]) {
            return Err("a row has hours, another rate code or no earnings code".to_owned());
        }
        let row = read_row(format!("{}|{}", cells[0], cells[4]), &cells[7], '.')?;
        if row.amount == 0 {
            return Err("a row pays nothing".to_owned());
        }
        rows.push(row);
    }
    Ok(rows)
}
