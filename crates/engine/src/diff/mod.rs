//! Two settlements of one period side by side: what differs, for whom, by how much, and why.
//!
//! ```text
//! keys ─► merge: lines in pairs ─► walk, why: what differs, and its causes ─► sums, deals: total, rules, payees, deals, reasons
//! ```
//!
//! *Before* is the project, *after* is the other rule set or the other data. All lines are compared, never a sample.
//! With the sides exchanged the result is the same, except that signs are reversed and new and gone are exchanged.
//! Pure: settlements in, a [`Difference`] out; it reads no file and prints nothing.

pub mod behind;
pub mod cause;
pub mod cells;
mod deals;
mod entries;
pub mod facts;
mod keys;
mod line;
mod merge;
pub mod parameters;
pub mod policies;
mod rows;
mod rules;
mod scope;
mod sums;
mod walk;
mod why;
pub mod words;

use std::ops::Range;
use std::sync::Arc;

pub use behind::Behind;
pub use cause::{Cause, Causes};
use facts::FieldChange;
use keys::Keys;
pub use keys::{CommonDeal, CommonOfRule, CommonPayee, CommonRole, CommonRule};
pub use line::LineChange;
pub use parameters::ParameterChange;
pub use rows::RowsIx;
use scope::Scopes;
pub use why::Versions;

use crate::credit::Reason;
use crate::plan::Window;
use crate::settle::{self, PartedStageOne, PeriodView};
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::{Book, Period};
use apportion_data::{Ix, Tables};
use apportion_rules::{Kind, RuleBook};

apportion_base::indices! {
    /// A reason: its place in [`Findings::reasons`].
    ReasonIx(u32);
}

/// One side of a comparison: a settlement and what it was made of. Both sides may share one [`Tables`]; then their
/// numbers are compared as they are.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The project file.
    pub book: &'a Book,
    /// The data.
    pub tables: &'a Tables,
    /// The rules.
    pub rules: &'a RuleBook,
    /// The period, settled.
    pub settlement: &'a PeriodView,
}

/// Which side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SideName {
    /// The project.
    Before,
    /// The other rules, or the other data.
    After,
}

impl SideName {
    /// The other side.
    pub fn other(self) -> Self {
        match self {
            Self::Before => Self::After,
            Self::After => Self::Before,
        }
    }
}

/// What is paid and what is credited, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Money {
    /// What is paid.
    pub amount: i128,
    /// What is credited.
    pub credited: i128,
}

impl std::ops::AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.amount += other.amount;
        self.credited += other.credited;
    }
}

/// Lines by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineCounts {
    /// Lines of before.
    pub before: u32,
    /// Lines of after.
    pub after: u32,
    /// Lines that only after has.
    pub new: u32,
    /// Lines that only before has.
    pub gone: u32,
    /// The amount or the credit differs.
    pub changed: u32,
    /// Amount and credit are the same, but computed otherwise: another rate on another basis, another version.
    pub restated: u32,
}

impl LineCounts {
    /// Counts what became of a line beside that it is there.
    fn count(&mut self, status: Status) {
        match status {
            Status::New => self.new += 1,
            Status::Gone => self.gone += 1,
            Status::Changed => self.changed += 1,
            Status::Restated => self.restated += 1,
            Status::Same => {}
        }
    }

    /// Whether every line is what it was in everything.
    pub fn all_same(&self) -> bool {
        self.new + self.gone + self.changed + self.restated == 0
    }
}

/// Before and after, and how many lines differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Change {
    /// The sum over the lines of before.
    pub before: Money,
    /// The sum over the lines of after.
    pub after: Money,
    /// How many lines there are, and how many differ.
    pub lines: LineCounts,
}

impl Change {
    /// What it costs more, in minor units; negative where it costs less.
    pub fn amount(&self) -> i128 {
        self.after.amount - self.before.amount
    }

    /// The change of credit, in minor units.
    pub fn credited(&self) -> i128 {
        self.after.credited - self.before.credited
    }
}

