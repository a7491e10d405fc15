//! Processes the pieces of a file in parallel and passes them on in file order.
//!
//! One thread cuts the file into pieces, a few turn pieces into parts, and the caller's thread takes the parts. The
//! threads are our own and short-lived: a caller inside a thread pool may wait here without starving that pool.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use arrow::array::ArrayRef;

use super::chunk::{BrokenRecord, Chunk, FileSummary, RecordFault, Sink};
use super::request::Request;
use super::{fault, input};
use apportion_base::diagnostic::Diagnostic;

/// More threads than these only fill memory, since one thread takes what they make.
const MOST_WORKERS: usize = 8;

/// How many records with a cell whose lines look like records are named.
const MOST_NAMED: usize = 1_000;

/// Threads that turn pieces into parts.
pub(super) fn workers() -> usize {
    rayon::current_num_threads().min(MOST_WORKERS)
}

/// What a piece of a file came to. Rows are numbered from 0 where the piece begins.
#[derive(Default)]
pub(super) struct Part {
    pub columns: Vec<ArrayRef>,
    /// Rows in `columns`.
    pub rows: usize,
    /// Their numbers.
    pub numbers: Stretch,
    /// Number of a record whose cells can't be placed, and why.
    pub broken: Vec<(u64, RecordFault)>,
    /// The number of the first row after the piece.
    pub length: u64,
    /// The first and the last line of records with a cell whose lines look like records.
    pub lines_in_cells: Vec<(u64, u64)>,
    /// Where the reading of the piece ended early, if it did.
    pub stopped: Option<(u64, Stop)>,
    /// The table ends in this piece.
    pub ends: bool,
    /// Rows with a text that come after the end.
    pub passed_over: u64,
    /// Rows with a text; only counted where a source says how its tables end.
    pub filled: u64,
}

/// Why the reading of a piece ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// The record has bytes that are no text, in this column.
    NoText(String),
    /// The record ends inside quotes.
    OpenQuote,
    /// The record is longer than any may be.
    TooLong,
}

/// Ascending numbers, which are listed only where one is not the one before and one more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Stretch {
    first: u64,
    length: u64,
    listed: Option<Vec<u64>>,
}

impl Stretch {
    pub fn push(&mut self, number: u64) {
        if let Some(listed) = &mut self.listed {
            listed.push(number);
        } else if self.length == 0 {
            self.first = number;
        } else if number != self.first + self.length {
            let mut listed: Vec<u64> = (self.first..self.first + self.length).collect();
            listed.push(number);
            self.listed = Some(listed);
        }
        self.length += 1;
    }

    /// The numbers `0..length`.
    pub fn from_zero(length: u64) -> Self {
        Self { first: 0, length, listed: None }
    }

    /// The first number and, where they don't follow each other, all of them; each `start` higher.
    fn from(self, start: u64) -> (u64, Option<Vec<u64>>) {
        let listed = self.listed.map(|listed| listed.into_iter().map(|number| start + number).collect());
        (start + self.first, listed)
    }
}

/// Hands parts on as chunks, and counts.
pub(super) struct Delivery<'r, 's, 'k> {
    request: Request<'r>,
    sink: &'s mut Sink<'k>,
    /// The number of the first row of the next part.
    next: u64,
    /// Records delivered so far.
    pub records: u64,
    ended: bool,
    /// Rows with a text after the end of the table.
    pub passed_over: u64,
    /// The first and the last line of records with a cell whose lines look like records.
    lines_in_cells: Vec<(u64, u64)>,
}

impl<'r, 's, 'k> Delivery<'r, 's, 'k> {
    /// The first row has the number `next`.
    pub fn new(request: Request<'r>, sink: &'s mut Sink<'k>, next: u64) -> Self {
        Self { request, sink, next, records: 0, ended: false, passed_over: 0, lines_in_cells: Vec::new() }
    }

    pub fn take(&mut self, part: Part) -> Result<(), Diagnostic> {
        if self.ended {
            self.passed_over += part.filled;
            return Ok(());
        }
        self.ended = part.ends;
        self.passed_over += part.passed_over;
        let start = self.next;
        self.next += part.length;
        if let Some((row, stop)) = part.stopped.filter(|_| !part.ends) {
            return Err(self.stop(start + row, &stop));
        }
        let lines = part.lines_in_cells.iter().map(|(first, last)| (start + first, start + last));
        self.lines_in_cells.extend(lines.take(MOST_NAMED.saturating_sub(self.lines_in_cells.len())));
        let records = part.rows as u64 + part.broken.len() as u64;
        self.records += records;
        if records == 0 {
            return Ok(());
        }
        let (first_row, row_numbers) = part.numbers.from(start);
        let broken = part.broken.into_iter().map(|(row, fault)| BrokenRecord {
            row: start + row,
            fault: match fault {
                RecordFault::BadQuote { last } => RecordFault::BadQuote { last: start + last },
                ragged => ragged,
            },
        });
        let broken = broken.collect();
        let columns = part.columns;
        (self.sink)(Chunk { first_row, rows: part.rows, columns, row_numbers, broken, several: Vec::new() })
    }

