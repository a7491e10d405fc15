//! Rate tables: rows that can match no deal, rows between which nothing decides, and gaps between ranges. None of this
//! needs data.

use std::sync::Arc;

use crate::kinds;
use apportion_base::diagnostic::{Code, count};
use apportion_rules::tables::RangeGap;
use apportion_rules::{RateTable, Rule, Value, Version};

use super::facts::Facts;
use super::finding::Finding;

/// So many findings of a kind about a table are shown one by one.
const SHOWN: usize = 10;

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for (_, rule) in facts.each_rule() {
        for version in &rule.versions {
            for (path, table) in tables(version) {
                let subject = Subject { rule, version, path: &path, table };
                found.extend(subject.unreachable());
                found.extend(subject.ambiguous());
                found.extend(subject.gaps());
            }
        }
    }
    // Versions, and steps of one rule, may read one file alike.
    let mut once: Vec<Finding> = Vec::new();
    for finding in found {
        let same = |other: &Finding| {
            other.rules == finding.rules
                && other.diagnostic.labels.first() == finding.diagnostic.labels.first()
                && other.diagnostic.code == finding.diagnostic.code
        };
        if !once.iter().any(same) {
            once.push(finding);
        }
    }
    once
}

/// The tables of a version, with the path of each in the rule file.
fn tables(version: &Version) -> Vec<(String, &Arc<RateTable>)> {
    let values = kinds::of(&version.body).values().into_iter();
    values
        .filter_map(|(path, value)| match value {
            Value::Table(table) => Some((path, table)),
            Value::Plain(_) | Value::By { .. } => None,
        })
        .collect()
}

struct Subject<'a> {
    rule: &'a Rule,
    version: &'a Version,
    path: &'a str,
    table: &'a Arc<RateTable>,
}

impl Subject<'_> {
    /// Rows whose dates or ranges are empty, or whose dates are outside of all versions that read the file.
    fn unreachable(&self) -> Vec<Finding> {
        let readers = |version: &&Version| {
            tables(version)
                .iter()
                .any(|(_, table)| table.path == self.table.path && table.value == self.table.value)
        };
        let readers: Vec<&Version> = self.rule.versions.iter().filter(readers).collect();
        let first = readers.iter().map(|version| version.from).min().unwrap_or(self.version.from);
        let ends: Option<Vec<i32>> = readers.iter().map(|version| version.until).collect();
        let last = ends.and_then(|ends| ends.into_iter().max());
        let rows = self.table.unreachable(first, last);
        let finding = |row: &usize| {
            let why = if self.table.is_empty_row(*row) {
                "ends before it begins"
            } else {
                "is for days on which the rule is not in force"
            };
            let message =
                format!("row {} of {} can match no deal: it {why}", self.table.line(*row), self.table.path);
            let text = self.table.text(*row);
            Finding::warning(Code::UnreachableRow, message)
                .rule(&self.rule.id)
                .at(self.table.span(*row), text)
                .help("`x_from` is the lowest value and `x_below` the first that is too high; `from` and `until` are days, both counted")
        };
        let mut found: Vec<Finding> = rows.iter().take(SHOWN).map(finding).collect();
        self.rest(rows.len(), &mut found, "rows can match no deal");
        found
    }

    fn ambiguous(&self) -> Vec<Finding> {
        let ties = self.table.ties();
        let finding = |(first, second): &(usize, usize)| {
            let message = format!(
                "rows {} and {} of {} can both match a deal, with as many cells as each other: a run would stop at it",
                self.table.line(*first),
                self.table.line(*second),
                self.table.path
            );
            Finding::warning(Code::AmbiguousRate, message)
                .rule(&self.rule.id)
                .at(self.table.span(*first), self.table.text(*first))
                .at(self.table.span(*second), self.table.text(*second))
                .at(self.version.place(self.path), "looked up for this")
                .help("take one of them out, fill in a cell that tells them apart, or add a row for what both match")
        };
        let mut found: Vec<Finding> = ties.pairs.iter().take(SHOWN).map(finding).collect();
        self.rest(ties.pairs.len(), &mut found, "pairs of rows are ambiguous");
        if ties.cut
            && let Some(last) = found.last_mut()
        {
            last.diagnostic.help.push("there are too many pairs of rows to look at all of them".to_owned());
        }
        found
    }

    fn gaps(&self) -> Vec<Finding> {
        let gaps = self.table.gaps();
        let finding = |gap: &RangeGap| {
            let condition = &self.table.conditions[gap.condition];
            let message = format!(
                "{} has no row for {}, between rows {} and {}",
                self.table.path,
                condition.interval_text(gap.gap),
                self.table.line(gap.rows.0),
                self.table.line(gap.rows.1)
            );
            Finding::warning(Code::RangeGap, message)
                .rule(&self.rule.id)
                .at(self.table.span(gap.rows.0), self.table.text(gap.rows.0))
                .at(self.table.span(gap.rows.1), self.table.text(gap.rows.1))
                .help("begin the next range where the one before ends: `x_below` is not in the range, `x_from` is")
        };
        let mut found: Vec<Finding> = gaps.iter().take(SHOWN).map(finding).collect();
        self.rest(gaps.len(), &mut found, "gaps");
        found
    }

    /// Says how many there are where not all are shown.
    fn rest(&self, all: usize, found: &mut [Finding], what: &str) {
        if all > SHOWN
            && let Some(last) = found.last_mut()
        {
            last.diagnostic.help.push(format!("{}: {} {what} in all", self.table.path, count(all as u64)));
        }
    }
}