/// What became of a line, a payee's or a deal's lines, or a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Only after has it.
    New,
    /// Only before has it.
    Gone,
    /// Pays or credits something else.
    Changed,
    /// Pays and credits the same, but computed otherwise.
    Restated,
    /// Nothing differs.
    Same,
}

impl Status {
    /// As it is shown and written.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Changed => "changed",
            Self::Restated => "restated",
            Self::Same => "same",
        }
    }
}

/// Lines of one rule that differ for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonChange {
    /// The rule.
    pub rule: CommonRule,
    /// What became of the lines.
    pub status: Status,
    /// The versions that made them.
    pub versions: Versions,
    /// All that was seen to differ behind them.
    pub causes: Causes,
    /// The policies of the channel that changed and are behind it.
    pub policies: Behind,
    /// Of several entries of a rule's rates or amounts that changed, those that these lines fall under, before and after.
    pub entries: Option<[String; 2]>,
    /// Why the deal paid no one on the side that has no line.
    pub uncredited: Option<Reason>,
    /// The rows of rate tables that decided, where a rate or an amount is among the causes.
    pub rows: Option<RowsIx>,
    /// How many lines there are.
    pub lines: u64,
    /// Their sum before.
    pub before: Money,
    /// Their sum after.
    pub after: Money,
}

impl ReasonChange {
    /// The change of amount, in minor units.
    pub fn amount(&self) -> i128 {
        self.after.amount - self.before.amount
    }

    /// The change of credit, in minor units.
    pub fn credited(&self) -> i128 {
        self.after.credited - self.before.credited
    }
}

/// A rule of either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleChange {
    /// Its id.
    pub id: String,
    /// `None` on the side that does not have it.
    pub kinds: (Option<Kind>, Option<Kind>),
    /// What differs in its lines.
    pub change: Change,
    /// What its caps kept, before and after.
    pub withheld: (i128, i128),
    /// What it retained of roles that no one filled, before and after.
    pub retained: (i128, i128),
    /// Won deals of the period that it matched, before and after.
    pub deals_matched: (u64, u64),
    /// Payees who get more by it.
    pub payees_up: u64,
    /// Payees who get less by it.
    pub payees_down: u64,
    /// Versions in force in the window that differ from what was in force then on the other side.
    pub versions: Vec<VersionChange>,
}

impl RuleChange {
    /// What became of it.
    pub fn status(&self) -> Status {
        match self.kinds {
            (None, _) => Status::New,
            (_, None) => Status::Gone,
            _ if self.change.before != self.change.after
                || self.change.lines.new + self.change.lines.gone + self.change.lines.changed > 0 =>
            {
                Status::Changed
            }
            _ if !self.change.lines.all_same() => Status::Restated,
            _ => Status::Same,
        }
    }
}

/// Two versions of a rule that were in force on the same days, and how they differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionChange {
    /// First and last day on which both were in force within the days that are computed.
    pub days: (i32, i32),
    /// The two versions; `None` where none was in force.
    pub versions: Versions,
    /// First day of each version.
    pub from: (Option<i32>, Option<i32>),
    /// Where each version is written.
    pub places: (Option<apportion_base::diagnostic::Span>, Option<apportion_base::diagnostic::Span>),
    /// The parameters that differ.
    pub parameters: Vec<ParameterChange>,
}

/// A payee some of whose lines differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayeeChange {
    /// The payee.
    pub payee: CommonPayee,
    /// What differs in its lines.
    pub change: Change,
    /// Its lines in [`Findings::lines`].
    pub lines: Range<usize>,
}

/// A deal some of whose lines differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealChange {
    /// The deal.
    pub deal: CommonDeal,
    /// What differs in its lines.
    pub change: Change,
    /// Its lines: a range of [`Findings::of_deals`].
    pub lines: Range<usize>,
}

