//! What an explanation consists of: amounts with the steps that lead to them, and the first condition that failed where
//! there is no amount. It holds every number that is shown, exactly; formatting is elsewhere.

use apportion_base::money::Minor;
use std::collections::BTreeMap;

use super::governed::{DecidedSplit, GateFacts, GateStep, RegistrationOfLine};
use super::number::{Big, Exact, Ratio};
use apportion_base::diagnostic::Span;
use apportion_book::{Every, Period, RateQuotation};
use apportion_rules::{Kind, Mode, RuleIx, VersionIx};

/// A payee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayeeName {
    /// The `payee_id`, or the name of a role.
    pub id: String,
    /// The payee's name, if the data has one.
    pub name: Option<String>,
}

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file as in run.json: relative to the project's folder, with `/`.
    pub file: String,
    /// The number of the row, as a spreadsheet shows it; in a text file the line on which the record begins.
    pub row: u32,
}

/// Index of a rule in the rule book, and of a version in it.
pub type VersionKey = (RuleIx, VersionIx);

/// The answer to one question.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The payee that was asked about.
    pub payee: Option<PayeeName>,
    /// The deal that was asked about.
    pub deal: Option<DealFacts>,
    /// The id of the rule that was asked about.
    pub rule: Option<String>,
    /// The period.
    pub period: Period,
    /// First day of the period, days since 1970-01-01.
    pub first_day: i32,
    /// Last day of the period, days since 1970-01-01.
    pub last_day: i32,
    /// The versions that are named below.
    pub versions: BTreeMap<VersionKey, VersionFacts>,
    /// All lines that the question is about, in the order of lines.parquet.
    pub lines: Vec<LineFacts>,
    /// Each of them with its steps, in the same order: all of them, or as many as were asked for.
    pub amounts: Vec<Amount>,
    /// Rules and deals that gave nothing, alike reasons together.
    pub nothing: Vec<Nothing>,
}

impl Explanation {
    /// Whether a reason says how many deals there are in the period, whoever worked on them.
    pub fn counts_all_deals(&self) -> bool {
        fn counts(why: &Shortfall) -> bool {
            match why {
                Shortfall::NoWork { .. } => true,
                Shortfall::Each { payees, .. } => payees.iter().any(|(_, why)| counts(why)),
                _ => false,
            }
        }
        self.nothing.iter().any(|nothing| counts(&nothing.why))
    }
}

/// A line without its steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFacts {
    /// The rule and its version.
    pub version: VersionKey,
    /// Who is paid or credited: a `payee_id`.
    pub payee_id: String,
    /// The `deal_id`.
    pub deal_id: String,
    /// The role, of a rule that shares by role.
    pub role: Option<String>,
    /// The credited payee, of an override: a `payee_id`.
    pub from_payee_id: Option<String>,
    /// The rule whose line is taken back, of a clawback: its id.
    pub of_rule_id: Option<String>,
    /// What does not apply is `None`.
    pub credited: Option<Minor>,
    /// What is paid.
    pub amount: Option<Minor>,
}

/// A version of a rule.
#[derive(Debug, Clone)]
pub struct VersionFacts {
    /// The id of the rule.
    pub rule_id: String,
    /// Its kind.
    pub kind: Kind,
    /// What people call it.
    pub title: Option<String>,
    /// The reason for it.
    pub why: Option<String>,
    /// First day in force, days since 1970-01-01.
    pub from: i32,
    /// Last day in force, inclusive; `None` without an end.
    pub until: Option<i32>,
    /// Where it is written.
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
    Rounded {
        /// What it is called.
        label: &'static str,
        /// The step that is shown.
        gives: Quantity,
    },
    /// A product of two numbers.
    Product {
        /// What it is called.
        label: &'static str,
        /// The step that is shown.
        gives: Quantity,
    },
    /// Who shares a credit and what is paid, which goes by this word.
    Split {
        /// Who shares.
        among: Sharers,
        /// The step that shares credit, if there is one.
        credit: Option<Quantity>,
        /// The step that shares what is paid, if there is one.
        pay: Option<Quantity>,
        /// What is paid is called so.
        word: &'static str,
    },
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
    /// The reversals, and what is taken back of a line.
    TakenBack,
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
    /// The `deal_id`.
    pub id: String,
    /// Whether it is won; otherwise it is lost.
    pub won: bool,
    /// Whether it is a milestone and no deal at all: its close date is the day on which it counts as done.
    pub is_milestone: bool,
    /// Days since 1970-01-01.
    pub close_date: i32,
    /// In the currency of the book.
    pub amount: Exact,
    /// Its row, where that is known.
    pub place: Option<Place>,
    /// How the amount was converted, if it was in another currency.
    pub conversion: Option<ConversionFacts>,
    /// What reversals took of the amount, where they did.
    pub reversed: Option<ReversedFacts>,
    /// List amount and discount, where a rule names one of them.
    pub list_amount: Option<Exact>,
    /// The discount, as a fraction of the list amount.
    pub discount: Option<Exact>,
}

