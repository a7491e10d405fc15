//! `apportion diff` as an admin uses it who changed a rule on Tuesday: the whole command.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::repository;

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

const RULES: &str = r#"[[shared_credit]]
id = "new-business"
effective = { from = 2026-01-01 }
when = "deal_type = 'new'"
rate = "10%"
roles = [ { role = "sourced", share = "40%" }, { role = "closed", share = "60%" } ]

[[stipend]]
id = "help"
effective = { from = 2026-01-01 }
engaged = "role = 'cosell'"
amount = "25"
cap = [ { amount = "40", per = "payee", every = "quarter" } ]

[[commission]]
id = "volume"
effective = { from = 2026-01-01 }
credits = ["new-business"]
every = "quarter"
tiers = [ { from = "0", rate = "1%" }, { from = "1000", rate = "2%" } ]

[[override]]
id = "lead"
effective = { from = 2026-01-01 }
credits = ["new-business"]
levels = [ { rate = "1%" } ]
"#;

const DEALS: &str = "deal_id,outcome,close_date,amount,deal_type,segment\n\
D1,won,2026-07-03,1000.00,new,large\n\
D2,won,2026-07-09,500.00,new,small\n\
D3,won,2026-08-01,800.00,renewal,small\n\
D4,won,2026-08-20,90.10,new,small\n";
const ENGAGEMENTS: &str = "deal_id,payee_id,role,weight\n\
D1,ann,sourced,1\nD1,ben,closed,1\nD1,cat,cosell,1\n\
D2,ben,closed,1\nD2,cat,cosell,2\nD3,cat,cosell,1\n\
D4,ann,sourced,1\nD4,ben,sourced,2\nD4,ben,closed,1\n";
const PAYEES: &str = "payee_id,name,manager_id\nann,Ann Ames,cat\nben,Ben Bo,cat\ncat,Cat Cole,\n";

