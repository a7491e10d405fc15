//! `apportion charter`: every parameter of every kind of rule in words, and what changed from one day to another.

mod letter;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{copy_folder, repository};

/// The project in which every parameter is used.
const PROJECT: &str = "tests/it/charter/project";

fn charter(project: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_apportion"))
        .env_clear()
        .arg("charter")
        .args(arguments)
        .arg("--project")
        .arg(project)
        .output()
        .unwrap()
}

/// The document, of which nothing is to be said on stderr.
fn printed(project: &Path, arguments: &[&str]) -> String {
    let output = charter(project, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), said.as_str()), (Some(0), ""));
    String::from_utf8(output.stdout).unwrap()
}

/// A section of a Markdown document, from its heading to the next of its level.
fn section(document: &str, heading: &str) -> String {
    let start = document.find(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no section {heading}"));
    let rest = &document[start + 1..];
    let end = rest[1..].find("\n## ").map_or(rest.len(), |end| end + 1);
    rest[..end].trim_end().to_owned()
}

#[test]
fn every_parameter_of_each_kind_is_said() {
    let document = printed(&repository(PROJECT), &["--on", "2026-07-01"]);
    for (name, heading) in [
        ("contents", "Contents"),
        ("at_a_glance", "At a glance"),
        ("shared_credit", "Shared credit"),
        ("stipends", "Stipends"),
        ("renewal_bonuses", "Renewal bonuses"),
        ("commissions", "Commissions"),
        ("overrides", "Overrides"),
        ("words", "What the words mean"),
    ] {
        insta::assert_snapshot!(name, section(&document, heading));
    }
    assert!(document.starts_with(
        "# Northwind channel programme: the rules on 1 July 2026\n\n21 rules. Amounts are in EUR. "
    ));
}

/// What a rule says differently must read differently: each of these changes has to show, in the charter and in what
/// changed since.
#[test]
fn no_change_of_a_parameter_goes_unsaid() {
    for (file, rule, from, to) in [
        (
            "shared-credit",
            "renewals",
            "when = \"deal_type = 'renewal'\"",
            "when = \"deal_type = 'extension'\"",
        ),
        ("shared-credit", "renewals", "coalesce(list_amount, 0)", "amount"),
        ("shared-credit", "renewals", "rate = \"0.75%\"", "rate = \"0.8%\""),
        ("shared-credit", "renewals", "rate = \"0.75%\"\n", ""),
        ("shared-credit", "renewals", "[\"deal\", \"prior\", \"account\"]", "[\"deal\", \"prior\"]"),
        ("shared-credit", "renewals", "[\"deal\", \"prior\", \"account\"]", "[\"account\"]"),
        ("shared-credit", "renewals", "payees.kind = 'partner' AND ", ""),
        ("shared-credit", "renewals", "close_date - 365", "close_date - 364"),
        (
            "shared-credit",
            "renewals",
            "\"60%\" }, { role = \"review\", share = \"40%\"",
            "\"50%\" }, { role = \"review\", share = \"50%\"",
        ),
        ("shared-credit", "renewals", "role = \"adoption\"", "role = \"training\""),
        ("shared-credit", "renewals", "within = \"touches\"", "within = \"weight\""),
        ("shared-credit", "renewals", "unfilled = \"retain\"", "unfilled = \"redistribute\""),
        ("shared-credit", "renewals", "one_of = \"primary\"", "one_of = \"second\""),
        (
            "shared-credit",
            "renewals",
            "one_of = \"primary\"",
            "one_of = \"primary\"\ncap = [ { amount = \"9\", per = \"deal\" } ]",
        ),
        ("shared-credit", "booking", "within = \"equal\"", "within = \"weight\""),
        ("shared-credit", "by-weight", "Pacific = \"0.8%\"", "Pacific = \"0.7%\""),
        ("shared-credit", "by-weight", "Pacific", "Asia"),
        ("shared-credit", "by-weight", ", else = \"0.1%\"", ""),
        ("shared-credit", "by-weight", "by = \"territory_group\"", "by = \"account_id\""),
        ("shared-credit", "by-weight", "model = \"weight\"", "model = \"touches\""),
        ("shared-credit", "by-touches", "model = \"touches\"", "model = \"equal\""),
        ("shared-credit", "equally", "model = \"equal\"", "model = \"first-touch\""),
        ("shared-credit", "first", "model = \"first-touch\"", "model = \"last-touch\""),
        ("shared-credit", "last", "model = \"last-touch\"", "model = \"position\""),
        ("shared-credit", "position", "model = \"position\"", "model = \"time-decay\"\nhalf_life_days = 9"),
        ("shared-credit", "recent", "half_life_days = 30", "half_life_days = 31"),
        ("shared-credit", "recent", "role LIKE 'co%'", "role LIKE '%co%'"),
        ("shared-credit", "recent", "payees.tier IS NOT NULL", "payees.tier IS NULL"),
        ("shared-credit", "agreed", "model = \"declared\"\n", "model = \"declared\"\noverlay = true\n"),
        ("shared-credit", "agreed", "splits = \"splits.role <> 'overlay'\"\n", ""),
        ("stipends", "cosell-stipend", "amount >= 1000", "amount > 1000"),
        ("stipends", "cosell-stipend", "require = \"touches >= 2 AND last_on > close_date - 90\"\n", ""),
        ("stipends", "cosell-stipend", "touches >= 2", "touches >= 3"),
        ("stipends", "cosell-stipend", "silver = \"350.50\"", "silver = \"350\""),
        ("stipends", "cosell-stipend", "else = \"250\"", "else = \"251\""),
        ("stipends", "cosell-stipend", "per = \"deal\"\n", "per = \"touch\"\n"),
        ("stipends", "cosell-stipend", "{ amount = \"600\", per = \"deal\" }, ", ""),
        ("stipends", "cosell-stipend", "every = \"quarter\"", "every = \"month\""),
        ("stipends", "workshop", "amount = \"120\"", "amount = \"121\""),
        ("stipends", "workshop", "per = \"touch\"", "per = \"weight\""),
        ("stipends", "workshop", "{ amount = \"1000\"", "{ amount = \"1001\""),
        ("renewals", "adoption", "measure = \"weight\"", "measure = \"touches\""),
        ("renewals", "adoption", "from = 6.5", "from = 7"),
        ("renewals", "adoption", "rate = \"0.5%\"", "rate = \"0.6%\""),
        ("renewals", "adoption", "rate_by = \"deal\"", "rate_by = \"payee\""),
        ("renewals", "adoption", "{ from = 3, rate = \"0.5%\" }", "{ from = 0, rate = \"0.5%\" }"),
        ("renewals", "reviews", "least(amount, list_amount)", "greatest(amount, list_amount)"),
        ("renewals", "reviews", "gold = \"0.4%\"", "gold = \"0.3%\""),
        ("renewals", "reviews", ", else = \"0.5%\"", ""),
        ("commissions", "accelerator", "payees = \"kind = 'employee'\"\n", ""),
        ("commissions", "accelerator", "from = \"100%\"", "from = \"110%\""),
        ("commissions", "accelerator", "rate = \"2%\"", "rate = \"3%\""),
        ("commissions", "volume", "from = \"25000\"", "from = \"0\""),
        ("commissions", "monthly", "when = \"amount > 0\"\n", ""),
        ("overrides", "management", "payees = \"kind = 'employee'\"\n", ""),
        ("overrides", "management", "{ rate = \"0.05%\" }", "{ rate = \"0.04%\" }"),
        ("overrides", "management", ", { rate = \"0.05%\" }", ""),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = copied(folder.path()).join(format!("rules/{file}.toml"));
        let text = fs::read_to_string(&path).unwrap();
        let version = version_as_written(&text, rule);
        assert!(version.contains(from), "{rule} has no {from}");
        let before = dated(&version, None);
        let after = dated(&version.replacen(from, to, 1), Some("2026-08-01"));
        let others = text.replace(&version_as_written(&text, rule), "");
        fs::write(&path, format!("{others}\n{before}\n{after}")).unwrap();
        let changes = printed(folder.path(), &["--from", "2026-07-31", "--to", "2026-08-01"]);
        let changed = section(&changes, "Changed rules");
        assert!(changed.contains("| what | before | after |"), "{rule}: {from} → {to}\n{changes}");
        let rows: Vec<Vec<&str>> = changed
            .lines()
            .filter(|line| {
                line.starts_with("| ") && !line.starts_with("| what") && !line.starts_with("| ---")
            })
            .map(|line| line.trim_matches(['|', ' ']).split(" | ").collect())
            .collect();
        assert!(!rows.is_empty(), "{rule}: {from} → {to}\n{changed}");
        for row in rows {
            assert!(row.len() == 3 && row[1] != row[2], "{rule}: {from} → {to}: {row:?}");
        }
    }
}

/// The project in a new folder.
fn copied(folder: &Path) -> &Path {
    for part in ["rules", "data"] {
        copy_folder(&repository(PROJECT).join(part), &folder.join(part));
    }
    fs::copy(repository(PROJECT).join("apportion.toml"), folder.join("apportion.toml")).unwrap();
    folder
}

/// The table of a rule that has one version.
fn version_as_written(text: &str, rule: &str) -> String {
    let index = text.find(&format!("id = \"{rule}\"\n")).unwrap();
    let start = text[..index].rfind("[[").unwrap();
    let end = text[index..].find("\n[[").map_or(text.len(), |end| index + end + 1);
    text[start..end].to_owned()
}

/// The same without an end, from another day on if one is given.
fn dated(version: &str, from: Option<&str>) -> String {
    let line = |line: &str| match line.strip_prefix("effective = { from = ") {
        Some(dates) => format!("effective = {{ from = {} }}\n", from.unwrap_or(&dates[..10])),
        None => format!("{line}\n"),
    };
    version.lines().map(line).collect()
}

#[test]
fn what_changed_between_two_days() {
    let changes = printed(&repository(PROJECT), &["--from", "2026-04-01", "--to", "2026-12-31"]);
    insta::assert_snapshot!(changes);
}

#[test]
fn nothing_changed() {
    let changes = printed(&repository(PROJECT), &["--from", "2026-07-01", "--to", "2026-07-31"]);
    insta::assert_snapshot!(changes);
}

#[test]
fn a_period_has_each_version_that_is_in_force_in_it() {
    let document = printed(&repository(PROJECT), &["--period", "2027-Q1"]);
    assert!(
        document.starts_with(
            "# Northwind channel programme: the rules in 2027-Q1 (1 April 2026 to 30 June 2026)"
        )
    );
    assert!(
        document.contains("network")
            && !document.contains("### Shared credit for new business (`new-business`)\n\n#### ")
    );
    let year = printed(&repository(PROJECT), &["--period", "2027"]);
    let shared = section(&year, "Shared credit");
    let first = shared.split("\n### ").nth(1).unwrap();
    insta::assert_snapshot!(first);
}

#[test]
fn no_rule_in_force() {
    let document = printed(&repository(PROJECT), &["--on", "2020-01-01"]);
    insta::assert_snapshot!(document);
}

#[test]
fn the_example_rule_book() {
    let fixture = repository("fixtures/adventureworks");
    insta::assert_snapshot!(printed(&fixture, &["--on", "2013-09-15"]));
    insta::assert_snapshot!(
        "the_amendment",
        printed(&fixture, &["--from", "2013-08-31", "--to", "2013-09-01"])
    );
}

/// The page without its style and script, which the page's own tests look at.
fn body(page: &str) -> &str {
    let start = page.find("<main>").unwrap();
    &page[start..page.rfind("<script>").unwrap()]
}

#[test]
fn the_pages_are_files_that_ask_nobody_for_anything() {
    for arguments in [&["--on", "2026-07-01"][..], &["--from", "2026-04-01", "--to", "2026-12-31"]] {
        let page = printed(&repository(PROJECT), &[arguments, &["--format", "html"]].concat());
        for asks in ["http:", "https:", "src=", "@import", "url("] {
            assert!(!page.contains(asks), "{asks}");
        }
        // Links lead to places on the page itself, each of which is there once.
        for link in page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let place = link.strip_prefix('#').unwrap_or_else(|| panic!("{link} leads out of the page"));
            assert_eq!(page.matches(&format!(" id=\"{place}\"")).count(), 1, "{link}");
        }
        let mut ids: Vec<&str> =
            page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "an id stands twice on the page");
        assert!(!page.contains("Eve <GmbH>"), "what people wrote is no markup");
    }
    let changes =
        printed(&repository(PROJECT), &["--from", "2026-04-01", "--to", "2026-12-31", "--format", "html"]);
    insta::assert_snapshot!(body(&changes));
}

