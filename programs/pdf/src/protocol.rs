//! How documents come in and files go out.
//!
//! Each line of the input is a JSON object: `name` (of the file, for messages and the identity of the PDF), `date` (`[2026, 7, 31]`, the
//! date of the document) and `document` (what `apportion` makes of its blocks). For each, in the same order, the output has a line of
//! JSON, `{"bytes": 1234, "missing": "王"}` or `{"error": "…"}`, and then that many bytes of PDF.

use std::io::{BufRead, Read as _, Write};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::render::{Pdf, render};
use crate::world::Press;

/// The longest line: a statement of a hundred thousand lines has some 20 MiB.
const LONGEST: u64 = 256 << 20;

/// Documents that are worked on at a time, so that memory does not grow with their number.
const BATCH: usize = 64;

/// Bytes of documents that are worked on at a time.
const BATCH_BYTES: usize = 16 << 20;

/// A document that comes in.
#[derive(Debug, Deserialize)]
pub struct Request {
    /// The name of the file.
    pub name: String,
    /// Year, month and day.
    pub date: (i32, u8, u8),
    /// What it says.
    pub document: Value,
}

/// What goes out before the bytes of a file.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Answer {
    Made { bytes: usize, missing: String },
    Failed { error: String },
}

/// Makes a file of each document, until the input ends.
///
/// # Errors
/// Input that is no document, or an output that is closed.
pub fn serve(press: &Press, input: &mut impl BufRead, output: &mut impl Write) -> Result<(), String> {
    loop {
        let batch = read(input)?;
        if batch.is_empty() {
            return Ok(());
        }
        let made: Vec<Result<Pdf, String>> = batch.par_iter().map(|request| render(press, request)).collect();
        for pdf in made {
            answer(pdf, output).map_err(|error| error.to_string())?;
        }
        output.flush().map_err(|error| error.to_string())?;
        // What Typst remembers of documents that are done is of no use for the next ones but the template's own.
        typst::comemo::evict(2);
    }
}

/// The next documents; none at the end of the input.
fn read(input: &mut impl BufRead) -> Result<Vec<Request>, String> {
    let (mut batch, mut size) = (Vec::new(), 0);
    while batch.len() < BATCH && size < BATCH_BYTES {
        let mut line = Vec::new();
        let count =
            input.by_ref().take(LONGEST).read_until(b'\n', &mut line).map_err(|error| error.to_string())?;
        if count == 0 {
            break;
        }
        if line.last() != Some(&b'\n') {
            return Err("a document ends in the middle, or is too large".to_owned());
        }
        size += count;
        batch.push(serde_json::from_slice(&line).map_err(|error| format!("this is no document: {error}"))?);
    }
    Ok(batch)
}

fn answer(made: Result<Pdf, String>, output: &mut impl Write) -> std::io::Result<()> {
    let (answer, bytes) = match made {
        Ok(pdf) => (Answer::Made { bytes: pdf.bytes.len(), missing: pdf.missing }, pdf.bytes),
        Err(error) => (Answer::Failed { error }, Vec::new()),
    };
    serde_json::to_writer(&mut *output, &answer)?;
    output.write_all(b"\n")?;
    output.write_all(&bytes)
}
