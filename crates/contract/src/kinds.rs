//! The kinds of rule, as rule files, lines.parquet and run.json name them. Their parameters are described with the rules.

/// Writes [`RuleKind`] from one row for each kind, so that no list of kinds can lack one.
macro_rules! kinds {
    ($($(#[$about:meta])* $kind:ident = $word:literal, pays_by_deal: $pays_by_deal:literal, $meaning:literal;)+) => {
        /// What a rule pays for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum RuleKind {
            $($(#[$about])* $kind,)+
        }

        impl RuleKind {
            /// All kinds, in the order in which they are listed everywhere.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$kind),+];

            /// The word in rule files and in outputs.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)+
                }
            }

            /// What it pays for, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$kind => $meaning,)+
                }
            }

            /// Whether it makes its lines deal by deal from the deal itself. Then a deal that it matched and did not
            /// pay is listed in uncredited.csv. The other kinds pay on the credit of such rules, or take back what rules paid.
            pub const fn pays_by_deal(self) -> bool {
                match self {
                    $(Self::$kind => $pays_by_deal,)+
                }
            }
        }
    };
}

kinds! {
    /// A deal's value is credited to payees, and a share of it may be paid to them.
    SharedCredit = "shared_credit", pays_by_deal: true,
        "Splits the credit for a deal, and perhaps a pool of money, among those who worked on it.";
    /// A fixed amount for each deal or for each engagement.
    Stipend = "stipend", pays_by_deal: true,
        "Pays a fixed amount for each deal, engagement or unit of weight.";
    /// A rate of a renewed deal, by the work done for the customer.
    RenewalBonus = "renewal_bonus", pays_by_deal: true,
        "Pays a rate of a renewal that depends on how much work was done for the customer.";
    /// A rate of a payee's credit, by tiers of what the payee reached in a period.
    Commission = "commission", pays_by_deal: false,
        "Pays a rate of a payee's credit that depends on the credit reached in a period.";
    /// A rate of the credit of the people whom a payee manages.
    Override = "override", pays_by_deal: false,
        "Pays managers a rate of the credit of those whom they manage.";
    /// What a deal paid is taken back where it is reversed.
    Clawback = "clawback", pays_by_deal: false,
        "Takes back what a deal paid where a later deal reverses it.";
    /// A fixed amount for a milestone of a joint account plan.
    Milestone = "milestone", pays_by_deal: false,
        "Pays a fixed amount for each milestone of a joint account plan that was done.";
}

impl RuleKind {
    /// The kind with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A kind of rule that makes no lines: it says what may be paid of what was earned, and how, what of it is an asset, how the channel is
/// governed, or who may see what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyKind {
    /// Which part of what was earned may be paid.
    Hold,
    /// What a payee gets in advance, or at least.
    Draw,
    /// How much is paid at a time, and in which currency.
    Payment,
    /// Which costs of contracts are an asset, and over how many months.
    Capitalise,
    /// Who leads a deal.
    ChannelModel,
    /// Who covers which deals.
    Coverage,
    /// How registrations protect.
    Registration,
    /// How conflicts are found and settled.
    Conflict,
    /// Price books and discounts.
    Price,
    /// What must be there to be paid.
    Gate,
    /// Who may see what.
    Access,
}

impl PolicyKind {
    /// All kinds, in the order in which they are listed everywhere.
    pub const ALL: [Self; 11] = [
        Self::Hold,
        Self::Draw,
        Self::Payment,
        Self::Capitalise,
        Self::ChannelModel,
        Self::Coverage,
        Self::Registration,
        Self::Conflict,
        Self::Price,
        Self::Gate,
        Self::Access,
    ];

    /// The word in rule files and in outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Draw => "draw",
            Self::Payment => "payment",
            Self::Capitalise => "capitalise",
            Self::ChannelModel => "channel_model",
            Self::Coverage => "coverage",
            Self::Registration => "registration",
            Self::Conflict => "conflict",
            Self::Price => "price",
            Self::Gate => "gate",
            Self::Access => "access",
        }
    }

    /// Whether it governs the channel. The others say what a close pays of what was earned or reports of it, or who may see it.
    pub const fn governs_channel(self) -> bool {
        match self {
            Self::Hold | Self::Draw | Self::Payment | Self::Capitalise | Self::Access => false,
            Self::ChannelModel
            | Self::Coverage
            | Self::Registration
            | Self::Conflict
            | Self::Price
            | Self::Gate => true,
        }
    }

    /// Whether the last day of a month decides which version applies to it. Of the others the day of what is asked decides.
    pub const fn goes_by_month(self) -> bool {
        match self {
            Self::Draw | Self::Payment => true,
            Self::Hold
            | Self::Capitalise
            | Self::ChannelModel
            | Self::Coverage
            | Self::Registration
            | Self::Conflict
            | Self::Price
            | Self::Gate
            | Self::Access => false,
        }
    }
}