/// Draws and terms are said as rules are: in the overview, in chapters of their own, and in what changed.
#[test]
fn holds_draws_and_payments_are_described_and_so_are_their_changes() {
    let folder = tempfile::tempdir().unwrap();
    let policies = r#"
[[hold]]
id = "holdback"
title = "Holdback"
why = "Customers may cancel for 90 days"
effective = { from = 2026-01-01 }
release = "CASE WHEN period_end >= close_date + 90 THEN 1 ELSE 0.8 END"

[[draw]]
id = "ramp"
title = "Ramp"
why = "The first months"
effective = { from = 2026-01-01 }
payees = "kind = 'employee'"
amount = 3500
recoverable = true
limit = "12000"

[[draw]]
id = "ramp"
title = "Ramp"
why = "The new plan"
effective = { from = 2026-07-01 }
payees = "kind = 'employee'"
amount = 4000
recoverable = true
limit = "12000"
recover = { share = "50%" }

[[payment]]
id = "partners"
effective = { from = 2026-07-01 }
payees = "kind = 'partner'"
minimum = 200
"#;
    fs::write(copied(folder.path()).join("rules/policies.toml"), policies).unwrap();
    let document = printed(folder.path(), &["--on", "2026-07-01"]);
    for heading in ["Holds", "Draws", "Payment"] {
        insta::assert_snapshot!(format!("policies_{heading}"), section(&document, heading));
    }
    let overview = section(&document, "At a glance");
    assert!(
        overview
            .contains("| Ramp | draw | an amount a month that later earnings pay back | since 1 July 2026 |"),
        "{overview}"
    );
    let changes = printed(folder.path(), &["--from", "2026-06-30", "--to", "2026-07-31"]);
    let changed = section(&changes, "Changed rules");
    assert!(
        changed.contains("### Ramp (`ramp`)") && changed.contains("**Since 1 July 2026.** The new plan"),
        "{changed}"
    );
    assert!(changed.contains("EUR 3,500 a month.") && changed.contains("EUR 4,000 a month."), "{changed}");
    assert!(section(&changes, "New rules").contains("### `partners`"), "{changes}");
    assert!(section(&changes, "As before").contains("Holdback (`holdback`)"), "{changes}");
}

