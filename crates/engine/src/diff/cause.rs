//! Why a line differs, as a set of causes: one for each kind of thing that differs.

/// One kind of cause. The order is that in which a sentence names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Cause {
    /// The rule is on one side only.
    Rule,
    /// The deal is in one side's data only.
    DealListed,
    /// The payee is in one side's data only.
    PayeeListed,
    /// Another version of the rule is in force on the deal's day.
    Version,
    /// The rule matches the deal on one side only.
    Scope,
    /// The rule matches the deal on both sides, and on one of them it pays no one.
    Uncredited,
    /// The data of the deal.
    DealData,
    /// The data of the payee, manager included.
    PayeeData,
    /// Which engagements or splits count, or by which units.
    Engagements,
    /// Another basis.
    Basis,
    /// Another rate.
    Rate,
    /// A fixed amount of the rule.
    Amount,
    /// How a deal is shared over roles and the other payees.
    Shares,
    /// The credit that it is paid on.
    Credit,
    /// Who earns on credits.
    Earners,
    /// Other tiers, or their mode.
    Tiers,
    /// Another quota of the payee.
    Quota,
    /// A cap, or how much of it is left for the line.
    Cap,
    /// The line is what it was, and what came before it in the period is not.
    RunningTotal,
    /// The book: rounding, fiscal year, what happens to incomplete deals.
    Settings,
}

impl Cause {
    /// All causes, in the order in which they are named.
    pub const ALL: [Self; 20] = [
        Self::Rule,
        Self::DealListed,
        Self::PayeeListed,
        Self::Version,
        Self::Scope,
        Self::Uncredited,
        Self::DealData,
        Self::PayeeData,
        Self::Engagements,
        Self::Basis,
        Self::Rate,
        Self::Amount,
        Self::Shares,
        Self::Credit,
        Self::Earners,
        Self::Tiers,
        Self::Quota,
        Self::Cap,
        Self::RunningTotal,
        Self::Settings,
    ];

    /// As it is written for machines.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::DealListed => "deal-listed",
            Self::PayeeListed => "payee-listed",
            Self::Version => "version",
            Self::Scope => "scope",
            Self::Uncredited => "uncredited",
            Self::DealData => "deal-data",
            Self::PayeeData => "payee-data",
            Self::Engagements => "engagements",
            Self::Basis => "basis",
            Self::Rate => "rate",
            Self::Amount => "amount",
            Self::Shares => "shares",
            Self::Credit => "credit",
            Self::Earners => "earners",
            Self::Tiers => "tiers",
            Self::Quota => "quota",
            Self::Cap => "cap",
            Self::RunningTotal => "running-total",
            Self::Settings => "settings",
        }
    }

    /// The keys of a rule that can be behind it.
    pub fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Scope => &["when", "from", "until"],
            Self::Uncredited => &[
                "one_of", "engaged", "reach", "require", "basis", "rate", "rates", "amount", "splits",
                "roles", "measure", "within", "per",
            ],
            Self::Engagements => &[
                "engaged",
                "reach",
                "within",
                "model",
                "half_life_days",
                "splits",
                "overlay",
                "require",
                "measure",
                "per",
                "roles",
            ],
            Self::Basis => &["basis"],
            Self::Rate => &["rate", "rates", "rate_by", "levels"],
            Self::Amount => &["amount"],
            Self::Shares => &["roles", "unfilled", "model"],
            Self::Credit => &["credits"],
            Self::Earners => &["payees", "levels", "credit_of"],
            Self::Tiers => &["tiers", "mode", "every", "tiers_by", "quota_measure", "prorate"],
            Self::Cap => &["cap"],
            Self::Rule
            | Self::DealListed
            | Self::PayeeListed
            | Self::Version
            | Self::DealData
            | Self::PayeeData
            | Self::Quota
            | Self::RunningTotal
            | Self::Settings => &[],
        }
    }
}

/// A set of causes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Causes(u32);

impl Causes {
    /// The same and one more.
    #[must_use]
    pub fn with(self, cause: Cause) -> Self {
        Self(self.0 | 1 << cause as u8)
    }

    /// With a cause where `so` is true.
    #[must_use]
    pub fn with_if(self, so: bool, cause: Cause) -> Self {
        if so { self.with(cause) } else { self }
    }

    /// Whether a cause is among them.
    pub fn has(self, cause: Cause) -> bool {
        self.0 & (1 << cause as u8) != 0
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// In their order.
    pub fn iter(self) -> impl Iterator<Item = Cause> {
        Cause::ALL.into_iter().filter(move |cause| self.has(*cause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_each_cause_once_and_in_order() {
        let causes = Causes::default().with(Cause::Cap).with(Cause::Rule).with(Cause::Cap);
        assert_eq!(causes.iter().collect::<Vec<_>>(), [Cause::Rule, Cause::Cap]);
        assert!(causes.has(Cause::Cap) && !causes.has(Cause::Settings) && !causes.is_empty());
        assert_eq!(
            Cause::ALL.map(|cause| cause as u8),
            std::array::from_fn::<u8, 20, _>(|index| index as u8)
        );
    }
}