/// Two settlements and everything that differs between them; what that is reads as its own fields.
#[derive(Debug, Clone)]
pub struct Difference<'a> {
    /// The project.
    pub before: Side<'a>,
    /// The other rules, or the other data.
    pub after: Side<'a>,
    findings: Arc<Findings>,
}

impl std::ops::Deref for Difference<'_> {
    type Target = Findings;

    fn deref(&self) -> &Findings {
        &self.findings
    }
}

/// Everything that differs between two settlements, without them.
#[derive(Debug)]
pub struct Findings {
    keys: Keys,
    /// Keys of the two project files that decide amounts.
    pub settings: Vec<ParameterChange>,
    /// Versions of policies that differ, by id and first day.
    pub policies: Vec<policies::PolicyChange>,
    /// What differs over all lines.
    pub total: Change,
    /// Payees with lines on either side who get more; credit counts in neither of these three.
    pub payees_up: u64,
    /// Payees with lines on either side who get less.
    pub payees_down: u64,
    /// Payees with lines on either side who get as much as before.
    pub payees_level: u64,
    /// All rules of both sides in byte order of id.
    pub rules: Vec<RuleChange>,
    /// The biggest movers first.
    pub reasons: Vec<ReasonChange>,
    /// Rows of rate tables by the reasons that name them: what a row asks for, before and after.
    pub rows: Vec<Vec<String>>,
    /// The biggest movers first.
    pub payees: Vec<PayeeChange>,
    /// The biggest movers first.
    pub deals: Vec<DealChange>,
    /// Deals with lines on either side.
    pub deals_with_lines: u64,
    /// Lines that are new, gone or changed, in the order of lines.parquet.
    pub lines: Vec<LineChange>,
    /// Places in `lines`, by deal.
    pub of_deals: Vec<usize>,
}

/// Holds two settlements of a period side by side.
///
/// # Errors
///
/// `currencies-differ` where the two books are in different currencies: their amounts can't be compared.
pub fn diff<'a>(before: Side<'a>, after: Side<'a>, period: Period) -> Result<Difference<'a>, Diagnostic> {
    diff_in_parts(before, after, period, sums::part_lines([before.settlement, after.settlement]))
}

/// The same, with so many lines of a side compared together. What it finds does not depend on their number.
///
/// # Errors
///
/// As [`diff`].
pub fn diff_in_parts<'a>(
    before: Side<'a>,
    after: Side<'a>,
    period: Period,
    lines: usize,
) -> Result<Difference<'a>, Diagnostic> {
    in_one_currency(before.book, after.book)?;
    let of_all = |walk: &mut sums::Walk<'_>| {
        let periods = [before.settlement, after.settlement];
        walk.add(periods, lines);
        Ok(periods)
    };
    let (_, findings) = sums::findings([before, after], days(before.book, period), None, of_all)?;
    Ok(Difference::new(before, after, Arc::new(findings)))
}

/// Whether two credited sides can be compared while payees are paid: they have the same data, and all that decides a payee's lines is its own.
pub fn compares_some_at_a_time(tables: [&Tables; 2], rules: [&RuleBook; 2]) -> bool {
    std::ptr::eq(tables[0], tables[1])
        && tables[0].effects.milestones.is_empty()
        && rules.into_iter().all(|rules| settle::pays_some_at_a_time(rules) && settle::pays_own_credit(rules))
}

/// The same of two sides whose payees are not paid yet ([`compares_some_at_a_time`]): they are paid and compared some after the others, so
/// lines are never in memory as a whole. The settlements of the sides have no lines; those of all payees are given beside what differs.
///
/// # Errors
///
/// As [`diff`], and numbers that can't be held.
pub fn diff_credited(
    [before, after]: [Side<'_>; 2],
    stages: [PartedStageOne; 2],
    period: Period,
    lines: usize,
) -> Result<([PeriodView; 2], Findings), Vec<Diagnostic>> {
    in_one_currency(before.book, after.book).map_err(|refused| vec![refused])?;
    let scope = |side: Side<'_>, stage_one| Scopes::of_stage_one(side.tables, side.rules, stage_one);
    let scopes = [scope(before, &stages[0]), scope(after, &stages[1])];
    let of_some = |walk: &mut sums::Walk<'_>| {
        let of = [before, after].map(|side| (side.book, side.tables, side.rules));
        settle::pay_both(stages, of, period, lines, |periods| walk.add(periods, sums::part_lines(periods)))
    };
    sums::findings([before, after], days(before.book, period), Some(scopes), of_some)
}