/// Rules that make no line may be all that is in force.
#[test]
fn a_book_of_policies_alone_has_a_charter() {
    let folder = tempfile::tempdir().unwrap();
    copied(folder.path());
    for file in fs::read_dir(folder.path().join("rules")).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
    let draw = "[[draw]]\nid = \"floor\"\neffective = { from = 2026-01-01 }\namount = 100\n";
    fs::write(folder.path().join("rules/draw.toml"), draw).unwrap();
    let document = printed(folder.path(), &["--on", "2026-07-01"]);
    assert!(document.contains("## Draws") && !document.contains("No rule is in force"), "{document}");
}

#[test]
fn what_can_not_be_described_is_refused() {
    let project = repository(PROJECT);
    for (arguments, expected) in [
        (&["--on", "2026-02-30"][..], "write a day as 2026-07-01"),
        (&["--from", "2026-02-01"], "--to"),
        (&["--on", "2026-02-01", "--period", "2026-02"], "cannot be used with"),
        (&["--from", "2026-02-02", "--to", "2026-02-01"], "error[days-reversed]"),
    ] {
        let output = charter(&project, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
}

/// The document says the day that it is about, and a file gets the form that its name has.
#[test]
fn without_a_day_it_is_about_today() {
    let folder = tempfile::tempdir().unwrap();
    copied(folder.path());
    let today = charter(folder.path(), &[]);
    assert_eq!(today.status.code(), Some(0));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let days = i32::try_from(now.as_secs() / 86_400).unwrap();
    // The test may run over midnight.
    let named = |day: i32| charter(folder.path(), &["--on", &apportion::book::display_day(day)]).stdout;
    assert!([days - 1, days].into_iter().any(|day| named(day) == today.stdout));

    let inside = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let output = charter(folder.path(), &["--on", "2026-07-01", "--out", &inside("charter.html")]);
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(0), true));
    let page = fs::read_to_string(folder.path().join("charter.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
    let rules = charter(folder.path(), &["--on", "2026-07-01", "--out", &inside("apportion.toml")]);
    assert_eq!(rules.status.code(), Some(2), "a file of the project stays");
}

/// A charter is about rules, so a mistake in a case is a warning, and the charter is written without examples.
#[test]
fn cases_that_can_not_be_read_are_reported_and_left_out() {
    let folder = tempfile::tempdir().unwrap();
    copied(folder.path());
    fs::create_dir(folder.path().join("cases")).unwrap();
    fs::write(folder.path().join("cases/a.toml"), "[[case]]\nname = 1\n").unwrap();
    let output = charter(folder.path(), &["--on", "2026-07-01"]);
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("cases/a.toml") && said.contains("The charter is printed without examples."),
        "{said}"
    );
    assert!(String::from_utf8(output.stdout).unwrap().contains("### Co-selling stipend"));
}

/// All policies of the channel, in the order in which they are signed, and then what is paid.
#[test]
fn a_charter_between_a_company_and_its_partners() {
    let folder = tempfile::tempdir().unwrap();
    let mut init = Command::new(env!("CARGO_BIN_EXE_apportion"));
    init.args(["init", "-q", "--template", "channel"]).current_dir(folder.path()).env_clear();
    assert!(init.status().unwrap().success());
    let document = printed(folder.path(), &["--on", "2026-06-30"]);
    let chapters: Vec<&str> = document.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let channel = ["Who leads", "Coverage", "Registrations", "Conflicts", "Prices", "Gates", "Milestones"];
    assert_eq!(chapters[2..9], channel, "{chapters:?}");
    insta::assert_snapshot!(document);
}
