//! Each line has the columns that its kind of rule has, and nulls in the others.

use std::fmt;

use super::super::calendar::Day;
use super::super::manifest::Terms;
use super::super::names::RuleNo;
use super::super::report::{Finding, Findings, Measure, Proof};
use super::Line;
use apportion_base::diagnostic::Code;
use apportion_contract::output::LINE_SHAPES;
use apportion_contract::{LINES, LineColumn, RuleKind};

/// A set of columns, as bits by their place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Columns(u32);

impl Columns {
    fn new(columns: impl IntoIterator<Item = LineColumn>) -> Self {
        Self(columns.into_iter().fold(0, |bits, column| bits | 1 << column as u32))
    }

    /// Those of the nullable columns that a line has.
    fn from_line(line: &Line<'_>) -> Self {
        use LineColumn as C;
        let columns = [
            (C::Role, line.role.is_some()),
            (C::FromPayeeId, line.from_payee.is_some()),
            (C::Level, line.level.is_some()),
            (C::Basis, line.basis.is_some()),
            (C::Rate, line.rate.is_some()),
            (C::Units, line.units.is_some()),
            (C::UnitsTotal, line.units_total.is_some()),
            (C::CreditTotal, line.credit_total.is_some()),
            (C::Pool, line.pool.is_some()),
            (C::Credited, line.credited.is_some()),
            (C::Uncapped, line.uncapped.is_some()),
            (C::Amount, line.amount.is_some()),
            (C::OfRuleId, line.of_rule.is_some()),
            (C::OfDealId, line.of_deal.is_some()),
        ];
        Self(columns.iter().fold(0, |bits, (column, has)| bits | u32::from(*has) << *column as u32))
    }

    /// Those that all lines of a version share: a line of a commission names the payee whose credit it is on only where
    /// that is one of the team, and a line of a clawback has what the line has that it takes back.
    fn of_version(self, kind: RuleKind) -> Self {
        match kind {
            RuleKind::Commission => Self(self.0 & !(1 << LineColumn::FromPayeeId as u32)),
            RuleKind::Clawback => {
                Self(self.0 & !(1 << LineColumn::FromPayeeId as u32 | 1 << LineColumn::Role as u32))
            }
            RuleKind::SharedCredit
            | RuleKind::Stipend
            | RuleKind::RenewalBonus
            | RuleKind::Override
            | RuleKind::Milestone => self,
        }
    }

    /// How many columns only one of two sets has.
    fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }
}

impl fmt::Display for Columns {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has = |column: &LineColumn| self.0 & 1 << *column as u32 != 0;
        let names: Vec<&str> = LineColumn::ALL.into_iter().filter(has).map(LineColumn::name).collect();
        out.write_str(&names.join("+"))
    }
}

/// Every set of columns that a line of a kind may have.
fn shapes(kind: RuleKind) -> Vec<Columns> {
    let shapes = LINE_SHAPES.iter().filter(|shape| shape.kind == kind);
    shapes.map(|shape| Columns::new(shape.columns.iter().copied())).collect()
}

/// Looks at the shape of each line.
#[derive(Debug)]
pub struct ShapeCheck<'a> {
    terms: &'a Terms,
    /// Rule, version and the shape that its first line had.
    versions: Vec<(RuleNo, Day, Columns)>,
    /// By kind, in the order of [`RuleKind::ALL`]: the sets of columns that its lines may have.
    shapes: [Vec<Columns>; RuleKind::ALL.len()],
    lines: u64,
    findings: Findings,
}

impl<'a> ShapeCheck<'a> {
    /// No line yet.
    pub fn new(terms: &'a Terms) -> Self {
        let shapes = RuleKind::ALL.map(shapes);
        Self { terms, versions: Vec::new(), shapes, lines: 0, findings: Findings::default() }
    }

    /// Looks at a line.
    pub fn line(&mut self, line: &Line<'_>) {
        self.lines += 1;
        let Some(rule) = line.rule else {
            self.findings.add(Code::UnlistedRule, || {
                let message = format!("run.json names no rule `{}`", line.words.rule_id());
                Finding::new(Code::UnlistedRule, LINES, message).row(line.row)
            });
            return;
        };
        let kind = self.terms.kind(rule);
        if line.kind != Some(kind) {
            self.findings.add(Code::WrongKind, || {
                let words = line.words;
                let message = format!("the kind of rule `{}` is not the one in run.json", words.rule_id());
                Finding::new(Code::WrongKind, LINES, message).row(line.row).numbers(words.kind(), kind.word())
            });
        }
        let found = Columns::from_line(line);
        let allowed = &self.shapes[kind as usize];
        if !allowed.contains(&found) {
            self.findings.add(Code::WrongNulls, || {
                let message =
                    format!("a {} has no line with just these columns ({})", kind.word(), line.shown());
                let nearest = allowed.iter().min_by_key(|shape| shape.distance(found));
                Finding::new(Code::WrongNulls, LINES, message)
                    .row(line.row)
                    .numbers(found, nearest.copied().unwrap_or(Columns(0)))
            });
            return;
        }
        self.version(line, rule, found);
    }

    /// All lines of one version say the same things.
    fn version(&mut self, line: &Line<'_>, rule: RuleNo, found: Columns) {
        let found = found.of_version(self.terms.kind(rule));
        let key = (rule, line.rule_from);
        // The last one first: neighbours are mostly of one rule.
        match self.versions.iter().rev().find(|(rule, from, _)| (*rule, *from) == key) {
            None => self.versions.push((rule, line.rule_from, found)),
            Some((.., first)) if *first == found => {}
            Some((.., first)) => self.findings.add(Code::WrongNulls, || {
                let message = format!("other lines of this version say other things ({})", line.shown());
                Finding::new(Code::WrongNulls, LINES, message).row(line.row).numbers(found, *first)
            }),
        }
    }

    /// What was found.
    pub fn proof(self) -> Proof {
        let claim = "each line has the columns that its kind of rule has, and nulls in the others";
        let measures = vec![
            Measure::Count("lines", self.lines),
            Measure::Count("rule versions", self.versions.len() as u64),
        ];
        Proof::new("columns in use", claim, measures, self.findings)
    }
}
