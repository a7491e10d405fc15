//! What an explanation consists of: amounts with the steps that lead to them, and the first condition that failed where
//! there is no amount. It holds every number that is shown, exactly; formatting is elsewhere.

use std::collections::BTreeMap;

use super::number::{Exact, Ratio};
use apportion_base::diagnostic::Span;
use apportion_book::{Every, Period, Quoted};
use apportion_rules::{Kind, Mode};

/// A payee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub id: String,
    pub name: Option<String>,
}

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub file: String,
    pub row: u32,
}

/// Index of a rule in the rule book, and of a version in it.
pub type VersionIx = (u16, u16);

/// The answer to one question.
#[derive(Debug, Clone)]
pub struct Explanation {
    pub payee: Option<Named>,
    pub deal: Option<DealFacts>,
    pub rule: Option<String>,
    pub period: Period,
    pub first_day: i32,
    pub last_day: i32,
    /// The versions that are named below.
    pub versions: BTreeMap<VersionIx, VersionFacts>,
    /// In the order of lines.parquet.
    pub amounts: Vec<Amount>,
    /// Rules and deals that gave nothing, alike reasons together.
    pub nothing: Vec<Nothing>,
}

/// A version of a rule.
#[derive(Debug, Clone)]
pub struct VersionFacts {
    pub rule_id: String,
    pub kind: Kind,
    pub title: Option<String>,
    pub why: Option<String>,
    /// Days since 1970-01-01, both inclusive.
    pub from: i32,
    pub until: Option<i32>,
    pub span: Span,
    /// How its amounts are laid out for people.
    pub rows: &'static [Row],
}

/// A row of an amount that is laid out for people: steps and facts, by the name that they have there. One whose step an
/// amount lacks is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// The basis, where it is more than the amount of the deal.
    Basis,
    /// A value that is rounded.
    Rounded { label: &'static str, gives: Quantity },
    /// A product of two numbers.
    Product { label: &'static str, gives: Quantity },
    /// Who shares a credit and what is paid, which goes by this word.
    Split { among: Sharers, credit: Option<Quantity>, pay: Option<Quantity>, word: &'static str },
    /// Conditions on a payee's work.
    Required,
    /// What was measured, and which rate it reached.
    Measure,
    /// The managers above a credited payee.
    Managers,
    /// The credit that is paid on.
    Credit,
    /// The tiers, with the totals before and after.
    Tiers,
}

/// Who shares an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharers {
    /// The roles of a rule, by its shares.
    Roles,
    /// Payees, by what the rule lets them share by.
    Payees,
}

/// A deal as the rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealFacts {
    pub id: String,
    pub won: bool,
    pub close_date: i32,
    /// In the currency of the book.
    pub amount: Exact,
    pub place: Option<Place>,
    pub conversion: Option<ConversionFacts>,
    /// List amount and discount, where a rule names one of them.
    pub list_amount: Option<Exact>,
    pub discount: Option<Exact>,
}

/// How an amount came into the currency of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversionFacts {
    pub currency: String,
    pub amount: Exact,
    pub rate: Exact,
    pub day: i32,
    pub quoted: Quoted,
    pub place: Option<Place>,
}

/// A column and the value that a condition saw, written as in a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub table: String,
    pub column: String,
    pub value: String,
}

/// A part of a condition with what it saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub text: String,
    /// `None` is null: a value that it needs is missing.
    pub truth: Option<bool>,
    pub seen: Vec<Seen>,
}

/// An engagement, or a declared split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    pub payee: Named,
    /// `engagement_id`; none of splits.
    pub id: Option<String>,
    pub role: Option<String>,
    pub day: Option<i32>,
    pub is_split: bool,
    /// The weight of an engagement, the percent of a split.
    pub weight: Exact,
    /// Where it names another deal, or none.
    pub of_deal: Option<String>,
    /// What a model that looks at the order of engagements gives it.
    pub units: Option<Exact>,
    pub place: Option<Place>,
}

/// A rate or an amount of a rule, and the column that it depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleValue {
    pub value: Exact,
    pub by: Option<Seen>,
}

/// What a step gives, or is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    SourceAmount,
    FxRate,
    DealAmount,
    Basis,
    RoundedBasis,
    Rate,
    CreditTotal,
    Pool,
    RoleCredit,
    RolePool,
    Credited,
    /// A payee's part of a basis.
    Part,
    Percent,
    StipendAmount,
    Times,
    Credit,
    Uncapped,
    WithinDealCap,
    WithinMonthCap,
    WithinQuarterCap,
    WithinYearCap,
}

impl Quantity {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::SourceAmount => "source_amount",
            Self::FxRate => "fx_rate",
            Self::DealAmount => "deal_amount",
            Self::Basis => "basis",
            Self::RoundedBasis => "rounded_basis",
            Self::Rate => "rate",
            Self::CreditTotal => "credit_total",
            Self::Pool => "pool",
            Self::RoleCredit => "role_credit",
            Self::RolePool => "role_pool",
            Self::Credited => "credited",
            Self::Part => "part",
            Self::Percent => "percent",
            Self::StipendAmount => "stipend_amount",
            Self::Times => "times",
            Self::Credit => "credit",
            Self::Uncapped => "uncapped",
            Self::WithinDealCap => "within_deal_cap",
            Self::WithinMonthCap => "within_month_cap",
            Self::WithinQuarterCap => "within_quarter_cap",
            Self::WithinYearCap => "within_year_cap",
        }
    }
}

