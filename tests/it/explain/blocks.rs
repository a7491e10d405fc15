//! Explanations as documents: Markdown says what the text says, with every amount that the JSON has.

use std::path::Path;

use serde_json::Value;

use super::{channel_project, command, json, project, said};
use crate::ledger::explained::closed_example;

/// An explanation as Markdown.
fn markdown(folder: &Path, arguments: &[&str]) -> String {
    said(folder, &[arguments, &["--format", "md", "-q"]].concat())
}

#[test]
fn a_commission_and_a_split_with_a_cent_left_over() {
    let folder = project::fresh();
    let of = |payee, deal, rule| {
        markdown(folder.path(), &["--payee", payee, "--deal", deal, "--rule", rule, "--period", "2026-Q3"])
    };
    insta::assert_snapshot!([of("ann", "D09", "accelerator"), of("cat", "D02", "new-business")].join("\n"));
}

#[test]
fn a_deal_that_paid_nothing() {
    insta::assert_snapshot!(markdown(project::fresh().path(), &["--deal", "D10", "--period", "2026-09"]));
}

#[test]
fn a_conflict() {
    let arguments = ["--conflict", "C-2", "--as-of", "2026-07-31"];
    insta::assert_snapshot!(markdown(channel_project::fresh().path(), &arguments));
}

#[test]
fn a_close() {
    let (done, said) =
        closed_example().run(&["explain", "--close", "2026-02", "--payee", "ann", "--format", "md", "-q"]);
    assert!(done, "{said}");
    insta::assert_snapshot!(said);
}

/// `-1234.50` as people read it.
fn for_people(amount: &str) -> String {
    let (sign, bare) = amount.strip_prefix('-').map_or(("", amount), |bare| ("-", bare));
    let (whole, cents) = bare.split_once('.').unwrap();
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}.{cents}")
}

/// Cells of the tables of a document, without marks.
fn cells(markdown: &str) -> Vec<String> {
    let rows = markdown.lines().filter(|line| line.starts_with('|'));
    rows.flat_map(|row| row.split('|')).map(|cell| cell.trim().replace("**", "")).collect()
}

#[test]
fn every_amount_of_the_json_stands_in_the_markdown() {
    let (quarter, channel) = (project::fresh(), channel_project::fresh());
    let mut amounts = 0;
    for (folder, payee, period) in [
        (&quarter, "cat", "2026-Q3"),
        (&quarter, "ann", "2026-Q3"),
        (&quarter, "eve", "2026-Q3"),
        (&quarter, "mia", "2026-Q3"),
        (&channel, "pat", "2026-07"),
        (&channel, "ann", "2026-07"),
    ] {
        let arguments = ["--payee", payee, "--period", period, "--all"];
        let cells = cells(&markdown(folder.path(), &arguments));
        for amount in json(folder.path(), &arguments)["amounts"].as_array().unwrap() {
            let steps = amount["steps"].as_array().unwrap().iter();
            let splits = steps.clone().flat_map(|step| step["split"]["parts"].as_array()).flatten();
            let results = steps.filter(|step| step["how"] == "product" || step["how"] == "tiers");
            let results = results.chain(splits).map(|step| &step["result"]);
            for number in results.chain([&amount["amount"], &amount["credited"]]).filter_map(Value::as_str) {
                let said = for_people(number);
                assert!(cells.contains(&said), "{payee}: {said} of {amount:#}");
                amounts += 1;
            }
        }
    }
    assert!(amounts > 100, "{amounts}");
}

#[test]
fn names_that_are_markup_are_shown_as_they_are() {
    let folder = project::fresh();
    let payees = std::fs::read_to_string(folder.path().join("payees.csv")).unwrap();
    let row = payees.lines().find(|line| line.starts_with("cat,")).unwrap();
    let mut cells: Vec<&str> = row.split(',').collect();
    cells[1] = "\"<b>Cat|\u{202e}\n# GmbH\"";
    std::fs::write(folder.path().join("payees.csv"), payees.replace(row, &cells.join(","))).unwrap();
    let arguments = ["--payee", "cat", "--deal", "D02", "--period", "2026-Q3"];
    let said = markdown(folder.path(), &arguments);
    assert!(
        said.contains("\\<b\\>Cat\\|") && !said.contains('\u{202e}') && !said.contains("\n# GmbH"),
        "{said}"
    );
    let page = command(folder.path(), "explain", &[&arguments[..], &["--format", "html", "-q"]].concat());
    let page = String::from_utf8(page.stdout).unwrap();
    assert!(page.contains("&lt;b&gt;Cat|") && !page.contains("<b>") && !page.contains('\u{202e}'), "{page}");
}

#[test]
fn every_question_has_a_page_that_asks_for_nothing() {
    let page = |folder: &Path, arguments: &[&str]| {
        let output = command(folder, "explain", &[arguments, &["--format", "html", "-q"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let (quarter, channel) = (project::fresh(), channel_project::fresh());
    let (done, of_close) =
        closed_example().run(&["explain", "--close", "2026-02", "--payee", "ann", "--format", "html", "-q"]);
    assert!(done, "{of_close}");
    for (page, words) in [
        (page(quarter.path(), &["--payee", "ann", "--period", "2026-Q3"]), "Sales commission on quota"),
        (page(quarter.path(), &["--deal", "D10"]), "Nobody is paid"),
        (
            page(channel.path(), &["--conflict", "C-2", "--as-of", "2026-07-31"]),
            "<h2>Conflict C-2: open</h2>",
        ),
        (
            page(channel.path(), &["--for", "pat", "--payee", "pat", "--period", "2026-07"]),
            "What pat sees of",
        ),
        (of_close, "How 100.00 came to be paid"),
    ] {
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains(words), "{words}: {page}");
        assert!(!page.contains("://"), "{words}");
    }
}