/// What recomputed reversals took of a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReversedFacts {
    /// The amount as the deal was sold, in the currency of the book.
    pub sold: Exact,
    /// The reversals in order, each with its size.
    pub reversals: Vec<(String, Exact)>,
}

/// How an amount came into the currency of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversionFacts {
    /// The currency before, an ISO 4217 code.
    pub currency: String,
    /// The amount before, in that currency.
    pub amount: Exact,
    /// The exchange rate.
    pub rate: Exact,
    /// The day of the rate, days since 1970-01-01.
    pub day: i32,
    /// Whether the amount is multiplied or divided by the rate.
    pub quoted: RateQuotation,
    /// The row of the rate, where that is known.
    pub place: Option<Place>,
    /// Rows of newer rates that could not be used.
    pub passed_over: Vec<RejectFacts>,
}

/// A column and the value that a condition saw, written as in a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnValue {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// The value: `'new'`, `12.5`, `NULL`.
    pub value: String,
    /// Since when the payee has it, where an assignment began or ended it.
    pub since: Option<Since>,
}

/// A day since which a column of a payee has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// Days since 1970-01-01.
    pub day: i32,
    /// The row of the assignment that gives the value; `None` where the payee's own row does.
    pub place: Option<Place>,
}

/// A part of a condition with what it saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The part, as it is written.
    pub text: String,
    /// `None` is null: a value that it needs is missing.
    pub truth: Option<bool>,
    /// The columns that it names, with their values.
    pub seen: Vec<ColumnValue>,
}

/// An engagement, or a declared split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Whose work it is.
    pub payee: PayeeName,
    /// `engagement_id`; none of splits.
    pub id: Option<String>,
    /// The role.
    pub role: Option<String>,
    /// The date, days since 1970-01-01.
    pub day: Option<i32>,
    /// Whether it is a declared split.
    pub is_split: bool,
    /// The weight of an engagement, the percent of a split.
    pub weight: Exact,
    /// Where it names another deal, or none.
    pub of_deal: Option<String>,
    /// What a model that looks at the order of engagements gives it.
    pub units: Option<Exact>,
    /// Its row, where that is known.
    pub place: Option<Place>,
}

/// A rate or an amount of a rule, and the column that it depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleValue {
    /// The value that applied.
    pub value: Exact,
    /// The column that it depends on, with its value.
    pub by: Option<ColumnValue>,
    /// The row of a rate table that it is from.
    pub row: Option<RateRow>,
}

/// The row of a rate table that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateRow {
    /// The file and the line on which the row begins.
    pub place: Place,
    /// What its cells ask for, without empty ones.
    pub asks: Vec<String>,
    /// The columns that the table is compared with, with their values.
    pub seen: Vec<ColumnValue>,
}

/// What a step gives, or is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    /// The deal's amount in its own currency.
    SourceAmount,
    /// The exchange rate.
    FxRate,
    /// The deal's amount in the currency of the book.
    DealAmount,
    /// What a rate is taken of.
    Basis,
    /// The basis in whole minor units.
    RoundedBasis,
    /// A rate, as a fraction of one.
    Rate,
    /// The credit of the deal.
    CreditTotal,
    /// What is set aside for the deal.
    Pool,
    /// The part of the credit for a role.
    RoleCredit,
    /// The part of the pool for a role.
    RolePool,
    /// What the payee is credited with.
    Credited,
    /// A payee's part of a basis.
    Part,
    /// A declared percent, as a fraction of one.
    Percent,
    /// The amount of a stipend.
    StipendAmount,
    /// How many times it is paid.
    Times,
    /// The credit that a line pays on.
    Credit,
    /// What the payee earns before caps.
    Uncapped,
    /// What the cap per deal leaves.
    WithinDealCap,
    /// What the cap per month leaves.
    WithinMonthCap,
    /// What the cap per quarter leaves.
    WithinQuarterCap,
    /// What the cap per year leaves.
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
    /// What it comes to.
    pub gives: Quantity,
    /// How that is computed.
    pub how: Operation,
    /// The result.
    pub result: Minor,
}