/// One step on the way to an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub gives: Quantity,
    pub how: How,
    /// Minor units.
    pub result: i64,
}

/// What a step does with what it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// `round(value)`
    Round { of: Quantity, value: Exact },
    /// `round(a * b)`
    Product { a: (Quantity, Exact), b: (Quantity, Exact) },
    /// `round(a / b)`
    Quotient { a: (Quantity, Exact), b: (Quantity, Exact) },
    /// `split(total, units)`
    Split { of: Quantity, split: Split },
    /// Credits that are added up.
    Sum { parts: Vec<CreditPart> },
    /// `round(F(after)) - round(F(before))`
    Tiers(Box<Tiers>),
    /// The cap per deal, where it holds back: `split(cap, amounts)`; else the amount stays.
    DealCap { cap: i64, total: i128, split: Option<Split> },
    /// `min(after, cap) - min(before, cap)`
    PayeeCap { every: Every, period: Period, cap: i64, came_with: i64, before: i128, after: i128 },
}

/// A credit on the deal, by rule and role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditPart {
    pub rule_id: String,
    pub role: Option<String>,
    pub credited: i64,
}

/// An amount shared in whole minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    pub total: i64,
    /// In the order of their keys, which decides ties.
    pub parts: Vec<Part>,
    /// Whose explanation this is.
    pub mine: usize,
    /// Minor units that were left after cutting each share off.
    pub left: u64,
    /// Whether the last of them went to the earlier of equal remainders.
    pub tie: bool,
}

/// One share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// A payee, or a role.
    pub key: Named,
    pub units: Exact,
    pub exact: Option<Ratio>,
    /// The exact share, cut off to whole minor units.
    pub floor: i64,
    /// Whether it got one of the minor units left.
    pub extra: bool,
    pub amount: i64,
    pub note: Note,
}

/// What else is to be said of a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    Nothing,
    /// A role that no one filled, whose share the others have.
    Unfilled,
    /// A role that no one filled, whose share is kept.
    Kept,
}

/// A place on a ladder of tiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiers {
    pub every: Every,
    pub period: Period,
    pub mode: Mode,
    pub quota: Option<(Exact, Option<Place>)>,
    /// Threshold in the book's currency, as a fraction of quota where it is one, and rate from there on.
    pub tiers: Vec<Tier>,
    /// Running total of credit, minor units, and how many deals made what was there before.
    pub before: i128,
    pub deals_before: u32,
    pub after: i128,
    /// Index of the tier in force.
    pub tier_before: Option<usize>,
    pub tier_after: Option<usize>,
    /// F, exact and rounded to minor units.
    pub worth_before: Exact,
    pub worth_after: Exact,
    pub rounded_before: i128,
    pub rounded_after: i128,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    pub from: Exact,
    pub of_quota: Option<Exact>,
    pub rate: Exact,
}

/// A manager on the way up from the credited payee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manager {
    pub payee: Named,
    /// 1 is the credited payee's manager.
    pub level: u8,
    pub rate: Option<Exact>,
    pub earns: bool,
    /// Whose amount this is.
    pub mine: bool,
}

/// One line with its steps.
#[derive(Debug, Clone)]
pub struct Amount {
    pub version: VersionIx,
    pub payee: Named,
    pub deal: DealFacts,
    pub role: Option<String>,
    pub from_payee: Option<Named>,
    pub level: Option<u8>,
    /// What it was paid by: conditions that were true.
    pub when: Vec<Condition>,
    /// Of a basis that is an expression.
    pub basis: Option<(String, Vec<Seen>)>,
    pub rate: Option<RuleValue>,
    /// What of the payee's work counts.
    pub work: Vec<Work>,
    pub counting: Option<String>,
    /// What the payees share by: `weight`, `time-decay`, `percent`; none where nothing is shared.
    pub shared_by: Option<&'static str>,
    /// Parts of `require` that were true, where a rule has one.
    pub require: Vec<Condition>,
    /// What sets the rate, and from where on that applies.
    pub measure: Option<Measure>,
    pub managers: Vec<Manager>,
    pub steps: Vec<Step>,
    /// Minor units; what does not apply is `None`.
    pub credited: Option<i64>,
    pub uncapped: Option<i64>,
    pub amount: Option<i64>,
}

/// The measure that selects a rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    pub word: &'static str,
    /// Of the deal, or of the payee alone.
    pub of_deal: bool,
    pub value: Exact,
    pub from: Exact,
    pub next: Option<Exact>,
}

