//! Why a row of an input could not be used as it is, and what happened to it, as rejects.csv says it.

/// Why a row could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RejectCode {
    /// A required cell is empty.
    MissingValue,
    /// A cell is not a date, or not the name of a period.
    BadDate,
    /// A cell is not a number, or out of its range.
    BadNumber,
    /// A number has too many digits.
    TooLarge,
    /// A weight below 0.
    NegativeWeight,
    /// A cell is none of the words that are allowed there.
    NotAChoice,
    /// More or fewer cells than the header.
    RaggedRow,
    /// A quote opens or closes inside a cell.
    BadQuote,
    /// A join finds several rows.
    SeveralMatches,
    /// Equal to an earlier row of the same key.
    DuplicateRow,
    /// Differs from another row of the same key.
    ConflictingKey,
    /// Shares a day with another assignment of its payee.
    OverlappingAssignment,
    /// Another row of its key, with which it would be added up, was rejected.
    PartRejected,
    /// Names a deal that is not there.
    UnknownDeal,
    /// Names a payee that is not there.
    UnknownPayee,
    /// Names a deal that was rejected itself.
    DealRejected,
    /// No usable exchange rate.
    NoFxRate,
    /// The mark beside an amount is not that of the row's currency.
    CurrencyDiffers,
    /// The mark that is to say the currency is that of several.
    CurrencyUnclear,
    /// A spreadsheet's number as an id, of more digits than it keeps.
    NumberAsId,
    /// Names a manager that is not there.
    UnknownManager,
    /// A payee manages itself, directly or through others.
    ManagerCycle,
    /// Names a registration that is not there.
    UnknownRegistration,
    /// Names a decision that is not there.
    UnknownDecision,
    /// The members of the registration do not add up to 100.
    MembersNot100,
    /// The shares of the decision do not add up to 100.
    SharesNot100,
    /// The lines of the deal do not add up to its amount.
    LinesDiffer,
    /// An adjustment that nobody approved.
    NotApproved,
    /// An adjustment that was approved by the one who entered it.
    SelfApproved,
}

impl RejectCode {
    /// All codes, in their order.
    pub const ALL: [Self; 29] = [
        Self::MissingValue,
        Self::BadDate,
        Self::BadNumber,
        Self::TooLarge,
        Self::NegativeWeight,
        Self::NotAChoice,
        Self::RaggedRow,
        Self::BadQuote,
        Self::SeveralMatches,
        Self::DuplicateRow,
        Self::ConflictingKey,
        Self::OverlappingAssignment,
        Self::PartRejected,
        Self::UnknownDeal,
        Self::UnknownPayee,
        Self::DealRejected,
        Self::NoFxRate,
        Self::CurrencyDiffers,
        Self::CurrencyUnclear,
        Self::NumberAsId,
        Self::UnknownManager,
        Self::ManagerCycle,
        Self::UnknownRegistration,
        Self::UnknownDecision,
        Self::MembersNot100,
        Self::SharesNot100,
        Self::LinesDiffer,
        Self::NotApproved,
        Self::SelfApproved,
    ];

