//! The writer and the reader of each format.

use apportion_book::ExportFormat;
use apportion_data::PaymentDetails;

use crate::job::{Job, Payment, Written};
use crate::notes::Notes;
use crate::payroll::{adp_run, adp_workforce_now, datev, gusto, paychex, paylocity};
use crate::people::People;
use crate::read::ReadRow;
use crate::{nacha, pain, template};

/// The files of some payments. What stops them is noted.
pub fn write(
    job: &Job<'_>,
    payments: &[Payment],
    tables: (&People, &PaymentDetails),
    notes: &mut Notes,
) -> Written {
    match job.export.format.value {
        ExportFormat::AdpWorkforceNow => adp_workforce_now::write(job, payments, notes),
        ExportFormat::AdpRun => adp_run::write(job, payments, notes),
        ExportFormat::PaychexFlex => paychex::write(job, payments, notes),
        ExportFormat::Gusto => gusto::write(job, payments, notes),
        ExportFormat::Paylocity => paylocity::write(job, payments, notes),
        ExportFormat::DatevLodas | ExportFormat::DatevLohnUndGehalt => datev::write(job, payments, notes),
        ExportFormat::Pain00100109 | ExportFormat::Pain00100103 => pain::write(job, payments, notes),
        ExportFormat::NachaPpd | ExportFormat::NachaCcd => nacha::write(job, payments, notes),
        ExportFormat::Template => template::write(job, payments, tables, notes),
        ExportFormat::DoubleEntry
        | ExportFormat::NetSuite
        | ExportFormat::QuickBooksOnline
        | ExportFormat::Xero
        | ExportFormat::Dynamics365
        | ExportFormat::SapF2548
        | ExportFormat::DatevExtf
        | ExportFormat::Beancount
        | ExportFormat::Hledger => {
            notes.error(
                job.error("format", "a journal pays nobody").help("`apportion journal` writes journals"),
            );
            Written::default()
        }
    }
}

/// Reads a file of an export again.
///
/// # Errors
/// What is wrong with it.
pub fn read(job: &Job<'_>, written: &Written, bytes: &[u8]) -> Result<Vec<ReadRow>, String> {
    match job.export.format.value {
        ExportFormat::AdpWorkforceNow => adp_workforce_now::read(job, bytes),
        ExportFormat::AdpRun => adp_run::read(job, bytes),
        ExportFormat::PaychexFlex => paychex::read(job, bytes),
        ExportFormat::Gusto => gusto::read(job, bytes),
        ExportFormat::Paylocity => paylocity::read(job, bytes),
        ExportFormat::DatevLodas | ExportFormat::DatevLohnUndGehalt => datev::read(job, bytes),
        ExportFormat::Pain00100109 | ExportFormat::Pain00100103 => pain::read(job, bytes),
        ExportFormat::NachaPpd | ExportFormat::NachaCcd => nacha::read(job, bytes),
        ExportFormat::Template => template::read(job, written, bytes),
        ExportFormat::DoubleEntry
        | ExportFormat::NetSuite
        | ExportFormat::QuickBooksOnline
        | ExportFormat::Xero
        | ExportFormat::Dynamics365
        | ExportFormat::SapF2548
        | ExportFormat::DatevExtf
        | ExportFormat::Beancount
        | ExportFormat::Hledger => Err("a journal pays nobody".to_owned()),
    }
}
