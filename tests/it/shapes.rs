//! Exports in the shapes in which six systems write them: each is read by configuration alone, pays what `derive.py` of the fixtures
//! computed, can be looked at before the first run, and is the start of a project that loads.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::{copy_folder, repository};

const SHAPES: [&str; 6] =
    ["salesforce-report", "hubspot-portal", "sap-orders", "odoo-sale", "excel-97", "lake"];

fn apportion(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apportion"));
    for setting in ["APPORTION_PROJECT", "APPORTION_MAX_REJECTS", "APPORTION_FORMAT", "APPORTION_PERIOD"] {
        command.env_remove(setting);
    }
    command.args(arguments).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A copy of a fixture in a folder of its own.
fn fixture(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&repository(&format!("fixtures/exports/{name}")), folder.path());
    folder
}

/// Payee, amount and currency of each payout.
fn payouts(folder: &Path) -> String {
    let read = std::fs::read_to_string(folder.join("out/2026-07/payouts.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(read.as_bytes());
    let row = |row: csv::StringRecord| format!("{},{},{}\n", &row[0], &row[2], &row[3]);
    reader.records().map(Result::unwrap).map(row).collect()
}

fn expected(name: &str) -> String {
    let read = std::fs::read_to_string(repository(&format!("fixtures/exports/{name}/expected.csv"))).unwrap();
    read.split_once('\n').unwrap().1.to_owned()
}

#[test]
fn each_shape_pays_what_is_expected_of_it() {
    for name in SHAPES {
        let folder = fixture(name);
        let output = apportion(folder.path(), &["run", "--period", "2026-07"]);
        let said = format!("{name}:\n{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert_eq!(payouts(folder.path()), expected(name), "{said}");
        let verified = apportion(folder.path(), &["verify", "out/2026-07"]);
        assert_eq!(verified.status.code(), Some(0), "{name}:\n{}", text(&verified.stdout));
        let checked = apportion(folder.path(), &["check"]);
        assert!(!text(&checked.stderr).contains("warning["), "{name}:\n{}", text(&checked.stderr));
    }
}

/// 60 % is 60 in each kind of workbook, and not 0.6.
#[test]
fn percentages_are_what_workbooks_show() {
    for extension in ["xls", "xlsx", "xlsb", "ods"] {
        let folder = fixture("excel-97");
        let project = folder.path().join("apportion.toml");
        let other =
            std::fs::read_to_string(&project).unwrap().replace("splits.xls", &format!("splits.{extension}"));
        std::fs::write(&project, other).unwrap();
        let output = apportion(folder.path(), &["run", "--period", "2026-07"]);
        assert_eq!(output.status.code(), Some(0), "{extension}:\n{}", text(&output.stderr));
        assert_eq!(payouts(folder.path()), expected("excel-97"), "{extension}");
    }
}

#[test]
fn the_sources_of_each_shape() {
    for name in SHAPES {
        let output = apportion(fixture(name).path(), &["sources"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        insta::assert_snapshot!(format!("the_sources_of_{name}"), text(&output.stdout));
    }
}

#[test]
fn the_sources_of_one_table_for_a_script() {
    let output =
        apportion(fixture("sap-orders").path(), &["sources", "deals", "--format", "json", "--rows", "1"]);
    insta::assert_snapshot!(text(&output.stdout));
    let wrong = apportion(fixture("sap-orders").path(), &["sources", "orders"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("the tables are deals, engagements"), "{}", text(&wrong.stderr));
}

/// What is wrong is said after what could be read.
#[test]
fn the_sources_of_a_project_that_lacks_a_column() {
    let folder = fixture("sap-orders");
    let project = folder.path().join("apportion.toml");
    let other = std::fs::read_to_string(&project).unwrap().replace("amount = \"Net value\", ", "");
    std::fs::write(&project, other).unwrap();
    let output = apportion(folder.path(), &["sources", "deals"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(format!("{}---\n{}", text(&output.stdout), text(&output.stderr)));
}

/// The exports alone, and the project that is drafted of them.
fn drafted(name: &str, files: &[&str]) -> (tempfile::TempDir, Output) {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&repository(&format!("fixtures/exports/{name}/data")), &folder.path().join("exports"));
    let mut arguments = vec!["init", "--from"];
    arguments.extend(files);
    arguments.push("books");
    let output = apportion(folder.path(), &arguments);
    (folder, output)
}

#[test]
fn a_project_drafted_of_each_shape_loads_and_asks_about_money() {
    for (name, files) in [
        (
            "salesforce-report",
            &["exports/report1785571200000.csv", "exports/Task.csv", "exports/User.csv"][..],
        ),
        ("hubspot-portal", &["exports/hubspot-crm-exports-deals-2026-08-01.csv"]),
        ("sap-orders", &["exports/VA05_20260801.csv"]),
        ("odoo-sale", &["exports/sale.order.csv"]),
        ("excel-97", &["exports/deals.xls", "exports/splits.xls", "exports/people.csv"]),
        ("lake", &["exports/opportunities/part-00000.parquet", "exports/owners.ndjson"]),
    ] {
        let (folder, output) = drafted(name, files);
        let said = format!("{name}:\n{}{}", text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(0), "{said}");
        let project = std::fs::read_to_string(folder.path().join("books/apportion.toml")).unwrap();
        let questions = text(&output.stdout);
        let questions = questions.split_once("to confirm").map_or("", |(_, questions)| questions);
        for question in ["the book's currency", "deals.amount"] {
            assert!(questions.contains(question), "{question} is not asked. {said}");
        }
        assert!(project.contains("# CONFIRM"), "{project}");
        insta::assert_snapshot!(format!("drafted_from_{name}"), format!("{project}---{questions}"));
        let looked = apportion(&folder.path().join("books"), &["check", "--max-rejects", "1000"]);
        assert_eq!(
            looked.status.code(),
            Some(0),
            "{said}\n{project}\n{}{}",
            text(&looked.stdout),
            text(&looked.stderr)
        );
    }
}

#[test]
fn what_a_draft_says() {
    let (_folder, output) = drafted("odoo-sale", &["exports/sale.order.csv"]);
    insta::assert_snapshot!(format!("{}---\n{}", text(&output.stdout), text(&output.stderr)));
}

/// Nothing is written where a file is in the way.
#[test]
fn a_draft_overwrites_nothing() {
    let (folder, _) = drafted("odoo-sale", &["exports/sale.order.csv"]);
    let before = std::fs::read_to_string(folder.path().join("books/apportion.toml")).unwrap();
    let again = apportion(folder.path(), &["init", "--from", "exports/sale.order.csv", "books"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("in the way"), "{}", text(&again.stderr));
    assert_eq!(std::fs::read_to_string(folder.path().join("books/apportion.toml")).unwrap(), before);
}

/// A look-up is read in the notation and the types of its own file, and compared in them.
#[test]
fn a_join_has_the_types_of_its_own_file() {
    let folder = fixture("odoo-sale");
    let path_of = |name: &str| folder.path().join(name);
    std::fs::write(
        path_of("data/deals.csv"),
        "deal_id,close_date,amount,product\nD1,2026-07-01,1000,00017\n",
    )
    .unwrap();
    std::fs::write(path_of("data/prices.csv"), "code;list\n17;\"1.250,50\"\n").unwrap();
    std::fs::write(path_of("data/work.csv"), "deal_id,payee_id,role\nD1,ann,closed\n").unwrap();
    std::fs::write(path_of("data/payees.csv"), "payee_id\nann\n").unwrap();
    std::fs::write(
        path_of("apportion.toml"),
        r#"
[book]
name = "Joined"
currency = "EUR"
rules = ["rules/*.toml"]

[sources.deals]
path = "data/deals.csv"
types = { product = "number" }
defaults = { outcome = "won" }
columns = { amount = { expr = "list * 2" } }

[[sources.deals.joins]]
path = "data/prices.csv"
delimiter = ";"
decimal_comma = true
types = { code = "number", list = "number" }
on = { product = "code" }
columns = ["list"]

[sources.engagements]
path = "data/work.csv"

[sources.payees]
path = "data/payees.csv"
"#,
    )
    .unwrap();
    let output = apportion(folder.path(), &["run", "--period", "2026-07"]);
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(payouts(folder.path()), "ann,75.03,EUR\n");
}

#[test]
fn a_text_of_the_header_that_another_delimiter_would_find() {
    let folder = fixture("sap-orders");
    let project = folder.path().join("apportion.toml");
    let other = std::fs::read_to_string(&project).unwrap().replace("delimiter = \";\"\n", "");
    std::fs::write(&project, other).unwrap();
    let output = apportion(folder.path(), &["run", "--period", "2026-07"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("delimiter = \";\""), "{}", text(&output.stderr));
}
