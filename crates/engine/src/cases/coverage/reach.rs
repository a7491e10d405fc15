//! Which points the lines of a settled case reach.

use std::collections::BTreeSet;

use arrow::array::Array;
use arrow::convert;

use super::points::{Point, points, row_entry};
use super::{CaseReach, caps};
use crate::cases::settle::CaseSettlement;
use crate::credit::Line;
use crate::kinds::{self, Effect, MatchedReversal};
use crate::plan::LookupKey;
use crate::plan::rate_table::RateTableColumns;
use apportion_book::{Every, TableName};
use apportion_data::{DealIx, Tables};
use apportion_rules::tables::Found;
use apportion_rules::{RuleIx, Value, Version, VersionIx};

/// What a case reaches of every version of its rules under test.
pub fn reached(settled: &CaseSettlement) -> Vec<CaseReach> {
    let mut all = Vec::new();
    for (index, rule) in settled.rules.iter().filter(|(index, _)| settled.shown[*index]) {
        let capped = caps::lowered(settled, index);
        for (version_at, version) in rule.iter() {
            let mut reached = of_version(settled, index, version_at, version);
            reached.extend(kept(settled, index, version));
            reached.extend(
                capped
                    .iter()
                    .filter(|(table_kind, _)| *table_kind == version_at)
                    .map(|(_, every)| Point::Cap(*every)),
            );
            let named = points(version, settled.book.currency.digits());
            let points = named.into_iter().map(|(point, what)| (what, reached.contains(&point))).collect();
            all.push(CaseReach { rule: rule.id.clone(), from: version.from, points });
        }
    }
    all
}

/// The points that the lines of a version reach.
fn of_version(
    settled: &CaseSettlement,
    index: RuleIx,
    version_at: VersionIx,
    version: &Version,
) -> BTreeSet<Point> {
    let is_of = |line: &&Line| (line.rule, line.version) == (index, version_at);
    let mut reached = BTreeSet::new();
    let kind = kinds::of(&version.body);
    for line in settled.settlement.lines.iter().filter(is_of) {
        reached.insert(Point::Line);
        reached.extend(kind.reached(&settled.tables, line));
    }
    let clawbacks = &settled.settlement.clawbacks;
    let recomputes = |reversal: &MatchedReversal| {
        (reversal.rule, reversal.version) == (index, version_at)
            && matches!(reversal.effect, Effect::Recompute(_))
    };
    if clawbacks.reversals.iter().any(recomputes) {
        reached.insert(Point::Recomputed);
    }
    if let Some(every) = kind.adds_up_over() {
        reached.extend(passed(settled, (index, version_at), every, version));
    }
    reached
}

/// The points that lines of a version pass. Lines are in order of payee, rule and day, so the one before a line is that which its total
/// goes on from, if it is of the same payee, rule and period. One of another version says nothing about where this version began.
fn passed(
    settled: &CaseSettlement,
    (index, version_at): (RuleIx, VersionIx),
    every: Every,
    version: &Version,
) -> Vec<Point> {
    let calendar = settled.book.calendar();
    let total_of = |line: &Line| {
        let day = settled.tables.deals.close_date[line.deal];
        (line.payee, calendar.period_of(day, every))
    };
    let mut passed = Vec::new();
    let mut before: Option<&Line> = None;
    for line in settled.settlement.lines.iter().filter(|line| line.rule == index) {
        let begins = before.is_none_or(|before| total_of(before) != total_of(line));
        let goes_on = before.filter(|before| before.version == version_at);
        if line.version == version_at && (begins || goes_on.is_some()) {
            let before = if begins { None } else { goes_on };
            passed.extend(kinds::of(&version.body).passed(before, line));
        }
        before = Some(line);
    }
    passed
}

/// The entry of a `by`, or the row of a rate table, that a line's deal or payee falls under; `None` for a plain value.
pub(crate) fn entry(tables: &Tables, value: &Value, line: &Line) -> Option<Option<String>> {
    let (column, is) = match value {
        Value::Plain(_) => return None,
        Value::By { column, is, .. } => (column, is),
        Value::Table(table) => {
            let columns = RateTableColumns::of_rows(table, tables);
            return match columns.row(LookupKey::of(line.payee, line.deal, tables)) {
                Found::Row(row) | Found::Tie(row, _) => Some(Some(row_entry(table.line(row)))),
                Found::None => None,
            };
        }
    };
    let (frame, row) = match column.table {
        TableName::Payees => (&tables.payees.states.frame, tables.state(line.payee, line.deal).at()),
        _ => (&tables.deals.frame, line.deal.at()),
    };
    let array = frame.column(&column.column)?;
    if row >= array.len() {
        return Some(None);
    }
    let texts = convert::texts(&array.slice(row, 1)).ok()?;
    let text = texts.is_valid(0).then(|| texts.value(0).to_owned());
    Some(text.filter(|text| is.contains_key(text)))
}

/// Whether a role's part was kept on a deal of the version.
fn kept(settled: &CaseSettlement, index: RuleIx, version: &Version) -> Option<Point> {
    let in_force = |deal: DealIx| version.in_force(settled.tables.deals.close_date[deal]);
    let of_rule = settled.settlement.uncredited.iter().filter(|row| row.rule == Some(index));
    let mut kept = of_rule.filter(|row| row.retained.is_some() || row.retained_credit.is_some());
    kept.any(|row| in_force(row.deal)).then_some(Point::Kept)
}
