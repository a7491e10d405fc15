//! Descriptions of kinds → tables of the reference, in Markdown.

use apportion_book::TableName;
use apportion_book::config::describe::{Default, Number, Parameter, Presence, Scope, Shape, Word};

use super::context::ORIGINAL;
use super::{Kind, describe};

/// The table of a kind's parameters: key, type, default and meaning; `cap`, which most kinds have, is last. Ends in a
/// newline.
pub fn table(kind: Kind) -> String {
    let (cap, others): (Vec<_>, Vec<_>) = describe(kind).parameters().partition(|one| one.key == "cap");
    rows(others.into_iter().chain(cap))
}

/// A Markdown table with a row for each parameter.
pub fn rows<'a>(parameters: impl IntoIterator<Item = &'a Parameter>) -> String {
    let mut table = "| key | type | default | meaning |\n|---|---|---|---|\n".to_owned();
    for parameter in parameters {
        let Parameter { key, shape, need, meaning } = parameter;
        let cells = [format!("`{key}`"), takes(shape), default(need), meaning.replace('\n', " ")];
        table.push_str(&format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")));
    }
    table
}

/// What a key takes, in words.
fn takes(shape: &Shape) -> String {
    match shape {
        Shape::Text | Shape::SomeText | Shape::Pattern(_) => "text".to_owned(),
        Shape::Character => "one character".to_owned(),
        Shape::Choice(words) => choices(words),
        Shape::Currency => "ISO 4217 code".to_owned(),
        Shape::Day => "date".to_owned(),
        Shape::Flag => "boolean".to_owned(),
        Shape::Whole { least, most } => format!("{least} to {most}"),
        Shape::Number(value) => number(*value).to_owned(),
        Shape::NumberBy(value, tables) => {
            let number = number(*value);
            format!("{number}, or {number}s by a column of {} or by a rate table", names(tables, " or "))
        }
        Shape::Condition(scope) => format!("expression over {}", columns(*scope)),
        Shape::Expression(scope) => format!("expression over {}, a number", columns(*scope)),
        Shape::Cell => "text, number or boolean".to_owned(),
        Shape::Record(_) | Shape::Map(_) => "table".to_owned(),
        Shape::List { item, most, .. } => {
            let list = match item {
                Shape::Record(_) => "list of tables".to_owned(),
                item => format!("list of {}", takes(item)),
            };
            most.map_or(list.clone(), |most| format!("{list}, at most {most}"))
        }
        Shape::Patterns { .. } => "list of paths or patterns".to_owned(),
        Shape::Either(shapes) => shapes.iter().map(takes).collect::<Vec<_>>().join(", or "),
        Shape::About(_, shape) => takes(shape),
    }
}

fn number(number: Number) -> &'static str {
    match number {
        Number::Rate => "rate",
        Number::Amount => "amount",
        Number::Measure => "number",
        Number::Threshold => "rate with a percent sign, or amount",
    }
}

fn choices(words: &[Word]) -> String {
    words.iter().map(|word| format!("`{}`", word.word)).collect::<Vec<_>>().join(", ")
}

fn names(tables: &[TableName], between: &str) -> String {
    tables.iter().map(|table| format!("`{}`", table.word())).collect::<Vec<_>>().join(between)
}

fn columns(scope: Scope) -> String {
    let names = names(scope.tables, ", ");
    match scope {
        Scope { group: true, .. } => format!("{names} and the group"),
        Scope { original: true, .. } => format!("{names} and `{ORIGINAL}`"),
        Scope { period_end: true, .. } => format!("{names} and `period_end`"),
        Scope { claim: true, .. } => format!("{names} and `claim`"),
        Scope { segment: true, .. } => format!("{names} and `segment`"),
        Scope { .. } => names,
    }
}

