//! Why a deal paid nobody: the reasons of uncredited.csv.

use super::RuleKind;

/// Why a won deal that a rule matched made no line, or why a role's part was kept back. In order of precedence: where
/// several hold, the first is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// Two rules of one `one_of` matched the deal, or two clawback rules a reversal.
    TwoRules,
    /// The deal that a reversal reverses is not in the data, or is itself a reversal.
    NoOriginal,
    /// The deal that a reversal reverses was not won.
    OriginalNotWon,
    /// A reversal closed before the deal that it reverses.
    ReversedBeforeClose,
    /// A clawback found no line to take back.
    NoLines,
    /// The rule's `basis` is null.
    NoBasis,
    /// A stipend and a deal below 0.
    NegativeDeal,
    /// An engagement or a split of the deal was rejected.
    Incomplete,
    /// No rate or amount is given for the deal or the payee.
    NoRate,
    /// No declared split counts.
    NoSplits,
    /// The declared splits do not add up to 100.
    SplitsNot100,
    /// No engagement is within reach.
    NoEngagement,
    /// Engagements are within reach, and none of them counts.
    NoEligiblePayee,
    /// No engagement has one of the rule's roles.
    NoFilledRole,
    /// `require` is not true for any payee.
    RequirementNotMet,
    /// The measure is below the first rate.
    BelowFirstRate,
    /// Reversals took the whole deal, so that no rule matches it any more.
    Reversed,
    /// No rule matched the deal.
    NoRule,
    /// The payee has no quota for the period.
    NoQuota,
    /// A role that was not filled kept its part.
    UnfilledRole,
    /// A part that a decision gives to a payee whom the rule does not count on the deal.
    NotCounted,
    /// The parts that a decision gives to nobody.
    Voided,
    /// What a gate keeps back of a payee.
    Gated,
    /// Several territories fit the deal equally well; its rule is the coverage.
    TerritoryTie,
}

impl Reason {
    /// All reasons, in their order.
    pub const ALL: [Self; 24] = [
        Self::TwoRules,
        Self::NoOriginal,
        Self::OriginalNotWon,
        Self::ReversedBeforeClose,
        Self::NoLines,
        Self::NoBasis,
        Self::NegativeDeal,
        Self::Incomplete,
        Self::NoRate,
        Self::NoSplits,
        Self::SplitsNot100,
        Self::NoEngagement,
        Self::NoEligiblePayee,
        Self::NoFilledRole,
        Self::RequirementNotMet,
        Self::BelowFirstRate,
        Self::Reversed,
        Self::NoRule,
        Self::NoQuota,
        Self::UnfilledRole,
        Self::NotCounted,
        Self::Voided,
        Self::Gated,
        Self::TerritoryTie,
    ];

