//! What all forms of a difference say alike: the names of the two sides, amounts with signs, places, reasons.

use std::path::Path;

use super::args::DiffArgs;
use crate::CloseComparison;
use crate::cli::number::{count, counted, money};
use crate::cli::project;
use apportion_base::diagnostic::{Files, Span};
use apportion_base::money::format_scaled;
use apportion_book::display_day;
use apportion_documents::block::{Cell, Money};
use apportion_engine::diff::{
    Change, CommonPayee, Difference, Part, ReasonIx, RuleChange, Status, VersionChange, words,
};

/// How many reasons a mover is given before they are counted.
const REASONS: usize = 3;

/// A difference with what is needed to show it.
pub struct DifferenceView<'a> {
    pub difference: &'a Difference<'a>,
    /// What each side would pay, where the rules say more than what is earned.
    pub closes: &'a CloseComparison,
    files: &'a Files,
    pub period: String,
    pub first_day: String,
    pub last_day: String,
    /// What each side is, in a few words.
    pub before: String,
    pub after: String,
    /// Movers of each kind.
    pub top: usize,
    pub currency: &'static str,
    pub digits: u32,
    /// Whether texts in CSV are written as they are.
    pub raw: bool,
}

impl<'a> DifferenceView<'a> {
    pub fn new(
        (difference, closes): (&'a Difference<'a>, &'a CloseComparison),
        files: &'a Files,
        args: &DiffArgs,
        project: &Path,
    ) -> Self {
        let book = difference.before.book;
        let calendar = book.calendar();
        let own_rules = || {
            let globs: Vec<&str> = book.rules.iter().map(|glob| glob.value.as_str()).collect();
            globs.join(", ")
        };
        let named = |path: &Path| match project::shown(path) {
            here if here.is_empty() => ".".to_owned(),
            other => other,
        };
        let (before, after) = match (&args.against, &args.rules, &args.data) {
            (Some(against), _, _) => (named(project), named(against)),
            (None, Some(rules), Some(data)) => (
                format!("rules {} and data of {}", own_rules(), named(project)),
                format!("rules {} and data of {}", named(rules), named(data)),
            ),
            (None, Some(rules), None) => {
                (format!("rules {}", own_rules()), format!("rules {}, over the same data", named(rules)))
            }
            (None, None, data) => (
                format!("data of {}", named(project)),
                format!("data of {}, by the same rules", data.as_deref().map(named).unwrap_or_default()),
            ),
        };
        Self {
            difference,
            closes,
            files,
            period: args.period.to_string(),
            first_day: display_day(calendar.first_day(args.period)),
            last_day: display_day(calendar.last_day(args.period)),
            before,
            after,
            top: args.top,
            currency: book.currency.code(),
            digits: book.currency.digits(),
            raw: args.raw,
        }
    }

    /// An amount for people.
    pub fn money(&self, minor: i128) -> String {
        money(minor, self.digits)
    }

    /// An amount in a document.
    pub fn amount(&self, minor: i128) -> Cell {
        Cell::Amount(Money::new(minor, self.difference.before.book.currency))
    }

    /// A change in a document.
    pub fn change(&self, minor: i128) -> Cell {
        Cell::Change(Money::new(minor, self.difference.before.book.currency))
    }

    /// A change for people: with its sign, also where it is positive.
    pub fn signed(&self, minor: i128) -> String {
        if minor > 0 { format!("+{}", self.money(minor)) } else { self.money(minor) }
    }

    /// An amount for machines.
    pub fn plain(&self, minor: i128) -> String {
        format_scaled(minor, self.digits)
    }

    /// A change in percent of what was before, to one decimal half away from zero; empty where there was nothing.
    pub fn percent(&self, before: i128, change: i128) -> String {
        // An amount has 18 digits and a sum of them some more: far from 38.
        if before == 0 {
            return String::new();
        }
        let (change, before) = (change * 1_000, before.abs());
        let tenths = (change.abs() * 2 + before) / (2 * before);
        let sign = match change {
            0 => "",
            1.. => "+",
            _ => "-",
        };
        format!("{sign}{}.{}%", count((tenths / 10).try_into().unwrap_or(u64::MAX)), tenths % 10)
    }

    /// File and line of a place.
    pub fn place(&self, span: &Span) -> String {
        let Some(source) = self.files.get(span.file) else { return String::new() };
        let before = source.text.get(..span.range.start).unwrap_or_default();
        format!("{}:{}", source.name, before.matches('\n').count() + 1)
    }

    /// Both places: one file and line where they are the same, else from → to.
    pub fn places(&self, before: Option<&Span>, after: Option<&Span>) -> String {
        let places: Vec<String> =
            [before, after].into_iter().flatten().map(|span| self.place(span)).collect();
        match places.as_slice() {
            [one, other] if one == other => one.clone(),
            several => several.join(" → "),
        }
    }

    /// Two versions that were in force on the same days, in a few words.
    pub fn version_title(&self, rule: &RuleChange, version: &VersionChange) -> String {
        let days = format!("{} to {}", display_day(version.days.0), display_day(version.days.1));
        match (rule.status(), version.from) {
            (Status::New, _) => format!("new rule, {days}"),
            (Status::Gone, _) => format!("removed, {days}"),
            (_, (None, _)) => format!("now in force, {days}"),
            (_, (_, None)) => format!("no longer in force, {days}"),
            (_, (Some(before), Some(after))) if before != after => {
                format!("another version, {days}")
            }
            _ => format!("version from {}", version.from.0.map(display_day).unwrap_or_default()),
        }
    }

    /// A reason with its rule: `partner-credit: rate 1% → 2%`.
    pub fn reason(&self, index: ReasonIx) -> String {
        let reason = &self.difference.reasons[index];
        let id = self.difference.rule_id(reason.rule);
        format!("{id}: {}", words::sentence(self.difference, reason))
    }

    /// The biggest parts of a change as lines, `+12.00  rule: reason`, and how many more there are.
    pub fn parts(&self, parts: &[Part]) -> Vec<String> {
        let first = parts.iter().take(REASONS);
        let mut rows: Vec<(String, String)> =
            first.map(|part| (self.part_money(part), self.reason(part.reason))).collect();
        if let Some(rest) = parts.get(REASONS..).filter(|rest| !rest.is_empty()) {
            let sum = rest.iter().map(|part| part.amount).sum();
            rows.push((self.signed(sum), format!("{} more", counted(rest.len() as u64, "reason"))));
        }
        let width = rows.iter().map(|(money, _)| money.chars().count()).max().unwrap_or(0);
        rows.into_iter().map(|(money, why)| format!("{money:>width$}  {why}")).collect()
    }

    /// What a part changes: the amount, or the credit of a rule that pays nothing.
    fn part_money(&self, part: &Part) -> String {
        if part.amount == 0 && part.credited != 0 {
            format!("{} credit", self.signed(part.credited))
        } else {
            self.signed(part.amount)
        }
    }

    /// A payee by id and name.
    pub fn payee(&self, payee: CommonPayee) -> String {
        let id = self.difference.payee_id(payee);
        match self.difference.payee_name(payee) {
            Some(name) if name != id => format!("{id} {name}"),
            _ => id.to_owned(),
        }
    }

    /// Lines by what became of them: `12 new, 3 gone, 1,034 changed`.
    pub fn line_counts(&self, change: &Change) -> String {
        let lines = &change.lines;
        let mut text = format!(
            "{} new, {} gone, {} changed",
            count(lines.new.into()),
            count(lines.gone.into()),
            count(lines.changed.into())
        );
        if lines.restated > 0 {
            text.push_str(&format!(
                ", {} came about otherwise and pay the same",
                count(lines.restated.into())
            ));
        }
        text
    }

    /// The total in a line.
    pub fn in_short(&self) -> String {
        let total = &self.difference.total;
        if self.difference.is_empty() {
            return "no line differs".to_owned();
        }
        format!(
            "{} {} → {} ({})",
            self.currency,
            self.money(total.before.amount),
            self.money(total.after.amount),
            self.signed(total.amount())
        )
    }
}

/// What became of a payee or a deal as a whole.
pub fn status(change: &Change) -> Status {
    if change.lines.before == 0 {
        Status::New
    } else if change.lines.after == 0 {
        Status::Gone
    } else {
        Status::Changed
    }
}
