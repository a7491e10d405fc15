//! Two settlements of one period side by side: what differs, for whom, by how much, and why.
//!
//! ```text
//! keys ─► merge: lines in pairs ─► why: their causes ─► sums: total, rules, payees, deals, reasons
//! ```
//!
//! *Before* is the project, *after* is the other rule set or the other data. All lines are compared, never a sample.
//! With the sides exchanged the result is the same, except that signs are reversed and new and gone are exchanged.
//! Pure: settlements in, a [`Difference`] out; it reads no file and prints nothing.

pub mod cause;
pub mod facts;
mod keys;
mod merge;
pub mod parameters;
mod rules;
mod scope;
mod sums;
mod why;
pub mod words;

use std::ops::Range;

pub use cause::{Cause, Causes};
use facts::FieldChange;
use keys::Keys;
pub use parameters::ParameterChange;
pub use why::Versions;

use crate::credit::Reason;
use crate::plan::Window;
use crate::settle::PeriodView;
use apportion_base::diagnostic::{Code, Diagnostic};
use apportion_book::{Book, Period};
use apportion_data::{NONE, Tables};
use apportion_rules::{Kind, RuleBook};

/// One side of a comparison: a settlement and what it was made of. Both sides may share one [`Tables`]; then their
/// numbers are compared as they are.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    pub book: &'a Book,
    pub tables: &'a Tables,
    pub rules: &'a RuleBook,
    pub settlement: &'a PeriodView,
}

/// Which side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Before,
    After,
}

impl Which {
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
    pub amount: i128,
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
    pub before: u32,
    pub after: u32,
    pub new: u32,
    pub gone: u32,
    /// The amount or the credit differs.
    pub changed: u32,
    /// Amount and credit are the same, but computed otherwise: another rate on another basis, another version.
    pub restated: u32,
}

impl LineCounts {
    /// Whether every line is what it was in everything.
    pub fn all_same(&self) -> bool {
        self.new + self.gone + self.changed + self.restated == 0
    }
}

/// Before and after, and how many lines differ.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Change {
    pub before: Money,
    pub after: Money,
    pub lines: LineCounts,
}

impl Change {
    /// What it costs more, in minor units; negative where it costs less.
    pub fn amount(&self) -> i128 {
        self.after.amount - self.before.amount
    }

    pub fn credited(&self) -> i128 {
        self.after.credited - self.before.credited
    }
}

/// What became of a line, a payee's or a deal's lines, or a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    New,
    Gone,
    Changed,
    /// Pays and credits the same, but computed otherwise.
    Restated,
    Same,
}

impl Status {
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

/// A line that is new, gone, or pays or credits something else: its rows in the two settlements, [`NONE`] where it is
/// not there, and its reason as an index into [`Difference::reasons`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineChange {
    pub before: u32,
    pub after: u32,
    pub reason: u32,
}

/// Lines of one rule that differ for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonChange {
    /// Common index of the rule.
    pub rule: u32,
    pub status: Status,
    pub versions: Versions,
    pub causes: Causes,
    /// Why the deal paid no one on the side that has no line.
    pub uncredited: Option<Reason>,
    pub lines: u64,
    pub before: Money,
    pub after: Money,
}

impl ReasonChange {
    pub fn amount(&self) -> i128 {
        self.after.amount - self.before.amount
    }

    pub fn credited(&self) -> i128 {
        self.after.credited - self.before.credited
    }
}

/// A rule of either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleChange {
    pub id: String,
    /// `None` on the side that does not have it.
    pub kinds: (Option<Kind>, Option<Kind>),
    pub change: Change,
    /// What its caps kept, before and after.
    pub withheld: (i128, i128),
    /// What it retained of roles that no one filled, before and after.
    pub retained: (i128, i128),
    /// Won deals of the period that it matched, before and after.
    pub deals_matched: (u64, u64),
    /// Payees who get more by it, and who get less.
    pub payees_up: u64,
    pub payees_down: u64,
    /// Versions in force in the window that differ from what was in force then on the other side.
    pub versions: Vec<VersionChange>,
}

impl RuleChange {
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
    pub versions: Versions,
    /// First day of each version.
    pub from: (Option<i32>, Option<i32>),
    pub places: (Option<apportion_base::diagnostic::Span>, Option<apportion_base::diagnostic::Span>),
    pub parameters: Vec<ParameterChange>,
}

/// A payee some of whose lines differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayeeChange {
    /// Common index.
    pub payee: u32,
    pub change: Change,
    /// Its lines in [`Difference::lines`].
    pub lines: Range<usize>,
}

/// A deal some of whose lines differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealChange {
    /// Common index.
    pub deal: u32,
    pub change: Change,
    /// Its lines: a range of [`Difference::of_deals`].
    pub lines: Range<usize>,
}

/// Everything that differs between two settlements.
#[derive(Debug)]
pub struct Difference<'a> {
    pub before: Side<'a>,
    pub after: Side<'a>,
    keys: Keys,
    /// Keys of the two project files that decide amounts.
    pub settings: Vec<ParameterChange>,
    pub total: Change,
    /// Payees with lines on either side who get more, less, as much as before (credit included in neither).
    pub payees_up: u64,
    pub payees_down: u64,
    pub payees_level: u64,
    /// All rules of both sides in byte order of id.
    pub rules: Vec<RuleChange>,
    /// The biggest movers first.
    pub reasons: Vec<ReasonChange>,
    /// The biggest movers first.
    pub payees: Vec<PayeeChange>,
    /// The biggest movers first.
    pub deals: Vec<DealChange>,
    /// Deals with lines on either side.
    pub deals_with_lines: u64,
    /// Lines that are new, gone or changed, in the order of lines.parquet.
    pub lines: Vec<LineChange>,
    /// Indices into `lines`, by deal.
    pub of_deals: Vec<u32>,
}