    fn stop(&self, row: u64, stop: &Stop) -> Diagnostic {
        let Request { file, source, .. } = self.request;
        match stop {
            Stop::NoText(column) => {
                fault::bad_encoding(file, input::encoding_name(source.encoding), Some((row, column)))
            }
            Stop::OpenQuote => fault::unclosed_quote(file, source.quote, row),
            Stop::TooLong => fault::record_too_long(file, row),
        }
    }

    /// What is known at the end of the file.
    pub fn done(&self, sha256: String) -> FileSummary {
        FileSummary {
            rows: self.records,
            passed_over: self.passed_over,
            lines_in_cells: self.lines_in_cells.clone(),
            sheet: None,
            sha256,
        }
    }
}

/// Takes pieces from `next` until it has none, turns them into parts with `work`, and gives these to `deliver` in
/// order.
///
/// The first error (in file order) ends everything. `broken` makes an error of the reason for a panic in `work`.
pub(super) fn in_order<J: Send, P: Send>(
    mut next: impl FnMut() -> Result<Option<J>, Diagnostic> + Send,
    work: impl Fn(J) -> Result<P, Diagnostic> + Sync,
    broken: impl Fn(String) -> Diagnostic + Sync,
    mut deliver: impl FnMut(P) -> Result<(), Diagnostic>,
) -> Result<(), Diagnostic> {
    type Answer<P> = Result<P, Diagnostic>;
    let workers = workers();
    let safely = |job: J| fault::guarded(|| work(job)).unwrap_or_else(|reason| Err(broken(reason)));
    if workers == 1 {
        while let Some(job) = fault::guarded(&mut next).unwrap_or_else(|reason| Err(broken(reason)))? {
            deliver(safely(job)?)?;
        }
        return Ok(());
    }
    let (line_in, line_out) = sync_channel::<Receiver<Answer<P>>>(workers);
    let (jobs_in, jobs_out) = sync_channel::<(J, SyncSender<Answer<P>>)>(workers);
    let jobs_out = &Mutex::new(jobs_out);
    let (safely, broken) = (&safely, &broken);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(move || {
                loop {
                    let job = jobs_out.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((job, answer)) = job else { break };
                    // the receiver is gone if an error ended the reading
                    let _ = answer.send(safely(job));
                }
            });
        }
        scope.spawn(move || {
            loop {
                let job = fault::guarded(&mut next).unwrap_or_else(|reason| Err(broken(reason)));
                let (answer, place) = sync_channel(1);
                if line_in.send(place).is_err() {
                    break;
                }
                let job = match job {
                    Ok(Some(job)) => job,
                    Ok(None) => break,
                    Err(error) => {
                        let _ = answer.send(Err(error));
                        break;
                    }
                };
                if jobs_in.send((job, answer)).is_err() {
                    break;
                }
            }
        });
        for place in line_out {
            // a place in the line without an answer is its end
            let Ok(answer) = place.recv() else { break };
            deliver(answer?)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_base::diagnostic::Code;

    fn doubled(until: u32, deliver: impl FnMut(u32) -> Result<(), Diagnostic>) -> Result<(), Diagnostic> {
        let mut index = 0;
        in_order(
            || {
                index += 1;
                Ok((index <= until).then_some(index))
            },
            |n| {
                if n % 7 == 0 {
                    thread::sleep(std::time::Duration::from_millis(2));
                }
                assert!(n != 1000, "a thousand is too much");
                Ok(2 * n)
            },
            |reason| Diagnostic::error(Code::UnreadableFile, reason),
            deliver,
        )
    }

    #[test]
    fn parts_come_in_order() {
        let mut seen = Vec::new();
        doubled(200, |n| {
            seen.push(n);
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, (1..=200).map(|n| 2 * n).collect::<Vec<_>>());
    }

    #[test]
    fn an_error_of_the_taker_ends_the_work() {
        let error =
            doubled(
                100_000,
                |n| if n == 20 { Err(Diagnostic::error(Code::UnreadableFile, "")) } else { Ok(()) },
            );
        assert_eq!(error.unwrap_err().code, Code::UnreadableFile);
    }

    #[test]
    fn a_panic_is_an_error() {
        let mut last = 0;
        let error = doubled(5000, |n| {
            last = n;
            Ok(())
        });
        assert!(error.unwrap_err().message.contains("a thousand is too much"));
        assert_eq!(last, 1998);
    }

    #[test]
    fn numbers_are_listed_where_they_do_not_follow_each_other() {
        let stretch = |numbers: &[u64]| {
            let mut stretch = Stretch::default();
            numbers.iter().for_each(|number| stretch.push(*number));
            stretch.from(10)
        };
        assert_eq!(stretch(&[]), (10, None));
        assert_eq!(stretch(&[2, 3, 4]), (12, None));
        assert_eq!(stretch(&[2, 3, 5]), (12, Some(vec![12, 13, 15])));
    }
}