    /// The word in uncredited.csv.
    pub const fn word(self) -> &'static str {
        match self {
            Self::TwoRules => "two-rules",
            Self::NoOriginal => "no-original",
            Self::OriginalNotWon => "original-not-won",
            Self::ReversedBeforeClose => "reversed-before-close",
            Self::NoLines => "no-lines",
            Self::NoBasis => "no-basis",
            Self::NegativeDeal => "negative-deal",
            Self::Incomplete => "incomplete",
            Self::NoRate => "no-rate",
            Self::NoSplits => "no-splits",
            Self::SplitsNot100 => "splits-not-100",
            Self::NoEngagement => "no-engagement",
            Self::NoEligiblePayee => "no-eligible-payee",
            Self::NoFilledRole => "no-filled-role",
            Self::RequirementNotMet => "requirement-not-met",
            Self::BelowFirstRate => "below-first-rate",
            Self::Reversed => "reversed",
            Self::NoRule => "no-rule",
            Self::NoQuota => "no-quota",
            Self::UnfilledRole => "unfilled-role",
            Self::NotCounted => "not-counted",
            Self::Voided => "voided",
            Self::Gated => "gated",
            Self::TerritoryTie => "territory-tie",
        }
    }

    /// The reason with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }

    /// What it says, in a sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::TwoRules => {
                "Two rules of one `one_of` matched the deal, so neither pays it; or two clawback rules matched a reversal, so neither takes anything back."
            }
            Self::NoOriginal => {
                "The deal that the reversal reverses is not among the deals that are used, or is itself a reversal."
            }
            Self::OriginalNotWon => {
                "The deal that the reversal reverses was not won, so nothing was paid on it."
            }
            Self::ReversedBeforeClose => "The reversal closed before the deal that it reverses.",
            Self::NoLines => "The clawback found no line of the original to take back.",
            Self::NoBasis => "The rule's `basis` is null for the deal.",
            Self::NegativeDeal => "The amount of the deal is negative, and a stipend is not paid on it.",
            Self::Incomplete => {
                "An engagement (for declared splits, a split) of the deal was rejected, and the book holds such deals."
            }
            Self::NoRate => "The rule has no rate or amount for the deal or for its payees.",
            Self::NoSplits => "No row of `splits` counts for the deal.",
            Self::SplitsNot100 => "The percents declared for the deal do not add up to 100.",
            Self::NoEngagement => "The deal has no engagement within the rule's `reach`.",
            Self::NoEligiblePayee => {
                "The rule's `engaged` leaves no engagement of the deal, or none with units to split by."
            }
            Self::NoFilledRole => "No engagement of the deal has one of the rule's roles.",
            Self::RequirementNotMet => "The rule's `require` is not true for any payee of the deal.",
            Self::BelowFirstRate => "The measure of the deal, or of each payee, is below the first rate.",
            Self::Reversed => {
                "Reversals took the whole amount of the deal, so that no rule matches it any more. It has no rule."
            }
            Self::NoRule => "No rule that pays by deal matched the deal.",
            Self::NoQuota => "The payee has no quota for the period, and the tiers are in percent of quota.",
            Self::UnfilledRole => {
                "The deal did pay somebody; a role that was not filled kept its part, because of `unfilled = \"retain\"`."
            }
            Self::NotCounted => {
                "A decision gives the payee a part of the deal, and the rule does not count them there; the part is kept back."
            }
            Self::Voided => "A decision gives the parts of the two claimants to nobody; they are kept back.",
            Self::Gated => "A gate is not met, and keeps back a part of what the payee earned on the deal.",
            Self::TerritoryTie => {
                "Several territories fit the deal equally well, so none counts. Its rule is the coverage."
            }
        }
    }

    /// The kinds of rule that can leave a deal for this reason; none for a deal that no rule matched or matches any more.
    pub const fn kinds(self) -> &'static [RuleKind] {
        use RuleKind::{Clawback, Commission, RenewalBonus, SharedCredit, Stipend};
        match self {
            Self::NoRule | Self::Reversed | Self::TerritoryTie => &[],
            Self::NoQuota => &[Commission],
            Self::TwoRules => &[SharedCredit, Clawback],
            Self::NoOriginal | Self::OriginalNotWon | Self::ReversedBeforeClose | Self::NoLines => {
                &[Clawback]
            }
            Self::NoSplits
            | Self::SplitsNot100
            | Self::NoFilledRole
            | Self::UnfilledRole
            | Self::NotCounted
            | Self::Voided => &[SharedCredit],
            Self::NegativeDeal | Self::RequirementNotMet => &[Stipend],
            Self::BelowFirstRate => &[RenewalBonus],
            Self::NoBasis | Self::Incomplete => &[SharedCredit, RenewalBonus],
            Self::NoRate | Self::NoEngagement | Self::NoEligiblePayee | Self::Gated => {
                &[SharedCredit, Stipend, RenewalBonus]
            }
        }
    }

    /// Whether the deal has no line of the rule. The other reasons belong to one payee, or to a part of a deal that
    /// did pay.
    pub const fn leaves_the_whole_deal(self) -> bool {
        !matches!(
            self,
            Self::UnfilledRole
                | Self::NoQuota
                | Self::NotCounted
                | Self::Voided
                | Self::Gated
                | Self::TerritoryTie
        )
    }

    /// Whether rows of it name a payee.
    pub const fn names_a_payee(self) -> bool {
        matches!(self, Self::NoQuota | Self::NotCounted | Self::Gated)
    }

    /// Whether rows of it tell what is kept back of a deal that may have paid somebody.
    pub const fn keeps_a_part(self) -> bool {
        matches!(self, Self::UnfilledRole | Self::NotCounted | Self::Voided | Self::Gated)
    }
}
