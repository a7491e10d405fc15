//! What differs behind a line between two closes: the cells and the parameters, down to the rows where they are.

use apportion_base::diagnostic::{Diagnostic, Span};
use apportion_book::Period;
use apportion_engine::diff::cells::{self, CellChange, TracedTables};
use apportion_engine::diff::{self, Cause, Causes, Difference, LineChange, words};

use crate::closing::SettledClose;
use crate::key::{Key, Names};
use apportion_rules::RuleBook;

/// How many lines behind another one are named.
const BEHIND: usize = 10;

/// What identifies a line, by ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineKey {
    /// The payee.
    pub payee: String,
    /// The rule.
    pub rule: String,
    /// The deal.
    pub deal: String,
    /// The role, of rules that share by role.
    pub role: Option<String>,
    /// The credited payee, of an override or a team.
    pub from_payee: Option<String>,
    /// The rule whose line it takes back.
    pub of_rule: Option<String>,
    /// The deal whose line it takes back.
    pub of_deal: Option<String>,
}

impl LineKey {
    /// The ids of a key.
    pub fn new(key: &Key, names: &Names) -> Self {
        let text = |name| names.maybe_text(name).map(str::to_owned);
        Self {
            payee: names.text(key.payee).to_owned(),
            rule: names.text(key.rule).to_owned(),
            deal: names.text(key.deal).to_owned(),
            role: text(key.role),
            from_payee: text(key.from_payee),
            of_rule: text(key.of_rule),
            of_deal: text(key.of_deal),
        }
    }
}

/// A parameter of the line's rule that is another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedParameter {
    /// Key and part: `roles (cosell)`.
    pub name: String,
    /// What it said; none where it was not written.
    pub before: Option<String>,
    /// What it says.
    pub after: Option<String>,
    /// Where, in the rule files of then.
    pub before_at: Option<Span>,
    /// Where, in the rule files of now.
    pub after_at: Option<Span>,
}

/// Another line that moved, on which the line rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineBehind {
    /// Its rule.
    pub rule: String,
    /// Its deal.
    pub deal: String,
    /// Its payee.
    pub payee: String,
    /// Why it moved.
    pub sentence: String,
    /// The cells that differ.
    pub cells: Vec<CellChange>,
}

/// Why a line is another now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedLine {
    /// All that was seen to differ behind it.
    pub causes: Causes,
    /// The same in words.
    pub sentence: String,
    /// What it paid by the inputs of then, in minor units; none where it was not there.
    pub before: Option<i128>,
    /// What it pays by the inputs of now.
    pub after: Option<i128>,
    /// The parameters of its rule.
    pub parameters: Vec<MovedParameter>,
    /// The cells of its deal and its payee.
    pub cells: Vec<CellChange>,
    /// Lines that it rests on, those that moved by themselves.
    pub behind: Vec<LineBehind>,
    /// How many more of them there are.
    pub further: u64,
}

/// What differs behind some lines between what one close settled and what another did; none of a line that is the same in both, or
/// whose fiscal year one of them does not settle. Each line is of a fiscal year.
///
/// # Errors
/// Books in different currencies.
pub fn moved(
    then: &SettledClose,
    now: &SettledClose,
    lines: &[(LineKey, Period)],
) -> Result<Vec<Option<MovedLine>>, Diagnostic> {
    let mut found: Vec<Option<MovedLine>> = vec![None; lines.len()];
    let data = (then.traced(), now.traced());
    for (year, _) in &now.years {
        let own: Vec<usize> = (0..lines.len()).filter(|place| lines[*place].1 == *year).collect();
        let (Some(before), Some(after), false) = (then.side(*year), now.side(*year), own.is_empty()) else {
            continue;
        };
        let difference = diff::diff(before, after, *year)?;
        let comparison =
            Comparison { rules: [&then.rules, &now.rules], data: &data, difference: &difference };
        for place in own {
            found[place] = comparison.line(&lines[place].0);
        }
    }
    Ok(found)
}

struct Comparison<'a> {
    /// Of then and of now.
    rules: [&'a RuleBook; 2],
    data: &'a (TracedTables<'a>, TracedTables<'a>),
    difference: &'a Difference<'a>,
}