/// What a step does with what it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// `round(value)`
    Round {
        /// What is rounded.
        operand: Quantity,
        /// Its value.
        value: Exact,
    },
    /// `round(a * b)`
    Product {
        /// The first factor.
        a: (Quantity, Exact),
        /// The second factor.
        b: (Quantity, Exact),
    },
    /// `round(a / b)`
    Quotient {
        /// What is divided.
        a: (Quantity, Exact),
        /// By what.
        b: (Quantity, Exact),
    },
    /// `split(total, units)`
    Split {
        /// What is shared.
        operand: Quantity,
        /// Among whom, and who got what.
        split: Split,
    },
    /// Credits that are added up.
    Sum {
        /// The credits.
        parts: Vec<CreditPart>,
    },
    /// `round(F(after)) - round(F(before))`
    Tiers(Box<Tiers>),
    /// `round(line * before) - round(line * after)`
    TakenBack(Box<TakenBackLine>),
    /// `split(sum of the claimants' parts, percents)`: what was decided about the role.
    Decided(Box<DecidedSplit>),
    /// `round(before * share)`: what an unmet gate leaves.
    Gate(Box<GateStep>),
    /// The cap per deal, where it holds back: `split(cap, amounts)`; else the amount stays.
    DealCap {
        /// The cap.
        cap: Minor,
        /// What the lines of the deal come to before it, in minor units.
        total: i128,
        /// How the cap is shared; `None` where it keeps nothing back.
        split: Option<Split>,
    },
    /// `min(after, cap) - min(before, cap)`
    PayeeCap {
        /// The length of the period.
        every: Every,
        /// The period.
        period: Period,
        /// The cap.
        cap: Minor,
        /// What the line came with.
        came_with: Minor,
        /// Running total of the payee and period before the line, in minor units.
        before: i128,
        /// The same after it.
        after: i128,
    },
}

/// A credit on the deal, by rule and role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditPart {
    /// The id of the rule that credits.
    pub rule_id: String,
    /// The role, of a rule that shares by role.
    pub role: Option<String>,
    /// The credit.
    pub credited: Minor,
}

/// An amount shared in whole minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// What is shared.
    pub total: Minor,
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
    pub key: PayeeName,
    /// The units, or the share of a role.
    pub units: Exact,
    /// The exact share in the major unit; `None` where 38 digits do not hold it.
    pub exact: Option<Ratio>,
    /// The exact share, cut off to whole minor units.
    pub floor: Minor,
    /// Whether it got one of the minor units left.
    pub extra: bool,
    /// What it got.
    pub amount: Minor,
    /// What else is to be said of it.
    pub note: Note,
}

/// What else is to be said of a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// Nothing.
    Nothing,
    /// A role that no one filled, whose share the others have.
    Unfilled,
    /// A role that no one filled, whose share is kept.
    Kept,
}

/// A place on a ladder of tiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiers {
    /// The length of the period over which credit is added up.
    pub every: Every,
    /// The period.
    pub period: Period,
    /// What the rate that is reached applies to.
    pub mode: Mode,
    /// The payee's quota, of tiers that are measured on it.
    pub quota: Option<QuotaFacts>,
    /// Whether the credit of the payee's team counts as well.
    pub team: bool,
    /// What the tiers are measured by, where that is not the credit.
    pub measure: Option<MeasureFacts>,
    /// Threshold in the book's currency, as a fraction of quota where it is one, and rate from there on.
    pub tiers: Vec<Tier>,
    /// Running total of credit before the deal, in minor units.
    pub before: i128,
    /// How many credits made that total: deals, but for teams.
    pub deals_before: u32,
    /// Running total of credit after the deal, in minor units.
    pub after: i128,
    /// Index of the tier in force.
    pub tier_before: Option<usize>,
    /// Index of the tier in force at the total after.
    pub tier_after: Option<usize>,
    /// The rate in force at the total before and after, of a sliding scale.
    pub rates: Option<(Big, Big)>,
    /// What the total before is worth, exact.
    pub worth_before: Big,
    /// What the total after is worth, exact.
    pub worth_after: Big,
    /// What the total before is worth, in minor units.
    pub rounded_before: i128,
    /// What the total after is worth, in minor units.
    pub rounded_after: i128,
}

