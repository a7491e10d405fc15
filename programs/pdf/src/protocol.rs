//! How documents come in and files go out.
//!
//! Each line of the input is a JSON object: `name` (of the file, for messages and the identity of the PDF), `date` (`[2026, 7, 31]`, the
//! date of the document) and `document` (what `apportion` makes of its blocks). For each, in the same order, the output has a line of
//! JSON, `{"bytes": 1234, "missing": "王"}` or `{"error": "…"}`, and then that many bytes of PDF.

use std::io::{BufRead, Read as _, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use rayon::ThreadPoolBuilder;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::layout::rows;
use crate::render::{Pdf, render};
use crate::world::Press;

/// The longest line: a statement of a hundred thousand lines has some 20 MiB.
const LONGEST: u64 = 256 << 20;

/// Documents for each thread that are read, or made and not yet taken, so that no thread waits and memory does not grow with their number.
const AHEAD: usize = 2;

/// What Typst remembers of a document is forgotten when so many more were made without it. Statements have words in common, in the same places:
/// those of one language do, and languages alternate.
const REMEMBERED: usize = 16;

/// A document of more rows than this is forgotten at once, with all others: it is large, and has little in common with the next.
const MOST_ROWS: usize = 500;

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

/// A file, or why there is none.
type Made = Result<Pdf, String>;

/// A document, and where its file goes.
type Job = (Request, SyncSender<Made>);

/// Makes a file of each document, until the input ends. All threads make files all the time, and the files go out in the order of the documents.
///
/// # Errors
/// Input that is no document, or an output that is closed.
pub fn serve(
    press: &Press,
    input: &mut (impl BufRead + Send),
    output: &mut impl Write,
) -> Result<(), String> {
    let threads = rayon::current_num_threads();
    let (jobs, taken) = sync_channel(threads);
    let (line, in_order) = sync_channel(threads * AHEAD);
    // Shared by those who take documents, so that nobody hands one over when they are gone.
    let taken = Arc::new(Mutex::new(taken));
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || hand_out(input, &jobs, &line));
        let worker = |jobs: Arc<_>| scope.spawn(move || work(press, &jobs));
        let working: Vec<_> = (0..threads).map(|_| worker(Arc::clone(&taken))).collect();
        drop(taken);
        let written = write(in_order, output);
        for thread in working {
            thread.join().unwrap_or_else(|_| Err("a document could not be made".to_owned()))?;
        }
        let read = reading.join().unwrap_or_else(|_| Err("documents could not be read".to_owned()));
        read.and(written)
    })
}

/// Reads documents, and puts where their files come from in a line.
fn hand_out(
    input: &mut impl BufRead,
    jobs: &SyncSender<Job>,
    line: &SyncSender<Receiver<Made>>,
) -> Result<(), String> {
    while let Some(request) = read(input)? {
        let (file, comes) = sync_channel(1);
        // Nobody takes files any more: those who did say why.
        if line.send(comes).is_err() || jobs.send((request, file)).is_err() {
            break;
        }
    }
    Ok(())
}

/// Makes files until there are no more documents. Typst would divide a document among all threads, which then take up the next ones before
/// they finish what they have; with a pool of its own, each thread makes one at a time.
fn work(press: &Press, jobs: &Mutex<Receiver<Job>>) -> Result<(), String> {
    let pool = ThreadPoolBuilder::new().num_threads(1).build().map_err(|error| error.to_string())?;
    pool.install(|| {
        while let Some((request, file)) = next(jobs) {
            if file.send(render(press, &request)).is_err() {
                break;
            }
            let is_large = rows(&request.document) > MOST_ROWS;
            typst::comemo::evict(if is_large { 0 } else { REMEMBERED });
        }
    });
    Ok(())
}

/// The next document, which one thread waits for and the others wait behind it.
fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().ok()?.recv().ok()
}

/// Writes files as they come, in order.
fn write(in_order: Receiver<Receiver<Made>>, output: &mut impl Write) -> Result<(), String> {
    for file in in_order {
        let made = file.recv().map_err(|_| "a document could not be made".to_owned())?;
        answer(made, output).and_then(|()| output.flush()).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// The next document; none at the end of the input.
fn read(input: &mut impl BufRead) -> Result<Option<Request>, String> {
    let mut line = Vec::new();
    let count =
        input.by_ref().take(LONGEST).read_until(b'\n', &mut line).map_err(|error| error.to_string())?;
    if count == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') {
        return Err("a document ends in the middle, or is too large".to_owned());
    }
    serde_json::from_slice(&line).map(Some).map_err(|error| format!("this is no document: {error}"))
}

fn answer(made: Made, output: &mut impl Write) -> std::io::Result<()> {
    let (answer, bytes) = match made {
        Ok(pdf) => (Answer::Made { bytes: pdf.bytes.len(), missing: pdf.missing }, pdf.bytes),
        Err(error) => (Answer::Failed { error }, Vec::new()),
    };
    serde_json::to_writer(&mut *output, &answer)?;
    output.write_all(b"\n")?;
    output.write_all(&bytes)
}