/// Holds two settlements of a period side by side.
///
/// # Errors
///
/// `currencies-differ` where the two books are in different currencies: their amounts can't be compared.
pub fn diff<'a>(before: Side<'a>, after: Side<'a>, period: Period) -> Result<Difference<'a>, Diagnostic> {
    let (was, is) = (before.book.currency, after.book.currency);
    if was != is {
        let message = format!("amounts in {} can't be compared with amounts in {}", was.code(), is.code());
        return Err(Diagnostic::error(Code::CurrenciesDiffer, message)
            .help("compare projects whose `[book] currency` is the same"));
    }
    let window = Window::new(before.book.calendar(), period);
    Ok(sums::sum(before, after, (window.computed_from, window.paid_until)))
}

/// What identifies a line, and what it paid and pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineView<'a> {
    pub rule: &'a str,
    pub deal: &'a str,
    pub payee: &'a str,
    pub role: Option<&'a str>,
    pub from_payee: Option<&'a str>,
    pub status: Status,
    /// `None` where the line is not there.
    pub before: Option<Money>,
    pub after: Option<Money>,
}

impl<'a> Difference<'a> {
    /// Whether every line of one side is on the other, the same in everything.
    pub fn is_empty(&self) -> bool {
        self.total.lines.all_same()
    }

    pub fn side(&self, which: Which) -> Side<'a> {
        match which {
            Which::Before => self.before,
            Which::After => self.after,
        }
    }

    /// Decimals of the currency.
    pub fn digits(&self) -> u32 {
        self.before.book.currency.digits()
    }

    pub fn deal_id(&self, deal: u32) -> &'a str {
        let (which, own) = self.find(|which| self.keys.deals.own(which, deal));
        self.side(which).tables.deals.ids.value(own as usize)
    }

    pub fn payee_id(&self, payee: u32) -> &'a str {
        let (which, own) = self.find(|which| self.keys.payees.own(which, payee));
        self.side(which).tables.payees.ids.value(own as usize)
    }

    /// The payee's name, if the data has one; that of after where both do.
    pub fn payee_name(&self, payee: u32) -> Option<String> {
        [Which::After, Which::Before].into_iter().find_map(|which| {
            let own = self.keys.payees.own(which, payee)?;
            facts::text_at(self.side(which).tables.payees.frame.column("name")?, own as usize)
        })
    }

    /// The fields that differ of a deal that both sides have.
    pub fn deal_fields(&self, deal: u32) -> Vec<FieldChange> {
        if std::ptr::eq(self.before.tables, self.after.tables) {
            return Vec::new();
        }
        facts::deal_changes(&self.before, &self.after, &self.keys, deal)
    }

    /// The fields that differ of a payee that both sides have.
    pub fn payee_fields(&self, payee: u32) -> Vec<FieldChange> {
        if std::ptr::eq(self.before.tables, self.after.tables) {
            return Vec::new();
        }
        facts::payee_changes(&self.before, &self.after, &self.keys, payee)
    }

    pub fn rule_id(&self, rule: u32) -> &str {
        &self.rules[rule as usize].id
    }

    /// A line with its names.
    pub fn line(&self, line: &LineChange) -> LineView<'a> {
        let there = |row: u32| (row != NONE).then_some(row as usize);
        let (before, after) = (there(line.before), there(line.after));
        let (side, row) = match after {
            Some(row) => (self.after, row),
            None => (self.before, line.before as usize),
        };
        let line = &side.settlement.lines[row];
        let status = match (before, after) {
            (None, _) => Status::New,
            (_, None) => Status::Gone,
            _ => Status::Changed,
        };
        LineView {
            rule: &side.rules.rules[usize::from(line.rule)].id,
            deal: side.tables.deals.ids.value(line.deal as usize),
            payee: side.tables.payees.ids.value(line.payee as usize),
            role: (line.role != NONE).then(|| side.settlement.roles[line.role as usize].as_str()),
            from_payee: (line.from_payee != NONE)
                .then(|| side.tables.payees.ids.value(line.from_payee as usize)),
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
        self.of_deals[deal.lines.clone()].iter().map(|at| &self.lines[*at as usize])
    }

    /// What each reason contributes to some lines, the biggest first: index into `reasons`, lines, and the change of
    /// amount and credit.
    pub fn parts<'b>(&self, lines: impl Iterator<Item = &'b LineChange>) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for line in lines {
            let view = self.line(line);
            let (before, after) = (view.before.unwrap_or_default(), view.after.unwrap_or_default());
            let at = match parts.iter().position(|part| part.reason == line.reason) {
                Some(at) => at,
                None => {
                    parts.push(Part { reason: line.reason, lines: 0, amount: 0, credited: 0 });
                    parts.len() - 1
                }
            };
            let part = &mut parts[at];
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
    fn find(&self, own: impl Fn(Which) -> Option<u32>) -> (Which, u32) {
        own(Which::Before)
            .map(|own| (Which::Before, own))
            .or_else(|| own(Which::After).map(|own| (Which::After, own)))
            .unwrap_or((Which::Before, 0))
    }
}

/// What one reason contributes to the change of a payee or deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Index into [`Difference::reasons`].
    pub reason: u32,
    pub lines: u64,
    pub amount: i128,
    pub credited: i128,
}
