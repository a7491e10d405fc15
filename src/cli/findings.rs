//! Rejects for people: grouped by source and code, with counts and the first five of each kind.

use apportion_base::terminal::escaped;
use serde::Serialize;

use super::number::counted;
use super::table::shortened;
use apportion_data::{Reject, RejectCode, Tables};

/// How many of a kind are shown.
const SHOWN: usize = 5;
/// How much of a cell is shown.
const CELL_WIDTH: usize = 60;

/// All findings of one source, code and outcome.
pub struct Group<'a> {
    code: RejectCode,
    source: &'static str,
    rejected: bool,
    pub count: u64,
    /// The first ones in the order of rejects.csv.
    first: Vec<&'a Reject>,
}

/// The findings of a run, grouped, in order of source and code.
pub fn grouped(tables: &Tables) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for reject in &tables.rejects {
        let source = reject.table.word();
        let same = |group: &&mut Group<'_>| {
            (group.source, group.code, group.rejected) == (source, reject.code, reject.rejected)
        };
        match groups.iter_mut().find(same) {
            Some(group) => {
                group.count += 1;
                if group.first.len() < SHOWN {
                    group.first.push(reject);
                }
            }
            None => groups.push(Group {
                code: reject.code,
                source,
                rejected: reject.rejected,
                count: 1,
                first: vec![reject],
            }),
        }
    }
    groups.sort_by_key(|group| (group.source, group.code.word(), group.rejected));
    groups
}

impl Group<'_> {
    pub fn code(&self) -> &'static str {
        self.code.word()
    }

    pub fn source(&self) -> &'static str {
        self.source
    }

    /// The first ones, each with its place and what is wrong.
    pub fn examples(&self) -> Vec<String> {
        self.first.iter().map(|reject| place(reject)).collect()
    }

    pub fn message(&self) -> String {
        let what = if self.rejected { "rejected" } else { "kept, with a part left out" };
        format!("{} in {}, {what}", counted(self.count, "finding"), self.source)
    }

    /// For people: a headline and the first ones.
    pub fn text(&self, colour: bool) -> String {
        let word = format!("warning[{}]", self.code.word());
        let mut text = if colour {
            format!("\x1b[1;33m{word}\x1b[0m\x1b[1m: {}\x1b[0m\n", self.message())
        } else {
            format!("{word}: {}\n", self.message())
        };
        for reject in &self.first {
            text.push_str(&format!("  {}\n", place(reject)));
        }
        let rest = self.count - self.first.len() as u64;
        if rest > 0 {
            text.push_str(&format!("  … and {}\n", counted(rest, "more").trim_end_matches('s')));
        }
        text
    }

    /// For machines: one object on one line.
    pub fn json(&self) -> String {
        let line = Line {
            severity: "warning",
            code: self.code.word(),
            message: self.message(),
            labels: Vec::new(),
            help: Vec::new(),
            source: self.source,
            count: self.count,
            action: if self.rejected { "rejected" } else { "kept" },
            first: self
                .first
                .iter()
                .map(|reject| FirstReject {
                    file: &reject.file,
                    row: reject.row,
                    key: &reject.key,
                    column: &reject.column,
                    value: &reject.value,
                    message: &reject.message,
                })
                .collect(),
        };
        serde_json::to_string(&line).unwrap_or_default()
    }
}

/// Shaped like a diagnostic, with what only findings have after it.
#[derive(Serialize)]
struct Line<'a> {
    severity: &'static str,
    code: &'static str,
    message: String,
    labels: Vec<()>,
    help: Vec<()>,
    source: &'static str,
    count: u64,
    action: &'static str,
    first: Vec<FirstReject<'a>>,
}

#[derive(Serialize)]
struct FirstReject<'a> {
    file: &'a str,
    row: u64,
    key: &'a str,
    column: &'a str,
    value: &'a str,
    message: &'a str,
}

/// The place of one finding, the value, and what is wrong with it.
fn place(reject: &Reject) -> String {
    let mut text = format!("{}, row {}", escaped(&reject.file), reject.row);
    if !reject.key.is_empty() {
        text.push_str(&format!(" ({})", shortened(&escaped(&reject.key), CELL_WIDTH)));
    }
    if !reject.column.is_empty() {
        text.push_str(&format!(", {}", escaped(&reject.column)));
    }
    // Most sentences quote the value themselves.
    if !reject.value.is_empty() && !reject.message.contains(&reject.value) {
        text.push_str(&format!(" `{}`", shortened(&escaped(&reject.value), CELL_WIDTH)));
    }
    format!("{text}: {}", escaped(&reject.message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use apportion_book::TableName;

    fn reject(row: u64, code: RejectCode) -> Reject {
        Reject {
            table: TableName::Deals,
            file: "data/deals.csv".to_owned(),
            row,
            key: format!("D-{row}"),
            column: "amount".to_owned(),
            code,
            value: "1e3\x1b[2J".to_owned(),
            message: "is not an amount".to_owned(),
            rejected: true,
        }
    }

    #[test]
    fn a_kind_is_one_group_with_its_first_five() {
        let mut tables = apportion_results::sample::sample_tables();
        tables.rejects = (1..=1_007).map(|row| reject(row, RejectCode::BadNumber)).collect();
        tables.rejects.push(reject(3, RejectCode::BadDate));
        let groups = grouped(&tables);
        assert_eq!(groups.len(), 2);
        let text = groups[1].text(false);
        assert!(text.starts_with("warning[bad-number]: 1,007 findings in deals, rejected\n"), "{text}");
        assert!(
            text.contains("\n  data/deals.csv, row 1 (D-1), amount `1e3\\u{1b}[2J`: is not an amount\n"),
            "{text}"
        );
        assert!(text.ends_with("  … and 1,002 more\n"), "{text}");
        assert_eq!(text.lines().count(), 7);
        let json: serde_json::Value = serde_json::from_str(&groups[1].json()).unwrap();
        assert_eq!(json["count"], 1_007);
        assert_eq!(json["first"][4]["row"], 5);
    }
}
