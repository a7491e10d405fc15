//! DATEV: LODAS, and Lohn und Gehalt. A file for each client.

use apportion_base::calendar::{civil_from_days, days_from_civil};
use apportion_book::{ExportFormat, Period};

use super::{ByFile, PayrollRow, Sheet, after_head, decoded, read_row, records, register, two_decimals};
use crate::days::parts;
use crate::job::{Job, Payment, Written};
use crate::notes::Notes;
use crate::read::ReadRow;
use crate::text::Charset;

/// The most that LODAS takes in an amount, in cents.
const MOST_LODAS: i64 = 99_999_999_999;
/// The most of Lohn und Gehalt.
const MOST_LOHN: i64 = 999_999_999_999;

/// A client: its Beraternummer and Mandantennummer.
type Client = (String, String);

/// The files of some payments.
pub fn write(job: &Job<'_>, payments: &[Payment], notes: &mut Notes) -> Written {
    let mut written = Written::default();
    let Some(month) = payroll_month(job, notes) else { return written };
    let is_lodas = is_lodas(job);
    let bs_nr = job.text("bs_nr", "2", notes);
    if is_lodas && !(bs_nr.len() == 1 && bs_nr.bytes().all(|byte| byte.is_ascii_digit())) {
        notes.error(job.error("bs_nr", "`bs_nr` is one digit: 1 hours, 2 an amount, 3 a net allowance"));
        return written;
    }
    let has_units = payments.iter().any(|payment| payment.detail("cost_unit").is_some());
    let mut by_client: ByFile<Client> = ByFile::new();
    for payment in payments {
        let client = client(job, payment, notes);
        let number = person(job, payment, notes);
        let center = cost(job, payment, "cost_center", notes);
        let unit = cost(job, payment, "cost_unit", notes);
        let mut coded = job.rows(payment, true, notes);
        coded.retain(|row| fits(job, payment, row, notes));
        let (Some(client), Some(number), Some(center), Some(unit)) = (client, number, center, unit) else {
            continue;
        };
        let key = format!("{}|{}|{number}", client.0, client.1);
        register(&mut written, &key, "the employee number", payment, notes);
        for row in coded {
            let amount = two_decimals(row.amount, ',');
            let cells = if is_lodas {
                let mut cells =
                    vec!["1".to_owned(), first_day(month), number.clone(), row.code, bs_nr.clone(), amount];
                cells.push(center.clone());
                cells.extend(has_units.then(|| unit.clone()));
                cells
            } else {
                let none = String::new;
                vec![
                    number.clone(),
                    none(),
                    none(),
                    row.code,
                    none(),
                    none(),
                    amount,
                    none(),
                    none(),
                    center.clone(),
                    unit.clone(),
                ]
            };
            let row = PayrollRow { payee_id: payment.payee_id.clone(), key: key.clone(), cells };
            by_client.entry(client.clone()).or_default().push(row);
        }
    }
    for (client, rows) in &by_client {
        let sheet = sheet(job, client, month, has_units);
        written.files.extend(sheet.files(job, rows));
    }
    written
}

fn is_lodas(job: &Job<'_>) -> bool {
    job.export.format.value == ExportFormat::DatevLodas
}

fn sheet(job: &Job<'_>, (adviser, client): &Client, month: i32, has_units: bool) -> Sheet {
    let (year, number, _) = parts(month);
    let (kind, head, row_end) = if is_lodas(job) {
        ("lodas", lodas_head(adviser, client, has_units), ";")
    } else {
        ("lohn", format!("{adviser};{client};{number}/{year}\r\n"), "")
    };
    Sheet {
        stem: format!("{kind}-{adviser}-{client}-{year}-{number}"),
        ending: ".txt",
        head,
        delimiter: b';',
        charset: Charset::Windows1252,
        row_end,
    }
}

fn lodas_head(adviser: &str, client: &str, has_units: bool) -> String {
    let unit = if has_units { "kostentraeger#bwd;" } else { "" };
    format!(
        "[Allgemein]\r\nZiel=LODAS\r\nVersion_SST=1.0\r\nBeraterNr={adviser}\r\nMandantenNr={client}\r\nDatumsformat=TT.MM.JJJJ\r\n\
         Feldtrennzeichen=;\r\nZahlenkomma=,\r\n\r\n[Satzbeschreibung]\r\n1;u_lod_bwd_buchung_standard;abrechnung_zeitraum#bwd;\
         pnr#bwd;la_eigene#bwd;bs_nr#bwd;bs_wert_butab#bwd;kostenstelle#bwd;{unit}\r\n\r\n[Bewegungsdaten]\r\n"
    )
}

/// The first day of the payroll's month.
fn payroll_month(job: &Job<'_>, notes: &mut Notes) -> Option<i32> {
    if job.export.keys.text("payroll_month").is_none() {
        let (year, month, _) = civil_from_days(job.occasion.execution);
        return Some(days_from_civil(year, month, 1));
    }
    let said = job.text("payroll_month", "", notes);
    match Period::parse(&said) {
        Some(Period::Month { year, month }) => Some(days_from_civil(year, month, 1)),
        _ => {
            notes.error(
                job.error("payroll_month", format!("`payroll_month` can't be \"{said}\""))
                    .help("a month: 2026-08"),
            );
            None
        }
    }
}

