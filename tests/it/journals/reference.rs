//! The tables of formats in docs/reference/journals.md are made of the descriptions that writers and readers use.

use apportion::journals::formats::{Format, Most, Rows};
use apportion::journals::step::Step;

use crate::support::{assert_committed, repository};

const PAGE: &str = "docs/reference/journals.md";
const OPEN: &str = "<!-- formats -->\n";
const CLOSE: &str = "<!-- /formats -->";

fn table(format: Format) -> String {
    let description = format.description();
    let mut text = format!("### {}\n\n{}: {}.\n\n", description.word, description.title, description.file);
    if !description.needs.is_empty() {
        let needs: Vec<String> = description.needs.iter().map(|key| format!("`{key}`")).collect();
        text += &format!("It has to be told {}.\n\n", needs.join(", "));
    }
    let rows = match description.limits.rows {
        Rows::Lines => "A row is an account, with what goes there in all.",
        Rows::Pairs => "A row, or two, is what goes from one account to another in all, by step and rule.",
        Rows::Movements => "Every movement is there, two rows each.",
    };
    text += &format!("{rows}\n\n| field | holds | at most |\n|---|---|---|\n");
    for field in description.fields {
        let most = match field.most {
            Some(Most::Cut(most)) => format!("{most}, more is cut"),
            Some(Most::Error(most)) => format!("{most}, more is an error"),
            None => String::new(),
        };
        text += &format!("| `{}` | {} | {most} |\n", field.name, field.holds);
    }
    text
}

#[test]
fn the_page_has_the_tables_of_all_formats() {
    let page = std::fs::read_to_string(repository(PAGE)).unwrap();
    let (before, rest) = page.split_once(OPEN).unwrap();
    let (_, after) = rest.split_once(CLOSE).unwrap();
    let tables: Vec<String> = Format::ALL.into_iter().map(table).collect();
    assert_committed(PAGE, &format!("{before}{OPEN}\n{}\n{CLOSE}{after}", tables.join("\n")));
}

#[test]
fn the_page_has_all_steps() {
    let page = std::fs::read_to_string(repository(PAGE)).unwrap();
    for step in Step::ALL {
        assert!(page.contains(&format!("| `{}` |", step.word())), "{}", step.word());
    }
}
