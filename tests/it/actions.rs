//! `apportion actions` on a small channel: what it prints, what it writes, and how it ends.

use std::path::Path;
use std::process::{Command, Output};

const FILES: [(&str, &str); 7] = [
    (
        "apportion.toml",
        "[book]\nname = \"Small channel\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n\n[sources]\n\
         deals = { path = \"deals.csv\" }\npayees = { path = \"payees.csv\" }\n\
         engagements = { path = \"engagements.csv\" }\nopportunities = { path = \"opportunities.csv\" }\n\
         registrations = { path = \"registrations.csv\" }\nmilestones = { path = \"milestones.csv\" }\n",
    ),
    (
        "rules.toml",
        r#"[[shared_credit]]
id = "new"
why = "Charter 2"
effective = { from = 2026-01-01 }
rate = "10%"
roles = [ { role = "sourced", share = "30%" }, { role = "closed", share = "70%" } ]
unfilled = "retain"

[[registration]]
id = "deal-registration"
why = "Charter 3"
effective = { from = 2026-01-01 }
protect = "60 days"
role = "sourced"
"#,
    ),
    ("deals.csv", "deal_id,outcome,close_date,amount,account_id\nD1,won,2026-02-10,1000.00,A1\n"),
    ("payees.csv", "payee_id,kind\nbob,employee\npat,partner\nzoe,partner\n"),
    (
        "engagements.csv",
        "engagement_id,deal_id,opportunity_id,payee_id,role,occurred_on\nE1,D1,,pat,sourced,2026-01-20\n\
         E2,D1,,bob,closed,2026-02-01\nE3,,O1,zoe,cosell,2026-05-05\n",
    ),
    (
        "opportunities.csv",
        "opportunity_id,account_id,amount,created_on,expected_close\nO1,A1,2000.00,2026-04-01,2026-06-05\n\
         O2,A2,4000.00,2026-04-01,2026-09-30\n",
    ),
    (
        "registrations.csv",
        "registration_id,payee_id,submitted_at,opportunity_id,decision,decided_at\n\
         R1,zoe,2026-04-10,O2,approved,2026-04-10\n",
    ),
];

const MILESTONES: &str = "milestone_id,plan_id,payee_id,due_on\nM1,plan-a,pat,2026-05-20\n";

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in FILES.iter().chain(&[("milestones.csv", MILESTONES)]) {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn actions(project: &Path, rest: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_apportion"))
        .args(["actions", "--as-of", "2026-06-01"])
        .args(rest)
        .current_dir(project)
        .output()
        .unwrap()
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn people_see_what_is_overdue_what_is_due_this_week_and_what_later() {
    let project = project();
    insta::assert_snapshot!(printed(&actions(project.path(), &[])));
}

#[test]
fn a_spreadsheet_gets_a_row_for_each() {
    let project = project();
    let csv = printed(&actions(project.path(), &["--format", "csv"]));
    let expected = "action,payee_id,subject,due,stake,why\n\
        deliver,pat,M1,2026-05-20,,Milestone M1 of plan plan-a was due on 2026-05-20 and is not done.\n\
        register,zoe,O1,2026-06-05,60.00,\"zoe has worked since 2026-05-05 on O1, and nobody registered it. It is expected to close on 2026-06-05.\"\n\
        invite-partner,pat,O1,2026-06-05,60.00,\"pat holds credit on the account of O1, last for D1, and has not worked on it. It is expected to close on 2026-06-05.\"\n\
        extend,zoe,O2,2026-06-09,120.00,\"The protection of registration R1, which claims O2, ends on 2026-06-09. It is expected to close on 2026-09-30.\"\n";
    assert_eq!(csv, expected);
}

#[test]
fn one_payee_sees_its_own_and_nobody_an_unknown_one() {
    let project = project();
    let json = printed(&actions(project.path(), &["--for", "pat", "--format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let listed: Vec<&str> =
        json["actions"].as_array().unwrap().iter().map(|action| action["action"].as_str().unwrap()).collect();
    assert_eq!(listed, ["deliver", "invite-partner"]);
    assert_eq!(json["actions"][1]["stake"], "60.00");
    assert!(json["actions"][0]["stake"].is_null());
    let unknown = actions(project.path(), &["--for", "pet"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("did you mean `pat`?"));
}

#[test]
fn a_page_is_written_whole_and_the_exit_code_says_that_something_is_to_be_done() {
    let project = project();
    let output = actions(project.path(), &["--out", "monday.html", "--exit-code"]);
    assert_eq!(output.status.code(), Some(1));
    let page = std::fs::read_to_string(project.path().join("monday.html")).unwrap();
    for said in ["Early warnings", "Small channel: what to do now", "invite-partner", "data-filter"] {
        assert!(page.contains(said), "{said}");
    }
    for asks in ["http://", "https://", "src=", "href=", "@import", "url("] {
        assert!(!page.contains(asks), "{asks}");
    }
}
