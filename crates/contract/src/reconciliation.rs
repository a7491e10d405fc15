//! What became of the won deals of a period: the parts of reconciliation.csv.

/// A part of the won deals that were read. The first is all of them, the others add up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// All of them.
    Read,
    /// Deals with a line.
    Credited,
    /// Deals that a rule matched, without a line.
    Matched,
    /// Deals that no rule matched.
    NoRule,
    /// Rows that were rejected.
    Rejected,
    /// Rows that a `where` left out.
    Filtered,
}

impl Part {
    /// All parts, in the order of the file.
    pub const ALL: [Self; 6] =
        [Self::Read, Self::Credited, Self::Matched, Self::NoRule, Self::Rejected, Self::Filtered];

    /// The word in reconciliation.csv.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Credited => "credited",
            Self::Matched => "matched",
            Self::NoRule => "no-rule",
            Self::Rejected => "rejected",
            Self::Filtered => "filtered",
        }
    }

    /// What it says, in a sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Read => "All won deals of the period that were read: the sum of the other parts.",
            Self::Credited => "Deals with a line of some rule.",
            Self::Matched => "Deals that some rule matched, without a line: uncredited.csv has the reasons.",
            Self::NoRule => "Deals that no rule matched.",
            Self::Rejected => {
                "Rejected rows that are won deals of the period, so far as their outcome, day and amount could be read."
            }
            Self::Filtered => {
                "Rows that a `where` left out and that are won deals of the period, so far as their outcome, day and \
                 amount could be read."
            }
        }
    }
}
