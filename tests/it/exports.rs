//! Exports that are read untouched: a Salesforce and a HubSpot export, an Excel workbook, the European Central Bank's
//! wide rates. Every row is accounted for, and what is paid is what the fixtures' README pages say.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use apportion::Session;
use apportion::book::Period;
use apportion::project::Close;
use sha2::{Digest, Sha256};

use crate::support::repository;

/// Settles a period of a fixture.
fn closed(fixture: &str, period: &str) -> Close {
    let project = repository(&format!("fixtures/{fixture}"));
    let settlement = Session::open(project).unwrap().settle(Period::parse(period).unwrap()).unwrap();
    let closed = settlement.as_close().clone();
    for counts in &closed.tables.counts {
        assert_eq!(counts.read, counts.used + counts.filtered + counts.rejected, "{:?}", counts.table);
    }
    closed
}

/// Table, read, used, filtered, rejected.
fn counts(closed: &Close) -> Vec<(&'static str, [u64; 4])> {
    let counts = closed.tables.counts.iter();
    counts.map(|c| (c.table.word(), [c.read, c.used, c.filtered, c.rejected])).collect()
}

/// How many findings of each code a file has, those that were kept included.
fn findings(closed: &Close) -> BTreeMap<(&str, &'static str), usize> {
    let mut findings = BTreeMap::new();
    for reject in &closed.tables.rejects {
        *findings.entry((reject.file.as_str(), reject.code.word())).or_default() += 1;
    }
    findings
}

/// All deals that were used, in book currency, in millionths.
fn worth(closed: &Close) -> i128 {
    closed.tables.deals.amount_e6.iter().map(|amount| i128::from(*amount)).sum()
}

/// What the command says about a period, and the files of the result that people pay by.
fn seen(project: &Path, period: &str, out: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_apportion"))
        .args(["run", "--period", period, "--project"])
        .arg(project)
        .arg("--out")
        .arg(out)
        .env_remove("APPORTION_MAX_REJECTS")
        .output()
        .unwrap();
    let plain = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap().replace(out.to_str().unwrap(), "[out]");
        text.lines().filter(|line| !line.starts_with("Finished in")).collect::<Vec<_>>().join("\n")
    };
    let file = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    format!(
        "exit code {}\n{}\n{}\n--- payouts.csv\n{}--- uncredited.csv\n{}",
        output.status.code().unwrap(),
        plain(output.stdout),
        plain(output.stderr),
        file("payouts.csv"),
        file("uncredited.csv"),
    )
}

fn sha256(path: &str) -> String {
    let digest = Sha256::digest(std::fs::read(repository(path)).unwrap());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_salesforce_export() {
    let closed = closed("salesforce", "2019-Q4");
    assert_eq!(
        counts(&closed),
        [("deals", [18, 9, 2, 7]), ("engagements", [66, 24, 19, 23]), ("payees", [26, 15, 11, 0])]
    );
    assert_eq!(
        findings(&closed),
        BTreeMap::from([
            (("data/added_events.csv", "unknown-payee"), 1),
            (("data/added_opportunities.csv", "deal-rejected"), 1),
            (("data/added_opportunities.csv", "missing-value"), 1),
            (("raw/sf_event_data.csv", "unknown-payee"), 5),
            (("raw/sf_opportunity_data.csv", "deal-rejected"), 6),
            (("raw/sf_opportunity_data.csv", "missing-value"), 6),
            (("raw/sf_opportunity_data.csv", "unknown-payee"), 9),
            (("raw/sf_task_data.csv", "unknown-deal"), 7),
            (("raw/sf_user_data.csv", "unknown-manager"), 6),
        ])
    );
    let out = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(seen(&repository("fixtures/salesforce"), "2019-Q4", &out.path().join("out")));
}

#[test]
fn nobody_is_paid_for_the_opportunities_that_salesforce_deleted() {
    let out = tempfile::tempdir().unwrap();
    let seen = seen(&repository("fixtures/salesforce"), "2018-Q4", &out.path().join("out"));
    assert!(
        seen.ends_with("payee_id,name,amount,currency\n--- uncredited.csv\ndeal_id,rule_id,payee_id,reason,retained,retained_credit\n006q000000HddohAAB,,,no-rule,,\n"),
        "{seen}"
    );
}

#[test]
fn a_hubspot_export() {
    let closed = closed("hubspot", "2020-Q4");
    assert_eq!(
        counts(&closed),
        [("deals", [52, 6, 45, 1]), ("engagements", [66, 14, 49, 3]), ("payees", [129, 105, 24, 0])]
    );
    assert_eq!(
        findings(&closed),
        BTreeMap::from([
            (("data/added_deals.csv", "deal-rejected"), 1),
            (("data/added_deals.csv", "missing-value"), 1),
            (("data/added_deals.csv", "unknown-payee"), 1),
            (("raw/engagement_deal_data.csv", "unknown-deal"), 1),
        ])
    );
    let out = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(seen(&repository("fixtures/hubspot"), "2020-Q4", &out.path().join("out")));
}

/// The stages that the project file writes out are those that HubSpot's own table calls closed.
#[test]
fn the_closed_stages_of_hubspot_are_written_out() {
    let project = std::fs::read_to_string(repository("fixtures/hubspot/apportion.toml")).unwrap();
    let mut stages =
        csv::Reader::from_path(repository("fixtures/hubspot/raw/deal_pipeline_stage_data.csv")).unwrap();
    let header = stages.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|column| column == name).unwrap();
    let (id, closed, won) = (place("stage_id"), place("is_closed"), place("closed_won"));
    let mut found = 0;
    for stage in stages.records().map(Result::unwrap) {
        assert_eq!(stage[closed], stage[won], "a closed stage of this export is won");
        let written = project.matches(&format!("'{}'", &stage[id])).count();
        // for the deals and for their owners
        assert_eq!(written, if &stage[closed] == "TRUE" { 2 } else { 0 }, "{}", &stage[id]);
        found += written;
    }
    assert_eq!(found, 10);
}

