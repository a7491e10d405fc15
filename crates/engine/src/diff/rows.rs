//! Which row of a rate table decided a line, so that lines of one row have one reason.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::keys::{CommonRule, Keys};
use super::{Side, SideName};
use crate::cases::coverage::Point;
use crate::credit::Line;
use crate::kinds;
use crate::plan::LookupKey;
use crate::plan::rate_table::RateTableColumns;
use apportion_rules::tables::Found;
use apportion_rules::{Value, Version, VersionIx};

apportion_base::indices! {
    /// The rows of both sides that decided a line: their place in [`super::Difference::rows`].
    RowsIx(u32);
}

/// A version of a rule on a side: its tables, by the place of the value in the rule.
type Tables = Vec<Option<RateTableColumns>>;

/// The tables of all versions of rules, made where a line asks for one.
#[derive(Debug)]
pub struct RateTables {
    /// By side and common rule: by version.
    of_rules: [Vec<Vec<OnceLock<Option<Tables>>>>; 2],
}

impl RateTables {
    /// None is made yet.
    pub fn new(sides: [&Side<'_>; 2], keys: &Keys) -> Self {
        let of_rule = |which: SideName, rule: CommonRule| {
            let own = keys.rules.own(which, rule);
            let versions = own.map_or(0, |own| sides[which as usize].rules[own].versions.len());
            (0..versions).map(|_| OnceLock::new()).collect()
        };
        let of_side = |which| CommonRule::all(keys.rules.len()).map(|rule| of_rule(which, rule)).collect();
        Self { of_rules: [of_side(SideName::Before), of_side(SideName::After)] }
    }

    /// The row of a line on a side, as [`apportion_rules::values()`] names it; `None` where no table decides.
    pub fn row(
        &self,
        (which, side): (SideName, &Side<'_>),
        (rule, version_at, version): (CommonRule, VersionIx, &Version),
        line: &Line,
    ) -> Option<String> {
        let of_version = self.of_rules[which as usize][rule].get(version_at.at())?;
        let tables = of_version.get_or_init(|| tables(side, version)).as_ref()?;
        let step = match tables.len() {
            1 => 0,
            _ => kinds::of(&version.body).reached(side.tables, line).iter().find_map(step_of)?,
        };
        let columns = tables.get(step)?.as_ref()?;
        match columns.row(LookupKey::of(line.payee, line.deal, side.tables)) {
            Found::Row(row) | Found::Tie(row, _) => Some(columns.table().text(row)),
            Found::None => None,
        }
    }
}

/// The rows that decided lines, each pair once.
#[derive(Debug, Default)]
pub struct DecidingRows {
    list: Vec<Vec<String>>,
    by_text: BTreeMap<Vec<String>, RowsIx>,
}

impl DecidingRows {
    /// The number of some rows; `None` of none.
    pub fn number(&mut self, mut rows: Vec<String>) -> Option<RowsIx> {
        rows.dedup();
        if rows.is_empty() {
            return None;
        }
        if let Some(known) = self.by_text.get(&rows) {
            return Some(*known);
        }
        let next = RowsIx::new(self.list.len())?;
        self.list.push(rows.clone());
        self.by_text.insert(rows, next);
        Some(next)
    }

    /// All of them.
    pub fn into_list(self) -> Vec<Vec<String>> {
        self.list
    }
}

/// `None` where no value of the version is in a table.
fn tables(side: &Side<'_>, version: &Version) -> Option<Tables> {
    let values = kinds::of(&version.body).values();
    let of_value = |value: &Value| match value {
        Value::Table(table) => Some(RateTableColumns::of_rows(table, side.tables)),
        Value::Plain(_) | Value::By { .. } => None,
    };
    let tables: Tables = values.iter().map(|(_, value)| of_value(value)).collect();
    tables.iter().any(Option::is_some).then_some(tables)
}

fn step_of(point: &Point) -> Option<usize> {
    match point {
        Point::Rate(step, _) => Some(*step),
        _ => None,
    }
}
