//! `apportion forecast` on a small channel: what it prints, what it writes, and how it ends.

use std::path::Path;
use std::process::{Command, Output};

const RULES: &str = r#"
[[shared_credit]]
id = "new"
why = "Charter 2"
effective = { from = 2026-01-01 }
rate = "10%"
roles = [ { role = "sourced", share = "30%" }, { role = "closed", share = "70%" } ]

[[commission]]
id = "accelerator"
why = "Plan 4"
effective = { from = 2026-01-01 }
credits = ["new"]
payees = "kind = 'employee'"
every = "quarter"
tiers = [ { from = "0%", rate = "5%" }, { from = "100%", rate = "10%" } ]
"#;

const FILES: [(&str, &str); 7] = [
    (
        "apportion.toml",
        "[book]\nname = \"Small channel\"\ncurrency = \"USD\"\nrules = [\"rules/*.toml\"]\n\n[sources]\n\
         deals = { path = \"deals.csv\" }\npayees = { path = \"payees.csv\" }\nquotas = { path = \"quotas.csv\" }\n\
         engagements = { path = \"engagements.csv\" }\nopportunities = { path = \"opportunities.csv\" }\n\n\
         [forecast]\nbudget = { \"2026-Q3\" = \"900\", 2026 = \"1500\" }\n",
    ),
    ("rules/rules.toml", RULES),
    (
        "deals.csv",
        "deal_id,outcome,close_date,amount,channel\nD1,won,2026-02-10,1000.00,direct\nD2,lost,2026-03-10,500.00,direct\n",
    ),
    ("payees.csv", "payee_id,kind\nbob,employee\npat,partner\nzoe,partner\n"),
    ("quotas.csv", "payee_id,period,amount\nbob,2026-Q1,1000\nbob,2026-Q3,5000\n"),
    (
        "engagements.csv",
        "engagement_id,deal_id,opportunity_id,payee_id,role,occurred_on\nE1,D1,,pat,sourced,2026-01-20\n\
         E2,D1,,bob,closed,2026-02-01\nE3,,O1,zoe,sourced,2026-05-05\nE4,,O1,bob,closed,2026-05-06\nE5,,O2,bob,closed,2026-05-06\n",
    ),
    (
        "opportunities.csv",
        "opportunity_id,channel,amount,probability,expected_close\nO1,partner,8000.00,0.25,2026-08-05\n\
         O2,direct,4000.00,,2026-09-30\nO3,direct,4000.00,0.5,2026-05-01\nO4,direct,,0.5,2026-08-01\nO5,direct,1.00,0.5,2027-01-01\n",
    ),
];

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let draft = ("draft/rules.toml", &*RULES.replace("10%\" } ]", "12%\" } ]"));
    for (name, text) in FILES.iter().chain([&draft]) {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn forecast(project: &Path, rest: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_apportion"))
        .args(["forecast", "--period", "2026"])
        .args(rest)
        .current_dir(project)
        .output()
        .unwrap()
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

const AS_OF: [&str; 2] = ["--as-of", "2026-06-30"];

fn with<'a>(rest: &[&'a str]) -> Vec<&'a str> {
    AS_OF.iter().chain(rest).copied().collect()
}

#[test]
fn people_see_what_the_year_costs() {
    insta::assert_snapshot!(printed(&forecast(project().path(), &AS_OF)));
}

#[test]
fn two_plans_stand_side_by_side() {
    insta::assert_snapshot!(printed(&forecast(project().path(), &with(&["--rules", "draft", "--top", "1"]))));
}

