//! Dates that rules moved outside of the calendar: `contract_end + 30` where an export writes an open end as 9999-12-31. They are null
//! there, and what is null decides about money, so somebody should know.
//!
//! An expression notes that it happened, and only then they are counted: on all rows of the table that has the date.

use arrow::array::Array;

use crate::kinds::{self, nature};
use crate::plan::Bound;
use apportion_base::diagnostic::Span;
use apportion_book::TableName;
use apportion_data::{Engagements, Frame, StateIx, Tables};
use apportion_expr::Expr;
use apportion_expr::tree::{Node, TableUse};
use apportion_rules::{RuleBook, RuleIx, Version};

/// A date that an expression of a rule moved outside of the years 1 to 9999.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDate {
    /// The rule.
    pub rule: RuleIx,
    /// The date and the days, as written.
    pub text: String,
    /// Where they are written.
    pub place: Span,
    /// The table that has the date; `None` where several tables or groups do.
    pub table: Option<TableName>,
    /// On how many of its rows it is outside; 0 where that is not known.
    pub rows: u64,
    /// The ids of the first of these rows: of the deal, of the payee.
    pub first: Option<String>,
}

/// The rows on which dates are counted.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    pub tables: &'a Tables,
    /// All engagements.
    pub engagements: &'a Engagements,
}

impl<'a> Rows<'a> {
    pub fn new(tables: &'a Tables) -> Self {
        Self { tables, engagements: &tables.engagements }
    }

    fn frame(self, table: TableName) -> Option<&'a Frame> {
        match table {
            TableName::Engagements => Some(&self.engagements.frame),
            _ => self.tables.frame(table),
        }
    }
}

/// Whether a rule that pays by deal moves dates of engagements: then all of them may have to be looked at.
pub fn moves_dates_of_engagements(rules: &RuleBook) -> bool {
    let is_one =
        |expr: &Expr, node: &Node| matches!(only_table(expr, node), Some((_, TableName::Engagements)));
    by_deal(rules).any(|expr| expr.tree().moved_dates().into_iter().any(|node| is_one(expr, node)))
}

/// Whether a rule that pays by deal moved a date outside of the calendar.
pub fn is_any_by_deal(rules: &RuleBook) -> bool {
    by_deal(rules).any(Expr::moved_beyond)
}

/// The expressions of the rules that pay by deal.
fn by_deal(rules: &RuleBook) -> impl Iterator<Item = &Expr> {
    let by_deal = rules.rules.iter().filter(|rule| nature(rule.kind).pays_by_deal());
    by_deal.flat_map(|rule| &rule.versions).flat_map(expressions)
}

/// The dates of the rules that pay by deal, or of those that pay on credits.
pub fn dates(rows: Rows<'_>, rules: &RuleBook, by_deal: bool) -> Vec<RuleDate> {
    let mut found: Vec<RuleDate> = Vec::new();
    for (index, rule) in rules.iter().filter(|(_, rule)| nature(rule.kind).pays_by_deal() == by_deal) {
        for expr in rule.versions.iter().flat_map(expressions).filter(|expr| expr.moved_beyond()) {
            for node in expr.tree().moved_beyond() {
                let date = date(rows, index, expr, node);
                // `payees` is among the conditions of some kinds and has a name of its own.
                if found.iter().all(|known| known.place != date.place) {
                    found.push(date);
                }
            }
        }
    }
    found
}

/// All expressions of a version.
fn expressions(version: &Version) -> Vec<&Expr> {
    let kind = kinds::of(&version.body);
    let single = version.when.iter().chain(kind.basis()).chain(kind.payees());
    single.chain(kind.conditions()).collect()
}

fn date(rows: Rows<'_>, rule: RuleIx, expr: &Expr, node: &Node) -> RuleDate {
    let (text, place) = (expr.source(node).to_owned(), expr.text().place(node.range.clone()));
    let unknown = RuleDate { rule, text, place, table: None, rows: 0, first: None };
    let Some((scope, name)) = only_table(expr, node) else { return unknown };
    let Some(frame) = rows.frame(name) else { return unknown };
    let Some(outside) = outside(expr, node, scope, frame) else { return unknown };
    let first = outside.first().map(|row| ids(rows, name, *row));
    RuleDate { table: Some(name), rows: outside.len() as u64, first, ..unknown }
}

/// The table whose columns alone a node uses, and its place in the scope of the expression.
fn only_table(expr: &Expr, node: &Node) -> Option<(usize, TableName)> {
    let TableUse::One(scope) = node.uses() else { return None };
    Some((scope, apportion_rules::table_of(&expr.scope().tables.get(scope)?.name)?))
}

/// The rows of a table on which a node is null and its operands are not; `None` where it can't be computed on all of them.
fn outside(expr: &Expr, node: &Node, scope: usize, frame: &Frame) -> Option<Vec<usize>> {
    let frames: Vec<Option<&Frame>> =
        (0..expr.scope().tables.len()).map(|table| (table == scope).then_some(frame)).collect();
    let bound = Bound::new(expr, &frames);
    let indices = vec![None; frames.len()];
    let value = |node: &Node| bound.evaluate_node(node, frame.rows, &indices).ok();
    let moved = value(node)?;
    let operands = node.children().into_iter().map(value).collect::<Option<Vec<_>>>()?;
    let is_outside =
        |row: &usize| moved.is_null(*row) && operands.iter().all(|operand| operand.is_valid(*row));
    Some((0..frame.rows).filter(is_outside).collect())
}

/// What names a row for people.
fn ids(Rows { tables, engagements }: Rows<'_>, table: TableName, row: usize) -> String {
    let payee = |payees: &[apportion_data::PayeeIx]| {
        payees.get(row).map_or_else(String::new, |payee| format!("payee {}", tables.payees.id(*payee)))
    };
    match table {
        TableName::Deals => format!("deal {}", tables.deals.ids.value(row)),
        TableName::Payees => StateIx::new(row).map_or_else(String::new, |state| {
            format!("payee {}", tables.payees.id(tables.payees.states.payee(state)))
        }),
        TableName::Engagements => {
            let deal = engagements.deal.get(row).and_then(|deal| deal.get());
            let deal = deal.map_or_else(String::new, |deal| format!("deal {}, ", tables.deals.id(deal)));
            format!("{deal}{}", payee(&engagements.payee))
        }
        _ => payee(&tables.splits.payee),
    }
}
