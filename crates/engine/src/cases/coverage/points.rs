//! The parts of a rule version that a case can reach.

use apportion_base::money::format_scaled;
use apportion_book::config::number::percent;
use apportion_book::{Every, TableName};
use apportion_rules::{Body, Caps, Sharing, Tiers, Unfilled, Value, Version};

/// One part of a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Point {
    /// The version makes a line.
    Line,
    /// A line of a role.
    Role(String),
    /// The part of a role that nobody filled is kept.
    Kept,
    /// An entry of `is`, or `else`.
    Value(Option<String>),
    /// A rate of a renewal bonus, by its place in `rates`, and the entry of its `by` where it has one.
    Rate(usize, Option<Option<String>>),
    Tier(usize),
    /// 1 is the credited payee's manager.
    Level(u8),
    /// A cap that lowered a line; without a length of period, the cap per deal.
    Cap(Option<Every>),
}

/// All points of a version with what they are called, in the order of its keys. `digits` are those of the currency.
pub(super) fn points(version: &Version, digits: u32) -> Vec<(Point, String)> {
    let mut points = vec![(Point::Line, "a line".to_owned())];
    match &version.body {
        Body::SharedCredit(rule) => {
            points.extend(rule.rate.iter().flat_map(|rate| entries("rate", rate, Point::Value)));
            if let Sharing::Roles { roles, unfilled, .. } = &rule.sharing {
                let role = |role: &str| (Point::Role(role.to_owned()), format!("role `{role}`"));
                points.extend(roles.iter().map(|share| role(&share.role)));
                if *unfilled == Unfilled::Retain {
                    points.push((Point::Kept, "the part of an unfilled role, retained".to_owned()));
                }
            }
        }
        Body::Stipend(rule) => points.extend(entries("amount", &rule.amount, Point::Value)),
        Body::RenewalBonus(rule) => {
            for (at, step) in rule.rates.iter().enumerate() {
                let name = format!("rate from {}", step.from.normalize());
                match &step.rate {
                    Value::Plain(_) => points.push((Point::Rate(at, None), name)),
                    by => points.extend(entries(&name, by, |entry| Point::Rate(at, Some(entry)))),
                }
            }
        }
        Body::Commission(rule) => {
            let (Tiers::OfQuota(tiers) | Tiers::Amounts(tiers)) = &rule.tiers;
            let from = |at: usize| match &rule.tiers {
                Tiers::OfQuota(tiers) => percent(tiers[at].from),
                Tiers::Amounts(tiers) => tiers[at].from.normalize().to_string(),
            };
            points.extend((0..tiers.len()).map(|at| (Point::Tier(at), format!("tier from {}", from(at)))));
        }
        Body::Override(rule) => {
            let levels = 1..=u8::try_from(rule.levels.len()).unwrap_or(u8::MAX);
            points.extend(levels.map(|level| (Point::Level(level), format!("level {level}"))));
        }
    }
    points.extend(caps(&version.caps, digits));
    points
}

/// The entries of a value that depends on a column; none of a plain one.
fn entries(name: &str, value: &Value, point: impl Fn(Option<String>) -> Point) -> Vec<(Point, String)> {
    let Value::By { column, is, otherwise } = value else { return Vec::new() };
    let table = if column.table == TableName::Deals { "deals" } else { "payees" };
    let column = format!("{table}.{}", column.column);
    let mut entries: Vec<(Point, String)> = is
        .keys()
        .map(|text| (point(Some(text.clone())), format!("{name} for {column} = '{text}'")))
        .collect();
    if otherwise.is_some() {
        entries.push((point(None), format!("{name} for any other {column}")));
    }
    entries
}

fn caps(caps: &Caps, digits: u32) -> Vec<(Point, String)> {
    [
        (None, caps.per_deal),
        (Some(Every::Month), caps.per_payee_month),
        (Some(Every::Quarter), caps.per_payee_quarter),
        (Some(Every::Year), caps.per_payee_year),
    ]
    .into_iter()
    .filter_map(|(every, cap)| {
        let amount = format_scaled(i128::from(cap?), digits);
        let per = every.map_or_else(|| "deal".to_owned(), |every| format!("payee and {}", every.word()));
        Some((Point::Cap(every), format!("cap of {amount} per {per}")))
    })
    .collect()
}
