//! Every example in the tables of docs/reference/expressions.md is evaluated.

use super::*;

const PAGE: &str = include_str!("../../../../docs/reference/expressions.md");

/// The cells of each row of the tables whose header is `header`, without backticks.
fn rows(header: &[&str]) -> Vec<Vec<String>> {
    let (mut found, mut inside) = (Vec::new(), false);
    for line in PAGE.lines() {
        let Some(inner) = line.strip_prefix('|').and_then(|line| line.strip_suffix('|')) else {
            inside = false;
            continue;
        };
        let cells: Vec<String> =
            inner.split(" | ").map(|cell| cell.trim().trim_matches('`').replace("\\|", "|")).collect();
        if cells == header {
            inside = true;
        } else if inside && !inner.starts_with('-') {
            found.push(cells);
        }
    }
    found
}

/// The deal that the examples of the page are about.
fn sample() -> Sample {
    let columns = rows(&["column", "type", "value"]).into_iter().map(|cells| {
        let [name, ty, value] = &cells[..] else { panic!("{cells:?}") };
        let given = (value != "null").then_some(value.trim_matches('\''));
        let array = match ty.as_str() {
            "text" => texts(&[given]),
            "number" => {
                let parsed = given.map(|digits| decimal::parse(digits).unwrap());
                let scale = parsed.map_or(0, |(_, scale)| i8::try_from(scale).unwrap());
                numbers(&[parsed.map(|(value, _)| value)], scale)
            }
            "date" => dates(&[given]),
            "boolean" => booleans(&[given.map(|word| word == "true")]),
            other => panic!("there is no type {other}"),
        };
        let name: &'static str = Box::leak(name.clone().into_boxed_str());
        (name, array)
    });
    Sample { name: "deals", columns: columns.collect() }
}

#[test]
fn every_example_is_true() {
    let sample = sample();
    assert!(sample.columns.len() > 5);
    let examples = rows(&["expression", "result"]);
    assert!(examples.len() > 60, "{} examples", examples.len());
    for example in examples {
        let [source, expected] = &example[..] else { panic!("{example:?}") };
        let found = match evaluated(source, std::slice::from_ref(&sample)) {
            Ok(array) => shown(&array).remove(0),
            Err(error) => panic!("{source}: {error}"),
        };
        assert_eq!(&found, expected, "{source}");
    }
}

#[test]
fn what_is_left_out_is_refused() {
    let refused = rows(&["not an expression", "code"]);
    assert!(refused.len() > 8, "{} refusals", refused.len());
    for cells in refused {
        let [source, code] = &cells[..] else { panic!("{cells:?}") };
        let error = evaluated(source, &[sample()]).expect_err(source);
        assert!(error.starts_with(&format!("error[{code}]")), "{source}: {error}");
    }
}