/// `TT.MM.JJJJ`.
fn first_day(day: i32) -> String {
    let (year, month, day) = parts(day);
    format!("{day}.{month}.{year}")
}

fn is_number(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn client(job: &Job<'_>, payment: &Payment, notes: &mut Notes) -> Option<Client> {
    let adviser = job.text_of("berater", payment, None, notes)?;
    let client = job.text_of("mandant", payment, None, notes)?;
    let adviser = job.exact(
        (payment, "its Beraternummer"),
        &adviser,
        (is_number(&adviser, 4, 7), "4 to 7 digits"),
        notes,
    );
    let client = job.exact(
        (payment, "its Mandantennummer"),
        &client,
        (is_number(&client, 1, 5), "1 to 5 digits"),
        notes,
    );
    adviser.zip(client)
}

fn person(job: &Job<'_>, payment: &Payment, notes: &mut Notes) -> Option<String> {
    let number = payment.needed("employee_number", notes)?;
    let fits = is_number(number, 1, 5) && number.parse::<u32>().is_ok_and(|number| number > 0);
    job.exact((payment, "its employee number"), number, (fits, "a Personalnummer from 1 to 99999"), notes)
}

fn cost(job: &Job<'_>, payment: &Payment, column: &str, notes: &mut Notes) -> Option<String> {
    let text = payment.detail(column).unwrap_or_default();
    let fits = text.chars().count() <= 8 && Charset::Windows1252.has_all(text) && !text.contains([';', '"']);
    job.exact((payment, &format!("`{column}`")), text, (fits, "at most 8 characters"), notes)
}

fn fits(job: &Job<'_>, payment: &Payment, row: &crate::job::CodedAmount, notes: &mut Notes) -> bool {
    let lodas = is_lodas(job);
    let shape = if lodas { "a Lohnart of 1 to 4 digits" } else { "a Lohnart from 1 to 5999 or 9000 to 9999" };
    let most = if lodas { MOST_LODAS } else { MOST_LOHN };
    if row.amount.abs() > most {
        let amount = two_decimals(row.amount, '.');
        notes.unfit(&payment.payee_id, format!("its amount of {amount} is more than DATEV takes"));
        return false;
    }
    job.exact((payment, "its earnings code"), &row.code, (is_wage_type(&row.code, lodas), shape), notes)
        .is_some()
}

fn is_wage_type(code: &str, lodas: bool) -> bool {
    let number = code.parse::<u32>().unwrap_or(0);
    is_number(code, 1, 4)
        && number > 0
        && (lodas || (1..=5_999).contains(&number) || (9_000..=9_999).contains(&number))
}

/// Reads a file again.
///
/// # Errors
/// What is wrong with it.
pub fn read(job: &Job<'_>, bytes: &[u8]) -> Result<Vec<ReadRow>, String> {
    let text = decoded(bytes, Charset::Windows1252)?;
    if is_lodas(job) { read_lodas(&text) } else { read_lohn(&text) }
}

fn read_lodas(text: &str) -> Result<Vec<ReadRow>, String> {
    let value = |key: &str| {
        let line = text.split("\r\n").find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.filter(|value| is_number(value, 1, 7)).ok_or_else(|| format!("it does not say {key}"))
    };
    let (adviser, client) = (value("BeraterNr")?, value("MandantenNr")?);
    let has_units = text.contains("kostentraeger#bwd;");
    let rows = after_head(text, &lodas_head(adviser, client, has_units))?;
    let mut month: Option<String> = None;
    let mut read = Vec::new();
    for cells in records(rows, b';', 8 + usize::from(has_units))? {
        if cells[0] != "1"
            || cells.last().is_none_or(|last| !last.is_empty())
            || !is_wage_type(&cells[3], true)
        {
            return Err("a row is no record 1, or does not end as it should".to_owned());
        }
        if month.get_or_insert_with(|| cells[1].clone()) != &cells[1] || !cells[1].starts_with("01.") {
            return Err("its rows are of several months".to_owned());
        }
        read.push(nonzero(format!("{adviser}|{client}|{}", cells[2]), &cells[5])?);
    }
    Ok(read)
}

fn read_lohn(text: &str) -> Result<Vec<ReadRow>, String> {
    let (head, rows) = text.split_once("\r\n").ok_or("it has no line")?;
    let parts: Vec<&str> = head.split(';').collect();
    let [adviser, client, month] = parts.as_slice() else {
        return Err("its first line is not that of a client".to_owned());
    };
    let is_month =
        month.split_once('/').is_some_and(|(month, year)| is_number(month, 2, 2) && is_number(year, 4, 4));
    if !is_number(adviser, 4, 7) || !is_number(client, 1, 5) || !is_month {
        return Err("its first line is not that of a client and a month".to_owned());
    }
    let row = |cells: Vec<String>| {
        let empty = [1, 2, 4, 5, 7, 8].into_iter().all(|place| cells[place].is_empty());
        if !empty || !is_wage_type(&cells[3], false) {
            return Err("a row has hours, days or factors, or no Lohnart".to_owned());
        }
        nonzero(format!("{adviser}|{client}|{}", cells[0]), &cells[6])
    };
    records(rows, b';', 11)?.into_iter().map(row).collect()
}

fn nonzero(key: String, amount: &str) -> Result<ReadRow, String> {
    let row = read_row(key, amount, ',')?;
    if row.amount == 0 { Err("a row pays nothing".to_owned()) } else { Ok(row) }
}
