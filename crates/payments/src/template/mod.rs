//! A file whose columns the project lists: expressions over payees, payment details, the close and the amount.

mod cells;
mod layout;
mod read;

use apportion_base::money::Minor;

use crate::job::{CodedAmount, Job, OutputFile, Payment, Written};
use crate::notes::Notes;
use crate::people::People;
use apportion_data::PaymentDetails;
use layout::{Layout, Totals};

pub use read::read;

/// A row of a template's file.
#[derive(Debug, Clone)]
struct TemplateRow<'p> {
    payment: &'p Payment,
    coded: CodedAmount,
}

/// The files of some payments.
pub fn write(
    job: &Job<'_>,
    payments: &[Payment],
    tables: (&People, &PaymentDetails),
    notes: &mut Notes,
) -> Written {
    let mut written = Written::default();
    let Some(layout) = Layout::of_job(job, notes) else { return written };
    let mut rows = Vec::new();
    for payment in payments {
        for coded in job.rows(payment, false, notes) {
            rows.push(TemplateRow { payment, coded });
        }
    }
    if rows.is_empty() {
        return written;
    }
    let Some(table) = cells::table(job, &layout, &rows, tables, notes) else { return written };
    let Some(key) = key_column(&layout, &rows, &table) else {
        // A cell that does not fit is an empty one here, and was noted.
        if notes.is_fine() {
            let message = "no column of the template tells payees apart";
            notes.error(
                job.error("columns", message).help("add a column with the payee_id or the employee_number"),
            );
        }
        return written;
    };
    written.key_column = Some(key);
    for (row, cells) in rows.iter().zip(&table) {
        written.keys.insert(cells[key].clone(), row.payment.payee_id.clone());
    }
    let most = job.export.keys.whole("max_rows").map_or(usize::MAX, |most| most as usize);
    let numbered: Vec<(&TemplateRow<'_>, &Vec<String>)> = rows.iter().zip(&table).collect();
    for (place, part) in numbered.chunks(most.max(1)).enumerate() {
        let totals =
            Totals::of(part.iter().map(|(row, _)| (row.payment.payee_id.as_str(), row.coded.amount)));
        let text = layout.text(job, part.iter().map(|(_, cells)| cells.as_slice()), &totals);
        let name = file_name(job, &layout.file, place);
        match layout.encoded(&text) {
            Ok(bytes) => written.files.push(OutputFile { name, bytes }),
            Err(c) => notes.error(job.error(
                "encoding",
                format!(
                    "the lines around the rows have the character {}, which the encoding lacks",
                    crate::job::shown(c)
                ),
            )),
        }
    }
    written
}

/// The name of a file, its placeholders filled; further ones have a number before their ending.
fn file_name(job: &Job<'_>, name: &str, place: usize) -> String {
    let name = job.filled(name, None);
    match (place, name.rsplit_once('.')) {
        (0, _) => name,
        (_, Some((stem, ending))) => format!("{stem}-{}.{ending}", place + 1),
        (_, None) => format!("{name}-{}", place + 1),
    }
}

/// The first column by which each payee can be told from all others.
fn key_column(layout: &Layout, rows: &[TemplateRow<'_>], table: &[Vec<String>]) -> Option<usize> {
    let tells = |column: &usize| {
        let mut by_cell: std::collections::BTreeMap<&str, &str> = std::collections::BTreeMap::new();
        let mut by_payee: std::collections::BTreeMap<&str, &str> = std::collections::BTreeMap::new();
        rows.iter().zip(table).all(|(row, cells)| {
            let (cell, payee) = (cells[*column].as_str(), row.payment.payee_id.as_str());
            !cell.trim().is_empty()
                && *by_cell.entry(cell).or_insert(payee) == payee
                && *by_payee.entry(payee).or_insert(cell) == cell
        })
    };
    (0..layout.columns.len()).filter(|column| *column != layout.amount).find(tells)
}

/// The amount of a row in the export's currency.
fn minor(row: &TemplateRow<'_>) -> Minor {
    Minor::new(row.coded.amount)
}