/// A line that reversals take back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBackLine {
    /// The deal that is reversed.
    pub original: DealFacts,
    /// Its absolute amount, as it was sold.
    pub whole: Exact,
    /// The id of the rule that made the line.
    pub rule_id: String,
    /// What the line paid.
    pub line: Minor,
    /// The reversals that take of it, in order; the last one is that of the amount.
    pub reversals: Vec<ReversalPart>,
    /// The part of the line that was taken before the last reversal.
    pub before: Big,
    /// The part that is taken with it.
    pub after: Big,
    /// `round(line * before)`.
    pub rounded_before: Minor,
    /// `round(line * after)`.
    pub rounded_after: Minor,
}

/// What a reversal takes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReversalPart {
    /// The reversal.
    pub deal_id: String,
    /// The rule that matches it.
    pub rule_id: String,
    /// Days since 1970-01-01.
    pub close_date: i32,
    /// The days from the original to the reversal.
    pub days: i64,
    /// Its size.
    pub size: Exact,
    /// The part of its size that the deal no longer had.
    pub beyond: Exact,
    /// The part of the deal that it reverses.
    pub part: Big,
    /// The share that is taken back so many days later.
    pub share: Big,
    /// The part of the line that is taken with it and the ones before.
    pub after: Big,
}

/// A deal that is computed again with what reversals leave of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecomputedDeal {
    /// Its `deal_id`.
    pub original: String,
    /// The size of the reversal.
    pub size: Exact,
    /// The amount as it was sold.
    pub sold: Exact,
    /// The amount that it counts with.
    pub counts: Exact,
    /// Whether its fiscal year is computed.
    pub computed: bool,
}

/// A quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaFacts {
    /// How much it is, as it counts.
    pub amount: Big,
    /// The rows that it is the sum of, in order of time; one where the period has a row of its own.
    pub rows: Vec<QuotaRow>,
    /// What it is measured in, where that is not money of the usual kind.
    pub measure: Option<String>,
}

/// A row of the quotas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaRow {
    /// Its period.
    pub period: Period,
    /// How much it is, as it is written.
    pub amount: Exact,
    /// How much of it counts.
    pub counts: Big,
    /// By which days, where it is prorated.
    pub days: Option<QuotaDays>,
    /// Where it is written.
    pub place: Option<Place>,
}

/// The days by which a quota counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaDays {
    /// The first day of the quota's period.
    pub from: i32,
    /// The last one.
    pub until: i32,
    /// Those on which the payee is there, in order.
    pub stretches: Vec<QuotaStretch>,
}

/// Days on all of which the payee works the same part of full time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaStretch {
    /// The first day.
    pub from: i32,
    /// The last one.
    pub until: i32,
    /// The part of full time.
    pub fte: Exact,
    /// The row of the assignment that is in force.
    pub place: Option<Place>,
}

/// The running measure of tiers that are not measured by credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureFacts {
    /// `deals`, or the column that is added up.
    pub by: String,
    /// Before the credit and after it.
    pub before: Exact,
    /// After the credit.
    pub after: Exact,
    /// From where to where the deal's stretch goes.
    pub stretch: (Exact, Exact),
    /// In marginal mode, by tier: the credit that fell into it before and with this deal, in the book's currency.
    pub in_tiers: Vec<(Big, Big)>,
}

/// A threshold and the rate from there on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// The threshold in the book's currency, or in what the tiers are measured by.
    pub from: Big,
    /// The threshold as a fraction of the quota, where it is one.
    pub of_quota: Option<Exact>,
    /// The rate, as a fraction of one.
    pub rate: Exact,
    /// What reaching the threshold adds, in the book's currency.
    pub bonus: Option<Exact>,
}

