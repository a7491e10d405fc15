//! Values that the data has and a rule has no rate for, and values that a rule names and the data does not have.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::credit::{Fault, Reason};
use crate::kinds::{self, Counts};
use crate::plan::engaged_payees;
use crate::settle;
use apportion_base::diagnostic::{Code, Diagnostic, Span, counted, nearest};
use apportion_book::TableName;
use apportion_expr::tree::{Comparison, Kind, Literal, Node};
use apportion_expr::{Expr, Type};
use apportion_rules::{ByColumn, EngagementTerms, Value, Version};

use super::column::{counts, distinct, listed};
use super::facts::{Facts, VersionPlace, WrittenVersion};
use super::finding::Finding;

pub fn findings(facts: &Facts<'_>) -> Result<Vec<Finding>, Vec<Diagnostic>> {
    let mut found = Vec::new();
    for subject in facts.versions() {
        for by in by_tables(subject.version) {
            found.extend(no_rate(facts, &subject, &by)?);
            let table = facts.tables.frame(by.column.table);
            if let Some(known) = table.and_then(|table| distinct(table, &by.column.column)) {
                found.extend(unused_cases(&subject.written(), &by, &known));
            }
        }
        found.extend(without_row(facts, &subject));
        for expr in conditions(subject.version) {
            found.extend(unknown_values(facts, &subject.written(), expr));
        }
    }
    Ok(found)
}

/// Cases of a policy's value that no row of the data has.
pub fn unused_cases_of(facts: &Facts<'_>, subject: &WrittenVersion<'_>, value: &Value) -> Vec<Finding> {
    let Value::By { column, is, otherwise } = value else { return Vec::new() };
    let by = ByTable { path: "amount".to_owned(), column, is, open: otherwise.is_none(), engaged: None };
    let known = facts.tables.frame(column.table).and_then(|table| distinct(table, &column.column));
    known.map_or_else(Vec::new, |known| unused_cases(subject, &by, &known))
}

/// All amounts of the value under `amount`, with their paths.
pub fn amounts(value: &Value) -> Vec<(String, Decimal)> {
    match value {
        Value::Plain(amount) => vec![("amount".to_owned(), *amount)],
        Value::By { is, otherwise, .. } => {
            let cases = is.iter().map(|(key, amount)| (format!("amount.is.{key}"), *amount));
            cases.chain(otherwise.map(|amount| ("amount.else".to_owned(), amount))).collect()
        }
        Value::Table(table) => {
            table.distinct_values().iter().map(|amount| ("amount".to_owned(), *amount)).collect()
        }
    }
}

/// A value that depends on a text column, and where it is.
struct ByTable<'a> {
    path: String,
    column: &'a ByColumn,
    is: &'a BTreeMap<String, rust_decimal::Decimal>,
    open: bool,
    engaged: Option<&'a EngagementTerms>,
}

impl ByTable<'_> {
    /// `deals.deal_type`.
    fn column(&self) -> String {
        format!("{}.{}", self.column.table.word(), self.column.column)
    }
}

fn by_tables(version: &Version) -> Vec<ByTable<'_>> {
    let kind = kinds::of(&version.body);
    let engaged = match kind.counts() {
        Counts::Engagements(engaged) => Some(engaged),
        Counts::Splits(_) | Counts::Credits | Counts::Lines | Counts::Milestones => None,
    };
    let mut all = Vec::new();
    for (path, value) in kind.values() {
        if let Value::By { column, is, otherwise } = value {
            all.push(ByTable { path, column, is, open: otherwise.is_none(), engaged });
        }
    }
    all
}