fn default(need: &Presence) -> String {
    match need {
        Presence::Required { .. } => "required".to_owned(),
        Presence::Optional => "none".to_owned(),
        Presence::Default(Default::Text(text)) => format!("`{text}`"),
        Presence::Default(Default::Texts(texts)) => {
            let texts: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
            format!("`[{}]`", texts.join(", "))
        }
        Presence::Default(Default::Whole(number)) => format!("`{number}`"),
        Presence::Default(Default::Flag(flag)) => format!("`{flag}`"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{PolicyKind, describe_policy};

    /// Key, type and default of the rows of all tables of a page that list keys, by table.
    fn tables(page: &str) -> Vec<Vec<[String; 3]>> {
        let mut tables = Vec::new();
        let mut lines = page.lines();
        while let Some(line) = lines.next() {
            if line == "| key | type | default | meaning |" {
                let rows = lines.by_ref().skip(1).take_while(|line| line.starts_with('|'));
                let cell =
                    |row: &str, index: usize| row.split('|').nth(index).unwrap_or("").trim().to_owned();
                tables.push(rows.map(|row| [1, 2, 3].map(|index| cell(row, index))).collect());
            }
        }
        tables
    }

    /// Compares the rows of a page's table with what is described; the page may say more.
    fn compare<'a>(page: &str, rows: &[[String; 3]], parameters: impl Iterator<Item = &'a Parameter>) {
        let parameters: Vec<&Parameter> = parameters.collect();
        let keys = |row: &[String; 3]| row[0].trim_matches('`').to_owned();
        let described: Vec<&str> = parameters.iter().map(|parameter| parameter.key).collect();
        assert_eq!(rows.iter().map(keys).collect::<Vec<_>>(), described, "keys in {page}");
        for ([_, takes, written], parameter) in rows.iter().zip(parameters) {
            let place = format!("{page}: {}", parameter.key);
            match parameter.need {
                Presence::Required { .. } => assert_eq!(written, "required", "{place}"),
                Presence::Default(_) => assert_eq!(*written, default(&parameter.need), "{place}"),
                Presence::Optional => assert!(written != "required", "{place}"),
            }
            if let Shape::Choice(words) = parameter.shape
                && !takes.starts_with("see ")
            {
                assert_eq!(*takes, choices(words), "{place}");
            }
        }
    }

    /// The records in the lists of a kind, except those that all kinds have.
    fn records(kind: Kind) -> Vec<&'static [Parameter]> {
        let record = |parameter: &'static Parameter| match parameter.shape {
            Shape::List { item: Shape::Record(record), .. } => Some(record.parameters),
            _ => None,
        };
        describe(kind).table.parameters.iter().filter_map(record).collect()
    }

    #[test]
    fn the_reference_has_every_parameter() {
        for kind in Kind::ALL {
            let name = format!("docs/reference/rules/{}.md", kind.word());
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(&name);
            let page = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
            let tables = tables(&page);
            let records = records(kind);
            assert_eq!(
                tables.len(),
                1 + records.len(),
                "{name}: a table for the kind and for each of its lists"
            );
            let (cap, others): (Vec<_>, Vec<_>) =
                describe(kind).parameters().partition(|one| one.key == "cap");
            compare(&name, &tables[0], others.into_iter().chain(cap));
            for (rows, record) in tables[1..].iter().zip(records) {
                compare(&name, rows, record.iter());
            }
        }
    }

    #[test]
    fn the_reference_has_every_parameter_of_policies() {
        for kind in PolicyKind::ALL {
            let name = format!("docs/reference/rules/{}.md", kind.word());
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(&name);
            let page = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
            let tables = tables(&page);
            compare(&name, &tables[0], describe_policy(kind).parameters());
        }
    }

    #[test]
    #[ignore = "it prints tables, for a new page of the reference"]
    fn print_a_table() {
        for kind in Kind::ALL {
            println!("# {}\n\n{}", kind.word(), table(kind));
            for record in records(kind) {
                println!("{}", rows(record));
            }
        }
        for kind in PolicyKind::ALL {
            println!("# {}\n\n{}", kind.word(), rows(describe_policy(kind).parameters()));
        }
    }

    #[test]
    fn a_table_as_markdown() {
        let table = table(Kind::Stipend);
        let rows: Vec<&str> = table.lines().collect();
        assert_eq!(rows[0], "| key | type | default | meaning |");
        assert_eq!(rows[2], format!("| `id` | text | required | {} |", crate::description::ID.meaning));
        assert!(table.contains(
            "| `amount` | amount, or amounts by a column of `payees` or `deals` or by a rate table | required | The stipend. |"
        ));
        assert!(table.contains("| `per` | `deal`, `touch`, `weight` | `deal` | What it is multiplied by. |"));
        assert!(table.contains("| `reach` | list of `deal`, `prior`, `account` | `[\"deal\"]` |"));
        assert!(rows.last().is_some_and(|row| row.starts_with("| `cap` | list of tables | none |")));
    }
}
