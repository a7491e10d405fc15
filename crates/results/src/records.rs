//! Records of CSV files: all cores make them, and they are written in order.

use std::io::{self, Write};

use rayon::prelude::*;

/// Rows that one task writes.
const PART_ROWS: usize = 1 << 12;

/// Parts that are in memory at once.
const PARTS_AT_ONCE: usize = 32;

/// A CSV writer with LF line ends, which quotes only where RFC 4180 asks for it.
pub fn csv_writer<W: Write>(out: W) -> csv::Writer<W> {
    csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out)
}

/// Writes the record of names that a CSV file begins with.
///
/// # Errors
///
/// What the system says.
pub fn write_header(out: &mut dyn Write, header: impl IntoIterator<Item = &'static str>) -> io::Result<()> {
    let mut csv = csv_writer(out);
    csv.write_record(header)?;
    csv.flush()
}

/// Writes records of some rows, as `write` makes them, in the order of the rows.
///
/// # Errors
///
/// What `write` or the system says.
pub fn write_records<'r, R: Sync>(
    out: &mut dyn Write,
    rows: &'r [R],
    write: impl Fn(&'r R, &mut csv::Writer<Vec<u8>>) -> csv::Result<()> + Sync,
) -> io::Result<()> {
    let part = |rows: &'r [R]| -> io::Result<Vec<u8>> {
        let mut csv = csv_writer(Vec::new());
        rows.iter().try_for_each(|row| write(row, &mut csv))?;
        csv.into_inner().map_err(csv::IntoInnerError::into_error)
    };
    for some in rows.chunks(PART_ROWS * PARTS_AT_ONCE) {
        let parts: Vec<io::Result<Vec<u8>>> = some.par_chunks(PART_ROWS).with_max_len(1).map(part).collect();
        for part in parts {
            out.write_all(&part?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_in_the_order_of_rows_whatever_their_number() {
        for count in [0, 1, PART_ROWS, PART_ROWS * PARTS_AT_ONCE + 1] {
            let rows: Vec<usize> = (0..count).collect();
            let mut out = Vec::new();
            write_records(&mut out, &rows, |row, csv| csv.write_record([row.to_string().as_str(), "a,b"]))
                .unwrap();
            let expected: String = rows.iter().map(|row| format!("{row},\"a,b\"\n")).collect();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn an_error_ends_the_file() {
        let mut out = Vec::new();
        let refused = write_records(&mut out, &[1, 2], |row, csv| match row {
            1 => csv.write_record(["1"]),
            _ => Err(io::Error::other("no").into()),
        });
        assert_eq!(refused.unwrap_err().to_string(), "no");
    }
}
