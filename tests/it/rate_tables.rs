//! Rate tables: one of a single row is a plain rate, what the commands show of them, and how tables compare.

use std::path::Path;
use std::process::{Command, Output};

use apportion::Session;
use apportion::world::Memory;
use proptest::prelude::*;

use crate::properties::{RULES, projects};

/// Rules and tables as a project in memory, over the tables of a random case.
fn project(inputs: &[(String, String)], rules: &str, tables: &[(&str, &str)]) -> Memory {
    let mut book =
        "[book]\nname = \"Random\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n[sources]\n".to_owned();
    let mut world = Memory::new().with("rules.toml", rules);
    for (name, csv) in inputs {
        book += &format!("{name} = {{ path = \"{name}.csv\" }}\n");
        world.insert(format!("{name}.csv"), csv);
    }
    for (path, csv) in tables {
        world.insert(path, csv);
    }
    world.with("apportion.toml", book)
}

/// The files of a result, but for run.json, which names the rule files.
pub fn written(project: Memory) -> Vec<(String, Vec<u8>)> {
    let session = Session::in_memory(project).unwrap_or_else(|error| panic!("{error}"));
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    session.settle("2026-Q1".parse().unwrap()).unwrap().write(&out).unwrap();
    let mut names: Vec<String> = std::fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "run.json")
        .collect();
    names.sort();
    assert!(names.len() > 5, "{names:?}");
    names.into_iter().map(|name| (name.clone(), std::fs::read(out.join(&name)).unwrap())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// However a row is written, as long as it is for everything: without conditions, or with empty cells.
    #[test]
    fn a_table_of_one_row_is_a_plain_rate(random in projects(), columns in 0..3_usize) {
        let case = random.case(|kind, index| format!("{kind}{index:02}"));
        let csv = |table: &apportion::cases::Table| {
            let rows = std::iter::once(&table.header).chain(&table.rows);
            rows.map(|row| row.join(",") + "\n").collect::<String>()
        };
        let inputs: Vec<(String, String)> =
            case.inputs.iter().map(|(name, table)| (name.word().to_owned(), csv(table))).collect();
        let (header, cells) = [
            ("value", ""),
            ("deal_type,value", ","),
            ("amount_from,deals.account_id,from,until,value", ",,,,"),
        ][columns];
        let mut rules = RULES.to_owned();
        let mut tables: Vec<(String, String)> = Vec::new();
        for (place, (key, value)) in
            [("rate", "7.5%"), ("rate", "3.33%"), ("rate", "1%"), ("amount", "2.50"), ("rate", "2%")]
                .into_iter()
                .enumerate()
        {
            let path = format!("rates/{place}.csv");
            tables.push((path.clone(), format!("{header}\n{cells}{value}\n")));
            // The levels of an override and the tiers of a commission take no table.
            let plain = format!("{key} = \"{value}\"");
            let end = rules.find("[[commission]]").unwrap();
            let (deals, credits) = rules.split_at(end);
            let table = format!("{key} = {{ table = \"{path}\", value = \"value\" }}");
            rules = deals.replace(&plain, &table) + credits;
        }
        let named: Vec<(&str, &str)> = tables.iter().map(|(path, csv)| (path.as_str(), csv.as_str())).collect();
        prop_assert_eq!(
            written(project(&inputs, RULES, &[])),
            written(project(&inputs, &rules, &named))
        );
    }
}

const RATES: &str = "product,amount_from,amount_below,rate\ncrm,,1000,5%\ncrm,1000,,6%\n,,,2%\n";

/// A project on disk whose one rule has a rate table.
fn on_disk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        (
            "apportion.toml",
            "[book]\nname = \"Tables\"\ncurrency = \"USD\"\nrules = [\"rules/*.toml\"]\n[sources]\n\
             deals = { path = \"deals.csv\" }\npayees = { path = \"payees.csv\" }\n\
             engagements = { path = \"engagements.csv\" }\n",
        ),
        (
            "rules/credit.toml",
            "[[shared_credit]]\nid = \"credit\"\ntitle = \"Credit\"\nwhy = \"By product and size\"\n\
             effective = { from = 2026-01-01 }\nrate = { table = \"rates/credit.csv\", value = \"rate\" }\nmodel = \"equal\"\n",
        ),
        ("rates/credit.csv", RATES),
        (
            "deals.csv",
            "deal_id,outcome,close_date,amount,product\nD1,won,2026-01-05,900,crm\nD2,won,2026-01-06,1000,crm\n\
             D3,won,2026-01-07,500,erp\n",
        ),
        ("payees.csv", "payee_id\nann\n"),
        ("engagements.csv", "deal_id,payee_id,role\nD1,ann,any\nD2,ann,any\nD3,ann,any\n"),
    ] {
        write(folder.path(), name, text);
    }
    folder
}

pub fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

