//! Lines as columns: what both stages make and `statement` writes.

use crate::data::NONE;

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

/// One line, as the kernels make it: the same fields as [`Lines`], where they are explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub rule: u16,
    pub version: u16,
    pub payee: u32,
    pub deal: u32,
    pub role: u32,
    pub from_payee: u32,
    pub level: u8,
    pub basis: i64,
    pub rate_e8: i64,
    pub units_e9: i128,
    pub units_total_e9: i128,
    pub credit_total: i64,
    pub pool: i64,
    pub credited: i64,
    pub uncapped: i64,
    pub amount: i64,
}

impl Line {
    /// A line that says nothing yet but whose it is.
    pub fn new(rule: u16, version: u16, deal: u32, payee: u32) -> Self {
        Self {
            rule,
            version,
            payee,
            deal,
            role: NONE,
            from_payee: NONE,
            level: 0,
            basis: 0,
            rate_e8: 0,
            units_e9: 0,
            units_total_e9: 0,
            credit_total: 0,
            pool: 0,
            credited: 0,
            uncapped: 0,
            amount: 0,
        }
    }
}

/// Does the same to every column of [`Lines`].
macro_rules! each_column {
    ($lines:expr, $column:ident => $do:expr) => {{
        {
            let $column = &mut $lines.rule;
            $do;
        }
        {
            let $column = &mut $lines.version;
            $do;
        }
        {
            let $column = &mut $lines.payee;
            $do;
        }
        {
            let $column = &mut $lines.deal;
            $do;
        }
        {
            let $column = &mut $lines.role;
            $do;
        }
        {
            let $column = &mut $lines.from_payee;
            $do;
        }
        {
            let $column = &mut $lines.level;
            $do;
        }
        {
            let $column = &mut $lines.basis;
            $do;
        }
        {
            let $column = &mut $lines.rate_e8;
            $do;
        }
        {
            let $column = &mut $lines.units_e9;
            $do;
        }
        {
            let $column = &mut $lines.units_total_e9;
            $do;
        }
        {
            let $column = &mut $lines.credit_total;
            $do;
        }
        {
            let $column = &mut $lines.pool;
            $do;
        }
        {
            let $column = &mut $lines.credited;
            $do;
        }
        {
            let $column = &mut $lines.uncapped;
            $do;
        }
        {
            let $column = &mut $lines.amount;
            $do;
        }
    }};
}

impl Lines {
    /// Appends a line.
    pub fn push(&mut self, line: Line) {
        self.rule.push(line.rule);
        self.version.push(line.version);
        self.payee.push(line.payee);
        self.deal.push(line.deal);
        self.role.push(line.role);
        self.from_payee.push(line.from_payee);
        self.level.push(line.level);
        self.basis.push(line.basis);
        self.rate_e8.push(line.rate_e8);
        self.units_e9.push(line.units_e9);
        self.units_total_e9.push(line.units_total_e9);
        self.credit_total.push(line.credit_total);
        self.pool.push(line.pool);
        self.credited.push(line.credited);
        self.uncapped.push(line.uncapped);
        self.amount.push(line.amount);
    }

    /// Appends all lines of another.
    pub fn append(&mut self, other: &Self) {
        self.rule.extend_from_slice(&other.rule);
        self.version.extend_from_slice(&other.version);
        self.payee.extend_from_slice(&other.payee);
        self.deal.extend_from_slice(&other.deal);
        self.role.extend_from_slice(&other.role);
        self.from_payee.extend_from_slice(&other.from_payee);
        self.level.extend_from_slice(&other.level);
        self.basis.extend_from_slice(&other.basis);
        self.rate_e8.extend_from_slice(&other.rate_e8);
        self.units_e9.extend_from_slice(&other.units_e9);
        self.units_total_e9.extend_from_slice(&other.units_total_e9);
        self.credit_total.extend_from_slice(&other.credit_total);
        self.pool.extend_from_slice(&other.pool);
        self.credited.extend_from_slice(&other.credited);
        self.uncapped.extend_from_slice(&other.uncapped);
        self.amount.extend_from_slice(&other.amount);
    }

    /// The lines at `rows`, in that order.
    #[must_use]
    pub fn take(mut self, rows: &[u32]) -> Self {
        each_column!(self, column => *column = rows.iter().map(|&row| column[row as usize]).collect());
        self
    }

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

/// Sums over the deals of the paid period, in minor units; what a kind does not have stays 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    pub basis: i128,
    pub credit_total: i128,
    pub credited: i128,
    pub credit_retained: i128,
    pub pool: i128,
    pub retained: i128,
    pub uncapped: i128,
}

impl std::ops::AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.basis += other.basis;
        self.credit_total += other.credit_total;
        self.credited += other.credited;
        self.credit_retained += other.credit_retained;
        self.pool += other.pool;
        self.retained += other.retained;
        self.uncapped += other.uncapped;
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
    /// Won deals of the period that the rule matched.
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
