//! Amounts that are converted beside numbers that are not: `amount - tax`, where `tax` is a plain number of the file and some deals are
//! in another currency than the book.

use std::collections::BTreeSet;

use apportion_base::diagnostic::{Code, counted};
use apportion_book::TableName;
use apportion_expr::tree::{Arithmetic, Function, Kind};
use apportion_expr::{ColumnRef, Expr, Node, Type};

use super::column::counts;
use super::facts::{Facts, VersionPlace};
use super::finding::Finding;
use crate::diff::behind::is_made;
use crate::kinds;

/// Columns of deals that are numbers and no amounts of the file.
const OTHER_NUMBERS: [&str; 5] =
    ["source_amount", "discount", "nth_of_account", "days_since_first", "days_since_last"];

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    facts.versions().flat_map(|subject| of_version(facts, &subject)).collect()
}

fn of_version(facts: &Facts<'_>, subject: &VersionPlace<'_>) -> Vec<Finding> {
    let kind = kinds::of(&subject.version.body);
    let exprs: Vec<&Expr> = subject.version.when.iter().chain(kind.basis()).collect();
    let mut found = Vec::new();
    for expr in exprs {
        let mut beside = BTreeSet::new();
        gather(expr, expr.tree(), &mut beside);
        // What price policies make of a deal is in the book's currency.
        beside.retain(|name| !is_made(facts.rules, name));
        let foreign = if beside.is_empty() { 0 } else { converted_deals(facts, subject) };
        if foreign == 0 {
            continue;
        }
        for number in beside {
            let message = format!(
                "`{}` has `{number}` beside amounts in {}, and it is not converted: {} in another currency",
                subject.rule.id,
                facts.book.currency.code(),
                if foreign == 1 {
                    "1 deal is".to_owned()
                } else {
                    format!("{} are", counted(foreign, "deal"))
                },
            );
            found.push(
                Finding::warning(Code::NotConverted, message)
                    .rule(&subject.rule.id)
                    .at(expr.text().span.clone(), "")
                    .counted(foreign, "deal")
                    .help(format!(
                        "if it is an amount, say so for the source of deals: types = {{ {number} = \"money\" }}; it is converted like `amount` then"
                    )),
            );
        }
    }
    found
}

/// Matched deals of these days in another currency than the book's.
fn converted_deals(facts: &Facts<'_>, subject: &VersionPlace<'_>) -> u64 {
    let deals = facts.matched[subject.rule_at][subject.version_at.at()].iter().map(|deal| deal.raw());
    let book = facts.book.currency.code();
    let currencies = counts(&facts.tables.deals.frame, "currency", deals);
    currencies
        .iter()
        .filter(|(code, _)| code.as_deref().is_some_and(|code| code != book))
        .map(|(_, n)| n)
        .sum()
}

/// What a value of deals is, as far as currencies go.
#[derive(Clone, PartialEq, Eq)]
enum Measure {
    /// In the currency of the book.
    Amount,
    /// A number of the file, by its name.
    Plain(String),
    Other,
}

/// Adds the plain numbers that are added to amounts, taken from them or compared with them.
fn gather(expr: &Expr, node: &Node, found: &mut BTreeSet<String>) {
    let together: Vec<&Node> = match &node.kind {
        Kind::Arithmetic { op: Arithmetic::Add | Arithmetic::Subtract, left, right }
        | Kind::Compare { left, right, .. } => vec![left, right],
        Kind::Between { value, low, high, .. } => vec![value, low, high],
        Kind::Call { function: Function::Least | Function::Greatest | Function::Coalesce, arguments } => {
            arguments.iter().collect()
        }
        _ => Vec::new(),
    };
    let measures: Vec<Measure> = together.into_iter().map(|node| measure(expr, node)).collect();
    if measures.contains(&Measure::Amount) {
        let plain = |measure| if let Measure::Plain(name) = measure { Some(name) } else { None };
        found.extend(measures.into_iter().filter_map(plain));
    }
    for child in node.children() {
        gather(expr, child, found);
    }
}

fn measure(expr: &Expr, node: &Node) -> Measure {
    let first = |nodes: &[&Node]| {
        let measures = nodes.iter().map(|node| measure(expr, node));
        measures.reduce(|first, next| if first == Measure::Other { next } else { first })
    };
    match &node.kind {
        Kind::Column(column) => of_column(expr, *column),
        Kind::Negate(inner) => measure(expr, inner),
        Kind::Arithmetic { op: Arithmetic::Add | Arithmetic::Subtract, left, right } => {
            first(&[left, right]).unwrap_or(Measure::Other)
        }
        // A part of an amount is one; so many times a number may be anything.
        Kind::Arithmetic { left, right, .. } => match (measure(expr, left), measure(expr, right)) {
            (Measure::Amount, Measure::Other) | (Measure::Other, Measure::Amount) => Measure::Amount,
            _ => Measure::Other,
        },
        Kind::Call {
            function:
                Function::Abs | Function::Round { .. } | Function::Least | Function::Greatest | Function::Coalesce,
            arguments,
        } => first(&arguments.iter().collect::<Vec<_>>()).unwrap_or(Measure::Other),
        _ => Measure::Other,
    }
}

fn of_column(expr: &Expr, column: ColumnRef) -> Measure {
    let Some((name, Type::Number)) = expr.scope().column(column) else { return Measure::Other };
    let table = &expr.scope().tables[column.table];
    let has = |name: &str| table.columns.iter().any(|(known, _)| known == name);
    if table.name != TableName::Deals.word() {
        return Measure::Other;
    }
    // What is converted has what was in the file beside it.
    if has(&format!("source_{name}")) || name == "list_amount" {
        return Measure::Amount;
    }
    let of_file = name.strip_prefix("source_").is_some_and(has);
    if of_file || OTHER_NUMBERS.contains(&name) { Measure::Other } else { Measure::Plain(name.to_owned()) }
}