fn in_one_currency(before: &Book, after: &Book) -> Result<(), Diagnostic> {
    let (was, is) = (before.currency, after.currency);
    if was == is {
        return Ok(());
    }
    let message = format!("amounts in {} can't be compared with amounts in {}", was.code(), is.code());
    Err(Diagnostic::error(Code::CurrenciesDiffer, message)
        .help("compare projects whose `[book] currency` is the same"))
}

/// The first and the last day that are computed for a period.
fn days(book: &Book, period: Period) -> (i32, i32) {
    let window = Window::new(book.calendar(), period);
    (window.computed_from, window.paid_until)
}

/// What identifies a line, and what it paid and pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineView<'a> {
    /// The id of the rule.
    pub rule: &'a str,
    /// The `deal_id`.
    pub deal: &'a str,
    /// The `payee_id`.
    pub payee: &'a str,
    /// The role, of rules that share by role.
    pub role: Option<&'a str>,
    /// The `payee_id` of the credited payee, of an override.
    pub from_payee: Option<&'a str>,
    /// The id of the rule whose line is taken back.
    pub of_rule: Option<&'a str>,
    /// What became of the line.
    pub status: Status,
    /// `None` where the line is not there.
    pub before: Option<Money>,
    /// What it pays and credits after; `None` where the line is not there.
    pub after: Option<Money>,
}

impl<'a> Difference<'a> {
    /// What was found to differ between these sides.
    pub fn new(before: Side<'a>, after: Side<'a>, findings: Arc<Findings>) -> Self {
        Self { before, after, findings }
    }

    /// What differs, without the sides.
    pub fn into_findings(self) -> Arc<Findings> {
        self.findings
    }

    /// Whether every line of one side is on the other, the same in everything.
    pub fn is_empty(&self) -> bool {
        self.total.lines.all_same()
    }