/// Added rows are in separate files, and the published files are unchanged.
#[test]
fn the_exports_are_untouched() {
    for (path, expected) in [
        (
            "fixtures/salesforce/raw/sf_account_data.csv",
            "50ebb7785eeb7b560b9c2199d9d0d3686080124b3a37bf571051ea54c6a3c5b4",
        ),
        (
            "fixtures/salesforce/raw/sf_event_data.csv",
            "7dc5596105508d36674a5019e42592dd7cc48391842da432c7d02f46b63f820a",
        ),
        (
            "fixtures/salesforce/raw/sf_opportunity_data.csv",
            "f91f20237b65b3ab17915a7b69f29145f90ab8f44320998c84a80d661ace572d",
        ),
        (
            "fixtures/salesforce/raw/sf_task_data.csv",
            "b885e6f9737a8e1695c90c0dbbcfbbf3d4849bf3bbc7aba808b44c6d8eac772c",
        ),
        (
            "fixtures/salesforce/raw/sf_user_data.csv",
            "b0a85331a7b2f0d5b336a10792389be379ce77d3f9cde3164e3d64df73a0ba49",
        ),
        (
            "fixtures/hubspot/raw/company_data.csv",
            "9dc15e7919dbab34f784f2207d0c641ce06cb18162af7b821e57021f186c6c84",
        ),
        (
            "fixtures/hubspot/raw/deal_company_data.csv",
            "f1a0d9a6dfe85051c673d4498e3227d2a788bb106b165278aa28985907833016",
        ),
        (
            "fixtures/hubspot/raw/deal_data.csv",
            "483d9845435f528e8330e5e28909a8052ee37e65b9d7d6e696b7979af9aae4f3",
        ),
        (
            "fixtures/hubspot/raw/deal_pipeline_stage_data.csv",
            "7bfdeff1aa5e2b27f31b727ac67419f1004fd344b1ba920960fd232e511e4e75",
        ),
        (
            "fixtures/hubspot/raw/engagement_deal_data.csv",
            "b59f36bb53707860fe1167a3de8527f68792fa781312dcc83503dec863e2580a",
        ),
        (
            "fixtures/hubspot/raw/owner_data.csv",
            "3447fa4bfe57a7359993bb9ee55d7718a4397029bd83b776503d6cb5aaf03d96",
        ),
        (
            "fixtures/hubspot/raw/team_data.csv",
            "c184a3fc9e79f176967e16aeb4063f955054eeb27cb0836f459b7122ee956ec9",
        ),
        (
            "fixtures/adventureworks-eur/raw/eurofxref-hist.csv",
            "729e74c341288f4b07251fddcd8e5b604964e7b2d775920e442ba4dcf2e4ce4c",
        ),
        (
            "fixtures/adventureworks-xlsx/raw/SalesOrderHeader.xlsx",
            "5812b5bebbb5f216703c2648efe21e11f602a02191caf6e37672a761ca30564c",
        ),
    ] {
        assert_eq!(sha256(path), expected, "{path}");
    }
}

