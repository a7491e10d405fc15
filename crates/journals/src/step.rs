//! The steps of a close that accounting books.

/// Why an amount goes from one account to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A balance goes to the account that its payee has now.
    Moved,
    /// What lines earned under a rule.
    Earned,
    /// An adjustment.
    Adjustment,
    /// What a draw adds that is not given back.
    Guarantee,
    /// What a recoverable draw advances.
    Advance,
    /// What is recovered of advances.
    Recovery,
    /// What is forgiven of them.
    Forgiven,
    /// What is paid.
    Paid,
    /// The change of what a payee owes through clawbacks.
    Receivable,
    /// Costs of contracts that are an asset.
    Capitalised,
    /// What of it becomes an expense month by month.
    Amortised,
    /// What of it becomes an expense because the contract ended.
    WrittenOff,
    /// What the bank or payroll has paid.
    Payment,
}

impl Step {
    /// All of them, in the order of a journal.
    pub const ALL: [Self; 13] = [
        Self::Moved,
        Self::Earned,
        Self::Adjustment,
        Self::Guarantee,
        Self::Advance,
        Self::Recovery,
        Self::Forgiven,
        Self::Paid,
        Self::Receivable,
        Self::Capitalised,
        Self::Amortised,
        Self::WrittenOff,
        Self::Payment,
    ];

    /// As journals write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::Earned => "earned",
            Self::Adjustment => "adjustment",
            Self::Guarantee => "guarantee",
            Self::Advance => "advance",
            Self::Recovery => "recovery",
            Self::Forgiven => "forgiven",
            Self::Paid => "paid",
            Self::Receivable => "receivable",
            Self::Capitalised => "capitalised",
            Self::Amortised => "amortised",
            Self::WrittenOff => "written-off",
            Self::Payment => "payment",
        }
    }

    /// The step with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.word() == word)
    }
}
