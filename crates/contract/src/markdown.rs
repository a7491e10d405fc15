//! Tables, files and words as Markdown tables. The reference in docs/ contains them between two comments, and a test
//! compares them: see [`blocks`].

use super::output::assets::{ASSET_FILE, CONTRACT_REVERSAL_FILE, LIABILITY_FILE, SCHEDULE_FILE};
use super::output::ledger::{BALANCE_FILE, ENTRY_FILE, FINDING_FILE, HELD_FILE, REVERSAL_FILE};
use super::output::{LINE_SHAPES, LINES, TABLES};
use super::{
    DefaultValue, InputColumn, InputTable, OutputFile, OutputType, RUN, Reason, RejectCode, RuleKind,
    TableName, Words,
};

/// Every Markdown table, with the name that pages use for it.
///
/// A page of docs/ contains a table between the lines `<!-- contract: NAME -->` and `<!-- /contract -->`.
pub fn blocks() -> Vec<(String, String)> {
    let mut blocks: Vec<(String, String)> = TableName::IN_PROJECT
        .map(|table| (format!("input {}", table.word()), input_table(table.describe())))
        .to_vec();
    for table in [TableName::Deals, TableName::Engagements] {
        let of_channel = columns_from(table.describe_with_channel(), table.describe().columns.len());
        blocks.push((format!("input {}, channel", table.word()), of_channel));
    }
    blocks.extend(TABLES.iter().map(|file| (format!("output {}", file.name), output_file(file))));
    let of_ledger = [&ENTRY_FILE, &BALANCE_FILE, &HELD_FILE, &FINDING_FILE, &REVERSAL_FILE];
    blocks.extend(of_ledger.map(|file| (format!("output {}", file.name), output_file(file))));
    let of_assets = [&ASSET_FILE, &SCHEDULE_FILE, &CONTRACT_REVERSAL_FILE, &LIABILITY_FILE];
    blocks.extend(of_assets.map(|file| (format!("output {}", file.name), output_file(file))));
    blocks.push((format!("output {RUN}"), run_json()));
    blocks.push(("line shapes".to_owned(), line_shapes()));
    blocks.push(("rule kinds".to_owned(), rule_kinds()));
    blocks.push(("reasons".to_owned(), reasons()));
    blocks.push(("reject codes".to_owned(), reject_codes()));
    blocks.push(("reject actions".to_owned(), words(Words::RejectActions)));
    blocks.push(("reconciliation parts".to_owned(), words(Words::Parts)));
    blocks.push(("claim states".to_owned(), words(Words::ClaimStates)));
    blocks.push(("conflict kinds".to_owned(), words(Words::ConflictKinds)));
    blocks.push(("conflict states".to_owned(), words(Words::ConflictStates)));
    blocks.push(("reach".to_owned(), reach()));
    blocks.push(("book settings".to_owned(), book_settings()));
    blocks
}

/// The columns of an input table.
pub fn input_table(table: &InputTable) -> String {
    columns_from(table, 0)
}

/// The columns of an input table after the first ones.
fn columns_from(table: &InputTable, first: usize) -> String {
    let rows = table.columns.iter().enumerate().skip(first).map(|(index, column)| {
        vec![
            code(column.name),
            column.cell.words().into_owned(),
            required(table, index),
            empty_means(column),
            format!("{}{}", column.meaning, key(table, index)),
        ]
    });
    rendered(&["column", "type", "required", "empty means", "meaning"], rows)
}

/// Whether a row needs a value in a column.
fn required(table: &InputTable, index: usize) -> String {
    if table.columns[index].required {
        return "yes".to_owned();
    }
    if !table.one_of.contains(&index) {
        return "no".to_owned();
    }
    let others = table.one_of.iter().filter(|other| **other != index);
    let others: Vec<String> = others.map(|other| code(table.columns[*other].name)).collect();
    format!("this or {}", others.join(" or "))
}

fn empty_means(column: &InputColumn) -> String {
    match column.default {
        DefaultValue::Null if column.required => String::new(),
        DefaultValue::Null => "null".to_owned(),
        DefaultValue::Text(text) => code(text),
        DefaultValue::BookCurrency => "the book's".to_owned(),
    }
}

/// What a column is in the table's key.
fn key(table: &InputTable, index: usize) -> &'static str {
    match (table.key.contains(&index), table.key.len()) {
        (false, _) => "",
        (true, 1) => " The key.",
        (true, _) => " Part of the key.",
    }
}

/// The columns of a file of a result.
pub fn output_file(file: &OutputFile) -> String {
    let nothing = if file.name == LINES { "null" } else { "empty" };
    let rows = file.columns.iter().map(|column| {
        let holds = match column.holds {
            OutputType::Word(words) => one_of(words),
            other => other.words().to_owned(),
        };
        let holds = if column.nullable { format!("{holds}, or {nothing}") } else { holds };
        vec![code(column.name), holds, column.meaning.to_owned()]
    });
    rendered(&["column", "type", "meaning"], rows)
}

