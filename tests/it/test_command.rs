//! `apportion test`: what it says of cases that hold and of cases that do not, what it writes, and how it ends.

use std::path::Path;
use std::process::{Command, Output};

use apportion::cases::Bench;
use apportion::diagnostic::Files;
use apportion::world::Disk;

use crate::support::repository;

/// Cases need no data: the sources are never opened.
const PROJECT: &str = r#"[book]
name = "Northwind channel programme"
currency = "EUR"
fiscal_year_starts = 7
rules = ["rules.toml"]

[sources.deals]
path = "data/not-there.csv"
types = { seats = "number" }

[sources.payees]
path = "data/not-there.csv"
"#;

const RULES: &str = r#"[[shared_credit]]
id = "credit"
effective = { from = 2026-01-01 }
rate = "10%"
roles = [ { role = "sourced", share = "40%" }, { role = "closed", share = "60%" } ]
unfilled = "retain"

[[shared_credit]]
id = "credit"
effective = { from = 2026-07-01 }
rate = { by = "deals.deal_type", is = { new = "12%" }, else = "8%" }
model = "equal"

[[stipend]]
id = "help"
effective = { from = 2026-01-01 }
when = "seats >= 10"
engaged = "role = 'cosell'"
amount = { by = "payees.tier", is = { gold = "500" }, else = "250" }
cap = [ { amount = "600", per = "deal" }, { amount = "1000", per = "payee", every = "year" } ]

[[commission]]
id = "steps"
effective = { from = 2026-01-01 }
credits = ["credit"]
every = "quarter"
tiers = [ { from = "1000", rate = "1%" }, { from = "5000", rate = "2%" } ]
"#;

const CASES: &str = r#"# Two rules of three.

[[case]]
name = "gold helps for 500"
why = "Charter 4: partners are paid for the work"
period = "2026-Q3"                     # January to March: the fiscal year starts in July
rules = ["help"]
deals = '''
deal_id | outcome | close_date | amount | seats
D1      | won     | 2026-01-15 |   1000 |    10
D2      | won     | 2026-01-15 |   1000 |     9
'''
payees = '''
payee_id | tier
ann      | gold
ben      | silver
'''
engagements = '''
deal_id | payee_id | role
D1      | ann      | cosell
D1      | ben      | cosell
D2      | ben      | cosell
'''
lines = '''
payee_id | deal_id | uncapped | amount | currency
ann      | D1      |   500.00 | 400.00 | EUR
ben      | D1      |   250.00 | 200.00 | EUR
'''

[[case]]
name = "the commission steps up"
period = "2026-03"
rules = ["steps"]                      # credit comes along, unseen
deals = '''
deal_id | outcome | close_date | amount
D1      | won     | 2026-02-15 |   4000
D2      | won     | 2026-03-15 |   2000
'''
payees = '''
payee_id
ann
'''
engagements = '''
deal_id | payee_id | role
D1      | ann      | sourced
D1      | ann      | closed
D2      | ann      | sourced
D2      | ann      | closed
'''
lines = '''
payee_id | deal_id | rate | amount
ann      | D2      |   2% |  30.00
'''
uncredited = '''
deal_id | rule_id | reason
'''
"#;

struct Project(tempfile::TempDir);

impl Project {
    fn new(rules: &str, cases: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("cases")).unwrap();
        for (name, text) in [("apportion.toml", PROJECT), ("rules.toml", rules), ("cases/a.toml", cases)] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        test(self.0.path(), arguments)
    }

    /// Exit code, stdout, and stderr.
    fn said(&self, arguments: &[&str]) -> String {
        said(&self.run(arguments))
    }
}

fn test(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apportion"));
    command.current_dir(folder).env_clear().arg("test").args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().unwrap();
    format!("exit code {code}\n{}--- stderr\n{}", text(&output.stdout), text(&output.stderr))
}

#[test]
fn cases_that_hold_and_what_they_do_not_reach() {
    insta::assert_snapshot!(Project::new(RULES, CASES).said(&[]));
}

#[test]
fn everything_that_can_be_reached_with_its_cases() {
    insta::assert_snapshot!(Project::new(RULES, CASES).said(&["--coverage", "--require-coverage"]));
}

const POLICIES: &str = r#"[[shared_credit]]
id = "credit"
effective = { from = 2026-01-01 }
rate = "10%"
model = "equal"

[[hold]]
id = "cash"
effective = { from = 2026-01-01 }
when = "amount > 5000"
release = "0.5"

[[draw]]
id = "ramp"
effective = { from = 2026-01-01 }
payees = "region = 'EMEA'"
amount = { by = "payees.region", is = { EMEA = "400" }, else = "300" }
recoverable = true
limit = "500"
at_end = "forgive"

[[draw]]
id = "floor"
effective = { from = 2026-01-01 }
payees = "region = 'APAC'"
amount = "50"

[[payment]]
id = "terms"
effective = { from = 2026-01-01 }
minimum = "20"
maximum = "450"
debt_share = "50%"
"#;

