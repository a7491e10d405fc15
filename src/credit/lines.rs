//! Lines as columns: what both stages make and `statement` writes.

/// Payout lines, one entry a line in every column. Amounts are minor units of the book's currency.
///
/// Whether a column applies to a line follows from its rule version ([`Applies`]), so columns carry no validity of
/// their own; `role`, `from_payee` and `level` say "none" by a sentinel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines {
    /// Index into `RuleBook::rules`.
    pub rule: Vec<u16>,
    /// Index into `Rule::versions`.
    pub version: Vec<u16>,
    /// `PayeeIx`.
    pub payee: Vec<u32>,
    /// `DealIx`.
    pub deal: Vec<u32>,
    /// Index into [`Settlement::roles`], whose order is byte order, or `NONE`.
    pub role: Vec<u32>,
    /// `PayeeIx` of the credited payee of an override, or `NONE`.
    pub from_payee: Vec<u32>,
    /// 1 is the credited payee's manager; 0 where there is no level.
    pub level: Vec<u8>,
    pub basis: Vec<i64>,
    /// Hundred-millionths: 10% is 10_000_000.
    pub rate_e8: Vec<i64>,
    /// Billionths.
    pub units_e9: Vec<i128>,
    pub units_total_e9: Vec<i128>,
    pub credit_total: Vec<i64>,
    pub pool: Vec<i64>,
    pub credited: Vec<i64>,
    pub uncapped: Vec<i64>,
    pub amount: Vec<i64>,
}

impl Lines {
    pub fn len(&self) -> usize {
        self.rule.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rule.is_empty()
    }
}

/// Which columns say something on the lines of a rule version; the others are null there. Contract, section 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applies {
    pub basis: bool,
    pub rate: bool,
    pub units: bool,
    pub units_total: bool,
    pub credit_total: bool,
    pub pool: bool,
    pub credited: bool,
    /// Both `uncapped` and `amount`.
    pub amount: bool,
}

/// Why a won deal that a rule matched made no line, or what a line's role left behind. In the contract's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    TwoRules,
    NoBasis,
    NegativeDeal,
    Incomplete,
    NoRate,
    NoSplits,
    SplitsNot100,
    NoEngagement,
    NoEligiblePayee,
    NoFilledRole,
    RequirementNotMet,
    BelowFirstRate,
    NoRule,
    NoQuota,
    UnfilledRole,
}

impl Reason {
    /// As it is written in uncredited.csv.
    pub fn word(self) -> &'static str {
        match self {
            Self::TwoRules => "two-rules",
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
            Self::NoRule => "no-rule",
            Self::NoQuota => "no-quota",
            Self::UnfilledRole => "unfilled-role",
        }
    }
}

/// One row of uncredited.csv.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncredited {
    pub deal: u32,
    /// Index into `RuleBook::rules`; `None` for `no-rule`.
    pub rule: Option<u16>,
    /// `PayeeIx`, for `no-quota`.
    pub payee: Option<u32>,
    pub reason: Reason,
    /// Minor units kept back; `None` where nothing was.
    pub retained: Option<i64>,
    pub retained_credit: Option<i64>,
}

/// What one rule did in the period, summed over its deals; `None` where the kind has no such thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleTotals {
    /// Won deals of the period that the rule matched (for commission and override: on which it made lines).
    pub deals_matched: u64,
    pub lines: u64,
    pub basis: Option<i128>,
    pub credit_total: Option<i128>,
    pub credited: Option<i128>,
    pub credit_retained: Option<i128>,
    pub pool: Option<i128>,
    pub retained: Option<i128>,
    pub uncapped: Option<i128>,
    pub withheld: Option<i128>,
    pub amount: Option<i128>,
}

/// One month of the fiscal year before the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriorMonth {
    pub month: crate::book::Period,
    pub lines: u64,
    pub credited: i128,
    pub amount: i128,
}

/// What a run comes to, before it is written.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// Lines of the period, in the contract's order.
    pub lines: Lines,
    /// Roles that [`Lines::role`] names, in byte order.
    pub roles: Vec<String>,
    /// By rule and version of the `RuleBook`.
    pub applies: Vec<Vec<Applies>>,
    /// In the contract's order: deal_id, rule_id, payee_id, reason, all by bytes.
    pub uncredited: Vec<Uncredited>,
    /// One per rule of the `RuleBook`.
    pub totals: Vec<RuleTotals>,
    pub prior: Vec<PriorMonth>,
}