    /// One of the sides.
    pub fn side(&self, which: SideName) -> Side<'a> {
        match which {
            SideName::Before => self.before,
            SideName::After => self.after,
        }
    }

    /// Decimals of the currency.
    pub fn digits(&self) -> u32 {
        self.before.book.currency.digits()
    }

    /// The `deal_id` of a deal of either side.
    pub fn deal_id(&self, deal: CommonDeal) -> &'a str {
        let (which, own) = self.find(|which| self.findings.keys.deals.own(which, deal));
        self.side(which).tables.deals.id(own)
    }

    /// The `payee_id` of a payee of either side.
    pub fn payee_id(&self, payee: CommonPayee) -> &'a str {
        let (which, own) = self.find(|which| self.findings.keys.payees.own(which, payee));
        self.side(which).tables.payees.id(own)
    }

    /// The payee's name, if the data has one; that of after where both do.
    pub fn payee_name(&self, payee: CommonPayee) -> Option<String> {
        [SideName::After, SideName::Before].into_iter().find_map(|which| {
            let own = self.findings.keys.payees.own(which, payee)?;
            facts::text_at(self.side(which).tables.payees.frame.column("name")?, own.at())
        })
    }

    /// The fields that differ of a deal that both sides have.
    pub fn deal_fields(&self, deal: CommonDeal) -> Vec<FieldChange> {
        if std::ptr::eq(self.before.tables, self.after.tables) {
            return Vec::new();
        }
        facts::deal_changes(&self.before, &self.after, &self.findings.keys, deal)
    }

    /// The fields that differ of a payee that both sides have.
    pub fn payee_fields(&self, payee: CommonPayee) -> Vec<FieldChange> {
        if std::ptr::eq(self.before.tables, self.after.tables) {
            return Vec::new();
        }
        facts::payee_changes(&self.before, &self.after, &self.findings.keys, payee)
    }

    /// The id of a rule of either side.
    pub fn rule_id(&self, rule: CommonRule) -> &str {
        &self.rules[rule].id
    }

    /// A line with its names.
    pub fn line(&self, line: &LineChange) -> LineView<'a> {
        let keys = &self.findings.keys;
        let (of_rule, rule) = self.find(|which| keys.rules.own(which, line.rule));
        let role = |role| {
            let (which, own) = self.find(|which| keys.roles.own(which, role));
            self.side(which).settlement.roles[own].as_str()
        };
        let taken_back = |of_rule| {
            let (which, own) = self.find(|which| keys.of_rules.own(which, of_rule));
            self.side(which).settlement.of_rules[own.at()].as_str()
        };
        LineView {
            rule: &self.side(of_rule).rules[rule].id,
            deal: self.deal_id(line.deal),
            payee: self.payee_id(line.payee),
            role: line.role.get().map(role),
            from_payee: line.from_payee.get().map(|payee| self.payee_id(payee)),
            of_rule: line.of_rule.get().map(taken_back),
            status: line.status,
            before: line.before(),
            after: line.after(),
        }
    }

    /// The days on which the deal of a line closed, of the sides that have the line.
    pub fn closed_on(&self, line: &LineChange) -> impl Iterator<Item = i32> {
        let sides = [(SideName::Before, line.before()), (SideName::After, line.after())];
        sides.into_iter().filter_map(|(which, there)| {
            let own = self.findings.keys.deals.own(which, line.deal).filter(|_| there.is_some())?;
            Some(self.side(which).tables.deals.close_date[own])
        })
    }

    /// The lines of a payee that differ.
    pub fn lines_of_payee(&self, payee: &PayeeChange) -> &[LineChange] {
        &self.lines[payee.lines.clone()]
    }

    /// The lines of a deal that differ.
    pub fn lines_of_deal(&self, deal: &DealChange) -> impl Iterator<Item = &LineChange> {
        self.of_deals[deal.lines.clone()].iter().map(|index| &self.lines[*index])
    }

    /// What each reason contributes to some lines, the biggest first: index into `reasons`, lines, and the change of
    /// amount and credit.
    pub fn parts<'b>(&self, lines: impl Iterator<Item = &'b LineChange>) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for line in lines {
            let [before, after] = line.both();
            let index = match parts.iter().position(|part| part.reason == line.reason) {
                Some(index) => index,
                None => {
                    parts.push(Part { reason: line.reason, lines: 0, amount: 0, credited: 0 });
                    parts.len() - 1
                }
            };
            let part = &mut parts[index];
            part.lines += 1;
            part.amount += after.amount - before.amount;
            part.credited += after.credited - before.credited;
        }
        parts.sort_by_key(|part| {
            (std::cmp::Reverse((part.amount.unsigned_abs(), part.credited.unsigned_abs())), part.reason)
        });
        parts
    }

    /// The thing is on one of the sides at least.
    fn find<K: Ix>(&self, own: impl Fn(SideName) -> Option<K>) -> (SideName, K) {
        own(SideName::Before)
            .map(|own| (SideName::Before, own))
            .or_else(|| own(SideName::After).map(|own| (SideName::After, own)))
            .unwrap_or((SideName::Before, K::of_code(0)))
    }
}

/// What one reason contributes to the change of a payee or deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The reason.
    pub reason: ReasonIx,
    /// How many lines differ for it.
    pub lines: u64,
    /// The change of amount, in minor units.
    pub amount: i128,
    /// The change of credit, in minor units.
    pub credited: i128,
}