/// A manager on the way up from the credited payee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manager {
    /// Who it is.
    pub payee: PayeeName,
    /// 1 is the credited payee's manager.
    pub level: u8,
    /// The rate of the level, as a fraction of one.
    pub rate: Option<Exact>,
    /// Since when the payee below is managed by this one, where an assignment began or ended it.
    pub since: Option<Since>,
    /// Whether the rule lets this manager earn.
    pub earns: bool,
    /// Whose amount this is.
    pub mine: bool,
}

/// One line with its steps.
#[derive(Debug, Clone)]
pub struct Amount {
    /// The rule and its version.
    pub version: VersionKey,
    /// Who is paid or credited.
    pub payee: PayeeName,
    /// The deal.
    pub deal: DealFacts,
    /// The role, of a rule that shares by role.
    pub role: Option<String>,
    /// The credited payee, of an override.
    pub from_payee: Option<PayeeName>,
    /// The manager's level, of an override: 1 is the credited payee's manager.
    pub level: Option<u8>,
    /// The id of the rule whose line is taken back, of a clawback.
    pub of_rule: Option<String>,
    /// What it was paid by: conditions that were true.
    pub when: Vec<Condition>,
    /// Of a basis that is an expression.
    pub basis: Option<(String, Vec<ColumnValue>)>,
    /// The rate, or the amount of a stipend.
    pub rate: Option<RuleValue>,
    /// What of the payee's work counts.
    pub work: Vec<Work>,
    /// Of pay for a milestone: what was done, that of the payee first.
    pub done: Vec<DoneFacts>,
    /// The condition that decides which work counts, if there is one.
    pub counting: Option<String>,
    /// What the payees share by: `weight`, `time-decay`, `percent`; none where nothing is shared.
    pub shared_by: Option<&'static str>,
    /// The registration that changed whose work counts, where one did.
    pub registration: Option<RegistrationOfLine>,
    /// Parts of `require` that were true, where a rule has one.
    pub require: Vec<Condition>,
    /// What sets the rate, and from where on that applies.
    pub measure: Option<Measure>,
    /// The managers above the credited payee, of an override.
    pub managers: Vec<Manager>,
    /// The steps that lead to the amount, in order.
    pub steps: Vec<Step>,
    /// What does not apply is `None`.
    pub credited: Option<Minor>,
    /// What the payee earns before caps.
    pub uncapped: Option<Minor>,
    /// What is paid.
    pub amount: Option<Minor>,
}

/// A milestone of a joint account plan that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoneFacts {
    /// `milestone_id`.
    pub id: String,
    /// The plan.
    pub plan: Option<String>,
    /// The side of the plan.
    pub side: Option<String>,
    /// Who did it.
    pub payee: PayeeName,
    /// When it was due, days since 1970-01-01.
    pub due_on: i32,
    /// When it was done.
    pub done_on: Option<i32>,
    /// Its row, where that is known.
    pub place: Option<Place>,
}

/// The measure that selects a rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// What is measured: `weight`, `touches`.
    pub word: &'static str,
    /// Of the deal, or of the payee alone.
    pub of_deal: bool,
    /// The measure.
    pub value: Exact,
    /// The measure from which the rate applies.
    pub from: Exact,
    /// The measure from which the next rate applies, if there is one.
    pub next: Option<Exact>,
}

/// A rule that gave nothing, and why: on one deal, or on several for one reason.
#[derive(Debug, Clone)]
pub struct Nothing {
    /// None where the reason holds for every rule.
    pub rule: Option<RuleIx>,
    /// The version that was in force, if one was.
    pub version: Option<VersionIx>,
    /// The first deal with this reason; none where the reason is about no deal.
    pub deal: Option<DealFacts>,
    /// The deals with this reason.
    pub deals: Vec<String>,
    /// The first condition that failed.
    pub why: Shortfall,
    /// What was kept of the deal, pool and credit.
    pub kept: Option<(Option<Minor>, Minor)>,
}

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectFacts {
    /// Its row.
    pub place: Place,
    /// The input table.
    pub table: &'static str,
    /// What is wrong, as rejects.csv has it.
    pub code: &'static str,
    /// The column; empty if it is about the whole row.
    pub column: String,
    /// The value of the cell; empty if it is about the whole row.
    pub value: String,
    /// What is wrong, in a sentence.
    pub message: String,
}

