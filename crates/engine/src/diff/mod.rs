//! Two settlements of one period side by side: what differs, for whom, by how much, and why.
//!
//! ```text
//! keys ─► merge: lines in pairs ─► why: their causes ─► sums: total, rules, payees, deals, reasons
//! ```
//!
//! *Before* is the project, *after* is the other rule set or the other data. All lines are compared, never a sample.
//! With the sides exchanged the result is the same, except that signs are reversed and new and gone are exchanged.
//! Pure: settlements in, a [`Difference`] out; it reads no file and prints nothing.

pub mod behind;
pub mod cause;
pub mod cells;
mod entries;
pub mod facts;
mod keys;
mod merge;
pub mod parameters;
pub mod policies;
mod rows;
mod rules;
mod scope;
mod sums;
mod why;
pub mod words;

use std::ops::Range;

pub use behind::Behind;
pub use cause::{Cause, Causes};
use facts::FieldChange;
use keys::Keys;
pub use keys::{CommonDeal, CommonPayee, CommonRole, CommonRule};
pub use parameters::ParameterChange;
pub use rows::RowsIx;
pub use why::Versions;

use crate::credit::{LineIx, Reason};
use crate::plan::Window;
use crate::settle::PeriodView;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::{Book, Period};
use apportion_data::{Ix, Optional, Tables};
use apportion_rules::{Kind, RuleBook};

apportion_base::indices! {
    /// A reason: its place in [`Difference::reasons`].
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

/// A line that is new, gone, or pays or credits something else: its places in the two settlements, and its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineChange {
    /// The line of before; none if it is not there.
    pub before: Optional<LineIx>,
    /// The line of after; none if it is not there.
    pub after: Optional<LineIx>,
    /// Why it differs.
    pub reason: ReasonIx,
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
    /// Its lines in [`Difference::lines`].
    pub lines: Range<usize>,
}

/// A deal some of whose lines differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealChange {
    /// The deal.
    pub deal: CommonDeal,
    /// What differs in its lines.
    pub change: Change,
    /// Its lines: a range of [`Difference::of_deals`].
    pub lines: Range<usize>,
}

/// Everything that differs between two settlements.
#[derive(Debug)]
pub struct Difference<'a> {
    /// The project.
    pub before: Side<'a>,
    /// The other rules, or the other data.
    pub after: Side<'a>,
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
    diff_in_parts(before, after, period, sums::part_lines(&before, &after))
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
    let (was, is) = (before.book.currency, after.book.currency);
    if was != is {
        let message = format!("amounts in {} can't be compared with amounts in {}", was.code(), is.code());
        return Err(Diagnostic::error(Code::CurrenciesDiffer, message)
            .help("compare projects whose `[book] currency` is the same"));
    }
    let window = Window::new(before.book.calendar(), period);
    Ok(sums::sum(before, after, (window.computed_from, window.paid_until), lines))
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
    /// What became of the line.
    pub status: Status,
    /// `None` where the line is not there.
    pub before: Option<Money>,
    /// What it pays and credits after; `None` where the line is not there.
    pub after: Option<Money>,
}

impl<'a> Difference<'a> {
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
        let (which, own) = self.find(|which| self.keys.deals.own(which, deal));
        self.side(which).tables.deals.id(own)
    }

    /// The `payee_id` of a payee of either side.
    pub fn payee_id(&self, payee: CommonPayee) -> &'a str {
        let (which, own) = self.find(|which| self.keys.payees.own(which, payee));
        self.side(which).tables.payees.id(own)
    }

    /// The payee's name, if the data has one; that of after where both do.
    pub fn payee_name(&self, payee: CommonPayee) -> Option<String> {
        [SideName::After, SideName::Before].into_iter().find_map(|which| {
            let own = self.keys.payees.own(which, payee)?;
            facts::text_at(self.side(which).tables.payees.frame.column("name")?, own.at())
        })
    }

    /// The fields that differ of a deal that both sides have.
    pub fn deal_fields(&self, deal: CommonDeal) -> Vec<FieldChange> {
        if std::ptr::eq(self.before.tables, self.after.tables) {
            return Vec::new();
        }
        facts::deal_changes(&self.before, &self.after, &self.keys, deal)
    }

    /// The fields that differ of a payee that both sides have.
    pub fn payee_fields(&self, payee: CommonPayee) -> Vec<FieldChange> {
        if std::ptr::eq(self.before.tables, self.after.tables) {
            return Vec::new();
        }
        facts::payee_changes(&self.before, &self.after, &self.keys, payee)
    }

    /// The id of a rule of either side.
    pub fn rule_id(&self, rule: CommonRule) -> &str {
        &self.rules[rule].id
    }

    /// A line with its names.
    pub fn line(&self, line: &LineChange) -> LineView<'a> {
        let (before, after) = (line.before.get(), line.after.get());
        let (side, row) = match after {
            Some(row) => (self.after, row),
            // A line is on one of the sides at least.
            None => (self.before, before.unwrap_or(LineIx::FIRST)),
        };
        let line = &side.settlement.lines[row];
        let status = match (before, after) {
            (None, _) => Status::New,
            (_, None) => Status::Gone,
            _ => Status::Changed,
        };
        LineView {
            rule: &side.rules[line.rule].id,
            deal: side.tables.deals.id(line.deal),
            payee: side.tables.payees.id(line.payee),
            role: line.role.get().map(|role| side.settlement.roles[role].as_str()),
            from_payee: line.from_payee.get().map(|payee| side.tables.payees.id(payee)),
            status,
            before: before.map(|row| sums::money(&self.before.settlement.lines[row])),
            after: after.map(|row| sums::money(&self.after.settlement.lines[row])),
        }
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
        let money = |side: &Side<'_>, row: Option<LineIx>| {
            row.map(|row| sums::money(&side.settlement.lines[row])).unwrap_or_default()
        };
        for line in lines {
            let before = money(&self.before, line.before.get());
            let after = money(&self.after, line.after.get());
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
