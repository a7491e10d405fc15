//! The kinds of rule, as rule files, lines.parquet and run.json name them. Their parameters are described with the rules.

/// What a rule pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RuleKind {
    /// A deal's value is credited to payees, and a share of it may be paid to them.
    SharedCredit,
    /// A fixed amount for each deal or for each engagement.
    Stipend,
    /// A rate of a renewed deal, by the work done for the customer.
    RenewalBonus,
    /// A rate of a payee's credit, by tiers of what the payee reached in a period.
    Commission,
    /// A rate of the credit of the people whom a payee manages.
    Override,
}

impl RuleKind {
    /// All kinds, in the order in which they are listed everywhere.
    pub const ALL: [Self; 5] =
        [Self::SharedCredit, Self::Stipend, Self::RenewalBonus, Self::Commission, Self::Override];

    /// The word in rule files and in outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SharedCredit => "shared_credit",
            Self::Stipend => "stipend",
            Self::RenewalBonus => "renewal_bonus",
            Self::Commission => "commission",
            Self::Override => "override",
        }
    }

    /// The kind with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What it pays for, in a sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::SharedCredit => {
                "Splits the credit for a deal, and perhaps a pool of money, among those who worked on it."
            }
            Self::Stipend => "Pays a fixed amount for each deal, engagement or unit of weight.",
            Self::RenewalBonus => {
                "Pays a rate of a renewal that depends on how much work was done for the customer."
            }
            Self::Commission => {
                "Pays a rate of a payee's credit that depends on the credit reached in a period."
            }
            Self::Override => "Pays managers a rate of the credit of those whom they manage.",
        }
    }

    /// Whether it makes its lines deal by deal from the deal itself. Then a deal that it matched and did not pay is
    /// listed in uncredited.csv. The other kinds pay on the credit of such rules.
    pub const fn pays_by_deal(self) -> bool {
        match self {
            Self::SharedCredit | Self::Stipend | Self::RenewalBonus => true,
            Self::Commission | Self::Override => false,
        }
    }
}
