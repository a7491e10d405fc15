//! Closes of the fixtures by the command: the figures of the README, and the same bytes for any number of threads,
//! any order of rows and any distribution over files.

use std::path::Path;
use std::process::Command;

use crate::support::repository;

/// Files that must be equal byte for byte (the hashes of inputs in run.json aside).
const SAME: [&str; 4] = ["lines.parquet", "statements.csv", "payouts.csv", "uncredited.csv"];

fn close(project: &Path, period: &str, out: &Path, threads: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_apportion"))
        .args(["run", "--format", "json", "--period", period, "--threads", threads, "--project"])
        .arg(project)
        .arg("--out")
        .arg(out)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The rows of a CSV file in reverse, in two files.
fn reversed_in_two(from: &Path, to: &Path, name: &str) {
    let text = std::fs::read_to_string(from).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().rev().collect();
    for (part, rows) in rows.chunks(rows.len().div_ceil(2)).enumerate() {
        std::fs::write(to.join(format!("{name}-{part}.csv")), format!("{header}\n{}\n", rows.join("\n")))
            .unwrap();
    }
}

#[test]
fn the_fixture_reads_the_orders_to_the_last_decimal() {
    let text = std::fs::read_to_string(repository("fixtures/adventureworks/data/deals.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let column = reader.headers().unwrap().iter().position(|name| name == "SubTotal").unwrap();
    let amounts: Vec<rust_decimal::Decimal> =
        reader.records().map(|row| row.unwrap()[column].parse().unwrap()).collect();
    assert_eq!(amounts.len(), 3_806);
    assert_eq!(amounts.iter().sum::<rust_decimal::Decimal>().to_string(), "80487704.1832");
}

#[test]
fn every_kind_of_rule_pays_somebody_in_the_fixture() {
    let out = tempfile::tempdir().unwrap();
    let summary = close(&repository("fixtures/adventureworks"), "2014-Q2", &out.path().join("out"), "2");
    for figure in ["\"224099.45\"", "\"11260.20\"", "\"9282162.95\"", "\"49171.82\"", "\"23556.18\""] {
        assert!(summary.contains(figure), "{figure} is not in {summary}");
    }
}

#[test]
fn the_readme_shows_what_its_first_command_prints() {
    let out = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_apportion"))
        .args(["run", "--period", "2014-Q2", "--project"])
        .arg(repository("fixtures/adventureworks"))
        .arg("--out")
        .arg(out.path().join("out"))
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    // The folder of the result is another one here.
    let (printed, _) = printed.split_once("Result ").unwrap();
    assert!(std::fs::read_to_string(repository("README.md")).unwrap().contains(printed), "{printed}");
}

#[test]
fn threads_row_order_and_files_change_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = repository("fixtures/adventureworks");
    let one = folder.path().join("one");
    close(&fixture, "2014-Q2", &one, "1");

    let other = folder.path().join("project");
    std::fs::create_dir_all(other.join("data")).unwrap();
    let mut project = std::fs::read_to_string(fixture.join("apportion.toml")).unwrap();
    for table in ["deals", "engagements", "payees"] {
        reversed_in_two(&fixture.join(format!("data/{table}.csv")), &other.join("data"), table);
        project = project.replace(&format!("\"data/{table}.csv\""), &format!("\"data/{table}-*.csv\""));
    }
    let rules = repository("rules/*.toml");
    let quotas = fixture.join("raw/SalesPersonQuotaHistory.csv");
    project = project.replace("../../rules/*.toml", rules.to_str().unwrap());
    project = project.replace("raw/SalesPersonQuotaHistory.csv", quotas.to_str().unwrap());
    std::fs::write(other.join("apportion.toml"), project).unwrap();
    let two = folder.path().join("two");
    close(&other, "2014-Q2", &two, "2");

    for name in SAME {
        let (one, two) = (std::fs::read(one.join(name)).unwrap(), std::fs::read(two.join(name)).unwrap());
        assert!(!one.is_empty() && one == two, "{name} differs");
    }
}