/// Values that occur among the matched deals, or among the payees engaged on them, and have no rate.
fn no_rate(
    facts: &Facts<'_>,
    subject: &VersionPlace<'_>,
    by: &ByTable<'_>,
) -> Result<Option<Finding>, Vec<Diagnostic>> {
    let deals = &facts.matched[subject.rule_at][subject.version_at];
    let Some(table) = facts.tables.frame(by.column.table).filter(|_| by.open && !deals.is_empty()) else {
        return Ok(None);
    };
    let (rows, noun) = match (by.column.table, by.engaged) {
        (TableName::Payees, Some(engaged)) => {
            let fault =
                |fault: Fault| vec![settle::describe(facts.tables, facts.rules, subject.rule_at, &fault)];
            let engaged = engaged_payees(&facts.inputs, engaged, deals).map_err(fault)?;
            (engaged.map(|state| state.raw()).collect::<Vec<u32>>(), "payee")
        }
        _ => (deals.iter().map(|deal| deal.raw()).collect::<Vec<u32>>(), "deal"),
    };
    let mut missing = counts(table, &by.column.column, rows.into_iter());
    missing.retain(|text, _| text.as_ref().is_none_or(|text| !by.is.contains_key(text)));
    let absent: u64 = missing.values().sum();
    if absent == 0 {
        return Ok(None);
    }
    let column = by.column();
    let whom = match noun {
        "payee" => format!("to {} engaged on its deals", counted(absent, noun)),
        _ => format!("for {}", counted(absent, noun)),
    };
    let message = format!(
        "`{}` pays nothing {whom} {}: it has no value for their `{column}`, and no `else`",
        subject.rule.id,
        facts.in_days()
    );
    Ok(Some(
        Finding::warning(Code::ValueWithoutRate, message)
            .rule(&subject.rule.id)
            .at(subject.version.place(&by.path), "")
            .counted(absent, noun)
            .help(format!("`{column}` without a value: {}", listed(&missing, noun)))
            .help("add these to `is`, or give the others a value with `else`"),
    ))
}

/// Deals of a rule for which a rate table has no row.
fn without_row(facts: &Facts<'_>, subject: &VersionPlace<'_>) -> Option<Finding> {
    let values = kinds::of(&subject.version.body).values();
    let (path, table) = values.into_iter().find_map(|(path, value)| match value {
        Value::Table(table) => Some((path, table)),
        Value::Plain(_) | Value::By { .. } => None,
    })?;
    let close_date = &facts.tables.deals.close_date;
    let none = facts.uncredited(subject.rule_at).filter(|row| row.reason == Reason::NoRate);
    let mine = none.filter(|row| subject.version.in_force(close_date[row.deal]));
    let deals: BTreeSet<_> = mine.map(|row| row.deal).collect();
    if deals.is_empty() {
        return None;
    }
    let number = deals.len() as u64;
    let message = format!(
        "`{}` pays nothing for {} {}: {} has no row for them",
        subject.rule.id,
        counted(number, "deal"),
        facts.in_days(),
        table.path
    );
    Some(
        Finding::warning(Code::ValueWithoutRate, message)
            .rule(&subject.rule.id)
            .at(subject.version.place(&path), "")
            .counted(number, "deal")
            .examples(deals.iter().map(|deal| facts.deal_id(*deal)))
            .help("add rows for them; a row whose cells are all empty is for everything that no other row matches"),
    )
}

/// So many cases of a table have a finding each; more are one.
const CASES: usize = 10;

/// Cases of `is` that no row of the column's table has.
fn unused_cases(subject: &WrittenVersion<'_>, by: &ByTable<'_>, known: &BTreeSet<String>) -> Vec<Finding> {
    let unused: Vec<&String> = by.is.keys().filter(|key| !known.contains(*key)).collect();
    let named: BTreeSet<&str> = by.is.keys().map(String::as_str).collect();
    let mut comparisons = Comparisons::new();
    let mut found = Vec::new();
    let mut absent = Vec::new();
    for key in unused {
        match comparisons.meant(key, known, &named) {
            Some(near) => {
                let place = subject.place(&format!("{}.is.{key}", by.path));
                found.push(unknown_value(subject, &by.column(), key, &near, place));
            }
            None => absent.push(key),
        }
    }
    if absent.len() > CASES {
        found.push(absent_cases(subject, by, &absent, known));
    } else {
        found.extend(absent.into_iter().map(|key| absent_case(subject, by, key, known)));
    }
    found
}

fn absent_case(
    subject: &WrittenVersion<'_>,
    by: &ByTable<'_>,
    key: &str,
    known: &BTreeSet<String>,
) -> Finding {
    let column = by.column();
    let message =
        format!("no row of the data has `{key}` in `{column}`, which `{}` has a value for", subject.id);
    Finding::note(Code::UnusedCase, message)
        .rule(subject.id)
        .at(subject.place(&format!("{}.is.{key}", by.path)), format!("for `{key}`"))
        .help(format!("`{column}` has: {}", names(known)))
        .help("nothing to do if it is kept for later")
}

fn absent_cases(
    subject: &WrittenVersion<'_>,
    by: &ByTable<'_>,
    keys: &[&String],
    known: &BTreeSet<String>,
) -> Finding {
    let column = by.column();
    let message = format!(
        "no row of the data has {} in `{column}` that `{}` has a value for",
        counted(keys.len() as u64, "text"),
        subject.id
    );
    Finding::note(Code::UnusedCase, message)
        .rule(subject.id)
        .at(subject.place(&format!("{}.is.{}", by.path, keys[0])), "the first of them")
        .counted(keys.len() as u64, "text")
        .examples(keys.iter().map(|key| (*key).clone()))
        .help(format!("`{column}` has: {}", names(known)))
        .help("nothing to do if they are kept for later")
}