/// A folder with a project `book`, to which other projects and rule sets are added.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        desk.project("book", |_, text| text.to_owned());
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// The project under another name; each of its files may be changed.
    fn project(&self, name: &str, change: impl Fn(&str, &str) -> String) {
        for (file, text) in [
            ("apportion.toml", PROJECT),
            ("rules/all.toml", RULES),
            ("data/deals.csv", DEALS),
            ("data/engagements.csv", ENGAGEMENTS),
            ("data/payees.csv", PAYEES),
        ] {
            self.write(&format!("{name}/{file}"), &change(file, text));
        }
    }

    /// The rules in `draft/`, with some texts replaced.
    fn draft(&self, changes: &[(&str, &str)]) {
        self.write("draft/all.toml", &replaced(RULES, changes));
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_apportion"))
            .current_dir(self.folder.path())
            .args(arguments)
            .env_clear()
            .output()
            .unwrap()
    }

    fn diff(&self, arguments: &[&str]) -> Output {
        let command = ["diff", "--project", "book", "--period", "2026-Q3"];
        self.run(&[&command[..], arguments].concat())
    }

    /// What a comparison prints; it must end well and say nothing else.
    fn printed(&self, arguments: &[&str]) -> String {
        let output = self.diff(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
        text(&output.stdout).to_owned()
    }

    fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let printed = self.printed(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&printed).unwrap()
    }

    /// The total of a run.
    fn total(&self, project: &str) -> String {
        let output =
            self.run(&["run", "-q", "--project", project, "--period", "2026-Q3", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        json["total"]["amount"].as_str().unwrap().to_owned()
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn replaced(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

/// A rate, a stipend's `engaged`, its cap.
const TUESDAY: [(&str, &str); 3] = [
    ("rate = \"10%\"", "rate = \"0.12\""),
    ("role = 'cosell'", "role = 'cosell' AND weight < 2"),
    ("amount = \"40\"", "amount = \"50\""),
];

#[test]
fn other_rules_as_a_table() {
    let desk = Desk::new();
    desk.draft(&TUESDAY);
    insta::assert_snapshot!(desk.printed(&["--rules", "draft"]));
}

#[test]
fn other_rules_as_csv() {
    let desk = Desk::new();
    desk.draft(&TUESDAY);
    insta::assert_snapshot!(desk.printed(&["--rules", "draft/*.toml", "--format", "csv"]));
}

#[test]
fn other_rules_as_json() {
    let desk = Desk::new();
    desk.draft(&[("rate = \"10%\"", "rate = \"12%\"")]);
    insta::assert_snapshot!(desk.printed(&["--rules", "draft/all.toml", "--format", "json"]));
}

#[test]
fn other_data_as_a_table() {
    let desk = Desk::new();
    desk.project("monday", |file, text| match file {
        "data/deals.csv" => {
            replaced(text, &[("500.00", "650.00"), ("D3,won", "D3,lost"), ("2026-07-03", "2026-08-30")])
        }
        "data/engagements.csv" => replaced(text, &[("D4,ben,sourced,2\n", "D4,dan,sourced,2\n")]),
        "data/payees.csv" => format!("{text}dan,Dan Dorn,\n"),
        _ => text.to_owned(),
    });
    insta::assert_snapshot!(desk.printed(&["--data", "monday"]));
}

#[test]
fn the_fixture_with_a_changed_rate_a_removed_rule_a_raised_cap_and_a_new_version() {
    let desk = Desk::new();
    let rules = |name: &str| std::fs::read_to_string(repository(&format!("rules/{name}.toml"))).unwrap();
    let copied = |name: &str, text: &str| desk.write(&format!("draft/{name}.toml"), text);
    copied("commissions", &rules("commissions"));
    copied("shared-credit", &replaced(&rules("shared-credit"), &[("rate = \"1.25%\"", "rate = \"1.5%\"")]));
    copied("overrides", &replaced(&rules("overrides"), &[("\"9000\"", "\"12000\"")]));
    let stipends = rules("stipends");
    copied("stipends", stipends.split("[[stipend]]\nid = \"handover-stipend\"").next().unwrap());
    let renewals = rules("renewals");
    let adoption = renewals.split("[[renewal_bonus]]").nth(1).unwrap();
    let version = replaced(
        adoption,
        &[("from = 2011-01-01", "from = 2013-10-01"), ("rate = \"1%\"", "rate = \"1.2%\"")],
    );
    copied("renewals", &format!("{renewals}\n[[renewal_bonus]]{version}"));

    let fixture = repository("fixtures/adventureworks");
    let arguments =
        ["diff", "--rules", "draft", "--period", "2014-Q2", "--project", fixture.to_str().unwrap()];
    let output = desk.run(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    insta::assert_snapshot!(text(&output.stdout));
}

#[test]
fn a_rule_set_beside_itself_is_no_difference() {
    let desk = Desk::new();
    desk.draft(&[]);
    for format in ["table", "csv", "json", "html", "markdown"] {
        let output = desk.diff(&["--rules", "draft", "--exit-code", "--format", format]);
        assert_eq!(output.status.code(), Some(0), "{format}");
    }
    assert!(
        desk.printed(&["--rules", "draft"]).contains("\nNo line differs: USD 232.59 to pay on both sides")
    );
    let json = desk.json(&["--against", "book"]);
    assert_eq!(json["differs"], false);
    for list in ["reasons", "payees", "deals", "lines", "settings"] {
        assert_eq!(json[list].as_array().unwrap().len(), 0, "{list}");
    }
    for (fixture, rules, period) in [
        ("fixtures/adventureworks", "rules", "2014-Q2"),
        ("fixtures/ravenstack", "fixtures/ravenstack/rules", "2024-Q3"),
    ] {
        let (project, rules) = (repository(fixture), repository(rules));
        let output = desk.run(&[
            "diff",
            "-q",
            "--exit-code",
            "--period",
            period,
            "--project",
            project.to_str().unwrap(),
            "--rules",
            rules.to_str().unwrap(),
        ]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    }
}

#[test]
fn a_rule_spelled_otherwise_is_no_difference_and_a_version_that_pays_the_same_is_listed() {
    let desk = Desk::new();
    desk.draft(&[
        ("rate = \"10%\"", "# as ever\nrate = 0.10"),
        ("when = \"deal_type", "when = \"deal_type  "),
    ]);
    let printed = desk.printed(&["--rules", "draft", "--exit-code"]);
    assert!(printed.contains("No line differs") && !printed.contains("What changed"), "{printed}");

    let again = "\n[[stipend]]\nid = \"help\"\neffective = { from = 2026-08-01 }\nengaged = \"role = 'cosell'\"\n\
                 amount = \"25\"\ncap = [ { amount = \"40\", per = \"payee\", every = \"quarter\" } ]\n";
    desk.write("draft/all.toml", &format!("{RULES}{again}"));
    let output = desk.diff(&["--rules", "draft", "--exit-code"]);
    assert_eq!(output.status.code(), Some(1));
    let printed = text(&output.stdout);
    assert!(printed.contains("1 came about otherwise and pay"), "{printed}");
    assert!(printed.contains("version 2026-01-01 → 2026-08-01"), "{printed}");
}

#[test]
fn a_quota_that_others_lack_is_not_why_a_payee_is_paid_no_more() {
    let desk = Desk::new();
    // As a whole, and some payees at a time, which managers would stop.
    let (own_credit, _) = RULES.split_once("[[override]]").unwrap();
    for rules in [RULES, own_credit] {
        let with_accelerator = |payees: &str| {
            format!(
                "{rules}\n[[commission]]\nid = \"accelerator\"\neffective = {{ from = 2026-01-01 }}\n{payees}\
                 credits = [\"new-business\"]\nevery = \"quarter\"\ntiers = [ {{ from = \"0%\", rate = \"5%\" }} ]\n"
            )
        };
        desk.project("book", |file, text| match file {
            "apportion.toml" => format!("{text}\n[sources.quotas]\npath = \"data/quotas.csv\"\n"),
            "rules/all.toml" => with_accelerator(""),
            _ => text.to_owned(),
        });
        // Both are credited on D1 and D4; Ann has no quota.
        desk.write("book/data/quotas.csv", "payee_id,period,amount\nben,2026-Q3,500\n");
        desk.write("draft/all.toml", &with_accelerator("payees = \"payee_id <> 'ben'\"\n"));
        let json = desk.json(&["--rules", "draft"]);
        let [reason] = json["reasons"].as_array().unwrap().as_slice() else { panic!("{json}") };
        assert_eq!(reason["rule_id"], "accelerator");
        assert_eq!(reason["causes"], serde_json::json!(["earners"]), "{reason}");
    }
}

#[test]
fn both_sides_are_what_two_runs_come_to() {
    let desk = Desk::new();
    desk.draft(&TUESDAY);
    desk.project("other", |file, text| match file {
        "rules/all.toml" => replaced(text, &TUESDAY),
        _ => text.to_owned(),
    });
    let json = desk.json(&["--rules", "draft"]);
    assert_eq!(json["total"]["amount"]["before"], desk.total("book"));
    assert_eq!(json["total"]["amount"]["after"], desk.total("other"));
    let against = desk.json(&["--against", "other"]);
    assert_eq!(against["total"], json["total"]);
    assert_eq!(against["lines"], json["lines"]);
}

#[test]
fn a_column_that_only_the_other_rules_read_does_not_touch_this_side() {
    let desk = Desk::new();
    desk.project("book", |file, text| match file {
        // D2 twice, and the two differ in `segment` alone: one row for rules that do not read it, a contradiction for
        // those that do.
        "data/deals.csv" => format!("{text}D2,won,2026-07-09,500.00,new,large\n"),
        _ => text.to_owned(),
    });
    desk.draft(&[("deal_type = 'new'", "deal_type = 'new' AND segment <> 'tiny'")]);
    let json = desk.printed_json_with_findings(&["--rules", "draft"]);
    assert_eq!(json["total"]["amount"]["before"], desk.total("book"));
    let gone = json["lines"]
        .as_array()
        .unwrap()
        .iter()
        .any(|line| line["deal_id"] == "D2" && line["status"] == "gone");
    assert!(gone, "{json}");
}

impl Desk {
    /// The same where rows are rejected, which is printed on stderr.
    fn printed_json_with_findings(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.diff(&[arguments, &["--format", "json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("rejected, not in the comparison"), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

#[test]
fn the_page_is_one_file_that_asks_nobody_for_anything() {
    let desk = Desk::new();
    desk.draft(&TUESDAY);
    let output = desk.diff(&["--rules", "draft", "--format", "html", "--out", "diff.html"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stdout.is_empty());
    assert!(text(&output.stderr).starts_with("Wrote diff.html: USD 232.59 → "), "{}", text(&output.stderr));
    let page = std::fs::read_to_string(desk.path("diff.html")).unwrap();
    for asks in ["http:", "https:", "src=", "href=", "@import", "url("] {
        assert!(!page.contains(asks), "{asks}");
    }
    assert_eq!(page.matches("<svg").count(), 3);
    assert!(page.contains("Content-Security-Policy") && page.contains("Cat Cole"));
    let left: Vec<_> =
        std::fs::read_dir(desk.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
    // The same inputs, the same bytes; to stdout as well.
    assert_eq!(desk.printed(&["--rules", "draft", "--format", "html"]), page);
}

/// Page and Markdown are made of one document: the same tables with the same numbers; the charts are the page's alone.
#[test]
fn page_and_markdown_say_the_same() {
    let desk = Desk::new();
    desk.draft(&TUESDAY);
    let [page, markdown] =
        ["html", "md"].map(|format| desk.printed(&["--rules", "draft", "--format", format]));
    assert!(markdown.starts_with("# ") && !markdown.contains("Cost by rule") && !markdown.contains("<svg"));
    let rows: Vec<&str> =
        markdown.lines().filter(|line| line.starts_with("| ") && !line.contains("---")).collect();
    assert!(rows.len() > 20, "{markdown}");
    for row in &rows {
        for cell in row.trim_matches('|').split(" | ").flat_map(|cell| cell.split("<br>")) {
            let cell = cell
                .trim()
                .replace(['\\', '`', '*'], "")
                .replace('&', "&amp;")
                .replace('>', "&gt;")
                .replace('<', "&lt;");
            assert!(page.contains(&cell), "{cell} of {row}");
        }
    }
    assert_eq!(page.matches("<tr>").count(), rows.len(), "{markdown}");
    // Columns of a page are sorted by what programs read: an amount without its separators.
    assert!(page.contains("data-value=\"232.59\"") && page.contains("class=\"gain\""), "{page}");
    insta::assert_snapshot!("a_difference_as_markdown", markdown);
}

#[test]
fn what_can_t_be_compared_is_reported() {
    let desk = Desk::new();
    desk.draft(&[("rate = \"10%\"", "rte = \"10%\"")]);
    desk.project("yen", |file, text| match file {
        "apportion.toml" => text.replace("USD", "JPY"),
        "rules/all.toml" => text.to_owned(),
        _ => text.replace(".00", "").replace(".10", ""),
    });
    for (arguments, expected) in [
        (&[][..], "required arguments"),
        (&["--rules", "draft", "--against", "yen"], "cannot be used with"),
        (&["--rules", "yen"], "error[not-rules]: `yen` is a project, not a folder of rule files"),
        (&["--rules", "nowhere"], "error[no-rule-files]: there are no rule files \"nowhere\""),
        (&["--rules", "draft"], "draft/all.toml:5:1"),
        (&["--data", "nowhere"], "error[no-project]"),
        (
            &["--against", "yen"],
            "error[currencies-differ]: amounts in USD can't be compared with amounts in JPY",
        ),
    ] {
        let output = desk.diff(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(text(&output.stderr).contains(expected), "{arguments:?}: {}", text(&output.stderr));
    }
    desk.draft(&TUESDAY);
    let output = desk.diff(&["--rules", "draft", "--out", "no/such/folder.html", "--format", "html"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("error[cannot-write]: `no/such/folder.html`"),
        "{}",
        text(&output.stderr)
    );
    assert!(!Path::new(&desk.path("no")).exists());
}

/// Two entries of one table changed: each has a reason and a sum of its own.
#[test]
fn entries_of_a_table_are_reasons_of_their_own() {
    use apportion::diff::words;
    use apportion::world::Memory;
    use apportion::{OtherInputs, Session};

    let rules = |new: &str, renewal: &str| {
        format!(
            "[[shared_credit]]\nid = \"credit\"\neffective = {{ from = 2026-01-01 }}\nmodel = \"equal\"\n\
             rate = {{ by = \"deal_type\", is = {{ new = \"{new}\", renewal = \"{renewal}\" }}, else = \"1%\" }}\n\n\
             [[stipend]]\nid = \"stipend\"\neffective = {{ from = 2026-01-01 }}\nper = \"deal\"\n\
             amount = {{ by = \"deal_type\", is = {{ new = \"{}\", renewal = \"30\" }}, else = \"5\" }}\n",
            new.trim_end_matches('%')
        )
    };
    let files = Memory::new()
        .with(
            "apportion.toml",
            "[book]\nname = \"Entries\"\ncurrency = \"USD\"\nrules = [\"rules.toml\"]\n[sources]\n\
             deals = { path = \"deals.csv\" }\nengagements = { path = \"engagements.csv\" }\npayees = { path = \"payees.csv\" }\n",
        )
        .with("rules.toml", rules("10%", "5%"))
        .with("other.toml", rules("12%", "7%"))
        .with("payees.csv", "payee_id\nann\n")
        .with("engagements.csv", "deal_id,payee_id,role\nD1,ann,x\nD2,ann,x\nD3,ann,x\n")
        .with(
            "deals.csv",
            "deal_id,outcome,close_date,amount,deal_type\nD1,won,2026-07-01,100,new\nD2,won,2026-07-01,1000,renewal\n\
             D3,won,2026-07-01,500,other\n",
        );
    let session = Session::in_memory(files).unwrap();
    let other =
        session.with(&OtherInputs { rules: Some("other.toml".into()), ..OtherInputs::default() }).unwrap();
    let compared = session.diff(&other, "2026-07".parse().unwrap()).unwrap();
    let difference = compared.difference();
    let reasons: Vec<String> = difference
        .reasons
        .iter()
        .map(|reason| format!("{} {}", reason.amount(), words::sentence(&difference, reason)))
        .collect();
    assert_eq!(
        reasons,
        ["2000 rate (renewal) 5% → 7%", "200 rate (new) 10% → 12%", "200 amount (new) 10 → 12"]
    );
}

/// Another protection, another lead and another gate: each reason names the policy and the key.
#[test]
fn reasons_name_the_policies_behind_them() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_apportion"));
        let output = command.current_dir(folder.path()).env_clear().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    run(&["init", "-q", "--template", "channel"]);
    for (file, from, to, reason) in [
        (
            "registration",
            "else = \"90 days\"",
            "else = \"30 days\"",
            "registration deal-registration: protect (else) 90 days → 30 days",
        ),
        ("registration", "others = \"cosell\"\n", "", "registration deal-registration: others cosell → none"),
        ("lead", "by = \"shared\"", "by = \"direct\"", "channel model who-leads: "),
        ("gates", "share_at_least = \"90%\"", "share_at_least = \"10%\"", "gate answers-in-time: need"),
    ] {
        let other = folder.path().join("next");
        let _ = std::fs::remove_dir_all(&other);
        crate::support::copy_folder(&folder.path().join("rules"), &other);
        let path = other.join(format!("{file}.toml"));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        std::fs::write(&path, text.replace(from, to)).unwrap();
        let said = run(&["diff", "--rules", "next", "--period", "2026-Q2", "--format", "csv"]);
        assert!(said.contains(reason), "{reason}: {said}");
    }
}

/// What of the channel's charter is changed, each alone: a protection window, which ties are settled, a threshold of discounts, a gate.
const CHARTER_CHANGES: [(&str, &str, &str, &str); 4] = [
    ("registration.toml", "protection window", "gold = \"120 days\"", "gold = \"30 days\""),
    ("conflicts.toml", "tie rule", "detect = [\"registration-tie\", ", "detect = ["),
    ("prices.toml", "threshold", "is = { partner = \"30%\" }", "is = { partner = \"20%\" }"),
    (
        "gates.toml",
        "gate",
        "at_least = 1 }\notherwise = \"forfeit\"",
        "at_least = 2 }\notherwise = \"forfeit\"",
    ),
];

/// A year of the channel is settled by the charter and by the changed one: why lines differ, over all of its deals.
#[test]
fn a_changed_charter_is_replayed_over_the_year_of_the_channel() {
    let folder = tempfile::tempdir().unwrap();
    let (project, rules) = (folder.path().join("fixtures/channel"), folder.path().join("rules/channel"));
    crate::support::copy_folder(&repository("fixtures/channel/data"), &project.join("data"));
    std::fs::copy(repository("fixtures/channel/apportion.toml"), project.join("apportion.toml")).unwrap();
    crate::support::copy_folder(&repository("rules/channel"), &rules);
    let mut told = String::new();
    for (file, what, from, to) in CHARTER_CHANGES {
        let next = project.join("next");
        let _ = std::fs::remove_dir_all(&next);
        crate::support::copy_folder(&rules, &next);
        let text = std::fs::read_to_string(next.join(file)).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        std::fs::write(next.join(file), text.replace(from, to)).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_apportion"));
        let command = command.current_dir(&project).env_clear();
        let output = command.args(["diff", "-q", "--rules", "next", "--period", "2026"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let printed = String::from_utf8(output.stdout).unwrap();
        let (_, rest) = printed.split_once("\nwhy ").unwrap();
        let (why, _) = rest.split_once("\n\n").unwrap();
        told.push_str(&format!("## {what}\nwhy {why}\n\n"));
    }
    insta::assert_snapshot!("a_changed_charter", told);
}