    /// The word in rejects.csv.
    pub const fn word(self) -> &'static str {
        match self {
            Self::MissingValue => "missing-value",
            Self::BadDate => "bad-date",
            Self::BadNumber => "bad-number",
            Self::TooLarge => "too-large",
            Self::NegativeWeight => "negative-weight",
            Self::NotAChoice => "not-a-choice",
            Self::RaggedRow => "ragged-row",
            Self::BadQuote => "bad-quote",
            Self::SeveralMatches => "several-matches",
            Self::PartRejected => "part-rejected",
            Self::DuplicateRow => "duplicate-row",
            Self::ConflictingKey => "conflicting-key",
            Self::OverlappingAssignment => "overlapping-assignment",
            Self::UnknownDeal => "unknown-deal",
            Self::UnknownPayee => "unknown-payee",
            Self::DealRejected => "deal-rejected",
            Self::NoFxRate => "no-fx-rate",
            Self::CurrencyDiffers => "currency-differs",
            Self::CurrencyUnclear => "currency-unclear",
            Self::NumberAsId => "number-as-id",
            Self::UnknownManager => "unknown-manager",
            Self::ManagerCycle => "manager-cycle",
            Self::UnknownRegistration => "unknown-registration",
            Self::UnknownDecision => "unknown-decision",
            Self::MembersNot100 => "members-not-100",
            Self::SharesNot100 => "shares-not-100",
            Self::LinesDiffer => "lines-differ",
            Self::NotApproved => "not-approved",
            Self::SelfApproved => "self-approved",
        }
    }

    /// The code with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.word() == word)
    }

    /// What it says, in a sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::MissingValue => "A required cell is empty.",
            Self::BadDate => {
                "The cell is not a date in the format of the source, not the name of a period, or the last day of a validity before its first."
            }
            Self::BadNumber => {
                "The cell is not a number, has too many decimals, or is a percent, share, quota, rate or part of full time out of range."
            }
            Self::TooLarge => "The number has more digits than amounts or numbers may have.",
            Self::NegativeWeight => "The weight of an engagement is below 0.",
            Self::NotAChoice => "The cell is none of the words that the column allows.",
            Self::RaggedRow => "The row has more or fewer cells than the header.",
            Self::BadQuote => {
                "A quote opens or closes inside a cell, so that the record may have swallowed rows after it."
            }
            Self::SeveralMatches => "A join of the source finds several rows for the row.",
            Self::PartRejected => {
                "The source adds up the rows of a key, and another row of the key was rejected."
            }
            Self::DuplicateRow => {
                "The row equals an earlier row of the same key in all columns that were read. The first one is used."
            }
            Self::ConflictingKey => {
                "The row shares its key with another row and differs from it. All rows of the key are rejected."
            }
            Self::OverlappingAssignment => {
                "The assignment shares a day with another one of its payee. Both are rejected."
            }
            Self::UnknownDeal => "The row names a deal that is not among the deals.",
            Self::UnknownPayee => "The row names a payee that is not among the payees.",
            Self::DealRejected => "The row names a deal that was rejected itself.",
            Self::NoFxRate => "The deal is in another currency, and there is no usable exchange rate for it.",
            Self::CurrencyDiffers => {
                "The symbol or code beside the amount is not that of the row's currency, or of the book's where the row has none."
            }
            Self::CurrencyUnclear => {
                "The currency is to be taken from the mark beside the amount, and several currencies are marked so."
            }
            Self::NumberAsId => {
                "The id is a number of a spreadsheet with more than 15 digits: the others are lost."
            }
            Self::UnknownManager => {
                "The manager is not among the payees. The row is kept, without its manager."
            }
            Self::UnknownRegistration => "The row names a registration that is not among the registrations.",
            Self::UnknownDecision => "The row names a decision that is not among the decisions.",
            Self::MembersNot100 => {
                "The percents of the registration's members do not add up to 100, or one of the rows was rejected."
            }
            Self::SharesNot100 => {
                "The percents of the decision's shares do not add up to 100, or one of the rows was rejected."
            }
            Self::LinesDiffer => "The lines of the deal do not add up to its amount.",
            Self::NotApproved => "Nobody approved the adjustment.",
            Self::SelfApproved => "The adjustment was approved by the one who entered it.",
            Self::ManagerCycle => {
                "The payee manages itself, directly or through others, on some day where it is an assignment. The row is kept, without its manager."
            }
        }
    }

    /// What happens to a row with this code.
    pub const fn action(self) -> RejectAction {
        match self {
            Self::UnknownManager | Self::ManagerCycle => RejectAction::Kept,
            _ => RejectAction::Rejected,
        }
    }
}

/// What happened to a row in rejects.csv.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RejectAction {
    /// The row was not used.
    Rejected,
    /// The row was used without a part of it.
    Kept,
}

impl RejectAction {
    /// Both actions.
    pub const ALL: [Self; 2] = [Self::Rejected, Self::Kept];

    /// The word in rejects.csv.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Kept => "kept",
        }
    }

    /// What it says, in a sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Rejected => "The row was not used.",
            Self::Kept => "The row was used, without the part that is named.",
        }
    }
}
