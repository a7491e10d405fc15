//! Paychex Flex: standard payroll import, of 16 or 39 columns.

use super::adp_run::american;
use super::{PayrollRow, Sheet, after_head, company, decoded, read_row, records, register, two_decimals};
use crate::job::{Job, Payment, Written};
use crate::notes::Notes;
use crate::read::ReadRow;
use crate::text::Charset;

const COLUMNS: [&str; 39] = [
    "Client ID",
    "Worker ID",
    "Org",
    "Job Number",
    "Pay Component",
    "Rate",
    "Rate Number",
    "Hours",
    "Units",
    "Line Date",
    "Amount",
    "Check Seq Number",
    "Override State",
    "Override Local",
    "Override Local Jurisdiction",
    "Labor Assignment",
    "Check Template",
    "Output Type",
    "Net Pay",
    "Check Number",
    "FIT Amt",
    "SS Amt",
    "Medicare Amt",
    "Fed Backup Withholding Amt",
    "State Tax Jurisdiction",
    "SIT Amount",
    "SDI Amt",
    "Fam Leave",
    "Med Leave",
    "SUI Amt",
    "State Misc Amt",
    "State Surcharge Amt",
    "State WC Amt",
    "State Backup Withholding Amt",
    "State Allocation %",
    "Local Tax Jurisdiction",
    "Local Tax Name",
    "Local Amt",
    "Local Allocation %",
];
const ORG: usize = 2;
const COMPONENT: usize = 4;
const LINE_DATE: usize = 9;
const AMOUNT: usize = 10;
const CHECK_SEQ: usize = 11;
const LABOR: usize = 15;

/// How many columns the export's template has.
fn width(job: &Job<'_>) -> usize {
    job.export.keys.whole("columns").map_or(16, |columns| columns as usize)
}

fn head(width: usize) -> String {
    format!("{}\r\n", COLUMNS[..width.min(COLUMNS.len())].join(","))
}

/// The files of some payments.
pub fn write(job: &Job<'_>, payments: &[Payment], notes: &mut Notes) -> Written {
    let mut written = Written::default();
    let width = width(job);
    if width != 16 && width != 39 {
        let message = format!("`columns` can't be {width}");
        notes.error(job.error("columns", message).help("16 or 39, as the company's template has"));
        return written;
    }
    let line_date = match job.text("line_date", "", notes).as_str() {
        "" => String::new(),
        "period" => american(job.occasion.month.1),
        "execution" => american(job.occasion.execution),
        other => {
            let message = format!("`line_date` can't be \"{other}\"");
            notes.error(job.error("line_date", message).help("`period`, `execution`, or empty"));
            return written;
        }
    };
    let cost_place = match job.export.keys.plain("cost_column") {
        None => None,
        Some("Org") => Some(ORG),
        Some("Labor Assignment") => Some(LABOR),
        Some(other) => {
            let message = format!("`cost_column` can't be \"{other}\"");
            notes.error(job.error("cost_column", message).help("`Org` or `Labor Assignment`"));
            return written;
        }
    };
    let check_seq = job.text("check_seq", "", notes);
    let mut rows = Vec::new();
    for payment in payments {
        let person = person(job, payment, cost_place, notes);
        let mut coded = job.rows(payment, false, notes);
        coded.retain(|row| {
            let shape = (is_component(&row.code), "an earning's name of at most 20 characters of ASCII");
            job.exact((payment, "its pay component"), &row.code, shape, notes).is_some()
        });
        let Some((client, worker, center)) = person else { continue };
        let key = format!("{client}|{worker}");
        register(&mut written, &key, "the worker id", payment, notes);
        for row in coded {
            let mut cells = vec![String::new(); width];
            cells[0].clone_from(&client);
            cells[1].clone_from(&worker);
            cells[COMPONENT].clone_from(&row.code);
            cells[LINE_DATE].clone_from(&line_date);
            cells[AMOUNT] = two_decimals(row.amount, '.');
            cells[CHECK_SEQ].clone_from(&check_seq);
            if let Some(place) = cost_place {
                cells[place].clone_from(&center);
            }
            rows.push(PayrollRow { payee_id: payment.payee_id.clone(), key: key.clone(), cells });
        }
    }
    let stem = format!("paychex-{}", job.occasion.period);
    let head = head(width);
    let sheet = Sheet { stem, ending: ".csv", head, delimiter: b',', charset: Charset::Ascii, row_end: "" };
    if !rows.is_empty() {
        written.files = sheet.files(job, &rows);
    }
    written
}

/// What the file says of a payee: its client, worker id and cost center.
fn person(
    job: &Job<'_>,
    payment: &Payment,
    cost_place: Option<usize>,
    notes: &mut Notes,
) -> Option<(String, String, String)> {
    let is_id = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let client = company(job, payment, notes).and_then(|client| {
        let shape = (is_id(&client, 8), "a client id of at most 8 letters or digits");
        job.exact((payment, "its company code"), &client, shape, notes)
    });
    let worker = payment.needed("employee_number", notes).map(str::to_owned).and_then(|worker| {
        let shape = (is_id(&worker, 10), "a worker id of at most 10 letters or digits");
        job.exact((payment, "its employee number"), &worker, shape, notes)
    });
    let center = match cost_place {
        None => Some(String::new()),
        Some(_) => {
            let center = payment.detail("cost_center").unwrap_or_default();
            let shape =
                (center.len() <= 20 && Charset::Ascii.has_all(center), "at most 20 characters of ASCII");
            job.exact((payment, "its cost center"), center, shape, notes)
        }
    };
    Some((client?, worker?, center?))
}

fn is_component(code: &str) -> bool {
    (1..=20).contains(&code.len()) && Charset::Ascii.has_all(code) && code.trim() == code
}

/// Reads a file again.
///
/// # Errors
/// What is wrong with it.
pub fn read(job: &Job<'_>, bytes: &[u8]) -> Result<Vec<ReadRow>, String> {
    let text = decoded(bytes, Charset::Ascii)?;
    let width = width(job);
    let row = |cells: Vec<String>| {
        let own = [0, 1, ORG, COMPONENT, LINE_DATE, AMOUNT, CHECK_SEQ, LABOR];
        let others = cells.iter().enumerate().filter(|(place, _)| !own.contains(place));
        if others.into_iter().any(|(_, cell)| !cell.is_empty()) || !is_component(&cells[COMPONENT]) {
            return Err(
                "a row says something in a column that is none of ours, or has no pay component".to_owned()
            );
        }
        let row = read_row(format!("{}|{}", cells[0], cells[1]), &cells[AMOUNT], '.')?;
        if row.amount == 0 { Err("a row pays nothing".to_owned()) } else { Ok(row) }
    };
    records(after_head(&text, &head(width))?, b',', width)?.into_iter().map(row).collect()
}