fn one_of(words: Words) -> String {
    match words {
        Words::Tables => "name of an input table".to_owned(),
        Words::Kinds => "kind of rule".to_owned(),
        Words::Reasons => "reason".to_owned(),
        Words::RejectCodes => "reject code".to_owned(),
        Words::Parts => "part".to_owned(),
        Words::ClaimStates => "state of a claim".to_owned(),
        Words::ConflictKinds => "kind of conflict".to_owned(),
        Words::RejectActions
        | Words::Roundings
        | Words::Incomplete
        | Words::ConflictStates
        | Words::Outcomes => {
            let choices = words.choices();
            choices.iter().map(|(word, _)| code(word)).collect::<Vec<_>>().join(" or ")
        }
    }
}

/// The keys of run.json.
pub fn run_json() -> String {
    let rows = super::run_json::RUN_KEYS.iter().map(|key| {
        let holds = match key.holds {
            super::RunType::Word(words) => one_of(words),
            other => other.words().to_owned(),
        };
        let nullable = if key.nullable { "yes" } else { "" };
        vec![code(key.path), holds, nullable.to_owned(), key.meaning.to_owned()]
    });
    rendered(&["key", "type", "may be null", "meaning"], rows)
}

/// Which of the nullable columns of lines.parquet have a value, by kind of rule.
pub fn line_shapes() -> String {
    let rows = LINE_SHAPES.iter().map(|shape| {
        let columns: Vec<String> = shape.columns.iter().map(|column| code(column.name())).collect();
        vec![code(shape.kind.word()), shape.when.to_owned(), columns.join(", ")]
    });
    rendered(&["kind", "lines", "columns with a value"], rows)
}

/// The kinds of rule.
pub fn rule_kinds() -> String {
    words(Words::Kinds)
}

/// The reasons of uncredited.csv.
pub fn reasons() -> String {
    let rows = Reason::ALL.into_iter().map(|reason| {
        let kinds: Vec<String> = reason.kinds().iter().map(|kind| code(RuleKind::word(*kind))).collect();
        vec![code(reason.word()), kinds.join(", "), reason.meaning().to_owned()]
    });
    rendered(&["reason", "kinds of rule", "meaning"], rows)
}

/// The codes of rejects.csv.
pub fn reject_codes() -> String {
    let rows = RejectCode::ALL
        .into_iter()
        .map(|reject| vec![code(reject.word()), code(reject.action().word()), reject.meaning().to_owned()]);
    rendered(&["code", "action", "meaning"], rows)
}

/// The words of a rule's `reach`.
pub fn reach() -> String {
    let rows = super::ReachWord::ALL.map(|word| vec![code(word.word()), word.meaning().to_owned()]);
    rendered(&["word", "meaning"], rows.into_iter())
}

/// The settings of `[book]` that decide an amount.
pub fn book_settings() -> String {
    let rows = super::settings::BOOK_SETTINGS.map(|setting| {
        let default = setting.default.map_or("required".to_owned(), code);
        vec![code(setting.key), default, setting.meaning.to_owned()]
    });
    rendered(&["key", "default", "meaning"], rows.into_iter())
}

/// The words of a column, each with its meaning.
pub fn words(words: Words) -> String {
    let rows = words.choices().into_iter().map(|(word, meaning)| vec![code(word), meaning.to_owned()]);
    rendered(&["word", "meaning"], rows)
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// Rows under a header, as Markdown. `|` inside a cell is escaped.
fn rendered(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let names: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
    let mut text = line(&names);
    text.push_str(&format!("|{}\n", "---|".repeat(header.len())));
    rows.for_each(|row| text.push_str(&line(&row)));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_rendered() {
        let quotas = input_table(TableName::Quotas.describe());
        let expected = "\
| column | type | required | empty means | meaning |
|---|---|---|---|---|
| `payee_id` | text | yes |  | Whose quota it is. Part of the key. |
| `period` | period: `2026-07`, `2026-Q3` or `2026` | yes |  | The month, fiscal quarter or fiscal year. Part of the key. |
| `amount` | money above 0 | yes |  | The quota, in the book's currency, or in the unit of `measure`. |
| `measure` | text | no | null | What is measured, such as `seats`: a commission names it with `quota_measure`. Empty for the quotas of commissions that name none. Part of the key. |
";
        assert_eq!(quotas, expected);
    }

    #[test]
    fn every_row_has_as_many_cells_as_the_header() {
        for (name, block) in blocks() {
            let bars = |line: &str| line.replace("\\|", "").matches('|').count();
            let expected = block.lines().next().map(bars);
            assert!(block.lines().all(|line| Some(bars(line)) == expected), "{name}:\n{block}");
        }
    }
}