/// The same project with the workbook's place taken by a CSV file of the same orders.
fn without_workbook(to: &Path) {
    let fixture = repository("fixtures/adventureworks-xlsx");
    let path_of = |path: &str| repository(path).to_str().unwrap().to_owned();
    let project = std::fs::read_to_string(fixture.join("apportion.toml")).unwrap();
    let project = project
        .replace("raw/SalesOrderHeader.xlsx", &path_of("fixtures/adventureworks/raw/SalesOrderHeader.csv"))
        .replace("sheet = \"Sales.SalesOrderHeader\"\n", "")
        .replace("../adventureworks", &path_of("fixtures/adventureworks"))
        .replace("rules/*.toml", fixture.join("rules/*.toml").to_str().unwrap());
    assert!(!project.contains("xlsx\"") && !project.contains("sheet ="));
    std::fs::write(to.join("apportion.toml"), project).unwrap();
}

/// The rows of statements.csv that are about rules of the workbook's project.
fn statements(out: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(out.join("statements.csv")).unwrap();
    let rules = [",rep-booking,", ",rep-accelerator,", ",sales-management,"];
    text.lines().filter(|line| rules.iter().any(|rule| line.contains(rule))).map(str::to_owned).collect()
}

/// SalesOrderID is typed as a date in the workbook, and SubTotal is a double.
#[test]
fn orders_from_a_workbook_are_those_of_the_csv_file() {
    let read = closed("adventureworks-xlsx", "2014-Q2");
    assert_eq!(
        counts(&read),
        [
            ("deals", [31_465, 3_806, 27_659, 0]),
            ("engagements", [31_465, 3_806, 27_659, 0]),
            ("payees", [39, 39, 0, 0]),
            ("quotas", [163, 163, 0, 0]),
        ]
    );
    assert!(read.tables.rejects.is_empty());
    assert_eq!(worth(&read), 80_487_704_183_200);
    let csv = closed("adventureworks", "2014-Q2");
    assert_eq!(read.tables.deals.ids, csv.tables.deals.ids);
    assert_eq!(read.tables.deals.amount_e6, csv.tables.deals.amount_e6);
    assert_eq!(read.tables.deals.close_date, csv.tables.deals.close_date);

    let folder = tempfile::tempdir().unwrap();
    without_workbook(folder.path());
    let [workbook, same, whole] = ["workbook", "same", "whole"].map(|name| folder.path().join(name));
    seen(&repository("fixtures/adventureworks-xlsx"), "2014-Q2", &workbook);
    seen(folder.path(), "2014-Q2", &same);
    for name in ["lines.parquet", "statements.csv", "payouts.csv", "uncredited.csv"] {
        let [one, two] = [&workbook, &same].map(|out| std::fs::read(out.join(name)).unwrap());
        assert!(!one.is_empty() && one == two, "{name} differs");
    }
    // and payee by payee what the same rules pay together with the others
    seen(&repository("fixtures/adventureworks"), "2014-Q2", &whole);
    assert_eq!(statements(&workbook).len(), 38);
    assert_eq!(statements(&workbook), statements(&whole));
}

/// The figures of the README, computed without the engine.
#[test]
fn wide_rates_of_the_central_bank_are_read_as_they_are() {
    let closed = closed("adventureworks-eur", "2014-Q2");
    assert_eq!(
        counts(&closed),
        [
            ("deals", [1_332, 1_332, 0, 0]),
            ("engagements", [1_332, 1_332, 0, 0]),
            ("payees", [39, 39, 0, 0]),
            ("fx_rates", [217_555, 217_555, 0, 0]),
        ]
    );
    assert!(closed.tables.rejects.is_empty());
    assert_eq!(worth(&closed), 29_037_861_300_000);
    let out = tempfile::tempdir().unwrap();
    let seen = seen(&repository("fixtures/adventureworks-eur"), "2014-Q2", &out.path().join("out"));
    assert!(seen.starts_with("exit code 0\n"), "{seen}");
    let paid = [
        ("278", "4706.69"),
        ("282", "4610.86"),
        ("285", "443.02"),
        ("286", "4743.93"),
        ("287", "2582.01"),
        ("288", "5465.44"),
        ("289", "12691.45"),
        ("290", "9166.30"),
    ];
    let payouts: String =
        paid.iter().map(|(payee, amount)| format!("{payee},Salesperson {payee},{amount},EUR\n")).collect();
    assert!(seen.contains(&format!("payee_id,name,amount,currency\n{payouts}--- ")), "{seen}");
}