impl Comparison<'_> {
    fn line(&self, key: &LineKey) -> Option<MovedLine> {
        let of_payee = self.lines_of(&key.payee);
        let change = of_payee.iter().find(|change| self.is(change, key))?;
        let reason = &self.difference.reasons[change.reason];
        let view = self.difference.line(change);
        let asked = |key: &str| reason.causes.iter().any(|cause| cause.keys().contains(&key));
        let parameters = words::parameters(self.difference, reason);
        let parameter = |change: &diff::ParameterChange| MovedParameter {
            name: change.name(),
            before: change.before.clone(),
            after: change.after.clone(),
            before_at: change.before_at.clone(),
            after_at: change.after_at.clone(),
        };
        let mut behind = self.behind(key, change);
        let further = behind.len().saturating_sub(BEHIND) as u64;
        behind.truncate(BEHIND);
        Some(MovedLine {
            causes: reason.causes,
            sentence: words::sentence(self.difference, reason),
            before: view.before.map(|money| money.amount),
            after: view.after.map(|money| money.amount),
            parameters: parameters.iter().filter(|change| asked(change.key)).map(parameter).collect(),
            cells: self.cells(key, reason.causes),
            behind: behind.into_iter().map(|change| self.line_behind(&change)).collect(),
            further,
        })
    }

    fn lines_of(&self, payee: &str) -> &[LineChange] {
        let of_payee = |change: &&diff::PayeeChange| self.difference.payee_id(change.payee) == payee;
        self.difference
            .payees
            .iter()
            .find(of_payee)
            .map_or(&[], |change| self.difference.lines_of_payee(change))
    }

    fn is(&self, change: &LineChange, key: &LineKey) -> bool {
        let view = self.difference.line(change);
        view.rule == key.rule
            && view.deal == key.deal
            && view.role == key.role.as_deref()
            && view.from_payee == key.from_payee.as_deref()
            && view.of_rule == key.of_rule.as_deref()
    }

    /// The day on which the deal of a line closed, the later one where it moved.
    fn day(&self, change: &LineChange) -> i32 {
        self.difference.closed_on(change).max().unwrap_or_default()
    }

    /// What differs in the data of a line's deal, and of its payees where a cause is there.
    fn cells(&self, key: &LineKey, causes: Causes) -> Vec<CellChange> {
        let (then, now) = self.data;
        let mut found = cells::of_deal(then, now, &key.deal);
        if let Some(of_deal) = &key.of_deal {
            found.extend(cells::of_deal(then, now, of_deal));
        }
        let by_payee = [Cause::PayeeData, Cause::PayeeListed, Cause::Quota, Cause::Earners, Cause::Tiers];
        if by_payee.into_iter().any(|cause| causes.has(cause)) {
            let payees = std::iter::once(&key.payee).chain(&key.from_payee);
            found.extend(payees.flat_map(|payee| cells::of_payee(then, now, payee)));
        }
        found.dedup();
        found
    }

    /// The lines on which a line rests and that moved by themselves: of the same payee or of the one credited, on deals that closed
    /// no later.
    fn behind(&self, key: &LineKey, own: &LineChange) -> Vec<LineChange> {
        let causes = self.difference.reasons[own.reason].causes;
        if !causes.iter().any(rests_on_lines) {
            return Vec::new();
        }
        let day = self.day(own);
        let rules = self.rules_behind(key);
        let payees = std::iter::once(&key.payee).chain(&key.from_payee);
        let mut found: Vec<LineChange> = Vec::new();
        for payee in payees {
            let moved = |change: &&LineChange| {
                let causes = self.difference.reasons[change.reason].causes;
                let view = self.difference.line(change);
                *change != own
                    && self.day(change) <= day
                    && rules.iter().any(|rule| rule == view.rule)
                    && causes.iter().any(|cause| !rests_on_lines(cause))
            };
            found.extend(self.lines_of(payee).iter().filter(moved));
        }
        let place = |change: &LineChange| {
            let view = self.difference.line(change);
            (view.deal, view.rule, view.payee)
        };
        found.sort_by(|a, b| place(a).cmp(&place(b)));
        // A line of credit and one that pays on it move for one reason.
        found.dedup_by(|a, b| place(a).0 == place(b).0);
        found
    }

    /// The rule of a line, those on whose credit it pays, and the one whose line it takes back.
    fn rules_behind(&self, key: &LineKey) -> Vec<String> {
        let mut rules = vec![key.rule.clone()];
        rules.extend(key.of_rule.clone());
        for book in self.rules {
            let Some(rule) = book.find(&key.rule) else { continue };
            let credits = book[rule].versions.iter().filter_map(|version| version.body.credits());
            rules.extend(credits.flatten().cloned());
        }
        rules
    }

    fn line_behind(&self, change: &LineChange) -> LineBehind {
        let view = self.difference.line(change);
        let reason = &self.difference.reasons[change.reason];
        LineBehind {
            rule: view.rule.to_owned(),
            deal: view.deal.to_owned(),
            payee: view.payee.to_owned(),
            sentence: words::sentence(self.difference, reason),
            cells: cells::of_deal(&self.data.0, &self.data.1, view.deal),
        }
    }
}

/// Whether a cause is that other lines moved.
fn rests_on_lines(cause: Cause) -> bool {
    matches!(cause, Cause::Credit | Cause::RunningTotal | Cause::Line | Cause::Cap)
}