/// The first condition that failed.
#[derive(Debug, Clone)]
pub enum Shortfall {
    /// The deal is lost.
    Lost,
    /// The deal closed outside of the period.
    OutsidePeriod {
        /// Days since 1970-01-01.
        close_date: i32,
        /// The period in which it closed, of the same length.
        closed_in: Period,
    },
    /// No version of the rule was in force.
    NotInForce {
        /// Days since 1970-01-01.
        close_date: i32,
        /// First and last day of each version.
        versions: Vec<(i32, Option<i32>)>,
    },
    /// A part of `when` that is not true.
    When(Condition),
    /// Another rule of the same `one_of` matches the deal.
    TwoRules {
        /// The name.
        one_of: String,
        /// The ids of the other rules.
        others: Vec<String>,
    },
    /// The basis has no value.
    NoBasis {
        /// The expression.
        text: String,
        /// The columns that it names, with their values.
        seen: Vec<ColumnValue>,
    },
    /// The deal's amount is below zero.
    NegativeDeal {
        /// The amount.
        amount: Exact,
        /// What a deal below zero does not earn.
        earns_no: &'static str,
    },
    /// The deal is held, because a row that names it was rejected.
    Incomplete {
        /// These rows.
        rows: Vec<RejectFacts>,
    },
    /// No case of a rate or amount that depends on a column.
    NoRate {
        /// The column, with the value that has no case; of a rate table all its columns.
        seen: Vec<ColumnValue>,
        /// The values that have one.
        cases: Vec<String>,
        /// The rate table that has no row.
        table: Option<String>,
    },
    /// No declared split of the deal counts.
    NoSplits {
        /// The splits, and what failed on each.
        declared: Vec<(Work, Option<Condition>)>,
    },
    /// The percents do not add up to 100.
    SplitsNot100 {
        /// Their sum.
        sum: Exact,
        /// The splits that count.
        splits: Vec<Work>,
        /// Splits of the deal that were left out because they repeat another one.
        repeated: Vec<RejectFacts>,
    },
    /// The payee is in no split of the deal.
    NotInSplits,
    /// Declared with 0 percent.
    ZeroPercent {
        /// The splits.
        splits: Vec<Work>,
    },
    /// No engagement is within reach of the deal.
    NoEngagement {
        /// Where engagements are looked for, as in `reach`.
        reach: Vec<&'static str>,
    },
    /// Others have work on the deal, this payee has none.
    NotEngaged {
        /// Where engagements are looked for, as in `reach`.
        reach: Vec<&'static str>,
        /// How many payees have work on it.
        others: usize,
    },
    /// Work that `engaged` (or `splits`) does not let count.
    NotCounted {
        /// The first of them, and what failed on each.
        work: Vec<(Work, Condition)>,
        /// How many more there are.
        unlisted: usize,
    },
    /// The payee's work is in a role that somebody registered, and only members of the registration count in it.
    Registered {
        /// The `registration_id`.
        registration_id: String,
        /// The role.
        role: String,
        /// The members.
        members: Vec<PayeeName>,
        /// The work.
        work: Vec<Work>,
    },
    /// A decision gives the payee a part, and the rule does not count the payee on the deal: it is kept back.
    DecidedAndNotCounted {
        /// The conflict.
        conflict_id: String,
        /// The decision.
        decision_id: String,
        /// The percent, as a fraction of one.
        percent: Exact,
    },
    /// A decision gives the part of the claimants to neither: it is kept back.
    Voided {
        /// The decisions that do, each as conflict and decision.
        decisions: Vec<(String, String)>,
    },
    /// Unmet gates keep a part of a payee's lines back.
    Gated {
        /// Whose.
        payee: PayeeName,
        /// What is kept back.
        retained: Minor,
        /// The unmet gates.
        gates: Vec<GateFacts>,
    },
    /// Several territories fit the deal equally well.
    TerritoryTie {
        /// The id of the coverage.
        coverage: String,
    },
    /// The payee's work is in roles that the rule does not list.
    RoleNotNamed {
        /// The work.
        work: Vec<Work>,
        /// The roles that the rule lists.
        roles: Vec<String>,
    },
    /// The model looks at dates, and the work has none.
    Undated {
        /// The work.
        work: Vec<Work>,
    },
    /// Another payee's engagement was the first, or the last.
    NotTheOne {
        /// `first` or `last`.
        word: &'static str,
        /// Whose engagement it was.
        who: PayeeName,
        /// The payee's work.
        work: Vec<Work>,
    },
    /// The work counts and has no weight.
    ZeroUnits {
        /// The work.
        work: Vec<Work>,
    },
    /// A part of `require` that is not true.
    RequirementNotMet(Condition),
    /// The measure stays below the first rate.
    BelowFirstRate {
        /// Whether the deal is measured, or the payee alone.
        of_deal: bool,
        /// What is measured.
        word: &'static str,
        /// The measure.
        value: Exact,
        /// Where the first rate begins.
        first: Exact,
    },
    /// No credit of the rules that it is paid on; where the question is about one deal, why not.
    NoCredit {
        /// The ids of these rules.
        rules: Vec<String>,
        /// Why each of them gave none.
        why: Vec<Nothing>,
    },
    /// A part of `payees` that is not true for the payee.
    NotAnEarner(Condition),
    /// The payee has no quota.
    NoQuota {
        /// The period that it would be for.
        period: Period,
        /// Whether there is one, and it is prorated to 0.
        counts_no_day: bool,
    },
    /// None of the payees below this one was credited.
    NobodyBelow {
        /// The rules whose credit counts.
        rules: Vec<String>,
        /// How many levels the rule has.
        levels: usize,
        /// How many payees are below the payee within these levels.
        reports: usize,
        /// Managers in the data who were dropped, and why.
        dropped: Vec<RejectFacts>,
    },
    /// Payees were credited, and no manager above them earns.
    NobodyAbove {
        /// The payees who were credited.
        credited: Vec<PayeeName>,
        /// The managers above them, and what failed for each.
        managers: Vec<(PayeeName, Condition)>,
        /// Managers in the data who were dropped, and why.
        dropped: Vec<RejectFacts>,
    },
    /// A clawback rule, and the deal is no reversal, or there is none.
    NoReversal,
    /// It is about milestones.
    NoMilestone,
    /// The deal is a reversal that a clawback rule matches, so that no other rule does.
    TakenByClawback {
        /// The ids of the clawback rules.
        rules: Vec<String>,
    },
    /// Recomputed reversals left nothing of the deal.
    Reversed {
        /// The ids of the reversals.
        reversals: Vec<String>,
    },
    /// Other clawback rules match the reversal as well.
    TwoClawbacks {
        /// The ids of the other rules.
        others: Vec<String>,
    },
    /// A reversal that does nothing.
    ReversesNothing {
        /// The reason of uncredited.csv.
        reason: &'static str,
        /// The deal that it reverses, if it is in the data.
        original: Option<String>,
    },
    /// The reversed deal is computed again, and the reversal itself pays nothing.
    Recomputed(RecomputedDeal),
    /// The reversed deal has no line that the clawback takes back.
    NoLines {
        /// The deal that is reversed.
        original: String,
        /// Whether its fiscal year is computed.
        computed: bool,
        /// The ids of the rules whose lines are taken back; `None` for all.
        rules: Option<Vec<String>>,
    },
    /// No work of the payee is within reach of any deal of the period.
    NoWork {
        /// How many deals the period has.
        deals: usize,
    },
    /// Each payee with work within reach, for a question about the deal.
    Each {
        /// The reason of uncredited.csv.
        reason: &'static str,
        /// The payees, and why each got nothing.
        payees: Vec<(PayeeName, Shortfall)>,
    },
}

impl Shortfall {
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
            Self::Registered { .. } => "registered",
            Self::DecidedAndNotCounted { .. } => "not-counted",
            Self::Voided { .. } => "voided",
            Self::Gated { .. } => "gated",
            Self::TerritoryTie { .. } => "territory-tie",
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
            Self::NoReversal => "no-reversal",
            Self::NoMilestone => "no-milestone",
            Self::TakenByClawback { .. } => "taken-by-clawback",
            Self::Reversed { .. } => "reversed",
            Self::TwoClawbacks { .. } => "two-rules",
            Self::ReversesNothing { reason, .. } => reason,
            Self::Recomputed(_) => "recomputed",
            Self::NoLines { .. } => "no-lines",
            Self::NoWork { .. } => "no-work",
            Self::Each { reason, .. } => reason,
        }
    }
}