/// All conditions of a version.
fn conditions(version: &Version) -> Vec<&Expr> {
    version.when.iter().chain(kinds::of(&version.body).conditions()).collect()
}

/// Texts that a condition compares a column with, of which the data has only something that is spelled nearly so.
pub fn unknown_values(facts: &Facts<'_>, subject: &WrittenVersion<'_>, expr: &Expr) -> Vec<Finding> {
    let mut compared: BTreeMap<(usize, usize), Vec<&Node>> = BTreeMap::new();
    compared_texts(expr.tree(), &mut compared);
    let mut found = Vec::new();
    for ((table_at, column_at), literals) in compared {
        let Some(table) = expr.scope().tables.get(table_at) else { continue };
        let Some((column, Type::Text)) = table.columns.get(column_at) else { continue };
        let Some(rows) = apportion_rules::table_of(&table.name).and_then(|name| facts.tables.frame(name))
        else {
            continue;
        };
        let Some(known) = distinct(rows, column) else { continue };
        let named: BTreeSet<&str> = literals.iter().filter_map(|node| text_of(node)).collect();
        let mut comparisons = Comparisons::new();
        for node in literals {
            let Some(text) = text_of(node).filter(|text| !known.contains(*text)) else { continue };
            if let Some(near) = comparisons.meant(text, &known, &named) {
                let column = format!("{}.{column}", table.name);
                found.push(unknown_value(
                    subject,
                    &column,
                    text,
                    &near,
                    expr.text().place(node.range.clone()),
                ));
            }
        }
    }
    found
}

/// Gathers, by column, the literals that it is compared with for equality.
fn compared_texts<'a>(node: &'a Node, into: &mut BTreeMap<(usize, usize), Vec<&'a Node>>) {
    let mut add = |column: &Node, literals: &mut dyn Iterator<Item = &'a Node>| {
        if let Kind::Column(column) = column.kind {
            let texts = literals.filter(|literal| text_of(literal).is_some());
            into.entry((column.table, column.column)).or_default().extend(texts);
        }
    };
    match &node.kind {
        Kind::Compare { op: Comparison::Equal | Comparison::NotEqual, left, right } => {
            add(left, &mut std::iter::once(&**right));
            add(right, &mut std::iter::once(&**left));
        }
        Kind::In { value, list, .. } => add(value, &mut list.iter()),
        _ => {}
    }
    for child in node.children() {
        compared_texts(child, into);
    }
}

fn text_of(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Literal(Literal::Text(text)) => Some(text),
        _ => None,
    }
}

/// How many texts of a rule are compared with how many of the data, at most: thousands of each would take minutes.
const MOST_COMPARED: usize = 300_000;

/// Looks for the texts that were probably intended.
struct Comparisons {
    left: usize,
}

impl Comparisons {
    fn new() -> Self {
        Self { left: MOST_COMPARED }
    }

    /// The text that was probably intended: one of the data that is spelled similarly and that the rule does not name.
    /// Codes with digits are left out, because they are similar without being misspelled.
    fn meant(&mut self, text: &str, known: &BTreeSet<String>, named: &BTreeSet<&str>) -> Option<String> {
        if text.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.left = self.left.checked_sub(known.len())?;
        let candidates = known.iter().map(String::as_str).filter(|known| !named.contains(known));
        nearest(text, candidates).map(str::to_owned)
    }
}

fn unknown_value(subject: &WrittenVersion<'_>, column: &str, text: &str, near: &str, place: Span) -> Finding {
    let message = format!("no row of the data has `{text}` in `{column}`, which `{}` names", subject.id);
    Finding::warning(Code::UnknownValue, message)
        .rule(subject.id)
        .at(place, "")
        .help(format!("did you mean `{near}`? Small and capital letters differ"))
}

/// Some texts as a list, no more than fit into a line or two.
fn names(known: &BTreeSet<String>) -> String {
    let shown: Vec<String> = known.iter().take(8).map(|text| format!("`{text}`")).collect();
    match (shown.is_empty(), known.len() > shown.len()) {
        (true, _) => "nothing".to_owned(),
        (false, cut) => format!("{}{}", shown.join(", "), if cut { ", …" } else { "" }),
    }
}