pub fn apportion(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_apportion"))
        .env_clear()
        .args(arguments)
        .arg("--project")
        .arg(folder)
        .output()
        .unwrap()
}

pub fn text(output: &Output) -> String {
    let said = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    said.concat()
}

#[test]
fn an_explanation_shows_the_row_that_decided() {
    let folder = on_disk();
    let of_deal = |deal: &str, more: &[&str]| {
        let arguments =
            [&["explain", "--payee", "ann", "--deal", deal, "--period", "2026-01"], more].concat();
        text(&apportion(folder.path(), &arguments))
    };
    let said = of_deal("D2", &[]);
    let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains(
            "rates/credit.csv row 3, for product 'crm', amount from 1000: product is 'crm', amount is 1,000"
        ),
        "{said}"
    );
    assert!(said.contains("1,000.00 x 6%"), "{said}");
    let json: serde_json::Value = serde_json::from_str(&of_deal("D1", &["--format", "json"])).unwrap();
    let found = json.to_string();
    assert!(found.contains(r#""row":{"place":{"file":"rates/credit.csv","row":2}"#), "{found}");
    write(folder.path(), "rates/credit.csv", "product,rate\ncrm,5%\n");
    let said = of_deal("D3", &[]);
    assert!(said.contains("no row of rates/credit.csv matches; here product is 'erp'"), "{said}");
}

#[test]
fn a_comparison_has_a_reason_for_each_row() {
    let folder = on_disk();
    let other = std::fs::read_to_string(folder.path().join("rules/credit.toml")).unwrap();
    write(folder.path(), "other/credit.toml", &other.replace("rates/credit.csv", "rates/next.csv"));
    write(folder.path(), "rates/next.csv", &RATES.replace("5%", "7%").replace("2%", "3%"));
    let rules = folder.path().join("other");
    let output = apportion(
        folder.path(),
        &["diff", "--rules", rules.to_str().unwrap(), "--period", "2026-01", "--format", "csv"],
    );
    let said = text(&output);
    assert!(said.contains("rate (product 'crm', amount below 1000) 5% → 7%"), "{said}");
    assert!(said.contains("rate (any) 2% → 3%"), "{said}");
    let of_lines: Vec<&str> = said.lines().filter(|line| line.starts_with("line,")).collect();
    assert_eq!(of_lines.len(), 2, "{said}");
    assert!(!of_lines[0].contains("rate (any)") && of_lines[1].contains("rate (any)"), "{said}");
}

#[test]
fn the_charter_has_the_table_and_a_result_its_digest() {
    let folder = on_disk();
    let said = text(&apportion(folder.path(), &["charter", "--on", "2026-01-31"]));
    assert!(said.contains("from 1000") && said.contains("6%") && said.contains("rates/credit.csv"), "{said}");
    let out = folder.path().join("out");
    let ran = apportion(folder.path(), &["run", "--period", "2026-01", "--out", out.to_str().unwrap()]);
    assert_eq!(ran.status.code(), Some(0), "{}", text(&ran));
    let run_json = std::fs::read_to_string(out.join("run.json")).unwrap();
    assert!(run_json.contains("\"path\": \"rates/credit.csv\""), "{run_json}");
    let verify = |folder: &Path| {
        let output = Command::new(env!("CARGO_BIN_EXE_apportion"))
            .env_clear()
            .args(["verify", out.to_str().unwrap(), "--inputs", "--project", folder.to_str().unwrap()])
            .output()
            .unwrap();
        text(&output)
    };
    let said = verify(folder.path());
    assert!(!said.contains("changed-rule-file"), "{said}");
    write(folder.path(), "rates/credit.csv", &RATES.replace("6%", "7%"));
    let said = verify(folder.path());
    assert!(said.contains("changed-rule-file") && said.contains("rates/credit.csv"), "{said}");
}

#[test]
fn coverage_lists_rows_that_no_case_reaches() {
    let folder = on_disk();
    write(
        folder.path(),
        "cases/credit.toml",
        "[[case]]\nname = \"small\"\nperiod = \"2026-01\"\nrules = [\"credit\"]\n\
         deals = '''\ndeal_id | outcome | close_date | amount | product\nD1 | won | 2026-01-05 | 900 | crm\n'''\n\
         payees = '''\npayee_id\nann\n'''\nengagements = '''\ndeal_id | payee_id | role\nD1 | ann | any\n'''\n\
         lines = '''\npayee_id | amount\nann | 45.00\n'''\n",
    );
    let said = text(&apportion(folder.path(), &["test", "--coverage"]));
    assert!(said.contains("rate for product 'crm', amount from 1000 (rates/credit.csv row 3)"), "{said}");
    let missed = said.lines().filter(|line| line.trim_start().starts_with("NOT")).collect::<String>();
    assert!(!missed.contains("(rates/credit.csv row 2)"), "{said}");
}
