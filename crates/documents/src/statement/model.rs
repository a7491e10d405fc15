//! What a statement says. Amounts are minor units of the book's currency.

use rust_decimal::Decimal;

use crate::language::Language;
use apportion_book::Period;
use apportion_contract::Reason;
use apportion_ledger::balances::Balance;

/// What is paid to a payee for a month, and how that came about.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The payee.
    pub payee_id: String,
    /// Its name; empty where none is known.
    pub name: String,
    /// The language in which it is written.
    pub language: Language,
    /// Where it is sent; empty where the data do not say.
    pub email: String,
    /// What is paid, of a close or a draft.
    pub balance: Option<Balance>,
    /// What was earned in the month, by rule; clawbacks of a close are below.
    pub rules: Vec<RuleLines>,
    /// Differences for closed months.
    pub true_ups: Vec<Change>,
    /// What clawbacks took back.
    pub clawbacks: Vec<Change>,
    /// What was added or taken by hand.
    pub adjustments: Vec<AdjustmentLine>,
    /// What is held at the end.
    pub held: Vec<HeldLine>,
    /// By how much that changed, line by line.
    pub held_changes: Vec<HeldChange>,
    /// How far the payee has come under its commissions.
    pub attainment: Vec<Attainment>,
    /// The months of the fiscal year that were closed so far, this one last.
    pub year: Vec<YearMonth>,
    /// Deals that paid the payee nothing.
    pub unpaid: Vec<UnpaidDeal>,
    /// What the payee asked: what waits, and what was answered in the month.
    pub inquiries: Vec<Inquiry>,
    /// Those below the payee.
    pub team: Vec<TeamMember>,
}

/// A rule, a hold or a draw for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleName {
    /// Its id.
    pub id: String,
    /// Its title; none where it has none, or the rules are not known.
    pub title: Option<String>,
    /// The reason for it.
    pub why: Option<String>,
}

impl RuleName {
    /// `Title (id)`, or the id.
    pub fn shown(&self) -> String {
        match &self.title {
            Some(title) => format!("{title} ({})", self.id),
            None => self.id.clone(),
        }
    }
}

/// The lines of a rule.
#[derive(Debug, Clone)]
pub struct RuleLines {
    /// The rule.
    pub rule: RuleName,
    /// In the order of lines.parquet.
    pub lines: Vec<EarnedLine>,
}

/// A line of the month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EarnedLine {
    /// The deal.
    pub deal: String,
    /// Whose it is, where the data say.
    pub customer: String,
    /// When it closed.
    pub close_date: i32,
    /// The role.
    pub role: String,
    /// The credited payee, of an override or a team.
    pub from_payee: String,
    /// The credit, or what the rate is applied to.
    pub credit: Option<i128>,
    /// The rate, in hundred-millionths.
    pub rate: Option<i128>,
    /// What it earns in this month; none of a line that only credits.
    pub amount: Option<i128>,
    /// What caps took.
    pub capped: i128,
    /// What closes before have posted for it.
    pub posted_before: i128,
    /// What of it is held at the end.
    pub held: i128,
}

/// A difference for a closed month, or something that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The month that it is of.
    pub period: Period,
    /// The rule.
    pub rule: RuleName,
    /// The deal.
    pub deal: String,
    /// Whose it is, where the data say.
    pub customer: String,
    /// When it closed.
    pub close_date: i32,
    /// The role.
    pub role: String,
    /// The credited payee, of an override or a team.
    pub from_payee: String,
    /// The rule whose line is taken back.
    pub of_rule: String,
    /// The deal whose line is taken back.
    pub of_deal: String,
    /// What was posted before.
    pub before: i128,
    /// What it is now.
    pub now: i128,
    /// The difference.
    pub earned: i128,
    /// Why, as the entry says it.
    pub cause: String,
}

/// Something that was added or taken by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdjustmentLine {
    /// `adjustment_id`.
    pub id: String,
    /// The month that it is of.
    pub period: Period,
    /// Why.
    pub reason: String,
    /// The deal that it is about; empty for none.
    pub deal: String,
    /// How much.
    pub amount: i128,
}

/// What of a line is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldLine {
    /// The rule of the line.
    pub rule: RuleName,
    /// The deal.
    pub deal: String,
    /// Whose it is, where the data say.
    pub customer: String,
    /// When it closed.
    pub close_date: i32,
    /// The role.
    pub role: String,
    /// How much is held.
    pub held: i128,
    /// Which part may be paid, as held.csv has it.
    pub share: String,
    /// The hold.
    pub by: RuleName,
    /// Which part may be paid, in the words of the rules.
    pub release: String,
}

/// By how much what is held of a line changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldChange {
    /// The rule of the line.
    pub rule: RuleName,
    /// The deal.
    pub deal: String,
    /// What it earned in this close.
    pub earned: i128,
    /// What of it may be paid with this close.
    pub released: i128,
}

/// How far a payee has come under a commission.
#[derive(Debug, Clone)]
pub struct Attainment {
    /// The commission.
    pub rule: RuleName,
    /// The period over which it adds up.
    pub period: String,
    /// The quota, in millionths.
    pub quota: Option<i128>,
    /// The credit so far.
    pub credit: i128,
    /// What is counted beside it, in billionths.
    pub measure: Option<i128>,
    /// The part of the quota, in millionths.
    pub attained: Option<i128>,
    /// The rate reached, in hundred-millionths.
    pub rate: i128,
    /// The tiers.
    pub tiers: Vec<TierLine>,
}

/// A tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TierLine {
    /// Where it begins: a fraction of the quota, or an amount.
    pub from: Decimal,
    /// Whether it is a fraction of the quota.
    pub of_quota: bool,
    /// Its rate, a fraction.
    pub rate: Decimal,
    /// What is paid once when it is reached.
    pub bonus: Option<Decimal>,
}

/// A closed month of the fiscal year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearMonth {
    /// The month.
    pub period: Period,
    /// Its row of balances.csv.
    pub balance: Balance,
}

/// A deal that paid the payee nothing under a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnpaidDeal {
    /// The deal.
    pub deal: String,
    /// Whose it is, where the data say.
    pub customer: String,
    /// When it closed; none where the deal is not known.
    pub close_date: Option<i32>,
    /// The rule; none where none matched.
    pub rule: Option<RuleName>,
    /// Why.
    pub reason: Reason,
}

/// What a payee asked about a line; it moves no amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inquiry {
    /// Its id.
    pub id: String,
    /// When it was asked.
    pub raised_on: i32,
    /// The deal that it is about, as written.
    pub deal: String,
    /// The rule that it is about.
    pub rule: Option<RuleName>,
    /// The question.
    pub question: String,
    /// What became of it by the last day.
    pub state: InquiryState,
    /// When it was answered.
    pub answered_on: Option<i32>,
    /// The answer.
    pub answer: String,
    /// The adjustment that came of it.
    pub adjustment: String,
}

/// What became of an inquiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InquiryState {
    /// It waits.
    Open,
    /// It has an answer.
    Answered,
    /// It is right.
    Accepted,
    /// It is not.
    Rejected,
}

/// Somebody below a payee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamMember {
    /// The payee.
    pub payee_id: String,
    /// Its name.
    pub name: String,
    /// How many levels below: 1 for direct reports.
    pub level: u32,
    /// What it earned.
    pub earned: i128,
    /// Its row of balances.csv; none where nothing was posted.
    pub balance: Option<Balance>,
}
