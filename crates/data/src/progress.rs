//! Reports the progress of a load.

/// Receives phases and row counts, for a progress bar. It is called by one thread at a time.
pub trait Progress: Sync {
    /// A new phase has begun, with the number of rows to come where it is known.
    fn phase(&self, name: &str, total_rows: Option<u64>);

    /// This many further rows of the phase are done.
    fn rows(&self, rows: u64);
}

/// A [`Progress`] that ignores everything.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn phase(&self, _name: &str, _total_rows: Option<u64>) {}

    fn rows(&self, _rows: u64) {}
}
