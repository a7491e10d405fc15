//! How much of a period is in memory at once, where it need not be all of it.

/// How much is worked on together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Portions {
    /// Up to so many engagements are grouped by deal at once: some 2 GiB. Then all of them are credited together, which is faster.
    pub grouped_up_to: usize,
    /// Of more, so many are grouped and credited together: some 100 MiB, twice.
    pub engagements: usize,
    /// Lines of stage one whose payees are paid together: some 100 MiB, a few times over.
    pub lines: usize,
}

impl Default for Portions {
    fn default() -> Self {
        Self { grouped_up_to: 1 << 24, engagements: 1 << 20, lines: 1 << 20 }
    }
}
