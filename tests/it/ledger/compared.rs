//! `diff` of the month that is closed next: what each payee would be paid by other rules, with the ledger as it stands.

use super::desk::{BOOK, Desk, TENTH, THREE_ENGAGEMENTS, deals};

/// Up to 300 a month for Ann, who owes what is advanced.
const DRAW: &str = r#"
[[draw]]
id = "ramp"
effective = { from = 2026-01-01 }
payees = "payee_id = 'ann'"
amount = 300
recoverable = true
limit = 400
"#;

/// Half of Ben's lines wait.
const HOLD: &str = r#"
[[hold]]
id = "half"
effective = { from = 2026-02-01 }
payees = "payee_id = 'ben'"
release = "CASE WHEN period_end >= close_date + 90 THEN 1 ELSE 0.5 END"
"#;

/// January is closed: Ann earned 100, and 200 were advanced.
fn desk() -> Desk {
    let desk = Desk::of_tenths(&[
        ("rules/draw.toml", DRAW),
        ("data/deals.csv", &deals("D1,won,2026-01-10,1000\nD2,won,2026-02-10,500\nD3,won,2026-02-11,800\n")),
        ("data/engagements.csv", THREE_ENGAGEMENTS),
        ("draft/tenth.toml", TENTH),
        ("draft/draw.toml", &DRAW.replace("limit = 400", "limit = 350")),
        ("draft/hold.toml", HOLD),
    ]);
    desk.close("2026-01");
    desk
}

fn diff(desk: &Desk, arguments: &[&str]) -> String {
    let rules = desk.path("draft");
    let (done, said) = desk.run(&[&["diff", "--rules", rules.to_str().unwrap()], arguments].concat());
    assert!(done, "{said}");
    // The folder is another one in each test.
    said.replace(rules.to_str().unwrap(), "draft")
}

/// Of 400, 200 are owed: Ann gets 50 and an advance of 200, or of 150; Ben 80, or half of it.
#[test]
fn the_close_of_the_month_is_compared_payee_by_payee() {
    let desk = desk();
    insta::assert_snapshot!("closes_table", diff(&desk, &["--period", "2026-02"]));
    let csv = diff(&desk, &["--period", "2026-02", "--format", "csv", "-q"]);
    let rows: Vec<&str> = csv.lines().filter(|line| line.starts_with("close")).collect();
    insta::assert_snapshot!("closes_csv", rows.join("\n"));
    let json: serde_json::Value =
        serde_json::from_str(&diff(&desk, &["--period", "2026-02", "--format", "json", "-q"])).unwrap();
    let payees = json["close"]["payees"].as_array().unwrap();
    let advance = &payees.iter().find(|payee| payee["payee_id"] == "ann").unwrap()["figures"]["advance"];
    assert_eq!((advance["before"].as_str(), advance["after"].as_str()), (Some("200.00"), Some("150.00")));
    assert_eq!(json["close"]["after_close"], "0001-2026-01");
    // Nothing was written: the close comes out as if nobody had asked.
    assert!(!desk.path("ledger/draft").exists());
    desk.close("2026-02");
    assert_eq!(
        desk.balances("2026-02"),
        [
            "ann: owed_in 200.00, lines 50.00, advance 200.00, paid 250.00, owed_out 400.00, draw_id ramp",
            "ben: lines 80.00, paid 80.00"
        ]
    );
}

#[test]
fn what_can_t_be_closed_is_said_and_no_error() {
    let desk = desk();
    let said = diff(&desk, &["--period", "2026-01"]);
    assert!(said.contains("2026-01 is closed, as 0001-2026-01, and stays as it was posted"), "{said}");
    let said = diff(&desk, &["--period", "2026-05"]);
    assert!(
        said.contains("the month that is closed next is 2026-02, and what 2026-05 pays rests on it"),
        "{said}"
    );
    let said = diff(&desk, &["--period", "2026-Q1"]);
    assert!(said.contains("closes are of months; the one that is closed next is 2026-02"), "{said}");
    // Two draws for one payee: after can't be closed.
    desk.write("draft/more.toml", &DRAW.replace("ramp", "more"));
    let said = diff(&desk, &["--period", "2026-02"]);
    assert!(said.contains("after: it can't be closed") && said.contains("[two-draws]"), "{said}");
    // A rule of a closed month: a close would be stopped, and is compared as if it went on.
    desk.write("draft/more.toml", "");
    desk.write("draft/tenth.toml", &TENTH.replace("10%", "20%"));
    let said = diff(&desk, &["--period", "2026-02"]);
    assert!(
        said.contains("after: its close would be stopped") && said.contains("[rewritten-rule]"),
        "{said}"
    );
    // D1 earns 100 more then.
    assert!(said.contains("earned"), "{said}");
}

#[test]
fn a_project_without_a_ledger_says_so_and_one_without_policies_nothing() {
    let desk = desk();
    desk.write("apportion.toml", BOOK.split("[ledger]").next().unwrap());
    let said = diff(&desk, &["--period", "2026-02"]);
    assert!(
        said.contains("the project has no [ledger], so holds, draws and payment terms pay nobody"),
        "{said}"
    );
    for file in ["rules/draw.toml", "draft/draw.toml", "draft/hold.toml"] {
        desk.write(file, "");
    }
    let said = diff(&desk, &["--period", "2026-02"]);
    assert!(!said.contains("ledger"), "{said}");
}
