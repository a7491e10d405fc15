//! `apportion check`: one mistake of each code planted in a sound project, and what the command says of whole projects.

pub mod planted;

use std::path::Path;
use std::process::{Command, Output};

use planted::{Edit, FILES, JULY, PlantedMistake};

use crate::support::repository;
use apportion::diagnostic::Code;

/// Writes the sound project with some changes.
fn project(edits: &[Edit]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in FILES {
        write(folder.path(), name, text);
    }
    for edit in edits {
        match edit {
            Edit::Replace(name, from, to) => {
                let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
                assert!(text.contains(from), "{name} has no {from}");
                write(folder.path(), name, &text.replace(from, to));
            }
            Edit::Rows(name, times, row) => {
                let text = std::fs::read_to_string(folder.path().join(name)).unwrap_or_default();
                write(folder.path(), name, &format!("{text}{}", Edit::rows(*times, row)));
            }
            Edit::Append(name, extra) => {
                let text = std::fs::read_to_string(folder.path().join(name)).unwrap_or_default();
                write(folder.path(), name, &format!("{text}{extra}"));
            }
        }
    }
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn check(project: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_apportion"))
        .env_clear()
        .arg("check")
        .args(arguments)
        .arg("--project")
        .arg(project)
        .output()
        .unwrap()
}

/// Exit code, stdout and stderr as one text, without what differs from run to run.
fn shown(output: &Output) -> String {
    let said = std::str::from_utf8(&output.stderr).unwrap();
    let said: Vec<&str> = said.lines().filter(|line| !line.starts_with("Finished in")).collect();
    format!(
        "exit code {}\n{}\n{}",
        output.status.code().unwrap(),
        std::str::from_utf8(&output.stdout).unwrap(),
        said.join("\n")
    )
}

fn run(planted: &PlantedMistake, extra: &[&str]) -> Output {
    let folder = project(planted.edits);
    let mut arguments: Vec<&str> = extra.to_vec();
    if let Some(period) = planted.period {
        arguments.extend(["--period", period]);
    }
    check(folder.path(), &arguments)
}

/// What `check` prints about a mistake.
pub fn findings(planted: &PlantedMistake) -> String {
    let output = run(planted, &["--format", "csv"]);
    let said = std::str::from_utf8(&output.stderr).unwrap();
    let said: Vec<&str> = said.lines().filter(|line| !line.starts_with("Finished in")).collect();
    said.join("\n").trim_end().to_owned()
}

#[test]
fn a_sound_project_has_no_findings() {
    let folder = project(&[]);
    for arguments in [&["--period", "2026-07"][..], &["--period", "2026-Q3"], &["--period", "2026"], &[]] {
        let output = check(folder.path(), arguments);
        let said = shown(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(said.contains("Nothing suspicious was found."), "{said}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "check writes nothing");
}

/// A floor for employees until September and a ramp after it, a hold by days, and terms for partners: each is for somebody, and nobody has two.
#[test]
fn sound_holds_draws_and_payments_have_no_findings() {
    let policies = r#"
[[hold]]
id = "holdback"
effective = { from = 2026-01-01 }
payees = "kind = 'partner'"
release = "CASE WHEN period_end >= close_date + 90 THEN 1 ELSE 0.8 END"

[[draw]]
id = "floor"
effective = { from = 2026-01-01, until = 2026-09-30 }
payees = "kind = 'employee'"
amount = 500

[[draw]]
id = "floor"
effective = { from = 2026-10-01 }
payees = "kind = 'employee'"
amount = 400

[[draw]]
id = "ramp"
effective = { from = 2026-01-01 }
payees = "kind = 'employee'"
amount = { by = "payees.kind", is = { employee = "1000" } }
recoverable = true
limit = "3000"
recover = { share = "50%", from = 2026-10-01 }

[[payment]]
id = "partners"
effective = { from = 2026-01-01 }
payees = "kind = 'partner'"
minimum = 200
maximum = 50000
debt_share = "25%"
"#;
    let folder = project(&[Edit::Append("apportion.toml", "\n[ledger]\nfirst = \"2026-01\"\n")]);
    write(folder.path(), "rules/policies.toml", policies);
    for arguments in [&["--period", "2026-07"][..], &["--period", "2026-Q3"], &["--period", "2026"], &[]] {
        let output = check(folder.path(), arguments);
        let said = shown(&output);
        assert!(said.contains("Nothing suspicious was found."), "{arguments:?}: {said}");
    }
    // Without a ledger nobody asks them.
    let folder = project(&[]);
    write(folder.path(), "rules/policies.toml", policies);
    let said = shown(&check(folder.path(), &["--period", "2026-07"]));
    assert!(said.contains("note[no-ledger]: the rules have 1 hold, 2 draws, 1 payment"), "{said}");
}

#[test]
fn every_mistake_says_what_to_do() {
    for planted in planted::all() {
        assert!(!planted.todo.is_empty(), "{}", planted.code);
    }
}

#[test]
fn each_mistake_gives_its_finding_and_nothing_else() {
    let mut gallery = String::new();
    for planted in planted::all() {
        let output = run(planted, &["--message-format", "json"]);
        let found: Vec<String> = std::str::from_utf8(&output.stderr)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .map(|line| format!("{}[{}]", line["severity"].as_str().unwrap(), line["code"].as_str().unwrap()))
            .collect();
        let full = run(planted, &["--format", "csv"]);
        assert_eq!(found, planted.found, "{}: {}", planted.code, shown(&full));
        assert_eq!(output.status.code(), Some(planted.exit_code), "{}", planted.code);
        gallery.push_str(&format!("# {}\n\n{}\n\n", planted.code, findings(planted)));
    }
    insta::assert_snapshot!(gallery);
}

/// A rate table of new-business, and what is found of it.
fn found_in_table(csv: &'static str) -> (Vec<String>, String) {
    let folder = project(&[
        Edit::Replace(
            "rules/credit.toml",
            "rate = \"10%\"",
            "rate = { table = \"rates/new.csv\", value = \"rate\" }",
        ),
        Edit::Append("rates/new.csv", csv),
    ]);
    let output = check(folder.path(), &["--message-format", "json", "--period", "2026-07"]);
    let lines = std::str::from_utf8(&output.stderr).unwrap().lines();
    let found = lines.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let found = found.map(|line| line["code"].as_str().unwrap().to_owned()).collect();
    (found, shown(&check(folder.path(), &["--period", "2026-07"])))
}

/// The deals of July have 1,000 and 3,000: none is between the ranges.
#[test]
fn an_overlap_is_found_before_any_deal_meets_it() {
    let (found, said) = found_in_table("amount_from,amount_below,rate\n0,2000,10%\n1900,,12%\n");
    assert_eq!(found, ["ambiguous-rate"], "{said}");
    assert!(said.contains("rates/new.csv:2:1") && said.contains("3│ 1900,,12%"), "{said}");
    // Where a deal meets it, `check` goes on and says so, with all else that it finds.
    let (found, said) = found_in_table("amount_from,amount_below,rate\n0,4000,10%\n1900,,12%\n9,8,1%\n");
    assert_eq!(found, ["unreachable-row", "ambiguous-rate"], "{said}");
}

#[test]
fn a_table_of_a_whole_deal_is_found_at_its_row() {
    let (found, said) = found_in_table("deal_type,amount_from,rate\nnew,,15%\nnew,5000,150%\n");
    assert_eq!(found, ["whole-deal"], "{said}");
    assert!(said.contains("rates/new.csv:3:1"), "{said}");
}

#[test]
fn deals_without_a_row_are_found() {
    let (found, said) = found_in_table("deal_type,amount_from,rate\nnew,2000,10%\n");
    assert_eq!(found, ["value-without-rate"], "{said}");
    assert!(said.contains("deals: D1"), "{said}");
}

#[test]
fn a_date_format_of_no_column_is_reported() {
    let planted = PlantedMistake {
        code: Code::UnusedColumn,
        todo: "",
        edits: &[Edit::Replace(
            "apportion.toml",
            "path = \"data/payees.csv\"",
            "path = \"data/payees.csv\"\ndates = { ended_om = \"%d.%m.%Y\" }",
        )],
        period: JULY,
        found: &[],
        exit_code: 0,
    };
    assert_eq!(
        findings(&planted).lines().next(),
        Some(
            "note[unused-column]: `ended_om` of payees is no column that `apportion` knows, and no rule names it"
        )
    );
    assert!(findings(&planted).contains("dates = { ended_om = \"%d.%m.%Y\" }"));
}

#[test]
fn the_fixtures_have_only_findings_that_are_true() {
    for (name, period) in [("adventureworks", "2014-Q2"), ("ravenstack", "2024-Q3")] {
        let output = check(&repository("fixtures").join(name), &["--period", period]);
        insta::assert_snapshot!(name, shown(&output));
    }
}

#[test]
fn without_a_period_all_of_the_data_is_looked_at() {
    let output = check(&repository("fixtures/adventureworks"), &[]);
    insta::assert_snapshot!(shown(&output));
}

#[test]
fn threads_change_nothing() {
    let folder = repository("fixtures/ravenstack");
    let one = check(&folder, &["--threads", "1", "--format", "json"]);
    let four = check(&folder, &["--threads", "4", "--format", "json"]);
    assert_eq!(std::str::from_utf8(&one.stdout).unwrap(), std::str::from_utf8(&four.stdout).unwrap());
}

#[test]
fn the_overview_comes_as_csv_and_as_json() {
    let folder = project(&[
        Edit::Append("data/engagements.csv", "D4,nobody,closed,1\nD1,ann,meeting,1\n"),
        Edit::Append("data/payees.csv", "zoe,Zoe Ltd,partner,gold,,,\n"),
    ]);
    let csv = check(folder.path(), &["--period", "2026-07", "--format", "csv", "-q"]);
    assert!(csv.stderr.is_empty());
    insta::assert_snapshot!("csv", std::str::from_utf8(&csv.stdout).unwrap());
    let json = check(folder.path(), &["--period", "2026-07", "--format", "json", "-q"]);
    insta::assert_snapshot!("json", std::str::from_utf8(&json.stdout).unwrap());
}

#[test]
fn stdout_and_stderr_have_the_same_findings() {
    let folder = project(&[Edit::Append("data/engagements.csv", "D4,nobody,closed,1\nD1,ann,meeting,1\n")]);
    let output = check(folder.path(), &["--format", "json", "--message-format", "json"]);
    let data: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = data["rejects"].as_array().unwrap().iter().chain(data["findings"].as_array().unwrap());
    let printed: Vec<serde_json::Value> = std::str::from_utf8(&output.stderr)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(all.cloned().collect::<Vec<_>>(), printed);
    assert_eq!(printed.len(), 3);
}

#[test]
fn exit_codes() {
    let warned = project(&[Edit::Append("data/engagements.csv", "D1,ann,meeting,1\n")]);
    let code = |folder: &tempfile::TempDir, arguments: &[&str]| check(folder.path(), arguments).status.code();
    assert_eq!(code(&warned, &[]), Some(0));
    assert_eq!(code(&warned, &["--exit-code"]), Some(1));
    assert_eq!(code(&warned, &["--exit-code", "--allow", "unused-role,no-rule"]), Some(0));
    assert_eq!(code(&warned, &["--allow", "no-such-code"]), Some(2));
    // Notes are never a reason to stop a pipeline.
    let noted = project(&[Edit::Append("data/payees.csv", "zoe,Zoe Ltd,partner,gold,,,\n")]);
    assert_eq!(code(&noted, &["--exit-code"]), Some(0));
    // A rejected row that no deal waits for.
    let rejected = project(&[Edit::Append("data/payees.csv", ",Nobody,partner,,,,\n")]);
    assert_eq!(code(&rejected, &[]), Some(1));
    assert_eq!(code(&rejected, &["--max-rejects", "1"]), Some(0));
}

#[test]
fn what_a_run_could_not_do_is_an_error_here_too() {
    let edit = Edit::Replace("rules/pay.toml", "touches >= 1", "touchs >= 1");
    let folder = project(&[edit]);
    let checked = check(folder.path(), &["--period", "2026-07"]);
    assert_eq!(checked.status.code(), Some(2));
    assert!(checked.stdout.is_empty());
    let ran = Command::new(env!("CARGO_BIN_EXE_apportion"))
        .env_clear()
        .args(["run", "--period", "2026-07", "--project"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(std::str::from_utf8(&checked.stderr).unwrap(), std::str::from_utf8(&ran.stderr).unwrap());
}