/// A rule that gave nothing, and why: on one deal, or on several for one reason.
#[derive(Debug, Clone)]
pub struct Nothing {
    /// None where the reason holds for every rule.
    pub rule: Option<u16>,
    pub version: Option<u16>,
    /// The first deal with this reason; none where the reason is about no deal.
    pub deal: Option<DealFacts>,
    /// The deals with this reason.
    pub deals: Vec<String>,
    pub why: Why,
    /// What was kept of the deal, pool and credit.
    pub kept: Option<(Option<i64>, i64)>,
}

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectFacts {
    pub place: Place,
    pub table: &'static str,
    pub code: &'static str,
    pub column: String,
    pub value: String,
    pub message: String,
}

/// The first condition that failed.
#[derive(Debug, Clone)]
pub enum Why {
    Lost,
    OutsidePeriod {
        close_date: i32,
        closed_in: Period,
    },
    NotInForce {
        close_date: i32,
        versions: Vec<(i32, Option<i32>)>,
    },
    When(Condition),
    TwoRules {
        one_of: String,
        others: Vec<String>,
    },
    NoBasis {
        text: String,
        seen: Vec<Seen>,
    },
    NegativeDeal {
        amount: Exact,
        /// What a deal below zero does not earn.
        earns_no: &'static str,
    },
    Incomplete {
        rows: Vec<RejectFacts>,
    },
    /// No case of a rate or amount that depends on a column.
    NoRate {
        seen: Seen,
        cases: Vec<String>,
    },
    NoSplits {
        declared: Vec<(Work, Option<Condition>)>,
    },
    SplitsNot100 {
        sum: Exact,
        splits: Vec<Work>,
    },
    NotInSplits,
    /// Declared with 0 percent.
    ZeroPercent {
        splits: Vec<Work>,
    },
    NoEngagement {
        reach: Vec<&'static str>,
    },
    /// Others have work on the deal, this payee has none.
    NotEngaged {
        reach: Vec<&'static str>,
        others: usize,
    },
    /// Work that `engaged` (or `splits`) does not let count.
    NotCounted {
        work: Vec<(Work, Condition)>,
        more: usize,
    },
    RoleNotNamed {
        work: Vec<Work>,
        roles: Vec<String>,
    },
    Undated {
        work: Vec<Work>,
    },
    /// Another payee's engagement was the first, or the last.
    NotTheOne {
        word: &'static str,
        who: Named,
        work: Vec<Work>,
    },
    ZeroUnits {
        work: Vec<Work>,
    },
    RequirementNotMet(Condition),
    BelowFirstRate {
        of_deal: bool,
        word: &'static str,
        value: Exact,
        first: Exact,
    },
    /// No credit of the rules that it is paid on; where the question is about one deal, why not.
    NoCredit {
        rules: Vec<String>,
        why: Vec<Nothing>,
    },
    NotAnEarner(Condition),
    NoQuota {
        period: Period,
    },
    /// None of the payees below this one was credited.
    NobodyBelow {
        rules: Vec<String>,
        levels: usize,
        reports: usize,
    },
    /// Payees were credited, and no manager above them earns.
    NobodyAbove {
        credited: Vec<Named>,
        managers: Vec<(Named, Condition)>,
    },
    /// No work of the payee is within reach of any deal of the period.
    NoWork {
        deals: usize,
    },
    /// Each payee with work within reach, for a question about the deal.
    Each {
        reason: &'static str,
        payees: Vec<(Named, Why)>,
    },
}

impl Why {
    /// A word for programs: the reason of uncredited.csv where it is one.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Lost => "lost-deal",
            Self::OutsidePeriod { .. } => "outside-period",
            Self::NotInForce { .. } => "not-in-force",
            Self::When(_) => "when-not-true",
            Self::TwoRules { .. } => "two-rules",
            Self::NoBasis { .. } => "no-basis",
            Self::NegativeDeal { .. } => "negative-deal",
            Self::Incomplete { .. } => "incomplete",
            Self::NoRate { .. } => "no-rate",
            Self::NoSplits { .. } => "no-splits",
            Self::SplitsNot100 { .. } => "splits-not-100",
            Self::NotInSplits => "not-in-splits",
            Self::ZeroPercent { .. } => "zero-percent",
            Self::NoEngagement { .. } => "no-engagement",
            Self::NotEngaged { .. } => "not-engaged",
            Self::NotCounted { .. } => "not-counted",
            Self::RoleNotNamed { .. } => "role-not-named",
            Self::Undated { .. } => "no-date",
            Self::NotTheOne { .. } => "not-the-one",
            Self::ZeroUnits { .. } => "zero-units",
            Self::RequirementNotMet(_) => "requirement-not-met",
            Self::BelowFirstRate { .. } => "below-first-rate",
            Self::NoCredit { .. } => "no-credit",
            Self::NotAnEarner(_) => "not-an-earner",
            Self::NoQuota { .. } => "no-quota",
            Self::NobodyBelow { .. } => "nobody-below",
            Self::NobodyAbove { .. } => "nobody-above",
            Self::NoWork { .. } => "no-work",
            Self::Each { reason, .. } => reason,
        }
    }
}
