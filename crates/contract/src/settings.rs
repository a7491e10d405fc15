//! The project file's name, its settings that decide an amount, and words of rule files that more than one module
//! needs.

/// The name of the project file.
pub const PROJECT_FILE: &str = "apportion.toml";

/// A key of `[book]` that decides an amount. run.json repeats each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookSetting {
    /// The key in `[book]`, and below `book` in run.json.
    pub key: &'static str,
    /// The value where the project file has none, as run.json writes it; `None` where the key is required.
    pub default: Option<&'static str>,
    /// In a sentence.
    pub meaning: &'static str,
}

/// All settings that decide an amount, in the order of run.json.
pub const BOOK_SETTINGS: [BookSetting; 6] = [
    BookSetting { key: "name", default: None, meaning: "Name of the programme, as people see it." },
    BookSetting {
        key: "currency",
        default: None,
        meaning: "Currency of all amounts in rules and of everything that is paid: an ISO 4217 code.",
    },
    BookSetting {
        key: "rounding",
        default: Some("half-away-from-zero"),
        meaning: "How amounts are rounded to the minor unit: `half-away-from-zero` or `half-even`.",
    },
    BookSetting {
        key: "fiscal_year_starts",
        default: Some("1"),
        meaning: "Month in which a fiscal year starts, 1 to 12. The year is named after the calendar year in which it ends.",
    },
    BookSetting {
        key: "fx_max_age_days",
        default: Some("31"),
        meaning: "An exchange rate that is older on the close date is not used.",
    },
    BookSetting {
        key: "incomplete",
        default: Some("hold"),
        meaning: "What happens to a deal some of whose engagements or splits were rejected: `hold` or `pay`.",
    },
];

/// What happens to a deal some of whose engagements were rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncompletePolicy {
    /// It is not paid.
    Hold,
    /// It is paid to those whose engagements could be used.
    Pay,
}

impl IncompletePolicy {
    /// Both choices.
    pub const ALL: [Self; 2] = [Self::Hold, Self::Pay];

    /// The word in `[book] incomplete` and in run.json.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Pay => "pay",
        }
    }

    /// What it says, in a sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Hold => "The deal is not paid until the row is corrected.",
            Self::Pay => "The deal is paid to those whose engagements could be used.",
        }
    }
}

/// Which engagements may count for a deal: a word of a rule's `reach`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReachWord {
    /// Engagements that name the deal.
    Deal,
    /// Engagements that name the deal which it renews.
    Prior,
    /// Engagements of its account.
    Account,
}

impl ReachWord {
    /// All words, in their order.
    pub const ALL: [Self; 3] = [Self::Deal, Self::Prior, Self::Account];

    /// The word in rule files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Deal => "deal",
            Self::Prior => "prior",
            Self::Account => "account",
        }
    }

    /// What it says, in a sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Deal => "Engagements that name the deal.",
            Self::Prior => "Engagements that name the deal which it renews.",
            Self::Account => "Engagements that name the deal's account, or a deal of that account.",
        }
    }
}

/// What somebody decided about what stops a close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AcceptanceAction {
    /// What was posted stays.
    Keep,
    /// What was posted is taken back.
    TakeBack,
    /// Large true-ups are posted.
    Post,
}

impl AcceptanceAction {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::Keep, Self::TakeBack, Self::Post];

    /// Their words, in the same order.
    pub const WORDS: [&'static str; 3] = [Self::Keep.word(), Self::TakeBack.word(), Self::Post.word()];

    /// The word in acceptances.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::TakeBack => "take-back",
            Self::Post => "post",
        }
    }

    /// The action with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.word() == word)
    }
}
