//! Small tables as CSV files in memory.

use std::io;

/// A CSV file with LF line ends, in which cells are quoted only where RFC 4180 asks for it. Texts of the data come guarded
/// ([`spreadsheet::guarded`](crate::spreadsheet::guarded)).
///
/// # Errors
/// Rows of several lengths.
pub fn csv_file<R>(header: &[&str], rows: impl IntoIterator<Item = R>) -> io::Result<Vec<u8>>
where
    R: IntoIterator<Item: AsRef<[u8]>>,
{
    let terminator = csv::Terminator::Any(b'\n');
    let mut out = csv::WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
    out.write_record(header)?;
    for row in rows {
        out.write_record(row)?;
    }
    out.into_inner().map_err(|error| io::Error::other(error.to_string()))
}