/// Ann has 100 and 300 in advance, then 200 more, because no more than 500 is owed. Ben has 10, and 40 that fill up.
const CLOSES: &str = r#"[[case]]
name = "two months"
rules = ["credit", "cash", "ramp", "floor", "terms"]
deals = '''
deal_id | outcome | close_date | amount
D1      | won     | 2026-01-10 | 1000.00
D2      | won     | 2026-01-10 |  100.00
'''
payees = '''
payee_id | region
ann      | EMEA
ben      | APAC
'''
engagements = '''
deal_id | payee_id | role
D1      | ann      | any
D2      | ben      | any
'''
[[case.month]]
period = "2026-01"
balances = '''
payee_id |  lines | guarantee | advance |   paid
ann      | 100.00 |      0.00 |  300.00 | 400.00
ben      |  10.00 |     40.00 |    0.00 |  50.00
'''
[[case.month]]
period = "2026-02"
balances = '''
payee_id | lines | guarantee | advance |   paid
ann      |  0.00 |      0.00 |  200.00 | 200.00
ben      |  0.00 |     50.00 |    0.00 |  50.00
'''
"#;

/// Holds, draws and payment terms are reached by what closes pay; a case that only settles a period has no use for them.
#[test]
fn what_closes_reach_of_holds_draws_and_payment() {
    insta::assert_snapshot!(Project::new(POLICIES, CLOSES).said(&["--coverage", "--require-coverage"]));
}

#[test]
fn a_changed_rule_shows_in_the_rows_that_change() {
    let rules = RULES.replace("gold = \"500\"", "gold = \"350\"").replace("rate = \"2%\"", "rate = \"3%\"");
    let project = Project::new(&rules, CASES);
    insta::assert_snapshot!(project.said(&["--junit", "report.xml"]));
    let report = std::fs::read_to_string(project.0.path().join("report.xml")).unwrap();
    insta::assert_snapshot!("a_changed_rule_as_junit", report);
    insta::assert_snapshot!(
        "a_changed_rule_as_json",
        project.said(&["--format", "json", "--case", "STEPS UP"])
    );
}

#[test]
fn an_update_takes_over_what_came_out_and_nothing_else() {
    let rules = RULES.replace("gold = \"500\"", "gold = \"350\"");
    let project = Project::new(&rules, CASES);
    insta::assert_snapshot!(project.said(&["--update", "--case", "gold"]));
    let updated = std::fs::read_to_string(project.0.path().join("cases/a.toml")).unwrap();
    let changed =
        "ann      | D1      |   350.00 | 350.00 | EUR\nben      | D1      |   250.00 | 250.00 | EUR\n";
    let before =
        "ann      | D1      |   500.00 | 400.00 | EUR\nben      | D1      |   250.00 | 200.00 | EUR\n";
    assert_eq!(updated, CASES.replace(before, changed));
    assert_eq!(project.run(&[]).status.code(), Some(0));
}

#[test]
fn mistakes_in_case_files_point_at_their_line() {
    let cases = CASES
        .replace("rules = [\"help\"]", "rules = [\"hlep\"]")
        .replace("D2      | ben      | cosell", "D2      | ben");
    insta::assert_snapshot!(Project::new(RULES, &cases).said(&[]));
    let cases = CASES.replace("rules = [\"help\"]", "rules = [\"hlep\"]");
    insta::assert_snapshot!("a_rule_that_is_not_there", Project::new(RULES, &cases).said(&[]));
}

#[test]
fn a_case_that_can_not_be_settled_fails_with_its_reason() {
    let cases = CASES.replace(" | seats", "").replace(" |    10\n", "\n").replace(" |     9\n", "\n");
    insta::assert_snapshot!(Project::new(RULES, &cases).said(&["--case", "gold"]));
}

#[test]
fn nothing_to_run_is_an_error() {
    let project = Project::new(RULES, CASES);
    for (arguments, expected) in [
        (&["--case", "nobody"][..], "error[no-cases]: no case has \"nobody\" in its name"),
        (&["elsewhere"], "error[no-cases]: there are no cases at elsewhere"),
        (&["--case", "x", "--require-coverage"], "cannot be used with"),
    ] {
        let output = project.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(said(&output).contains(expected), "{}", said(&output));
    }
}

#[test]
fn outside_a_project_cases_bring_their_rules_along() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.toml");
    std::fs::copy(repository("tests/cases/remainders.toml"), &file).unwrap();
    assert_eq!(test(folder.path(), &["a.toml"]).status.code(), Some(0));
    std::fs::write(&file, CASES).unwrap();
    let output = test(folder.path(), &["a.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("error[no-project]: case \"gold helps for 500\" has no rules of its own"));
}

#[test]
fn the_example_rule_book_is_fully_covered_by_its_cases() {
    let output = test(&repository("fixtures/adventureworks"), &["--require-coverage"]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("everything is reached by a case"), "{said}");
}

#[test]
fn every_version_of_the_example_rule_book_has_a_worked_example() {
    let mut files = Files::default();
    let bench =
        Bench::read(&Disk::shared(), Some(&repository("fixtures/adventureworks")), &[], &mut files).unwrap();
    for table in &bench.setting.outline().unwrap().tables {
        let example = bench.first_for(&table.id, table.from, &files);
        let example = example.unwrap_or_else(|| panic!("{} has no worked example", table.id));
        assert!(example.case.why.is_some() && !example.lines.rows.is_empty());
    }
    let amended = apportion::book::day_of_date(2013, 9, 1);
    let example = bench.first_for("partner-credit", amended, &files).unwrap();
    assert_eq!(example.case.name, "the rates of an order are those of the day on which it closed");
    insta::assert_snapshot!(example.lines.text());
    assert!(bench.first_for("no-such-rule", None, &files).is_none());
}