#[test]
fn files_are_written_whole_and_say_the_same_as_stdout() {
    let project = project();
    let output = forecast(project.path(), &with(&["--rules", "draft", "--draws", "20", "--out", "out"]));
    assert_eq!(printed(&output), "", "what is written is not printed as well");
    let read = |name: &str| std::fs::read_to_string(project.path().join("out").join(name)).unwrap();
    for name in
        ["forecast.csv", "attainment.csv", "opportunities.csv", "budget.csv", "revenue.csv", "forecast.json"]
    {
        insta::assert_snapshot!(name, read(name));
    }
    let again = |format| {
        let arguments = with(&["--rules", "draft", "--draws", "20", "--format", format]);
        printed(&forecast(project.path(), &arguments))
    };
    assert_eq!(read("forecast.csv"), again("csv"));
    assert_eq!(read("forecast.json"), again("json"));
    let json: serde_json::Value = serde_json::from_str(&read("forecast.json")).unwrap();
    assert_eq!((&json["drawn"], &json["draws"], &json["seed"]), (&2.into(), &20.into(), &1.into()));
    // An earlier forecast is replaced.
    assert!(forecast(project.path(), &with(&["--draws", "3", "--out", "out"])).status.success());
    assert!(read("forecast.json").contains("\"draws\": 3"));
}

#[test]
fn threads_do_not_matter_to_the_bytes() {
    let project = project();
    let of = |threads| printed(&forecast(project.path(), &with(&["--format", "json", "--threads", threads])));
    assert_eq!(of("1"), of("2"));
}

/// By hand: after the close of January as of 5 February it begins there, and the deal of 10 February, which the data has, counts.
#[test]
fn the_day_is_that_of_the_last_close() {
    let project = project();
    let file = project.path().join("apportion.toml");
    let text = std::fs::read_to_string(&file).unwrap() + "\n[ledger]\nfirst = \"2026-01\"\napprovals = 0\n";
    std::fs::write(&file, text).unwrap();
    let said = String::from_utf8(forecast(project.path(), &[]).stderr).unwrap();
    assert!(said.contains("error[no-as-of-day]"), "{said}");
    let close = Command::new(env!("CARGO_BIN_EXE_apportion"))
        .args(["close", "--period", "2026-01", "--as-of", "2026-02-05", "--by", "ann", "--post"])
        .current_dir(project.path())
        .output()
        .unwrap();
    assert!(close.status.success(), "{}", String::from_utf8_lossy(&close.stderr));
    let of_close = printed(&forecast(project.path(), &["--format", "json"]));
    assert_eq!(of_close, printed(&forecast(project.path(), &["--format", "json", "--as-of", "2026-02-05"])));
    // O3 is expected in May, and O2 has no deal that was decided in the year before.
    let json: serde_json::Value = serde_json::from_str(&of_close).unwrap();
    assert_eq!((&json["as_of"], &json["drawn"]), (&"2026-02-05".into(), &2.into()));
}

#[test]
fn what_is_asked_wrongly_is_said() {
    let project = project();
    std::fs::create_dir(project.path().join("mine")).unwrap();
    std::fs::write(project.path().join("mine/notes.txt"), "mine").unwrap();
    for (rest, expected) in [
        (vec![], "error[no-as-of-day]"),
        (with(&["--draws", "0"]), "error[bad-draws]"),
        (with(&["--draws", "100001"]), "error[bad-draws]"),
        (with(&["--draws", "5000000000"]), "invalid value '5000000000' for '--draws <N>'"),
        (with(&["--seed=-1"]), "invalid value '-1' for '--seed <N>'"),
        (with(&["--seed", "18446744073709551616"]), "invalid value '18446744073709551616' for '--seed <N>'"),
        (with(&["--out", "mine"]), "error[not-a-forecast]"),
    ] {
        let output = forecast(project.path(), &rest);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains(expected), "{rest:?}: {said}");
    }
    assert_eq!(std::fs::read_to_string(project.path().join("mine/notes.txt")).unwrap(), "mine");
    std::fs::write(
        project.path().join("opportunities.csv"),
        "opportunity_id,amount,probability,expected_close\nO1,5,1.5,2026-08-01\n",
    )
    .unwrap();
    let output = forecast(project.path(), &AS_OF);
    // A bad row is a reject of a run; here it is no opportunity.
    assert!(printed(&output).contains("Drawn: 0 open opportunities"));
}

/// The largest seed is one.
#[test]
fn any_seed_of_64_bits() {
    let project = project();
    let of = |seed| {
        printed(&forecast(project.path(), &with(&["--draws", "50", "--format", "csv", "--seed", seed])))
    };
    assert_ne!(of("18446744073709551615"), of("0"));
}
