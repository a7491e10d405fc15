//! Processes the pieces of a file in parallel and passes them on in file order.
//!
//! One thread cuts the file into pieces, a few turn pieces into parts, and the caller's thread takes the parts. The
//! threads are our own and short-lived: a caller inside a thread pool may wait here without starving that pool.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use arrow::array::ArrayRef;

use super::{Chunk, Ragged, Request, Sink, fault, input};
use apportion_base::diagnostic::Diagnostic;

/// More threads than these only fill memory, since one thread takes what they make.
const MOST_WORKERS: usize = 8;

/// Threads that turn pieces into parts.
pub(super) fn workers() -> usize {
    rayon::current_num_threads().min(MOST_WORKERS)
}

/// What was read from a piece of a file. Records are counted from 0 within the piece.
#[derive(Default)]
pub(super) struct Part {
    pub columns: Vec<ArrayRef>,
    /// Rows in `columns`.
    pub rows: usize,
    /// Record and number of cells.
    pub ragged: Vec<(u64, usize)>,
    /// The record that has bytes which are no text, if any; the part ends before it.
    pub no_text: Option<u64>,
    /// The last record ends inside quotes.
    pub open_quote: bool,
}

/// Hands parts on as chunks, and counts.
pub(super) struct Delivery<'r, 's, 'k> {
    pub request: Request<'r>,
    /// Cells of a record that is not ragged.
    pub expected: usize,
    pub sink: &'s mut Sink<'k>,
    /// Records delivered so far.
    pub records: u64,
}

impl Delivery<'_, '_, '_> {
    pub fn take(&mut self, part: Part) -> Result<(), Diagnostic> {
        let Request { file, source, .. } = self.request;
        let before = self.records;
        let records = part.rows as u64 + part.ragged.len() as u64;
        if let Some(record) = part.no_text {
            let encoding = input::encoding_name(source.encoding);
            return Err(fault::bad_encoding(file, encoding, Some(before + record + 1)));
        }
        if part.open_quote {
            return Err(fault::unclosed_quote(file, source.quote, before + records));
        }
        self.records += records;
        if records == 0 {
            return Ok(());
        }
        let first_row = before + 1;
        let row_numbers = (!part.ragged.is_empty()).then(|| kept_rows(first_row, records, &part.ragged));
        let ragged = part
            .ragged
            .iter()
            .map(|&(record, cells)| Ragged { row: first_row + record, cells, expected: self.expected })
            .collect();
        (self.sink)(Chunk { first_row, rows: part.rows, columns: part.columns, row_numbers, ragged })
    }
}

/// The numbers of the records that are not ragged.
fn kept_rows(first: u64, records: u64, ragged: &[(u64, usize)]) -> Vec<u64> {
    let mut ragged = ragged.iter().map(|(record, _)| *record).peekable();
    (0..records).filter(|record| ragged.next_if_eq(record).is_none()).map(|record| first + record).collect()
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
        let mut at = 0;
        in_order(
            || {
                at += 1;
                Ok((at <= until).then_some(at))
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
    fn ragged_records_have_numbers_but_no_rows() {
        assert_eq!(kept_rows(11, 5, &[(0, 1), (3, 9)]), [12, 13, 15]);
    }
}
