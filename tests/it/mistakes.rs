//! Mistakes that people make, and the messages for them: the whole command, and nothing half-written.

use std::path::Path;
use std::process::Command;

const PROJECT: &str = r#"[book]
name = "Northwind channel programme"
currency = "USD"
rules = ["rules/*.toml"]

[sources.deals]
path = "data/deals.csv"

[sources.engagements]
path = "data/engagements.csv"

[sources.payees]
path = "data/payees.csv"
"#;

const RULE: &str = r#"[[shared_credit]]
id = "new-business"
why = "Charter 2.1"
effective = { from = 2026-01-01 }
when = "amount > 0 AND deal_type = 'new'"
rate = "10%"
roles = [ { role = "sourced", share = "50%" }, { role = "closed", share = "50%" } ]
"#;

const DEALS: &str = "deal_id,outcome,close_date,amount,deal_type\nD1,won,2026-07-03,1000.00,new\nD2,won,2026-07-09,50.00,new\n";
const ENGAGEMENTS: &str = "deal_id,payee_id,role\nD1,ann,sourced\nD1,ben,closed\nD2,ben,closed\n";
const PAYEES: &str = "payee_id,name\nann,Ann\nben,Ben\n";

/// Runs July on a sound project in which one file was changed; returns what the command said, with its exit code.
fn july(file: &str, change: impl Fn(&str) -> Option<String>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("apportion.toml", PROJECT),
        ("rules/new-business.toml", RULE),
        ("data/deals.csv", DEALS),
        ("data/engagements.csv", ENGAGEMENTS),
        ("data/payees.csv", PAYEES),
    ];
    assert!(files.iter().any(|(name, _)| *name == file));
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = if name == file { change(text) } else { Some(text.to_owned()) };
        if let Some(text) = text {
            std::fs::write(path, text).unwrap();
        }
    }
    let out = folder.path().join("out");
    let output = Command::new(env!("CARGO_BIN_EXE_apportion"))
        .args(["run", "--period", "2026-07", "--project"])
        .arg(folder.path())
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    let code = output.status.code().unwrap();
    if code == 2 {
        assert!(
            !out.exists() && left_behind(folder.path()).is_empty(),
            "a run that failed left something behind"
        );
    }
    let said =
        String::from_utf8(output.stderr).unwrap().replace(folder.path().to_str().unwrap(), "[project]");
    let said: Vec<&str> = said.lines().filter(|line| !line.starts_with("Finished in")).collect();
    format!("exit code {code}\n{}", said.join("\n"))
}

fn left_behind(folder: &Path) -> Vec<String> {
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !["apportion.toml", "rules", "data"].contains(&name.as_str())).collect()
}

fn replaced(from: &'static str, to: &'static str) -> impl Fn(&str) -> Option<String> {
    move |text| {
        assert!(text.contains(from));
        Some(text.replace(from, to))
    }
}

#[test]
fn a_missing_file() {
    insta::assert_snapshot!(july("data/deals.csv", |_| None));
}

#[test]
fn a_missing_column() {
    insta::assert_snapshot!(july("data/deals.csv", replaced("close_date", "closed_on")));
}

#[test]
fn a_bad_cell() {
    insta::assert_snapshot!(july("data/deals.csv", replaced("50.00", "fifty")));
}

#[test]
fn a_ragged_row() {
    insta::assert_snapshot!(july("data/engagements.csv", replaced("D2,ben,closed", "D2,ben")));
}

#[test]
fn a_rule_with_an_unknown_column() {
    insta::assert_snapshot!(july("rules/new-business.toml", replaced("deal_type", "deal_typ")));
}

#[test]
fn shares_of_99_percent() {
    insta::assert_snapshot!(july(
        "rules/new-business.toml",
        replaced("\"closed\", share = \"50%\"", "\"closed\", share = \"49%\"")
    ));
}

#[test]
fn versions_that_overlap() {
    insta::assert_snapshot!(july("rules/new-business.toml", |text| {
        let first = text.replace("2026-01-01 }", "2026-01-01, until = 2026-07-31 }");
        Some(first + "\n" + &text.replace("2026-01-01", "2026-07-01"))
    }));
}

#[test]
fn a_project_file_with_a_misspelled_key() {
    insta::assert_snapshot!(july("apportion.toml", replaced("currency", "curency")));
}

#[test]
fn a_number_beside_a_text() {
    insta::assert_snapshot!(july("rules/new-business.toml", replaced("amount > 0", "amount > 'much'")));
}
