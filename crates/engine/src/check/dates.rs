//! Dates that an expression moves outside of the calendar, where they are null.

use apportion_base::diagnostic::{Code, counted};
use apportion_data::DatesBeyond;

use super::facts::Facts;
use super::finding::Finding;

pub fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let of_sources = facts.tables.beyond.iter().map(|dates| of_source(facts, dates));
    of_sources.chain(of_rules(facts)).collect()
}

fn of_source(facts: &Facts<'_>, dates: &DatesBeyond) -> Finding {
    let DatesBeyond { table, what, date, count, file, row } = dates;
    let message = format!(
        "`{what}` of {} moves {} of `{date}` outside of the years 1 to 9999, first in {file}, row {row}: null there",
        table.word(),
        counted(*count, "date")
    );
    let finding = Finding::warning(Code::DateBeyondCalendar, message)
        .counted(*count, "date")
        .examples([format!("{file} row {row}")])
        .help(HELP);
    let of_table = |source: &&apportion_book::Source| source.table == *table;
    match facts.book.sources.iter().filter(of_table).collect::<Vec<_>>().as_slice() {
        [source] => finding.at(source.span.clone(), "read by this source"),
        _ => finding,
    }
}

const HELP: &str =
    "if such a date means that there is no end, make it null: `nulls = [\"9999-12-31\"]` for its source";

fn of_rules(facts: &Facts<'_>) -> impl Iterator<Item = Finding> {
    facts.settlement.beyond.iter().map(|date| {
        let id = &facts.rules.rules[date.rule].id;
        let rows = match date.table {
            Some(table) if date.rows > 0 => format!(" on {} of {}", counted(date.rows, "row"), table.word()),
            _ => String::new(),
        };
        let message =
            format!("`{}` in `{id}` is outside of the years 1 to 9999{rows}: null there", date.text);
        let finding = Finding::warning(Code::DateBeyondCalendar, message).rule(id).at(date.place.clone(), "");
        let finding = match date.rows {
            0 => finding,
            rows => finding.counted(rows, "row").examples(date.first.clone()),
        };
        finding.help(HELP)
    })
}
